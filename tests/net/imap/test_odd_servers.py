"""Servers that count and number in ways of their own: asked in another way, and never believed too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.net.faulty import Faulty
from tests.net.session_fixture import SessionFixture
from tests.net.wire import Wire
from tray.net.watch.idle_loop import SETTLE

if TYPE_CHECKING:
    from twisted.internet.task import Clock


@pytest.mark.parametrize(
    "answer",
    ["* ESEARCH (TAG x) UID", "* ESEARCH (TAG x) UID COUNT many", "* ESEARCH (TAG", "* ESEARCH", None],
)
def test_a_count_that_is_not_told_is_asked_for_by_search(clock: Clock, answer: str | None) -> None:
    """Exchange: `* ESEARCH (TAG "A1") UID`, where four mails are unseen."""
    server = Faulty(clock, [10, 11, 12, 13, 14])
    server.unseen = 4
    told = () if answer is None else (answer,)
    server.answer = lambda said: (*told, "OK") if "RETURN (COUNT)" in said else None
    life = server.connect()
    assert life.state.unseen == 4
    server.deliver(15)
    assert life.state.unseen == 4
    assert server.asked.count("UID SEARCH UNSEEN UNDELETED") == 2
    assert sum("RETURN" in said for said in server.asked) == (1 if answer else 2)


def test_a_count_that_no_search_tells_is_asked_for_by_status(clock: Clock) -> None:
    server = Faulty(clock, [10, 11])

    def answer(said: str) -> tuple[str, ...] | None:
        if said.startswith("UID SEARCH"):
            return "* SEARCH ten", "OK"
        return ('* STATUS "inbox" (MESSAGES x UNSEEN 3)', "OK") if said.startswith("STATUS") else None

    server.answer = answer
    assert server.connect().state.unseen == 3


@pytest.mark.parametrize("status", ["BAD what", "NO not now"])
def test_a_count_that_is_refused_is_asked_for_otherwise_where_it_was_not_understood(
    clock: Clock, status: str
) -> None:
    server = Faulty(clock, [10, 11])
    server.unseen = 2
    server.answer = lambda said: (status,) if "RETURN (COUNT)" in said else None
    life = server.connect()
    assert not life.end
    assert ("UID SEARCH UNSEEN UNDELETED" in server.asked) == status.startswith("BAD")


@pytest.mark.parametrize(
    ("name", "count"),
    [("INBOX", 4), ("inbox", 4), ("{5}\r\nInbox", 4), ("Else", 4), ("Other) (MESSAGES 1", None)],
)
def test_the_name_in_status_may_be_spelled_in_another_way(clock: Clock, name: str, count: int | None) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE] ready")
    life = SessionFixture(wire)
    wire.c('$st STATUS "INBOX" (MESSAGES UNSEEN)', '$ex EXAMINE "INBOX"')
    wire.s(f"* STATUS {name} (UNSEEN 4)", "$st OK", "* 0 EXISTS", "* OK [UIDVALIDITY 7] v", "$ex OK")
    if count is None:
        wire.c("$n UID SEARCH UNSEEN UNDELETED", "$i IDLE").s("* SEARCH 3", "$n OK")
        assert life.state.unseen == 1
    else:
        assert life.state.unseen == count


@pytest.mark.parametrize("exists", [(), ("* x EXISTS",), ("* 99999999999 EXISTS",)])
def test_how_many_there_are_is_asked_for_where_it_is_not_told(clock: Clock, exists: tuple[str, ...]) -> None:
    server = Faulty(clock, [10, 11, 12])

    def answer(said: str) -> tuple[str, ...] | None:
        if said.startswith("EXAMINE"):
            return *exists, "* OK [UIDVALIDITY 7] v", "* OK [UIDNEXT 13] n", "OK"
        return ("* STATUS INBOX (MESSAGES 3 UNSEEN 1)", "OK") if said.startswith("STATUS") else None

    server.answer = answer
    life = server.connect()
    assert [message.uid for message in life.state.latest] == [12, 11, 10]
    assert life.state.unseen == 1


@pytest.mark.parametrize(
    "codes",
    [
        (),
        ("* OK [UIDVALIDITY 0] v", "* OK [UIDNEXT 0] n"),
        ("* OK [UIDVALIDITY x] v", "* OK [UIDNEXT] n"),
        ("* OK [UIDVALIDITY 99999999999999999999] v", "* OK [UIDNEXT 99999999999999999999] n"),
        (
            "* OK [PERMANENTFLAGS] v",
            "* OK [PERMANENTFLAGS (a b] \\*] v",
            "* OK [UNSEEN] n",
            "* FLAGS NIL",
            "* RECENT",
        ),
    ],
)
def test_numbers_that_make_no_sense_are_not_believed(clock: Clock, codes: tuple[str, ...]) -> None:
    server = Faulty(clock, [10, 11, 12])
    server.answer = lambda said: (
        (f"* {len(server.uids)} EXISTS", *codes, "OK") if said.startswith("EXAMINE") else None
    )
    life = server.connect()
    server.deliver(13)
    assert life.arrivals == ["Hello"]
    assert life.state.announced_uid == 13
    server.wire.close()
    again = server.connect(life.state)
    server.deliver(14)
    assert again.arrivals == ["Hello"]


@pytest.mark.parametrize("line", ["* x EXISTS", "* 99999999999 EXISTS", "* EXISTS"])
def test_news_that_make_no_sense_are_looked_at(clock: Clock, line: str) -> None:
    """But not for ever."""
    server = Faulty(clock, [10])
    life = server.connect()
    server.uids.append(11)
    server.wire.s(line)
    server.serve()
    assert life.arrivals == ["Hello"]
    for _ in range(200):
        server.wire.s(line)
        server.pass_time(1)
    server.asked.clear()
    server.wire.s(line)
    server.pass_time(1)
    assert server.asked == []
    assert not life.end


@pytest.mark.parametrize("line", ["* 0 EXPUNGE", "* EXPUNGE", "* 9 EXPUNGE", "* 2 FETCH", "* 9999 EXPUNGE"])
def test_a_change_that_makes_no_sense_is_looked_at(clock: Clock, line: str) -> None:
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.uids.remove(11)
    server.wire.s(line)
    server.pass_time(SETTLE)
    assert [message.uid for message in life.state.latest] == [12, 10]
    assert not life.end
