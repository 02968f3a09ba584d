"""Tests of SASLprep."""

from __future__ import annotations

import pytest

from tray.imap.errors import LocalProtocolError
from tray.imap.sasl.scram import saslprep


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("", ""),
        ("user name", "user name"),
        ("USER", "USER"),
        ("I\u00adX", "IX"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("a\u1680b", "a b"),
        ("\u0627\u0031\u0628", "\u0627\u0031\u0628"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_the_examples_of_rfc_4013_and_more(text: str, prepared: str) -> None:
    assert saslprep(text) == prepared


@pytest.mark.parametrize(
    "text",
    ["\u0007", "a\r\n", "\u0627\u0031", "\u0627a\u0628", "1\u0627", "\u206a", "\ud800", "\ue000", "\u2ff0"],
)
def test_what_is_prohibited_is_refused(text: str) -> None:
    with pytest.raises(LocalProtocolError):
        saslprep(text)
