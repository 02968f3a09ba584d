"""The settings dialog as a whole."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication

from tests.ui.keyboard import alt, focused, mnemonics, press, shown, tab_walk, without_name, write
from tray.mail.account import Account, AccountId
from tray.mail.secret import Secret
from tray.mail.settings import Settings
from tray.ui.account_dialog import AccountDialog
from tray.ui.services import SettingsServices
from tray.ui.settings_dialog import SettingsDialog

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
CLUB = Account(AccountId("c"), "Club", "jane@club.example", "imap.club.example", "jane")
FULL = "The disk is full; make room and try again."


class Program:
    """What the dialog is given by the program."""

    def __init__(self):
        self.applied = []
        self.cancelled = 0
        self.services = SettingsServices(self._apply, self._check, lambda: AccountId("new"))

    def _apply(self, settings, secrets, done):
        self.applied.append((settings, secrets, done))

    def _check(self, account, secret, on_step, on_done):
        return self._cancel

    def _cancel(self):
        self.cancelled += 1

    def done(self, failure=None):
        self.applied[-1][2](failure)


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def opened(qapp, program):
    dialogs = []

    def opened(settings=Settings(accounts=(WORK, CLUB))):  # noqa: B008
        dialog = SettingsDialog(settings, program.services)
        dialogs.append(dialog)
        return shown(dialog)

    yield opened
    for dialog in dialogs:
        if program.applied:
            program.done()
        dialog.reject()
        dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)


def add_by_keyboard(dialog):
    alt("d")
    shown(dialog.findChild(AccountDialog))
    write("jane@example.net")
    alt("w")
    write("s3cret")
    press(Qt.Key_Return)
    shown(dialog)


def test_a_first_account_is_added_by_keyboard_alone(opened, program):
    dialog = opened(Settings())
    assert focused() is dialog.accounts_page.add_button
    add_by_keyboard(dialog)
    assert program.applied == []
    assert focused() is dialog.accounts_page.list
    alt("y")
    settings, secrets, _done = program.applied[0]
    assert settings == Settings(
        accounts=(
            Account(
                AccountId("new"), "example.net", "jane@example.net", "imap.example.net", "jane@example.net"
            ),
        )
    )
    assert secrets == {"new": Secret("s3cret")}
    assert "s3cret" not in repr(program.applied)


def test_ok_saves_and_closes(opened, program):
    dialog = opened()
    alt("g")
    alt("s")
    dialog.ok.setFocus()
    press(Qt.Key_Return)
    assert dialog.isVisible()
    program.done()
    assert not dialog.isVisible()
    assert program.applied[0][0] == Settings(accounts=(WORK, CLUB), toasts=False)


def test_ok_with_nothing_changed_only_closes(opened, program):
    dialog = opened()
    dialog.ok.setFocus()
    press(Qt.Key_Return)
    assert not dialog.isVisible()
    assert program.applied == []


def test_apply_saves_and_stays_and_waits_for_the_next_change(opened, program):
    dialog = opened()
    assert not dialog.apply_button.isEnabled()
    press(Qt.Key_Space)
    assert dialog.apply_button.isEnabled()
    alt("y")
    program.done()
    assert dialog.isVisible()
    assert not dialog.apply_button.isEnabled()
    assert focused() is dialog.accounts_page.list
    press(Qt.Key_Space)
    assert dialog.apply_button.isEnabled()


def test_taking_a_change_back_leaves_nothing_to_apply(opened):
    dialog = opened()
    press(Qt.Key_Space)
    press(Qt.Key_Space)
    assert not dialog.apply_button.isEnabled()


def test_a_new_password_alone_is_worth_applying(opened, program):
    dialog = opened()
    press(Qt.Key_Return)
    shown(dialog.findChild(AccountDialog))
    alt("w")
    write("other")
    press(Qt.Key_Return)
    shown(dialog)
    assert dialog.apply_button.isEnabled()
    alt("y")
    program.done()
    assert program.applied[0][1] == {"w": Secret("other")}
    assert not dialog.apply_button.isEnabled()


def test_a_failure_is_said_and_nothing_is_lost(opened, program):
    dialog = opened(Settings())
    add_by_keyboard(dialog)
    dialog.ok.setFocus()
    press(Qt.Key_Return)
    program.done(FULL)
    assert dialog.isVisible()
    assert dialog.failure.isVisible()
    assert dialog.failure.text() == FULL
    assert focused() is dialog.ok
    assert dialog.ok.accessibleDescription() == FULL
    press(Qt.Key_Return)
    assert not dialog.failure.isVisible()
    assert program.applied[1][:2] == program.applied[0][:2]
    program.done()
    assert not dialog.isVisible()


def test_a_failure_after_apply_keeps_the_dialog_too(opened, program):
    dialog = opened()
    press(Qt.Key_Space)
    alt("y")
    program.done(FULL)
    assert dialog.isVisible()
    assert dialog.apply_button.isEnabled()


def test_while_saving_nothing_can_be_changed_or_closed(opened, program):
    dialog = opened()
    press(Qt.Key_Space)
    alt("y")
    assert dialog.progress.isVisible()
    assert not dialog.tabs.isEnabled()
    dialog.close()
    dialog.reject()
    dialog.accept()
    assert dialog.isVisible()
    assert len(program.applied) == 1
    program.done()
    assert not dialog.progress.isVisible()
    program.done("said twice")
    assert not dialog.failure.isVisible()


def test_escape_leaves_all_as_it_was(opened, program):
    dialog = opened()
    press(Qt.Key_Space)
    press(Qt.Key_Escape)
    assert not dialog.isVisible()
    assert program.applied == []


def test_enter_on_the_list_edits_and_does_not_press_ok(opened):
    dialog = opened()
    press(Qt.Key_Return)
    assert dialog.isVisible()
    assert dialog.findChild(AccountDialog).isVisible()


def test_closing_the_settings_cancels_the_test_on_top(opened, program):
    dialog = opened()
    dialog.edit_account(CLUB.id)
    account = shown(dialog.findChild(AccountDialog))
    assert account.form.account() == CLUB
    alt("t")
    dialog.reject()
    assert program.cancelled == 1
    assert not account.isVisible()


def test_the_first_start_leads_straight_to_a_new_account(opened):
    dialog = opened(Settings())
    dialog.tabs.setCurrentIndex(1)
    dialog.add_account()
    assert dialog.findChild(AccountDialog).isVisible()
    assert dialog.tabs.currentIndex() == 0


def test_a_program_that_answers_at_once_is_no_trouble(opened, program):
    def at_once(settings, secrets, done):
        done(None)

    dialog = SettingsDialog(Settings(), SettingsServices(at_once, None, lambda: AccountId("new")))
    shown(dialog)
    dialog.general_page.toasts.setFocus()
    alt("g")
    alt("l")
    dialog.accept()
    assert not dialog.isVisible()


def test_letters_are_unique_over_all_pages_and_everything_has_a_name(opened):
    dialog = opened()
    assert {key: texts for key, texts in mnemonics(dialog).items() if len(texts) > 1} == {}
    assert without_name(dialog) == []
    assert dialog.ok.isDefault()
    assert not dialog.isModal()


def test_tab_goes_through_the_page_and_then_to_the_buttons(opened):
    dialog = opened()
    press(Qt.Key_Space)  # so that Apply is there to be reached
    page = dialog.accounts_page
    walk = tab_walk(dialog)
    assert walk[:5] == [page.list, page.add_button, page.edit_button, page.remove_button, page.down_button]
    assert {dialog.ok, dialog.cancel, dialog.apply_button} < set(walk[5:])
    assert walk[-1] is dialog.tabs.tabBar()


def test_it_fits_a_small_screen(opened):
    dialog = opened()
    assert dialog.width() < 1000
    assert dialog.height() < 560
