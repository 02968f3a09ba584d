"""The tray icon, and the window with the newest messages, which stands in for it where there is no tray."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.dialogs import WindowStyle
    from tray.desktop.integration.tray_host import TrayHost
    from tray.mail.presentation.summary import Summary
    from tray.ui.ports import TrayCommands
    from tray.ui.tray.tray_icon import TrayIcon
    from tray.ui.window.mail_window import MailWindow

log = logging.getLogger(__name__)

_PATIENCE_MS = 5000
"""How long a panel may be late at log-in before a window does its job; one that comes later still is used."""


class Windows:
    """Shows the present summary in both; the window is imported and made when it is first needed."""

    def __init__(
        self,
        host: TrayHost,
        now: Callable[[], float],
        reactor: Any,
        style: WindowStyle,
    ) -> None:
        """Show nothing yet; `host` knows whether there is a tray."""
        self._host = host
        self._reactor = reactor
        self._now = now
        self._style = style
        self._commands: TrayCommands | None = None
        self._summary: Summary | None = None
        self._icon: TrayIcon | None = None
        self._window: MailWindow | None = None
        self._message: tuple[str, str] | None = None  # waits for the icon
        self._message_clicked: Callable[[], None] | None = None
        self._bus_lost = False
        self._dropped = False  # by the panel, which shows nothing of it

    def start(self, commands: TrayCommands) -> None:
        """Wait for the panel, then show the icon; where none comes, the window."""
        self._commands = commands
        self._host.wait(self, _PATIENCE_MS)

    def stop(self) -> None:
        """Take the icon away."""
        self._host.stop()
        if self._icon is not None:
            self._icon.hide()

    def render(self, summary: Summary) -> None:
        """Show the present state."""
        self._summary = summary
        if self._icon is not None:
            self._icon.render(summary)
        if self._window is not None:
            self._window.render(summary)

    def when_message_clicked(self, clicked: Callable[[], None]) -> None:
        """Call `clicked` when the balloon is clicked."""
        self._message_clicked = clicked

    def show_message(self, title: str, body: str) -> None:
        """Pop up the tray icon's balloon, or, without an icon, have the window ask for a look."""
        if self._icon is not None and self._icon.in_tray:
            self._icon.show_message(title, body)
            return
        self._message = title, body  # the newest one is shown when the icon comes
        if self._window is not None:
            self._window.alert()

    def show_window(self) -> None:
        """Bring up the window with the titles."""
        self._style.apply()
        from tray.ui.window import mail_window  # noqa: F401 -- so that no turn of the loop is long enough to be felt

        self._reactor.callLater(0, self._bring_up_window)

    def _bring_up_window(self) -> None:
        if self._commands is None:
            return
        if self._window is None:
            from tray.ui.window.mail_window import MailWindow

            self._window = MailWindow(self._commands, self._now)
        if self._summary is not None:
            self._window.render(self._summary)
        has_tray = self._has_icon()
        self._window.show(has_tray=has_tray, bus_lost=self._bus_lost, dropped=self._dropped)

    # What becomes of the tray (a `TrayListener`).

    def on_tray(self) -> None:
        """Show the icon, and no window in its place."""
        self._show_icon()

    def on_no_tray(self) -> None:
        """A window stands in for the icon."""
        self._need_window()

    def on_bus_lost(self) -> None:
        """Icon and toasts are gone for good, but for an icon in an old tray: a window stands in."""
        self._bus_lost = True
        if self._icon is None or self._icon.cut_off():
            self._need_window()

    def on_icon_dropped(self) -> None:
        """Show the icon once more."""
        if self._icon is not None:
            self._icon.show_anew()

    def on_icon_seen(self, there: bool) -> None:
        """A window stands in while the panel does not have the icon."""
        dropped, self._dropped = self._dropped, not there
        if self._dropped and not dropped:
            self._need_window()
        elif dropped and there and self._window is not None and not self._window.widget.has_tray:
            self._window.hide()  # else the user wanted to see it

    def _need_window(self) -> None:
        """The window does the job of the missing icon; it was not asked for, so it does not come over another one."""
        log.info("There is no tray: a window is shown instead, as soon as no other one has the keyboard")
        from tray.ui.widgets.standalone import when_keyboard_is_free

        when_keyboard_is_free(lambda: None if self._has_icon() else self.show_window())

    def _has_icon(self) -> bool:
        return self._icon is not None and self._icon.in_tray and not self._dropped

    def _show_icon(self) -> None:
        if self._icon is None and self._commands is not None:
            from tray.ui.tray.tray_icon import TrayIcon

            self._icon = TrayIcon(self._commands, self._now)
            self._icon.message_clicked = self._message_clicked
            if self._summary is not None:
                self._icon.render(self._summary)
            self._icon.show()
            if self._icon.over_dbus:
                self._host.watch_icon()
            if self._message is not None:
                self._icon.show_message(*self._message)
        if self._window is not None:
            self._window.hide()
