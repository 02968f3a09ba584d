"""Tests of the choice of a mechanism."""

from __future__ import annotations

import pytest

from tests.imap.sasl.test_scram import SERVER_FINAL, SERVER_FIRST, started
from tray.imap.errors import SaslError
from tray.imap.sasl.choice import choose_mechanism, may_be_the_mechanism
from tray.imap.sasl.mechanism import CramMd5, Plain, XOAuth2


@pytest.mark.parametrize(
    ("offered", "token", "encrypted", "name"),
    [
        ("AUTH=SCRAM-SHA-256 AUTH=PLAIN", False, True, "SCRAM-SHA-256"),
        ("AUTH=SCRAM-SHA-256", False, False, "SCRAM-SHA-256"),
        ("AUTH=PLAIN AUTH=LOGIN", False, True, "PLAIN"),
        ("AUTH=LOGIN AUTH=CRAM-MD5", False, True, "LOGIN"),
        ("AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5", False, False, "CRAM-MD5"),
        ("AUTH=CRAM-MD5", False, True, "CRAM-MD5"),
        ("AUTH=PLAIN AUTH=LOGIN", False, False, None),
        ("AUTH=XOAUTH2 AUTH=OAUTHBEARER", False, True, None),
        ("PLAIN IMAP4REV1", False, True, None),
        ("", False, True, None),
        ("AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=PLAIN", True, True, "OAUTHBEARER"),
        ("AUTH=XOAUTH2 AUTH=PLAIN", True, True, "XOAUTH2"),
        ("AUTH=PLAIN", True, True, "XOAUTH2"),
    ],
)
def test_the_best_that_is_offered_and_safe_is_chosen(
    offered: str, token: bool, encrypted: bool, name: str | None
) -> None:
    chosen = choose_mechanism(frozenset(offered.split()), "me", "secret", token, "host", 993, encrypted)
    assert (chosen and chosen.name) == name


def test_what_has_failed_can_be_left_out() -> None:
    offered = frozenset({"AUTH=SCRAM-SHA-256", "AUTH=PLAIN"})
    chosen = choose_mechanism(offered, "me", "secret", False, "host", 993, True, without={"SCRAM-SHA-256"})
    assert chosen
    assert chosen.name == "PLAIN"


@pytest.mark.parametrize(
    ("offered", "name"),
    [("AUTH=OAUTHBEARER AUTH=XOAUTH2", "XOAUTH2"), ("AUTH=OAUTHBEARER", None), ("", None)],
)
def test_a_token_that_was_refused_goes_another_way_only_where_it_is_offered(
    offered: str, name: str | None
) -> None:
    chosen = choose_mechanism(
        frozenset(offered.split()), "me", "token", True, "host", 993, True, without={"OAUTHBEARER"}
    )
    assert (chosen and chosen.name) == name


@pytest.mark.parametrize(("offered", "name"), [("", None), ("LOGINDISABLED", "CRAM-MD5")])
def test_where_another_way_has_failed_the_login_command_is_next_unless_it_is_forbidden(
    offered: str, name: str | None
) -> None:
    capabilities = frozenset({"AUTH=CRAM-MD5", "AUTH=PLAIN", *offered.split()})
    chosen = choose_mechanism(capabilities, "me", "secret", False, "host", 993, True, without={"PLAIN"})
    assert (chosen and chosen.name) == name


def test_a_password_that_scram_forbids_goes_another_way() -> None:
    offered = frozenset({"AUTH=SCRAM-SHA-256", "AUTH=PLAIN"})
    chosen = choose_mechanism(offered, "me", "pass\u0007word", False, "host", 993, True)
    assert chosen
    assert chosen.name == "PLAIN"


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
