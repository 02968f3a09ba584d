"""One logged-in life: every kind of news becomes one look and one true report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from twisted.internet.error import ConnectionLost

from tests.net.session_fixture import COUNT, EXAMINED, SessionFixture
from tests.net.wire import TITLES, Wire, row
from tray.imap.errors import CommandRefused, RemoteProtocolError
from tray.imap.types import SEEN, ExtraItems, Uid, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
from tray.mail.model.uid_set import UidSet
from tray.net.errors import MailboxChanged, MailboxReadOnly
from tray.net.imap.mailbox.fetching import CATCH_UP
from tray.net.watch.idle_loop import POLL_INTERVAL, RENEWAL, SETTLE

if TYPE_CHECKING:
    from twisted.internet.task import Clock


def known(mark: int, validity: int = 7) -> MailboxState:
    return MailboxState(UidValidity(validity), Uid(mark), 0)


def test_the_first_look_takes_five_commands_in_two_writes(clock: Clock) -> None:
    """Hard case 33: whatever the size of the mailbox."""
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID] ready")
    life = SessionFixture(wire).begin([99_998, 99_999, 100_000], exists=100_000, unseen=12)
    assert len(wire.transport.writes) == 2
    assert life.state.unseen == 12
    assert [message.uid for message in life.state.latest] == [100_000, 99_999, 99_998]
    assert life.reports[0].covers == 99_998
    assert life.reports[0].uid_next == 100_001
    assert not life.reports[0].empty
    assert life.confirmed == [True]


def test_first_sight_announces_nothing(wire: Wire) -> None:
    assert SessionFixture(wire).begin([1, 2, 3]).arrivals == []


def test_an_empty_mailbox_is_not_fetched_from(wire: Wire) -> None:
    """Hard case 9."""
    life = SessionFixture(wire).begin([])
    assert life.reports == [
        MailboxReport(UidValidity(7), covers=Uid(1), unseen=0, uid_next=Uid(1), empty=True)
    ]
    wire.s("* 1 EXISTS")
    life.fetches(1, row(1, 1, "First")).counts(1)
    assert life.arrivals == ["First"]
    assert life.state.unseen == 1


def test_news_are_reported_after_one_round_trip_before_the_count_is_asked_for(wire: Wire) -> None:
    """Dovecot would hold them back until it has counted."""
    life = SessionFixture(wire).begin([10, 11])
    writes = len(wire.transport.writes)
    wire.s("* 3 EXISTS", "* 1 RECENT")
    life.after_done(f"$f UID FETCH 12:* {TITLES}")
    wire.s(row(3, 12, "News")).c()
    assert life.arrivals == []
    life.ok("$f")
    assert life.arrivals == ["News"]
    assert life.reports[-1].unseen is None
    wire.c(f"$n {COUNT}", "$idle IDLE")
    assert len(wire.transport.writes) == writes + 2
    life.counted(5)
    assert life.state.unseen == 5
    assert life.confirmed == [True, True]
    wire.s("+ idling").c()


def test_what_a_rule_names_is_fetched_with_new_mail_from_then_on(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    life.extra = ExtraItems(frozenset({"list-id"}), size=True)
    wire.s("* 2 EXISTS")
    items = TITLES.replace("INTERNALDATE", "RFC822.SIZE INTERNALDATE").replace("TYPE)", "TYPE LIST-ID)")
    life.after_done(f"$f UID FETCH 11:* {items}")
    headers = "Subject: News\r\nList-Id: <news.example.org>\r\n\r\n"
    wire.s(
        f"* 2 FETCH (UID 11 FLAGS () RFC822.SIZE 5000 BODY[HEADER.FIELDS (SUBJECT)] {{{len(headers)}}}\r\n{headers})"
    )
    life.ok("$f")
    (message,) = life.reports[-1].messages
    assert (message.headers, message.size) == ((("list-id", "<news.example.org>"),), 5000)


def test_exists_between_the_titles_and_the_count_is_not_lost(wire: Wire) -> None:
    """Hard case 3: it may come before or behind the OK of the FETCH."""
    life = SessionFixture(wire).begin([10])
    wire.s("* 2 EXISTS")
    life.after_done(f"$f UID FETCH 11:* {TITLES}")
    wire.s(row(2, 11, "One"), "$f OK", "* 3 EXISTS")
    assert life.arrivals == ["One"]
    life.counts(2)
    wire.s("+ idling")
    life.fetches(12, row(3, 12, "Two"), "* 4 EXISTS").counts(3)
    wire.s("+ idling")
    life.fetches(13, row(4, 13, "Three")).counts(4)
    wire.s("+ idling").c()
    assert life.arrivals == ["One", "Two", "Three"]
    assert life.state.unseen == 4


def test_changes_between_the_titles_and_the_count_are_looked_at(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11])
    wire.s("* 3 EXISTS")
    life.after_done(f"$f UID FETCH 12:* {TITLES}")
    wire.s(row(3, 12, "New"), "$f OK", "* 1 EXPUNGE")
    life.counts(1)
    wire.s("+ idling").c()
    wire.clock.advance(SETTLE)
    life.looks(10, "* 1 FETCH (UID 11 FLAGS (\\Seen))", "* 2 FETCH (UID 12 FLAGS ())", unseen=1)
    assert [message.uid for message in life.state.latest] == [12, 11]


@pytest.mark.usefixtures("nothing_unhandled")
@pytest.mark.parametrize("counting", [False, True])
def test_a_connection_lost_within_a_look_keeps_what_was_reported(wire: Wire, counting: bool) -> None:
    """Before the second write, or right behind it."""
    life = SessionFixture(wire).begin([10])
    wire.clock.advance(RENEWAL)
    life.after_done(f"$f UID FETCH 11:* {TITLES}")
    wire.s(row(2, 11, "New"))
    if counting:
        life.ok("$f")
        wire.c("$g UID FETCH 10:* (UID FLAGS)", f"$n {COUNT}", "$idle IDLE")
    wire.close(ConnectionLost())
    wire.c()
    assert life.arrivals == (["New"] if counting else [])
    assert [type(error) for error in life.end] == [ConnectionLost]
    assert not wire.clock.getDelayedCalls()


@pytest.mark.usefixtures("nothing_unhandled")
def test_nonsense_behind_the_titles_ends_the_connection_before_the_count(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    wire.s("* 2 EXISTS")
    life.after_done(f"$f UID FETCH 11:* {TITLES}")
    wire.s(row(2, 11, "New"), "$f OK", "nonsense")
    assert life.arrivals == ["New"]
    assert [type(error) for error in life.end] == [RemoteProtocolError]


def test_mail_upon_mail_is_no_server_that_ends_idle(wire: Wire) -> None:
    """Each look ends an IDLE that has hardly begun, with no other behind it yet."""
    life = SessionFixture(wire).begin([10])
    for uid in range(11, 17):
        wire.s(f"* {uid - 9} EXISTS")
        life.after_done(f"$f UID FETCH {uid}:* {TITLES}")
        wire.s(row(uid - 9, uid, f"Mail {uid}"), "$f OK")
        life.counts(1)
        wire.s("+ idling")
        wire.clock.advance(1)
    assert life.arrivals == [f"Mail {uid}" for uid in range(11, 17)]
    assert all(life.confirmed)


def test_mail_between_the_first_look_and_idle_is_announced(wire: Wire) -> None:
    """Hard case 4: Dovecot tells of it before the `+`."""
    life = SessionFixture(wire).opens(11, "* 1 EXISTS")
    wire.c(f"$f FETCH 1:1 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(row(1, 10, "Old"))
    life.ok("$f").counted(1)
    wire.s("* 2 EXISTS").c().s("+ idling")
    life.fetches(11, row(2, 11, "New")).counts(2)
    assert life.arrivals == ["New"]


def test_a_new_mail_behind_expunges_and_a_lower_exists_is_announced(wire: Wire) -> None:
    """Hard case 6."""
    life = SessionFixture(wire).begin([10, 11, 12])
    wire.s("* 2 EXPUNGE", "* 1 EXPUNGE")
    wire.c().s("* 2 EXISTS")
    life.fetches(13, row(2, 13, "New"))
    life.looks(10, "* 1 FETCH (UID 12 FLAGS ())", "* 2 FETCH (UID 13 FLAGS ())", unseen=2, idling=False)
    assert life.arrivals == ["New"]
    wire.s("+ idling").clock.advance(SETTLE)
    wire.c()
    assert [message.uid for message in life.state.latest] == [13, 12]


def test_fewer_messages_than_counted_are_worth_a_whole_look(wire: Wire) -> None:
    """A server that lost an EXPUNGE on the way: a new mail may hide behind the lower number."""
    life = SessionFixture(wire).begin([10, 11, 12])
    wire.s("* 2 EXISTS")
    wire.clock.advance(SETTLE)
    assert any("UID FETCH 13:*" in line for line in wire.sent())
    assert not life.end


def test_the_last_message_that_every_uid_range_gives_is_no_new_mail(wire: Wire) -> None:
    """Hard case 7."""
    life = SessionFixture(wire).begin([10])
    wire.s("* 2 EXISTS")
    life.fetches(11, row(1, 10, "Old")).counts(0)
    assert life.arrivals == []
    assert [bool(report.messages) for report in life.reports] == [True, False]


def test_pipelined_answers_may_all_come_before_their_oks(wire: Wire) -> None:
    """Dovecot 2.3 says the OKs of pipelined commands together, behind all data."""
    life = SessionFixture(wire).opens(12, "* 2 EXISTS")
    wire.c(f"$f FETCH 1:2 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(row(1, 10), row(2, 11), f'* ESEARCH (TAG "{wire.tags["$n"]}") UID COUNT 1')
    life.ok("$f", "$n")
    assert [message.uid for message in life.state.latest] == [11, 10]
    assert life.state.unseen == 1
    wire.s("+ idling").clock.advance(RENEWAL)
    wire.c("DONE", f"$f UID FETCH 12:* {TITLES}")
    wire.s(row(3, 12, "New"))
    life.ok("$idle", "$f")
    assert life.arrivals == ["New"]
    wire.c("$g UID FETCH 10:* (UID FLAGS)", f"$n {COUNT}", "$idle IDLE")
    wire.s("* 1 FETCH (UID 10 FLAGS (\\Seen))", "* 2 FETCH (UID 11 FLAGS ())", "* 3 FETCH (UID 12 FLAGS ())")
    wire.s(f'* ESEARCH (TAG "{wire.tags["$n"]}") UID COUNT 2')
    life.ok("$g", "$n")
    assert dict(life.reports[-1].flags) == {10: {SEEN}, 11: frozenset(), 12: frozenset()}
    assert life.state.unseen == 2
    wire.s("+ idling").c()


def test_after_a_reconnect_nothing_is_announced_twice_and_nothing_missed(wire: Wire) -> None:
    """Hard case 8, the mark inside the titles."""
    assert SessionFixture(wire, state=known(11)).begin([10, 11, 12]).arrivals == ["Mail 12"]


def test_after_a_renumbering_nothing_floods(wire: Wire) -> None:
    """Hard case 8, another UIDVALIDITY."""
    state = replace(known(1, validity=6), unseen=3)
    assert SessionFixture(wire, state=state).begin([10, 11, 12]).arrivals == []


def test_mails_missed_below_the_titles_are_caught_up_with_bounded(wire: Wire) -> None:
    life = SessionFixture(wire, titles=2, state=known(5))
    life.begin([9999, 10_000], exists=9000)
    life.after_done(f"$f FETCH 8801:9000 {TITLES}")
    wire.s(*(row(8996 + n, 9995 + n, f"Mail {9995 + n}") for n in range(1, 6)))
    life.ok("$f")
    wire.c("$idle IDLE")
    assert life.arrivals == [f"Mail {uid}" for uid in range(9996, 10_001)]
    assert len(life.reports) == 1
    assert life.reports[0].covers == 9999


def test_a_mark_just_below_the_titles_needs_no_catching_up(wire: Wire) -> None:
    life = SessionFixture(wire, state=known(9)).begin([10, 11, 12], exists=500)
    wire.c()
    assert life.arrivals == ["Mail 10", "Mail 11", "Mail 12"]


def test_a_flood_while_watching_is_read_from_its_end(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    wire.s(f"* {CATCH_UP + 2} EXISTS")
    life.after_done(f"$f FETCH 200:202 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(*(row(sequence, sequence + 9) for sequence in (200, 201, 202)))
    life.ok("$f").counted(202)
    wire.s("+ idling")
    life.after_done(f"$f FETCH 3:202 {TITLES}")
    wire.s(*(row(sequence, sequence + 9, f"Mail {sequence + 9}") for sequence in range(3, 203)))
    life.ok("$f")
    wire.c("$p UID SEARCH RETURN (COUNT) UID 11:11 UNSEEN UNDELETED")
    wire.s('* ESEARCH (TAG "$p") UID COUNT 1')
    life.ok("$p")
    wire.c("$idle IDLE").s("+ idling").c()
    assert len(life.arrivals) == CATCH_UP
    assert life.reports[-1].passed_over == 1
    assert life.state.unseen == 202


def test_what_was_told_of_above_the_mark_is_not_counted_again(wire: Wire) -> None:
    """After a crash, while older mails waited for their toasts."""
    state = MailboxState(UidValidity(7), Uid(10), 0, announced_above=UidSet.between(Uid(12), Uid(50)))
    life = SessionFixture(wire, state=state).opens(311, "* 300 EXISTS")
    wire.c(f"$f FETCH 298:300 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(*(row(uid - 10, uid, f"Mail {uid}") for uid in (308, 309, 310)))
    life.ok("$f").counted(300)
    wire.s("+ idling")
    life.after_done(f"$f FETCH 101:300 {TITLES}")
    wire.s(*(row(uid - 10, uid, f"Mail {uid}") for uid in range(111, 311)))
    life.ok("$f")
    for span, count in (("11:11", 1), ("51:110", 60)):
        wire.c(f"$p UID SEARCH RETURN (COUNT) UID {span} UNSEEN UNDELETED")
        wire.s(f'* ESEARCH (TAG "$p") UID COUNT {count}')
        life.ok("$p")
    assert life.reports[-1].passed_over == 61


@pytest.mark.parametrize("status", ["BAD", "NO"])
def test_a_stale_position_is_answered_by_opening_the_mailbox_again(wire: Wire, status: str) -> None:
    """Hard case 10."""
    wire.protocol.queue.pipelining = False
    life = SessionFixture(wire)
    wire.c('$id ID ("name" "Mailbell" "version" "0.1.0")')
    life.ok("$id")
    wire.c('$ex EXAMINE "INBOX"').s(*(line.format(next=12) for line in EXAMINED), "* 2 EXISTS")
    life.ok("$ex")
    wire.c(f"$f FETCH 1:2 {TITLES}").s(f"$f {status} no such message")
    wire.c(f"$n {COUNT}")
    life.counted(1)
    wire.c('$ex EXAMINE "INBOX"').s("* 1 EXISTS")
    life.ok("$ex")
    wire.c(f"$f FETCH 1:1 {TITLES}").s(row(1, 11, "Left"))
    life.ok("$f")
    wire.c("$idle IDLE")
    assert [message.uid for message in life.reports[0].messages] == [11]


def test_a_fetch_that_stays_refused_ends_the_session(wire: Wire) -> None:
    wire.protocol.queue.pipelining = False
    life = SessionFixture(wire)
    for _ in range(40):
        for line in wire.sent():
            tag, _, rest = line.partition(" ")
            wire.s("* 3 EXISTS") if rest.startswith("EXAMINE") else None
            wire.s(f"{tag} {'NO' if rest.startswith('FETCH') else 'OK'} done")
    assert isinstance(life.end[0], CommandRefused)
    assert life.end[0].command == "FETCH"


def test_a_look_that_is_refused_has_the_mailbox_read_anew(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11])
    for _ in range(5):
        wire.clock.advance(RENEWAL)
        served = wire.serve(lambda said: ("NO not now",) if said.startswith("UID FETCH") else ("OK",))
        assert 'EXAMINE "INBOX"' in served
    assert not life.end


def test_a_mailbox_that_cannot_be_read_any_more_ends_the_session(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11])
    wire.clock.advance(RENEWAL)
    served = wire.serve(lambda said: ("NO not now",) if "FETCH" in said else ("* 2 EXISTS", "OK"))
    assert isinstance(life.end[0], CommandRefused)
    assert served.count('EXAMINE "INBOX"') == 4  # twice anew, and twice in each reading


def test_unsolicited_flags_during_the_first_look_are_no_new_mail(wire: Wire) -> None:
    """Hard case 27."""
    life = SessionFixture(wire, state=known(12)).opens(13, "* 3 EXISTS", "* 2 FETCH (FLAGS (\\Seen))")
    wire.c(f"$f FETCH 1:3 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s("* 1 FETCH (FLAGS (\\Seen))", "* 1 FETCH (UID 10 FLAGS (\\Flagged))")
    wire.s(row(1, 10), row(2, 11), row(3, 12), "* 3 FETCH (UID 12 FLAGS (\\Seen))")
    life.ok("$f").counted(0)
    assert life.arrivals == []
    assert [sorted(message.flags) for message in life.reports[0].messages] == [[], [], ["\\Seen"]]
    wire.s("+")
    wire.clock.advance(SETTLE)
    wire.c("DONE", "$g UID FETCH 10:* (UID FLAGS)", f"$n {COUNT}", "$idle IDLE")


def test_keywords_and_labels_are_flags_like_others(wire: Wire) -> None:
    """Hard case 28."""
    life = SessionFixture(wire).begin([10])
    wire.s("* 1 FETCH (FLAGS ($Junk odd]word \\Seen))")
    wire.clock.advance(SETTLE)
    life.looks(10, '* 1 FETCH (X-GM-LABELS ("\\"a\\"" b) UID 10 FLAGS ($Junk odd]word \\Seen))', unseen=0)
    assert life.reports[-1].flags == ((10, {"$Junk", "odd]word", "\\Seen"}),)


def test_changes_by_others_gather_and_cost_one_look(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11, 12])
    wire.s("* 1 FETCH (FLAGS (\\Seen))", "* 2 FETCH (UID 11 FLAGS (\\Seen))", "* 3 EXPUNGE")
    wire.c()
    wire.clock.advance(SETTLE)
    life.looks(10, "* 1 FETCH (UID 10 FLAGS (\\Seen))", "* 2 FETCH (UID 11 FLAGS (\\Seen))", unseen=0)
    report = life.reports[-1]
    assert (report.covers, report.unseen, [uid for uid, _ in report.flags]) == (10, 0, [10, 11])
    wire.s("+ idling").c()


def test_titles_that_left_are_replaced_by_older_ones(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11, 12], exists=50)
    wire.s("* 50 EXPUNGE")
    wire.clock.advance(SETTLE)
    life.looks(10, "* 48 FETCH (UID 10 FLAGS ())", "* 49 FETCH (UID 11 FLAGS ())", unseen=0)
    wire.s("+ idling")
    life.after_done(f"$f FETCH 47:49 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(row(47, 9, "Older"), row(48, 10), row(49, 11))
    life.ok("$f").counted(0)
    assert [message.uid for message in life.state.latest] == [11, 10, 9]
    assert life.arrivals == []


def test_an_unknown_uid_among_the_flags_is_new_mail(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    wire.s("* 1 FETCH (FLAGS (\\Seen))")
    wire.clock.advance(SETTLE)
    life.looks(10, "* 1 FETCH (UID 10 FLAGS ())", "* 2 FETCH (UID 11 FLAGS ())", unseen=2)
    wire.s("+").c("DONE", f"$f UID FETCH 11:* {TITLES}")
    life.ok("$idle", "$f")
    wire.c(f"$n {COUNT}", "$idle IDLE")


def test_news_of_a_new_uidvalidity_have_the_mailbox_opened_again(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    wire.s("* OK [UIDVALIDITY 7] as before").c()
    wire.s("* OK [UIDVALIDITY 8] renumbered")
    life.after_done('$ex EXAMINE "INBOX"')
    wire.s("* OK [UIDVALIDITY 8] valid", "* 1 EXISTS")
    life.ok("$ex").read([1])
    assert life.state.uid_validity == 8
    assert life.arrivals == ["Mail 1"]  # it was not there before


def test_nothing_is_due_between_two_words_of_a_server_that_speaks(wire: Wire) -> None:
    """Each wakeup costs as much as a word does."""
    SessionFixture(wire).begin([10])
    for _ in range(8):
        wire.s("* OK Still here")
        assert [
            call.getTime()
            for call in wire.clock.getDelayedCalls()
            if call.getTime() < wire.clock.seconds() + 120
        ] == []
        wire.clock.advance(120)
    wire.c()


@pytest.mark.parametrize("seconds", [100, 3600])
def test_a_clock_set_back_delays_the_renewal_no_longer_than_the_server_is_silent(
    wire: Wire, seconds: int
) -> None:
    """Hard case 35: the reactor's clock is the wall clock."""
    SessionFixture(wire).begin([10])
    wire.clock.rightNow -= seconds
    wire.s("* OK Still here")
    wire.clock.advance(RENEWAL)
    assert wire.sent()[0] == "DONE"


