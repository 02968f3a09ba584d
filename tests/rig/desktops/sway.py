"""Sway on Wayland, with waybar's tray and mako, swaync or dunst."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tests.rig.desktops.desktop import Box, Desktop, Window
from tests.rig.desktops.wayland_pointer import WaylandPointer
from tests.rig.processes import wait_until
from tests.rig.tray import WATCHER

if TYPE_CHECKING:
    from collections.abc import Iterator

Notifier = Literal["mako", "swaync", "dunst"]

_CONFIG = """
xwayland {xwayland}
output HEADLESS-1 mode {width}x{height} bg #3b6ea5 solid_color
default_border pixel 2
focus_follows_mouse no
"""
_BAR = {
    "layer": "top",
    "position": "top",
    "height": 30,
    "modules-left": ["sway/workspaces", "sway/window"],
    "modules-right": ["tray"],
    "tray": {"icon-size": 21, "spacing": 10},
}
_STYLE = """
* {font-family: DejaVu Sans; font-size: 13px;}
window#waybar {background: #2b303b; color: #fff;}
"""
_AS_SOMEBODY = ["unshare", "-U", "--map-user=1000", "--map-group=1000"]
"""Sway refuses to run as root: there it gets a user namespace of its own, in which it is somebody else."""


class Sway(Desktop):
    """A headless Sway; without `has_tray` it has no bar, as Sway is where nobody configured one."""

    programs = (*Desktop.programs, "sway", "swaymsg", "waybar", "grim", "wtype")
    panel = Box(640, 0, 640, 30)

    def __init__(self, notifier: Notifier = "mako", *, has_tray: bool = True, xwayland: bool = False) -> None:
        super().__init__()
        self._notifier: Notifier = notifier
        self.has_tray = has_tray
        self._xwayland = xwayland
        self._pointer: WaylandPointer | None = None

    @classmethod
    def missing(cls) -> list[str]:
        """What this machine lacks; as root also the right to become somebody else."""
        lacking = super().missing()
        if (
            not lacking
            and os.getuid() == 0
            and subprocess.run([*_AS_SOMEBODY, "true"], check=False).returncode
        ):
            lacking = ["the right to make a user namespace (as another user than root it is not needed)"]
        return lacking

    def _make_environment(self) -> dict[str, str]:
        env = super()._make_environment()
        env.update(XDG_CURRENT_DESKTOP="sway", XDG_SESSION_TYPE="wayland")
        env["SWAYSOCK"] = str(self.folder / "run" / "sway.sock")
        return env

    def _start(self) -> None:
        self._start_bus()
        config = self.folder / "sway.conf"
        width, height = self.size
        xwayland = "enable" if self._xwayland else "disable"
        config.write_text(_CONFIG.format(xwayland=xwayland, width=width, height=height))
        argv = [*(_AS_SOMEBODY if os.getuid() == 0 else []), "sway", "-c", str(config)]
        self._spawn("sway", argv, WLR_BACKENDS="headless", WLR_RENDERER="pixman", WLR_LIBINPUT_NO_DEVICES="1")
        run = Path(self.env["XDG_RUNTIME_DIR"])
        wait_until(lambda: self._answers() and any(run.glob("wayland-?")), "Sway")
        self.env["WAYLAND_DISPLAY"] = next(run.glob("wayland-?")).name
        self._pointer = WaylandPointer(run / self.env["WAYLAND_DISPLAY"], self.size)
        # A seat without a keyboard loses the first key of the one that comes with each wtype: one that stays.
        self._spawn("keyboard", ["wtype", "-s", "86400000"])
        self._record_toasts()
        self._start_notifier()
        if self.has_tray:
            self.start_panel()
        self._wait_for_daemon()

    def _start_notifier(self) -> None:
        if self._notifier == "dunst":
            # What a person chooses from the menu of a toast's actions.
            menu = self.folder / "menu"
            menu.write_text("#!/bin/sh\ngrep 'Mark as read'\n")
            menu.chmod(0o755)
            shipped = Path("/etc/xdg/dunst/dunstrc").read_text()
            (self.folder / "dunstrc").write_text(re.sub("dmenu = .*", f"dmenu = {menu}", shipped))
            argv = ["dunst", "-conf", str(self.folder / "dunstrc")]
        else:
            argv = [self._notifier]
        self._spawn("notifier", argv, GDK_BACKEND="wayland")

    def _answers(self) -> bool:
        try:
            return bool(json.loads(self.tool("swaymsg", "-t", "get_outputs")))
        except subprocess.CalledProcessError:
            return False

    def stop(self) -> None:
        """End everything, the mouse first."""
        if self._pointer is not None:
            self._pointer.close()
            self._pointer = None
        super().stop()

    def start_panel(self) -> None:
        """Start waybar with its tray."""
        folder = Path(self.env["XDG_CONFIG_HOME"], "waybar")
        folder.mkdir(exist_ok=True)
        (folder / "config").write_text(json.dumps(_BAR))
        (folder / "style.css").write_text(_STYLE)
        self._spawn("panel", ["waybar"], GDK_BACKEND="wayland")
        self.bus.wait_owned(WATCHER)

    def windows(self) -> list[Window]:
        """All windows of programs."""
        return [
            Window(
                title=node["name"] or "",
                app=node.get("app_id") or node.get("window_properties", {}).get("class", ""),
                active=node["focused"],
                visible=node["visible"],
                floating=floating,
            )
            for node, floating in _leaves(json.loads(self.tool("swaymsg", "-t", "get_tree")))
        ]

    def put_aside(self, title: str) -> None:
        """Go to another workspace: Sway minimises nothing."""
        self.tool("swaymsg", "workspace", "aside")

    def close_window(self, title: str) -> None:
        """Close the window as Sway's own key does."""
        self.tool("swaymsg", f'[title="{title}"] kill')

    def screenshot(self, path: Path | str) -> Path:
        """Save a picture of the whole screen as PNG."""
        target = Path(path).absolute()
        target.parent.mkdir(parents=True, exist_ok=True)
        self.tool("grim", str(target))
        return target

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click where a user would: 1 left, 2 middle, 3 right."""
        assert self._pointer is not None
        self._pointer.click(x, y, button)

    def key(self, name: str) -> None:
        """Press a key by its X name."""
        *modifiers, last = name.split("+")
        held = [word for each in modifiers for word in ("-M", each)]
        freed = [word for each in modifiers for word in ("-m", each)]
        self.tool("wtype", *held, "-k", last, *freed)

    def press_mark_read(self, identity: int, box: Box) -> None:
        """By the daemon's own command where it draws no buttons, else with the mouse."""
        if self._notifier == "mako":
            self.tool("makoctl", "invoke", "-n", str(identity), "mark-read")
        elif self._notifier == "dunst":
            self.tool("dunstctl", "context")
        else:
            self.click(box.x + box.width // 2, box.y + box.height - 26)

    def turn_dark(self) -> None:
        """As usual on Sway: GTK is set to prefer the dark style."""
        folder = Path(self.env["XDG_CONFIG_HOME"], "gtk-3.0")
        folder.mkdir(exist_ok=True)
        (folder / "settings.ini").write_text("[Settings]\ngtk-application-prefer-dark-theme=1\n")


def _leaves(node: dict[str, Any], *, floating: bool = False) -> Iterator[tuple[dict[str, Any], bool]]:
    if node.get("pid"):
        yield node, floating
    for child in node["nodes"]:
        yield from _leaves(child, floating=floating)
    for child in node["floating_nodes"]:
        yield from _leaves(child, floating=True)
