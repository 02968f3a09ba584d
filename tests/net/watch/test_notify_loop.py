"""New messages that the server sends unasked, in IDLE with NOTIFY: no round trip, and nothing lost where it fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.net.session_fixture import COUNT, SessionFixture
from tests.net.wire import TITLES, Wire, row
from tray.imap.types import NO_EXTRAS, ExtraItems
from tray.mail.model.message import Preview
from tray.net.imap.mailbox.fetch_preview import NEW_OCTETS
from tray.net.watch.idle_loop import POLL_INTERVAL, SETTLE
from tray.net.watch.session_memory import SessionMemory

if TYPE_CHECKING:
    from twisted.internet.task import Clock

OFFERED = "IMAP4rev1 IDLE ESEARCH ID NOTIFY"
PUSHED = "(UID FLAGS INTERNALDATE BODY.PEEK[HEADER]<0.32768>)"
NOTIFY = f"$y NOTIFY SET (selected-delayed (MessageNew {PUSHED} MessageExpunge FlagChange))"
TOASTS = ExtraItems(previews=True)
WITH_TEXT = NOTIFY.replace("768>)", f"768> BODY.PEEK[TEXT]<0.{NEW_OCTETS}>)")


@pytest.fixture
def wire(clock: Clock, chop: int | None) -> Wire:
    return Wire(clock, chop).s(f"* OK [CAPABILITY {OFFERED}] ready")


def begun(
    wire: Wire, *answer: str, extra: ExtraItems | None = None, memory: SessionMemory | None = None
) -> SessionFixture:
    """A session that idles with NOTIFY; UIDs 10 and 11 are known."""
    life = SessionFixture(wire, memory=memory)
    life.notify = (NOTIFY,)
    if extra is not None:
        life.extra = extra
        life.notify = (WITH_TEXT,)
    life.begin([10, 11], unseen=2)
    wire.s(*(answer or ("$y OK NOTIFY completed",)))
    return life


def with_text(sequence: int, uid: int, body: str) -> str:
    return f"{row(sequence, uid, 'News')[:-1]} BODY[TEXT]<0> {{{len(body)}}}\r\n{body})"


def test_a_new_message_is_reported_as_it_comes_and_counted_a_moment_later(wire: Wire) -> None:
    life = begun(wire)
    wire.s("* 3 EXISTS", "* 1 RECENT", row(3, 12, "News"))
    assert life.arrivals == ["News"]
    assert life.state is not None
    assert life.state.unseen == 3
    wire.c().clock.advance(SETTLE)
    life.after_done(f"$n {COUNT}", "$idle IDLE").counted(5)
    wire.s("+ idling")
    assert life.state.unseen == 5
    wire.clock.advance(SETTLE)
    wire.c()


def test_several_at_once_and_one_after_another(wire: Wire) -> None:
    life = begun(wire)
    wire.s("* 4 EXISTS", row(3, 12, "One"))
    assert life.arrivals == []
    wire.s(row(4, 13, "Two"))
    wire.s("* 5 EXISTS", row(5, 14, "Three")).c()
    assert life.arrivals == ["One", "Two", "Three"]
    assert [message.uid for message in life.state.latest] == [14, 13, 12]


def test_many_at_once_are_reported_together_and_as_they_come(wire: Wire) -> None:
    """Their digest is not late because it is one."""
    life = begun(wire, extra=TOASTS)
    before = len(life.reports)
    wire.s("* 22 EXISTS", *(with_text(sequence, 9 + sequence, "Hello") for sequence in range(3, 23)))
    assert life.arrivals == ["News"] * 20
    assert len(life.reports) == before + 1


def test_the_preview_comes_with_the_message(wire: Wire) -> None:
    life = begun(wire, extra=TOASTS)
    wire.s("* 3 EXISTS", with_text(3, 12, "Your code is 482 913.\r\n"))
    assert life.arrivals == ["News"]
    assert life.reports[-1].previews == ((12, Preview("Your code is 482 913.", "482913")),)


@pytest.mark.parametrize(
    "pushed",
    [
        [],
        [row(3, 12).replace("UID 12 ", "")],
        [row(3, 12).replace("FLAGS () ", "")],
        ["* 3 FETCH (UID 12 FLAGS () BODY[HEADER.FIELDS (SUBJECT)] NIL)"],
        [row(4, 12)],
        [row(2, 12)],
        [row(3, 11)],
        ["* 4 EXISTS", row(3, 12), row(3, 13)],
        ["* 3 FETCH (UID 12 FLAGS ("],
        [row(3, 12, "x" * 32_768)],
        ["* 1 EXPUNGE", row(2, 12)],
        ["* 4 EXISTS", row(3, 13), row(4, 12)],
    ],
    ids=[
        "nothing",
        "no-uid",
        "no-flags",
        "no-headers",
        "beyond",
        "known",
        "old-uid",
        "two",
        "torn",
        "cut",
        "moved",
        "order",
    ],
)
def test_what_is_incomplete_or_contradictory_is_fetched(clock: Clock, pushed: list[str]) -> None:
    """Data that a server sends by itself counts as little as data that it was asked for."""
    wire = Wire(clock).s(f"* OK [CAPABILITY {OFFERED}] ready")
    life = begun(wire)
    wire.s("* 3 EXISTS", *pushed)
    wire.clock.advance(SETTLE)
    sent = wire.sent()
    assert (sent[0], sent[1].partition(" ")[2]) == ("DONE", f"UID FETCH 12:* {TITLES}")
    wire.tags["$f"] = sent[1].partition(" ")[0]
    wire.s("$idle OK", row(3, 12, "Fetched"), "$f OK")
    assert life.arrivals == ["Fetched"]


def test_a_message_whose_data_never_come_is_fetched_though_idle_was_renewed_meanwhile(wire: Wire) -> None:
    life = begun(wire)
    wire.s("* 2 FETCH (UID 11 FLAGS (\\Seen))").clock.advance(SETTLE - 0.01)
    wire.s("* 3 EXISTS").clock.advance(0.01)
    life.looks(10, "* 1 FETCH (UID 10 FLAGS ())", "* 2 FETCH (UID 11 FLAGS (\\Seen))", unseen=1)
    wire.s("+ idling").clock.advance(SETTLE)
    life.fetches(12, row(3, 12, "News")).counts(1)
    assert life.arrivals == ["News"]


def test_mail_that_comes_between_two_idles_is_fetched_and_the_next_is_pushed(wire: Wire) -> None:
    life = begun(wire)
    wire.s("* 3 EXISTS", row(3, 12, "One")).clock.advance(SETTLE)
    life.after_done(f"$n {COUNT}", "$idle IDLE")
    wire.s("* 4 EXISTS")
    life.counted(2)
    wire.s("+ idling")
    life.fetches(13, row(4, 13, "Two")).counts(2)
    wire.s("+ idling", "* 5 EXISTS", row(5, 14, "Three"))
    assert life.arrivals == ["One", "Two", "Three"]


@pytest.mark.parametrize("answer", ["NO [BADEVENT (MessageNew)] no such event", "BAD unknown command"])
def test_without_notify_a_new_message_is_fetched(whole: Wire, answer: str) -> None:
    wire = Wire(whole.clock).s(f"* OK [CAPABILITY {OFFERED}] ready")
    life = SessionFixture(wire)
    life.notify = (NOTIFY,)
    life.begin([10, 11], unseen=2)
    wire.s(f"$y {answer}")
    while sent := wire.sent():  # BAD among other commands: it is sent again alone
        wire.tags["$idle" if sent[-1].endswith("IDLE") else "$y"] = sent[-1].partition(" ")[0]
        wire.s(
            "$idle OK" if sent[0] == "DONE" else "+ idling" if sent[-1].endswith("IDLE") else f"$y {answer}"
        )
        if sent[0] == "DONE":
            wire.s(f"$y {answer}")
    wire.s("* 3 EXISTS")
    life.fetches(12, row(3, 12, "News")).counts(1)
    assert life.arrivals == ["News"]


SIZED_TITLES = TITLES.replace("INTERNALDATE", "RFC822.SIZE INTERNALDATE")


def asked_for_sizes(wire: Wire) -> SessionFixture:
    """After a message that came without, as sizes were not asked for before."""
    life = begun(wire)
    life.extra = ExtraItems(size=True)
    wire.s("* 3 EXISTS", row(3, 12, "News"))
    life.after_done(f"$f UID FETCH 12:* {SIZED_TITLES}")
    wire.s(row(3, 12, "News"), "$f OK").c(
        f"$n {COUNT}", NOTIFY.replace("FLAGS", "FLAGS RFC822.SIZE", 1), "$idle IDLE"
    )
    life.counted(1)
    return life


def test_other_items_are_asked_for_anew_and_what_was_sent_before_is_not_used(wire: Wire) -> None:
    life = asked_for_sizes(wire)
    wire.s(
        "+ idling",
        "$y OK",
        "* 4 EXISTS",
        row(4, 13, "More").replace("INTERNALDATE", "RFC822.SIZE 9 INTERNALDATE"),
    )
    assert life.arrivals == ["News", "More"]
    assert life.reports[-1].messages[0].size == 9


def test_where_other_items_are_refused_nothing_is_expected_and_asked_for_any_more(wire: Wire) -> None:
    """What comes is what was asked for before."""
    life = asked_for_sizes(wire)
    wire.s("$y NO not now", "+ idling", "* 4 EXISTS", row(4, 13, "Of before"))
    life.extra = NO_EXTRAS
    wire.s("* 2 FETCH (UID 11 FLAGS ())")
    life.after_done(f"$f UID FETCH 13:* {SIZED_TITLES}")
    wire.s(row(4, 13, "More"), "$f OK").c(f"$n {COUNT}", "$idle IDLE")
    assert life.arrivals == ["News", "More"]


def test_a_server_that_was_silent_is_believed_again_when_it_announces_a_message(wire: Wire) -> None:
    memory = SessionMemory(silent=True)
    life = begun(wire, memory=memory)
    assert life.confirmed == [False]
    wire.s("* 3 EXISTS", row(3, 12, "News")).clock.advance(SETTLE)
    life.after_done(f"$n {COUNT}", "$idle IDLE").counted(3)
    assert life.confirmed[-1] is True
    assert not memory.silent


def test_each_message_has_as_long_to_come(wire: Wire) -> None:
    """The wait for the first one ends with its data, not that for the next one."""
    life = begun(wire)
    wire.s("* 3 EXISTS", row(3, 12, "One")).clock.advance(SETTLE - 0.05)
    wire.s("* 4 EXISTS").clock.advance(0.05)
    life.after_done(f"$n {COUNT}", "$idle IDLE").counted(3)


def test_what_a_rule_names_is_kept_of_what_is_sent(wire: Wire) -> None:
    life = begun(wire)
    life.extra = ExtraItems(frozenset({"message-id"}))
    wire.s("* 3 EXISTS", row(3, 12, "News"))
    assert life.arrivals == ["News"]
    assert life.reports[-1].messages[0].headers == (("message-id", "<12@example.org>"),)


def test_a_window_that_opens_needs_no_other_notify(wire: Wire) -> None:
    life = begun(wire)
    life.extra = replace(life.extra, listing=True)
    wire.s("* 3 EXISTS", row(3, 12, "News"))
    assert life.arrivals == ["News"]


def test_after_an_overflow_everything_is_read_and_asked_for_again(wire: Wire) -> None:
    life = begun(wire)
    for _ in range(2):
        wire.s("* OK [NOTIFICATIONOVERFLOW] too much")
        life.after_done(f"$f UID FETCH 12:* {TITLES}")
        wire.s(row(2, 11), "$f OK").c(
            "$g UID FETCH 10:* (UID FLAGS)",
            f"$n {COUNT}",
            NOTIFY,
            "$idle IDLE",
        )
        wire.s("* 1 FETCH (UID 10 FLAGS ())", "* 2 FETCH (UID 11 FLAGS ())", "$g OK")
        life.counted(0)
        wire.s("$y OK", "+ idling")
    wire.s("* 3 EXISTS", row(3, 12, "News"))
    assert life.arrivals == ["News"]


def test_after_repeated_overflows_the_server_is_polled(wire: Wire) -> None:
    """It tells nothing after an overflow, in IDLE either."""
    life = begun(wire)
    life.wire.s(*["* OK [NOTIFICATIONOVERFLOW] too much"] * 3)
    served = wire.serve(lambda _: ("OK done",))
    assert "IDLE" not in served
    assert life.confirmed[-1] is False
    wire.clock.advance(POLL_INTERVAL)
    assert "NOOP" in wire.serve(lambda _: ("OK done",))


def test_nothing_is_waited_for_after_the_end(wire: Wire) -> None:
    life = begun(wire)
    wire.s("* 3 EXISTS")
    life.session.end()
    wire.s("* 4 EXISTS", *["* OK [NOTIFICATIONOVERFLOW] too much"] * 3)
    wire.close()
    wire.clock.advance(0)
    assert not wire.clock.getDelayedCalls()
