"""Clicks reach the server or are answered in words; passwords are asked for when they are needed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.house import House
from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import VALIDITY, account, key, mail
from tests.ui.certificates import certificate, waiting
from tray.app.actions.message_actions import MessageActions
from tray.app.credentials.secret_store import SecretStore
from tray.app.prompts import Prompts
from tray.imap.types import INBOX, MailboxName
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.mail.model.account import AccountId, SecretSource
from tray.mail.model.action import MessageAction
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Connecting, NeedsCredentials, Problem, ProblemKind, Watching
from tray.mail.model.toast import Toast, ToastAction, ToastKey
from tray.mail.settings.open_message import RunCommand
from tray.mail.settings.settings import Settings

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


class FakeWindows:
    def __init__(self):
        self.questions = []
        self.asked_for = set()

    def ask_password(self, account, reason, answer, *, asked_for):
        self.asked_for.add(asked_for)
        self.questions.append((account.id, reason, answer))

    def ask_sign_in(self, account, reason, service, answer):
        self.questions.append((account.id, reason, service, answer))

    def show_certificate(self, account, shown, answer):
        self.questions.append((account.id, shown, answer))


class SettingsFixture(House):
    """Accounts with a watcher for each of their two folders."""

    def __init__(self, *accounts):
        self.opener, self.windows, self.complaints, self.pinned = FakeOpener(), FakeWindows(), [], []
        self.secret_store = SecretStore(FakeSecrets(), AtOnce(), AtOnce())
        self.credentials = Prompts(
            self.secret_store, self, self.windows, "the service", self.complaints.append
        )
        super().__init__(*accounts)
        self.messages = MessageActions(
            self.mail_service,
            self.opener,
            self.announcements,
            self.notification_center,
            self.actions,
            lambda: self.settings,
            self.list_folders,
            self.search,
        )

    @property
    def inbox(self):
        """The watcher of the first folder of the account “work”."""
        return self.now()[0]

    def say(self, status, tried=None):
        """All folders of the account say this."""
        for watcher in self.now():
            watcher.on_status(status, tried)

    def now(self):
        """The watchers of the account “work” that were made last."""
        return [each for each in self.watchers if each.account.id == "work"][-2:]

    def woken(self):
        """How often each of these was told to try again."""
        return [watcher.calls.count("check") for watcher in self.now()]

    def list_folders(self, account, done):
        done(f"the folders of {account.name}")
        return lambda: None

    def status_changed(self, watch):
        super().status_changed(watch)
        self.credentials.status_changed(watch)

    def pin(self, account_id, certificate):
        self.pinned.append((account_id, certificate))

    def ask_certificate(self):
        """What answers the question that is asked then."""
        self.credentials.ask_certificate(self.mail_service.watch("work"))
        return self.windows.questions[-1][2]

    def toast(self, *uids):
        return Toast(ToastKey("t"), "s", "b", tuple(key(uid) for uid in uids))


@pytest.fixture
def program():
    return SettingsFixture(WORK, HOME)


def test_a_click_on_a_title_opens_its_mail(program):
    program.messages.open_message(key(1))
    program.messages.open_message(key(1, "home"), "token")
    assert program.opener.opened == [("https://mail.example.org/", ""), (None, "token")]


def test_a_mail_of_an_account_that_is_gone_opens_nothing(program):
    """The toast may be older than the removal."""
    program.messages.open_message(key(1, "gone"))
    program.messages.act(MessageAction.READ, [key(1, "gone")])
    assert program.opener.opened == []


def test_open_mail_prefers_the_account_with_something_unseen(program):
    program.messages.open_mail()
    program.mail_service.on_report(HOME, INBOX, MailboxReport(VALIDITY, messages=(mail(1),), unseen=1))
    program.messages.open_mail()
    assert [how for how, _ in program.opener.opened] == [
        "https://mail.example.org/",
        None,
    ]


def test_the_mail_of_one_account_is_opened(program):
    program.messages.open_account(HOME.id)
    program.messages.open_account(AccountId("gone"))
    assert [how for how, _ in program.opener.opened] == [None]


def test_what_a_click_would_open_can_be_tried_before_it_is_set(program):
    """On the newest mail that is known; the account's own settings stay as they are."""
    draft = replace(WORK, open_command="run {uid} {message_id}")
    program.messages.open_newest(draft)
    program.mail_service.on_report(
        WORK, INBOX, MailboxReport(VALIDITY, messages=(mail(7, message_id="<7@x>"), mail(6)))
    )
    program.messages.open_newest(draft)
    program.messages.open_newest(account("new", webmail="https://new.example.org/"))
    assert [how for how, _ in program.opener.opened] == [
        "https://mail.example.org/",
        RunCommand(("run", "7", "7@x")),
        "https://new.example.org/",
    ]


