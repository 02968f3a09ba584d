"""Tests of the choice of a mechanism."""

from __future__ import annotations

import pytest

from tray.imap.sasl import choose_mechanism


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


def test_a_password_that_scram_forbids_goes_another_way() -> None:
    offered = frozenset({"AUTH=SCRAM-SHA-256", "AUTH=PLAIN"})
    chosen = choose_mechanism(offered, "me", "pass\u0007word", False, "host", 993, True)
    assert chosen
    assert chosen.name == "PLAIN"
