"""Cinnamon on X11, with the StatusNotifierWatcher that Debian ships apart from it."""

from __future__ import annotations

from tests.rig.desktops.desktop import Box
from tests.rig.desktops.x11 import XDesktop
from tests.rig.processes import library_program
from tests.rig.tray import WATCHER


class Cinnamon(XDesktop):
    """Without a session manager."""

    programs = (*XDesktop.programs, "cinnamon", "gsettings")
    panel = Box(640, 760, 640, 40)
    empty = (400, 400)

    def _make_environment(self) -> dict[str, str]:
        return super()._make_environment() | {
            "XDG_CURRENT_DESKTOP": "X-Cinnamon",
            "GSETTINGS_BACKEND": "keyfile",
        }

    def _start(self) -> None:
        self._start_screen()
        self._start_system_bus()  # empty, but Cinnamon does not start without one
        self._start_bus(["org.cinnamon.CalendarServer", "org.x.StatusNotifierWatcher", "ca.desrt.dconf"])
        for schema, key, value in (
            ("org.cinnamon.desktop.background", "primary-color", "#3b6ea5"),
            ("org.cinnamon.desktop.interface", "enable-animations", "false"),
            ("org.cinnamon", "desktop-effects", "false"),
        ):
            self.tool("gsettings", "set", schema, key, value)
        self._record_toasts()
        self._spawn("shell", ["cinnamon"])
        self.bus.wait_owned("org.Cinnamon", 60)
        self._spawn("watcher", [library_program("/usr/libexec/xapps/sn-watcher/xapp-sn-watcher")])
        self._wait_for_daemon(60)
        self.bus.wait_owned(WATCHER, 60)
        self._wait_for_panel()

    def press_mark_read(self, identity: int, box: Box) -> None:
        """The button below the text, beside the picture of the sender."""
        self.click(box.x + 223, box.y + box.height - 23)

    def turn_dark(self) -> None:
        """As Cinnamon's settings do."""
        self.tool("gsettings", "set", "org.cinnamon.desktop.interface", "gtk-theme", "Adwaita-dark")
