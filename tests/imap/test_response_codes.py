"""Tests of response codes."""

from __future__ import annotations

import pytest

from tray.imap.events import ResponseCode
from tray.imap.responses import split_code


@pytest.mark.parametrize(
    ("argument", "number"),
    [
        ("5", 5),
        (str(2**64 - 1), 2**64 - 1),
        ("", None),
        ("-5", None),
        ("x", None),
        ("5 6", None),
        ("٣", None),
        ("9" * 21, None),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_a_number_and_nothing_else(argument: str, number: int | None) -> None:
    assert ResponseCode("UIDNEXT", argument).number == number


def test_capabilities_are_read_from_their_own_code_only() -> None:
    assert ResponseCode("CAPABILITY", "IMAP4rev1 idle").capabilities == {"IMAP4REV1", "IDLE"}
    assert ResponseCode("ALERT", "idle").capabilities is None


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("", None, ""),
        ("plain", None, "plain"),
        ("[alert] x", ResponseCode("ALERT"), "x"),
        ("[A b]", ResponseCode("A", "b"), ""),
        ("[A ]x]", ResponseCode("A"), "x]"),
        ("[A) x] y", None, "[A) x] y"),
        ('[A "x]"] y', ResponseCode("A", '"x]"'), "y"),
        ('[A don"t] y', ResponseCode("A", 'don"t'), "y"),
        ("[A (a (b) c] d) e] y", ResponseCode("A", "(a (b) c] d) e"), "y"),
        ("[A )] y", ResponseCode("A", ")"), "y"),
        ("[A (] y", ResponseCode("A", "("), "y"),
        ("[A (", None, "[A ("),
    ],
)
def test_a_code_is_parted_from_the_text(text: str, code: ResponseCode | None, rest: str) -> None:
    assert split_code(text) == (code, rest)
