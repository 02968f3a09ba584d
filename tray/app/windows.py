"""The tray icon, and the window with the newest messages, which replaces it where there is no tray."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import succeed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from tray.app.dialogs import WindowStyle
    from tray.app.first_icon import FirstIcon
    from tray.app.new_mail import NewMail
    from tray.desktop.session.tray_host import TrayHost
    from tray.mail.presentation.summary import Summary
    from tray.mail.settings.settings import Settings
    from tray.ui.commands import TrayCommands
    from tray.ui.ports import WindowSizes
    from tray.ui.tray.tray_icon import TrayIcon
    from tray.ui.window.mail_window import MailWindow

log = logging.getLogger(__name__)

_TRAY_TIMEOUT_MS = 5000
"""Milliseconds for a panel to appear at log-in before the window is shown; a later one is used, too."""
_NEXT_TURN = 0.001
"""Seconds; without a delay Twisted calls what follows in the same turn of Qt's event loop."""


class Windows:
    """Shows the present summary in both; the window is imported and made when it is first needed."""

    def __init__(
        self,
        host: TrayHost,
        now: Callable[[], float],
        reactor: Any,
        style: WindowStyle,
        settings: Callable[[], Settings],
        new_mail: NewMail,
        sizes: WindowSizes,
        first: FirstIcon | None = None,
    ) -> None:
        """Show nothing before `start`; `host` reports whether there is a tray, `now` gives Unix seconds.

        `settings` gives the present ones; `new_mail` is told when the user has looked, `sizes` remembers how large
        the window was. The icon of `first` is used where there is one.
        """
        self._first = first
        self._host = host
        self._reactor = reactor
        self._now = now
        self._style = style
        self._settings = settings
        self._new_mail = new_mail
        self._sizes = sizes
        self._commands: TrayCommands | None = None
        self._summary: Summary | None = None
        self._icon: TrayIcon | None = None
        self._window: MailWindow | None = None
        self._message: tuple[str, str] | None = None
        """Title and body of a message to show when there is an icon."""
        self._message_clicked: Callable[[], None] | None = None
        self._has_screen_reader = False
        self._bus_lost = False
        self._is_stopped = False
        self._dropped = False
        """Whether the panel does not show the icon, though it was registered."""

    def start(self, commands: TrayCommands) -> None:
        """Show the icon as soon as there is a panel; without one, the window."""
        self._commands = commands
        if self._first is not None:
            self._first.connect(commands, self._settings)
        self._host.wait(self, _TRAY_TIMEOUT_MS)

    def stop(self) -> Deferred[None]:
        """Hide the icon as it is; fires when that is done, which may take half a second (`TrayIcon.awaited`)."""
        self._host.stop()
        self._is_stopped = True
        icon = self._icon or self._first_icon
        if icon is None:
            return succeed(None)
        if not (awaited := icon.awaited):
            icon.hide()
            return succeed(None)
        from twisted.internet.task import deferLater

        return deferLater(self._reactor, awaited, icon.hide)

    @property
    def _first_icon(self) -> TrayIcon | None:
        return None if self._first is None else self._first.icon

    def render(self, summary: Summary) -> None:
        """Show the present state."""
        self._summary = summary
        if self.is_window_open:
            self._new_mail.looked()
        if self._icon is not None and not self._is_stopped:
            self._render_icon(summary)
        if self._window is not None:
            self._window.show_summary(summary)

    def render_times(self, summary: Summary) -> None:
        """Show in the tooltip when servers last answered."""
        self._summary = summary
        if self._icon is not None and not self._is_stopped:
            self._icon.render_times(summary)

    @property
    def is_window_open(self) -> bool:
        """Whether the window is shown."""
        return self._window is not None and self._window.isVisible()

    def _render_icon(self, summary: Summary) -> None:
        assert self._icon is not None
        was_hidden = self._icon.hidden
        self._icon.render(summary, self._new_mail.count(summary))
        if self._icon.hidden != was_hidden and self._icon.over_dbus:
            if was_hidden:
                self._host.watch_icon()
            else:
                self._host.unwatch_icon()

    def set_screen_reader(self, on: bool) -> None:
        """Whether a screen reader runs, which reads the menu."""
        self._has_screen_reader = on
        if self._icon is not None:
            self._icon.set_screen_reader(on)

    def when_message_clicked(self, clicked: Callable[[], None]) -> None:
        """Call `clicked` when the tray icon's message is clicked."""
        self._message_clicked = clicked

    def show_message(self, title: str, body: str) -> None:
        """Show a message at the tray icon; without an icon alert the window, and show it when there is an icon."""
        if self._icon is not None and self._icon.in_tray:
            self._icon.show_message(title, body)
            return
        self._message = title, body
        if self._window is not None:
            self._window.alert()

    def show_window(self) -> None:
        """Show the window with the newest messages, or bring it to the front; nothing before `start`."""
        commands = self._commands
        if commands is None:
            return
        self._style.apply()
        from tray.desktop.session.x11 import keep_out_of_taskbar
        from tray.ui.window.mail_window import MailWindow

        def make() -> None:
            if self._window is None:
                self._window = MailWindow(
                    commands, self._now, self._settings, self._sizes, keep_out_of_taskbar
                )
            self._reactor.callLater(_NEXT_TURN, bring_up)

        def bring_up() -> None:
            assert self._window is not None
            if self._summary is not None:
                self._window.show_summary(self._summary)
            self._new_mail.looked()
            has_tray = self.has_icon()
            self._window.bring_up(has_tray=has_tray, bus_lost=self._bus_lost, dropped=self._dropped)

        if self._window is None:  # import, making and showing in turns of the loop: no long pause
            self._reactor.callLater(_NEXT_TURN, make)
        else:
            bring_up()

    def toggle_window(self) -> None:
        """Show the window, or close it where it is open."""
        if self._window is not None and self._window.is_open():
            self._window.close()
        else:
            self.show_window()

    # `TrayListener`

    def on_no_tray(self) -> None:
        """Show the window instead of the icon, when no other window of Mailbell has the keyboard."""
        log.info("There is no tray: the window is shown instead, when no other one has the keyboard")
        from tray.ui.widgets.standalone import when_keyboard_is_free

        when_keyboard_is_free(lambda: None if self.has_icon() else self.show_window())

    def on_bus_lost(self) -> None:
        """Show the window instead of an icon on the session bus; one in an XEmbed tray stays."""
        self._bus_lost = True
        if self._icon is None or self._icon.drop_from_dbus():
            self.on_no_tray()

    def on_icon_dropped(self) -> None:
        """Register the icon once more."""
        if self._icon is not None:
            self._icon.show()

    def on_icon_seen(self, in_panel: bool) -> None:
        """Show the window while the panel does not show the icon."""
        dropped, self._dropped = self._dropped, not in_panel
        if self._dropped and not dropped:
            self.on_no_tray()
        elif dropped and in_panel and self._window is not None and not self._window.has_tray:
            self._window.hide()  # it was shown instead of the icon only

    def has_icon(self) -> bool:
        """Whether the panel shows the icon."""
        return self._icon is not None and self._icon.in_tray and not self._dropped

    def on_tray(self) -> None:
        """Show the icon, and hide the window."""
        if self._icon is not None or self._commands is None:
            return  # the window stays where the icon was lost with the bus
        from tray.ui.tray.tray_icon import TrayIcon

        first = self._first_icon
        self._icon = first or TrayIcon(self._commands, self._now, self._settings)
        self._icon.message_clicked = self._message_clicked
        self._icon.set_screen_reader(self._has_screen_reader)
        self._icon.when_opened(self._new_mail.looked)
        if self._summary is not None:
            self._icon.render(self._summary, self._new_mail.count(self._summary))
        if first is None:
            self._icon.show()
        if self._icon.over_dbus and not self._icon.hidden:
            self._host.watch_icon()
        if self._message is not None:
            self._icon.show_message(*self._message)
        if self._window is not None:
            self._window.hide()
