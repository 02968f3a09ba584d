"""A whole desktop without a screen, as a module and as a command: ``python -m tests.rig.desktop COMMAND...``."""

from __future__ import annotations

import argparse
import atexit
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.rig.bus import PrivateBus, short_folder
from tests.rig.looks import write_looks
from tests.rig.notifications import NAME as NOTIFICATIONS
from tests.rig.notifications import Notifications
from tests.rig.processes import Child, Family, library_program, wait_until
from tests.rig.tray import WATCHER, TrayDriver

if TYPE_CHECKING:
    from typing_extensions import Self

Notifier = Literal["xfce", "record", "none"]
Keyring = Literal["none", "unlocked", "locked"]

KEYRING_PASSWORD = b"rig"
_SECRETS = "org.freedesktop.secrets"
_NEEDED = ("Xvfb", "dbus-daemon", "openbox", "xdotool", "xwininfo", "scrot")
_ICON = re.compile(r"\s(\d+)x(\d+)\+-?\d+\+-?\d+\s+\+(-?\d+)\+(-?\d+)")
_DROPPED = ("WAYLAND_DISPLAY", "XAUTHORITY", "QT_QPA_PLATFORM", "GNOME_KEYRING_CONTROL", "DESKTOP_SESSION")


def missing_programs() -> list[str]:
    """What this machine lacks of the programs that every rig needs."""
    return [name for name in _NEEDED if shutil.which(name) is None]


