"""The settings dialog as a whole."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication

from tests.ui.keyboard import (
    alt,
    assert_usable_without_a_mouse,
    focused,
    keys,
    press,
    question,
    shown,
    tab_walk,
)
from tests.ui.services import FakeStore, services
from tray.mail.importers.candidates import ForeignAccount, SourceProgram
from tray.mail.model.account import Account, AccountId
from tray.mail.model.secret import Secret
from tray.mail.settings.settings import Settings
from tray.ui.account.account_dialog import AccountDialog
from tray.ui.settings.settings_dialog import SettingsDialog

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
CLUB = Account(AccountId("c"), "Club", "jane@club.example", "imap.club.example", "jane")
FULL = "The disk is full; make room and try again."


class LateStore(FakeStore):
    """Writes down what is to be applied; the test answers."""

    def __init__(self, applied):
        super().__init__()
        self._applied = applied

    def apply(self, settings, secrets, done):
        self._applied.append((settings, secrets, done))


class Program:
    """What the dialog is given by the program."""

    def __init__(self):
        self.applied = []
        self.store = LateStore(self.applied)
        self.checks = []
        self.cancelled = 0
        self.services = services(store=self.store, tests=self)

    def check(self, account, secret, on_step, on_done):
        self.checks.append(on_done)
        return self._cancel

    def _cancel(self):
        self.cancelled += 1

    def settings(self):
        return self.applied[-1][0]

    def done(self, failure=None):
        self.applied[-1][2](failure)


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def opened(qapp, program):

    def opened(settings=Settings(accounts=(WORK, CLUB))):  # noqa: B008
        dialog = SettingsDialog(settings, program.services)
        return shown(dialog)

    return opened


def add_by_keyboard(dialog, program):
    alt("d")
    shown(dialog.findChild(AccountDialog))
    keys("jane@example.net", "Alt+D", "s3cret", "Return")
    program.checks[-1](True)
    shown(dialog)


def test_a_first_account_is_added_by_keyboard_alone_and_applied_at_once(opened, program):
    dialog = opened(Settings())
    assert focused() is dialog.accounts_page.add_button
    add_by_keyboard(dialog, program)
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
    assert not dialog.welcome.isVisible()
    program.done()
    assert dialog.welcome.text().startswith("Your account was added. You can close this window")
    assert dialog.welcome.isVisible()
    assert focused() is dialog.close_button
    assert dialog.close_button.accessibleDescription() == dialog.welcome.text()
    press(Qt.Key_Return)
    assert not dialog.isVisible()
    assert len(program.applied) == 1


def test_all_that_is_taken_over_is_applied_in_one_go(opened, program):
    dialog = opened(Settings())
    dialog.accounts_page.add_imported(
        [ForeignAccount(replace(each, id=AccountId("")), SourceProgram.GEARY, "") for each in (WORK, CLUB)]
    )
    program.done()
    assert len(program.applied) == 1
    assert [each.name for each in program.settings().accounts] == ["Work", "Club"]
    assert dialog.welcome.text().startswith("Your 2 accounts were added. The tray menu asks for the")


def test_another_account_needs_no_word(opened, program):
    dialog = opened()
    add_by_keyboard(dialog, program)
    program.done()
    assert not dialog.welcome.isVisible()
    assert focused() is dialog.accounts_page.list


def test_cancelling_the_first_account_leaves_things_as_they_are(opened, program):
    dialog = opened(Settings())
    dialog.add_account()
    shown(dialog.findChild(AccountDialog))
    press(Qt.Key_Escape)
    shown(dialog)
    press(Qt.Key_Escape)
    assert not dialog.isVisible()
    assert program.applied == []


def test_settings_that_are_asked_for_again_leave_the_keyboard_to_what_is_open_on_top(opened, spin):
    dialog = opened()
    dialog.bring_up()
    spin(lambda: QApplication.activeWindow() is dialog)
    dialog.accounts_page.add()
    account = dialog.accounts_page._dialog
    spin(lambda: QApplication.activeWindow() is account)
    dialog.activateWindow()
    dialog.bring_up()
    spin(lambda: QApplication.activeWindow() is account)
    account.reject()


def test_a_tick_is_applied_at_once(opened, program):
    dialog = opened()
    keys("Alt+G", "Alt+S")
    assert program.settings() == Settings(accounts=(WORK, CLUB), toasts=False)
    program.done()
    assert dialog.isVisible()
    press(Qt.Key_Escape)
    assert not dialog.isVisible()
    assert len(program.applied) == 1


def test_closing_with_nothing_changed_only_closes(opened, program):
    dialog = opened()
    dialog.close_button.setFocus()
    press(Qt.Key_Return)
    assert not dialog.isVisible()
    assert program.applied == []


def test_what_is_changed_meanwhile_is_applied_next(opened, program):
    opened()
    keys("Space", "Down", "Space", "Space", "Space")
    assert len(program.applied) == 1
    program.done()
    assert len(program.applied) == 2
    assert [each.enabled for each in program.settings().accounts] == [False, False]
    program.done()
    assert len(program.applied) == 2


def test_a_new_password_alone_is_worth_applying_and_kept_no_longer_than_that(opened, program):
    dialog = opened()
    press(Qt.Key_Return)
    shown(dialog.findChild(AccountDialog))
    keys("Alt+D", "other", "Return")
    shown(dialog)
    assert program.applied[0][1] == {"w": Secret("other")}
    program.done()
    assert dialog.accounts_page.secrets() == {}
    press(Qt.Key_Space)
    assert program.applied[1][1] == {}


def test_a_failure_is_said_and_tried_again(opened, program):
    dialog = opened(Settings())
    add_by_keyboard(dialog, program)
    assert not dialog.again.isVisible()
    program.done(FULL)
    assert dialog.failure.isVisible()
    assert dialog.failure.text() == FULL
    assert focused() is dialog.again
    assert dialog.again.accessibleDescription() == FULL
    press(Qt.Key_Return)
    assert not dialog.failure.isVisible()
    assert program.applied[1][:2] == program.applied[0][:2]
    program.done()
    assert not dialog.again.isVisible()
    press(Qt.Key_Return)
    assert not dialog.isVisible()


def test_after_a_failure_that_was_read_the_window_can_be_closed(opened, program):
    dialog = opened()
    press(Qt.Key_Space)
    program.done(FULL)
    press(Qt.Key_Escape)
    assert "Not everything was saved" in question(dialog).text()
    press(Qt.Key_Escape)
    assert dialog.isVisible()
    shown(dialog)
    press(Qt.Key_Escape)
    question(dialog)
    alt("c")
    assert not dialog.isVisible()
    assert len(program.applied) == 1


def test_the_start_at_log_in_is_shown_as_it_is_each_time(opened, program):
    """Others may have changed it; what could not be changed is as it was."""
    program.store.starts = True
    dialog = opened()
    dialog.bring_up()
    box = dialog.general_page.start_at_login
    assert (box.isChecked(), program.applied) == (True, [])
    program.store.starts = False
    dialog.bring_up()
    assert (box.isChecked(), program.applied) == (False, [])
    box.click()
    assert program.settings().start_at_login
    program.done("The start at log-in cannot be changed.")
    assert (box.isChecked(), dialog.failure.text()) == (False, "The start at log-in cannot be changed.")
    dialog.again.click()
    assert not program.settings().start_at_login
    program.done()
    assert not dialog.failure.isVisible()


def test_taking_back_what_failed_is_applied_too(opened, program):
    """It may have failed in part: the settings were saved, but not the password."""
    dialog = opened()
    press(Qt.Key_Space)
    program.done(FULL)
    dialog.accounts_page.list.setFocus()
    press(Qt.Key_Space)
    assert program.settings() == Settings(accounts=(WORK, CLUB))
    program.done()
    assert not dialog.failure.isVisible()
    press(Qt.Key_Escape)
    assert len(program.applied) == 2


def test_a_removed_account_is_switched_off_at_once_and_deleted_when_the_window_is_closed(opened, program):
    dialog = opened()
    press(Qt.Key_Delete)
    assert program.settings().accounts == (replace(WORK, enabled=False), CLUB)
    program.done()
    press(Qt.Key_Space)
    off = replace(CLUB, enabled=False)
    assert program.settings().accounts == (replace(WORK, enabled=False), off)
    program.done()
    press(Qt.Key_Escape)
    assert dialog.isVisible()
    assert program.settings().accounts == (off,)
    program.done()
    assert not dialog.isVisible()


def test_what_is_given_back_is_as_it_was(opened, program):
    dialog = opened()
    keys("Delete", "Delete", "Ctrl+Z", "Ctrl+Z")
    program.done()
    assert program.settings().accounts == (WORK, CLUB)
    program.done()
    press(Qt.Key_Escape)
    assert not dialog.isVisible()
    assert len(program.applied) == 2


def test_enter_on_undo_gives_back_and_does_not_close(opened, program):
    dialog = opened()
    press(Qt.Key_Delete)
    program.done()
    dialog.accounts_page.undo.button.setFocus()
    press(Qt.Key_Return)
    assert dialog.isVisible()
    assert program.settings().accounts == (WORK, CLUB)


def test_enter_on_add_adds(opened, program):
    dialog = opened(Settings())
    assert focused() is dialog.accounts_page.add_button
    press(Qt.Key_Return)
    assert dialog.findChild(AccountDialog).isVisible()


def test_a_removal_that_fails_keeps_the_window_open_and_can_be_taken_back(opened, program):
    dialog = opened()
    press(Qt.Key_Delete)
    program.done()
    press(Qt.Key_Escape)
    program.done(FULL)
    assert dialog.failure.text() == FULL
    press(Qt.Key_Z, Qt.ControlModifier)
    assert program.settings().accounts == (WORK, CLUB)
    program.done()
    assert dialog.isVisible()


def test_a_removal_that_fails_is_tried_again_to_its_end(opened, program):
    dialog = opened()
    press(Qt.Key_Delete)
    program.done()
    press(Qt.Key_Escape)
    program.done(FULL)
    press(Qt.Key_Return)
    assert program.settings().accounts == (CLUB,)
    program.done()
    assert not dialog.isVisible()


def test_closing_waits_until_all_is_applied(opened, program):
    dialog = opened()
    press(Qt.Key_Delete)
    dialog.close()
    assert dialog.isVisible()
    assert dialog.progress.isVisible()
    program.done()
    assert program.settings().accounts == (CLUB,)
    program.done()
    assert not dialog.isVisible()


def test_a_change_while_it_closes_keeps_it_open(opened, program):
    dialog = opened()
    press(Qt.Key_Space)
    dialog.close()
    press(Qt.Key_Space)
    program.done()
    assert program.settings() == Settings(accounts=(WORK, CLUB))
    program.done()
    assert dialog.isVisible()


def test_only_what_takes_long_is_spoken_of(opened, program, spin):
    dialog = opened()
    press(Qt.Key_Space)
    assert not dialog.progress.isVisible()
    spin(dialog.progress.isVisible)
    assert dialog.tabs.isEnabled()
    program.done()
    assert not dialog.progress.isVisible()


def test_enter_on_the_list_edits_and_does_not_close(opened):
    dialog = opened()
    press(Qt.Key_Return)
    assert dialog.isVisible()
    assert dialog.findChild(AccountDialog).isVisible()


def test_closing_the_settings_cancels_the_test_on_top(opened, program):
    dialog = opened()
    dialog.edit_account(CLUB.id)
    account = shown(dialog.findChild(AccountDialog))
    assert account.account() == CLUB
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


def test_closing_the_settings_ends_the_search_for_what_to_offer_at_the_first_start(qapp):
    cancelled = []
    others = SimpleNamespace(find_accounts=lambda _accounts, _on_found: lambda: cancelled.append(True))
    dialog = shown(SettingsDialog(Settings(), services(others=others)))
    dialog.add_account()
    assert cancelled == []
    dialog.reject()
    assert cancelled == [True]


def test_a_program_that_answers_at_once_is_no_trouble(opened, program):
    dialog = SettingsDialog(Settings(), services())
    shown(dialog)
    keys("Alt+G", "Alt+L")
    dialog.accept()
    assert not dialog.isVisible()


def test_letters_are_unique_over_all_pages_and_everything_has_a_name(opened):
    dialog = opened()
    assert_usable_without_a_mouse(dialog)
    assert dialog.close_button.isDefault()
    assert not dialog.isModal()


def test_tab_goes_through_the_page_and_then_to_the_buttons(opened):
    dialog = opened()
    page = dialog.accounts_page
    walk = tab_walk(dialog)
    buttons = [page.add_button, page.import_button, page.edit_button, page.remove_button, page.down_button]
    assert walk[:6] == [page.list, *buttons]
    assert dialog.close_button in walk[6:]
    assert walk[-1] is dialog.tabs.tabBar()


def test_it_fits_a_small_screen(opened):
    dialog = opened()
    assert dialog.width() < 1000
    assert dialog.height() < 560
