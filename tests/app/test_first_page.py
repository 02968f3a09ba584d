"""The first page is one window, and what it asks for reaches the part that does it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PyQt5.QtWidgets import QApplication
from twisted.internet.task import Clock

from tests.fakes.values import account
from tests.ui.conftest import no_window_left, qapp, qt_messages
from tests.ui.services import services
from tray.app.first_page import FirstPageWindow
from tray.mail.model.account import AccountId
from tray.mail.presentation.summary import summarize
from tray.mail.settings.settings import Settings
from tray.ui.first_page.first_page import FirstPage

__all__ = ["no_window_left", "qapp", "qt_messages"]

WORK = account("work", mailboxes=("INBOX", "Lists"))


class Program:
    """The parts around the page; `done` says what they were asked for."""

    def __init__(self):
        self.clock, self.done = Clock(), []
        settings = SimpleNamespace(
            current=Settings(accounts=(WORK,)), shown=lambda: Settings(accounts=(WORK,))
        )
        settings_window = SimpleNamespace(
            services=services, open=lambda **what: self.done.append(("settings", what))
        )
        windows = SimpleNamespace(has_icon=lambda: True, show_window=lambda: self.done.append("window"))
        self.window = FirstPageWindow(
            self.clock,
            SimpleNamespace(apply=lambda: None),
            settings,
            settings_window,
            windows,
            SimpleNamespace(draw=lambda: self.done.append("draw")),
        )

    def open(self):
        self.window.open()
        self.clock.advance(0)
        return [
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, FirstPage) and each.isVisible()
        ]


@pytest.fixture
def program(qapp):
    return Program()


def test_asked_for_twice_there_is_one_and_after_its_end_a_new_one(program):
    (first,) = program.open()
    assert program.open() == [first]
    program.window.render(summarize([], None))
    program.window.network_is_back()
    first.close()
    program.window.render(summarize([], None))
    program.window.network_is_back()
    (second,) = program.open()
    assert second is not first


def test_what_it_asks_for_is_done(program):
    window, work = program.window, AccountId("work")
    window.choose_folders(work)
    window.more_settings(WORK, None)
    window.show_window()
    window.draw()
    assert program.done == [
        ("settings", {"folders_of": work}),
        ("settings", {"add_account": True, "draft": WORK, "secret": None}),
        "window",
        "draw",
    ]
    assert window.has_tray()
    assert window.watched_folders(work) == ("INBOX", "Lists")
    assert window.watched_folders(AccountId("gone")) == ()
