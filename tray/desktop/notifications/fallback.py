"""Toasts where the session bus is not there yet: over it as soon as it is, through the tray icon until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QTimer
from PyQt5.QtDBus import QDBusMessage

from tray.desktop.notifications.notify_call import PATH, SERVICE
from tray.mail.model.toast import Action, is_custom_sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.notifications.backend import NotificationBackend, OnAction
    from tray.desktop.notifications.dbus import DBusBackend
    from tray.mail.model.toast import Show, Toast, ToastKey

PATIENCE_MS = 5000
"""How long toasts wait for a bus that is late at log-in, as long as the icon waits for the panel."""


class FallbackBackend(QObject):
    """Implements `NotificationBackend`: keeps them for a while, then takes the icon's messages until there is a bus.

    Once there was a bus it is waited for, however long it is away: `DBusBackend` keeps what it cannot show.
    """

    def __init__(
        self, bus: Bus, over_it: DBusBackend, without: TrayIconBackend, patience_ms: int = PATIENCE_MS
    ) -> None:
        super().__init__(over_it)
        self._over_it = over_it
        self._without = without
        self._chosen: NotificationBackend | None = None
        self._kept: list[tuple[Show, Callable[[], None]]] = []
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(lambda: self._choose(without))
        self._patience.start(patience_ms)
        bus.joined.connect(lambda: self._choose(over_it))

    def prepare(self) -> None:
        """Nobody is there to be asked."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show it, or keep it until it is known how; see `NotificationBackend.show`."""
        if self._chosen is None:
            self._kept.append((order, handed_over))
        else:
            self._chosen.show(order, handed_over)

    def withdraw(self, key: ToastKey) -> None:
        """Close the toast of that key, or never show it."""
        self._kept = [each for each in self._kept if each[0].toast.key != key]
        self._over_it.withdraw(key)
        self._without.withdraw(key)

    def clicked(self) -> None:
        """A person clicked the icon's message."""
        self._without.clicked()

    def close(self) -> None:
        """Withdraw all; what is kept is not handed over."""
        self._patience.stop()
        self._kept.clear()
        self._over_it.close()
        self._without.close()

    def _choose(self, chosen: NotificationBackend) -> None:
        self._patience.stop()
        self._chosen = chosen
        chosen.prepare()
        kept, self._kept = self._kept, []
        for order, handed_over in kept:
            chosen.show(order, handed_over)


class TrayIconBackend:
    """A port for `QSystemTrayIcon.showMessage`; wire its ``messageClicked`` to `clicked`."""

    def __init__(self, show_message: Callable[[str, str], None], on_action: OnAction) -> None:
        self._show_message = show_message
        self._on_action = on_action
        self._last: Toast | None = None

    def prepare(self) -> None:
        """There is nothing to find out."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show it in place of whatever is shown; the system never tells whether it did."""
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
            self._on_action(toast, Action.OPEN, "")

    def close(self) -> None:
        """Forget the last one."""
        self._last = None


_CAPABILITY = "sound"
"""Of a daemon that heeds the hints for sounds (Desktop Notifications Specification 1.2, GetCapabilities).

GNOME Shell and phosh have it; KDE Plasma, dunst, mako and Debian's xfce4-notifyd have not."""
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SILENT = (
    (SERVICE, PATH, _PROPERTIES, "Get", SERVICE, "Inhibited"),
    (SERVICE, PATH, _PROPERTIES, "Get", "org.dunstproject.cmd0", "paused"),
    (
        "org.xfce.Xfconf",
        "/org/xfce/Xfconf",
        "org.xfce.Xfconf",
        "GetProperty",
        "xfce4-notifyd",
        "/do-not-disturb",
    ),
)
"""Calls that say whether the user is not to be disturbed: of Plasma, of dunst, and of Xfce."""


class SoundFallback:
    """Asks each time whether the user is not to be disturbed; who does not know the question has no such switch."""

    def __init__(self, bus: Bus, play: Callable[[str], None]) -> None:
        self._bus = bus
        self._play = play

    def shown(self, toast: Toast, capabilities: frozenset[str]) -> None:
        """The daemon with these capabilities shows `toast` now."""
        if is_custom_sound(toast.sound) and _CAPABILITY not in capabilities:
            self._ask(toast.sound, 0)

    def _ask(self, sound: str, number: int) -> None:
        if number == len(_SILENT):
            self._play(sound)
            return

        def answered(_error: str, answer: list[Any]) -> None:
            if answer != [True]:
                self._ask(sound, number + 1)

        service, path, interface, method, *arguments = _SILENT[number]
        call = QDBusMessage.createMethodCall(service, path, interface, method)
        call.setArguments(arguments)
        call.setAutoStartService(False)
        self._bus.ask(call, answered)
