"""The window with the newest messages: at the tray icon, or in its place on desktops without a tray."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, Qt, QTimer
from PyQt5.QtGui import QCursor, QGuiApplication, QPainter, QPen
from PyQt5.QtWidgets import QApplication, QMainWindow

from tray.i18n import tr
from tray.mail.presentation import status_texts
from tray.ui.widgets.card import grown
from tray.ui.widgets.icons import tray_icon
from tray.ui.widgets.standalone import bring_to_front
from tray.ui.widgets.tones import tones
from tray.ui.window.mail_view import MailView
from tray.ui.window.placement import (
    FIRST_SIZE,
    LEAST_SIZE,
    POPUP,
    can_minimise,
    fitting,
    is_tiled,
    on_wayland,
    place_within,
    reason,
    room_at_pointer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QCloseEvent, QHideEvent, QPaintEvent, QShowEvent

    from tray.mail.presentation.summary import Summary
    from tray.mail.settings.settings import Settings
    from tray.ui.commands import TrayCommands
    from tray.ui.ports import WindowSizes

_CLICK_SECONDS = 0.3
"""A click on the tray icon takes the focus away, which closes the window, just before it is reported."""
_DIALOG_GOES_MS = 50
"""Until Qt and the window manager know that a dialog is gone."""


class MailWindow(QMainWindow):
    """Shows a `Summary` like `TrayIcon`; hidden, not destroyed, when it is closed, and opened again within one frame.

    Only a QMainWindow is a frame for screen readers, and Orca reads aloud a change of the name of a frame.

    Without a tray, closing minimises it. Where windows cannot be minimised it is hidden, and a second start of the
    program shows it again.
    """

    def __init__(
        self,
        commands: TrayCommands,
        now: Callable[[], float],
        settings: Callable[[], Settings],
        sizes: WindowSizes,
        keep_out_of_taskbar: Callable[[int], None] | None = None,
    ) -> None:
        """`now` gives Unix seconds, `settings` the present ones.

        `keep_out_of_taskbar` is called on X11, with the id of the window, before it is shown at the tray icon.
        """
        super().__init__()
        self.has_tray = False
        self._now = now
        self._sizes = sizes
        self._keep_out_of_taskbar = keep_out_of_taskbar
        self._closed_at = float("-inf")
        """Monotonic seconds when it was closed because another window got the keyboard."""
        self._dialog_goes = QTimer(self)
        self._dialog_goes.setSingleShot(True)
        self._dialog_goes.setInterval(_DIALOG_GOES_MS)
        self._dialog_goes.timeout.connect(self._take_keyboard)
        self.view = MailView(commands, now, settings)
        self.view.left.connect(self.close)
        self.view.spoken.connect(self._speak)
        self.setCentralWidget(self.view)
        self.setMinimumSize(max(LEAST_SIZE.width(), self.view.minimumWidth()), LEAST_SIZE.height())
        wide = max(grown(self, FIRST_SIZE.width(), 24), FIRST_SIZE.width())  # for larger letters
        self.resize(*(sizes.last() or (wide, FIRST_SIZE.height())))

    # Opening and closing

    def bring_up(self, *, has_tray: bool = False, bus_lost: bool = False, dropped: bool = False) -> None:
        """Open the window, or bring it to the front; without a tray it explains why, and how to get one.

        `bus_lost`: the session bus has ended, and icon and toasts with it; `dropped`: the panel has dropped the icon.
        """
        self.has_tray = has_tray
        self.view.bar.why = "" if has_tray else reason(bus_lost=bus_lost, dropped=dropped)
        flags = POPUP if self._is_popup() else Qt.Window
        if not self.isVisible():
            if self.windowFlags() & POPUP != flags & POPUP:
                self.setWindowFlags(flags)
            self._place()
            if flags == POPUP and QGuiApplication.platformName() == "xcb" and self._keep_out_of_taskbar:
                identity = int(self.winId())
                # The server is to know the window when another connection speaks of it: what it was sent before a
                # question has happened when it answers. `QGuiApplication.sync` would handle events, too.
                QCursor.pos()
                self._keep_out_of_taskbar(identity)
        bring_to_front(self)
        self.view.enter_list()

    def _is_popup(self) -> bool:
        return self.has_tray and not on_wayland()

    def _place(self) -> None:
        edge = int(self._is_popup())
        self.setContentsMargins(edge, edge, edge, edge)
        room = room_at_pointer()
        size = fitting(self.size(), room, frame=not self._is_popup())
        if is_tiled():
            self.setFixedSize(size)
        else:
            self.resize(size)
        if self._is_popup():
            self.move(place_within(room, QCursor.pos(), size))

    def is_open(self) -> bool:
        """Whether it is shown, or was closed by the very click that asks."""
        return self.isVisible() or time.monotonic() - self._closed_at < _CLICK_SECONDS

    def alert(self) -> None:
        """Have the taskbar draw attention to the window, unless it has the keyboard."""
        QApplication.alert(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is there now."""
        super().showEvent(event)
        self.view.opened()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the size for the next time, also that of the program."""
        super().hideEvent(event)
        self.view.closed()
        if not self.isMaximized():
            self._sizes.keep(self.width(), self.height())

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

    def changeEvent(self, event: QEvent) -> None:
        """Close where another window gets the keyboard, if it is at the tray icon."""
        super().changeEvent(event)
        if event.type() == QEvent.ActivationChange and self._is_popup() and not self.isActiveWindow():
            QTimer.singleShot(0, self._close_unless_used)

    def event(self, event: QEvent) -> bool:
        """Take the keyboard back from a dialog: window managers give it to no window that the taskbar leaves out."""
        if event.type() == QEvent.WindowUnblocked and self._is_popup():
            self._dialog_goes.start()
        return super().event(event)

    def _take_keyboard(self) -> None:
        if self.isVisible() and QApplication.activeWindow() is None:
            self.activateWindow()

    def _close_unless_used(self) -> None:
        active = QApplication.activeWindow()
        own = active is not None and (active is self or self.isAncestorOf(active))
        own = (
            own
            or QApplication.activePopupWidget() is not None
            or QApplication.activeModalWidget() is not None
            or self._dialog_goes.isActive()  # one that took the keyboard a moment ago, and was left at once
        )
        if self.isVisible() and not own:
            self._closed_at = time.monotonic()
            self.close()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the edge of a window without a frame."""
        if self._is_popup():
            painter = QPainter(self)
            painter.setPen(QPen(tones(self.palette()).edge))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.end()

    def show_summary(self, summary: Summary) -> None:
        """Show `summary`; while the window is hidden, only its title and icon change."""
        headline = status_texts.headline(summary, self._now())
        headline = headline[:1].upper() + headline[1:]
        self.setWindowTitle(tr("{headline} — Mailbell").format(headline=headline))
        self.setWindowIcon(tray_icon(summary.icon, summary.unseen))
        self.view.show_summary(summary)
        self._speak()

    def _speak(self) -> None:
        """Put what was done a moment ago and what is wrong before the title, for screen readers only."""
        news = self.view.news() if self.isVisible() else ()
        name = ". ".join((*(each.rstrip(".") for each in news), self.windowTitle())) if news else ""
        if name != self.accessibleName():
            self.setAccessibleName(name)
