"""A throw-away session: folders, environment, session bus, and the programs that are started in it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tests.rig.bus import PrivateBus, short_folder
from tests.rig.processes import Child, Family
from tests.rig.tray import TrayDriver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

    from tests.rig.notifications import Notifications

_SERVICES = Path("/usr/share/dbus-1/services")
_DROPPED = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "QT_QPA_PLATFORM",
    "GDK_BACKEND",
    "GNOME_KEYRING_CONTROL",
    "DESKTOP_SESSION",
)


class Session:
    """Folders, environment and a session bus of its own; a desktop is a class made from it.

    Use it as a context manager; `env` is the whole environment for whatever is to run in it. Everything that it
    starts is a child of this process and is ended by `stop()`; everything that it writes lies below `folder`.
    """

    programs: ClassVar[tuple[str, ...]] = ("dbus-daemon",)
    """What it runs; looked for on PATH before anything is started."""

    def __init__(self) -> None:
        self.folder = short_folder("desk")
        self.env: dict[str, str] = {}
        self._family = Family()
        self._bus: PrivateBus | None = None
        self._system_bus: PrivateBus | None = None
        self._drivers: list[TrayDriver] = []
        self._notifications: Notifications | None = None

    # -- life ------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @classmethod
    def missing(cls) -> list[str]:
        """What this machine lacks of the programs that it runs."""
        return [name for name in cls.programs if shutil.which(name) is None]

    def start(self) -> Self:
        """Start everything and wait until it is there; FileNotFoundError where a program is not installed."""
        lacking = self.missing()
        if lacking:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise FileNotFoundError("the rig needs: " + ", ".join(lacking))
        atexit.register(self.stop)
        try:
            self.env = self._make_environment()
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End everything that was started, by process id, and remove the folder."""
        atexit.unregister(self.stop)
        self._close_drivers()
        self._family.stop_all()
        if self._notifications is not None:
            self._notifications.close()
            self._notifications = None
        if self._bus is not None:
            self._bus.stop()
            self._bus = None
        if self._system_bus is not None:
            self._system_bus.stop()
            self._system_bus = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        """Bring up what makes it a desktop; `env` is there, the bus is not."""
        self._start_bus()

    def _make_environment(self) -> dict[str, str]:
        env = {key: value for key, value in os.environ.items() if key not in _DROPPED and key[:4] != "XDG_"}
        for variable, name in (
            ("HOME", "home"),
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
        ):
            path = self.folder / name
            path.mkdir(mode=0o700)
            env[variable] = str(path)
        (self.folder / "log").mkdir()
        env.update(
            GTK_A11Y="none",
            NO_AT_BRIDGE="1",
            GIO_USE_VFS="local",
            GVFS_DISABLE_FUSE="1",
            LIBGL_ALWAYS_SOFTWARE="1",
            LC_ALL="C.UTF-8",
        )
        return env

    def _start_bus(self, services: Sequence[str] = ()) -> None:
        """Start the session bus; it starts the `services` (patterns of names) when asked to, and no others.

        Several notification daemons may be installed side by side: they are not to answer for one another.
        """
        bus = PrivateBus(self.folder, self.env)
        bus.services.mkdir()
        for pattern in services:
            for file in _SERVICES.glob(f"{pattern}.service"):
                (bus.services / file.name).symlink_to(file)
        self._bus = bus.start()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._bus.address

    def _start_system_bus(self) -> None:
        """Start a system bus without services."""
        folder = self.folder / "system"
        folder.mkdir()
        self._system_bus = PrivateBus(folder).start()
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = self._system_bus.address

    def _spawn(self, name: str, argv: Sequence[str], **more: str) -> Child:
        """Start a program; `more` are variables that it alone sees."""
        return self._family.add(name, Child(argv, self.env | more, self._log(name), tied=True))

    def _log(self, name: str) -> Path:
        return self.folder / "log" / name

    def tool(self, *argv: str, seconds: float = 60.0) -> str:
        """Run a command in the session until it ends; what it printed. CalledProcessError when it fails."""
        done = subprocess.run(argv, env=self.env, check=True, capture_output=True, text=True, timeout=seconds)
        return done.stdout

    # -- parts -----------------------------------------------------------------------------------------

    @property
    def bus(self) -> PrivateBus:
        """The session bus."""
        if self._bus is None:
            raise RuntimeError("the desktop is not running")
        return self._bus

    @property
    def notifications(self) -> Notifications:
        """The calls of the notification daemon; with the recorder also what a person does to a toast."""
        if self._notifications is None:
            raise RuntimeError("this desktop has no notification daemon")
        return self._notifications

    def pids(self) -> dict[str, int]:
        """Process ids of what runs, by name."""
        return self._family.pids()

    def tray(self, which: str | None = None) -> TrayDriver:
        """A way to use the tray as a panel does; of several items, `which` is the Id of the one that is meant."""
        driver = TrayDriver(self.bus.address, which)
        self._drivers.append(driver)  # a test that fails half-way does not close its own
        return driver

    def _close_drivers(self) -> None:
        for driver in self._drivers:
            driver.close()
        self._drivers.clear()
