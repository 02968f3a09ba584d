"""Tests of charsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap import charsets


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("UTF-8", b"\xc3\xa4", "ä"),
        ("utf8", b"\xc3\xa4", "ä"),
        ("iso-8859-1", b"\xe4\x80", "ä€"),
        ("ISO_8859-15", b"\xa4", "€"),
        ("iso-8859-2", b"\xb1", "ą"),
        ("windows-1251", b"\xcf", "П"),
        ("cp1251", b"\xcf", "П"),
        ("x-windows-1251", b"\xcf", "П"),
        ("IBM866", b"\x8f", "П"),
        ("KOI8-R", b"\xf0", "П"),
        ("gb2312", "件".encode("gbk"), "件"),
        ("big5", "件".encode("big5"), "件"),
        ("shift_jis", "件".encode("cp932"), "件"),
        ("iso-2022-jp", "件".encode("iso-2022-jp"), "件"),
        ("ks_c_5601-1987", "건".encode("euc-kr"), "건"),
        ("utf-7", b"+AOQ-", "ä"),
        ("utf-16", b"\xff\xfe\xe4\0", "ä"),
        ("us-ascii", b"a", "a"),
    ],
)
def test_charsets_of_mail_are_known(charset: str, raw: bytes, text: str) -> None:
    assert charsets.decode(raw, charset) == text


@pytest.mark.parametrize(
    "charset",
    [
        *(
            "rot13",
            "rot_13",
            "idna",
            "punycode",
            "unicode_escape",
            "raw_unicode_escape",
            "zlib",
            "bz2",
            "hex",
            "uu",
        ),
        *(
            "base64",
            "quopri",
            "undefined",
            "mbcs",
            "charmap",
            "aliases",
            "",
            "x" * 999,
            "a.b",
            "utf-8\0",
            "\ud800",
            "x-unknown",
        ),
    ],
)
def test_what_is_no_charset_is_never_used_as_one(charset: str) -> None:
    assert charsets.decode(b"nop\\u00e4 xn--bcher-kva", charset) == "nop\\u00e4 xn--bcher-kva"
    if charset != "utf-8\0":
        assert charsets.codec(charset) is None


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("us-ascii", b"\xc3\xa4", "ä"),
        ("us-ascii", b"\xe4", "ä"),
        ("nonsense", b"\xe4", "ä"),
        ("gb2312", "Größe…".encode(), "Größe…"),
        ("utf-8", b"a\xe4b", "a\ufffdb"),
        ("big5", b"a\xffb", "a\ufffdb"),
    ],
)
def test_a_lie_about_the_charset_is_borne(charset: str, raw: bytes, text: str) -> None:
    assert charsets.decode(raw, charset) == text


def test_every_codec_in_the_table_is_one_of_python() -> None:
    names = [*charsets._CODECS, "windows1250", "cp1258", "ibm437", "cp858", "iso885916", "iso88592"]
    for name in names:
        codec = charsets.codec(name)
        assert codec
        assert isinstance(b"".decode(codec), str)


@given(st.binary(max_size=40), st.sampled_from(sorted(charsets._CODECS)))
def test_any_bytes_in_any_charset_decode(raw: bytes, charset: str) -> None:
    assert isinstance(charsets.decode(raw, charset), str)
