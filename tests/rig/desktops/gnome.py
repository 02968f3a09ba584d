"""GNOME Shell, headless on Wayland, with and without the extension that gives it a tray, with and without Xwayland."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from tests.rig.desktops.desktop import Box, Desktop, Window
from tests.rig.processes import wait_until
from tests.rig.tray import WATCHER

_TRAY_EXTENSION = "ubuntu-appindicators@ubuntu.com"
_CONTROL = "control@rig"
_METADATA = {"uuid": _CONTROL, "name": "control", "description": "rig", "shell-version": ["43", "44"]}
_EXTENSION = (
    "class E{enable(){global.context.unsafe_mode=true;} disable(){}} function init(){return new E();}"
)
"""GNOME answers Eval and Screenshot in its unsafe mode only, for which version 43 has no switch."""
_SHELL = ("org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell.Eval")
_CLEAR_SCREEN = """
const M = imports.ui.main;
M.overview.hide();
M.messageTray.getSources().forEach(source => source.destroy());
M.overview.visible || M.messageTray.visible || M.messageTray.getSources().length > 0;
"""
_POINTER = """
const C = imports.gi.Clutter;
const seat = C.get_default_backend().get_default_seat();
if (!global.rigPointer) {
    global.rigPointer = seat.create_virtual_device(C.InputDeviceType.POINTER_DEVICE);
    global.rigKeyboard = seat.create_virtual_device(C.InputDeviceType.KEYBOARD_DEVICE);
}
"""
_BUTTON = """
const found = [];
const search = actor => {
    if (actor.label === TEXT && actor.mapped) found.push(actor);
    actor.get_children().forEach(search);
};
search(global.stage);
const box = found.length ? found[0].get_transformed_extents() : null;
box ? [box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2].map(Math.round) : null;
"""
_BANNER = """
const box = imports.ui.main.messageTray._banner.get_transformed_extents();
[box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2].map(Math.round);
"""
_WINDOWS = """
global.get_window_actors().map(a => a.meta_window).map(w => ({
    title: w.get_title(), app: imports.gi.Shell.WindowTracker.get_default().get_window_app(w).get_id(), active: w.has_focus(), visible: !w.minimized && w.showing_on_its_workspace()
}));
"""


class Gnome(Desktop):
    """GNOME Shell without a session manager."""

    programs = (*Desktop.programs, "gnome-shell", "gjs", "gsettings")
    panel = Box(900, 0, 380, 32)

    def __init__(self, *, has_tray: bool = True, xwayland: bool = True) -> None:
        super().__init__()
        self.has_tray = has_tray
        self._xwayland = xwayland

    def _make_environment(self) -> dict[str, str]:
        env = super()._make_environment()
        env.update(
            XDG_CURRENT_DESKTOP="GNOME",
            XDG_SESSION_DESKTOP="gnome",
            DESKTOP_SESSION="gnome",
            XDG_SESSION_TYPE="wayland",
            GSETTINGS_BACKEND="keyfile",
        )
        return env

    def _start(self) -> None:
        self._start_system_bus()  # empty, but GNOME does not start without one
        self._start_bus(["ca.desrt.dconf", "org.gnome.Shell.Notifications", "org.gnome.ScreenSaver"])
        self._configure()
        self._record_toasts()
        width, height = self.size
        argv = ["gnome-shell", "--headless", "--wayland", "--virtual-monitor", f"{width}x{height}"]
        self._spawn("shell", [*argv, "--wayland-display", "rig", *([] if self._xwayland else ["--no-x11"])])
        self.bus.wait_owned("org.gnome.Shell", 60)
        self.env["WAYLAND_DISPLAY"] = "rig"
        if self._xwayland:
            self._find_xwayland()
        self._wait_for_daemon(60)
        if self.has_tray:
            self.bus.wait_owned(WATCHER, 60)
        wait_until(self._is_controllable, "a GNOME that can be controlled", 60)
        wait_until(lambda: self._eval("!imports.ui.main.layoutManager._startingUp"), "GNOME's start", 60)
        wait_until(lambda: not self._eval(_CLEAR_SCREEN), "an empty screen", 60)

    def _configure(self) -> None:
        folder = Path(self.env["XDG_DATA_HOME"], "gnome-shell", "extensions", _CONTROL)
        folder.mkdir(parents=True)
        (folder / "metadata.json").write_text(json.dumps(_METADATA))
        (folder / "extension.js").write_text(_EXTENSION)
        extensions = [_CONTROL, *([_TRAY_EXTENSION] if self.has_tray else [])]
        background = "org.gnome.desktop.background"
        for schema, key, value in (
            ("org.gnome.shell", "disable-user-extensions", "false"),
            ("org.gnome.shell", "enabled-extensions", str(extensions)),
            ("org.gnome.shell", "welcome-dialog-last-shown-version", "99"),
            ("org.gnome.desktop.interface", "enable-animations", "false"),
            (background, "picture-uri", ""),
            (background, "picture-uri-dark", ""),
            (background, "primary-color", "#3b6ea5"),
        ):
            self.tool("gsettings", "set", schema, key, value)

    def _find_xwayland(self) -> None:
        """It is started for the first program that connects to this display."""

        def said() -> str:
            found = re.search(r"public X11 display (:\d+)", self._log("shell").read_text())
            return found[1] if found else ""

        wait_until(lambda: bool(said()), "Xwayland's display", 60)
        self.env["DISPLAY"] = said()
        (authority,) = Path(self.env["XDG_RUNTIME_DIR"]).glob(".mutter-Xwaylandauth.*")
        self.env["XAUTHORITY"] = str(authority)

    def _call(self, name: str, path: str, method: str, *arguments: str) -> str:
        return self.tool("gdbus", "call", "--session", "-d", name, "-o", path, "-m", method, *arguments)

    def _is_controllable(self) -> bool:
        return self._call(*_SHELL, "1 + 1").startswith("(true")

    def _eval(self, code: str) -> Any:
        """What JavaScript in the shell gives."""
        done, text = ast.literal_eval(
            self._call(*_SHELL, code).strip().replace("(true", "(True").replace("(false", "(False")
        )
        if not done:
            raise RuntimeError(text)
        return json.loads(text) if text else None

    def windows(self) -> list[Window]:
        """All windows of programs."""
        return [
            Window(each["title"] or "", each["app"].removesuffix(".desktop"), each["active"], each["visible"])
            for each in self._eval(_WINDOWS)
        ]

    def _do(self, title: str, method: str) -> Any:
        windows = "global.get_window_actors().map(actor => actor.meta_window)"
        return self._eval(f"{windows}.find(w => (w.get_title() || '').includes({title!r})).{method}")

    def put_aside(self, title: str) -> None:
        """Minimise it; a dialog, which GNOME does not minimise on X11, is left on its workspace."""
        if self._do(title, "can_minimize()"):
            self._do(title, "minimize()")
        else:
            code = (
                "global.workspace_manager.get_workspace_by_index(1).activate(global.get_current_time()); null"
            )
            self._eval(code)

    def close_window(self, title: str) -> None:
        """Close it as its button does."""
        self._do(title, "delete(global.get_current_time())")

    def screenshot(self, path: Path | str) -> Path:
        """Save a picture of the whole screen as PNG."""
        target = Path(path).absolute()
        target.parent.mkdir(parents=True, exist_ok=True)
        name = "org.gnome.Shell.Screenshot"
        self._call(name, "/org/gnome/Shell/Screenshot", f"{name}.Screenshot", "true", "false", str(target))
        return target

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click where a user would: 1 left, 2 middle, 3 right."""
        self._eval(f"{_POINTER} global.rigPointer.notify_absolute_motion(C.CURRENT_TIME, {x}, {y}); null")
        for state in (1, 0):
            self._eval(
                f"global.rigPointer.notify_button(imports.gi.Clutter.CURRENT_TIME, {button}, {state}); null"
            )

    def key(self, name: str) -> None:
        """Press a key by its X name."""
        keys = [f"C.KEY_{'Alt_L' if each == 'alt' else each}" for each in name.split("+")]
        presses = [f"global.rigKeyboard.notify_keyval(C.CURRENT_TIME, {key}, 1);" for key in keys]
        releases = [f"global.rigKeyboard.notify_keyval(C.CURRENT_TIME, {key}, 0);" for key in reversed(keys)]
        self._eval(f"{_POINTER} {' '.join(presses + releases)} null")

    def press_mark_read(self, identity: int, box: Box) -> None:
        """The banner shows its buttons when the mouse is over it."""
        x, y = self._eval(_BANNER)
        self._eval(f"{_POINTER} global.rigPointer.notify_absolute_motion(C.CURRENT_TIME, {x}, {y}); null")
        code = _BUTTON.replace("TEXT", json.dumps("Mark as read"))
        places: list[Any] = []

        def stands_still() -> bool:  # the banner unfolds
            places.append(self._eval(code))
            return places[-1] is not None and places[-3:].count(places[-1]) == 3

        wait_until(stands_still, "the button “Mark as read”")
        self.click(*places[-1])

    def turn_dark(self) -> None:
        """As GNOME's settings do."""
        self.tool("gsettings", "set", "org.gnome.desktop.interface", "color-scheme", "prefer-dark")
