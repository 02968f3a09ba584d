"""A system bus with a logind and a NetworkManager that do what the test says."""

from __future__ import annotations

import os
import queue
import shutil
import threading
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.rig.bus import PrivateBus, short_folder
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from jeepney.low_level import Message
    from typing_extensions import Self

LOGIND = "org.freedesktop.login1"
NETWORK = "org.freedesktop.NetworkManager"
_MANAGER = DBusAddress("/org/freedesktop/login1", interface="org.freedesktop.login1.Manager")
_SESSION = DBusAddress("/org/freedesktop/login1/session/_31", interface="org.freedesktop.DBus.Properties")
_NETWORK = DBusAddress("/org/freedesktop/NetworkManager", interface=NETWORK)
_UNKNOWN = "org.freedesktop.DBus.Error.UnknownMethod"


class System:
    """`address` is what DBUS_SYSTEM_BUS_ADDRESS has to be; as a context manager it starts and ends bus and services."""

    def __init__(self, network: int = 70) -> None:
        self._folder = short_folder()
        self._bus = PrivateBus(self._folder)
        self.address = self._bus.address
        self.network = network
        """What NetworkManager says when it is asked."""
        self.asked: list[str] = []
        """Methods that were called, as they came."""
        self.inhibitions: list[tuple[Any, ...]] = []
        """Arguments of each call of Inhibit."""
        self._locks: list[int] = []
        self._guard = threading.Lock()
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._bus.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._bus.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Put logind and NetworkManager on the bus."""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._bus.wait_owned(NETWORK)

    def stop(self) -> None:
        """Take them off it; locks are gone."""
        self._orders.put(None)
        if self._thread is not None:
            self._thread.join()
        self._drop_locks()

    def _drop_locks(self) -> None:
        for lock in self._locks:
            os.close(lock)
        self._locks.clear()

    # What happens to the machine.

    def sleep(self, *, begins: bool) -> None:
        """Logind tells that the machine is about to sleep, or that it is awake again."""
        self._orders.put(new_signal(_MANAGER, "PrepareForSleep", "b", (begins,)))

    def change_network(self, state: int) -> None:
        """NetworkManager tells of its new state: 70 is connected, 20 is not."""
        self.network = state
        self._orders.put(new_signal(_NETWORK, "StateChanged", "u", (state,)))

    def change_way(self, connection: str) -> None:
        """NetworkManager tells of another primary connection, by its path; ``/`` is none."""
        body = (NETWORK, {"PrimaryConnection": ("o", connection)}, [])
        properties = DBusAddress(_NETWORK.object_path, interface=_SESSION.interface)
        self._orders.put(new_signal(properties, "PropertiesChanged", "sa{sv}as", body))

    def ask_unlock(self) -> None:
        """Logind asks for the screen to be unlocked (``loginctl unlock-session``)."""
        session = DBusAddress(_SESSION.object_path, interface="org.freedesktop.login1.Session")
        self._orders.put(new_signal(session, "Unlock"))

    def restart_bus(self) -> None:
        """Kill the bus; the next one has the same services, and the locks of the old logind are gone."""
        self._bus.kill()
        if self._thread is not None:
            self._thread.join()
        self._orders = queue.SimpleQueue()
        self._drop_locks()
        self._bus.start()
        self.start()

    def lock(self, *, locked: bool) -> None:
        """The session's screen is locked, or unlocked."""
        body = ("org.freedesktop.login1.Session", {"LockedHint": ("b", locked)}, [])
        self._orders.put(new_signal(_SESSION, "PropertiesChanged", "sa{sv}as", body))

    # What the program does.

    @property
    def locks(self) -> int:
        """How many inhibitor locks are held."""
        with self._guard:
            for lock in [lock for lock in self._locks if _released(lock)]:
                self._locks.remove(lock)
                os.close(lock)
            return len(self._locks)

    def wait_locks(self, count: int, seconds: float = 10.0) -> None:
        """Wait until so many locks are held."""
        wait_until(lambda: self.locks == count, f"{count} inhibitor locks", seconds)

    def _serve(self) -> None:
        connection = open_dbus_connection(self.address, enable_fds=True)
        try:
            for name in (LOGIND, NETWORK):
                connection.send_and_get_reply(message_bus.RequestName(name, 4))
            while True:
                while not self._orders.empty():
                    order = self._orders.get()
                    if order is None:
                        return
                    connection.send(order)
                try:
                    message = connection.receive(timeout=0.01)
                except TimeoutError:
                    continue
                if message.header.message_type is MessageType.method_call:
                    self._answer(connection, message)
        except ConnectionError:  # the bus is gone
            return
        finally:
            connection.close()

    def _answer(self, connection: Any, message: Message) -> None:
        member = message.header.fields.get(HeaderFields.member)
        self.asked.append(str(member))
        if member == "Inhibit":
            self.inhibitions.append(tuple(message.body))
            lock, theirs = os.pipe()
            os.set_blocking(lock, False)
            with self._guard:
                self._locks.append(lock)
            connection.send(new_method_return(message, "h", (theirs,)))
            os.close(theirs)
        elif member == "GetSession":
            connection.send(new_method_return(message, "o", (_SESSION.object_path,)))
        elif member == "Get":
            connection.send(new_method_return(message, "v", (("u", self.network),)))
        else:
            connection.send(new_error(message, _UNKNOWN))


def _released(lock: int) -> bool:
    try:
        return os.read(lock, 1) == b""
    except BlockingIOError:
        return False
