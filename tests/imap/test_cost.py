"""No response and no header costs more than a moment to read, whatever it is made of."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from tests.imap.wire import WHOLE, event, frames
from tray.imap.addresses import parse_address
from tray.imap.encoded_words import decode_encoded_words
from tray.imap.envelope import envelope
from tray.imap.errors import RemoteProtocolError
from tray.imap.events import SearchResult
from tray.imap.framer import Framer
from tray.imap.responses import parse
from tray.imap.text import display_safe
from tray.imap.types import SEEN, Flag

if TYPE_CHECKING:
    from collections.abc import Iterator

MOMENT = 1
"""Seconds of processor time; a tenth on a machine that has nothing else to do."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    begin = time.process_time()
    yield
    assert time.process_time() - begin < seconds


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
    (frame,) = frames(data)
    with within(MOMENT), pytest.raises(RemoteProtocolError, match="too many"):
        parse(frame)


def test_as_many_words_as_a_server_may_need_are_read() -> None:
    """A mailbox with thousands of keywords: those that no mail bears for good reason are passed over."""
    keywords = b" ".join(b"k%d" % number for number in range(5000))
    found = event(b"* 1 FETCH (FLAGS (" + keywords + b" \\seen))")
    assert SEEN in found.flags
    assert len(found.flags) == 51


def test_a_flag_as_long_as_a_line_is_passed_over() -> None:
    found = event(b"* 1 FETCH (FLAGS (" + b"x" * 60_000 + b" $Junk \\Seen))")
    assert found.flags == {SEEN, Flag("$Junk")}


@pytest.mark.parametrize(
    "line",
    [
        b'* OK [X "' + b'\\"' * 30_000,
        b"* OK [X " + b'"(' * 30_000,
        b"* OK " + b"[X" * 30_000,
        b'* 1 FETCH (X "' + b'\\"' * 30_000,
        b"* 1 FETCH (ENVELOPE (" + b'("A" NIL "a" "x")' * 3_000 + b"))",
        b"* SEARCH " + b"9" * 60_000,
        b"* X " + b'"\\' * 30_000 + b" {}",
        b"* X " + b"{" * 60_000 + b" {}",
        b"* X " + b"{}" * 30_000 + b" {}",
        b"* X " + b'""{}' * 15_000 + b" {}",
    ],
    ids=range(10),
)
def test_no_line_takes_long_to_read(line: bytes) -> None:
    with within(MOMENT), suppress(RemoteProtocolError):
        parse(frames(line + b"\r\n")[0])


def test_ten_thousand_hits_are_read_at_once() -> None:
    numbers = tuple(range(1, 10_001))
    framer = Framer()
    framer.feed(b"* SEARCH " + " ".join(map(str, numbers)).encode() + b"\r\n")
    frame = framer.next()
    assert frame is not None
    with within(MOMENT):
        assert parse(frame) == SearchResult(numbers)


def test_a_byte_at_a_time_takes_time_in_proportion() -> None:
    """A quarter of a million bytes, each in its own piece: seconds if every byte were looked at once more each time."""
    data = b"* X {262144}\r\n" + b"y" * 262_144 + b" " + b"z" * 65_000 + b"\r\n"
    with within(4):
        assert frames(data, 1) == frames(data, WHOLE)


@pytest.mark.parametrize(
    "fill",
    [
        *(bytes((byte,)) for byte in b"(<\"\\@:,';\xff"),
        *(b"=?", b"=?u?q?", b"=?a?q??", b"=?utf-8?q?a?= ", b"=?utf-7?q?+AGE-?=", b"=?gb2312?q?=B3"),
        *(b"=?iso-2022-jp?b?GyRC?= ", b"=?x?q?\xb3\xb7?= ", b"?=20", b"= ", b'"\\', b":;", b"@:", b" @"),
        *(b"a:b\n", b" a\r\n", b"\r\n", b"<a>", b"(a)", b"a,", b"\x1b$B", b"\x1b$B2q", b"\x83A"),
        *(b"\xcc\x81", b"\xe2\x80\x8d\xef\xb8\x8f", b"\xc4\xe3\xba\xc3", b"< ", b"subject:", b"a:\n "),
    ],
)
def test_headers_of_100_kilobytes_are_read_in_a_moment(fill: bytes) -> None:
    body = fill * (100_000 // len(fill))
    with within(MOMENT):
        for name in (b"", b"Subject: ", b"From: ", b"From: <", b"Date: ", b"Message-ID: "):
            envelope(name + body + b"\r\n", None)
        envelope(b"From: " + body[:8000] + b";@ b", None)


def test_a_route_is_found_at_the_beginning_only() -> None:
    """Searched for everywhere, 8 KB of @ took 24 ms; two hundred such mails held up the program for seconds."""
    assert parse_address("<@relay,@other:jane@example.org>").address == "jane@example.org"
    with within(MOMENT):
        for _ in range(50):
            parse_address("<" + "@" * 8000 + ">")


@pytest.mark.parametrize(
    "text", ["\u0301", " ", "\u200d\u200c", "a ", "=?a?q?", "=?a?q??", "=?", "=?a?q?a?="]
)
def test_no_text_takes_long(text: str) -> None:
    with within(MOMENT):
        display_safe(text * 30_000, 60_000)
        decode_encoded_words(text * 9_000)
