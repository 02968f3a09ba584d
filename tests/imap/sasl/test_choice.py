"""Tests of the choice of a mechanism."""

from __future__ import annotations

import pytest

from tests.imap.sasl.test_scram import SERVER_FINAL, SERVER_FIRST, started
from tray.imap.errors import SaslError
from tray.imap.sasl.choice import choose_mechanism, may_be_the_mechanism
from tray.imap.sasl.mechanism import CramMd5, Plain, XOAuth2


def chosen(
    offered: str, secret: str = "secret", *, token: bool = False, encrypted: bool = True, without: str = ""
) -> str:
    """The name of the mechanism, empty for none."""
    capabilities = frozenset(offered.split())
    found = choose_mechanism(capabilities, "me", secret, token, "host", 993, encrypted, without.split())
    return "" if found is None else found.name


@pytest.mark.parametrize(
    ("offered", "without", "name"),
    [
        ("AUTH=SCRAM-SHA-256 AUTH=PLAIN", "", "SCRAM-SHA-256"),
        ("AUTH=LOGIN AUTH=CRAM-MD5", "", "LOGIN"),
        ("AUTH=CRAM-MD5", "", "CRAM-MD5"),
        ("AUTH=XOAUTH2 AUTH=OAUTHBEARER", "", ""),
        ("PLAIN IMAP4REV1", "", ""),
        ("", "", ""),
        ("AUTH=SCRAM-SHA-256 AUTH=PLAIN", "SCRAM-SHA-256", "PLAIN"),
        ("AUTH=CRAM-MD5 AUTH=PLAIN", "PLAIN", ""),  # then comes the LOGIN command, unless it is forbidden
        ("AUTH=CRAM-MD5 AUTH=PLAIN LOGINDISABLED", "PLAIN", "CRAM-MD5"),
    ],
)
def test_the_best_that_is_offered_and_was_not_refused_is_chosen(
    offered: str, without: str, name: str
) -> None:
    assert chosen(offered, without=without) == name


@pytest.mark.parametrize(
    ("offered", "name"),
    [
        ("AUTH=SCRAM-SHA-256", "SCRAM-SHA-256"),
        ("AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5", "CRAM-MD5"),
        ("AUTH=PLAIN AUTH=LOGIN", ""),
    ],
)
def test_without_encryption_no_password_is_sent_in_clear(offered: str, name: str) -> None:
    assert chosen(offered, encrypted=False) == name


@pytest.mark.parametrize(
    ("offered", "without", "name"),
    [
        ("AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=PLAIN", "", "OAUTHBEARER"),
        ("AUTH=XOAUTH2 AUTH=PLAIN", "", "XOAUTH2"),
        ("AUTH=PLAIN", "", "XOAUTH2"),
        ("AUTH=OAUTHBEARER AUTH=XOAUTH2", "OAUTHBEARER", "XOAUTH2"),
        ("AUTH=OAUTHBEARER", "OAUTHBEARER", ""),
        ("", "OAUTHBEARER", ""),
    ],
)
def test_a_token_is_never_sent_as_a_password(offered: str, without: str, name: str) -> None:
    """Where no mechanism for tokens is offered, one is tried all the same."""
    assert chosen(offered, token=True, without=without) == name


def test_a_password_that_scram_forbids_is_sent_by_another_mechanism() -> None:
    assert chosen("AUTH=SCRAM-SHA-256 AUTH=PLAIN", "pass\u0007word") == "PLAIN"


@pytest.mark.parametrize(
    ("code", "status", "may"),
    [
        ("", "NO", True),
        ("", "BAD", True),
        ("UNAVAILABLE", "NO", True),
        ("AUTHENTICATIONFAILED", "NO", False),
        ("", "OK", False),
    ],
)
def test_a_refused_password_may_be_fine_unless_the_server_says_that_it_is_wrong(
    code: str, status: str, may: bool
) -> None:
    assert may_be_the_mechanism(Plain("me", "secret"), status, code) is may


def test_a_token_with_a_reason_for_its_refusal_was_judged() -> None:
    tried = XOAuth2("me", "token")
    assert may_be_the_mechanism(tried, "NO", "")
    tried.respond(b'{"status":"401"}')
    assert not may_be_the_mechanism(tried, "NO", "")


def test_a_server_with_hashed_passwords_refuses_a_challenge_response_for_every_password() -> None:
    assert may_be_the_mechanism(CramMd5("me", "secret"), "NO", "AUTHENTICATIONFAILED")
    assert may_be_the_mechanism(started(), "NO", "AUTHENTICATIONFAILED")
    assert not may_be_the_mechanism(started(), "BYE", "")


@pytest.mark.parametrize(
    ("error", "may"),
    [("other-error", True), ("invalid-encoding", True), ("invalid-proof", False), ("unknown-user", False)],
)
def test_an_error_of_scram_tells_whether_the_proof_was_looked_at(error: str, may: bool) -> None:
    tried = started()
    with pytest.raises(SaslError):
        tried.respond(f"e={error}".encode())
    assert may_be_the_mechanism(tried, "NO", "") is may


def test_a_server_that_proved_to_know_the_password_has_judged_it() -> None:
    tried = started()
    tried.respond(SERVER_FIRST)
    tried.respond(SERVER_FINAL)
    assert not may_be_the_mechanism(tried, "NO", "")
