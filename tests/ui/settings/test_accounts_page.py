"""The Accounts page."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from tests.ui.keyboard import (
    ALT,
    alt,
    assert_usable_without_a_mouse,
    focused,
    keys,
    press,
    shown,
)
from tests.ui.services import services
from tray.mail.model.account import Account, AccountId, SecretSource
from tray.mail.model.secret import Secret
from tray.ui.account.account_dialog import AccountDialog
from tray.ui.settings.accounts_page import AccountsPage


def account(letter, **more):
    return Account(
        AccountId(letter), letter.upper(), f"{letter}@example.org", "imap.example.org", letter, **more
    )


A, B, C = account("a"), account("b"), account("c", secret=SecretSource.COMMAND, password_command="x")


@pytest.fixture
def page_of(qapp):

    def page_of(*accounts):
        page = AccountsPage(accounts, services())
        page.changes = []
        page.changed.connect(lambda: page.changes.append(page.accounts()))
        shown(page)
        (page.list if accounts else page.add_button).setFocus()
        return page

    return page_of


def names(page):
    return "".join(one.name for one in page.accounts())


def dialog_of(page, kind=AccountDialog):
    found = [one for one in page.window().findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return shown(found[0])


def fill_in(page, button, *steps):
    """Press the button of that letter, and then these keys in the dialog that it opens, to which the focus moves."""
    alt(button)
    dialog_of(page)
    keys(*steps)


def test_the_list_shows_names_addresses_and_who_is_switched_off(page_of):
    page = page_of(A, account("b", enabled=False))
    assert page.list.item(0).text() == "A\na@example.org"
    assert page.list.item(1).text() == "B (switched off)\nb@example.org"
    assert page.list.item(1).data(Qt.AccessibleTextRole) == "B (switched off), b@example.org"


def test_space_switches_an_account_off_and_on(page_of):
    page = page_of(A, B)
    press(Qt.Key_Space)
    assert [one.enabled for one in page.accounts()] == [False, True]
    assert "switched off" in page.list.item(0).text()
    press(Qt.Key_Space)
    assert page.accounts() == (A, B)
    assert len(page.changes) == 2


def test_alt_and_arrows_order_the_accounts(page_of):
    page = page_of(A, B, C)
    press(Qt.Key_Down, ALT)
    assert names(page) == "BAC"
    press(Qt.Key_Down, ALT)
    assert names(page) == "BCA"
    press(Qt.Key_Down, ALT)
    assert names(page) == "BCA"
    press(Qt.Key_Up, ALT)
    assert names(page) == "BAC"
    assert [page.list.item(row).text()[0] for row in range(3)] == ["B", "A", "C"]
    assert page.list.currentRow() == 1
    assert len(page.changes) == 3


def test_buttons_order_the_accounts_and_hand_the_focus_over_at_the_end(page_of):
    page = page_of(A, B)
    assert not page.up_button.isEnabled()
    page.down_button.setFocus()
    press(Qt.Key_Space)
    assert names(page) == "BA"
    assert not page.down_button.isEnabled()
    assert focused() is page.up_button
    press(Qt.Key_Space)
    assert names(page) == "AB"
    assert focused() is page.down_button


def test_the_ticks_move_with_their_accounts(page_of):
    page = page_of(account("a", enabled=False), B)
    press(Qt.Key_Down, ALT)
    assert [one.enabled for one in page.accounts()] == [True, False]
    assert page.list.item(1).checkState() == Qt.Unchecked


def test_a_new_account_comes_last_with_its_password(page_of):
    page = page_of(A)
    fill_in(page, "d", "jane@example.net", "Alt+D", "pw", "Return")
    assert [one.id for one in page.accounts()] == ["a", "new"]
    assert page.secrets() == {"new": Secret("pw")}
    assert page.list.currentRow() == 1
    assert len(page.changes) == 1


@pytest.mark.parametrize("key", [Qt.Key_Return, Qt.Key_Enter, Qt.Key_F2])
def test_a_key_on_the_list_edits_that_account(page_of, key):
    page = page_of(A, B)
    press(Qt.Key_Down)
    press(key)
    dialog = dialog_of(page)
    keys("Alt+M", "Ctrl+A", "Bee", "Return")
    assert not dialog.isVisible()
    assert page.accounts()[1].name == "Bee"
    assert page.list.item(1).text().startswith("Bee\n")
    assert page.secrets() == {}


def test_a_double_click_edits(page_of):
    page = page_of(A)
    where = page.list.visualItemRect(page.list.item(0)).center()
    QTest.mouseClick(page.list.viewport(), Qt.LeftButton, Qt.NoModifier, where)
    QTest.mouseDClick(page.list.viewport(), Qt.LeftButton, Qt.NoModifier, where)
    assert dialog_of(page).account() == A


def test_escape_in_the_dialog_changes_nothing(page_of):
    page = page_of(A)
    fill_in(page, "e", "zzz", "Escape")
    assert page.accounts() == (A,)
    assert page.changes == []


def test_only_one_dialog_is_open_at_a_time(page_of):
    page = page_of(A)
    page.add()
    page.edit(A.id)
    dialog_of(page)
    press(Qt.Key_Escape)
    page.edit(AccountId("nobody"))
    assert [one for one in page.findChildren(AccountDialog) if one.isVisible()] == []


def test_a_password_typed_anew_is_dropped_when_it_is_kept_elsewhere(page_of):
    page = page_of(A)
    fill_in(page, "e", "Alt+D", "pw", "Return")
    assert page.secrets() == {"a": Secret("pw")}
    shown(page)
    fill_in(page, "e", "Alt+I", "Down", "Return")
    assert page.accounts()[0].secret is SecretSource.ASK
    assert page.secrets() == {}


def test_a_password_is_kept_until_it_is_saved_and_another_one_longer(page_of):
    page = page_of(A)
    fill_in(page, "e", "Alt+D", "pw", "Return")
    page.saved({"a": Secret("an older one")})
    assert page.secrets() == {"a": Secret("pw")}
    page.saved({"a": Secret("pw")})
    assert page.secrets() == {}


def test_what_was_removed_can_be_given_back(page_of):
    page = page_of(A, B)
    assert not page.undo.isVisible()
    press(Qt.Key_Delete)
    assert names(page) == "B"
    assert focused() is page.list
    said = page.undo.text.text()
    assert said == (
        "“A” was removed. Closing this window deletes its settings and its stored password, but no mail."
    )
    assert page.undo.button.accessibleDescription() == said
    alt("n")
    assert names(page) == "AB"
    assert page.list.currentRow() == 0
    assert focused() is page.list
    assert not page.undo.isVisible()
    assert len(page.changes) == 2


def test_several_come_back_one_after_another(page_of):
    page = page_of(A, B, C)
    for _ in range(3):
        press(Qt.Key_Delete)
    assert names(page) == ""
    assert focused() is page.add_button
    for there in ("C", "BC", "ABC"):
        press(Qt.Key_Z, Qt.ControlModifier)
        assert names(page) == there
    press(Qt.Key_Z, Qt.ControlModifier)
    assert names(page) == "ABC"


def test_until_then_it_is_there_in_its_place_but_off(page_of):
    page = page_of(A, B, C)
    keys("Down", "Delete", "Delete")
    assert names(page) == "A"
    kept = page.accounts(with_removed=True)
    assert [(one.name, one.enabled) for one in kept] == [("A", True), ("B", False), ("C", False)]


def test_a_name_that_was_taken_meanwhile_is_not_taken_twice(page_of):
    page = page_of(A, B)
    press(Qt.Key_Delete)
    fill_in(page, "e", "Alt+M", "Ctrl+A", "A", "Return")
    shown(page)
    alt("n")
    assert [one.name for one in page.accounts()] == ["A 2", "A"]


def test_an_account_takes_the_password_typed_for_it_away_and_back(page_of):
    page = page_of(A, B)
    fill_in(page, "e", "Alt+D", "pw", "Return")
    shown(page)
    alt("r")
    assert names(page) == "B"
    assert page.secrets() == {}
    alt("n")
    assert page.secrets() == {"a": Secret("pw")}


def test_removing_an_account_without_a_stored_password_names_none(page_of):
    page = page_of(C)
    alt("r")
    assert "password" not in page.undo.text.text()
    assert page.accounts() == ()
    assert focused() is page.add_button


def test_without_an_account_only_adding_can_be_done(page_of):
    page = page_of()
    assert not page.list.isVisible()
    enabled = {page.edit_button, page.remove_button, page.up_button, page.down_button}
    assert not any(button.isEnabled() for button in enabled)
    page._edit_current()
    page._remove_current()
    page._move(1)
    assert page.changes == []


def test_other_keys_are_the_lists_own(page_of):
    page = page_of(A, B)
    press(Qt.Key_End)
    assert page.list.currentRow() == 1
    press(Qt.Key_Return, Qt.ControlModifier)
    assert page.findChildren(AccountDialog) == []


def test_it_can_be_read_aloud_and_worked_by_letters(page_of):
    page = page_of(A, B, C)
    press(Qt.Key_Delete)
    assert_usable_without_a_mouse(page)
    keys("Tab", "Alt+O")
    assert page.list.hasFocus()