def test_a_server_that_always_ends_idle_at_once_is_polled(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    for _ in range(2):
        life.ok("$idle")
        wire.c("$idle IDLE").s("+")
    life.ok("$idle")
    wire.c()
    wire.clock.advance(POLL_INTERVAL)
    wire.c("$1 NOOP", f"$f UID FETCH 11:* {TITLES}")
    life.ok("$1", "$f")
    wire.c("$g UID FETCH 10:* (UID FLAGS)", f"$n {COUNT}")
    assert not life.end


@pytest.mark.parametrize("status", ["NO", "BAD"])
def test_a_refused_idle_means_polling(wire: Wire, status: str) -> None:
    """Hard case 14."""
    wire.protocol.queue.pipelining = False
    life = SessionFixture(wire)
    seen = []
    for _ in range(10):
        for line in wire.sent():
            tag, _, rest = line.partition(" ")
            seen.append(rest)
            wire.s(f"{tag} {status if rest == 'IDLE' else 'OK'} done")
    assert seen[-1] == "IDLE"
    wire.clock.advance(POLL_INTERVAL)
    assert [line.split(" ", 1)[1] for line in wire.sent()] == ["NOOP"]
    assert not life.end


def test_without_idle_the_server_is_asked_every_minute(clock: Clock) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 ESEARCH] ready")
    life = SessionFixture(wire)
    wire.c('$ex EXAMINE "INBOX"').s("* OK [UIDVALIDITY 7] v")
    life.ok("$ex")
    wire.c(f"$n {COUNT}")
    life.counted(0)
    assert life.confirmed == [False]
    clock.advance(POLL_INTERVAL)
    wire.c("$1 NOOP", f"$f UID FETCH 1:* {TITLES}")
    wire.s("* 1 EXISTS")
    life.ok("$1")
    wire.s(row(1, 1, "Polled"))
    life.ok("$f")
    wire.c("$g UID FETCH 1:* (UID FLAGS)", f"$n {COUNT}")
    wire.s("* 1 FETCH (UID 1 FLAGS ())")
    life.ok("$g").counted(1)
    assert life.arrivals == ["Polled"]


