"""The window with the contents of the tray menu, for who asks for it and for desktops without a tray."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QCloseEvent, QGuiApplication
from PyQt5.QtWidgets import QApplication, QGridLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.presentation import status_texts
from tray.ui.tray.shared_entries import MuteMenu, add_pauses, resume_text
from tray.ui.widgets.icons import tray_icon
from tray.ui.widgets.plain_text import plain_label, plain_tooltip
from tray.ui.widgets.standalone import bring_to_front
from tray.ui.window.message_list import MessageList

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.presentation.summary import Summary
    from tray.ui.ports import TrayCommands

_COLUMNS = 4
# fmt: off
_CAN_MINIMISE = frozenset([
    "budgie", "cosmic", "deepin", "enlightenment", "gnome", "kde", "lxqt", "mate", "pantheon", "ukui", "unity",
    "x-cinnamon", "xfce",
])
# fmt: on
"""Names in XDG_CURRENT_DESKTOP of desktops on Wayland that can minimise windows."""
_CANNOT_MINIMISE = frozenset(
    ["bspwm", "dwm", "herbstluftwm", "i3", "leftwm", "qtile", "ratpoison", "spectrwm", "stumpwm", "xmonad"]
)
"""Names of those on X11 that cannot."""


class MailWindow(QWidget):
    """Shows a `Summary` like `TrayIcon`; without a tray, closing minimises it.

    Where windows cannot be minimised it is hidden, and a second start of the program shows it again.
    """

    def __init__(self, commands: TrayCommands, now: Callable[[], float]) -> None:
        """`now` gives Unix seconds."""
        super().__init__()
        self.has_tray = False
        self._now = now
        self._headline = plain_label()
        self._headline.setAccessibleName(tr("Summary"))
        font = self._headline.font()
        font.setBold(True)
        self._headline.setFont(font)
        self._list = MessageList(commands, now)
        self._add_account = _button(tr("&Add an account…"), commands.program.add_account)
        self._open_mail = _button(tr("&Open mail"), commands.messages.open_mail)
        self._check_now = _button(tr("&Check now"), commands.accounts.check_now)
        self._mark_all = _button(tr("Mark all as &read"), commands.messages.mark_all_read)
        self._pause = QPushButton(tr("&Pause"))
        self._pauses = QMenu(self)
        add_pauses(self._pauses, commands.pause)
        self._pause.setMenu(self._pauses)
        self._resume = _button(tr("&Resume"), commands.pause.resume)
        self._mute = QPushButton(tr("M&ute"))
        self._mutes = MuteMenu(commands.accounts, self)
        self._mute.setMenu(self._mutes)
        self._settings = _button(tr("&Settings…"), commands.program.open_settings)
        self._about = _button(tr("A&bout"), commands.program.open_about)
        self._quit = _button(tr("&Quit"), commands.program.quit)
        self._lay_out()
        self.resize(560, 420)

    def _lay_out(self) -> None:
        buttons = QGridLayout()
        row = (self._open_mail, self._check_now, self._mark_all, self._pause)
        for column, button in enumerate(row):
            buttons.addWidget(button, 0, column)
        buttons.addWidget(self._resume, 0, _COLUMNS - 1)
        for column, button in enumerate((self._add_account, self._settings, self._about, self._quit)):
            buttons.addWidget(button, 1, column)
        buttons.addWidget(self._mute, 1, 0)  # in the place of `_add_account`, which is hidden then
        self._notes = QWidget()
        notes = QVBoxLayout(self._notes)
        notes.setContentsMargins(0, 0, 0, 0)
        self._reason = plain_label()
        layout = QVBoxLayout(self)
        layout.addWidget(self._headline)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)
        for note in (self._reason, plain_label(_closing())):
            note.setTextInteractionFlags(Qt.TextSelectableByMouse)
            notes.addWidget(note)
        layout.addWidget(self._notes)

    def bring_up(self, *, has_tray: bool = False, bus_lost: bool = False, dropped: bool = False) -> None:
        """Open the window, or bring it to the front; without a tray it explains why, and how to get one.

        `bus_lost`: the session bus has ended, and icon and toasts with it; `dropped`: the panel has dropped the icon.
        """
        self.has_tray = has_tray
        self._reason.setText(_bus_lost() if bus_lost else _dropped() if dropped else _no_tray())
        self._notes.setVisible(not has_tray)
        bring_to_front(self)

    def alert(self) -> None:
        """Have the taskbar draw attention to the window, unless it has the keyboard."""
        QApplication.alert(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Without a tray, minimise instead where that is possible, else hide; but close at a log-out."""
        application = QGuiApplication.instance()
        if self.has_tray or (isinstance(application, QGuiApplication) and application.isSavingSession()):
            event.accept()
            return
        event.ignore()
        if can_minimise():
            self.showMinimized()
        else:
            self.hide()

    def show_summary(self, summary: Summary) -> None:
        """Show `summary`; the selection and the scroll position stay."""
        now = self._now()
        headline = status_texts.headline(summary, now)
        headline = headline[:1].upper() + headline[1:]
        self._headline.setText(headline)
        self.setWindowTitle(tr("{headline} — Mailbell").format(headline=headline))
        self.setWindowIcon(tray_icon(summary.icon, summary.unseen))
        self._list.show_accounts(summary.accounts, now)
        has_accounts = bool(summary.accounts)
        self._add_account.setVisible(not has_accounts)
        self._mute.setVisible(has_accounts)
        self._mutes.show_accounts(summary.accounts)
        self._check_now.setEnabled(has_accounts)
        self._mark_all.setEnabled(summary.unseen > 0)
        self._pause.setVisible(not summary.paused)
        self._pause.setEnabled(has_accounts)
        self._resume.setVisible(summary.paused)
        if summary.paused:
            self._resume.setToolTip(plain_tooltip(resume_text(summary, now).replace("&", "")))


def _no_tray() -> str:
    return tr(
        "This desktop shows no tray icons, so Mailbell is in this window. "
        "On GNOME the extension “AppIndicator and KStatusNotifierItem Support” adds them."
    )


def _dropped() -> str:
    return tr(
        "The desktop's panel has lost Mailbell's icon, so Mailbell is in this window. "
        "Log out and in again to have the panel show it."
    )


def _bus_lost() -> str:
    return tr(
        "The desktop's message bus has stopped, so Mailbell is in this window and shows no notifications. "
        "Log out and in again to have its icon and them back."
    )


def _closing() -> str:
    if can_minimise():
        return tr("Closing this window minimises it and Mailbell goes on watching; Quit ends it.")
    return tr(
        "Closing this window hides it and Mailbell goes on watching. "
        "Start Mailbell again to see it again; Quit ends it."
    )


def _button(text: str, command: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.clicked.connect(lambda _checked=False: command())
    return button


def can_minimise() -> bool:
    """Whether this desktop can minimise windows: guessed from its name, because no desktop announces it.

    Where it cannot (Sway, i3), minimising has no effect. The names are those of the Desktop Menu Specification's
    registry, and those that the desktops set themselves.
    """
    names = {name.lower() for name in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")}
    if QGuiApplication.platformName().startswith("wayland"):
        return not names.isdisjoint(_CAN_MINIMISE)
    return names.isdisjoint(_CANNOT_MINIMISE)
