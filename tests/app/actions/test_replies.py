"""Replies from the toast to the server: each is sent once, and none is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred

from tests.app.house import House
from tests.fakes.ports import FakeStore
from tests.fakes.values import account, key, mail
from tests.net.wire import result
from tray.app.actions.replies import END_DEADLINE, GIVE_UP_AFTER, Replies
from tray.app.actions.reply_ports import NotSent
from tray.mail.model.status import Connecting, Problem, ProblemKind, Watching
from tray.mail.model.toast import Toast, ToastAction, ToastKey
from tray.mail.reply.reply import Progress

WORK = account("work", email="me@example.org")
LOST = Problem(ProblemKind.UNREACHABLE, "The connection was lost.", "")
REFUSED = Problem(ProblemKind.SERVER, "The server says no.", "Ask it why.")


class FakePostman:
    """Sends when the test says so."""

    def __init__(self):
        self.sends, self.keeps = [], []

    async def send(self, account, reply, before_mail):
        answer = Deferred()
        self.sends.append((reply, before_mail, answer))
        return await answer

    async def keep(self, account, reply):
        answer = Deferred()
        self.keeps.append((reply, answer))
        return await answer


class Office(House):
    """Replies with all that they use."""

    def __init__(self, store=None, *, connected=True, now=1_000_000):
        super().__init__(WORK, store=store, now=now)
        self.postman, self.remembered, self.copied = FakePostman(), [], []
        self.mail_service.start()
        self.connect(connected)
        self.replies = Replies(
            self.clock,
            self.store,
            self.mail_service,
            self.actions,
            self,
            self.postman,
            lambda *what: self.remembered.append(what),
        )
        self.replies.start()

    def connect(self, connected):
        watcher = self.watcher("work")
        watcher.on_status(
            Watching(self.clock.seconds(), self.clock.seconds()) if connected else Connecting(0.0)
        )
        if hasattr(self, "replies"):
            self.replies.on_status(self.mail_service.watch(WORK.id))

    # `Toasts`

    def show_toast(self, toast):
        self.notification_center.show(toast)

    def withdraw(self, key):
        self.toasts.withdraw(key)

    def copy_text(self, text, done):
        self.copied.append(text)
        done("")

    # What a person does

    def types(self, text="Yes", uid=1):
        message = replace(mail(uid, message_id="<1@example.org>"), headers=(("to", "me@example.org"),))
        self.replies.on_reply(Toast(ToastKey("m"), "Ada", "", (key(uid),), answers=message), text)

    def chooses(self, action, number=1):
        toast = self.toasts.shown.pop(f"reply-{number}")
        assert action in dict(toast.actions)
        return self.replies.on_toast(toast, action)

    def told(self, number=1):
        toast = self.toasts.shown.get(f"reply-{number}")
        return None if toast is None else toast.summary

    # What the server does

    def accepts(self):
        _, before_mail, answer = self.postman.sends[-1]
        before_mail()
        answer.callback("smtps://smtp.example.org:465")

    def fails(self, problem=LOST, *, begun=False, **how):
        _, before_mail, answer = self.postman.sends[-1]
        if begun:
            before_mail()
        answer.errback(NotSent(problem, **how))

    @property
    def kept(self):
        return [(reply.progress, reply.text) for reply in self.store.replies()]


def test_a_reply_is_on_disk_before_it_is_sent_and_gone_when_its_copy_is_kept():
    office = Office()
    office.types("Yes, gladly")
    assert office.kept == [(Progress.WAITING, "Yes, gladly")]
    reply, before_mail, answer = office.postman.sends[0]
    assert (reply.recipient, reply.sender) == ("ada@example.org", "me@example.org")
    before_mail()
    assert office.kept[0][0] is Progress.HANDED_OVER
    answer.callback("smtps://smtp.example.org:465")
    assert office.kept[0][0] is Progress.SENT
    assert office.told() == "Reply sent to Ada"
    assert office.remembered == [(WORK.id, "smtps://smtp.example.org:465")]
    assert office.watcher("work").calls[-2:] == [("answered", (1,)), ("read", (1,))]
    office.postman.keeps[0][1].callback(True)
    assert office.kept == []
    assert len(office.postman.sends) == len(office.postman.keeps) == 1
    assert office.told() == "Reply sent to Ada"


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_typed_is_no_reply(text):
    office = Office()
    office.types(text)
    assert office.kept == office.postman.sends == []


def test_a_toast_that_answers_nothing_and_an_account_that_is_gone_send_nothing():
    office = Office()
    office.replies.on_reply(Toast(ToastKey("m"), "", "", ()), "Yes")
    office.replies.on_reply(Toast(ToastKey("m"), "", "", (key(1),)), "Yes")
    assert office.copied == []
    gone = Toast(ToastKey("m"), "", "", (key(1, "other"),), answers=mail(1), reply_to="Ada")
    office.replies.on_reply(gone, "Yes")
    assert office.copied == ["Yes"]
    assert office.toasts.shown["reply-too-late"].summary == "The reply to Ada was not sent"
    nobody = replace(mail(1), headers=(("auto-submitted", "auto-replied"),))
    office.replies.on_reply(Toast(ToastKey("m"), "", "", (key(1),), answers=nobody), "No")
    assert office.copied == ["Yes", "No"]
    assert office.postman.sends == []


def test_an_outage_and_a_restart_delay_it():
    office = Office(connected=False)
    office.types()
    assert office.postman.sends == []
    again = Office(office.store, connected=False)
    assert again.postman.sends == []
    again.connect(True)
    assert [reply.text for reply, *_ in again.postman.sends] == ["Yes"]
    again.accepts()
    assert again.told() == "Reply sent to Ada"


def test_what_waits_is_sent_also_where_the_account_is_watched_before_the_replies_are_read():
    """The connections begin first, and the status of an account may not change again for hours."""
    office = Office(connected=False)
    office.types()
    assert office.postman.sends == []
    assert len(Office(office.store).postman.sends) == 1


def test_it_is_tried_again_and_the_user_told_once():
    office = Office()
    office.types()
    office.fails()
    assert office.told() == "The reply to Ada waits"
    assert "The connection was lost." in office.toasts.shown["reply-1"].body
    shown = len(office.toasts.orders)
    office.clock.advance(59)
    office.connect(True)
    assert len(office.postman.sends) == 1
    office.clock.advance(1)
    assert len(office.postman.sends) == 2
    office.fails(begun=True)  # refused for now, behind the mail
    assert office.kept[0][0] is Progress.WAITING
    assert len(office.toasts.orders) == shown
    office.clock.advance(300)
    office.accepts()
    assert office.told() == "Reply sent to Ada"
    assert len({reply.message_id for reply, *_ in office.postman.sends}) == 1
    assert len({reply.mail for reply, *_ in office.postman.sends}) == 1


def test_it_is_given_up_after_a_day():
    office = Office()
    office.types()
    office.fails()
    for _ in range(200):
        if office.told() != "The reply to Ada waits":
            break
        office.clock.advance(900)
        office.fails()
    assert office.told() == "The reply to Ada was not sent"
    assert office.clock.seconds() - 1_000_000 >= GIVE_UP_AFTER
    assert office.kept == [(Progress.FAILED, "Yes")]


def test_what_is_refused_is_the_users_again_with_its_text():
    office = Office()
    office.types("Yes, gladly")
    office.fails(REFUSED)
    toast = office.toasts.shown["reply-1"]
    assert toast.summary == "The reply to Ada was not sent"
    assert toast.body == "The server says no. Ask it why."
    assert "Yes, gladly" in toast.headline
    assert [action for action, _ in toast.actions] == [
        ToastAction.DISCARD,
        ToastAction.COPY_TEXT,
        ToastAction.TRY_AGAIN,
    ]
    assert toast.timeout == 0
    assert office.chooses(ToastAction.COPY_TEXT)
    assert office.copied == ["Yes, gladly"]
    assert office.toasts.shown["reply-1"].body.startswith("The text is on the clipboard.")
    assert office.chooses(ToastAction.TRY_AGAIN)
    assert len(office.postman.sends) == 2
    office.accepts()
    assert office.told() == "Reply sent to Ada"


def test_a_reply_of_which_nobody_knows_whether_it_arrived_is_not_sent_again_by_itself():
    office = Office()
    office.types()
    office.fails(begun=True, unknown=True)
    assert office.told() == "The reply to Ada was not sent"
    office.clock.advance(GIVE_UP_AFTER)
    office.connect(True)
    assert len(office.postman.sends) == 1


def test_a_kill_between_the_mail_and_its_answer_is_said_and_not_repeated():
    office = Office()
    office.types()
    office.postman.sends[0][1]()  # the mail is under way
    again = Office(office.store)
    assert again.told() == "The reply to Ada was not sent"
    assert "may have been sent" in again.toasts.shown["reply-1"].body
    assert again.postman.sends == []
    again.chooses(ToastAction.TRY_AGAIN)
    assert again.postman.sends[0][0].mail == office.postman.sends[0][0].mail


def test_a_kill_before_the_copy_keeps_only_the_copy():
    office = Office()
    office.types()
    office.accepts()
    again = Office(office.store)
    assert again.postman.sends == []
    again.replies.on_status(again.mail_service.watch(WORK.id))
    assert len(again.postman.keeps) == 1


def test_a_failed_reply_is_shown_at_each_start_until_it_is_discarded():
    office = Office()
    office.types()
    office.fails(REFUSED)
    again = Office(office.store)
    assert again.told() == "The reply to Ada was not sent"
    again.chooses(ToastAction.DISCARD)
    assert again.kept == []
    assert Office(office.store).told() is None


def test_a_waiting_reply_can_be_discarded_until_its_mail_is_under_way():
    office = Office()
    office.types()
    office.fails()
    office.clock.advance(60)
    office.chooses(ToastAction.DISCARD)
    _, before_mail, answer = office.postman.sends[-1]
    with pytest.raises(NotSent) as refused:
        before_mail()
    answer.errback(refused.value)
    assert office.kept == []
    assert office.told() is None

    office = Office()
    office.types()
    office.fails()
    office.clock.advance(60)
    office.postman.sends[-1][1]()
    office.chooses(ToastAction.DISCARD)
    assert office.kept[0][0] is Progress.HANDED_OVER


def test_without_the_disk_nothing_is_sent_and_the_text_is_kept():
    office = Office()
    office.store.full = True
    office.types()
    assert office.postman.sends == []
    assert office.told() == "The reply to Ada was not sent"
    office.chooses(ToastAction.COPY_TEXT)
    assert office.copied == ["Yes"]
    office.chooses(ToastAction.TRY_AGAIN)
    assert office.told() == "The reply to Ada was not sent"
    office.store.full = False
    office.chooses(ToastAction.TRY_AGAIN)
    office.store.full = True
    with pytest.raises(NotSent):
        office.postman.sends[0][1]()


test_without_the_disk_nothing_is_sent_and_the_text_is_kept = pytest.mark.expects_log("The disk is full")(
    test_without_the_disk_nothing_is_sent_and_the_text_is_kept
)


def test_the_replies_of_an_account_are_sent_one_after_the_other():
    office = Office()
    office.types("one")
    office.types("two", uid=2)
    assert [reply.text for reply, *_ in office.postman.sends] == ["one"]
    office.accepts()
    office.postman.keeps[0][1].callback(False)
    assert [reply.text for reply, *_ in office.postman.sends] == ["one", "two"]


def test_a_copy_is_tried_again_and_its_absence_told():
    office = Office()
    office.types()
    office.accepts()
    for attempt in range(3):
        office.postman.keeps[attempt][1].errback(NotSent(LOST))
        assert office.told() == "Reply sent to Ada"
        office.clock.advance(900)
    office.postman.keeps[3][1].errback(NotSent(LOST))
    assert (
        "no copy of it among your sent mails: The connection was lost." in office.toasts.shown["reply-1"].body
    )
    assert office.kept == []
    assert len(office.postman.sends) == 1


def test_after_the_end_nothing_is_begun():
    office = Office()
    office.types("one")
    office.types("two", uid=2)
    office.replies.stop()
    office.fails()
    office.clock.advance(1000)
    assert len(office.postman.sends) == 1
    assert [progress for progress, _ in office.kept] == [Progress.WAITING] * 2


@pytest.mark.expects_log("Sending a reply has failed")
def test_a_mistake_of_ours_does_not_send_without_a_pause():
    office = Office()
    office.types()
    office.postman.sends[0][2].errback(TypeError("a mistake"))
    assert len(office.postman.sends) == 1
    office.clock.advance(60)
    assert len(office.postman.sends) == 2


def test_the_end_waits_a_moment_for_an_answer_to_a_mail():
    office = Office()
    assert result(office.replies.stop()) == [None]
    office = Office()
    office.types()
    ended = result(office.replies.stop())
    assert ended == []
    office.accepts()
    assert ended == [None]
    assert office.kept[0][0] is Progress.SENT
    assert office.postman.keeps == []  # in the next run

    office = Office()
    office.types()
    ended = result(office.replies.stop())
    office.clock.advance(END_DEADLINE)
    assert ended == [None]


def test_a_state_that_cannot_be_read_has_no_replies():
    store = FakeStore()
    office = Office(store)
    store.full = True
    with_none = Replies(
        office.clock, store, office.mail_service, office.actions, office, office.postman, print
    )
    with_none.start()
    assert office.postman.sends == []


test_a_state_that_cannot_be_read_has_no_replies = pytest.mark.expects_log("The disk is full")(
    test_a_state_that_cannot_be_read_has_no_replies
)


def test_a_toast_about_another_thing_is_not_taken():
    office = Office()
    assert not office.replies.on_toast(Toast(ToastKey("complaint"), "", "", ()), ToastAction.OPEN)
    assert office.replies.on_toast(Toast(ToastKey("reply-9"), "", "", ()), ToastAction.DISCARD)