class VirtualDesktop:
    """A private X screen with window manager, session bus, panel, notification daemon and keyring.

    Use it as a context manager; `env` is the whole environment for whatever is to run in it. Everything that it
    starts is a child of this process and is ended by `stop()`; everything that it writes lies below `folder`.
    """

    def __init__(
        self,
        *,
        panel: bool = True,
        notifier: Notifier = "xfce",
        keyring: Keyring = "none",
        size: str = "1280x800",
        dark: bool = False,
    ) -> None:
        self.folder = short_folder("desk")
        self._panel = panel
        self._notifier: Notifier = notifier
        self._keyring: Keyring = keyring
        self._size = size
        self._dark = dark
        self._family = Family()
        self._bus: PrivateBus | None = None
        self._drivers: list[TrayDriver] = []
        self._notifications: Notifications | None = None
        self.env: dict[str, str] = {}

    # -- life ------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        """Start everything that was asked for and wait until it is there."""
        lacking = missing_programs()
        if lacking:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise FileNotFoundError("the rig needs: " + ", ".join(lacking))
        atexit.register(self.stop)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End everything that was started, by process id, and remove the folder."""
        atexit.unregister(self.stop)
        for driver in self._drivers:
            driver.close()
        self._drivers.clear()
        self._family.stop_all()
        if self._notifications is not None:
            self._notifications.close()
            self._notifications = None
        if self._bus is not None:
            self._bus.stop()
            self._bus = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        self.env = self._make_environment()
        self.env["DISPLAY"] = self._start_screen()
        self._bus = PrivateBus(self.folder, self.env).start()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._bus.address
        write_looks(Path(self.env["XDG_CONFIG_HOME"]), dark=self._dark)
        subprocess.run(["xsetroot", "-solid", "#3b6ea5"], env=self.env, check=False)
        self._spawn("openbox", ["openbox", "--sm-disable"])
        if self._keyring != "none":
            self.start_keyring(locked=self._keyring == "locked")
        if self._panel or self._notifier == "xfce":
            self._spawn("xfconf", [library_program("/usr/lib/*/xfce4/xfconf/xfconfd")])
            self._bus.wait_owned("org.xfce.Xfconf")
        self.start_notifier()
        if self._panel:
            self.start_panel()

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
            XDG_CURRENT_DESKTOP="XFCE",
            XDG_SESSION_TYPE="x11",
            QT_QPA_PLATFORM="xcb",
            GDK_BACKEND="x11",
            GTK_A11Y="none",
            NO_AT_BRIDGE="1",
            GIO_USE_VFS="local",
            GVFS_DISABLE_FUSE="1",
            LIBGL_ALWAYS_SOFTWARE="1",
            LC_ALL="C.UTF-8",
        )
        return env

    def _start_screen(self) -> str:
        reading, writing = os.pipe()
        argv = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{self._size}x24"]
        argv += ["-nolisten", "tcp", "-ac", "-dpi", "96", "-noreset"]
        try:
            self._family.add(
                "screen", Child(argv, self.env, self._log("screen"), pass_fds=[writing], tied=True)
            )
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as numbers:
            number = numbers.readline().strip().decode()  # end of file when Xvfb has died
        if not number:
            raise RuntimeError(self._log("screen").read_text())
        return f":{number}"

    def _spawn(self, name: str, argv: list[str]) -> Child:
        return self._family.add(name, Child(argv, self.env, self._log(name), tied=True))

    def _log(self, name: str) -> Path:
        return self.folder / "log" / name

    # -- parts -----------------------------------------------------------------------------------------

    @property
    def bus(self) -> PrivateBus:
        """The session bus."""
        if self._bus is None:
            raise RuntimeError("the desktop is not running")
        return self._bus

    @property
    def notifications(self) -> Notifications:
        """What the notification daemon was told; with the recorder also what a person does to a toast."""
        if self._notifications is None:
            raise RuntimeError("this desktop has no notification daemon")
        return self._notifications

    def kill_bus(self) -> None:
        """Kill the session bus; panel, notification daemon and the others on it go with it, as they do."""
        for driver in self._drivers:
            driver.close()
        self._drivers.clear()
        self.bus.kill()
        for name in ("panel", "notifier", "keyring", "xfconf"):
            self._family.stop(name)
        if self._notifications is not None:
            self._notifications.stop()

    def pids(self) -> dict[str, int]:
        """Process ids of what runs, by name."""
        return self._family.pids()

    def tray(self) -> TrayDriver:
        """A way to use the tray as a panel does."""
        driver = TrayDriver(self.bus.address)
        self._drivers.append(driver)  # a test that fails half-way does not close its own
        return driver

    def start_panel(self) -> None:
        """Start xfce4-panel with its tray."""
        if "xfconf" not in self.pids():
            self._spawn("xfconf", [library_program("/usr/lib/*/xfce4/xfconf/xfconfd")])
            self.bus.wait_owned("org.xfce.Xfconf")
        self._spawn("panel", ["xfce4-panel", "--disable-wm-check"])
        self.bus.wait_owned(WATCHER)

    def stop_panel(self) -> None:
        """Take the panel away."""
        self._family.stop("panel")
        self.bus.wait_free(WATCHER)

    def start_notifier(self) -> None:
        """Start the notification daemon that was asked for."""
        if self._notifier == "none":
            return
        if self._notifications is None:
            kind: Literal["record", "monitor"] = "record" if self._notifier == "record" else "monitor"
            self._notifications = Notifications(self.bus.address, self.folder, kind)
        self._notifications.start()  # a monitor is to hear also what is said in the daemon's first moment
        if self._notifier == "xfce":
            self._spawn("notifier", [library_program("/usr/lib/*/xfce4/notifyd/xfce4-notifyd")])
        self.bus.wait_owned(NOTIFICATIONS)

    def stop_notifier(self) -> None:
        """Take the notification daemon away."""
        if self._notifier == "record":
            self.notifications.stop()
        else:
            self._family.stop("notifier")
        self.bus.wait_free(NOTIFICATIONS)

    def start_keyring(self, *, locked: bool = False, empty: bool = False) -> None:
        """Start gnome-keyring with a login keyring, open or locked; locked, nobody is there to ask for its password.

        `empty`: as where nobody has made a keyring yet.
        """
        argv = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        if empty:
            self._spawn("keyring", argv)
            self.bus.wait_owned(_SECRETS)
            return
        unlocking = Child(
            [*argv, "--unlock"], self.env, self._log("keyring"), stdin=KEYRING_PASSWORD, tied=True
        )
        self._family.add("keyring", unlocking)
        self.bus.wait_owned(_SECRETS)
        if locked:
            # Only a keyring that was made with a password can be locked; started anew, nobody gives it one.
            login = Path(self.env["XDG_DATA_HOME"], "keyrings", "login.keyring")
            wait_until(login.exists, "the login keyring")
            self._family.stop("keyring")
            self.bus.wait_free(_SECRETS)
            self._spawn("keyring", argv)
            self.bus.wait_owned(_SECRETS)

    def stop_keyring(self) -> None:
        """Take the keyring away."""
        self._family.stop("keyring")
        self.bus.wait_free(_SECRETS)

    # -- a person --------------------------------------------------------------------------------------

    def screenshot(self, path: Path | str) -> Path:
        """Save a picture of the whole screen as PNG."""
        target = Path(path).absolute()
        target.parent.mkdir(parents=True, exist_ok=True)
        self._tool("scrot", "--overwrite", "--pointer", str(target))
        return target

    def tray_position(self, number: int = 1) -> tuple[int, int]:
        """Centre of the icon that is `number`-th from the left in the panel's tray; LookupError without a tray."""
        tree = self._tool("xwininfo", "-root", "-tree")
        for line in tree.splitlines():
            found = _ICON.search(line) if '"wrapper-2.0"' in line else None
            if found is None:
                continue
            width, height, left, top = map(int, found.groups())
            if top > 0 and width > 15 and 30 <= height <= 40:  # the plug in a 32 pixel panel
                return left + height * (number - 1) + height // 2, top + height // 2
        raise LookupError("no tray on the screen")

    def wait_tray_icon(self, seconds: float = 10.0) -> tuple[int, int]:
        """Wait until an item is in the tray and the tray stands still; its position."""
        driver = self.tray()
        try:
            driver.wait(seconds)
        finally:
            driver.close()
        seen: list[tuple[int, int]] = []

        def settled() -> bool:
            try:
                seen.append(self.tray_position())
            except LookupError:
                return False
            return len(seen) > 2 and len(set(seen[-3:])) == 1  # the panel moves it while it lays itself out

        wait_until(settled, "the tray's plug-in", seconds)
        return seen[-1]

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click where a person would: 1 left, 2 middle, 3 right."""
        self._tool("xdotool", "mousemove", "--sync", str(x), str(y), "click", str(button))

    def type(self, text: str) -> None:
        """Type `text` into what has the focus."""
        self._tool("xdotool", "type", "--delay", "8", "--", text)

    def key(self, name: str) -> None:
        """Press a key by its X name, such as ``Return`` or ``alt+F4``."""
        self._tool("xdotool", "key", "--", name)

    def _tool(self, *argv: str) -> str:
        done = subprocess.run(argv, env=self.env, check=True, capture_output=True, text=True, timeout=30)
        return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Run a command in a virtual desktop; its exit status is ours."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.desktop", description=__doc__)
    parser.add_argument("--no-panel", action="store_true")
    parser.add_argument("--notifier", choices=["xfce", "record", "none"], default="xfce")
    parser.add_argument("--keyring", choices=["none", "unlocked", "locked"], default="none")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if not options.command:
        parser.error("a command is needed")
    with VirtualDesktop(
        panel=not options.no_panel,
        notifier=options.notifier,
        keyring=options.keyring,
        size=options.size,
        dark=options.dark,
    ) as desktop:
        return subprocess.run(options.command, env=desktop.env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
