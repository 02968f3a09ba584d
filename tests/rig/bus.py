"""A private session bus that starts no service by itself, so that what is absent is truly absent."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.rig.processes import Child, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jeepney.io.blocking import DBusConnection
    from typing_extensions import Self

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class DBusCallError(RuntimeError):
    """A D-Bus call was answered by an error; args[0] is its body."""


def call(
    connection: DBusConnection,
    address: DBusAddress,
    method: str,
    signature: str = "",
    *body: object,
    seconds: float = 60.0,
) -> tuple[object, ...]:
    """Call `method` and wait for the body of its answer; DBusCallError when it is an error."""
    message = new_method_call(address, method, signature or None, body)
    reply = connection.send_and_get_reply(message, timeout=seconds)
    if reply.header.message_type is MessageType.error:
        raise DBusCallError(reply.body)
    return tuple(reply.body)


class PrivateBus:
    """A dbus-daemon of our own below `folder`; `address` is what DBUS_SESSION_BUS_ADDRESS has to be."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._env = dict(os.environ if env is None else env)
        self._child: Child | None = None
        self._connection: DBusConnection | None = None
        self.address = f"unix:path={folder / 'bus'}"
        self.services = folder / "services"

    def start(self) -> Self:
        """Start the daemon and wait until it takes connections."""
        self.services.mkdir(parents=True, exist_ok=True)
        path = self._folder / "bus"
        path.unlink(missing_ok=True)
        config = self._folder / "bus.conf"
        config.write_text(_CONFIG.format(socket=path, services=self.services))
        argv = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"]
        self._child = Child(argv, self._env, self._folder / "bus.log", tied=True)
        wait_until(lambda: _listens(path), "the bus")
        return self

    def stop(self) -> None:
        """End the daemon; everybody on it is cut off."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._child is not None:
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        """End the daemon without a chance to tidy up: its socket stays behind."""
        if self._child is not None:
            os.kill(self._child.pid, signal.SIGKILL)
        self.stop()

    @property
    def running(self) -> bool:
        """Whether it was started, and not stopped since."""
        return self._child is not None

    @property
    def pid(self) -> int:
        """Process id of the daemon."""
        if self._child is None:
            raise RuntimeError("the bus is not running")
        return self._child.pid

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def owned(self, name: str) -> bool:
        """Whether somebody owns the bus name."""
        return bool(self._ask("NameHasOwner", name))

    def owner(self, name: str) -> str:
        """The unique name of who owns the bus name; raises DBusCallError where nobody does."""
        return str(self._ask("GetNameOwner", name))

    def _ask(self, method: str, name: str) -> object:
        if self._connection is None:
            self._connection = open_dbus_connection(self.address)
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        return call(self._connection, bus, method, "s", name)[0]

    def wait_owned(self, name: str, seconds: float = 60.0) -> None:
        """Wait until somebody owns the bus name."""
        wait_until(lambda: self.owned(name), name, seconds)

    def wait_free(self, name: str, seconds: float = 60.0) -> None:
        """Wait until nobody owns the bus name."""
        wait_until(lambda: not self.owned(name), f"{name} to go", seconds)


def _listens(path: Path) -> bool:
    """Whether somebody takes connections there: a socket exists a moment before it does."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def short_folder(prefix: str = "bell") -> Path:
    """A fresh folder with a short path: a Unix socket's path holds 107 bytes."""
    return Path(tempfile.mkdtemp(prefix=f"{prefix}.", dir="/tmp"))
