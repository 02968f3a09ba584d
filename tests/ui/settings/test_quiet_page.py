"""The page *Quiet and privacy* says what the desktop says now, and leads to the pages behind it."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLabel, QPushButton

from tests.mail.make import account
from tests.ui.keyboard import assert_usable_without_a_mouse, shown
from tests.ui.services import FakePreviews, FakeStore, services
from tray.mail.settings.settings import Settings
from tray.ui.settings.settings_window import SettingsWindow


@pytest.fixture
def window(qapp):
    previews = FakePreviews()
    previews.ask_do_not_disturb = previews.played.append
    store = FakeStore(settings=Settings(accounts=(account(),)))
    window = shown(SettingsWindow(services(store=store, previews=previews)))
    window.asked = previews.played
    yield window
    window.done(0)


def visible_texts(window):
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def press_button(window, label):
    """Press a button of the page that is shown, or of its foot."""
    page = window.stack.currentWidget()
    buttons = (*page.findChildren(QPushButton), *page.foot.findChildren(QPushButton))
    (button,) = [button for button in buttons if button.text() == label]
    button.click()


def test_it_says_whether_the_desktop_wants_to_be_left_alone(window):
    window.show_page("quiet")
    window.asked[-1](True)
    assert "It is on now" in visible_texts(window)
    window.show_page("window")
    window.show_page("quiet")
    window.asked[-1](False)
    assert "It is off now" in visible_texts(window)
    assert len(window.asked) == 2


def test_rules_and_reasons_are_behind_it_and_lead_back(window):
    window.show_page("quiet")
    for label, title in (("Edit…", "Rules"), ("Why was I told?", "Why was I told?")):
        page = window.stack.currentWidget()
        press_button(window, label)
        assert window.stack.currentWidget().title == title
        QTest.keyClick(window, Qt.Key_Escape)
        assert window.stack.currentWidget() is page


def test_rules_and_reasons_are_usable_without_a_mouse(window):
    window.show_page("quiet")
    for label in ("Edit…", "Why was I told?"):
        press_button(window, label)
        assert_usable_without_a_mouse(window)
        QTest.keyClick(window, Qt.Key_Escape)
