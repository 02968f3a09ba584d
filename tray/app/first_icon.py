"""The tray icon of the first moment, which is shown before most of the program is imported."""

from __future__ import annotations

import time
from dataclasses import fields
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from tray.app.on_first_use import StandIn
from tray.desktop.session.tray_host import has_panel
from tray.ui.commands import TrayCommands

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.settings.settings import Settings
    from tray.ui.tray.tray_icon import TrayIcon


class FirstIcon:
    """Shows an icon where a panel is there already; nothing happens on a click before `connect`."""

    def __init__(self, settings: Settings) -> None:
        """Not where `settings` hide the icon while nothing is new: that is known later."""
        self._settings = lambda: settings
        nothing: Any = _Nothing()
        self.commands = TrayCommands(nothing, nothing, nothing, nothing)
        """What a click calls."""
        self.icon: TrayIcon | None = None
        """The icon; None where there is no panel yet."""
        if not settings.hide_icon and has_panel():
            self.icon = self._show()

    def connect(self, commands: TrayCommands, settings: Callable[[], Settings]) -> None:
        """From now on a click calls `commands`; `settings` gives the present ones."""
        self.commands = commands
        self._settings = settings

    @property
    def settings(self) -> Settings:
        """The present ones."""
        return self._settings()

    def _show(self) -> TrayIcon:
        from tray.ui.tray.tray_icon import TrayIcon

        parts: Any = [
            StandIn(partial(attrgetter(f"commands.{part.name}"), self)) for part in fields(TrayCommands)
        ]
        icon = TrayIcon(TrayCommands(*parts), time.time, lambda: self.settings)
        icon.show()
        return icon


class _Nothing:
    """Can be asked for everything, and does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None
