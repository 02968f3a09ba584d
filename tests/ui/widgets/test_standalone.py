"""No window of ours takes the keyboard from another one of ours, unless somebody asked for it."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication, QLineEdit, QVBoxLayout

from tests.ui.keyboard import focused, press, shown, until, write
from tray.mail.model.account import Account, AccountId
from tray.ui.dialogs.password_dialog import PasswordDialog
from tray.ui.widgets import standalone
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.standalone import come_forward, show_until_closed, when_keyboard_is_free

ACCOUNT = Account(AccountId("a"), "Work", "jane@example.org", "imap.example.org", "jane")


class Form(FormDialog):
    """A dialog with one line."""

    def __init__(self):
        super().__init__()
        self.line = QLineEdit(self)
        QVBoxLayout(self).addWidget(self.line)

    def has_unsaved(self):
        return bool(self.line.text())


@pytest.fixture(autouse=True)
def soon(qapp, monkeypatch):
    """A window manager that is quick; nothing is left of the tests before."""
    for window in QApplication.topLevelWidgets():
        window.hide()
    monkeypatch.setattr(standalone, "_SETTLE_MS", 30)
    monkeypatch.setattr(standalone, "_the_keyboard", None)
    until(lambda: QApplication.activeWindow() is None)


@pytest.fixture
def form():
    form = Form()
    return shown(form)


@pytest.fixture
def prompt():
    """Has a password asked for."""

    def prompt(**how):
        dialog = PasswordDialog(ACCOUNT, "", lambda *_: None)
        show_until_closed(dialog, **how)
        return dialog

    return prompt


def settled():
    return not standalone._keyboard()._settling.isActive()


def test_a_prompt_that_nobody_asked_for_waits_until_what_is_typed_into_is_closed(form, prompt):
    dialog = prompt(asked_for=False)
    write("my pass")
    until(settled)
    write("word")
    assert (form.line.text(), dialog.isVisible()) == ("my password", False)
    form.done(0)
    until(dialog.isVisible)
    until(lambda: QApplication.activeWindow() is dialog)


def test_where_none_of_ours_has_the_keyboard_it_comes_at_once(prompt):
    assert prompt(asked_for=False).isVisible()


def test_what_somebody_asked_for_comes_at_once(form, prompt):
    dialog = prompt()
    assert dialog.isVisible()
    until(lambda: QApplication.activeWindow() is dialog)


def test_of_two_that_nobody_asked_for_the_second_waits_for_the_first(prompt):
    first, second = prompt(asked_for=False), prompt(asked_for=False)
    shown(first)
    until(settled)
    assert not second.isVisible()
    press(Qt.Key_Escape)
    until(second.isVisible)


def test_one_that_is_closed_before_its_turn_never_comes(form, prompt):
    dialog = prompt(asked_for=False)
    dialog.done(0)
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    called = []
    when_keyboard_is_free(lambda: called.append("next"))
    form.done(0)
    until(lambda: called)
    assert [each for each in QApplication.topLevelWidgets() if each.isVisible()] == []


def test_somebody_who_left_a_form_half_filled_in_for_a_moment_finds_it_as_it_was(form, qapp):
    write("half")
    qapp.setActiveWindow(None)
    called = []
    when_keyboard_is_free(lambda: called.append("shown"))
    until(settled)
    assert called == []
    qapp.setActiveWindow(form)
    form.done(0)
    until(lambda: called)


def test_what_a_window_waited_for_brings_it_forward_unless_another_one_is_typed_into(form):
    other = Form()
    other.show()
    shown(form)
    come_forward(other)
    assert focused() is form.line
    form.done(0)
    until(lambda: QApplication.activeWindow() in {None, other})
    come_forward(other)
    until(lambda: QApplication.activeWindow() is other)
    other.done(0)
