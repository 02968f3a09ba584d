"""The tray icon of the first moment, which is shown before most of the program is imported."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

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
        self.commands: TrayCommands | None = None
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

        parts: Any = [_Part(self, name) for name in ("messages", "accounts", "pause", "program")]
        icon = TrayIcon(TrayCommands(*parts), time.time, lambda: self.settings)
        icon.show()
        return icon


class _Part:
    """Passes calls on to a part of the program, once it is there."""

    def __init__(self, first: FirstIcon, name: str) -> None:
        self._first = first
        self._name = name

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> None:
            if self._first.commands is not None:
                getattr(getattr(self._first.commands, self._name), name)(*arguments)

        return call
