"""The dialog that takes over the accounts of other programs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PyQt5 import sip
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QPushButton

from tests.ui.keyboard import (
    alt,
    assert_usable_without_a_mouse,
    focused,
    keys,
    press,
    question,
    shown,
    without_name,
)
from tests.ui.services import FakeOthers, FakeStore, services
from tray.mail.importers.candidates import ForeignAccount, ImportResult, SourceProgram
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.settings.settings import Settings
from tray.ui.settings.import_dialog import CommandsDialog, ImportDialog
from tray.ui.settings.settings_window import SettingsWindow


def offer(name, origin=SourceProgram.THUNDERBIRD, secret=SecretSource.KEYRING, **more):
    account = Account(AccountId(""), name, f"{name}@example.org", f"{name}.example.org", name, secret=secret)
    return ForeignAccount(account, origin, f"~/{name}", **more)


JANE = offer("jane", notes=("A note.",))
WORK = offer("work", SourceProgram.MBSYNC, SecretSource.COMMAND)
TWIN = offer("twin", same_as=SourceProgram.MBSYNC)
OFF = offer("off", SourceProgram.GEARY, off=True)
HAD = offer("had", present=True)
FOUND = ImportResult((JANE, WORK, TWIN, OFF, HAD), ("mbsync, ~/.mbsyncrc: “x”: a tunnel.",))


@pytest.fixture
def opened(qapp):
    """Opens the dialog; `.answers` are what was handed over."""

    def opened(found):
        answers = []
        dialog = ImportDialog(answers.append)
        dialog.answers = answers
        dialog.show_found(found)
        return shown(dialog)

    return opened


def texts(dialog):
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_it_lists_what_was_found_and_what_cannot_be(opened):
    dialog = opened(FOUND)
    assert texts(dialog) == [
        "Thunderbird: jane (jane@example.org)\njane.example.org · The tray menu will ask for its password",
        "mbsync: work (work@example.org)\nwork.example.org · The command there prints the password",
        "Thunderbird: twin (twin@example.org)\ntwin.example.org · left out · the same as from mbsync",
        "Geary: off (off@example.org)\noff.example.org · left out · switched off there",
        "Thunderbird: had (had@example.org)\nhad.example.org · you have it already",
        "mbsync, ~/.mbsyncrc: “x”: a tunnel.",
    ]
    assert dialog.chosen() == (JANE, WORK)


def test_notes_are_read_below_and_to_a_screen_reader(opened):
    dialog = opened(FOUND)
    assert dialog.details.toPlainText().splitlines() == [
        "jane.example.org, port 993, user jane",
        "A note.",
        "The tray menu will ask for its password.",
        "From ~/jane",
    ]
    item = dialog.list.item(0)
    assert item.data(Qt.AccessibleDescriptionRole) == dialog.details.toPlainText()
    assert "jane.example.org" in item.data(Qt.AccessibleTextRole)
    press(Qt.Key_End)
    assert dialog.details.toPlainText() == ""


def test_space_ticks_and_enter_takes_over(opened):
    dialog = opened(FOUND)
    assert focused() is dialog.list
    assert dialog.take.text() == "&Import 2 accounts"
    press(Qt.Key_Space)
    assert "left out" in texts(dialog)[0]
    assert dialog.take.text() == "&Import 1 account"
    keys("Down", "Down", "Space", "Return")
    assert dialog.answers == [(WORK, TWIN)]


def test_nothing_ticked_is_nothing_to_import(opened):
    dialog = opened(ImportResult((JANE,)))
    press(Qt.Key_Space)
    assert not dialog.take.isEnabled()
    dialog.accept()
    assert dialog.answers == []


def test_what_is_there_already_has_no_box(opened):
    dialog = opened(ImportResult((HAD,)))
    press(Qt.Key_Space)
    assert dialog.chosen() == ()


def test_where_nothing_is_found_it_says_so(opened):
    dialog = opened(ImportResult())
    assert "No accounts were found" in dialog.text.text()
    assert not dialog.take.isVisible()
    assert opened(ImportResult((), ("broken",))).text.text() == "No account was found that can be imported."


def test_while_it_looks_it_can_be_cancelled(qapp):
    told = []
    others = SimpleNamespace(find_accounts=lambda _accounts, _on_found: lambda: told.append("cancelled"))
    page = shown(SettingsWindow(services(others=others)))
    import_accounts(page)
    (dialog,) = dialogs(page)
    assert "Looking" in shown(dialog).text.text()
    press(Qt.Key_Escape)
    assert told == ["cancelled"]
    assert dialogs(page) == []


def test_a_choice_of_ones_own_is_not_dropped_without_asking(opened):
    dialog = opened(FOUND)
    keys("Space", "Escape")
    question(dialog)
    press(Qt.Key_Return)
    shown(dialog)
    keys("Space", "Escape")
    assert dialog.question is None
    assert not dialog.isVisible()


def test_every_key_and_name_is_there(opened):
    dialog = opened(FOUND)
    assert_usable_without_a_mouse(dialog)


def test_it_fits_a_small_screen(opened):
    assert opened(FOUND).height() <= 600


@pytest.fixture
def page_of(qapp):

    def page_of(found, *accounts):
        store = FakeStore(settings=Settings(accounts=accounts))
        return shown(SettingsWindow(services(others=FakeOthers(found), store=store)))

    return page_of


def dialogs(page):
    return [one for one in page.findChildren(ImportDialog) if one.isVisible()]


def import_accounts(page):
    page.show_page("start")
    (button,) = [one for one in page.findChildren(QPushButton) if one.text() == "Import accounts…"]
    button.click()


def test_the_button_of_the_page_adds_to_the_draft(page_of):
    ours = replace(JANE.account, id=AccountId("mine"), name="work")
    page = page_of(ImportResult((JANE, WORK)), ours)
    import_accounts(page)
    (dialog,) = dialogs(page)
    shown(dialog)
    press(Qt.Key_Return)
    assert [(one.id, one.name) for one in page.changes.settings.accounts] == [
        ("mine", "work"),
        ("new", "jane"),
        ("new2", "work 2"),
    ]
    assert dialogs(page) == []


def test_enter_on_cancel_takes_nothing_over(opened):
    dialog = opened(FOUND)
    dialog.cancel.setFocus()
    press(Qt.Key_Return)
    assert not dialog.isVisible()
    assert dialog.answers == []


COMMAND = "cat ~/'a secret' | " + "head -n 1 | " * 60 + "cat"
COMMANDED = replace(WORK, account=replace(WORK.account, password_command=COMMAND))


def commands_of(dialog):
    (asked,) = [one for one in dialog.findChildren(CommandsDialog) if one.isVisible()]
    return shown(asked)


def test_a_command_is_shown_in_full_and_agreed_to(opened):
    dialog = opened(ImportResult((JANE, COMMANDED)))
    press(Qt.Key_Return)
    asked = commands_of(dialog)
    assert dialog.answers == []
    assert asked.commands.toPlainText() == f"work, from ~/work:\n{COMMAND}"
    assert without_name(asked) == []
    alt("r")
    assert dialog.answers == [(JANE, COMMANDED)]
    assert sip.isdeleted(dialog) or not dialog.isVisible()


@pytest.mark.parametrize("key", [Qt.Key_Return, Qt.Key_Escape])
def test_a_command_that_is_not_agreed_to_is_not_taken_over(opened, key):
    """Return alone does not agree; one can go on without that account."""
    dialog = opened(ImportResult((JANE, COMMANDED)))
    press(Qt.Key_Return)
    commands_of(dialog)
    press(key)
    assert dialog.isVisible()
    assert dialog.answers == []
    shown(dialog)
    dialog.list.setFocus()
    dialog.list.setCurrentRow(1)
    keys("Space", "Return")
    assert dialog.answers == [(JANE,)]


def test_the_command_is_read_before_it_is_ticked(opened):
    dialog = opened(ImportResult((COMMANDED,)))
    assert f"Command: {COMMAND}" in dialog.details.toPlainText()
    assert f"Command: {COMMAND}" in dialog.list.item(0).data(Qt.AccessibleDescriptionRole)