def test_without_esearch_the_count_comes_by_status_first_and_by_search_later(clock: Clock) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE] ready")
    life = SessionFixture(wire)
    wire.c('$st STATUS "INBOX" (MESSAGES UNSEEN)', '$ex EXAMINE "INBOX"')
    wire.s('* STATUS "Other" (UNSEEN 1)', '* STATUS "INBOX" (MESSAGES 0 UNSEEN 4)')
    life.ok("$st")
    wire.s("* OK [UIDVALIDITY 7] v")
    life.ok("$ex")
    wire.c("$idle IDLE").s("+")
    assert life.state.unseen == 4
    wire.s("* 1 EXISTS")
    life.fetches(1, row(1, 1))
    wire.c("$n UID SEARCH UNSEEN UNDELETED", "$idle IDLE")
    wire.s("* SEARCH 1 2 3", "$n OK")
    assert life.state.unseen == 3


def test_very_many_unseen_mails_are_counted_by_status(clock: Clock) -> None:
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE] ready")
    life = SessionFixture(wire)
    wire.c('$st STATUS "INBOX" (MESSAGES UNSEEN)', '$ex EXAMINE "INBOX"')
    wire.s('* STATUS "INBOX" (MESSAGES 0 UNSEEN 70000)')
    life.ok("$st", "$ex")
    wire.c("$idle IDLE").s("+", "* 1 EXISTS")
    life.fetches(1)
    wire.c('$st STATUS "INBOX" (MESSAGES UNSEEN)', "$idle IDLE")


