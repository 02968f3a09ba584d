"""Toasts where the session bus is not there yet: over it as soon as it is, through the tray icon until then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus
    from tray.desktop.toasts.balloon import Balloon
    from tray.desktop.toasts.dbus import DBusToasts
    from tray.desktop.toasts.port import Toasts
    from tray.mail.toast import Show, ToastKey

PATIENCE_MS = 5000
"""How long toasts wait for a bus that is late at log-in, as long as the icon waits for the panel."""


class LateBusToasts(QObject):
    """Implements `Toasts`: keeps them for a while, then takes the icon's messages until there is a bus.

    Once there was a bus it is waited for, however long it is away: `DBusToasts` keeps what it cannot show.
    """

    def __init__(
        self, bus: Bus, over_it: DBusToasts, without: Balloon, patience_ms: int = PATIENCE_MS
    ) -> None:
        super().__init__(over_it)
        self._over_it = over_it
        self._without = without
        self._chosen: Toasts | None = None
        self._kept: list[tuple[Show, Callable[[], None]]] = []
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(lambda: self._choose(without))
        self._patience.start(patience_ms)
        bus.joined.connect(lambda: self._choose(over_it))

    def prepare(self) -> None:
        """Nobody is there to be asked."""

    def show(self, order: Show, handed_over: Callable[[], None]) -> None:
        """Show it, or keep it until it is known how; see `Toasts.show`."""
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

    def _choose(self, chosen: Toasts) -> None:
        self._patience.stop()
        self._chosen = chosen
        chosen.prepare()
        kept, self._kept = self._kept, []
        for order, handed_over in kept:
            chosen.show(order, handed_over)
