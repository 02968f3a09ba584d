"""A server's alert is shown once, and a chatty server cannot flood the screen."""

from __future__ import annotations

import pytest

from tests.fakes.ports import FakeStore
from tests.fakes.values import account
from tray.app.notifications.server_alerts import HOUR, HOURLY_LIMIT, REPEAT_AFTER, ServerAlertToasts
from tray.mail.model.status import Problem, ProblemKind

WORK, HOME = account("work"), account("home")


def alert(text):
    return Problem(ProblemKind.ALERT, f"imap.example.org says: {text}", "", text)


def full(text):
    return Problem(ProblemKind.OVER_QUOTA, "The mailbox is full.", "Delete mails.", text)


class AlertsFixture:
    """Alerts, and what they have shown."""

    def __init__(self, store=None):
        self.store = store or FakeStore()
        self.toasts = []
        self.now = 1_000_000.0
        self.alerts = ServerAlertToasts(self.store, self, lambda: self.now)

    def show(self, toast):
        self.toasts.append(toast)

    def say(self, problem, to=WORK):
        self.alerts.on_alert(to, problem)
        return len(self.toasts)


@pytest.fixture
def fixture():
    return AlertsFixture()


def test_an_alert_is_shown_with_the_account_that_it_is_for(fixture):
    fixture.say(alert("Your password expires on Monday."))
    (toast,) = fixture.toasts
    assert (toast.summary, toast.messages, toast.account) == ("Work", (), "work")
    assert toast.body == "imap.example.org says: Your password expires on Monday."


def test_an_alert_is_shown_once_also_after_a_restart(fixture):
    """Servers say it at each log-in."""
    assert fixture.say(alert("a")) == 1
    assert fixture.say(alert("a")) == 1
    again = AlertsFixture(fixture.store)
    assert again.say(alert("a")) == 0
    assert again.say(alert("b")) == 1
    assert again.say(alert("a"), HOME) == 2


def test_an_alert_that_is_still_said_after_a_month_is_shown_again(fixture):
    """And one from the future is no reason to be silent for ever."""
    fixture.say(alert("a"))
    fixture.now += REPEAT_AFTER
    assert fixture.say(alert("a")) == 2
    fixture.now -= REPEAT_AFTER
    assert fixture.say(alert("a")) == 3


def test_no_storm(fixture):
    for number in range(1000):
        fixture.say(alert(f"{number}"))
    assert len(fixture.toasts) == HOURLY_LIMIT
    assert fixture.say(alert("x"), HOME) == HOURLY_LIMIT + 1
    fixture.now += HOUR
    assert fixture.say(alert("999")) == HOURLY_LIMIT + 2


def test_over_quota_is_shown_once_in_whatever_words(fixture):
    fixture.say(full("Quota exceeded"))
    fixture.say(full("Quota exceeded (98 MB)"))
    (toast,) = fixture.toasts
    assert toast.body == "The mailbox is full. Delete mails."


def test_a_long_text_is_cut(fixture):
    """It would push the toast off the screen."""
    fixture.say(alert("x" * 5000))
    assert len(fixture.toasts[0].body) <= 300


def test_what_is_remembered_is_bounded(fixture):
    for number in range(400):
        fixture.say(alert(f"{number}"))
        fixture.now += HOUR
    assert len(fixture.store.said["work"]) == 100
    assert fixture.say(alert("399")) == 400
    assert fixture.say(alert("299")) == 401


@pytest.mark.expects_log("The disk is full")
def test_a_full_disk_does_not_silence_it(fixture):
    fixture.store.full = True
    assert fixture.say(alert("a")) == 1
    assert fixture.say(alert("a")) == 1
