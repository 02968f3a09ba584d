"""MATE on X11: marco, mate-panel with its own tray, mate-notification-daemon."""

from __future__ import annotations

from tests.rig.desktops.desktop import Box
from tests.rig.desktops.x11 import XDesktop
from tests.rig.processes import library_program
from tests.rig.tray import WATCHER


class Mate(XDesktop):
    """Without a session manager."""

    programs = (*XDesktop.programs, "marco", "mate-panel", "gsettings")
    panel = Box(640, 0, 640, 30)

    def _make_environment(self) -> dict[str, str]:
        return super()._make_environment() | {"XDG_CURRENT_DESKTOP": "MATE", "GSETTINGS_BACKEND": "keyfile"}

    def _start(self) -> None:
        self._start_screen()
        self._start_bus(["org.mate.panel.applet.*", "ca.desrt.dconf"])
        self._spawn("window manager", ["marco", "--no-composite"])
        self._record_toasts()
        program = library_program("/usr/lib*/mate-notification-daemon/mate-notification-daemon")
        self._spawn("notifier", [program])
        self._spawn("panel", ["mate-panel"])
        self._wait_for_daemon(60)
        self.bus.wait_owned(WATCHER, 60)
        self._wait_for_panel()

    def press_mark_read(self, identity: int, box: Box) -> None:
        """The last of the buttons below the text."""
        self.click(box.x + box.width - 60, box.y + box.height - 25)

    def turn_dark(self) -> None:
        """As MATE's settings do."""
        self.tool("gsettings", "set", "org.mate.interface", "gtk-theme", "Menta-Dark")
