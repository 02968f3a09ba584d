"""Clicks reach the server or are answered in words; passwords are asked for when they are needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.defer import fail, succeed
from twisted.internet.task import Clock

from tests.fakes.ports import AtOnce, FakeSecrets, FakeStore, FakeToasts, FakeWatcher
from tests.fakes.values import VALIDITY, account, key, mail
from tray.app.accounts.mail_service import MailService
from tray.app.actions import MessageActions
from tray.app.credentials.secret_store import SecretStore
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.notification_center import NotificationCenter
from tray.app.prompts import PasswordPrompt
from tray.app.settings.dialog_services import Previews
from tray.imap.types import INBOX, MailboxName
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.mail.model.account import AccountId, SecretSource
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Connecting, NeedsCredentials, Problem, ProblemKind, Watching
from tray.mail.model.toast import Action, Toast, ToastKey
from tray.mail.settings.open_message import OpenMailProgram, OpenUrl, RunCommand
from tray.mail.settings.settings import Settings
from tray.net.errors import ActionFailed

LISTS = MailboxName("Lists")
WORK = account("work", webmail="https://mail.example.org/", mailboxes=(INBOX, LISTS))
HOME = account("home", mailboxes=(INBOX, LISTS))
REFUSED = NeedsCredentials(1.0, Problem(ProblemKind.REFUSED, "The password was refused."))
ABSENT = NeedsCredentials(1.0, Problem(ProblemKind.NO_SECRET, "Enter the password."))


class FakeOpener:
    def __init__(self):
        self.opened = []

    def open(self, how, token):
        self.opened.append((how, token))


class FakeFaces:
    def __init__(self):
        self.questions = []

    def ask_password(self, account, reason, answer, *, asked_for):
        self.questions.append((account.id, reason, answer))

    def ask_sign_in(self, account, reason, service, answer):
        self.questions.append((account.id, reason, service, answer))


class SettingsFixture:
    """Accounts with a watcher for each of their two folders; `watchers` has that of the first, by account."""

    def __init__(self, *accounts):
        self.clock = Clock()
        self.clock.advance(1_000_000)
        self.toasts, self.watchers, self.opener, self.windows = FakeToasts(), {}, FakeOpener(), FakeFaces()
        self.everyone = []
        self.announcements = Announcements(FakeStore(), {}, pytest.fail)
        self.notification_center = NotificationCenter(self.clock, self.toasts, self.announcements)
        self.secret_store = SecretStore(FakeSecrets(), AtOnce(), AtOnce())
        self.complaints = []
        self.credentials = PasswordPrompt(
            self.secret_store, self.windows, "the service", self.complaints.append
        )
        self.room = MailService(
            Settings(accounts=accounts),
            make_watcher=self.make_watcher,
            announcements=self.announcements,
            quiet_hours=self.notification_center,
            now=self.clock.seconds,
            changed=lambda: None,
            status_changed=self.status_changed,
        )
        self.actions = MessageActions(self.room, self.opener, self.notification_center, self.announcements)
        self.previews = Previews(None, self.actions)

    def make_watcher(self, account, mailbox, _titles, on_status):
        watcher = FakeWatcher(account, mailbox, on_status)
        self.everyone.append(watcher)
        if mailbox == INBOX:
            self.watchers[account.id] = watcher
        return watcher

    def say(self, status, tried=None):
        """All folders of the account say this."""
        for watcher in self.now():
            watcher.on_status(status, tried)

    def now(self):
        """The watchers of the account “work” that were made last."""
        return [each for each in self.everyone if each.account.id == "work"][-2:]

    def woken(self):
        """How often each of these was told to try again."""
        return [watcher.calls.count("check") for watcher in self.now()]

    def status_changed(self, watch):
        self.credentials.status_changed(watch)

    def toast(self, *uids):
        return Toast(ToastKey("t"), "s", "b", tuple(key(uid) for uid in uids))


@pytest.fixture
def desk():
    return SettingsFixture(WORK, HOME)


def test_a_click_on_a_title_opens_its_mail(desk):
    """With the account's webmail, or in the mail program."""
    desk.actions.open_message(key(1))
    desk.actions.open_message(key(1, "home"), "token")
    assert desk.opener.opened == [(OpenUrl("https://mail.example.org/"), ""), (OpenMailProgram(), "token")]