def test_a_mailbox_that_cannot_be_opened_ends_the_session(wire: Wire) -> None:
    life = SessionFixture(wire)
    wire.c('$id ID ("name" "Mailbell" "version" "0.1.0")', '$ex EXAMINE "INBOX"')
    wire.s("$id NO", "$ex NO [NONEXISTENT] gone")
    assert life.end[0].code == "NONEXISTENT"


def test_marking_as_read_opens_for_writing_and_closes_again(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11, 12], unseen=3)
    done = life.mark_seen(12, 11)
    life.after_done('$se SELECT "INBOX"')
    wire.s("* OK [UIDVALIDITY 7] v", "* 3 EXISTS", "$se OK [READ-WRITE] done")
    wire.c("$st UID STORE 11:12 +FLAGS.SILENT (\\Seen)").s("$st OK")
    assert [list(uids) for uids in done] == [[11, 12]]
    wire.c('$ex EXAMINE "INBOX"', f"$f UID FETCH 13:* {TITLES}")
    wire.s("* 3 EXISTS", "* OK [UIDVALIDITY 7] v", "$ex OK [READ-ONLY]", row(3, 12, flags="\\Seen"), "$f OK")
    wire.c("$g UID FETCH 10:* (UID FLAGS)", f"$n {COUNT}", "$idle IDLE")
    wire.s(
        "* 1 FETCH (UID 10 FLAGS ())", *(f"* {n} FETCH (UID {9 + n} FLAGS (\\Seen))" for n in (2, 3)), "$g OK"
    )
    life.counted(1)
    assert life.state.unseen == 1
    assert [message.unseen for message in life.state.latest] == [False, False, True]


