"""Every page of an account's dialog: letters, names and room; a page that is added is found here by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit

from tests.ui.certificates import PINNED, untrusted
from tests.ui.gallery.flaws import flaws
from tests.ui.keyboard import editors, mnemonics, out_of_order, press, shown, tab_walk, without_name
from tests.ui.services import FakeTests, services
from tray.mail.model.account import Account, AccountId, SecretSource, Security
from tray.mail.model.status import CheckResult, CheckStep
from tray.ui.account import account_dialog
from tray.ui.account.account_dialog import AccountDialog

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
KINDS = {
    "plain": WORK,
    "pinned": replace(WORK, pinned=PINNED),
    "quiet": replace(WORK, quiet_hours=("mon-fri 22:00-07:00", "sat,sun 00:00-24:00"), colour="#2457d6"),
    "clear": replace(WORK, security=Security.NONE, port=143, allow_cleartext=True),
    **{
        source.value: replace(
            WORK, secret=source, password_command="pass mail", online_account="Google (jane)"
        )
        for source in SecretSource
    },
}
WIDE, SMALL = QSize(1600, 1000), QSize(992, 504)


UNTRUSTED = FakeTests(CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted()))
"""A test that fails for a certificate, so that all buttons of the result are there."""


@pytest.fixture
def opened(qapp, monkeypatch):

    def opened(account, room=WIDE, direction=Qt.LeftToRight):
        monkeypatch.setattr(account_dialog, "available_size", lambda _dialog: room)
        dialog = AccountDialog(account, (), services(tests=UNTRUSTED), lambda *_: None)
        dialog.setAttribute(Qt.WA_DeleteOnClose, False)
        dialog.setLayoutDirection(direction)
        dialog.open()
        dialog.resize(dialog.size().boundedTo(room))
        return shown(dialog)

    return opened


def each_page(dialog):
    """Bring one page after another to the front."""
    for at in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(at)
        QApplication.processEvents()
        yield dialog.tabs.tabText(at)


@pytest.mark.parametrize("room", [WIDE, SMALL], ids=["wide", "small"])
@pytest.mark.parametrize("kind", [*KINDS, "new"])
def test_letters_are_unique_and_every_editor_has_a_name(opened, kind, room):
    dialog = opened(KINDS.get(kind), room)
    dialog.anyway.show()
    dialog.check.start()
    assert without_name(dialog) == []
    for title in each_page(dialog):
        wanted = mnemonics(dialog)
        assert {key: texts for key, texts in wanted.items() if len(texts) > 1} == {}, title
        for label in dialog.findChildren(QLabel):
            if label.isVisible() and label.buddy() is not None and label.buddy().isVisible():
                assert "&" in label.text(), label.text()


@pytest.mark.parametrize("room", [WIDE, SMALL], ids=["wide", "small"])
@pytest.mark.parametrize("kind", ["pinned", "quiet", "clear", "command", "oauth", "new"])
def test_tab_goes_through_each_page_as_it_is_read(opened, kind, room):
    dialog = opened(KINDS.get(kind), room)
    dialog.anyway.show()
    dialog.check.start()
    if kind == "quiet":
        dialog.pages[3].quiet_hours.add_button.click()
    for title in each_page(dialog):
        dialog.tabs.tabBar().setFocus()
        walk = tab_walk(dialog)
        assert out_of_order(walk, [dialog.tabs, dialog.check]) == [], title
        assert {each for each in editors(dialog) if each.isVisible() and each.isEnabled()} <= {*walk}, title


def test_the_keys_that_turn_the_pages_do_so_from_every_editor(opened):
    """From a combo box, too, which would search its entries for a tab character."""
    dialog = opened(KINDS["quiet"])
    tabs = dialog.tabs
    turned = set()
    for at in range(tabs.count()):
        for box in (QComboBox, QLineEdit, QCheckBox):
            tabs.setCurrentIndex(at)
            editor = next((each for each in tabs.currentWidget().findChildren(box) if each.isVisible()), None)
            if editor is not None:
                editor.setFocus()
                press(Qt.Key_Tab, Qt.ControlModifier)
                assert tabs.currentIndex() == (at + 1) % tabs.count(), editor
                press(Qt.Key_Tab, Qt.ControlModifier | Qt.ShiftModifier)
                assert tabs.currentIndex() == at, editor
                turned.add(box)
    assert turned == {QComboBox, QLineEdit, QCheckBox}


@pytest.mark.parametrize("direction", [Qt.LeftToRight, Qt.RightToLeft])
@pytest.mark.parametrize("scale", [1, 2])
def test_no_page_is_clipped_on_a_small_screen(opened, qapp, scale, direction):
    """1024 x 600 less a panel and the frame, with letters of twice the size too."""
    before = qapp.font()
    large = qapp.font()
    large.setPointSizeF(before.pointSizeF() * scale)
    qapp.setFont(large)
    try:
        for account in (None, KINDS["pinned"], KINDS["clear"]):
            dialog = opened(account, SMALL, direction)
            dialog.check.start()
            assert dialog.minimumSizeHint().width() <= SMALL.width()
            assert dialog.minimumSizeHint().height() <= SMALL.height()
            for title in each_page(dialog):
                assert [flaw for flaw in flaws(dialog) if "outside" not in flaw] == [], title
            dialog.close()
    finally:
        qapp.setFont(before)
