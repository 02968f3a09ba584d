"""Previews of new messages, and what a window lists: never at the cost of the watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from twisted.internet.error import ConnectionLost

from tests.net.session_fixture import COUNT, SessionFixture
from tests.net.wire import TITLES, Wire, row
from tray.imap.types import ExtraItems, Uid
from tray.mail.arrivals.mailbox_state import MailboxState
from tray.net.imap.mailbox import preview_memory
from tray.net.imap.mailbox.fetch_preview import DEADLINE, LISTED_OCTETS, NEW_OCTETS, PAGE_OCTETS
from tray.net.watch.more_messages import NEW_LIMIT, TOAST_WAIT

if TYPE_CHECKING:
    from tray.net.watch.session_memory import SessionMemory

FIELDS = "SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE CONTENT-TRANSFER-ENCODING"
TOASTS = ExtraItems(previews=True)
WINDOW = ExtraItems(listing=True)


def asked(uids: str, octets: int = NEW_OCTETS) -> str:
    return f"$p UID FETCH {uids} (UID BODY.PEEK[HEADER.FIELDS ({FIELDS})] BODY.PEEK[TEXT]<0.{octets}>)"


def text(sequence: int, uid: int, body: str, headers: str = "Content-Type: text/plain") -> str:
    """A FETCH response with the text of a message."""
    block = f"Subject: Mail {uid}\r\n{headers}\r\n\r\n"
    return (
        f"* {sequence} FETCH (UID {uid} BODY[HEADER.FIELDS ({FIELDS})] {{{len(block.encode())}}}\r\n{block}"
        f" BODY[TEXT]<0> {{{len(body.encode())}}}\r\n{body})"
    )


def new_mail(wire: Wire, memory: SessionMemory | None = None) -> SessionFixture:
    """A session that wants previews of new messages, and has requested the envelope of one."""
    life = SessionFixture(wire, memory=memory).begin([10, 11])
    life.extra = TOASTS
    wire.s("* 3 EXISTS")
    life.after_done(f"$f UID FETCH 12:* {TITLES}", asked("12:16"))
    wire.s(row(3, 12, "News"), "$f OK")
    return life


def previews(life: SessionFixture) -> dict[int, str]:
    assert life.state is not None
    return {message.uid: message.preview for message in (*life.state.latest, *life.state.more)}


def test_a_new_message_is_reported_with_its_preview_after_one_round_trip(wire: Wire) -> None:
    life = new_mail(wire)
    assert life.arrivals == []
    wire.s(text(3, 12, "Hello, your log-in code is 482 913.\r\n"), "$p OK")
    assert life.arrivals == ["News"]
    assert life.state is not None
    (message, *_) = life.state.latest
    assert (message.preview, message.code) == ("Hello, your log-in code is 482 913.", "482913")
    life.counts(1)


def test_a_toast_waits_for_its_preview_for_a_moment_only(wire: Wire) -> None:
    life = new_mail(wire)
    wire.clock.advance(TOAST_WAIT - 0.01)
    assert life.arrivals == []
    wire.clock.advance(0.01)
    assert life.arrivals == ["News"]
    assert previews(life)[12] == ""
    wire.c(f"$n {COUNT}", "$idle IDLE").s(text(3, 12, "Late"), "$p OK")
    assert previews(life)[12] == "Late"
    life.counted(1)
    assert life.arrivals == ["News"]


def test_many_at_once_do_not_wait_for_their_previews(wire: Wire) -> None:
    """A digest shows none, and is not late because it is one."""
    life = SessionFixture(wire, titles=10).begin([10, 11])
    life.extra = TOASTS
    count = NEW_LIMIT + 1
    wire.s(f"* {2 + count} EXISTS")
    life.after_done(f"$f UID FETCH 12:* {TITLES}", asked("12:16"))
    wire.s(*(row(3 + above, 12 + above, f"News {above}") for above in range(count)), "$f OK")
    assert life.arrivals == [f"News {above}" for above in range(count)]
    wire.c(f"$n {COUNT}", "$idle IDLE").s(text(3, 12, "Late"), "$p OK")
    assert previews(life)[12] == "Late"
    life.counted(count)
    assert len(life.arrivals) == count


def test_previews_are_requested_only_where_they_are_wanted(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11])
    wire.s("* 3 EXISTS")
    life.fetches(12, row(3, 12, "News")).counts(1)
    assert life.arrivals == ["News"]


def test_what_came_while_there_was_no_connection_has_previews(wire: Wire) -> None:
    life = SessionFixture(wire, state=MailboxState(uid_validity=7, announced_uid=Uid(11), unseen=0))
    life.extra = TOASTS
    life.opens(13, "* 3 EXISTS").read([10, 11, 12], unseen=1)
    assert life.arrivals == []
    life.after_done(asked("12")).wire.s(text(3, 12, "While you slept"), "$p OK")
    assert life.arrivals == ["Mail 12"]
    assert previews(life)[12] == "While you slept"


@pytest.mark.parametrize("status", ["NO [UNAVAILABLE] not now", "BAD what?"])
def test_a_server_that_refuses_previews_is_asked_no_more_on_the_connection(wire: Wire, status: str) -> None:
    life = new_mail(wire)
    wire.s(f"$p {status}")
    if status.startswith("BAD"):  # perhaps it does not accept two commands at once
        wire.c(asked("12:16")).s(f"$p {status}")
    assert life.arrivals == ["News"]
    life.counts(1)
    wire.s("+ idling", "* 4 EXISTS")
    life.fetches(13, row(4, 13, "More")).counts(2)
    assert life.arrivals == ["News", "More"]
    assert not life.end


def test_connections_that_are_lost_over_previews_are_lost_twice(wire: Wire) -> None:
    """Once may be the network's fault."""
    life = new_mail(wire)
    wire.close(ConnectionLost())
    assert isinstance(life.end[0], ConnectionLost)
    assert not life.memory.previews.is_off
    again = new_mail(
        Wire(wire.clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID] ready"), memory=life.memory
    )
    again.wire.close(ConnectionLost())
    assert life.memory.previews.is_off
    again = SessionFixture(
        Wire(wire.clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID] ready"), memory=life.memory
    )
    again.begin([10, 11, 12])
    again.extra = TOASTS
    again.wire.s("* 4 EXISTS")
    again.fetches(13, row(4, 13, "More"))


