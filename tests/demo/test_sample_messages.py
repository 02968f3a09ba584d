"""The sample messages: decodable where they claim to be, and of nobody who exists."""

from __future__ import annotations

import re
from email.header import decode_header, make_header

import pytest

from tray.demo.sample_messages import ARRIVING, INBOX, READ_ELSEWHERE, letter

ALL = (*INBOX, *ARRIVING, READ_ELSEWHERE)


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp"])
def test_a_subject_survives_its_encoding(charset):
    text = "来週の打ち合わせ資料をお送りします。" * 4
    made = letter("山田 花子", "hanako@kaisha.example", text, charset)
    assert str(make_header(decode_header(made.subject.decode("ascii")))) == text


def test_an_ascii_name_is_quoted():
    assert letter("Dr. A, B", "a@example.org", "x").sender == b'"Dr. A, B" <a@example.org>'


def test_nobody_who_exists_is_written_to_or_from():
    for message in ALL:
        for domain in re.findall(rb"@([\w.-]+)", message.sender or b""):
            assert domain == b"example.org" or domain.endswith(b".example")


def test_no_mail_breaks_the_protocol():
    for message in ALL:
        raw = message.mail("demo@mailbell.example", "1@mailbell.example", 0.0)
        assert b"\0" not in raw  # RFC 3501 has no way to carry it
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert b"Date: Thu, 01 Jan 1970 00:00:00" in raw


def test_the_mailbox_has_many_charsets():
    seen = set(re.findall(rb"=\?([\w-]+)\?", b"".join((message.subject or b"") for message in INBOX)))
    assert {b"iso-2022-jp", b"gb18030", b"euc-kr", b"iso-8859-7", b"koi8-r", b"x-martian-8"} <= seen
