"""The page about a sound and quiet hours of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt, QTime
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog

from tests.ui.keyboard import focused, keys, press, shown
from tests.ui.services import FakePreviews
from tray.mail.model.account import Account, AccountId
from tray.ui.account.pages.sound_and_quiet_hours import QuietHoursEditor, SoundPage

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
LOUD = replace(
    WORK,
    sound="bell",
    quiet_hours=("mon-fri 22:00-07:00", "sat,sun 00:00-24:00"),
)


@pytest.fixture
def page(qapp):

    def page(account=WORK, previews=None):
        page = SoundPage(account, previews or FakePreviews())
        page.said = []
        page.changed.connect(lambda: page.said.append("changed"))
        page.touched.connect(page.said.append)
        return page

    return page


@pytest.mark.parametrize("account", [WORK, LOUD, replace(WORK, sound="/a b/ding.wav")])
def test_an_account_comes_back_as_it_was_shown(page, account):
    assert page(account).read(WORK) == account


def choose(box, text):
    """As by mouse or keyboard."""
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


def dialog_of(page, kind):
    QApplication.processEvents()
    (dialog,) = page.findChildren(kind)
    return dialog


def test_a_sound_is_a_word_or_a_file(page, tmp_path):
    made = page()
    choose(made.sound.box, "Mailbell’s bell")
    assert made.read(WORK).sound == "mailbell"
    choose(made.sound.box, "A file…")
    dialog_of(made, QFileDialog).fileSelected.emit(str(tmp_path / "ding.wav"))
    assert made.read(WORK).sound == str(tmp_path / "ding.wav")
    assert made.sound.box.currentText() == "ding.wav"
    dialog_of(made, QFileDialog).reject()
    assert made.sound.box.currentText() == "ding.wav"


def test_a_file_that_is_not_there_is_a_problem(page, tmp_path):
    made = page()
    file = tmp_path / "ding.wav"
    account = replace(WORK, sound=str(file))
    assert "no such file" in made.errors(account, testing=False)["sound"]
    file.touch()
    assert made.errors(account, testing=False) == {}


def test_a_sound_is_listened_to(page):
    previews = FakePreviews("Nothing plays it.")
    made = page(replace(WORK, sound="mailbell"), previews)
    made.sound.listen_button.click()
    assert previews.played == ["mailbell"]
    assert made.sound_error.text() == "Nothing plays it."
    choose(made.sound.box, "No sound")
    assert made.sound_error.text() == ""
    assert not made.sound.listen_button.isEnabled()


def test_quiet_hours_are_added_and_removed_by_keyboard(page):
    made = page()
    shown(made)
    made.quiet_hours.add_button.setFocus()
    press(Qt.Key_Space)
    assert focused().accessibleName() == "Quiet hours 1, Monday"
    assert made.read(WORK).quiet_hours == ("22:00-07:00",)
    press(Qt.Key_Space)
    for _ in range(6):
        press(Qt.Key_Tab)
    keys("Space", "Tab")
    assert focused().accessibleName() == "Quiet hours 1, from"
    QTest.keyClicks(focused(), "2130")
    press(Qt.Key_Tab)
    assert focused().accessibleName() == "Quiet hours 1, to"
    assert "midnight" in focused().accessibleDescription()
    QTest.keyClicks(focused(), "0000")
    press(Qt.Key_Tab)
    assert made.read(WORK).quiet_hours == ("tue-sat 21:30-24:00",)
    assert focused().accessibleName() == "Remove quiet hours 1"
    press(Qt.Key_Space)
    assert made.read(WORK).quiet_hours == ()
    assert focused() is made.quiet_hours.add_button
    assert set(made.said) == {"quiet_hours", "changed"}


def test_whoever_removes_a_row_goes_on_from_its_neighbour(page):
    made = page(LOUD)
    shown(made)
    first, second = made.quiet_hours.rows
    first.remove_button.setFocus()
    press(Qt.Key_Space)
    assert focused() is second.remove_button
    assert second.remove_button.accessibleName() == "Remove quiet hours 1"
    assert made.read(WORK).quiet_hours == ("sat,sun 00:00-24:00",)


def test_a_row_without_a_day_is_a_problem(page):
    made = page(replace(WORK, quiet_hours=("mon 22:00-07:00",)))
    made.quiet_hours.rows[0].days[0].click()
    assert "Tick at least one day" in made.errors(made.read(WORK), testing=False)["quiet_hours"]


def test_a_row_that_ends_when_it_begins_is_a_problem_but_for_a_whole_day(page):
    made = page(replace(WORK, quiet_hours=("mon 22:00-07:00",)))
    made.quiet_hours.rows[0].end.setTime(QTime(22, 0))
    assert "from 00:00 to 00:00" in made.errors(made.read(WORK), testing=False)["quiet_hours"]
    made.quiet_hours.rows[0].start.setTime(QTime(0, 0))
    made.quiet_hours.rows[0].end.setTime(QTime(0, 0))
    assert made.errors(made.read(WORK), testing=False) == {}
    assert made.read(WORK).quiet_hours == ("mon 00:00-24:00",)


def test_an_entry_that_nobody_understands_is_shown_as_a_night(qapp):
    """Settings are checked when they are read, so there is none; but no dialog may fail over one."""
    edit = QuietHoursEditor(["at night"])
    assert edit.entries() == ("22:00-07:00",)