def test_a_mail_of_an_account_that_is_gone_opens_nothing(desk):
    """The toast may be older than the removal."""
    desk.actions.open_message(key(1, "gone"))
    desk.actions.mark_read([key(1, "gone")])
    assert desk.opener.opened == []


def test_open_mail_prefers_the_account_with_something_unseen(desk):
    """That is why one clicks."""
    desk.actions.open_mail()
    desk.room.on_report(HOME, INBOX, MailboxReport(VALIDITY, messages=(mail(1),), unseen=1))
    desk.actions.open_mail()
    assert [how for how, _ in desk.opener.opened] == [OpenUrl("https://mail.example.org/"), OpenMailProgram()]


def test_the_mail_of_one_account_is_opened(desk):
    """Of one that is gone, nothing is."""
    desk.actions.open_account(HOME.id)
    desk.actions.open_account(AccountId("gone"))
    assert [how for how, _ in desk.opener.opened] == [OpenMailProgram()]


def test_what_a_click_would_open_can_be_tried_before_it_is_set(desk):
    """On the newest mail that is known; the account's own settings stay as they are."""
    draft = replace(WORK, open_command="run {uid} {message_id}")
    desk.previews.open_newest(draft)
    desk.room.on_report(WORK, INBOX, MailboxReport(VALIDITY, messages=(mail(7, message_id="<7@x>"), mail(6))))
    desk.previews.open_newest(draft)
    desk.previews.open_newest(account("new", webmail="https://new.example.org/"))
    assert [how for how, _ in desk.opener.opened] == [
        OpenUrl("https://mail.example.org/"),
        RunCommand(("run", "7", "7@x")),
        OpenUrl("https://new.example.org/"),
    ]


def test_open_mail_without_an_account_does_nothing():
    """There is nothing to open."""
    desk = SettingsFixture()
    desk.actions.open_mail()
    assert desk.opener.opened == []


def test_the_buttons_of_a_toast_do_what_they_say(desk):
    """For every mail of a digest."""
    desk.actions.on_toast(desk.toast(1, 2), Action.MARK_READ, "")
    assert desk.watchers["work"].calls == [("seen", VALIDITY, (1,)), ("seen", VALIDITY, (2,))]
    desk.actions.on_toast(desk.toast(1, 2), Action.OPEN, "token")
    desk.actions.on_toast(desk.toast(), Action.OPEN, "")
    assert [token for _, token in desk.opener.opened] == ["token", ""]


def test_mark_all_reaches_every_account(desk):
    """And every mailbox."""
    desk.actions.mark_all_read()
    assert [watcher.calls for watcher in desk.everyone] == [["all seen"]] * 4


@pytest.mark.expects_log("An action failed: unreachable")
def test_an_action_that_failed_is_said(desk):
    """A button that silently did nothing would be a lie."""
    problem = Problem(ProblemKind.UNREACHABLE, "The server is not reachable.", "Try later.")
    desk.watchers["work"].answer = fail(ActionFailed(problem))
    desk.actions.mark_read([key(1)])
    (toast,) = desk.toasts.shown.values()
    assert toast.body == "The server is not reachable. Try later."


def test_a_refused_password_is_forgotten_and_asked_for_when_the_user_wants(desk):
    """No pop-up by itself: the tray shows it."""
    desk.secret_store.use_for_this_run("work", Secret("wrong"))
    desk.say(REFUSED)
    assert desk.secret_store._remembered == {}
    assert desk.windows.questions == []
    desk.credentials.ask(desk.room.watch("work"))
    ((asked, reason, answer),) = desk.windows.questions
    assert (asked, reason) == ("work", "The password was refused.")
    answer(Secret("right"), True)
    assert desk.secret_store._remembered["work"] == Secret("right")
    assert desk.woken() == [1, 1]


def test_a_question_that_is_not_answered_changes_nothing(desk):
    """Cancel."""
    desk.credentials.ask(desk.room.watch("work"))
    desk.windows.questions[0][2](None, False)
    assert desk.woken() == [0, 0]


