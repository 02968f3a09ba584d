"""Replaces a notification daemon where there is no session bus, or only its sounds where it plays none."""

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
        """Nothing is needed."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show it in place of the last one; Qt does not report whether it was shown."""
        self._last = order.toast
        self._show_message(order.toast.summary, order.toast.body)
        handed_over()

    def withdraw(self, key: ToastKey) -> None:
        """Ignore clicks on it; it cannot be closed."""
        if self._last is not None and self._last.key == key:
            self._last = None

    def clicked(self) -> None:
        """Open the last toast; Qt does not report which one was clicked."""
        toast, self._last = self._last, None
        if toast is not None:
            self._listener.on_action(toast, Action.OPEN, "")

    def close(self) -> None:
        """Ignore clicks on the last one."""
        self._last = None


PLAYS_SOUNDS = "sound"
"""Capability of a daemon that plays the hinted sounds (Desktop Notifications Specification 1.2, GetCapabilities).

GNOME Shell and phosh have it; KDE Plasma, dunst, mako and Debian's xfce4-notifyd do not."""
_DO_NOT_DISTURB = (
    property_call(SERVICE, PATH, SERVICE, "Inhibited"),
    property_call(SERVICE, PATH, "org.dunstproject.cmd0", "paused"),
    method_call(_XFCONF, "/org/xfce/Xfconf", _XFCONF, "GetProperty", "xfce4-notifyd", "/do-not-disturb"),
)
"""Calls that return whether "do not disturb" is on: of Plasma, dunst and Xfce. Other desktops return an error."""


def play_unless_disturbing(bus: Bus, sound: str, play: Callable[[str], None]) -> None:
    """Call `play` with `sound`, unless "do not disturb" is on: the desktop is asked each time."""
    calls = iter(_DO_NOT_DISTURB)

    def ask_next() -> None:
        call = next(calls, None)
        if call is None:
            play(sound)
        else:
            bus.ask(call, lambda _error, reply: None if reply == [True] else ask_next())

    ask_next()
