"""A search goes through the mailbox in slices, so that new mail is reported meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.net.session_fixture import COUNT, SessionFixture
from tests.net.wire import TITLES, Wire, row
from tray.imap.errors import CommandRefused, LocalProtocolError
from tray.net.watch.mailbox_search import LIMIT, TIME_LIMIT, MailboxSearch, words_of

if TYPE_CHECKING:
    from tray.imap.types import UidValidity
    from tray.mail.model.message import Message


class Found:
    """A search in a session, and what came of it."""

    def __init__(self, life: SessionFixture, text: str = "lunch") -> None:
        self.uids: list[int] = []
        self.ends: list[Exception | None] = []
        self.search = MailboxSearch(text, self._found, self.ends.append)
        life.memory.searches.append(self.search)
        life.session.show(life.titles)

    def _found(self, _: UidValidity, messages: tuple[Message, ...]) -> None:
        self.uids += [message.uid for message in messages if message.uid not in self.uids]


def in_headers(slice_: str, text: str = '"lunch"') -> str:
    return f"$s UID SEARCH {slice_} OR SUBJECT {text} FROM {text}"


def begin(wire: Wire, exists: int = 12) -> SessionFixture:
    return SessionFixture(wire, titles=2).begin([exists - 1, exists], exists=exists)


def no_previews(wire: Wire) -> list[str]:
    """The previews of hits are refused, which ends nothing; what else was asked for."""
    return wire.serve(lambda said: ("NO",) if "BODY.PEEK[TEXT]" in said else ("OK",))


def test_headers_are_searched_before_texts(wire: Wire) -> None:
    life = begin(wire)
    found = Found(life)
    life.after_done(in_headers("1:12"))
    wire.s("* SEARCH 5", "$s OK").c(f"$f UID FETCH 5 {TITLES}").s(row(5, 5, "Lunch"), "$f OK")
    assert found.uids == [5]
    (preview,) = wire.sent()
    wire.s(f"{preview.split(' ')[0]} NO").c('$s UID SEARCH 1:12 TEXT "lunch"')
    wire.s("* SEARCH 5 7", "$s OK").c(f"$f UID FETCH 7 {TITLES}").s(row(7, 7, "Other"), "$f OK")
    assert found.uids == [5, 7]
    assert found.ends == [None]
    wire.c("$idle IDLE")
    assert life.arrivals == []


def test_new_mail_is_reported_between_two_slices(wire: Wire) -> None:
    life = begin(wire, exists=2500)
    found = Found(life)
    life.after_done(in_headers("1501:2500"))
    wire.s("* 2501 EXISTS", "* SEARCH", "$s OK").c(f"$f UID FETCH 2501:* {TITLES}")
    wire.s(row(2501, 2501, "News"), "$f OK")
    assert life.arrivals == ["News"]
    life.counts(1)
    assert not found.ends


def test_slices_grow_and_shrink_with_the_time_they_take(wire: Wire) -> None:
    life = begin(wire, exists=9000)
    Found(life)
    life.after_done(in_headers("8001:9000"))
    wire.s("* SEARCH", "$s OK").c(in_headers("6001:8000"))
    wire.clock.advance(0.5)
    wire.s("* SEARCH", "$s OK").c(in_headers("4001:6000"))
    wire.clock.advance(2)
    wire.s("* SEARCH", "$s OK").c(in_headers("3501:4000"))


def test_a_server_is_kept_busy_for_a_minute_at_most(wire: Wire) -> None:
    life = begin(wire, exists=9000)
    found = Found(life)
    life.after_done(in_headers("8001:9000"))
    wire.clock.advance(TIME_LIMIT / 2 + 1 - 10)
    wire.s("* SEARCH", "$s OK").c(in_headers("7751:8000"))
    wire.clock.advance(TIME_LIMIT / 2 + 10 - 1)
    wire.s("* SEARCH", "$s OK").c(in_headers("7689:7750"))
    wire.clock.advance(1)
    wire.s("* SEARCH", "$s OK")
    assert [type(end) for end in found.ends] == [TimeoutError]
    wire.c("$idle IDLE")


def test_the_newest_hits_are_enough(wire: Wire) -> None:
    life = begin(wire, exists=2200)
    found = Found(life)
    life.after_done(in_headers("1201:2200"))
    wire.s("* SEARCH " + " ".join(map(str, range(2001, 2101))), "$s OK").c(f"$f UID FETCH 2051:2100 {TITLES}")
    wire.s(*(row(uid, uid) for uid in range(2051, 2101)), "$f OK")
    assert not any("UID SEARCH" in said for said in no_previews(wire))
    assert len(found.uids) == LIMIT
    assert found.ends == [None]


def test_text_that_is_not_ascii_is_sent_as_a_literal_and_may_be_refused(wire: Wire) -> None:
    life = begin(wire)
    found = Found(life, "köln")
    life.after_done("$s UID SEARCH CHARSET UTF-8 1:12 OR SUBJECT {5}")
    wire.s("+ go on")
    assert wire.sent() == ["köln FROM {5}"]
    wire.s("+ go on")
    assert wire.sent() == ["köln"]
    wire.s("$s NO [BADCHARSET] what?")
    (error,) = found.ends
    assert isinstance(error, CommandRefused)
    assert error.code == "BADCHARSET"
    wire.c("$idle IDLE")
    assert not life.end


def test_a_cancelled_search_stops_after_its_slice_and_says_nothing(wire: Wire) -> None:
    life = begin(wire, exists=9000)
    found = Found(life)
    life.after_done(in_headers("8001:9000"))
    found.search.cancel()
    wire.s("* SEARCH 8500", "$s OK")
    wire.serve(lambda said: (row(8500, 8500), "OK"))
    assert (found.uids, found.ends) == ([], [])
    assert life.memory.searches == []


def test_an_empty_mailbox_is_searched_in_no_time(wire: Wire) -> None:
    life = SessionFixture(wire).begin([])
    found = Found(life)
    assert found.ends == [None]


def test_a_search_outlives_no_connection(wire: Wire) -> None:
    life = begin(wire)
    found = Found(life)
    life.memory.refuse(LocalProtocolError("the watcher says this"))
    assert [type(end) for end in found.ends] == [LocalProtocolError]
    assert life.memory.searches == []


@pytest.mark.parametrize(
    ("typed", "words"), [(" a  b ", "a b"), ("a\x00\r\nb", "a b"), ("\u202e", ""), ("x" * 300, "x" * 199)]
)
def test_what_is_typed_becomes_one_line(typed: str, words: str) -> None:
    assert words_of(typed) == words


def test_a_count_after_a_search_is_no_hit(wire: Wire) -> None:
    life = begin(wire)
    Found(life)
    life.after_done(in_headers("1:12")).wire.s("* SEARCH", "$s OK")
    wire.c('$s UID SEARCH 1:12 TEXT "lunch"').s("* 13 EXISTS", "* SEARCH", "$s OK")
    wire.c(f"$f UID FETCH 13:* {TITLES}").s(row(13, 13, "News"), "$f OK")
    wire.c(f"$n {COUNT}", "$idle IDLE")
    life.counted(1)
    assert life.arrivals == ["News"]