def test_an_account_that_asks_at_each_start_asks_by_itself():
    """But not again when the answer was refused, and its answer is not stored."""
    asking = replace(WORK, secret=SecretSource.ASK)
    desk = SettingsFixture(asking)
    desk.say(ABSENT)
    assert {question[0] for question in desk.windows.questions} == {"work"}
    asked = len(desk.windows.questions)
    desk.windows.questions[0][2](Secret("typed"), True)
    assert desk.secret_store._sources.kept == {}
    desk.say(REFUSED)
    assert len(desk.windows.questions) == asked


def test_a_command_is_run_again_rather_than_asked_about(desk):
    """The user's own program knows the password."""
    desk = SettingsFixture(replace(WORK, secret=SecretSource.COMMAND, password_command="true"))
    desk.credentials.ask(desk.room.watch("work"))
    assert desk.windows.questions == []
    assert desk.woken() == [1, 1]


def test_the_desktop_is_asked_again_rather_than_the_user(desk):
    """For an account of the desktop's online accounts."""
    desk = SettingsFixture(replace(WORK, secret=SecretSource.ONLINE, online_account="account_1"))
    desk.credentials.ask(desk.room.watch("work"))
    assert desk.windows.questions == []
    assert desk.woken() == [1, 1]


def test_a_healthy_account_can_be_given_a_new_password_too(desk):
    """From the settings of a changed account."""
    desk.watchers["work"].on_status(Watching(1.0, 1.0))
    desk.credentials.ask(desk.room.watch("work"))
    assert len(desk.windows.questions) == 1


def test_an_account_that_signs_in_is_asked_to_sign_in_again():
    """By the dialog with the browser, not by one for passwords."""
    desk = SettingsFixture(replace(WORK, secret=SecretSource.OAUTH, oauth="google"))
    desk.say(Watching(1.0, 1.0))
    desk.credentials.ask(desk.room.watch("work"))
    desk.say(REFUSED)
    desk.credentials.ask(desk.room.watch("work"))
    assert [question[:3] for question in desk.windows.questions] == [
        ("work", "Sign in again.", "the service"),
        ("work", "The password was refused.", "the service"),
    ]
    answer = desk.windows.questions[0][3]
    answer(None)
    assert desk.woken() == [0, 0]
    answer(Secret("tokens"))
    assert desk.secret_store._sources.kept["work"] == Secret("tokens")
    assert desk.woken() == [1, 1]


def test_a_password_that_cannot_be_kept_is_used_and_that_is_said(desk):
    """Whoever ticked the box would believe that it was kept."""
    desk.secret_store._sources.error = SecretUnavailable(
        Problem(ProblemKind.NO_SECRET, "The keyring is locked.")
    )
    desk.credentials.ask(desk.room.watch("work"))
    desk.windows.questions[0][2](Secret("typed"), True)
    assert desk.secret_store._remembered["work"] == Secret("typed")
    assert desk.complaints == [
        "The keyring is locked. The password is used until Mailbell ends, but it is not kept."
    ]


def test_marking_succeeds_quietly(desk):
    """The toast is gone, the count is lower: that says enough."""
    desk.watchers["work"].answer = succeed(None)
    desk.actions.mark_read([key(1)])
    assert desk.toasts.shown == {}


@pytest.mark.parametrize("source", [SecretSource.ASK, SecretSource.KEYRING])
@pytest.mark.parametrize("remember", [True, False])
def test_what_was_typed_stays_while_one_folder_connects_and_the_other_still_lacks_it(source, remember):
    """Each says what becomes of it in its own time; nobody is asked again for what he has just typed."""
    desk = SettingsFixture(replace(WORK, secret=source))
    desk.say(ABSENT)
    desk.credentials.ask(desk.room.watch("work"))
    asked = len(desk.windows.questions)
    desk.windows.questions[-1][2](Secret("right"), remember)
    inbox, lists = desk.now()
    inbox.on_status(Connecting(2.0))
    lists.on_status(Connecting(2.0))
    inbox.on_status(Watching(3.0, 3.0))
    assert desk.secret_store._remembered["work"] == Secret("right")
    assert len(desk.windows.questions) == asked
    lists.on_status(
        NeedsCredentials(3.0, Problem(ProblemKind.NO_SECRET, "The keyring is locked."))
    )  # its proxy's
    assert desk.secret_store._remembered["work"] == Secret("right")
    assert len(desk.windows.questions) == asked