def test_a_server_that_is_slow_with_previews_is_asked_no_more(wire: Wire) -> None:
    life = new_mail(wire)
    wire.clock.advance(6)
    wire.c(f"$n {COUNT}", "$idle IDLE").s(text(3, 12, "Late"), "$p OK")
    life.counted(1)
    wire.s("+ idling", "* 4 EXISTS")
    life.fetches(13, row(4, 13, "More"))
    assert life.arrivals == ["News", "More"]


def test_a_preview_that_never_comes_ends_the_connection_as_any_other_answer(wire: Wire) -> None:
    life = new_mail(wire)
    wire.clock.advance(DEADLINE)
    wire.clock.advance(0)
    assert life.end


@pytest.mark.parametrize(
    "lines",
    [
        ["* 3 FETCH (UID 12 BODY[TEXT]<0> NIL)"],
        ["* 3 FETCH (UID 12 BODY[TEXT]<0> {5}\r\nHello)"],
        ["* 3 FETCH (BODY[TEXT]<0> {5}\r\nHello)"],
        ["* 3 FETCH (UID 12 BODY[TEXT]<0> nonsense)"],
        ["* 3 FETCH (UID 12 BODY[TEXT]<0>"],
        ["* 1 FETCH (UID 10 BODY[TEXT]<0> {5}\r\nOther)"],
        ["* 3 FETCH (UID 999 BODY[TEXT]<0> {5}\r\nOther)"],
        [text(3, 13, "Another UID of the same number")],
        [text(3, 12, "x" * 100_000)],
        [text(3, 12, "x", "Content-Type: text/plain; charset=\xff; name*0*=x")],
        [text(3, 12, "--b\r\n" * 3000, "Content-Type: multipart/mixed; boundary=b")],
        [text(3, 12, "\x00\u202e\r\n\x1b[0m", "Content-Transfer-Encoding: base64")],
        [text(3, 12, "Hello")] * 50,
        [f"* 3 FETCH (UID 12 BODY[HEADER.FIELDS ({FIELDS})] NIL BODY[TEXT]<0> NIL)"],
        ['* 3 FETCH (UID 12 PREVIEW "unasked")'],
        [],
    ],
    ids=range(16),
)  # fmt: skip
def test_no_answer_harms_the_watch(wire: Wire, lines: list[str]) -> None:
    life = new_mail(wire)
    wire.s(*lines, "$p OK")
    wire.clock.advance(TOAST_WAIT)
    wire.serve(lambda said: ("OK",))
    assert "News" in life.arrivals
    assert not life.end
    assert all(line.isprintable() for line in previews(life).values())


