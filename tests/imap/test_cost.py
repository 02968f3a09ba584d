"""No response costs more than a moment to read, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from tests.imap.wire import event
from tray.imap.addresses import parse_address
from tray.imap.envelope import envelope
from tray.imap.errors import RemoteProtocolError
from tray.imap.framer import Framer
from tray.imap.responses import parse
from tray.imap.types import SEEN, Flag

MOMENT = 0.5
"""Seconds; a tenth on a machine that has nothing else to do."""


def megabyte(start: bytes, fill: bytes, end: bytes) -> bytes:
    """A response of lines within their limit, joined by literals."""
    line = fill * (60_000 // len(fill)) + b" {1}\r\nx "
    return start + line * (1_000_000 // len(line)) + end + b"\r\n"


@pytest.mark.parametrize(
    "data",
    [
        megabyte(b"* 1 FETCH (FLAGS (", b"a ", b"))"),
        megabyte(b"* 1 FETCH (X (", b"()", b"))"),
        megabyte(b"* 1 FETCH (X (", b'""', b"))"),
        megabyte(b"* 1 FETCH (X y ", b"UID 1 ", b")"),
        b"* 1 FETCH (X (" + b"{0}\r\n" * 200_000 + b"))\r\n",
    ],
    ids=range(5),
)
def test_a_response_of_too_many_words_is_refused(data: bytes) -> None:
    framer = Framer()
    framer.feed(data)
    frame = framer.next()
    assert frame is not None
    begin = time.process_time()
    with pytest.raises(RemoteProtocolError, match="too many"):
        parse(frame)
    assert time.process_time() - begin < MOMENT


def test_as_many_words_as_a_server_may_need_are_read() -> None:
    """A mailbox with thousands of keywords: those that no mail bears for good reason are passed over."""
    found = event(
        b"* 1 FETCH (FLAGS (" + b" ".join(b"k%d" % number for number in range(5000)) + b" \\seen))\r\n"
    )
    assert SEEN in found.flags
    assert len(found.flags) == 51


def test_a_flag_as_long_as_a_line_is_passed_over() -> None:
    found = event(b"* 1 FETCH (FLAGS (" + b"x" * 60_000 + b" $Junk \\Seen))\r\n")
    assert found.flags == {SEEN, Flag("$Junk")}


@pytest.mark.parametrize(
    "fill",
    [
        b"=?",
        b"=?u?q?",
        b"=?utf-8?q?a?= ",
        b"=?utf-7?q?+AGE-?=",
        b"(",
        b"<",
        b'"',
        b"\\",
        b"@",
        b":",
        b",",
        b"@:",
        b"a:b\n",
        b" a\r\n",
        b"\xcc\x81",
        b"\xe2\x80\x8d\xef\xb8\x8f",
        b"'",
        b";",
        b"\r\n",
        b"\x1b$B",
        b"\x1b$B2q",
        b"=?iso-2022-jp?b?GyRC?= ",
        b"=?gb2312?q?=B3",
        b"=?x?q?\xb3\xb7?= ",
        b"?=20",
        b"= ",
        b"<a>",
        b"(a)",
        b"a,",
        b" @",
        b"\x83A",
        b"\xc4\xe3\xba\xc3",
        b"\xff",
    ],
)
def test_headers_of_100_kilobytes_are_read_in_a_moment(fill: bytes) -> None:
    body = fill * (100_000 // len(fill))
    begin = time.process_time()
    for name in (b"Subject: ", b"From: ", b"From: <", b"Date: ", b"Message-ID: "):
        envelope(name + body + b"\r\n", None)
    assert time.process_time() - begin < MOMENT


def test_a_route_is_found_at_the_beginning_only() -> None:
    """Searched for everywhere, 8 KB of @ took 24 ms; two hundred such mails held up the program for seconds."""
    assert parse_address("<@relay,@other:jane@example.org>").address == "jane@example.org"
    begin = time.process_time()
    for _ in range(50):
        parse_address("<" + "@" * 8000 + ">")
    assert time.process_time() - begin < MOMENT


@pytest.mark.parametrize(
    ("raw", "name"), [("''\0\0' <a@b>", "'"), ("' Bob ' <a@b>", "Bob"), ("''' <a@b>", "'")]
)
def test_quotes_around_a_name_go_with_the_spaces_in_them(raw: str, name: str) -> None:
    """Found by the fuzzer."""
    assert parse_address(raw).name == name
