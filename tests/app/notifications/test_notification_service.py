"""From a new message to the screen and back, where there is no session bus."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock

from tests.fakes.ports import FakeStore
from tests.fakes.values import VALIDITY, account, key, mail
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.notification_service import Complaints, NotificationService
from tray.imap.types import INBOX
from tray.mail.arrivals.mailbox_state import MailboxReport, advance
from tray.mail.model.toast import Arrival, Toast, ToastAction, ToastKey
from tray.mail.policy.decision import Presence
from tray.mail.settings.settings import Settings

WORK = account("work")


class ServiceFixture:
    """The service, with the tray icon's own messages as its only screen."""

    def __init__(self):
        self.clock, self.store = Clock(), FakeStore()
        self.bus = SimpleNamespace(connected=False)
        self.messages, self.shown, self.actions = [], [], []
        self.announcements = Announcements(self.store, {}, pytest.fail)
        self.service = NotificationService(
            self.clock,
            self.bus,
            self,
            self.announcements,
            lambda: Settings(accounts=(WORK,)),
            shown=self.shown.append,
            changed=lambda: None,
        )
        self.service.connect(lambda *what: self.actions.append(what))

    # Windows

    def show_message(self, title, body):
        self.messages.append((title, body))

    def when_message_clicked(self, clicked):
        self.click = clicked

    def arrives(self, *mails):
        """What the mail service does with a report."""
        report = MailboxReport(VALIDITY, mails)
        change = advance(self.announcements.state(WORK.id, INBOX), report, 5)
        found = self.announcements.sort_arrivals(WORK.id, INBOX, change, report)
        arrivals = [Arrival(each, WORK.name, message, show_account=False) for each, message in found.new]
        self.service.gate.announce(arrivals)
        self.announcements.save(WORK.id, INBOX)


@pytest.fixture
def fixture():
    fixture = ServiceFixture()
    fixture.arrives(mail(1))
    assert fixture.messages == []
    return fixture


def test_a_new_message_is_shown_announced_and_opened_by_a_click(fixture):
    fixture.arrives(mail(2, "Lunch?"))
    assert fixture.messages == [("Ada", "Lunch?")]
    (toast,) = fixture.shown
    assert toast.messages == (key(2),)
    assert fixture.store.kept["work", INBOX].announced_uid == 2
    fixture.click()
    fixture.click()
    assert fixture.actions == [(toast, ToastAction.OPEN, "")]


def test_a_click_before_there_is_anything_to_do_does_no_harm():
    fixture = ServiceFixture()
    fixture.service.connect(None)
    fixture.arrives(mail(1))
    fixture.arrives(mail(2))
    fixture.click()
    assert fixture.actions == []


def test_a_toast_that_was_closed_is_not_clicked_any_more(fixture):
    fixture.arrives(mail(2))
    fixture.service.close()
    fixture.click()
    assert fixture.actions == []


def test_a_sound_that_is_played_ends_with_the_program(fixture, monkeypatch):
    fixture.service.stop()  # none was played yet
    calls = []
    player = SimpleNamespace(play=lambda *what: calls.append(what), stop=lambda: calls.append("stop"))
    monkeypatch.setattr("tray.desktop.notifications.sounds.SoundPlayer", lambda: player)
    on_failure = calls.append
    fixture.service.play("bell", on_failure)
    fixture.service.stop()
    assert calls == [("bell", on_failure), "stop"]


@pytest.mark.parametrize("held_back", [True, False])
def test_while_the_desktop_holds_toasts_back_no_sound_is_played(fixture, monkeypatch, held_back):
    played = []
    monkeypatch.setattr(fixture.service, "play", played.append)
    monkeypatch.setattr(fixture.service, "ask_do_not_disturb", lambda known: known(held_back))
    fixture.service._play_unless_disturbing("bell")
    assert played == ([] if held_back else ["bell"])


def test_a_code_is_copied_and_the_toast_says_so(fixture, monkeypatch):
    copies, ended = [], []
    clipboard = SimpleNamespace(copy=lambda *what, **more: copies.append((*what, *more.values())))
    clipboard.stop = lambda: ended.append(1)
    monkeypatch.setattr("tray.desktop.opening.clipboard.Clipboard", lambda: clipboard)
    toast = Toast(ToastKey("t"), "Code 482 913 – Bank", "", (), code="482913")
    for _ in range(2):
        fixture.service.on_action(toast, ToastAction.COPY_CODE, "")
    ((code, done, cleared), _) = copies
    assert code == "482913"
    done("")
    done("Install it.")
    cleared()
    assert fixture.messages == [
        ("Copied", "The clipboard is cleared in a minute."),
        ("The code 482913 was not copied", "Install it."),
    ]
    fixture.service.stop()
    assert (ended, fixture.actions) == ([1], [])


@pytest.mark.expects_log("Before notifications were ready: The disk is full.")
def test_a_complaint_before_there_are_toasts_is_logged_and_then_shown(fixture):
    complaints = Complaints()
    complaints.show("The disk is full.")
    complaints.connect(fixture.service.center)
    complaints.show("The disk is full.")
    assert fixture.messages == [("Mailbell", "The disk is full.")]


@pytest.mark.parametrize(("connected", "disturbing"), [(True, True), (False, False)])
def test_the_desktop_is_asked_whether_it_holds_notifications_back(
    fixture, monkeypatch, connected, disturbing
):
    class Watch:
        def __init__(self, bus):
            self.deleteLater = lambda: None

        def ask(self, on_known):
            on_known(Presence(do_not_disturb=True), False)

    known = []
    monkeypatch.setattr("tray.desktop.session.presence.PresenceWatch", Watch)
    fixture.bus.connected = connected
    fixture.service.ask_do_not_disturb(known.append)
    assert known == [disturbing]