def test_open_mail_without_an_account_does_nothing():
    program = SettingsFixture()
    program.messages.open_mail()
    assert program.opener.opened == []


def test_the_buttons_of_a_toast_do_what_they_say(program):
    program.messages.on_toast(program.toast(1, 2), ToastAction.MARK_READ, "")
    assert program.inbox.calls == [("read", (1, 2))]
    program.messages.on_toast(program.toast(1, 2), ToastAction.OPEN, "token")
    program.messages.on_toast(program.toast(), ToastAction.OPEN, "")
    assert [token for _, token in program.opener.opened] == ["token", ""]


def test_mark_all_reaches_every_mailbox_that_is_known(program):
    for watcher in program.watchers[:3]:
        program.mail_service.on_report(
            watcher.account, watcher.mailbox, MailboxReport(VALIDITY, messages=(mail(2),), unseen=3)
        )
        watcher.calls.clear()
    assert program.mail_service.summary().unseen == 9
    program.messages.mark_all_read()
    assert [watcher.calls for watcher in program.watchers] == [[("read", (1, 2))]] * 3 + [[]]
    assert program.mail_service.summary().unseen == 0
    assert program.mail_service.summary().undo.sentence == "Marked 9 mails as read"


@pytest.mark.parametrize("delete_for_good", [True, False])
def test_mails_are_deleted_for_good_only_where_the_settings_say_so_and_the_user_was_asked(
    program, delete_for_good
):
    """A toast and a script cannot ask."""
    program.settings = Settings(accounts=(WORK, HOME), delete_for_good=delete_for_good)
    program.messages.act(MessageAction.DELETE, [key(1)])
    program.messages.act(MessageAction.ARCHIVE, [key(2)])
    program.messages.act_unasked(MessageAction.DELETE, [key(3)])
    program.messages.on_toast(program.toast(4), ToastAction.DELETE, "")
    for_good = [action.for_good for action in program.store.actions()]
    assert for_good == [delete_for_good, False, False, False]


def test_the_folders_to_move_to_are_those_of_the_account(program):
    found = []
    program.messages.move_targets(WORK.id, found.append)()
    program.messages.move_targets(AccountId("gone"), found.append)()
    assert found == ["the folders of Work"]


def test_a_refused_password_is_forgotten_and_asked_for_when_the_user_wants(program):
    """No pop-up by itself: the tray shows it."""
    program.secret_store.use_for_this_run("work", Secret("wrong"))
    program.say(REFUSED)
    assert program.secret_store._remembered == {}
    assert program.windows.questions == []
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    ((asked, reason, answer),) = program.windows.questions
    assert (asked, reason) == ("work", "The password was refused.")
    answer(Secret("right"), True)
    assert program.secret_store._remembered["work"] == Secret("right")
    assert program.woken() == [1, 1]


def test_a_question_that_is_not_answered_changes_nothing(program):
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    program.windows.questions[0][2](None, False)
    assert program.woken() == [0, 0]