def test_marking_all_as_read_stops_at_the_newest_known_mail(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11, 12], unseen=3)
    done = life.mark_all_seen()
    life.after_done('$se SELECT "INBOX"')
    wire.s("* OK [UIDVALIDITY 7] v", "$se OK [READ-WRITE] done")
    wire.c("$u UID SEARCH 1:* UNSEEN UNDELETED").s("* SEARCH 3 4 10 13", "$u OK")
    wire.c("$st UID STORE 3:4,10 +FLAGS.SILENT (\\Seen)").s("$st OK")
    assert [list(uids) for uids in done] == [[3, 4, 10]]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (("* OK [UIDVALIDITY 8] v", "$se OK [READ-WRITE]"), MailboxChanged),
        (("* OK [UIDVALIDITY 7] v", "$se OK [READ-ONLY]"), MailboxReadOnly),
        (("$se NO no",), CommandRefused),
    ],
)
def test_marking_that_cannot_be_done_says_so_and_the_watch_goes_on(
    wire: Wire, answer: tuple[str, ...], error: type
) -> None:
    life = SessionFixture(wire).begin([10])
    done = life.mark_seen(10)
    wire.c("DONE", '$se SELECT "INBOX"').s("$idle OK", *answer)
    assert [type(outcome) for outcome in done] == [error]
    assert wire.sent()[0].endswith('EXAMINE "INBOX"')
    assert not life.end


