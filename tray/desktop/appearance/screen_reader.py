"""Whether a screen reader runs: then the tray menu says in words what its pictures say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject

from tray.desktop.bus import PROPERTIES, property_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_SERVICE = "org.a11y.Bus"
_PATH = "/org/a11y/bus"
_STATUS = "org.a11y.Status"
_RUNS = "ScreenReaderEnabled"


class ScreenReader(QObject):
    """Follows `org.a11y.Status` on the session bus (AT-SPI); Orca sets it, for one."""

    def __init__(self, bus: Bus, on_change: Callable[[bool], None]) -> None:
        """Call `on_change` when a screen reader starts or ends, and where one runs already."""
        super().__init__()
        self._bus = bus
        self._on_change = on_change
        self._runs = False
        bus.listen(_SERVICE, _PATH, PROPERTIES, "PropertiesChanged", self._changed)
        bus.watch(_SERVICE, lambda _old, new: self._ask() if new else self._set(False))
        self._ask()

    def _ask(self) -> None:
        self._bus.ask(property_call(_SERVICE, _PATH, _STATUS, _RUNS), self._answered)

    def _answered(self, _error: str, reply: list[Any]) -> None:
        match reply:
            case [bool(runs)]:
                self._set(runs)

    def _changed(self, arguments: list[Any]) -> None:
        match arguments:
            case [str(interface), dict(changed), *_]:
                if interface == _STATUS and isinstance(changed.get(_RUNS), bool):
                    self._set(changed[_RUNS])

    def _set(self, runs: bool) -> None:
        if runs != self._runs:
            self._runs = runs
            self._on_change(runs)