def test_an_account_that_asks_at_each_start_asks_by_itself():
    """But not again when the answer was refused, and its answer is not stored."""
    asking = replace(WORK, secret=SecretSource.ASK)
    program = SettingsFixture(asking)
    program.say(ABSENT)
    assert {question[0] for question in program.windows.questions} == {"work"}
    assert program.windows.asked_for == {False}
    asked = len(program.windows.questions)
    program.windows.questions[0][2](Secret("typed"), True)
    assert program.secret_store._sources.kept == {}
    program.say(REFUSED)
    assert len(program.windows.questions) == asked


@pytest.mark.parametrize(
    "source",
    [
        {"secret": SecretSource.COMMAND, "password_command": "true"},
        {"secret": SecretSource.ONLINE, "online_account": "account_1"},
    ],
)
def test_a_command_or_the_desktop_is_asked_again_rather_than_the_user(source):
    """They know the password."""
    program = SettingsFixture(replace(WORK, **source))
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    assert program.windows.questions == []
    assert program.woken() == [1, 1]


def test_a_healthy_account_can_be_given_a_new_password_too(program):
    program.inbox.on_status(Watching(1.0, 1.0))
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    assert len(program.windows.questions) == 1
    assert program.windows.asked_for == {True}


def test_an_account_that_signs_in_is_asked_to_sign_in_again():
    program = SettingsFixture(replace(WORK, secret=SecretSource.OAUTH, oauth="google"))
    program.say(Watching(1.0, 1.0))
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    program.say(REFUSED)
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    assert [question[:3] for question in program.windows.questions] == [
        ("work", "Sign in again.", "the service"),
        ("work", "The password was refused.", "the service"),
    ]
    answer = program.windows.questions[0][3]
    answer(None)
    assert program.woken() == [0, 0]
    answer(Secret("tokens"))
    assert program.secret_store._sources.kept["work"] == Secret("tokens")
    assert program.woken() == [1, 1]


def test_a_password_that_cannot_be_kept_is_used_and_that_is_said(program):
    program.secret_store._sources.error = SecretUnavailable(
        Problem(ProblemKind.NO_SECRET, "The keyring is locked.")
    )
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    program.windows.questions[0][2](Secret("typed"), True)
    assert program.secret_store._remembered["work"] == Secret("typed")
    assert program.complaints == [
        "The keyring is locked. The password is used until Mailbell ends, but it is not kept."
    ]


def test_marking_succeeds_quietly(program):
    program.messages.act(MessageAction.READ, [key(1)])
    assert program.toasts.shown == {}


@pytest.mark.parametrize("source", [SecretSource.ASK, SecretSource.KEYRING])
@pytest.mark.parametrize("remember", [True, False])
def test_what_was_typed_stays_while_one_folder_connects_and_the_other_still_lacks_it(source, remember):
    """Each says what becomes of it in its own time; nobody is asked again for what he has just typed."""
    program = SettingsFixture(replace(WORK, secret=source))
    program.say(ABSENT)
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    asked = len(program.windows.questions)
    program.windows.questions[-1][2](Secret("right"), remember)
    inbox, lists = program.now()
    inbox.on_status(Connecting(2.0))
    lists.on_status(Connecting(2.0))
    inbox.on_status(Watching(3.0, 3.0))
    assert program.secret_store._remembered["work"] == Secret("right")
    assert len(program.windows.questions) == asked
    lists.on_status(
        NeedsCredentials(3.0, Problem(ProblemKind.NO_SECRET, "The keyring is locked."))
    )  # its proxy's
    assert program.secret_store._remembered["work"] == Secret("right")
    assert len(program.windows.questions) == asked


def test_a_late_refusal_of_the_old_password_leaves_the_new_one_and_has_it_tried(program):
    """One folder was still on its way with the old one when the user answered for the other."""
    inbox, lists = program.now()
    inbox.on_status(REFUSED, [Secret("old")])
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    program.windows.questions[0][2](Secret("new"), False)
    assert [inbox.calls, lists.calls] == [["check"], ["check"]]
    lists.on_status(REFUSED, [Secret("old")])
    assert program.secret_store._remembered["work"] == Secret("new")
    assert [inbox.calls, lists.calls] == [["check"], ["check", "check"]]
    lists.on_status(REFUSED, [Secret("new")])
    assert program.secret_store._remembered == {}
    assert lists.calls == ["check", "check"]


