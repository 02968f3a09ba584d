"""What the desktops on X11 have in common: a screen in memory, and windows that X knows."""

from __future__ import annotations

import re
import subprocess

from tests.rig.desktops.desktop import Desktop, Window, changed
from tests.rig.processes import wait_until
from tests.rig.screen import XSession


class XDesktop(XSession, Desktop):
    """A desktop on Xvfb; its window manager keeps the lists of the Extended Window Manager Hints."""

    programs = (*XSession.programs, "xprop")

    def _start_screen(self) -> None:
        super()._start_screen()
        self.tool("xsetroot", "-solid", "#3b6ea5")
        self.screenshot(self.folder / "bare.png")

    def _wait_for_panel(self) -> None:
        """It owns its names before it has drawn anything."""
        bare, now = self.folder / "bare.png", self.folder / "now.png"
        wait_until(lambda: changed(bare, self.screenshot(now), self.panel) is not None, "the panel", 60)

    def _property(self, name: str, *window: str) -> str:
        """The value as xprop writes it, empty where there is none."""
        try:
            text = self.tool("xprop", *window, name)
        except subprocess.CalledProcessError:  # the window is gone
            return ""
        return text.partition("=")[2].strip() or text.partition("# ")[2].strip()

    def _ids(self) -> list[str]:
        return re.findall(r"0x[0-9a-f]+", self._property("_NET_CLIENT_LIST", "-root"))

    def windows(self) -> list[Window]:
        """All windows of programs."""
        active = re.findall(r"0x[0-9a-f]+", self._property("_NET_ACTIVE_WINDOW", "-root"))
        found = []
        for identity in self._ids():
            classes = re.findall(r'"(.*?)"', self._property("WM_CLASS", "-id", identity))
            found.append(
                Window(
                    title=self._property("_NET_WM_NAME", "-id", identity).strip('"'),
                    app=classes[-1] if classes else "",
                    active=[int(each, 16) for each in active] == [int(identity, 16)],
                    visible="HIDDEN" not in self._property("_NET_WM_STATE", "-id", identity),
                )
            )
        return found

    def _id(self, title: str) -> str:
        return next(
            identity for identity in self._ids() if title in self._property("_NET_WM_NAME", "-id", identity)
        )

    def put_aside(self, title: str) -> None:
        """Minimise it."""
        self.tool("xdotool", "windowminimize", self._id(title))

    def close_window(self, title: str) -> None:
        """Close it by the usual key."""
        self.tool("xdotool", "windowactivate", "--sync", self._id(title), "key", "alt+F4")
