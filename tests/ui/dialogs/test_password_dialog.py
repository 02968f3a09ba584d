"""Asking for a password while the program runs."""

from __future__ import annotations

import gc

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit

from tests.ui.keyboard import (
    alt,
    assert_usable_without_a_mouse,
    focused,
    keys,
    press,
    question,
    shown,
    tab_walk,
    until,
    write,
)
from tray.mail.model.account import Account, AccountId, Login, SecretSource
from tray.mail.model.secret import Secret
from tray.ui.dialogs.password_dialog import PasswordDialog
from tray.ui.widgets.standalone import show_until_closed

ACCOUNT = Account(AccountId("a"), "Work", "jane@example.org", "imap.example.org", "jane")


@pytest.fixture
def answers():
    return []


@pytest.fixture
def ask(qapp, answers):

    def ask(account=ACCOUNT, reason="The <i>server</i> refused the password."):
        dialog = PasswordDialog(account, reason, lambda secret, remember: answers.append((secret, remember)))
        show_until_closed(dialog)
        return shown(dialog)

    return ask


def test_it_says_why_for_whom_and_where(ask):
    dialog = ask()
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "The <i>server</i> refused the password." in texts
    assert "jane at imap.example.org" in texts
    assert all(
        label.textFormat() == Qt.PlainText for label in dialog.findChildren(QLabel) if "<i>" in label.text()
    )
    assert "refused" in dialog.password.accessibleDescription()
    assert not dialog.isModal()


def test_typing_and_enter_give_the_password_to_be_remembered(ask, answers):
    ask()
    keys("s3cret &", "Return")
    assert answers == [(Secret("s3cret &"), True)]


def test_it_is_not_remembered_where_the_box_is_not_ticked(ask, answers):
    ask()
    keys("x", "Alt+R", "Return")
    assert answers == [(Secret("x"), False)]


def test_an_account_that_asks_at_each_start_is_not_remembered_unasked(ask, answers):
    ask(Account(AccountId("a"), "Work", "", "host", "jane", secret=SecretSource.ASK))
    keys("x", "Return")
    assert answers == [(Secret("x"), False)]


def test_what_is_remembered_and_where_is_said_as_it_is(ask):
    assert ask().remember.text() == "&Remember in the keyring"
    asking = ask(Account(AccountId("a"), "Work", "", "host", "jane", secret=SecretSource.ASK))
    assert not asking.remember.isVisible()
    filed = ask(Account(AccountId("a"), "Work", "", "host", "jane", secret=SecretSource.FILE))
    assert (filed.remember.text(), filed.remember.isChecked()) == (
        "&Remember in the file, not encrypted",
        True,
    )


def test_enter_on_nothing_does_nothing(ask, answers):
    dialog = ask()
    press(Qt.Key_Return)
    assert dialog.isVisible()
    assert answers == []


@pytest.mark.parametrize("how", ["escape", "close"])
@pytest.mark.parametrize("typed", [True, False])
def test_escape_and_closing_answer_once_with_nothing_and_ask_where_something_was_typed(
    ask, answers, how, typed
):
    dialog = ask()
    keys("half", *(() if typed else ("Ctrl+A", "Delete")))
    if how == "escape":
        press(Qt.Key_Escape)
    else:
        dialog.close()
    if typed:
        assert answers == []
        question(dialog)
        alt("d")
    assert answers == [(None, False)]


def test_the_password_is_hidden_until_it_is_asked_to_be_seen(ask):
    dialog = ask()
    assert dialog.password.echoMode() == QLineEdit.Password
    alt("o")
    assert dialog.password.echoMode() == QLineEdit.Normal
    alt("o")
    assert dialog.password.echoMode() == QLineEdit.Password


def test_a_token_is_called_one(ask):
    dialog = ask(Account(AccountId("a"), "Work", "", "host", "jane", login=Login.TOKEN))
    assert dialog.password.accessibleName() == "Access token"


def test_it_lives_while_it_is_open_and_no_longer(qapp, answers):
    show_until_closed(PasswordDialog(ACCOUNT, "", lambda *answer: answers.append(answer)))
    gc.collect()
    open_ones = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, PasswordDialog)]
    assert len(open_ones) == 1
    open_ones.pop().reject()
    assert answers == [(None, False)]

    def gone():
        QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
        return not any(isinstance(widget, PasswordDialog) for widget in QApplication.topLevelWidgets())

    until(gone)


def test_it_is_worked_by_keyboard_alone(ask):
    dialog = ask()
    write("x")
    ok = dialog.buttons.button(QDialogButtonBox.Ok)
    cancel = dialog.buttons.button(QDialogButtonBox.Cancel)
    walk = tab_walk(dialog)
    assert walk[:3] == [dialog.password, dialog.password.toggle, dialog.remember]
    assert set(walk[3:]) == {ok, cancel}
    assert focused() is dialog.password
    assert ok.isDefault()
    assert_usable_without_a_mouse(dialog)
    assert "x" not in repr(answers_of(dialog))


def answers_of(dialog):
    return Secret(dialog.password.text())