# What a window lists.


def window(wire: Wire) -> SessionFixture:
    """A mailbox of 9 messages, of which a window lists the newest 4 and older unread ones."""
    life = SessionFixture(wire, titles=2).begin([18, 19], exists=9, unseen=3)
    life.extra, life.titles = WINDOW, 4
    life.session.show(4)
    life.after_done(f"$f FETCH 6:9 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(*(row(number, number + 10, f"Mail {number + 10}") for number in (6, 7, 8, 9)), "$f OK")
    life.counted(3)
    wire.s("+ idling")
    life.after_done("$s UID SEARCH 1:5 UNSEEN UNDELETED")
    wire.s("* SEARCH 12 14", "$s OK").c(f"$f UID FETCH 12,14 {TITLES}")
    wire.s(row(2, 12, "Old"), row(4, 14, "Older"), "$f OK")
    return life


def large_window(wire: Wire) -> SessionFixture:
    """The same of a mailbox of 60,000 messages; the next command looks for older unread ones."""
    life = SessionFixture(wire, titles=2).begin([60_000], exists=60_000, unseen=3)
    life.extra = WINDOW
    life.session.show(2)
    return life


def test_older_unread_messages_are_looked_for_in_parts_until_there_are_enough(wire: Wire) -> None:
    """Where all are unread, the answer to one SEARCH for them would grow with the mailbox."""
    life = large_window(wire)
    life.after_done("$s UID SEARCH 58000:59999 UNSEEN UNDELETED")
    wire.s("* SEARCH 58000 58002", "$s OK").c("$s UID SEARCH 48000:57999 UNSEEN UNDELETED")
    some = " ".join(map(str, range(48_000, 48_201)))
    wire.s(f"* SEARCH {some}", "$s OK").c(f"$f UID FETCH 48003:48200,58000,58002 {TITLES}").s("$f OK")


def test_older_unread_messages_are_looked_for_among_a_limited_number(wire: Wire) -> None:
    life = large_window(wire)
    life.after_done("$s UID SEARCH 58000:59999 UNSEEN UNDELETED")
    wire.s("* SEARCH", "$s OK").c("$s UID SEARCH 48000:57999 UNSEEN UNDELETED")
    wire.s("* SEARCH", "$s OK").c("$s UID SEARCH 10000:47999 UNSEEN UNDELETED")
    wire.s("* SEARCH", "$s OK")
    (line,) = wire.sent()
    assert "BODY.PEEK[TEXT]" in line


def test_a_refused_search_for_older_unread_messages_ends_it(wire: Wire) -> None:
    life = large_window(wire)
    life.after_done("$s UID SEARCH 58000:59999 UNSEEN UNDELETED")
    wire.s("$s NO too much")
    (line,) = wire.sent()
    assert "BODY.PEEK[TEXT]" in line


def listed(life: SessionFixture) -> list[int]:
    assert life.state is not None
    return [message.uid for message in (*life.state.latest, *life.state.more)]


def test_a_window_lists_the_newest_and_older_unread_messages_with_previews(wire: Wire) -> None:
    life = window(wire)
    assert listed(life) == [19, 18, 17, 16, 14, 12]
    wire.c(asked("12,14,16:19", LISTED_OCTETS))
    wire.s(*(text(uid - 10, uid, f"Text {uid}") for uid in (12, 14, 16, 17, 18, 19)), "$p OK")
    assert previews(life) == {uid: f"Text {uid}" for uid in (12, 14, 16, 17, 18, 19)}
    assert life.arrivals == []
    wire.c("$idle IDLE")


def test_flags_of_older_messages_are_followed_and_those_that_are_gone(wire: Wire) -> None:
    life = window(wire)
    wire.c(asked("12,14,16:19", LISTED_OCTETS)).s("$p NO").c("$idle IDLE").s("+ idling")
    wire.s("* 2 FETCH (FLAGS (\\Seen))", "* 4 EXPUNGE")
    wire.clock.advance(1)
    life.after_done("$f UID FETCH 12,14,16:* (UID FLAGS)", f"$n {COUNT}", "$idle IDLE")
    wire.s("* 2 FETCH (UID 12 FLAGS (\\Seen))")
    wire.s(*(f"* {uid - 11} FETCH (UID {uid} FLAGS ())" for uid in (16, 17, 18, 19)), "$f OK")
    life.counted(2)
    assert listed(life) == [19, 18, 17, 16, 12]
    assert life.state is not None
    assert not life.state.more[-1].unseen


def test_a_page_that_begins_with_styles_is_read_further(wire: Wire) -> None:
    life = window(wire)
    wire.c(asked("12,14,16:19", LISTED_OCTETS))
    style = "<style>" + "p { }" * LISTED_OCTETS
    wire.s(text(9, 19, style[:LISTED_OCTETS], "Content-Type: text/html"), "$p OK")
    wire.c(asked("19", PAGE_OCTETS))
    wire.s(text(9, 19, style + "</style><p>After it", "Content-Type: text/html"), "$p OK")
    assert previews(life)[19] == "After it"
    wire.c("$idle IDLE")


def test_new_mail_comes_before_the_rest_of_the_previews(wire: Wire) -> None:
    life = window(wire)
    wire.c(asked("12,14,16:19", LISTED_OCTETS)).s("* 10 EXISTS", text(9, 19, "Text"), "$p OK")
    wire.c(f"$f UID FETCH 20:* {TITLES}", asked("20:24"))
    wire.s(row(10, 20, "News"), text(10, 20, "Text of it"), "$f OK", "$p OK")
    assert life.arrivals == ["News"]
    assert previews(life)[20] == "Text of it"


def test_a_server_with_preview_makes_them(clock) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID PREVIEW] ready")
    life = window(wire)
    wire.c("$p UID FETCH 12,14,16:19 (UID PREVIEW)")
    wire.s('* 9 FETCH (UID 19 PREVIEW "Its \u202etext")', "* 8 FETCH (UID 18 PREVIEW NIL)", "$p OK")
    assert previews(life)[19] == "Its text"
    wire.c(asked("18", PAGE_OCTETS)).s("$p OK").c("$idle IDLE")
    assert not life.end