def test_a_late_refusal_of_the_old_password_leaves_the_new_one_and_has_it_tried(desk):
    """One folder was still on its way with the old one when the user answered for the other."""
    inbox, lists = desk.now()
    inbox.on_status(REFUSED, [Secret("old")])
    desk.credentials.ask(desk.room.watch("work"))
    desk.windows.questions[0][2](Secret("new"), False)
    assert [inbox.calls, lists.calls] == [["check"], ["check"]]
    lists.on_status(REFUSED, [Secret("old")])
    assert desk.secret_store._remembered["work"] == Secret("new")
    assert [inbox.calls, lists.calls] == [["check"], ["check", "check"]]
    lists.on_status(REFUSED, [Secret("new")])
    assert desk.secret_store._remembered == {}
    assert lists.calls == ["check", "check"]


CHANGES = {
    "port": {"port": 1993},
    "folders": {"mailboxes": (LISTS, INBOX)},
    "name": {"name": "Office"},
    "switched off": {"enabled": False},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("remember", [True, False])
def test_an_answer_reaches_the_account_as_it_is_by_then(desk, change, remember):
    """The dialog is not modal: the account may be edited, or be switched off, while it is open."""
    desk.room.start()
    desk.say(REFUSED)
    desk.credentials.ask(desk.room.watch("work"))
    before = desk.now()
    desk.room.apply_settings(Settings(accounts=(replace(WORK, **CHANGES[change]), HOME)))
    desk.say(REFUSED)
    desk.windows.questions[0][2](Secret("right"), remember)
    assert desk.secret_store._remembered["work"] == Secret("right")
    assert (desk.secret_store._sources.kept == {"work": Secret("right")}) is remember
    assert desk.woken() == ([0, 0] if change == "switched off" else [1, 1])
    if change == "port":
        assert [watcher.calls for watcher in before] == [["start", "stop"]] * 2


GONE = {
    "removed": (HOME,),
    "a command": (replace(WORK, secret=SecretSource.COMMAND, password_command="true"), HOME),
    "a sign-in": (replace(WORK, secret=SecretSource.OAUTH, oauth="google"), HOME),
}


@pytest.mark.parametrize("change", GONE)
def test_an_answer_that_nobody_needs_any_more_is_kept_nowhere(desk, change):
    """Nobody would look for it in the keyring again."""
    desk.room.start()
    desk.say(REFUSED)
    desk.credentials.ask(desk.room.watch("work"))
    desk.room.apply_settings(Settings(accounts=GONE[change]))
    desk.windows.questions[0][2](Secret("right"), True)
    assert (desk.secret_store._remembered, desk.secret_store._sources.kept) == ({}, {})
    assert desk.woken() == [0, 0]


def test_an_answer_is_not_stored_where_the_account_asks_at_each_start_by_then(desk):
    desk.room.start()
    desk.credentials.ask(desk.room.watch("work"))
    desk.room.apply_settings(Settings(accounts=(replace(WORK, secret=SecretSource.ASK), HOME)))
    desk.windows.questions[0][2](Secret("right"), True)
    assert (desk.secret_store._remembered, desk.secret_store._sources.kept) == ({"work": Secret("right")}, {})


@pytest.mark.parametrize(("provider", "kept"), [("google", True), ("microsoft", False)])
def test_a_sign_in_is_kept_for_the_provider_that_it_was_made_with(provider, kept):
    """Its tokens are nothing for another one."""
    google = replace(WORK, secret=SecretSource.OAUTH, oauth="google")
    desk = SettingsFixture(google)
    desk.room.start()
    desk.credentials.ask(desk.room.watch("work"))
    desk.room.apply_settings(Settings(accounts=(replace(google, oauth=provider, port=1993),)))
    desk.windows.questions[0][3](Secret("tokens"))
    assert ("work" in desk.secret_store._sources.kept) is kept
