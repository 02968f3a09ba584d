"""Tests of text that is fit to be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.text import LENIENT, as_utf8, decode_bytes, display_safe, misleading, unseen_in_code


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("", ""),
        ("plain", "plain"),
        ("  a \t\r\n b\u00a0\u2003c  ", "a b c"),
        ("a\0b\x1b[31mc\x7f\x85d", "a b [31mc d"),
        ("a\u2028b\u2029c", "a b c"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u202aa\u202bb\u202cc\u202dd\u2066e\u2067f\u2068g\u2069h\u200ei\u200fj\u061ck", "abcdefghijk"),
        ("p\u200ba\u2060y\ufeffp\u00ada\u034fl\u3164\u115f", "paypal"),
        ("\U000e0041tag\U000e007f\ufff9x\ufffb", "tagx"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("no \ufffe\uffff\ufdd0 character", "no \ufffd\ufffd\ufffd character"),
        ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a" + "\u200d" * 50 + "b", "a\u200db"),
        ("z" + "\u0301" * 50 + "y", "z" + "\u0301" * 4 + "y"),
        ("\u200c\u200d", ""),
        ("\u2800 \u2800", ""),
        ("日本語\u3000件名", "日本語 件名"),
    ],
)
def test_text_is_made_one_safe_line(text: str, safe: str) -> None:
    assert display_safe(text) == safe


def test_long_text_is_cut() -> None:
    assert display_safe("x" * 60_000) == "x" * 499 + "…"
    assert display_safe("abcdef", 6) == "abcdef"
    assert display_safe("abcdefg", 6) == "abcde…"
    assert display_safe("abcd efg", 6) == "abcd…"
    assert display_safe("abcd\u200defg", 6) == "abcd…"


@given(st.text(st.characters()), st.integers(1, 50))
def test_any_text_is_bounded_and_can_be_encoded(text: str, limit: int) -> None:
    safe = display_safe(text, limit)
    safe.encode()
    assert len(safe) <= limit
    assert safe == safe.strip()
    assert not set(safe) & set("\0\r\n\t\u202e\u200b")


def test_undeclared_bytes_are_utf8_or_else_western() -> None:
    assert decode_bytes("ä€".encode()) == "ä€"
    assert decode_bytes(b"\xe4\x80") == "ä€"
    assert decode_bytes(b"\xe4\x81") == "ä\x81"


@pytest.mark.parametrize(
    ("raw", "limit", "text"),
    [
        ("Grüße €".encode()[:-1], None, "Grüße \ufffd"),  # cut off: no damage
        ("ä".encode() + b"\xe2\x82", None, "ä\ufffd"),
        ("ä".encode() + b" \xf0\x9f\x98", None, "ä \ufffd"),
        ("äö".encode() + b" \xe4 \xe4 ", None, "äö \ufffd \ufffd "),
        ("äö".encode() + b" \xe4 \xe4 \xe4 ", None, None),
        (b"\xe4", None, None),
        ("ä".encode() + b" \xe4 \xe4 ", 1, None),
        ("ä".encode() + b" \xe4 \xe4 ", 2, "ä \ufffd \ufffd "),
    ],
)
def test_what_is_utf8_but_for_a_few_bytes_is_utf8(raw: bytes, limit: int | None, text: str | None) -> None:
    assert as_utf8(raw, limit) == text


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        (b"a\x81\x30\x81", "gb18030", "a\ufffd"),
        (b"a\xc4", "gb18030", "a\ufffd"),
        (b"5 \x80 a", "gb18030", "5 € a"),
        (b"\x82", "gb18030", "\ufffd"),
        (b"\xff\xff\xc4\xe3", "gb18030", "\ufffd你"),
        (b"\xc4\xe3\xff<", "gb18030", "你\ufffd<"),
        (b"\xff\x80a", "gb18030", "\ufffda"),
        (b"\xe4a\xe4", "utf-8", "\ufffda\ufffd"),
    ],
)
def test_a_character_that_cannot_be_read_is_one_mark(raw: bytes, charset: str, text: str) -> None:
    assert raw.decode(charset, LENIENT) == text


@pytest.mark.parametrize(
    ("text", "in_setting", "in_code"),
    [
        ("", "", ""),
        ("ls -l", "", ""),
        ("Größe", "", ""),
        ("a\u00adb", "", "U+00AD"),
        ("a\tb", "U+0009", "U+0009"),
        ("pdf.\u202eexe", "U+202E", "U+202E"),
        ("a\u200bb\u202e", "U+200B", "U+200B"),
        ("\ud800", "U+D800", "U+D800"),
        *((f"ä{char}b", "", f"U+{ord(char):04X}") for char in "\u00a0\u3164\u2800\ufe0f"),
    ],
)
def test_what_misleads_or_cannot_be_seen_is_named(text: str, in_setting: str, in_code: str) -> None:
    assert (misleading(text), unseen_in_code(text)) == (in_setting, in_code)
