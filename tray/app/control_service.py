"""Serves other programs: the socket of the command line, and the interface on the session bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.net.clock import Timer

if TYPE_CHECKING:
    from tray.app.control_commands import ControlCommands
    from tray.app.status_feed import StatusFeed
    from tray.desktop.bus import Bus
    from tray.desktop.dbus.service import BusService
    from tray.desktop.storage.paths import Paths

_BUS_DELAY = 1.0
"""Seconds after the start in which the icon comes first."""


class ControlService:
    """Both serve the same commands and the same feed."""

    def __init__(
        self, reactor: Any, paths: Paths, session: Bus, commands: ControlCommands, feed: StatusFeed
    ) -> None:
        """Serve nothing before `start`."""
        self._reactor = reactor
        self._paths = paths
        self._session = session
        self._commands = commands
        self._feed = feed
        self._socket: Any = None
        self._bus_service: BusService | None = None
        self._bus_timer = Timer(reactor)

    def start(self) -> None:
        """Listen at the socket, and a moment later on the session bus, where there is one."""
        from tray.net.control_server import listen_control

        path = str(self._paths.socket)
        self._socket = listen_control(self._reactor, path, self._commands.execute, self._feed.subscribe)
        if self._session.connected:
            self._bus_timer.set(_BUS_DELAY, self._serve_bus)

    async def stop(self) -> None:
        """Serve nothing more."""
        self._bus_timer.clear()
        self._feed.stop()
        if self._bus_service is not None:
            self._bus_service.stop()
        if self._socket is not None:
            await self._socket.stopListening()

    def _serve_bus(self) -> None:
        from tray.desktop.dbus.service import BusService, bus_name

        service = BusService(self._commands.execute)
        if service.start(bus_name(self._paths.profile)):
            self._bus_service = service
            self._feed.subscribe(service.on_status)
            self._feed.subscribe_to_new(service.on_new_mail)
