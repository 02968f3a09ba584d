"""The General page."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from tests.ui.keyboard import alt, keys, mnemonics, press, shown, without_name
from tray.mail.model.account import Account, AccountId
from tray.mail.settings.settings import Settings
from tray.ui.settings.general_page import GeneralPage

BASE = Settings(
    accounts=(Account(AccountId("a"), "Work", "", "host", "jane"),),
    titles=7,
    toasts=False,
    start_at_login=True,
)


@pytest.fixture
def page(qapp):
    page = GeneralPage(BASE)
    page.changes = []
    page.changed.connect(lambda: page.changes.append(page.settings(BASE)))
    shown(page)
    page.titles.setFocus()
    return page


def test_it_gives_back_what_it_was_given(page):
    assert page.settings(BASE) == BASE
    assert page.changes == []


def test_each_setting_is_changed_by_keyboard(page, spin):
    alt("s")
    assert page.changes[-1].toasts
    alt("l")
    assert not page.changes[-1].start_at_login
    keys("Alt+T", "Up")
    spin(lambda: page.changes[-1].titles == 8)
    assert page.changes[-1].accounts == BASE.accounts


@pytest.mark.parametrize("leave", ["enter", "focus", "close"])
def test_a_number_is_applied_when_it_is_typed_in_full(page, leave):
    page.titles.selectAll()
    QTest.keyClicks(page.titles, "20")
    assert page.changes == []
    if leave == "enter":
        press(Qt.Key_Return)
    elif leave == "focus":
        page.toasts.setFocus()
    else:
        page.close()
    assert [settings.titles for settings in page.changes] == [20]


def test_titles_stay_within_their_bounds(page):
    alt("t")
    for _ in range(9):
        press(Qt.Key_PageUp)
    assert page.settings(BASE).titles == 50
    for _ in range(9):
        press(Qt.Key_PageDown)
    assert page.settings(BASE).titles == 1


def test_it_can_be_read_aloud_and_worked_by_letters(page):
    assert without_name(page) == []
    assert page.titles.accessibleName() == "Newest titles shown of each account"
    assert sorted(mnemonics(page)) == ["Alt+L", "Alt+S", "Alt+T"]
