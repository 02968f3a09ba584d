"""The tray icon: picture, tooltip, menu and clicks."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtGui import QCursor, QGuiApplication
from PyQt5.QtWidgets import QApplication, QSystemTrayIcon

from tray.i18n import tr
from tray.mail.presentation import status_texts
from tray.mail.presentation.summary import IconState
from tray.mail.settings.choices import IconCount, LeftClick
from tray.ui.tray.menu import TrayMenu
from tray.ui.tray.panel import present_panel
from tray.ui.tray.status_item import StatusItem
from tray.ui.widgets.icons import tray_icon
from tray.ui.widgets.plain_text import LabelStyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QIcon

    from tray.mail.presentation.summary import Summary
    from tray.mail.settings.settings import Settings
    from tray.ui.commands import TrayCommands

_STANDS_FOR_ITSELF = frozenset({IconState.TROUBLE, IconState.PAUSED})
"""Pictures that are shown also where the icon is to be hidden while nothing is new."""


class TrayIcon(QObject):
    """Renders a `Summary` in the tray; a left click does what the settings say, a middle click checks now."""

    def __init__(
        self, commands: TrayCommands, now: Callable[[], float], settings: Callable[[], Settings]
    ) -> None:
        """Make it when a tray host is running; `now` gives Unix seconds, `settings` the present ones.

        Qt uses XEmbed until the program ends where no StatusNotifierItem host is on the bus at the first icon.
        """
        super().__init__()
        self._commands = commands
        self._now = now
        self._settings = settings
        self._panel = present_panel()
        self._menu = TrayMenu(commands, now, self._panel, settings)
        self._hidden = False
        """Whether it is hidden because nothing is new."""
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
        self._show_again = QTimer(self)
        self._show_again.setSingleShot(True)
        self._show_again.timeout.connect(self.show)
        self._item: StatusItem | None = None
        if self.over_dbus:
            refusal_opens_menu = self._panel.refusal_opens_menu
            self._item = StatusItem(self._tray, tr("Mailbell"), refusal_opens_menu=refusal_opens_menu)
            self._menu.take_token = self._item.take_token

    @property
    def in_tray(self) -> bool:
        """Whether it can be shown: not after `drop_from_dbus`."""
        return self._tray is not None

    @property
    def over_dbus(self) -> bool:
        """Whether it is a StatusNotifierItem, which a panel may drop."""
        return self._tray is not None and self._panel.style is LabelStyle.DBUS

    def drop_from_dbus(self) -> bool:
        """Delete an icon that was shown over the session bus, which has ended; whether it was."""
        if self._tray is None or not self.over_dbus:
            return False
        self.hide()
        self._tray.deleteLater()
        self._tray = self._item = None
        return True

    @property
    def hidden(self) -> bool:
        """Whether it is hidden because nothing is new, or will be in a moment; it comes back by itself."""
        return self._hidden

    @property
    def awaited(self) -> float:
        """Seconds in which it must not be hidden; see `StatusItem.awaited`."""
        return 0.0 if self._item is None else self._item.awaited

    def show(self) -> None:
        """Show the icon, also for a panel that has dropped it; not while nothing is new, where that is wanted."""
        self._show_again.stop()
        if self._tray is not None:
            self._tray.hide()
            if not self._hidden:
                self._menu.icon_shown()
                self._tray.show()
                if self._item is not None:
                    self._item.attach()

    def hide(self) -> None:
        """Hide the icon, until `show`."""
        self._show_again.stop()
        if self._tray is not None:
            self._tray.hide()

    def when_opened(self, opened: Callable[[], None]) -> None:
        """Call `opened` when the user opens the menu."""
        self._menu.opened = opened

    def set_screen_reader(self, on: bool) -> None:
        """Whether a screen reader runs: then the menu says in words which messages are unread."""
        self._menu.screen_reader = on
        if self._summary is not None:
            self._menu.render(self._summary)

    def render(self, summary: Summary, new: int = 0) -> None:
        """Show `summary`, and that so many messages are new; only what is different is sent to the panel."""
        self._summary = summary
        self._menu.render(summary)
        if self._tray is None:
            return
        settings = self._settings()
        nothing = not (new if settings.icon_count is IconCount.NEW else summary.unseen)
        hidden = settings.hide_icon and nothing and summary.icon not in _STANDS_FOR_ITSELF
        was_hidden, self._hidden = self._hidden, hidden and bool(summary.accounts)
        # An icon that goes is not to be asked for anything any more, and one that comes is asked for everything.
        item = None if self._hidden or was_hidden else self._item
        counts = {IconCount.UNREAD: summary.unseen, IconCount.NEW: new, IconCount.NONE: 0}
        icon = tray_icon(summary.icon, counts[settings.icon_count])
        if icon is not self._icon:
            self._icon = icon
            self._tray.setIcon(icon)
            if item is not None:
                item.changed("Icon")
        self._render_tooltip(summary, item)
        if self._hidden != was_hidden:
            self._show_soon()
        elif self._item is not None and self._item.is_menu != (settings.left_click is LeftClick.MENU):
            self._item.is_menu = not self._item.is_menu
            self._show_soon()  # panels ask only then

    def render_times(self, summary: Summary) -> None:
        """Show `summary`, which differs from the last one in when servers last answered."""
        self._summary = summary
        self._render_tooltip(summary, None if self._hidden else self._item)

    def _render_tooltip(self, summary: Summary, item: StatusItem | None) -> None:
        tooltip = status_texts.tooltip(summary, self._now())
        if tooltip != self._tooltip and self._tray is not None:
            self._tooltip = tooltip
            self._tray.setToolTip(tooltip)
            if item is not None:
                item.changed("ToolTip")

    def _show_soon(self) -> None:
        """Show or hide it as soon as it may be hidden."""
        if awaited := self.awaited:
            self._show_again.start(round(awaited * 1000) + 1)
        else:
            self.show()

    def show_message(self, title: str, body: str) -> None:
        """Show a balloon, for desktops without a notification service; nothing while there is no icon."""
        if self._tray is not None and self._tray.isVisible():
            self._tray.showMessage(title, body, self._tray.icon())

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if sys.platform == "darwin" and reason == QSystemTrayIcon.Trigger:
            return  # the click has opened the menu already
        if reason == QSystemTrayIcon.MiddleClick:
            self._commands.accounts.check_now()
        elif reason == QSystemTrayIcon.Trigger:  # precedes a DoubleClick, too
            self._left_click()

    def _left_click(self) -> None:
        now = time.monotonic()
        if now - self._clicked_at < QApplication.doubleClickInterval() / 1000:
            return  # a StatusNotifierItem host reports a double click as two Triggers
        self._clicked_at = now
        wanted = self._settings().left_click
        if self._summary is None or not self._summary.accounts:
            self._commands.program.add_account()
        elif wanted is LeftClick.MAIL:
            self._commands.messages.open_mail("" if self._item is None else self._item.take_token())
        elif wanted is LeftClick.MENU and QGuiApplication.platformName() in {"xcb", "windows"}:
            self._menu.menu.popup(QCursor.pos())
        else:  # on Wayland a menu needs a window to belong to
            self._commands.program.toggle_window()

    def _message_clicked(self) -> None:
        if self.message_clicked is not None:
            self.message_clicked()
