"""A system bus with a logind and a NetworkManager that do what the test says."""

from __future__ import annotations

import os
import shutil
import threading
from typing import TYPE_CHECKING, Any

from jeepney import HeaderFields, new_method_return

from tests.rig.bus import PrivateBus, short_folder
from tests.rig.processes import wait_until
from tests.rig.service import Service

if TYPE_CHECKING:
    from jeepney.low_level import Message

LOGIND = "org.freedesktop.login1"
NETWORK = "org.freedesktop.NetworkManager"
_MANAGER_PATH = "/org/freedesktop/login1"
_SESSION_PATH = "/org/freedesktop/login1/session/_31"
_SESSION = "org.freedesktop.login1.Session"
_NETWORK_PATH = "/org/freedesktop/NetworkManager"
_PROPERTIES = "org.freedesktop.DBus.Properties"


class System(Service):
    """`address` is what DBUS_SYSTEM_BUS_ADDRESS has to be; as a context manager it starts and ends bus and services."""

    def __init__(self, network: int = 70) -> None:
        self._folder = short_folder()
        self._bus = PrivateBus(self._folder)
        self.address = self._bus.address
        super().__init__(self.address, LOGIND, NETWORK)
        self.network = network
        """What NetworkManager says when it is asked."""
        self.inhibitions: list[tuple[Any, ...]] = []
        """Arguments of each call of Inhibit."""
        self._locks: list[int] = []
        self._guard = threading.Lock()

    def start(self) -> None:
        """Put logind and NetworkManager on the bus, which is started before where it does not run."""
        if not self._bus.running:
            self._bus.start()
        super().start()

    def stop(self) -> None:
        """Take them off it; locks are gone."""
        super().stop()
        for lock in self._locks:
            os.close(lock)
        self._locks.clear()

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._bus.stop()
        shutil.rmtree(self._folder)

    # What happens to the machine.

    def sleep(self, *, begins: bool) -> None:
        """Logind signals that the machine is about to sleep, or that it is awake again."""
        self.signal(_MANAGER_PATH, "org.freedesktop.login1.Manager", "PrepareForSleep", "b", begins)

    def change_network(self, state: int) -> None:
        """NetworkManager signals its new state: 70 is connected, 20 is not."""
        self.network = state
        self.signal(_NETWORK_PATH, NETWORK, "StateChanged", "u", state)

    def change_way(self, connection: str) -> None:
        """NetworkManager signals another primary connection, by its path; ``/`` is none."""
        self._change(_NETWORK_PATH, NETWORK, PrimaryConnection=("o", connection))

    def ask_unlock(self) -> None:
        """Logind asks for the screen to be unlocked (``loginctl unlock-session``)."""
        self.signal(_SESSION_PATH, _SESSION, "Unlock")

    def lock(self, *, locked: bool) -> None:
        """The session's screen is locked, or unlocked."""
        self._change(_SESSION_PATH, _SESSION, LockedHint=("b", locked))

    def _change(self, path: str, interface: str, **changed: tuple[str, object]) -> None:
        self.signal(path, _PROPERTIES, "PropertiesChanged", "sa{sv}as", interface, changed, [])

    # What the program does.

    @property
    def locks(self) -> int:
        """How many inhibitor locks are held."""
        with self._guard:
            for lock in [lock for lock in self._locks if _released(lock)]:
                self._locks.remove(lock)
                os.close(lock)
            return len(self._locks)

    def wait_locks(self, count: int, seconds: float = 60.0) -> None:
        """Wait until so many locks are held."""
        wait_until(lambda: self.locks == count, f"{count} inhibitor locks", seconds)

    def answer(self, message: Message) -> Message | None:
        """As logind and NetworkManager."""
        match message.header.fields.get(HeaderFields.member):
            case "Inhibit":
                self._inhibit(message)
                return None
            case "GetSession":
                return new_method_return(message, "o", (_SESSION_PATH,))
            case "Get":
                return new_method_return(message, "v", (("u", self.network),))
        return super().answer(message)

    def _inhibit(self, message: Message) -> None:
        self.inhibitions.append(tuple(message.body))
        lock, theirs = os.pipe()
        os.set_blocking(lock, False)
        with self._guard:
            self._locks.append(lock)
        self._send(new_method_return(message, "h", (theirs,)))
        os.close(theirs)


def _released(lock: int) -> bool:
    try:
        return os.read(lock, 1) == b""
    except BlockingIOError:
        return False
