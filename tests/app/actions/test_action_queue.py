"""Actions are shown at once, sent when they are due, undone in time, and done once, whatever happens meanwhile."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred, fail

from tests.app.house import House
from tests.fakes.ports import FakeStore
from tests.fakes.values import VALIDITY, account, key, mail, pending
from tray.desktop.storage.state_store import StateError
from tray.imap.types import INBOX, SEEN, MailboxName, Uid
from tray.mail.actions.pending import UNDO_SECONDS
from tray.mail.model.action import MessageAction as Do
from tray.mail.model.status import Problem, ProblemKind, Watching
from tray.net.errors import ActionFailed

LISTS = MailboxName("Lists")
WORK = account("work", mailboxes=(INBOX, LISTS))
HOME = account("home")
READ_ONLY = Problem(ProblemKind.SERVER, "imap.example.org says: mailbox is read-only.", "Ask.")


class Desk(House):
    """Two accounts with mail."""

    def __init__(self, store=None, now=1_000_000):
        super().__init__(WORK, HOME, store=store, now=now)
        self.mail_service.start()
        self.report(mail(1, "Old", seen=True), mail(2, "Bill"), mail(3, "Lunch on Friday?"), unseen=2)
        self.report(mail(1, "Home"), of=self.watcher("home").account, unseen=1)

    @property
    def inbox(self):
        return self.watcher("work", INBOX)

    def shown(self, name="work"):
        """UIDs that are shown; negative where they are unread."""
        summary = next(each for each in self.mail_service.summary().accounts if each.id == name)
        lines = [-line.key.uid if line.unseen else line.key.uid for line in summary.latest]
        return lines, summary.unseen

    def sent(self, name="work", mailbox=INBOX):
        return [call for call in self.watcher(name, mailbox).calls if isinstance(call, tuple)]

    @property
    def undo(self):
        offer = self.mail_service.summary().undo
        return None if offer is None else offer.sentence

    def later(self, seconds=UNDO_SECONDS):
        self.clock.advance(seconds)

    def next_run(self):
        """Killed, and started again."""
        self.actions.stop()
        return Desk(self.store, now=self.clock.seconds())

    def connected(self):
        self.inbox.on_status(Watching(1.0, 1.0))


@pytest.fixture
def desk():
    return Desk()


def offline():
    """No connection: nothing was sent."""
    return fail(ActionFailed(Problem(ProblemKind.UNREACHABLE, "It does not answer.")))


def cut_off():
    """The connection ended while the action was under way."""
    return fail(ActionFailed(Problem(ProblemKind.UNREACHABLE, "It was lost."), begun=True))


def refusal():
    return fail(ActionFailed(READ_ONLY, refused=True, begun=True))


def test_a_flag_is_sent_at_once_and_shown_at_once(desk):
    desk.inbox.answers = [Deferred()]
    desk.actions.act(Do.READ, [key(3)])
    assert desk.sent() == [("read", (3,))]
    assert desk.shown() == ([3, -2, 1], 1)
    assert desk.undo == "Marked “Lunch on Friday?” as read"


def test_what_the_server_has_done_is_known_before_the_session_reports_it(desk):
    desk.actions.act(Do.READ, [key(3)])
    assert desk.store.queued == {}
    assert desk.announcements.message(key(3)).flags == {SEEN}
    assert desk.shown() == ([3, -2, 1], 1)


def test_a_move_is_shown_at_once_and_sent_after_ten_seconds(desk):
    desk.actions.act(Do.ARCHIVE, [key(3)])
    assert desk.shown() == ([-2, 1], 1)
    assert desk.undo == "Archived “Lunch on Friday?”"
    desk.later(9.9)
    assert desk.sent() == []
    assert len(desk.store.queued) == 1
    desk.later(0.2)
    assert desk.sent() == [("archive", (3,))]
    assert desk.shown() == ([-2, 1], 1)
    assert desk.undo is None
    assert desk.store.queued == {}
    assert not desk.clock.getDelayedCalls()


def test_an_undone_move_is_never_sent(desk):
    desk.actions.act(Do.DELETE, [key(3), key(2), key(1, "home")])
    assert desk.undo == "Moved 3 mails to Trash"
    assert desk.shown("home") == ([], 0)
    desk.actions.undo()
    assert desk.shown() == ([-3, -2, 1], 2)
    desk.later(60)
    assert desk.sent() == desk.sent("home") == []
    assert desk.store.queued == {}
    assert desk.undo is None


def test_an_undone_flag_is_reversed_for_what_it_changed(desk):
    """The first mail was read before."""
    desk.actions.act(Do.READ, [key(1), key(3)])
    desk.actions.undo()
    assert desk.sent() == [("read", (1, 3)), ("unread", (3,))]
    assert desk.shown() == ([-3, -2, 1], 2)


def test_a_flag_that_is_undone_before_its_answer_is_reversed_behind_it(desk):
    answer = Deferred()
    desk.inbox.answers = [answer]
    desk.actions.act(Do.FLAG, [key(3)])
    desk.actions.undo()
    assert desk.sent() == [("flag", (3,))]
    assert not desk.mail_service.summary().accounts[0].latest[0].flagged
    answer.callback(pending(Do.FLAG, 3).uids)
    assert desk.sent() == [("flag", (3,)), ("unflag", (3,))]


def test_a_flag_that_is_undone_while_offline_is_not_sent(desk):
    desk.inbox.answers = [offline()]
    desk.actions.act(Do.FLAG, [key(3)])
    desk.actions.undo()
    desk.connected()
    assert desk.sent() == [("flag", (3,))]
    assert desk.store.queued == {}


def test_a_flag_whose_connection_ended_and_that_is_undone_is_reversed(desk):
    """It may have been done."""
    answer = Deferred()
    desk.inbox.answers = [answer]
    desk.actions.act(Do.FLAG, [key(3)])
    desk.actions.undo()
    answer.errback(ActionFailed(Problem(ProblemKind.UNREACHABLE, "It was lost."), begun=True))
    desk.connected()
    assert desk.sent()[-1] == ("unflag", (3,))


def test_mark_all_as_read_is_undone_for_those_that_were_unread(desk):
    desk.inbox.answers = [Deferred()]
    watches = desk.mail_service.watches
    desk.actions.mark_all_read(watches, 3)
    assert desk.undo == "Marked 3 mails as read"
    assert desk.shown() == ([3, 2, 1], 0)
    assert desk.sent() == [("read", (1, 2, 3))]
    desk.inbox.answers = []
    desk.actions.undo()
    assert desk.sent("home", INBOX) == [("read", (1,)), ("unread", (1,))]


def test_an_offer_to_undo_ends_after_ten_seconds(desk):
    desk.actions.act(Do.READ, [key(3)])
    before = len(desk.changes)
    desk.later(10)
    assert desk.undo is None
    assert len(desk.changes) > before
    desk.actions.undo()
    assert desk.sent() == [("read", (3,))]


def test_a_new_action_replaces_the_offer_and_the_earlier_move_is_sent(desk):
    desk.actions.act(Do.ARCHIVE, [key(3)])
    desk.later(5)
    desk.actions.act(Do.ARCHIVE, [key(2)])
    assert desk.undo == "Archived “Bill”"
    desk.actions.undo()
    desk.later(5)
    assert desk.sent() == [("archive", (3,))]


def test_a_message_moves_once_to_where_it_was_sent_last(desk):
    desk.actions.act(Do.ARCHIVE, [key(3), key(2)])
    desk.actions.act(Do.DELETE, [key(3)])
    desk.later()
    assert desk.sent() == [("archive", (2,)), ("delete", (3,))]
    desk.actions.act(Do.ARCHIVE, [key(1)])
    desk.actions.act(Do.JUNK, [key(1)])
    desk.later()
    assert desk.sent()[2:] == [("junk", (1,))]


# Refusals.


@pytest.mark.expects_log("An action failed: server")
def test_a_refused_action_is_taken_back_with_a_sentence(desk):
    desk.inbox.answers = [refusal()]
    desk.actions.act(Do.ARCHIVE, [key(3)])
    desk.later()
    assert desk.shown() == ([-3, -2, 1], 2)
    (refused,) = desk.mail_service.summary().refused
    assert refused.headline == "“Lunch on Friday?” could not be archived."
    assert refused.reason == "imap.example.org says: mailbox is read-only. Ask."
    assert desk.refused == [(refused,)]
    assert desk.store.queued == {}
    desk.actions.retry_refused()
    assert desk.mail_service.summary().refused == ()
    assert desk.sent() == [("archive", (3,)), ("archive", (3,))]
    assert desk.shown() == ([-2, 1], 1)
    desk.actions.retry_refused()
    assert len(desk.sent()) == 2


@pytest.mark.expects_log("An action failed: server")
def test_a_refused_action_that_is_tried_again_knows_of_the_copy_that_it_made(desk):
    """The server took the copy, and would not remove the original."""
    answer = Deferred()
    desk.inbox.answers = [answer, Deferred()]
    desk.actions.act(Do.ARCHIVE, [key(3)])
    desk.later()
    desk.inbox.before_copy(Uid(40))
    answer.errback(ActionFailed(READ_ONLY, refused=True, begun=True))
    desk.actions.retry_refused()
    assert [action.copied_from for action in desk.store.actions()] == [40]


@pytest.mark.expects_log("An action failed: server")
def test_a_refusal_can_be_dismissed_and_ends_the_offer_to_undo(desk):
    desk.inbox.answers = [refusal()]
    desk.actions.act(Do.FLAG, [key(3), key(2)])
    assert desk.undo is None
    assert desk.mail_service.summary().refused[0].headline == "2 mails could not be flagged."
    desk.actions.dismiss_refused()
    assert desk.mail_service.summary().refused == ()


@pytest.mark.expects_log("An action failed: server")
def test_each_refusal_is_kept_once_and_all_are_tried_again_in_their_order(desk):
    desk.inbox.answers = [refusal() for _ in range(3)]
    desk.actions.act(Do.FLAG, [key(3)])
    desk.actions.act(Do.READ, [key(2)])
    desk.actions.act(Do.FLAG, [key(3)])
    assert [each.headline.partition(" could")[2] for each in desk.mail_service.summary().refused] == [
        " not be flagged.",
        " not be marked as read.",
    ]
    assert [len(each) for each in desk.refused] == [1, 2, 2]
    desk.actions.retry_refused()
    assert desk.mail_service.summary().refused == ()
    assert desk.sent()[3:] == [("read", (2,)), ("flag", (3,))]


@pytest.mark.expects_log("An action failed: unreachable")
def test_an_action_that_ends_every_connection_is_given_up(desk):
    """It may be what ends them."""
    desk.inbox.answers = [cut_off(), cut_off(), cut_off()]
    desk.actions.act(Do.FLAG, [key(3)])
    desk.connected()
    assert desk.mail_service.summary().refused == ()
    desk.connected()
    assert desk.mail_service.summary().refused[0].reason == "It was lost."
    desk.connected()
    assert len(desk.sent()) == 3


# Outages and restarts.


def test_what_cannot_be_sent_now_is_sent_once_there_is_a_connection(desk):
    desk.inbox.answers = [offline(), offline(), offline()]
    desk.actions.act(Do.FLAG, [key(3)])
    desk.actions.act(Do.ARCHIVE, [key(2)])
    desk.later()
    assert desk.shown() == ([-3, 1], 1)
    assert len(desk.store.queued) == 2
    desk.inbox.calls.clear()
    desk.connected()
    assert desk.sent() == [("flag", (3,)), ("archive", (2,))]
    assert desk.store.queued == {}
    desk.connected()
    assert len(desk.sent()) == 2


def test_what_was_clicked_before_the_program_was_killed_is_done_in_the_next_run(desk):
    desk.actions.act(Do.ARCHIVE, [key(3)])
    again = desk.next_run()
    assert again.shown() == ([-2, 1], 1)
    assert again.undo is None
    again.later()
    assert again.sent() == [("archive", (3,))]
    assert again.store.queued == {}
    assert again.next_run().sent() == []


def test_a_copy_that_was_begun_is_known_in_the_next_run(desk):
    desk.inbox.answers = [Deferred()]
    desk.actions.act(Do.ARCHIVE, [key(3)])
    desk.later()
    desk.inbox.before_copy(Uid(40))
    (kept,) = desk.store.actions()
    assert kept.copied_from == 40


def test_a_new_action_has_a_higher_id_than_those_of_earlier_runs(desk):
    desk.actions.act(Do.ARCHIVE, [key(3)])
    again = desk.next_run()
    again.actions.act(Do.ARCHIVE, [key(2)])
    assert sorted(again.store.queued) == [1, 2]


def test_a_clock_that_was_set_back_holds_nothing_up():
    store = FakeStore()
    store.save_actions([pending(Do.ARCHIVE, 3, due=2_000_000.0)])
    desk = Desk(store)
    desk.later()
    assert desk.sent() == [("archive", (3,))]


def test_actions_of_an_account_that_is_gone_are_dropped(desk):
    desk.inbox.answers = [offline()]
    desk.actions.act(Do.FLAG, [key(3)])
    desk.mail_service.apply_settings(desk.settings.__class__(accounts=(HOME,)))
    desk.connected()
    assert desk.store.queued == {}
    assert desk.pending.of(WORK.id) == []


class FullStore(FakeStore):
    """A disk that has no room for actions."""

    def refuse(self, *_):
        raise StateError("The disk is full.")

    actions = save_actions = delete_actions = refuse


@pytest.mark.expects_log("The disk is full.")
def test_a_full_disk_keeps_no_action_from_being_done():
    desk = Desk(FullStore())
    desk.actions.act(Do.ARCHIVE, [key(3)])
    desk.later()
    assert desk.sent() == [("archive", (3,))]


def test_an_action_without_an_offer_is_sent_at_once(desk):
    """By a rule of the user."""
    desk.actions.act(Do.MOVE, [key(3)], LISTS, offer_undo=False)
    assert desk.sent() == [("move", (3,))]
    assert desk.undo is None


def test_an_action_on_nothing_offers_nothing(desk):
    desk.actions.act(Do.READ, [])
    assert desk.undo is None


def test_a_message_that_was_read_here_is_withdrawn_from_no_other_mailbox(desk):
    """A key of a renumbered mailbox changes nothing that is shown."""
    desk.inbox.answers = [offline()]
    desk.actions.act(Do.READ, [key(3, validity=VALIDITY + 1)])
    assert desk.shown() == ([-3, -2, 1], 2)


def test_a_mailbox_that_is_not_watched_gets_a_connection_of_its_own(desk):
    """Once the account has a connection: only then is its server known to answer."""
    found = key(9, mailbox=MailboxName("Old"))
    desk.actions.act(Do.FLAG, [found])
    assert desk.unwatched.done == []
    desk.connected()
    assert desk.unwatched.done == [("work", "Old", (9,))]
    assert desk.store.queued == {}