def test_a_renumbering_seen_after_acting_has_everything_read_anew(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    life.mark_seen(10)
    wire.c("DONE", '$se SELECT "INBOX"').s("$idle OK", "* OK [UIDVALIDITY 8] v", "$se OK [READ-WRITE]")
    wire.c('$ex EXAMINE "INBOX"', f"$f UID FETCH 11:* {TITLES}")
    wire.s("* OK [UIDVALIDITY 8] v", "* 1 EXISTS", "$ex OK", row(1, 1, "Renumbered"), "$f OK")
    assert len(life.reports) == 1
    wire.c('$ex EXAMINE "INBOX"').s("* OK [UIDVALIDITY 8] v", "* 1 EXISTS", "$ex OK")
    life.read([1])
    assert life.state.uid_validity == 8


@pytest.mark.usefixtures("nothing_unhandled")
@pytest.mark.parametrize("refused", [False, True])
def test_titles_asked_for_of_a_renumbered_mailbox_may_fail(wire: Wire, refused: bool) -> None:
    """Nobody wants their answer any more."""
    life = SessionFixture(wire).begin([10])
    life.mark_seen(10)
    wire.c("DONE", '$se SELECT "INBOX"').s("$idle OK", "* OK [UIDVALIDITY 8] v", "$se OK [READ-WRITE]")
    wire.c('$ex EXAMINE "INBOX"', f"$f UID FETCH 11:* {TITLES}")
    wire.s("* OK [UIDVALIDITY 8] v", "* 1 EXISTS", "$ex OK")
    if refused:
        wire.s("$f NO not now").c('$ex EXAMINE "INBOX"')
        assert not life.end
    else:
        wire.close(ConnectionLost())
        assert [type(error) for error in life.end] == [ConnectionLost]


def test_a_mailbox_that_cannot_be_opened_again_ends_the_session(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    wire.s("* OK [UIDVALIDITY 8] renumbered")
    wire.serve(lambda said: ("NO gone",) if said.startswith("EXAMINE") else ("OK",))
    assert (life.end[0].command, life.end[0].text) == ("EXAMINE", "gone")


def test_needs_that_come_with_the_end_of_the_connection_end_it_all_the_same(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    wire.s("* BYE Server shutting down.", "* 2 EXISTS")
    wire.close(ConnectionLost())
    assert (life.end[0].status, life.end[0].text) == ("BYE", "Server shutting down.")


def test_more_titles_are_read_on_the_connection_that_is_there(wire: Wire) -> None:
    """Fewer need nothing, and none is announced again."""
    life = SessionFixture(wire, titles=2).begin([4, 5], exists=5)
    life.session.show(2)
    life.session.show(1)
    wire.c()
    life.titles = 4
    life.session.show(4)
    life.after_done(f"$f FETCH 2:5 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(*(row(uid, uid, f"Mail {uid}") for uid in (2, 3, 4, 5)))
    life.ok("$f").counted(0)
    assert [message.uid for message in life.state.latest] == [5, 4, 3, 2]
    assert life.arrivals == []


@pytest.mark.parametrize("outcome", ["OK [READ-WRITE]", "NO no"])
def test_a_mailbox_selected_to_act_is_examined_though_more_titles_are_wanted(
    wire: Wire, outcome: str
) -> None:
    """Decision 0005. Also if SELECT fails: then none is open (RFC 3501, 6.3.1)."""
    life = SessionFixture(wire, 3).begin([10, 11, 12], exists=12)
    life.mark_seen(12)
    life.session.show(5)
    wire.c("DONE", '$se SELECT "INBOX"')
    wire.s("$idle OK", "* OK [UIDVALIDITY 7] v", "* 12 EXISTS", f"$se {outcome}")
    if outcome.startswith("OK"):
        wire.c("$st UID STORE 12 +FLAGS.SILENT (\\Seen)").s("$st OK")
    assert wire.sent()[0].endswith('EXAMINE "INBOX"')


def test_a_mailbox_selected_to_act_is_examined_though_a_flood_came_meanwhile(wire: Wire) -> None:
    life = SessionFixture(wire, 3).begin([10, 11, 12], exists=12)
    life.mark_seen(12)
    wire.c("DONE", '$se SELECT "INBOX"')
    wire.s("$idle OK", "* OK [UIDVALIDITY 7] v", f"* {12 + CATCH_UP + 1} EXISTS", "$se OK [READ-WRITE]")
    wire.c("$st UID STORE 12 +FLAGS.SILENT (\\Seen)").s("$st OK")
    wire.c('$ex EXAMINE "INBOX"')


def test_flags_told_with_their_uid_while_titles_of_new_mail_are_fetched_are_reported(wire: Wire) -> None:
    """Another client reads mail 11 while we fetch the title of 12: its toast goes at once."""
    life = SessionFixture(wire).begin([10, 11], unseen=2)
    wire.s("* 3 EXISTS")
    life.fetches(12, "* 2 FETCH (UID 11 FLAGS (\\Seen))", row(3, 12, "News"))
    assert life.arrivals == ["News"]
    assert {message.uid: message.unseen for message in life.state.latest} == {10: True, 11: False, 12: True}


def test_flags_told_while_the_newest_titles_are_read_are_reported(wire: Wire) -> None:
    """Of a mail that is no longer shown, and may yet have a toast."""
    life = SessionFixture(wire, titles=2).begin([10, 11], exists=9)
    life.titles = 3
    life.session.show(3)
    life.after_done(f"$f FETCH 7:9 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s("* 1 FETCH (UID 2 FLAGS (\\Seen))", row(7, 9), row(8, 10), row(9, 11), "$f OK")
    life.counted(0)
    assert life.reports[-1].flags == ((2, {SEEN}),)


@pytest.mark.parametrize(("more", "anew"), [(CATCH_UP, False), (CATCH_UP + 1, True)])
def test_what_came_is_asked_for_by_uid_unless_it_is_very_much(wire: Wire, more: int, anew: bool) -> None:
    SessionFixture(wire).begin([10])
    wire.s(f"* {1 + more} EXISTS")
    first = wire.sent()[1].partition(" ")[2]
    assert first == (f"FETCH {more - 1}:{more + 1} {TITLES}" if anew else f"UID FETCH 11:* {TITLES}")


def test_where_the_whole_mailbox_is_known_no_older_messages_are_asked_for(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10, 11, 12])
    wire.s("* 1 EXPUNGE").clock.advance(SETTLE)
    life.looks(10, "* 1 FETCH (UID 11 FLAGS ())", "* 2 FETCH (UID 12 FLAGS ())", unseen=2)
    wire.s("+ idling").c()
    assert [message.uid for message in life.state.latest] == [12, 11]


def test_a_uid_that_an_emptied_mailbox_gives_again_has_it_opened_anew(wire: Wire) -> None:
    life = SessionFixture(wire).begin([10])
    wire.s("* 1 EXPUNGE", "* 1 EXISTS")
    life.fetches(11, row(1, 10, "Another"))
    wire.c('$ex EXAMINE "INBOX"')
