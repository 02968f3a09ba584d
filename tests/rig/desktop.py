"""A whole desktop without a screen, as a module and as a command: ``python -m tests.rig.desktop COMMAND...``."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal

from tests.rig.notifications import NAME as NOTIFICATIONS
from tests.rig.notifications import Notifications
from tests.rig.processes import Child, library_program, wait_until
from tests.rig.screen import XSession
from tests.rig.tray import WATCHER
from tests.rig.xfce_settings import write_xfce_settings

Notifier = Literal["xfce", "record", "none"]
Keyring = Literal["none", "unlocked", "locked"]

KEYRING_PASSWORD = b"rig"
_SECRETS = "org.freedesktop.secrets"
_ICON = re.compile(r"\s(\d+)x(\d+)\+-?\d+\+-?\d+\s+\+(-?\d+)\+(-?\d+)")


class VirtualDesktop(XSession):
    """A private X screen with window manager, session bus, Xfce's panel, notification daemon and keyring."""

    programs = (*XSession.programs, "openbox")

    def __init__(
        self,
        *,
        panel: bool = True,
        notifier: Notifier = "xfce",
        keyring: Keyring = "none",
        size: str = "1280x800",
        dark: bool = False,
    ) -> None:
        super().__init__(size)
        self._panel = panel
        self._notifier: Notifier = notifier
        self._keyring: Keyring = keyring
        self._dark = dark

    def _make_environment(self) -> dict[str, str]:
        return super()._make_environment() | {"XDG_CURRENT_DESKTOP": "XFCE"}

    def _start(self) -> None:
        self._start_screen()
        self._start_bus()
        write_xfce_settings(Path(self.env["XDG_CONFIG_HOME"]), dark=self._dark)
        subprocess.run(["xsetroot", "-solid", "#3b6ea5"], env=self.env, check=False)
        self._spawn("openbox", ["openbox", "--sm-disable"])
        if self._keyring != "none":
            self.start_keyring(locked=self._keyring == "locked")
        if self._panel or self._notifier == "xfce":
            self._spawn("xfconf", [library_program("/usr/lib/*/xfce4/xfconf/xfconfd")])
            self.bus.wait_owned("org.xfce.Xfconf")
        self.start_notifier()
        if self._panel:
            self.start_panel()

    # -- parts -----------------------------------------------------------------------------------------

    def kill_bus(self) -> None:
        """Kill the session bus; panel, notification daemon and the others on it go with it, as they do."""
        self._close_drivers()
        self.bus.kill()
        for name in ("panel", "notifier", "keyring", "xfconf"):
            self._family.stop(name)
        if self._notifications is not None:
            self._notifications.stop()

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

    def tray_position(self, number: int = 1) -> tuple[int, int]:
        """Centre of the icon that is `number`-th from the left in the panel's tray; LookupError without a tray."""
        tree = self.tool("xwininfo", "-root", "-tree")
        for line in tree.splitlines():
            found = _ICON.search(line) if '"wrapper-2.0"' in line else None
            if found is None:
                continue
            width, height, left, top = map(int, found.groups())
            if top > 0 and width > 15 and 30 <= height <= 40:  # the plug in a 32 pixel panel
                return left + height * (number - 1) + height // 2, top + height // 2
        raise LookupError("no tray on the screen")

    def wait_tray_icon(self, seconds: float = 60.0) -> tuple[int, int]:
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


def missing_programs() -> list[str]:
    """What this machine lacks of the programs that this desktop needs."""
    return VirtualDesktop.missing()


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