def test_previews_are_released_some_time_after_the_window_was_closed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_memory, "_KEPT_UNLISTED", 2)
    monkeypatch.setattr(preview_memory, "RELEASE_AFTER", 60.0)
    life = window(wire)
    wire.c(asked("12,14,16:19", LISTED_OCTETS))
    wire.s(*(text(uid - 10, uid, f"Text {uid}") for uid in (12, 14, 16, 17, 18, 19)), "$p OK")
    wire.c("$idle IDLE").s("+ idling")
    life.extra, life.titles = ExtraItems(), 2
    life.session.show(2)
    kept = life.memory.previews
    wire.clock.advance(59)
    assert len(kept.found) == 6
    wire.clock.advance(1)
    assert {uid: preview.line for uid, preview in kept.found.items()} == {18: "Text 18", 19: "Text 19"}


def test_a_window_that_is_opened_again_knows_the_previews(wire: Wire) -> None:
    life = window(wire)
    wire.c(asked("12,14,16:19", LISTED_OCTETS))
    wire.s(*(text(uid - 10, uid, f"Text {uid}") for uid in (12, 14, 16, 17, 18, 19)), "$p OK")
    wire.c("$idle IDLE").s("+ idling")
    life.extra, life.titles = ExtraItems(), 2
    life.session.show(2)
    assert life.state is not None
    life.extra, life.titles = WINDOW, 4
    life.session.show(4)
    life.after_done(f"$f FETCH 6:9 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(*(row(number, number + 10, f"Mail {number + 10}") for number in (6, 7, 8, 9)), "$f OK")
    life.counted(3)
    wire.s("+ idling")
    life.after_done("$s UID SEARCH 1:5 UNSEEN UNDELETED").wire.s("* SEARCH", "$s OK")
    wire.c("$idle IDLE")
    assert previews(life)[19] == "Text 19"
