"""A dialog that is asked for again comes to the front; there are never two of it."""

from __future__ import annotations

import gc
import inspect
import weakref

import pytest
from PyQt5.QtCore import QEvent, QEventLoop, QTimer
from PyQt5.QtWidgets import QApplication, QDialog
from twisted.internet.task import Clock

from tests.fakes.values import account
from tests.ui.certificates import certificate
from tests.ui.conftest import no_window_left, qapp, qt_messages
from tests.ui.gallery.exhibits import SigningIn
from tests.ui.services import FakeStore, services
from tray.app.dialogs import Dialogs, WindowStyle
from tray.desktop.appearance import colour_scheme, portal
from tray.mail.model.status import Watching
from tray.mail.presentation.summary import AccountSummary, IconState, Summary
from tray.mail.settings.settings import Settings
from tray.ui.widgets import style

__all__ = ["no_window_left", "qapp", "qt_messages"]

WORK, HOME = account("work"), account("home")
SETTINGS = Settings(accounts=(WORK, HOME))
ASK = {
    "show_settings": lambda dialogs, _account, _answer: dialogs.show_settings(
        services(store=FakeStore(settings=SETTINGS)), lambda _window: None
    ),
    "ask_password": lambda dialogs, account, answer: dialogs.ask_password(account, "Enter it.", answer),
    "ask_sign_in": lambda dialogs, account, answer: dialogs.ask_sign_in(
        account, "It has ended.", SigningIn().service, answer
    ),
    "show_certificate": lambda dialogs, account, answer: dialogs.show_certificate(
        account, certificate(), answer
    ),
}
OF_AN_ACCOUNT = ["ask_password", "ask_sign_in", "show_certificate"]


class DialogsFixture:
    def __init__(self):
        self.clock, self.answers = Clock(), []
        self.dialogs = Dialogs(self.clock, self)

    def apply(self):
        """As a `WindowStyle` that leaves all as it is."""

    def ask(self, name, account=WORK):
        ASK[name](self.dialogs, account, lambda *answer: self.answers.append(answer))
        self.clock.advance(0)
        return open_dialogs()


def open_dialogs():
    widgets = QApplication.topLevelWidgets()
    return [widget for widget in widgets if isinstance(widget, QDialog) and widget.isVisible()]


@pytest.fixture
def dialogs(qapp):
    assert open_dialogs() == []
    return DialogsFixture()


def test_every_dialog_is_tried_here():
    methods = inspect.getmembers(Dialogs, inspect.isfunction)
    assert {name for name, _ in methods if not name.startswith("_")} == ASK.keys() | {"render"}


@pytest.mark.parametrize("name", ASK)
def test_asked_for_twice_there_is_one(dialogs, name):
    (first,) = dialogs.ask(name)
    first.showMinimized()
    assert dialogs.ask(name) == [first]
    assert not first.isMinimized()
    assert dialogs.answers == []


def test_a_password_that_is_needed_anew_leaves_its_dialog_where_it_is(dialogs):
    (first,) = dialogs.ask("ask_password")
    first.showMinimized()
    dialogs.dialogs.ask_password(WORK, "Enter it.", pytest.fail, asked_for=False)
    assert open_dialogs() == [first]
    assert first.isMinimized()


@pytest.mark.parametrize("name", ASK)
def test_after_its_end_there_is_a_new_one(dialogs, name):
    (first,) = dialogs.ask(name)
    first.close()
    assert open_dialogs() == []
    (second,) = dialogs.ask(name)
    assert second is not first
    assert len(dialogs.answers) == (name in OF_AN_ACCOUNT)


@pytest.mark.parametrize("name", ASK)
def test_qt_alone_ends_a_dialog_and_nothing_of_it_is_left(dialogs, name):
    """The garbage collector might delete it while one of its lines handles an event: that crashed the program once."""
    dialog = weakref.ref(*dialogs.ask(name))
    dialog().close()
    gc.collect()
    assert dialog() is not None
    for _ in range(2):  # the dialog, and then what was connected to its end
        loop = QEventLoop()
        QTimer.singleShot(0, loop.quit)
        loop.exec_()
        QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    gc.collect()
    assert dialog() is None


def test_the_settings_open_with_what_is_asked_for_and_show_the_present_state(dialogs):
    status = Watching(since=0, last_confirmed=0)
    summary = Summary(IconState.QUIET, 0, (AccountSummary(HOME.id, "home", status, 0, ()),))
    dialogs.dialogs.render(summary)
    dialogs.dialogs.show_settings(
        services(store=FakeStore(settings=SETTINGS)), lambda window: window.show_account(HOME.id)
    )
    opened = []
    dialogs.dialogs.settings_opened = lambda: opened.append(True)
    assert not dialogs.dialogs.are_settings_open
    dialogs.clock.advance(0)
    (window,) = open_dialogs()
    assert dialogs.dialogs.are_settings_open
    assert opened == [True]
    assert window.stack.currentWidget().title == HOME.name
    assert "Connected" in window.stack.currentWidget().head.state.text()


def test_the_colours_of_the_desktop_are_followed_from_the_first_window_on(qapp, monkeypatch):
    followed = []
    monkeypatch.setattr(colour_scheme.ColourScheme, "follow", lambda _: followed.append(True))
    monkeypatch.setattr(portal, "ask_for_stillness", lambda *_: None)
    monkeypatch.setattr(style, "has_foreign_colours", lambda: False)
    windows = WindowStyle(None)
    windows.apply()
    windows.apply()
    assert len(followed) == 1
    monkeypatch.setattr(style, "has_foreign_colours", lambda: True)
    WindowStyle(None).apply()
    assert len(followed) == 1


@pytest.mark.parametrize("name", OF_AN_ACCOUNT)
def test_two_accounts_are_asked_for_separately(dialogs, name):
    dialogs.ask(name)
    assert len(dialogs.ask(name, HOME)) == 2
