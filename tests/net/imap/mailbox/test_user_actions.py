"""What is sent for an action of the user, and what of it is not sent where a server refuses or was cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.error import ConnectionLost

from tests.fakes.values import pending
from tests.net.session_fixture import SessionFixture
from tests.net.wire import TITLES, Wire, row
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName, Uid
from tray.mail.model.action import MessageAction as Do
from tray.net.errors import AlreadyThere

if TYPE_CHECKING:
    from tray.mail.actions.pending import PendingAction

FOLDERS = (
    '* LIST () "/" INBOX',
    '* LIST (\\Archive) "/" Old',
    '* LIST (\\Trash) "/" Bin',
    '* LIST (\\Junk) "/" Spam',
)
SELECT = '$se SELECT "INBOX"'
OPENED = ("* 3 EXISTS", "* OK [UIDVALIDITY 7] v", "$se OK [READ-WRITE]")
LIST = '$li LIST "" "*" RETURN (SPECIAL-USE)'


def open_for(action: PendingAction, wire: Wire, *capabilities: str) -> tuple[SessionFixture, list[Any]]:
    """A session that has selected its mailbox for `action`; and the outcome."""
    life = SessionFixture(wire).begin([10, 11, 12], unseen=3)
    assert wire.protocol.capabilities is not None
    wire.protocol.capabilities |= {"SPECIAL-USE", *capabilities}
    done = life.act(action)
    life.after_done(SELECT)
    wire.s(*OPENED)
    return life, done


def list_folders(wire: Wire, *lines: str) -> None:
    wire.c(LIST).s(*(lines or FOLDERS), "$li OK")


def copy(uid: int, original: int) -> str:
    """The envelope of a copy of a message."""
    return row(uid - 36, uid, f"Mail {original}").replace(f"<{uid}@", f"<{original}@")


def uids(done: list[Any]) -> list[int]:
    (outcome,) = done
    return list(outcome)


def test_messages_are_moved_by_move_to_the_folder_of_the_use(wire: Wire) -> None:
    life, done = open_for(pending(Do.ARCHIVE, 10, 12), wire, "MOVE", "UIDPLUS")
    list_folders(wire)
    wire.c('$mv UID MOVE 10,12 "Old"')
    wire.s("* OK [COPYUID 3 10,12 1:2] moved", "* 3 EXPUNGE", "* 1 EXPUNGE", "$mv OK")
    assert uids(done) == [10, 12]
    wire.c('$ex EXAMINE "INBOX"', f"$f UID FETCH 13:* {TITLES}")
    wire.s("* 1 EXISTS", "* OK [UIDVALIDITY 7] v", "$ex OK [READ-ONLY]", "$f OK")
    assert not life.end


def test_actions_that_wait_together_are_sent_without_waiting_for_answers(wire: Wire) -> None:
    """One SELECT, one LIST, and then one command behind the other."""
    life = SessionFixture(wire).begin([10, 11, 12], unseen=3)
    assert wire.protocol.capabilities is not None
    wire.protocol.capabilities |= {"SPECIAL-USE", "MOVE"}
    done = [
        life.act(pending(Do.DELETE, 10)),
        life.act(pending(Do.FLAG, 11)),
        life.act(pending(Do.JUNK, 12)),
    ]
    life.after_done(SELECT)
    wire.s(*OPENED)
    list_folders(wire)
    wire.c('$m1 UID MOVE 10 "Bin"', "$st UID STORE 11 +FLAGS.SILENT (\\Flagged)", '$m2 UID MOVE 12 "Spam"')
    assert done == [[], [], []]
    life.ok("$m1", "$st", "$m2")
    assert [uids(each) for each in done] == [[10], [11], [12]]


@pytest.mark.parametrize(
    ("action", "store"),
    [
        (Do.READ, "+FLAGS.SILENT (\\Seen)"),
        (Do.UNREAD, "-FLAGS.SILENT (\\Seen)"),
        (Do.FLAG, "+FLAGS.SILENT (\\Flagged)"),
        (Do.UNFLAG, "-FLAGS.SILENT (\\Flagged)"),
    ],
)
def test_flags_are_stored(wire: Wire, action: Do, store: str) -> None:
    _, done = open_for(pending(action, 10, 11), wire)
    wire.c(f"$st UID STORE 10:11 {store}").s("$st OK")
    assert uids(done) == [10, 11]


def test_unread_messages_of_a_large_mailbox_are_looked_for_in_parts(wire: Wire) -> None:
    """An answer that names a million would be longer than a line may be."""
    life = SessionFixture(wire).begin([45_000], exists=45_000)
    done = life.act(pending(Do.READ, *range(2, 45_001), unread_only=True))
    life.after_done(SELECT)
    wire.s("* OK [UIDVALIDITY 7] v", "$se OK [READ-WRITE]")
    for places, found, flagged in [
        ("25001:*", "44999 45000 45001", "44999:45000"),
        ("5001:25000", "", ""),
        ("1:5000", "1 2", "2"),
    ]:
        wire.c(f"$u UID SEARCH {places} UNSEEN UNDELETED").s(f"* SEARCH {found}", "$u OK")
        if flagged:
            wire.c(f"$st UID STORE {flagged} +FLAGS.SILENT (\\Seen)").s("$st OK")
    assert uids(done) == [2, 44999, 45000]


def test_without_move_the_original_goes_only_once_the_copy_is_confirmed(wire: Wire) -> None:
    life, done = open_for(pending(Do.MOVE, 10, target=MailboxName("Old")), wire, "UIDPLUS")
    wire.c('$u STATUS "Old" (UIDNEXT)').s("* STATUS Old (UIDNEXT 40)", "$u OK")
    assert life.copied_from == [40]
    wire.c('$cp UID COPY 10 "Old"').s("$cp OK")
    wire.c("$st UID STORE 10 +FLAGS.SILENT (\\Deleted)").s("$st OK")
    wire.c("$xp UID EXPUNGE 10").s("* 1 EXPUNGE", "$xp OK")
    assert uids(done) == [10]


def test_a_refused_copy_leaves_the_original_alone(wire: Wire) -> None:
    _, done = open_for(pending(Do.MOVE, 10, target=MailboxName("Old")), wire, "UIDPLUS")
    wire.c('$u STATUS "Old" (UIDNEXT)').s("* STATUS Old (UIDNEXT 40)", "$u OK")
    wire.c('$cp UID COPY 10 "Old"').s("$cp NO [OVERQUOTA] full")
    assert [outcome.code for outcome in done] == ["OVERQUOTA"]
    wire.c('$ex EXAMINE "INBOX"', f"$f UID FETCH 13:* {TITLES}")


def test_without_uidplus_the_original_stays_marked_and_nothing_is_expunged(wire: Wire) -> None:
    _, done = open_for(pending(Do.MOVE, 10, target=MailboxName("Old")), wire)
    wire.c('$u STATUS "Old" (UIDNEXT)').s("$u OK")
    wire.c('$cp UID COPY 10 "Old"').s("$cp OK")
    wire.c("$st UID STORE 10 +FLAGS.SILENT (\\Deleted)").s("$st OK")
    assert uids(done) == [10]


@pytest.mark.parametrize("capabilities", [("UIDPLUS", "MOVE"), ()])
def test_a_message_is_deleted_for_good_by_its_uid_or_marked(
    wire: Wire, capabilities: tuple[str, ...]
) -> None:
    _, done = open_for(pending(Do.DELETE, 10, for_good=True), wire, *capabilities)
    wire.c("$st UID STORE 10 +FLAGS.SILENT (\\Deleted)").s("$st OK")
    if capabilities:
        wire.c("$xp UID EXPUNGE 10").s("$xp OK")
    assert uids(done) == [10]


@pytest.mark.parametrize(
    ("copies", "copied"),
    [
        ((), "10:11"),
        ((copy(40, 11),), "10"),
        ((copy(40, 11), copy(41, 10)), ""),
        ((copy(39, 10), copy(40, 12)), "10:11"),
    ],
)
def test_a_copy_whose_answer_was_lost_is_not_made_again(
    wire: Wire, copies: tuple[str, ...], copied: str
) -> None:
    """Its envelope is looked for among the messages that the target got since; 39 was there before."""
    action = pending(Do.MOVE, 10, 11, target=MailboxName("Old"), copied_from=Uid(40))
    life, done = open_for(action, wire, "UIDPLUS")
    wire.c(f"$o UID FETCH 10:11 {TITLES}").s(row(1, 10, "Mail 10"), row(2, 11, "Mail 11"), "$o OK")
    wire.c('$ex EXAMINE "Old"').s("* 5 EXISTS", "* OK [UIDVALIDITY 3] v", "$ex OK [READ-ONLY]")
    wire.c(f"$t UID FETCH 40:* {TITLES}").s(*copies, "$t OK")
    wire.c(SELECT).s(*OPENED)
    if copied:
        wire.c(f'$cp UID COPY {copied} "Old"').s("$cp OK")
    wire.c("$st UID STORE 10:11 +FLAGS.SILENT (\\Deleted)").s("$st OK")
    wire.c("$xp UID EXPUNGE 10:11").s("$xp OK")
    assert uids(done) == [10, 11]
    assert life.copied_from == []
    assert life.arrivals == []


def test_one_copy_is_that_of_one_message_where_several_are_the_same(wire: Wire) -> None:
    """Else the other one would be removed without a copy. The watch goes on in its own mailbox."""

    def same(sequence: int, uid: int) -> str:
        return row(sequence, uid, "Same").replace(f"<{uid}@", "<9@")

    action = pending(Do.MOVE, 10, 11, 12, target=MailboxName("Old"), copied_from=Uid(40))
    life, done = open_for(action, wire, "UIDPLUS")
    wire.c(f"$o UID FETCH 10:12 {TITLES}").s(same(1, 10), same(2, 11), same(3, 12), "$o OK")
    wire.c('$ex EXAMINE "Old"').s("* 6 EXISTS", "* OK [UIDVALIDITY 3] v", "$ex OK [READ-ONLY]")
    wire.c(f"$t UID FETCH 40:* {TITLES}").s(same(5, 40), same(6, 41), "$t OK")
    wire.c(SELECT).s(*OPENED)
    wire.c('$cp UID COPY 12 "Old"').s("$cp OK")
    wire.c("$st UID STORE 10:12 +FLAGS.SILENT (\\Deleted)").s("$st OK")
    wire.c("$xp UID EXPUNGE 10:12").s("$xp OK")
    assert uids(done) == [10, 11, 12]
    wire.c('$ex EXAMINE "INBOX"', f"$f UID FETCH 13:* {TITLES}")
    wire.s("* 1 EXISTS", "* OK [UIDVALIDITY 7] v", "$ex OK [READ-ONLY]", row(1, 13, "News"), "$f OK")
    assert life.arrivals == ["News"]


def test_very_many_originals_are_compared_in_parts(wire: Wire) -> None:
    action = pending(Do.MOVE, *range(1, 402), target=MailboxName("Old"), copied_from=Uid(40))
    open_for(action, wire, "UIDPLUS")
    for named in ("1:200", "201:400", "401"):
        wire.c(f"$o UID FETCH {named} {TITLES}").s("$o OK")
    wire.c('$ex EXAMINE "Old"')


def test_a_copy_into_an_empty_folder_was_not_made(wire: Wire) -> None:
    _, _ = open_for(pending(Do.MOVE, 10, target=MailboxName("Old"), copied_from=Uid(40)), wire, "UIDPLUS")
    wire.c(f"$o UID FETCH 10 {TITLES}").s(row(1, 10, "Mail 10"), "$o OK")
    wire.c('$ex EXAMINE "Old"').s("* 0 EXISTS", "$ex OK").c(SELECT).s(*OPENED)
    wire.c('$cp UID COPY 10 "Old"')


def test_the_folder_is_made_where_there_is_none(wire: Wire) -> None:
    _, done = open_for(pending(Do.ARCHIVE, 10), wire, "MOVE", "CREATE-SPECIAL-USE", "NAMESPACE")
    wire.c("$ns NAMESPACE", LIST)
    wire.s('* NAMESPACE (("INBOX." ".")) NIL NIL', "$ns OK", '* LIST () "." INBOX', "$li OK")
    wire.c('$cr CREATE "INBOX.Archive" (USE (\\Archive))').s("$cr NO [USEATTR] not here")
    wire.c('$c2 CREATE "INBOX.Archive"').s("$c2 OK")
    wire.c('$su SUBSCRIBE "INBOX.Archive"').s("$su NO no subscriptions")
    wire.c('$mv UID MOVE 10 "INBOX.Archive"').s("$mv OK")
    assert uids(done) == [10]


@pytest.mark.parametrize(
    ("answer", "moved"), [("NO [ALREADYEXISTS] it is there", True), ("NO [NOPERM] you may not", False)]
)
def test_a_folder_that_cannot_be_made_is_used_where_it_is_there(wire: Wire, answer: str, moved: bool) -> None:
    _, done = open_for(pending(Do.JUNK, 10), wire, "MOVE")
    list_folders(wire, '* LIST () "/" INBOX')
    wire.c('$cr CREATE "Junk"').s(f"$cr {answer}")
    if moved:
        wire.c('$su SUBSCRIBE "Junk"').s("$su OK").c('$mv UID MOVE 10 "Junk"').s("$mv OK")
        assert uids(done) == [10]
    else:
        assert [outcome.code for outcome in done] == ["NOPERM"]


def test_a_folder_that_was_renamed_meanwhile_is_looked_for_again(wire: Wire) -> None:
    _, done = open_for(pending(Do.ARCHIVE, 10), wire, "MOVE")
    list_folders(wire)
    wire.c('$mv UID MOVE 10 "Old"').s("$mv NO [TRYCREATE] gone")
    list_folders(wire, '* LIST (\\Archive) "/" New')
    wire.c('$m2 UID MOVE 10 "New"').s("$m2 OK")
    assert uids(done) == [10]


@pytest.mark.parametrize("action", [pending(Do.MOVE, 10, target=MailboxName("Old")), pending(Do.FLAG, 10)])
def test_a_refusal_is_the_outcome_and_the_watch_goes_on(wire: Wire, action: PendingAction) -> None:
    life, done = open_for(action, wire, "MOVE")
    (sent,) = wire.sent()
    wire.s(f"{sent.split()[0]} NO [TRYCREATE] no such folder")
    assert [type(outcome) for outcome in done] == [CommandRefused]
    assert not life.end


def test_what_is_in_its_folder_already_is_not_moved(wire: Wire) -> None:
    _, done = open_for(pending(Do.MOVE, 10, target=INBOX), wire, "MOVE")
    assert [type(outcome) for outcome in done] == [AlreadyThere]


@pytest.mark.parametrize("command", ["STATUS", "COPY", "STORE"])
def test_a_connection_that_ends_fails_the_action(wire: Wire, command: str) -> None:
    life, done = open_for(pending(Do.MOVE, 10, target=MailboxName("Old")), wire, "UIDPLUS")
    for name, step in (("$u", "STATUS"), ("$cp", "COPY"), ("$st", "STORE")):
        (sent,) = wire.sent()
        assert step in sent
        if step == command:
            wire.close(ConnectionLost())
            break
        del name
        wire.s(f"{sent.split()[0]} OK")
    assert [type(outcome) for outcome in done] == [ConnectionLost]
    assert [type(error) for error in life.end] == [ConnectionLost]
