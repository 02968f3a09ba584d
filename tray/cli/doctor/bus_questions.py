"""Questions to a message bus, each with a time limit: who is there, and what it says."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tray.desktop.bus_calls import BUS, BUS_PATH, PROPERTIES, BusRefusal, call, connected

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIMIT = 2.0
"""Seconds for one answer."""


class NoBus(Exception):  # noqa: N818 -- a state of affairs
    """The bus cannot be asked; `hangs` where it is there and does not answer."""

    def __init__(self, *, hangs: bool) -> None:
        super().__init__()
        self.hangs = hangs


class Questions:
    """Questions over one connection; each answers None where the bus or the service refuses, or is too slow."""

    def __init__(self, bus: Any) -> None:
        self._bus = bus

    def ask(
        self,
        service: str,
        path: str,
        interface: str,
        method: str,
        signature: str = "",
        *body: object,
        start: bool = False,
    ) -> tuple[Any, ...] | None:
        """The values of the answer. A service that does not run is only started with `start`."""
        try:
            return call(
                self._bus, service, path, interface, method, signature, *body, seconds=_LIMIT, start=start
            )
        except (BusRefusal, OSError, ValueError):
            return None

    def value(self, service: str, path: str, interface: str, name: str) -> Any:
        """A property of an object."""
        match self.ask(service, path, PROPERTIES, "Get", "ss", interface, name):
            case ((str(), value),):
                return value
        return None

    def has(self, name: str) -> bool:
        """Whether a program owns the name."""
        return self.ask(BUS, BUS_PATH, BUS, "NameHasOwner", "s", name) == (True,)

    def could_start(self, name: str) -> bool:
        """Whether the bus starts a program for the name when it is called."""
        match self.ask(BUS, BUS_PATH, BUS, "ListActivatableNames"):
            case ([*names],):
                return name in names
        return False

    def process(self, name: str) -> int | None:
        """The process that owns the name."""
        match self.ask(BUS, BUS_PATH, BUS, "GetConnectionUnixProcessID", "s", name):
            case (int(number),):
                return number
        return None

    def program(self, name: str) -> str:
        """The name of the program that owns the name, as the kernel cuts it; empty if unknown."""
        number = self.process(name)
        try:
            return Path(f"/proc/{number}/comm").read_text("utf-8", "replace").strip() if number else ""
        except OSError:
            return ""


@contextmanager
def questions(bus: str = "SESSION") -> Iterator[Questions]:
    """Questions to the bus ("SESSION" or "SYSTEM"); raises `NoBus`."""
    try:
        connection = connected(bus)
        opened = connection.__enter__()
    except TimeoutError:
        raise NoBus(hangs=True) from None
    except (OSError, ValueError, RuntimeError, ImportError, LookupError):
        raise NoBus(hangs=False) from None
    try:
        yield Questions(opened)
    finally:
        connection.__exit__(None, None, None)
