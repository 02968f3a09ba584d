"""The tray icon: picture, tooltip, menu and clicks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject
from PyQt5.QtDBus import QDBusConnection
from PyQt5.QtWidgets import QApplication, QSystemTrayIcon

from tray.mail.presentation import status_texts
from tray.mail.presentation.summary import IconState
from tray.ui.tray.menu import TrayMenu
from tray.ui.widgets.icons import tray_icon
from tray.ui.widgets.plain_text import LabelStyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QIcon

    from tray.mail.presentation.summary import Summary
    from tray.ui.ports import TrayCommands

_WATCHER = "org.kde.StatusNotifierWatcher"


class TrayIcon(QObject):
    """Renders a `Summary` in the tray; left click opens the mail, middle click checks now, right click the menu."""

    def __init__(self, commands: TrayCommands, now: Callable[[], float]) -> None:
        """Make it when a tray host is running; `now` gives Unix seconds.

        Qt uses XEmbed until the program ends where no StatusNotifierItem host is on the bus at the first icon.
        """
        super().__init__()
        self._commands = commands
        self._now = now
        self._style = _label_style()
        self._menu = TrayMenu(commands, now, self._style)
        self._summary: Summary | None = None
        self._icon: QIcon | None = None
        self._tooltip = ""
        self._clicked_at = float("-inf")
        """Monotonic seconds of the last left click that counted."""
        self.message_clicked: Callable[[], None] | None = None
        """Called when the balloon of `show_message` is clicked; Qt does not report which one."""
        self._tray: QSystemTrayIcon | None = QSystemTrayIcon(self)
        self._tray.activated.connect(self._activated)
        self._tray.messageClicked.connect(self._message_clicked)
        self._tray.setIcon(tray_icon(IconState.OFFLINE, 0))  # until the first summary
        self._tray.setContextMenu(self._menu.menu)

    @property
    def in_tray(self) -> bool:
        """Whether it can be shown: not after `drop_from_dbus`."""
        return self._tray is not None

    @property
    def over_dbus(self) -> bool:
        """Whether it is a StatusNotifierItem, which a panel may drop."""
        return self._tray is not None and self._style is LabelStyle.DBUS

    def drop_from_dbus(self) -> bool:
        """Delete an icon that was shown over the session bus, which has ended; whether it was."""
        if self._tray is None or not self.over_dbus:
            return False
        self._tray.hide()
        self._tray.deleteLater()
        self._tray = None
        return True

    def show(self) -> None:
        """Show the icon, also for a panel that has dropped it."""
        if self._tray is not None:
            self._tray.hide()
            self._menu.icon_shown()
            self._tray.show()

    def hide(self) -> None:
        """Hide the icon, until `show`."""
        if self._tray is not None:
            self._tray.hide()

    def render(self, summary: Summary) -> None:
        """Show `summary`; only what is different is sent to the panel."""
        self._summary = summary
        self._menu.render(summary)
        if self._tray is None:
            return
        icon = tray_icon(summary.icon, summary.unseen)
        if icon is not self._icon:
            self._icon = icon
            self._tray.setIcon(icon)
        tooltip = status_texts.tooltip(summary, self._now())
        if tooltip != self._tooltip:
            self._tooltip = tooltip
            self._tray.setToolTip(tooltip)

    def show_message(self, title: str, body: str) -> None:
        """Show a balloon, for desktops without a notification service; nothing while there is no icon."""
        if self._tray is not None and self._tray.isVisible():
            self._tray.showMessage(title, body, self._tray.icon())

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.MiddleClick:
            self._commands.accounts.check_now()
        elif reason == QSystemTrayIcon.Trigger:  # precedes a DoubleClick, too
            self._left_click()

    def _left_click(self) -> None:
        now = time.monotonic()
        if now - self._clicked_at < QApplication.doubleClickInterval() / 1000:
            return  # a StatusNotifierItem host reports a double click as two Triggers
        self._clicked_at = now
        if self._summary is not None and self._summary.accounts:
            self._commands.messages.open_mail()
        else:
            self._commands.program.open_settings()

    def _message_clicked(self) -> None:
        if self.message_clicked is not None:
            self.message_clicked()


def _label_style() -> LabelStyle:
    """Whether a panel draws the menu, or Qt itself (XEmbed, other systems)."""
    bus = QDBusConnection.sessionBus()
    interface = bus.interface() if bus.isConnected() else None
    if interface is not None and interface.isServiceRegistered(_WATCHER).value():
        return LabelStyle.DBUS
    return LabelStyle.QT
