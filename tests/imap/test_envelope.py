"""Tests of what a person is shown of a mail."""

from __future__ import annotations

import pytest

from tray.imap.envelope import decode_text, envelope, other_headers
from tray.imap.types import Address, Envelope


def test_an_envelope_is_read_from_its_headers() -> None:
    headers = (
        b"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n aus Wien\r\n"
        b'FROM: "Doe, Jane"\r\n\t<jane@example.org>\r\n'
        b"date: Thu, 1 Feb 2024 11:11:12 +0000\r\n"
        b"Message-Id:\r\n <1@example.org>\r\n\r\n"
    )
    expected = Envelope("Grüße aus Wien", Address("Doe, Jane", "jane@example.org"), 5.0, "<1@example.org>")
    assert envelope(headers, 5.0) == expected
    assert envelope(headers, None).date == 1_706_785_872.0
    assert envelope(headers.replace(b"\r\n", b"\n"), 5.0) == expected


@pytest.mark.parametrize(
    "headers", [b"", b"\r\n", b"no header", b" folded\r\n", b"Subject\r\n", b"X: y\r\n z\r\n", b"\0:\xff"]
)
def test_what_is_missing_is_empty(headers: bytes) -> None:
    assert envelope(headers, None) == Envelope("", Address("", ""), None, "")


def test_of_two_the_first_counts() -> None:
    found = envelope(b"Subject: one\r\nSubject: two\r\n more\r\nFrom: a@x\r\nFrom: b@x\r\n", None)
    assert (found.subject, found.sender.address) == ("one", "a@x")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\xe4", "ä"),
        (b"=?utf-8?B?****?=", "=?utf-8?B?****?="),
        (b"=?utf-8?Q?a=0D=0ABcc:_b=00c?=", "a Bcc: b c"),
        (b"=?utf-8?Q?invoice=E2=80=AEfdp.exe?=", "invoicefdp.exe"),
        (b"=?utf-8?Q?=ED=A0=80?=", "\ufffd\ufffd\ufffd"),
        (b"a\0b", "a b"),
        (b"=?ISO-2022-JP?B?GyRCLSEkNENtSjgkTjNORycbKEI=?=", "①ご注文の確認"),
        (b"=?MS932?B?ie+LYw==?=", "会議"),
    ],
)
def test_subjects_of_all_sorts_are_shown(raw: bytes, text: str) -> None:
    assert decode_text(raw) == text


def test_a_subject_may_be_text_with_half_a_character() -> None:
    assert decode_text("a\ud800b") == "a\ufffdb"


def test_a_message_id_may_be_as_long_as_a_line() -> None:
    for length, shown in ((998, "x" * 998), (999, "x" * 997 + "…")):
        assert envelope(b"Message-Id: " + b"x" * length, None).message_id == shown


def test_a_subject_of_60_kilobytes_is_cut() -> None:
    assert decode_text(b"x" * 60_000) == "x" * 499 + "…"
    assert decode_text("ä".encode() * 30_000) == "ä" * 499 + "…"
    assert decode_text(b" =?utf-8?B?" + b"w6TDpMOk" * 10 + b"?=" + b" x" * 2000, 5) == "ä" * 4 + "…"
    assert decode_text(b"abc", 2) == "a…"


def test_a_word_goes_on_behind_a_broken_line() -> None:
    for line in (b"\r\n", b"\n"):
        headers = b"Subject: =?UTF-8?Q?Eintrag: Gemeinschaft Stutt=" + line + b" gart?=" + line
        assert envelope(headers, None).subject == "Eintrag: Gemeinschaft Stuttgart"


@pytest.mark.parametrize(
    "field",
    [
        b"Content-Type: text/plain; charset=gb18030",
        b'content-type: text/plain;\r\n\tCharset="GB2312"; format=flowed',
        b"Content-Type: text/html; charset = gbk",
        b"Content-Type: text/plain; charset*=us-ascii''x\r\nFrom: =?gb2312?B?vP4=?= <j@x>",
    ],
)
def test_raw_bytes_are_read_in_the_charset_of_their_mail(field: bytes) -> None:
    headers = b"Subject: \xc4\xfa\xbc\xfe\r\n" + field + b"\r\n"
    assert envelope(headers, None).subject == "您件"


def test_raw_bytes_are_read_in_the_charset_of_a_word_beside_them() -> None:
    headers = b"Subject: \xc4\xfa\xbc\xfe =?gb2312?B?vP4=?=\r\nFrom: =?koi8-r?Q?=C1?= <j@x>\r\n"
    assert envelope(headers, None).subject == "您件 件"


def test_raw_bytes_of_a_name_are_read_alike() -> None:
    headers = b'Content-Type: text/plain; charset=shift_jis\r\nFrom: "\x95\x5c\x95\x5c" <j@x>\r\n'
    assert envelope(headers, None).sender == Address("表表", "j@x")


def test_other_headers_are_decoded_of_each_the_first_few() -> None:
    headers = (
        b"Subject: x\r\nTo: =?utf-8?q?J=C3=B6rg?= <j@example.org>,\r\n\tb@example.org\r\nX-Other: no\r\n"
        b"list-ID: News <news.example.org>\r\n" + b"X-Many: 1\r\n" * 9
    )
    found = other_headers(headers, frozenset({"to", "list-id", "x-many"}))
    assert found[:2] == (
        ("to", "Jörg <j@example.org>, b@example.org"),
        ("list-id", "News <news.example.org>"),
    )
    assert found[2:] == (("x-many", "1"),) * 5
