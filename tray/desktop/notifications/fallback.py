"""Stands in for a notification daemon: for all of it where there is no session bus, or for the sounds alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.desktop.bus import method_call, property_call
from tray.desktop.notifications.notify_call import PATH, SERVICE
from tray.mail.model.toast import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.notifications.backend import BackendListener
    from tray.mail.model.toast import Show, Toast, ToastKey

_XFCONF = "org.xfce.Xfconf"


class TrayIconBackend:
    """A `NotificationBackend` over `QSystemTrayIcon.showMessage`, whose ``messageClicked`` is to call `clicked`."""

    def __init__(self, show_message: Callable[[str, str], None], listener: BackendListener) -> None:
        self._show_message = show_message
        self._listener = listener
        self._last: Toast | None = None

    def prepare(self) -> None:
        """There is nothing to find out."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show it in place of whatever is shown; Qt does not say whether it did."""
        self._last = order.toast
        self._show_message(order.toast.summary, order.toast.body)
        handed_over()

    def withdraw(self, key: ToastKey) -> None:
        """It cannot be closed, but a click on it means nothing any more."""
        if self._last is not None and self._last.key == key:
            self._last = None

    def clicked(self) -> None:
        """A person clicked the message: that opens the last one."""
        toast, self._last = self._last, None
        if toast is not None:
            self._listener.on_action(toast, Action.OPEN, "")

    def close(self) -> None:
        """Forget the last one."""
        self._last = None


PLAYS_SOUNDS = "sound"
"""Capability of a daemon that heeds the hints for sounds (Desktop Notifications Specification 1.2, GetCapabilities).

GNOME Shell and phosh have it; KDE Plasma, dunst, mako and Debian's xfce4-notifyd have not."""
_DO_NOT_DISTURB = (
    property_call(SERVICE, PATH, SERVICE, "Inhibited"),
    property_call(SERVICE, PATH, "org.dunstproject.cmd0", "paused"),
    method_call(_XFCONF, "/org/xfce/Xfconf", _XFCONF, "GetProperty", "xfce4-notifyd", "/do-not-disturb"),
)
"""Calls that say whether the user is not to be disturbed: of Plasma, of dunst, and of Xfce. Others give an error."""


def play_unless_disturbing(bus: Bus, sound: str, play: Callable[[str], None]) -> None:
    """Have `play` play `sound`, unless the desktop says "do not disturb": it is asked each time."""
    calls = iter(_DO_NOT_DISTURB)

    def ask_next() -> None:
        call = next(calls, None)
        if call is None:
            play(sound)
        else:
            bus.ask(call, lambda _error, reply: None if reply == [True] else ask_next())

    ask_next()
