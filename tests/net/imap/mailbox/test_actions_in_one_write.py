"""An action in one write with SELECT and SEARCH: what it sends, what counts as done, and what is done instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.error import ConnectionLost

from tests.fakes.values import pending
from tests.net.session_fixture import SessionFixture
from tests.net.wire import TITLES, Wire
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.action import MessageAction as Do
from tray.net.errors import MailboxChanged, MailboxReadOnly

if TYPE_CHECKING:
    from tray.mail.actions.pending import PendingAction

pytestmark = pytest.mark.usefixtures("nothing_unhandled")

SELECT = '$se SELECT "INBOX"'
OPENED = ("* 3 EXISTS", "* OK [UIDVALIDITY 7] v", "$se OK [READ-WRITE]")
RENUMBERED = ("* 3 EXISTS", "* OK [UIDVALIDITY 8] v", "$se OK [READ-WRITE]")
SEARCH = '$fi UID SEARCH RETURN (SAVE COUNT) UID 10 HEADER MESSAGE-ID "<10@example.org>"'
FOUND = ('* ESEARCH (TAG "$fi") UID COUNT 1', "$fi OK")
STORE = "$do UID STORE $ +FLAGS.SILENT (\\Flagged)"
BY_UID = "$st UID STORE 10 +FLAGS.SILENT (\\Flagged)"
NEW = ('$ex EXAMINE "INBOX"', f"$f UID FETCH 13:* {TITLES}")
"""What follows an action: the watch goes on."""


def watched(wire: Wire, *capabilities: str) -> SessionFixture:
    """A session of a mailbox with three mails, on a server with SEARCHRES."""
    life = SessionFixture(wire).begin([10, 11, 12], unseen=3)
    assert wire.protocol.capabilities is not None
    wire.protocol.capabilities |= {"SEARCHRES", "SPECIAL-USE", *capabilities}
    return life


def flag(wire: Wire) -> tuple[SessionFixture, list[Any]]:
    """A mail is flagged; all that is sent for it, before any answer."""
    life = watched(wire)
    done = life.act(pending(Do.FLAG, 10))
    life.after_done(SELECT, SEARCH, STORE)
    return life, done


def uids(done: list[Any]) -> list[int]:
    (outcome,) = done
    return list(outcome)


@pytest.mark.parametrize(
    ("action", "item"),
    [
        (Do.READ, "+FLAGS.SILENT (\\Seen)"),
        (Do.UNREAD, "-FLAGS.SILENT (\\Seen)"),
        (Do.FLAG, "+FLAGS.SILENT (\\Flagged)"),
        (Do.UNFLAG, "-FLAGS.SILENT (\\Flagged)"),
    ],
)
def test_a_flag_is_stored_in_the_write_that_opens_the_mailbox(wire: Wire, action: Do, item: str) -> None:
    life = watched(wire)
    done = life.act(pending(action, 10))
    writes = len(wire.transport.writes)
    life.after_done(SELECT, SEARCH, f"$do UID STORE $ {item}")
    assert len(wire.transport.writes) == writes
    wire.s(*OPENED, *FOUND, "$do OK")
    assert uids(done) == [10]
    wire.c(*NEW)
    assert not life.end


def test_a_mail_is_moved_to_a_known_folder_in_the_same_write(wire: Wire) -> None:
    life = watched(wire, "MOVE")
    done = life.act(pending(Do.MOVE, 10, target=MailboxName('My "folder"')))
    life.after_done(SELECT, SEARCH, '$do UID MOVE $ "My \\"folder\\""')
    wire.s(*OPENED, *FOUND, "* 1 EXPUNGE", "$do OK")
    assert uids(done) == [10]


def listed(wire: Wire, *names: str) -> None:
    """The folders are asked for."""
    lines = (f'* LIST (\\Trash) "/" {name}' for name in names)
    wire.c('$li LIST "" "*" RETURN (SPECIAL-USE)').s('* LIST () "/" INBOX', *lines, "$li OK")


def goes_on(life: SessionFixture) -> None:
    """The mailbox is opened for the watch again, and read; IDLE."""
    life.wire.c(*NEW).s("* 2 EXISTS", "* OK [UIDVALIDITY 7] v", "$ex OK [READ-ONLY]", "$f OK")
    life.looks(10, "* 1 FETCH (UID 11 FLAGS ())", "* 2 FETCH (UID 12 FLAGS ())", unseen=2, idling=False)
    life.wire.s("+ idling")


def test_the_folder_of_a_use_is_looked_for_once(wire: Wire) -> None:
    life = watched(wire, "MOVE")
    done = life.act(pending(Do.DELETE, 10))
    life.after_done(SELECT).wire.s(*OPENED)
    listed(wire, "Bin")
    wire.c('$mv UID MOVE 10 "Bin"').s("* 1 EXPUNGE", "$mv OK")
    assert uids(done) == [10]
    goes_on(life)
    again = life.act(pending(Do.DELETE, 11))
    life.after_done(SELECT, SEARCH.replace("10", "11"), '$do UID MOVE $ "Bin"')
    wire.s("* 2 EXISTS", *OPENED[1:], *FOUND, "$do NO [TRYCREATE] it was renamed")
    listed(wire, "New")
    wire.c('$mv UID MOVE 11 "New"').s("$mv OK")
    assert uids(again) == [11]


def test_where_no_folder_has_the_use_it_is_made_first(wire: Wire) -> None:
    life = watched(wire, "MOVE")
    life.act(pending(Do.DELETE, 10))
    life.after_done(SELECT).wire.s(*OPENED)
    listed(wire)
    wire.c('$cr CREATE "Trash"').s("$cr NO [NOPERM] no")
    wire.c(*NEW).s("* 3 EXISTS", "* OK [UIDVALIDITY 7] v", "$ex OK [READ-ONLY]", "$f OK")
    flags = (f"* {number} FETCH (UID {number + 9} FLAGS ())" for number in (1, 2, 3))
    life.looks(10, *flags, unseen=3, idling=False).wire.s("+ idling")
    life.act(pending(Do.DELETE, 10))
    life.after_done(SELECT)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ((*RENUMBERED, '* ESEARCH (TAG "$fi") UID COUNT 0', "$fi OK", "$do OK"), MailboxChanged),
        ((*RENUMBERED, *FOUND, "$do NO [NOPERM] you may not"), MailboxChanged),
        ((*RENUMBERED[:2], "$se OK [READ-ONLY]", *FOUND, "$do OK ignored"), MailboxChanged),
        ((*OPENED[:2], "$se OK [READ-ONLY]", *FOUND, "$do NO read-only"), MailboxReadOnly),
        ((*OPENED[:2], "$se OK [READ-ONLY]", *FOUND, "$do OK ignored"), MailboxReadOnly),
        (("$se NO it is gone", "$fi BAD no mailbox", "$do BAD no mailbox"), CommandRefused),
        ((*OPENED, *FOUND, "$do NO [NOPERM] you may not"), CommandRefused),
    ],
)
def test_what_cannot_be_done_is_said_as_ever(
    wire: Wire, answers: tuple[str, ...], error: type[Exception]
) -> None:
    """And nothing that depends on the search is sent again."""
    life, done = flag(wire)
    wire.s(*answers)
    assert [type(outcome) for outcome in done] == [error]
    sent = wire.sent()
    assert [line.partition(" ")[2] for line in sent[:1]] == ['EXAMINE "INBOX"']
    assert not any("STORE" in line or "SAVE" in line for line in sent)
    assert not life.end


@pytest.mark.parametrize(
    "answers",
    [
        ('* ESEARCH (TAG "$fi") UID COUNT 0', "$fi OK", "$do OK"),
        ('* ESEARCH (TAG "$fi") UID COUNT 2', "$fi OK", "$do OK"),
        ("* ESEARCH UID", "$fi OK", "$do OK"),
        ("$fi OK", "$do OK"),
        ("* SEARCH 10", "$fi OK", "$do OK"),
        ("* SEARCH 10", "$fi OK", "$do BAD a dollar?"),
        ("* ESEARCH (TAG", "$fi OK", "$do OK"),
        ("$fi NO [NOTSAVED] not now", "$do OK"),
        (*FOUND[:1], "$fi NO [NOTSAVED] not now", "$do OK"),
        ("$fi BAD what?", "$do BAD what?"),
        ("$fi BAD what?", "$do NO nothing"),
        (*FOUND, "$do BAD a dollar?"),
    ],
)
def test_where_the_message_is_not_found_for_certain_it_is_named_by_its_uid(
    wire: Wire, answers: tuple[str, ...]
) -> None:
    """The mailbox is open, and the UIDs are known to hold: it costs one round trip more."""
    _, done = flag(wire)
    wire.s(*OPENED, *answers)
    assert done == []
    wire.c(BY_UID).s("$st OK")
    assert uids(done) == [10]


def test_the_same_message_in_a_mailbox_that_was_restored_is_changed(wire: Wire) -> None:
    """It has its UID and its Message-ID, though the mailbox has another UIDVALIDITY."""
    _, done = flag(wire)
    wire.s(*RENUMBERED, *FOUND, "$do OK")
    assert uids(done) == [10]


def test_a_correlator_is_not_needed(wire: Wire) -> None:
    _, done = flag(wire)
    wire.s(*OPENED, "* ESEARCH COUNT 1", "$fi OK", "$do OK")
    assert uids(done) == [10]


def test_a_server_that_minds_several_commands_gets_them_one_by_one(wire: Wire) -> None:
    """What was done before SELECT was, in the mailbox that was open until then, does not count."""
    _, done = flag(wire)
    wire.s("$se BAD one at a time", *FOUND, "$do NO read-only")
    wire.c(SELECT).s(*OPENED)
    wire.c(BY_UID).s("$st OK")
    assert uids(done) == [10]


@pytest.mark.parametrize("answered", range(4))
def test_a_connection_that_ends_fails_the_action(wire: Wire, answered: int) -> None:
    life, done = flag(wire)
    wire.s(*(OPENED, (*OPENED, FOUND[0]), (*OPENED, *FOUND), ())[answered])
    wire.close(ConnectionLost())
    assert [type(outcome) for outcome in done] == [ConnectionLost]
    assert [type(error) for error in life.end] == [ConnectionLost]


def test_a_farewell_fails_the_action(wire: Wire) -> None:
    _, done = flag(wire)
    wire.s(*OPENED, *FOUND, "* BYE until tomorrow").close()
    assert [outcome.status for outcome in done] == ["BYE"]


def test_the_next_action_waits_for_all_three_answers(wire: Wire) -> None:
    """A command that comes late would act on what a later search has found."""
    life = watched(wire)
    done = [life.act(pending(Do.FLAG, 10)), life.act(pending(Do.READ, 11))]
    life.after_done(SELECT, SEARCH, STORE).wire.s(*OPENED, *FOUND)
    assert wire.sent() == []
    wire.s("$do OK").c("$st UID STORE 11 +FLAGS.SILENT (\\Seen)").s("$st OK")
    assert [uids(each) for each in done] == [[10], [11]]


@pytest.mark.parametrize(
    "action",
    [
        pending(Do.FLAG, 10, 11),
        pending(Do.FLAG, 9),
        pending(Do.FLAG, 9, 10),
        pending(Do.FLAG, 10, validity=6),
        pending(Do.READ, 10, unread_only=True),
        pending(Do.DELETE, 10, for_good=True),
        pending(Do.MOVE, 10, target=INBOX),
        pending(Do.DELETE, 10),
    ],
)
def test_other_actions_wait_for_the_mailbox(wire: Wire, action: PendingAction) -> None:
    life = watched(wire, "MOVE")
    life.act(action)
    life.after_done(SELECT)


def test_a_copy_waits_for_the_mailbox(wire: Wire) -> None:
    life = watched(wire)
    life.act(pending(Do.MOVE, 10, target=MailboxName("Old")))
    life.after_done(SELECT)


@pytest.mark.parametrize("message_id", ["", "10@example.org", "<a b@c>", "<ä@example.org>", "<a@b> <c@d>"])
def test_a_message_id_that_will_not_do_is_not_sent(wire: Wire, message_id: str) -> None:
    """A part of a Message-ID would be found in others, too."""
    life = watched(wire)
    assert life.state is not None
    latest = [
        replace(message, envelope=replace(message.envelope, message_id=message_id))
        for message in life.state.latest
    ]
    life.state = replace(life.state, latest=tuple(latest))
    life.act(pending(Do.FLAG, 10))
    life.after_done(SELECT)


def test_a_server_without_the_extension_is_sent_one_after_the_other(wire: Wire) -> None:
    life = watched(wire)
    assert wire.protocol.capabilities is not None
    wire.protocol.capabilities -= {"SEARCHRES"}
    life.act(pending(Do.FLAG, 10))
    life.after_done(SELECT)


def test_without_pipelining_the_mailbox_is_opened_first(wire: Wire) -> None:
    life = watched(wire)
    wire.protocol.queue.pipelining = False
    life.act(pending(Do.FLAG, 10))
    wire.c("DONE").s("$idle OK").c(SELECT)


def test_a_search_that_is_under_way_would_come_between(wire: Wire) -> None:
    """Such as a count that was not waited for: ours would be sent behind its answer, and so behind the action."""
    life = watched(wire)
    counted = life.session.selected.count_unseen()
    life.act(pending(Do.FLAG, 10))
    life.after_done("$n UID SEARCH RETURN (COUNT) UNSEEN UNDELETED", SELECT)
    life.counted(1)
    wire.s(*OPENED).c(BY_UID)
    assert counted.called