CHANGES = {
    "port": {"port": 1993},
    "folders": {"mailboxes": (LISTS, INBOX)},
    "name": {"name": "Office"},
    "switched off": {"enabled": False},
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("remember", [True, False])
def test_an_answer_reaches_the_account_as_it_is_by_then(program, change, remember):
    """The dialog is not modal: the account may be edited, or be switched off, while it is open."""
    program.mail_service.start()
    program.say(REFUSED)
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    before = program.now()
    program.mail_service.apply_settings(Settings(accounts=(replace(WORK, **CHANGES[change]), HOME)))
    program.say(REFUSED)
    program.windows.questions[0][2](Secret("right"), remember)
    assert program.secret_store._remembered["work"] == Secret("right")
    assert (program.secret_store._sources.kept == {"work": Secret("right")}) is remember
    assert program.woken() == ([0, 0] if change == "switched off" else [1, 1])
    if change == "port":
        assert [watcher.calls for watcher in before] == [["start", "stop"]] * 2


GONE = {
    "removed": (HOME,),
    "a command": (replace(WORK, secret=SecretSource.COMMAND, password_command="true"), HOME),
    "a sign-in": (replace(WORK, secret=SecretSource.OAUTH, oauth="google"), HOME),
}


@pytest.mark.parametrize("change", GONE)
def test_an_answer_that_nobody_needs_any_more_is_kept_nowhere(program, change):
    program.mail_service.start()
    program.say(REFUSED)
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    program.mail_service.apply_settings(Settings(accounts=GONE[change]))
    program.windows.questions[0][2](Secret("right"), True)
    assert (program.secret_store._remembered, program.secret_store._sources.kept) == ({}, {})
    assert program.woken() == [0, 0]


def test_an_answer_is_not_stored_where_the_account_asks_at_each_start_by_then(program):
    program.mail_service.start()
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    program.mail_service.apply_settings(Settings(accounts=(replace(WORK, secret=SecretSource.ASK), HOME)))
    program.windows.questions[0][2](Secret("right"), True)
    assert (program.secret_store._remembered, program.secret_store._sources.kept) == (
        {"work": Secret("right")},
        {},
    )


@pytest.mark.parametrize(("provider", "kept"), [("google", True), ("microsoft", False)])
def test_a_sign_in_is_kept_for_the_provider_that_it_was_made_with(provider, kept):
    google = replace(WORK, secret=SecretSource.OAUTH, oauth="google")
    program = SettingsFixture(google)
    program.mail_service.start()
    program.credentials.ask_credentials_or_retry(program.mail_service.watch("work"))
    program.mail_service.apply_settings(Settings(accounts=(replace(google, oauth=provider, port=1993),)))
    program.windows.questions[0][3](Secret("tokens"))
    assert ("work" in program.secret_store._sources.kept) is kept


# Certificates.


def test_the_certificate_that_was_shown_is_what_is_pinned(program):
    program.say(waiting())
    answer = program.ask_certificate()
    assert program.windows.questions[0][:2] == ("work", certificate())
    program.say(Watching(0.0, 0.0))
    answer(True)
    assert program.pinned == [(WORK.id, certificate())]


def test_a_certificate_that_is_not_trusted_changes_nothing(program):
    program.say(waiting())
    program.ask_certificate()(False)
    assert program.pinned == []


def test_without_a_certificate_nothing_is_shown(program):
    """It was trusted, or the account removed, since the menu was drawn."""
    program.say(waiting())
    program.say(Watching(0.0, 0.0))
    program.credentials.ask_certificate(program.mail_service.watch("work"))
    assert program.windows.questions == []


def test_a_click_just_while_the_server_is_tried_again_is_not_lost(program):
    """The menu that was clicked still had the line."""
    program.say(waiting())
    program.say(Connecting(0.0))
    program.ask_certificate()(True)
    assert program.pinned == [(WORK.id, certificate())]
