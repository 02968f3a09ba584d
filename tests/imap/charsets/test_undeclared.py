"""Tests of header text that declares no charset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.imap.charsets.codecs import decode
from tray.imap.charsets.undeclared import codec_of


@pytest.mark.parametrize(
    ("raw", "own", "text"),
    [
        (b"plain", None, "plain"),
        (b"plain ~{x \x0e", None, "plain ~{x \x0e"),
        ("Größe".encode(), "gb18030", "Größe"),
        ("Größe".encode()[:-2], "cp1252", "Grö\ufffd"),
        (b"Informe n\xc3\xbamero \xe1 \xe2\x80\x94 a\xc3\xb1o", None, "Informe número \ufffd — año"),
        (b"Informe n\xc3\xbamero \xe1 \xe2\x80\x94 a\xc3\xb1o", "cp1252", "Informe número \ufffd — año"),
        ("撤回邮件".encode("gbk"), "gb18030", "撤回邮件"),
        ("撤回邮件".encode("gbk"), None, "撤回邮件"),
        ("撤回邮件".encode("gbk"), "utf-8", "撤回邮件"),
        ("안녕".encode("euc-kr"), "cp949", "안녕"),
        ("会議".encode("euc-jp"), "euc-jp", "会議"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("żółty".encode("cp1250"), "cp1250", "żółty"),
        (b"\x1b$B2q5D\x1b(B", None, "会議"),
        (b"\x1b$B2q5D\x1b(B", "utf-8", "会議"),
        (b"\x1b$A;aRi", "iso-2022-cn", "会议"),
        (b"\x0e>H3g\x0f", "iso-2022-kr", "안녕"),
        (b"a\x1b$)C", "iso-2022-kr", "a"),
        (b"~{;aRi~}", "hz", "会议"),
        (b"\x1b$B2q5D\x1b(B", "hz", "会議"),
        ("会議のご案内".encode("cp932"), "iso-2022-jp", "会議のご案内"),
    ],
)
def test_text_is_utf8_or_in_the_charset_of_its_mail_or_guessed(
    raw: bytes, own: str | None, text: str | None
) -> None:
    assert decode(raw, codec_of(raw, own)) == text


@given(st.binary(max_size=30), st.sampled_from([None, "utf-8", "gb18030", "cp1252", "hz", "iso-2022-jp"]))
def test_any_bytes_have_a_codec(raw: bytes, own: str | None) -> None:
    decode(raw, codec_of(raw, own)).encode()
