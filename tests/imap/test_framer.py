"""Tests of the cutting of a stream into responses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imap.wire import SIZES, WHOLE, feed, frames, pieces
from tray.imap.errors import RemoteProtocolError
from tray.imap.framer import Frame, Framer, Limits, is_human

sizes = pytest.mark.parametrize("size", SIZES)


def outcome(data: bytes, size: int) -> tuple[list[Frame], bool]:
    """The frames in `data`, and whether it ends in a breach of protocol."""
    framer = Framer()
    found: list[Frame] = []
    for part in pieces(data, size):
        framer.feed(part)
        try:
            while (frame := framer.next()) is not None:
                found.append(frame)
        except RemoteProtocolError:
            return found, True
    return found, False


@sizes
@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"* OK ready\r\n", (b"* OK ready",)),
        (b"* 1 EXISTS\n", (b"* 1 EXISTS",)),
        (b"+\r\n", (b"+",)),
        (b"+ \r\n", (b"+ ",)),
        (b"\r\n\r\n\n* 1 EXISTS\r\n", (b"* 1 EXISTS",)),
        (b"* 1 FETCH (BODY[] {5}\r\nhello)\r\n", (b"* 1 FETCH (BODY[] {5}", b"hello", b")")),
        (b"* 1 FETCH (BODY[] {5}\nhello)\n", (b"* 1 FETCH (BODY[] {5}", b"hello", b")")),
        (b"* 1 FETCH (BODY[]{2}\r\nhi)\r\n", (b"* 1 FETCH (BODY[]{2}", b"hi", b")")),
        (b"* 1 FETCH (BODY[] {0}\r\n)\r\n", (b"* 1 FETCH (BODY[] {0}", b"", b")")),
        (b"* 1 FETCH (BINARY[] ~{2}\r\n\0\n)\r\n", (b"* 1 FETCH (BINARY[] ~{2}", b"\0\n", b")")),
        (b"* LIST () NIL {2+}\r\nab\r\n", (b"* LIST () NIL {2+}", b"ab", b"")),
        (b"* LIST () NIL ({2}\r\na\r{1}\r\nb)\r\n", (b"* LIST () NIL ({2}", b"a\r", b"{1}", b"b", b")")),
        (b'* LIST () "/" "a{5}"\r\n', (b'* LIST () "/" "a{5}"',)),
        (b'* LIST () "/" "a{b" c}\r\n', (b'* LIST () "/" "a{b" c}',)),
        (b"* LIST () NIL a}\r\n", (b"* LIST () NIL a}",)),
        (b'* LIST () "\\\\" {1}\r\nx\r\n', (b'* LIST () "\\\\" {1}', b"x", b"")),
        (b"* FLAGS (a\rb \0)\r\n", (b"* FLAGS (a\rb \0)",)),
        (b"* FLAGS (a)\r\r\n", (b"* FLAGS (a)\r",)),
    ],
)
def test_a_response_is_cut_the_same_however_it_arrives(
    data: bytes, parts: tuple[bytes, ...], size: int
) -> None:
    assert frames(data, size) == [Frame(parts)]


@sizes
@pytest.mark.parametrize("text", b'{5}|{90%}|~{5}|{5+}|{abc}|don"t {5}|[]|:)|[ALERT {3}'.split(b"|"))
@pytest.mark.parametrize(
    "start", b"* OK |* no |* BAD |* Bye |* PREAUTH |a1 OK |a1 no |A1 BAD |+ |+|a1 ".split(b"|")
)
def test_human_text_never_carries_a_literal(start: bytes, text: bytes, size: int) -> None:
    expected = [Frame((start + text,)), Frame((b"* 1 EXISTS",))]
    assert frames(start + text + b"\r\n* 1 EXISTS\r\n", size) == expected


def test_only_a_line_that_begins_with_a_star_can_be_data() -> None:
    assert all(map(is_human, (b"* OK", b"*", b"+")))
    assert not any(map(is_human, (b"* OKAY", b"* OK[ALERT]", b"* 1 EXISTS")))


@sizes
@pytest.mark.parametrize(
    "line",
    [
        b"* LIST () NIL {-5}",
        b"* LIST () NIL {abc}",
        b"* LIST () NIL {}",
        b"* LIST () NIL {10000000000}",
        b"* LIST () NIL {12345678901}",
        b"* LIST () NIL {262145}",
        b"* LIST () NIL {5} ",
        b"* LIST () NIL {5-}",
        b"* LIST () NIL { 5}",
        b"* LIST () NIL a{5}",
        b'* LIST () NIL "a{5}',
        b'* LIST () NIL "a"{5}',
        b'* LIST () NIL "a\\"{5}',
        b"* SEARCH 1 2 \xef\xbb\xbf{5}",
    ],
)
def test_braces_that_announce_no_literal_are_fatal(line: bytes, size: int) -> None:
    framer = Framer()
    with pytest.raises(RemoteProtocolError):
        feed(framer, pieces(line + b"\r\nhello* 9 EXISTS\r\n", size))
    assert framer.buffered == 0
    framer.feed(b"* 9 EXISTS\r\n")
    assert framer.next() is None
    assert framer.buffered == 0


@sizes
def test_a_bare_line_feed_inside_a_string_is_fatal(size: int) -> None:
    with pytest.raises(RemoteProtocolError):
        frames(b'* LIST () "/" "a\n* 9 EXISTS\r\n', size)


def test_a_string_left_open_by_a_whole_line_is_the_parsers_to_judge() -> None:
    assert frames(b'* XTHING don"t\r\n') == [Frame((b'* XTHING don"t',))]


@sizes
def test_what_came_whole_before_the_breach_is_handed_out(size: int) -> None:
    found, broken = outcome(b"* 1 EXISTS\r\n* 2 EXISTS\r\n* LIST {x}\r\n* 3 EXISTS\r\n", size)
    assert found == [Frame((b"* 1 EXISTS",)), Frame((b"* 2 EXISTS",))]
    assert broken


LINE = b"* LIST " + b"x" * 33
LITERAL = b"* X ({30}\r\n" + b"y" * 30


@sizes
@pytest.mark.parametrize(
    ("limits", "data", "count"),
    [
        (Limits(line=40), LINE + b"\r\n", 1),
        (Limits(line=40), LINE + b"\n", 1),
        (Limits(line=40), LINE + b"x\r\n", None),
        (Limits(line=40), LINE + b"x\n", None),
        (Limits(line=50, literal=30, response=60), LITERAL + b" " * 18 + b")\r\n", 1),
        (Limits(line=50, literal=30, response=60), LITERAL + b" " * 19 + b")\r\n", None),
        (Limits(line=50, literal=30, response=60), LITERAL + b" {30}\r\n" + b"y" * 30 + b")\r\n", None),
        (Limits(line=50, literal=30, response=60), b"* X" + b" {0}\r\n" * 20 + b"\r\n", None),
        # The limits begin anew with each response, and an empty line is none.
        (
            Limits(line=20, literal=20, response=40),
            (b"* X {10}\r\n" + b"y" * 10 + b"\r\n") * 9 + b"\r\n" * 99,
            9,
        ),
        (Limits(line=12), b"\n" + b"* 1 EXISTS\r\n" * 3, 3),
    ],
)
def test_a_line_and_a_response_may_be_as_long_as_their_limits(
    limits: Limits, data: bytes, count: int | None, size: int
) -> None:
    if count is None:
        with pytest.raises(RemoteProtocolError):
            frames(data, size, limits)
    else:
        assert len(frames(data, size, limits)) == count


def test_a_line_without_end_is_fatal_before_its_end() -> None:
    framer = Framer()
    framer.feed(b"x" * 65_536 + b"\r")
    assert framer.next() is None
    framer.feed(b"x")
    with pytest.raises(RemoteProtocolError):
        framer.next()


@sizes
@pytest.mark.parametrize("start", [b"* SEARCH ", b"* search ", b"* ESEARCH "])
def test_a_search_line_may_be_long_only_when_it_was_asked_for(size: int, start: bytes) -> None:
    limits = Limits(line=20, response=100)
    line = start + b"1 " * 30
    with pytest.raises(RemoteProtocolError):
        frames(line + b"\r\n", size, limits)
    framer = Framer(limits)
    framer.allow_long_line = True
    assert feed(framer, pieces(line + b"\r\n", size)) == [Frame((line,))]
    with pytest.raises(RemoteProtocolError):
        feed(framer, pieces(start + b"1 " * 60 + b"\r\n", size))


@sizes
@pytest.mark.parametrize("line", [b"* SEARCHING", b"* OK SEARCH", b"+ SEARCH", b"* LIST"])
def test_no_other_line_may_be_long(size: int, line: bytes) -> None:
    framer = Framer(Limits(line=20))
    framer.allow_long_line = True
    with pytest.raises(RemoteProtocolError):
        feed(framer, pieces(line + b" 1" * 20 + b"\r\n", size))


def test_a_literal_too_many_is_refused_before_it_comes() -> None:
    framer = Framer(Limits(line=50, literal=30, response=60))
    framer.feed(LITERAL + b" {30}\r\n")
    with pytest.raises(RemoteProtocolError):
        framer.next()


def test_buffered_counts_what_was_not_handed_out() -> None:
    """So that bytes which came before TLS are noticed."""
    framer = Framer()
    assert framer.buffered == 0
    framer.feed(b"a1 OK go ahead\r\n* OK")
    assert framer.next() == Frame((b"a1 OK go ahead",))
    assert framer.buffered == 4
    framer.feed(b"\r\n* X {3}\r\nab")
    assert framer.next() == Frame((b"* OK",))
    assert framer.next() is None
    assert framer.buffered == len(b"* X {3}\r\nab")
    framer.feed(b"c\r\n")
    assert framer.next() == Frame((b"* X {3}", b"abc", b""))
    assert framer.buffered == 0


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_any_literals_come_out_as_they_went_in(literals: list[bytes]) -> None:
    data = b"* X " + b"".join(b"{%d}\r\n%b " % (len(text), text) for text in literals) + b"\r\n"
    for size in SIZES:
        assert list(frames(data, size)[0].parts[1::2]) == literals


@given(st.lists(st.sampled_from(b'* |OK |{5}|{1}|\r\n|\n|\r|"|\\|a|+ |\0'.split(b"|"))))
def test_any_bytes_are_cut_alike_in_all_pieces(tokens: list[bytes]) -> None:
    data = b"".join(tokens)
    assert outcome(data, WHOLE) == outcome(data, 7) == outcome(data, 1)
