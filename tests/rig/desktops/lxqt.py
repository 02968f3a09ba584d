"""LXQt on X11: its panel and notification daemon, with openbox."""

from __future__ import annotations

from pathlib import Path

from tests.rig.desktops.desktop import Box
from tests.rig.desktops.x11 import XDesktop
from tests.rig.tray import WATCHER

_PANEL = """[General]
panels=panel1
[panel1]
plugins=taskbar,statusnotifier
position=Bottom
desktop=0
[taskbar]
type=taskbar
[statusnotifier]
type=statusnotifier
"""


class Lxqt(XDesktop):
    """Without a session manager."""

    programs = (*XDesktop.programs, "lxqt-panel", "lxqt-notificationd", "openbox")
    panel = Box(640, 760, 640, 40)
    empty = (400, 400)

    def _make_environment(self) -> dict[str, str]:
        return super()._make_environment() | {"XDG_CURRENT_DESKTOP": "LXQt"}

    def _start(self) -> None:
        self._start_screen()
        self._start_bus()
        folder = Path(self.env["XDG_CONFIG_HOME"], "lxqt")
        folder.mkdir()
        (folder / "panel.conf").write_text(_PANEL)
        self._spawn("openbox", ["openbox", "--sm-disable"])
        self._record_toasts()
        self._spawn("notifier", ["lxqt-notificationd"])
        self._spawn("panel", ["lxqt-panel"])
        self._wait_for_daemon()
        self.bus.wait_owned(WATCHER, 60)
        self._wait_for_panel()

    def press_mark_read(self, identity: int, box: Box) -> None:
        """The last of the buttons below the text."""
        self.click(box.x + box.width * 2 // 3, box.y + box.height - 33)

    def turn_dark(self) -> None:
        """LXQt's programs have their colours from its own platform theme, the others theirs from GTK's file."""
        folder = Path(self.env["XDG_CONFIG_HOME"], "gtk-3.0")
        folder.mkdir(exist_ok=True)
        (folder / "settings.ini").write_text("[Settings]\ngtk-application-prefer-dark-theme=1\n")
