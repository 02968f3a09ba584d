"""How a session begins: what it sends in one write, and what becomes of answers that do not hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock

from tests.net.session_fixture import COUNT, EXAMINED, SessionFixture
from tests.net.wire import TITLES, Wire, row
from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.net.imap.mailbox.fetching import CATCH_UP
from tray.net.watch.idle_loop import RENEWAL

if TYPE_CHECKING:
    from tray.mail.arrivals.mailbox_state import MailboxState

ID = '$id ID ("name" "Mailbell" "version" "0.1.0")'
EXAMINE = '$ex EXAMINE "INBOX"'


def known(*uids: int) -> MailboxState:
    """What an earlier session has left: a mailbox whose newest messages are these three."""
    state = (
        SessionFixture(Wire(Clock()).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID] hi")).begin(uids).state
    )
    assert state is not None
    return state


@pytest.fixture
def life(wire: Wire) -> SessionFixture:
    """A session that knows of the messages 10, 11 and 12, and has sent all that it begins with."""
    life = SessionFixture(wire, state=known(10, 11, 12))
    wire.c(ID, EXAMINE, f"$f UID FETCH 10:{12 + CATCH_UP} {TITLES}", f"$n {COUNT}", "$idle IDLE")
    assert len(wire.transport.writes) == 1
    return life


def examined(
    life: SessionFixture,
    exists: int,
    uid_next: int | None,
    *,
    validity: int = 7,
    status: str = "OK [READ-ONLY]",
) -> None:
    lines = [f"* {exists} EXISTS", f"* OK [UIDVALIDITY {validity}] valid"]
    if uid_next is not None:
        lines.append(f"* OK [UIDNEXT {uid_next}] next")
    life.wire.s("* ID NIL", "$id OK", *lines, f"$ex {status} done")


def shown(life: SessionFixture) -> list[int]:
    assert life.state is not None
    return [message.uid for message in life.state.latest]


def reads_again(life: SessionFixture, *rows: str, exists: int) -> None:
    """The titles are requested once more, by their places; the count is not."""
    life.after_done(f"$g FETCH {max(1, exists - 2)}:{exists} {TITLES}", "$idle IDLE")
    life.wire.s(*rows, "$g OK", "+ idling").c()
    assert len(life.reports) == 1


def test_a_mailbox_that_is_known_is_read_in_one_round_trip(life: SessionFixture) -> None:
    examined(life, 13, 14)
    life.wire.s(row(10, 10), row(11, 11), row(12, 12), row(13, 13, "New"), "$f OK")
    life.counted(5).wire.s("+ idling").c()
    assert life.arrivals == ["New"]
    assert shown(life) == [13, 12, 11]
    assert life.state.unseen == 5
    assert life.reports[0].covers == 11
    assert life.confirmed == [True]
    life.wire.s("* 14 EXISTS")
    life.fetches(14, row(14, 14, "Newer"))
    assert life.arrivals == ["New", "Newer"]


def test_all_data_may_come_before_the_oks(life: SessionFixture) -> None:
    """Dovecot sends the OKs of pipelined commands together."""
    life.wire.s("* 3 EXISTS", "* OK [UIDVALIDITY 7] v", "* OK [UIDNEXT 13] n")
    life.wire.s(row(1, 10), row(2, 11), row(3, 12), f'* ESEARCH (TAG "{life.wire.tags["$n"]}") UID COUNT 1')
    life.wire.s("$id OK", "$ex OK [READ-ONLY]", "$f OK", "$n OK", "+ idling").c()
    assert (shown(life), life.state.unseen, life.arrivals) == ([12, 11, 10], 1, [])


def test_a_small_mailbox_is_known_as_a_whole(wire: Wire) -> None:
    life = SessionFixture(wire, state=known(10))
    wire.c(ID, EXAMINE, f"$f UID FETCH 10:{10 + CATCH_UP} {TITLES}", f"$n {COUNT}", "$idle IDLE")
    examined(life, 1, 11)
    wire.s(row(1, 10), "$f OK")
    life.counted(1)
    assert life.reports[0].covers == 1


def test_a_mailbox_that_was_emptied_is_told_to_be_empty(life: SessionFixture) -> None:
    examined(life, 0, 13)
    life.wire.s("$f OK")
    life.counted(0).wire.s("+ idling").c()
    assert life.reports[0].empty
    assert shown(life) == []


def test_more_new_messages_than_are_shown_are_all_announced(life: SessionFixture) -> None:
    examined(life, 8, 18)
    life.wire.s(*(row(uid - 9, uid, f"Mail {uid}") for uid in range(10, 18)), "$f OK")
    life.counted(5).wire.s("+ idling").c()
    assert life.arrivals == [f"Mail {uid}" for uid in range(13, 18)]
    assert shown(life) == [17, 16, 15]
    assert life.reports[0].passed_over == 0


def test_mail_that_comes_between_the_answers_is_announced_once(life: SessionFixture) -> None:
    """Hard case 4."""
    examined(life, 3, 13)
    life.wire.s("* 4 EXISTS", row(1, 10), row(2, 11), row(3, 12), row(4, 13, "New"), "$f OK")
    life.counted(1).wire.s("+ idling")
    life.fetches(14, row(4, 13, "New"))
    assert life.arrivals == ["New"]


def test_after_another_uidvalidity_the_answer_is_thrown_away(life: SessionFixture) -> None:
    """Hard case 8: the UIDs are those of other messages."""
    examined(life, 3, 13, validity=8)
    life.wire.s(row(1, 10, "Other"), row(2, 11, "Other"), "$f OK")
    life.counted(1).wire.s("+ idling")
    reads_again(life, row(1, 10, "A"), row(2, 11, "B"), row(3, 12, "C"), exists=3)
    assert [message.envelope.subject for message in life.state.latest] == ["C", "B", "A"]
    assert life.state.uid_validity == 8


@pytest.mark.parametrize("uid_next", [None, 12, 12 + CATCH_UP + 2])
def test_without_a_uidnext_that_fits_the_newest_are_read_again(
    life: SessionFixture, uid_next: int | None
) -> None:
    """There may be more than was named, or UIDs start again."""
    examined(life, 3, uid_next)
    life.wire.s(row(1, 10), row(2, 11), row(3, 12), "$f OK")
    life.counted(1).wire.s("+ idling")
    reads_again(life, row(1, 10), row(2, 11), row(3, 12), exists=3)
    assert shown(life) == [12, 11, 10]


def test_as_many_new_messages_as_were_named_are_no_more_than_that(life: SessionFixture) -> None:
    last = 12 + CATCH_UP
    examined(life, 1, last + 1)
    life.wire.s(row(1, last, "Last"), "$f OK")
    life.counted(1).wire.s("+ idling").c()
    assert shown(life) == [last]


def test_a_message_that_was_not_named_makes_up_for_none_that_is_missing(life: SessionFixture) -> None:
    examined(life, 3, 13)
    life.wire.s(row(1, 9), row(2, 11), row(3, 12), "$f OK")
    life.counted(1).wire.s("+ idling")
    reads_again(life, row(1, 9), row(2, 11), row(3, 12), exists=3)


def test_no_more_messages_are_named_than_are_shown(wire: Wire) -> None:
    SessionFixture(wire, titles=2, state=known(10, 11, 12))
    wire.c(ID, EXAMINE, f"$f UID FETCH 11:{12 + CATCH_UP} {TITLES}", f"$n {COUNT}", "$idle IDLE")


def test_no_uid_is_named_that_cannot_be(wire: Wire) -> None:
    last = 2**32 - 1
    SessionFixture(wire, state=known(last - 4, last - 3, last - 2))
    wire.c(ID, EXAMINE, f"$f UID FETCH {last - 4}:{last} {TITLES}", f"$n {COUNT}", "$idle IDLE")


def test_messages_that_left_are_replaced_by_older_ones(life: SessionFixture) -> None:
    examined(life, 40, 13)
    life.wire.s(row(39, 10), row(40, 12), "$f OK")
    life.counted(1).wire.s("+ idling")
    reads_again(life, row(38, 9), row(39, 10), row(40, 12), exists=40)
    assert shown(life) == [12, 10, 9]


@pytest.mark.parametrize("status", ["NO [UNAVAILABLE] later", "OK"])
def test_an_answer_with_gaps_is_no_answer(life: SessionFixture, status: str) -> None:
    """Refused, or without the headers of a message."""
    examined(life, 3, 13)
    life.wire.s(row(1, 10), row(2, 11), "* 3 FETCH (UID 12 FLAGS ())", f"$f {status}")
    life.counted(1).wire.s("+ idling")
    reads_again(life, row(1, 10), row(2, 11), row(3, 12), exists=3)
    assert shown(life) == [12, 11, 10]


def test_a_server_that_minds_gets_one_command_after_the_other_in_the_same_order(life: SessionFixture) -> None:
    wire = life.wire
    wire.s(*(f"{wire.tags[name]} BAD one at a time" for name in ("$id", "$ex", "$f", "$n", "$idle")))
    wire.c(ID).s("$id OK").c(EXAMINE)
    examined(life, 3, 13)
    wire.c(f"$f UID FETCH 10:{12 + CATCH_UP} {TITLES}").s(row(1, 10), row(2, 11), row(3, 12), "$f OK")
    wire.c(f"$n {COUNT}")
    life.counted(1)
    wire.c("$idle IDLE")
    assert shown(life) == [12, 11, 10]
    assert not wire.protocol.queue.pipelining


def test_one_refused_command_among_the_others_is_sent_again_alone(life: SessionFixture) -> None:
    examined(life, 3, 13)
    life.wire.s("$f BAD not now")
    life.counted(1).wire.s("+ idling")
    life.wire.c("DONE").s("$idle OK").c(f"$f UID FETCH 10:{12 + CATCH_UP} {TITLES}")
    life.wire.s(row(1, 10), row(2, 11), row(3, 12), "$f OK").c("$idle IDLE")
    assert shown(life) == [12, 11, 10]


@pytest.mark.usefixtures("nothing_unhandled")
def test_a_mailbox_that_cannot_be_opened_ends_the_session(life: SessionFixture) -> None:
    life.wire.s("$id OK", "$ex NO [NONEXISTENT] no such mailbox", "$f BAD none", "$n BAD none")
    assert [(type(error), error.code) for error in life.end] == [(CommandRefused, "NONEXISTENT")]
    life.wire.close()


@pytest.mark.usefixtures("nothing_unhandled")
@pytest.mark.parametrize("answered", range(4))
def test_a_connection_that_is_lost_at_the_beginning_leaves_nothing_behind(
    life: SessionFixture, answered: int
) -> None:
    for step in (
        lambda: examined(life, 3, 13),
        lambda: life.wire.s(row(1, 10)),
        lambda: life.wire.s(row(2, 11), row(3, 12), "$f OK"),
    )[:answered]:
        step()
    life.wire.close(ConnectionLost())
    assert [type(error) for error in life.end] == [ConnectionLost]
    assert life.reports == []
    assert not life.wire.clock.getDelayedCalls()


def test_messages_that_wait_for_their_toasts_below_the_newest_are_read_too(wire: Wire) -> None:
    """No notification server took them before the program was killed."""
    life = SessionFixture(wire, state=replace(known(10, 11, 12), announced_uid=Uid(8)))
    wire.c(ID, EXAMINE)
    examined(life, 7, 13)
    wire.c(f"$f FETCH 5:7 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(row(5, 10), row(6, 11), row(7, 12), "$f OK")
    life.counted(5).wire.s("+ idling")
    life.after_done(f"$g FETCH 1:7 {TITLES}")
    wire.s(*(row(at, 5 + at, f"Mail {5 + at}") for at in range(1, 8)), "$g OK")
    assert life.arrivals == [f"Mail {uid}" for uid in range(9, 13)]


def test_without_pipelining_what_is_known_is_not_requested_blindly(wire: Wire) -> None:
    wire.protocol.queue.pipelining = False
    life = SessionFixture(wire, state=known(10, 11, 12))
    wire.c(ID).s("$id OK").c(EXAMINE)
    examined(life, 3, 13)
    wire.c(f"$f FETCH 1:3 {TITLES}")


def begun_without_esearch(clock: Clock) -> tuple[Wire, SessionFixture]:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE] ready")
    life = SessionFixture(wire, state=known(10, 11, 12))
    wire.c(
        '$st STATUS "INBOX" (MESSAGES UNSEEN)',
        EXAMINE,
        f"$f UID FETCH 10:{12 + CATCH_UP} {TITLES}",
        "$idle IDLE",
    )
    return wire, life


def test_a_server_without_esearch_counts_before_the_mailbox_is_open(clock: Clock) -> None:
    wire, life = begun_without_esearch(clock)
    wire.s('* STATUS "INBOX" (UNSEEN 4)', "$st OK", *(line.format(next=13) for line in EXAMINED))
    wire.s("* 3 EXISTS", "$ex OK", row(1, 10), row(2, 11), row(3, 12), "$f OK", "+ idling").c()
    assert (shown(life), life.state.unseen) == ([12, 11, 10], 4)


def test_where_status_is_refused_the_unread_are_counted_by_search(clock: Clock) -> None:
    wire, life = begun_without_esearch(clock)
    wire.s("$st NO not now", *(line.format(next=13) for line in EXAMINED))
    wire.s("* 3 EXISTS", "$ex OK", row(1, 10), row(2, 11), row(3, 12), "$f OK", "+ idling")
    life.after_done("$u UID SEARCH UNSEEN UNDELETED", "$idle IDLE").wire.s("* SEARCH 11 12", "$u OK")
    assert (shown(life), life.state.unseen) == ([12, 11, 10], 2)


def test_a_message_that_cannot_be_fetched_is_not_named(wire: Wire) -> None:
    first = SessionFixture(wire, state=known(10, 11, 12))
    first.memory.unfetched.failed(first.state.latest[0].uid)
    again = SessionFixture(
        Wire(wire.clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH] hi"), 3, first.state, first.memory
    )
    again.wire.c(EXAMINE)


def test_the_look_of_the_renewal_follows(life: SessionFixture) -> None:
    examined(life, 3, 13)
    life.wire.s(row(1, 10), row(2, 11), row(3, 12), "$f OK")
    life.counted(1).wire.s("+ idling").clock.advance(RENEWAL)
    life.after_done(f"$f UID FETCH 13:* {TITLES}")
