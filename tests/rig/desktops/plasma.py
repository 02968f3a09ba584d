"""KDE Plasma on Wayland and on X11."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.rig.bus import call
from tests.rig.desktops.desktop import Box, Desktop, Window
from tests.rig.desktops.wayland_pointer import WaylandPointer
from tests.rig.desktops.x11 import XDesktop
from tests.rig.processes import wait_until
from tests.rig.tray import WATCHER

_SERVICES = (
    "org.kde.kded5",
    "org.kde.kglobalaccel",
    "org.kde.KScreen",
    "org.kde.ActivityManager",
    "org.kde.kactivitymanagerd",
    "org.kde.kappmenuview",
)
_OURS = "io.github.mailbell.Rig"
_CODES = {"Escape": 1}  # linux/input-event-codes.h
_SCRIPT = """
var asked = workspace.clientList().filter(function(w) {{ return w.normalWindow || w.dialog; }});
{action}
callDBus({name!r}, "/", {name!r}, "Answer", JSON.stringify(asked.map(function(w) {{
    return {{title: w.caption, app: String(w.desktopFileName || w.resourceClass),
             active: workspace.activeClient == w, visible: !w.minimized}};
}})));
"""
_NO_CLOCK = """
panels().forEach(p => p.widgets("org.kde.plasma.digitalclock").forEach(w => w.remove()));
desktops().forEach(d => { d.wallpaperPlugin = "org.kde.color"; });
"""
_DARK = "/usr/share/color-schemes/BreezeDark.colors"


class Plasma(Desktop):
    """What both kinds have in common: plasmashell, kded and KWin, asked by scripts."""

    programs = (
        *Desktop.programs,
        "plasmashell",
        "kded5",
        "kwriteconfig5",
        "dbus-update-activation-environment",
    )
    panel = Box(500, 750, 780, 50)
    empty = (400, 300)

    def __init__(self) -> None:
        super().__init__()
        self._scripts = 0

    def _make_environment(self) -> dict[str, str]:
        env = super()._make_environment()
        env.update(
            XDG_CURRENT_DESKTOP="KDE",
            KDE_FULL_SESSION="true",
            KDE_SESSION_VERSION="5",
            XDG_MENU_PREFIX="plasma-",
            QT_QUICK_BACKEND="software",
            KWIN_COMPOSE="O2",
            KWIN_SCREENSHOT_NO_PERMISSION_CHECKS="1",
            KWIN_WAYLAND_NO_PERMISSION_CHECKS="1",
        )
        return env

    def _start_buses(self) -> None:
        self._start_system_bus()
        self._start_bus(_SERVICES)
        for file, group, key, value in (
            ("kdeglobals", "KDE", "AnimationDurationFactor", "0"),
            ("ksplashrc", "KSplash", "Engine", "none"),
            ("kscreenlockerrc", "Daemon", "Autolock", "false"),
            ("kwalletrc", "Wallet", "Enabled", "false"),
            ("kded5rc", "Module-appmenu", "autoload", "false"),
            ("kded5rc", "Module-kscreen", "autoload", "false"),
        ):
            self.tool("kwriteconfig5", "--file", file, "--group", group, "--key", key, value)

    def _start_shell(self, platform: str) -> None:
        """The rest, when KWin is there; each of its own programs on that platform of Qt's."""
        self.env["QT_QPA_PLATFORM"] = platform
        self.tool("dbus-update-activation-environment", "--all")
        self._record_toasts()
        self._spawn("kded", ["kded5"])
        self.bus.wait_owned(WATCHER, 60)
        self._spawn("shell", ["plasmashell", "--no-respawn"])
        self.bus.wait_owned("org.kde.plasmashell", 60)
        self._wait_for_daemon(60)
        shell = ("org.kde.plasmashell", "/PlasmaShell", "org.kde.PlasmaShell.evaluateScript")
        wait_until(lambda: "()" in self._call(*shell, "print(panels().length)") or True, "Plasma's shell", 60)
        self._call(*shell, _NO_CLOCK)
        del self.env["QT_QPA_PLATFORM"], self.env["QT_QUICK_BACKEND"]

    def _call(self, name: str, path: str, method: str, *arguments: str) -> str:
        return self.tool("gdbus", "call", "--session", "-d", name, "-o", path, "-m", method, *arguments)

    def _script(self, action: str = "") -> list[dict[str, Any]]:
        """Run a script in KWin, which does `action` with the windows `asked` and reports them."""
        self._scripts += 1
        path = self.folder / f"script-{self._scripts}.js"
        path.write_text(_SCRIPT.format(action=action, name=_OURS))
        connection = open_dbus_connection(self.bus.address)
        try:
            connection.send_and_get_reply(message_bus.RequestName(_OURS, 4))
            scripting = DBusAddress("/Scripting", "org.kde.KWin", "org.kde.kwin.Scripting")
            number = call(connection, scripting, "loadScript", "ss", str(path), path.stem)[0]
            script = DBusAddress(f"/{number}", "org.kde.KWin", "org.kde.kwin.Script")
            with connection.filter(_Answers()) as answers:
                call(connection, script, "run")
                message = connection.recv_until_filtered(answers, timeout=10)
            connection.send(new_method_return(message))
            call(connection, scripting, "unloadScript", "s", path.stem)
        finally:
            connection.close()
        return json.loads(message.body[0])

    def windows(self) -> list[Window]:
        """All windows of programs."""
        return [
            Window(each["title"], each["app"], each["active"], each["visible"]) for each in self._script()
        ]

    def put_aside(self, title: str) -> None:
        """Minimise it."""
        self._script(
            f"asked.forEach(function(w) {{ if (w.caption.indexOf({title!r}) >= 0) w.minimized = true; }});"
        )

    def close_window(self, title: str) -> None:
        """Close it as its button does."""
        self._script(
            f"asked.forEach(function(w) {{ if (w.caption.indexOf({title!r}) >= 0) w.closeWindow(); }});"
        )

    def press_mark_read(self, identity: int, box: Box) -> None:
        """The button below the text."""
        self.click(box.x + box.width - 60, box.y + box.height - 30)

    def turn_dark(self) -> None:
        """As Plasma's settings do, for programs that start from now on."""
        config = Path(self.env["XDG_CONFIG_HOME"], "kdeglobals")
        config.write_text(config.read_text() + Path(_DARK).read_text())


class _Answers:
    """A filter of jeepney's for the one call that we wait for."""

    def matches(self, message: Any) -> bool:
        fields = message.header.fields
        return (
            message.header.message_type is MessageType.method_call
            and fields.get(HeaderFields.member) == "Answer"
        )


class PlasmaOnX11(XDesktop, Plasma):
    """With kwin_x11 on Xvfb."""

    programs = (*XDesktop.programs, *Plasma.programs, "kwin_x11")

    def _start(self) -> None:
        self._start_screen()
        self._start_buses()
        self._spawn("kwin", ["kwin_x11", "--no-kactivities"])
        self.bus.wait_owned("org.kde.KWin", 60)
        self._start_shell("xcb")
        self.env["QT_QPA_PLATFORM"] = "xcb"
        self._wait_for_panel()


class PlasmaOnWayland(Plasma):
    """With kwin_wayland and a virtual screen."""

    programs = (*Plasma.programs, "kwin_wayland", "Xwayland", "convert")

    def __init__(self) -> None:
        super().__init__()
        self._pointer: WaylandPointer | None = None

    def _make_environment(self) -> dict[str, str]:
        return super()._make_environment() | {"XDG_SESSION_TYPE": "wayland"}

    def _start(self) -> None:
        self._start_buses()
        kwin = shutil.copy(
            shutil.which("kwin_wayland"), self.folder
        )  # without its capability, which needs a right
        width, height = self.size
        argv = [kwin, "--virtual", "--width", str(width), "--height", str(height), "--socket", "rig"]
        backend = self.env.pop("QT_QUICK_BACKEND")
        self._spawn("kwin", [*argv, "--xwayland", "--no-lockscreen"])
        self.env["QT_QUICK_BACKEND"] = backend
        path = Path(self.env["XDG_RUNTIME_DIR"], "rig")
        wait_until(path.exists, "KWin", 60)
        self.env["WAYLAND_DISPLAY"] = "rig"
        self.bus.wait_owned("org.kde.KWin", 60)
        self._pointer = WaylandPointer(path, self.size)
        self._start_shell("wayland")

    def stop(self) -> None:
        """End everything, the mouse first."""
        if self._pointer is not None:
            self._pointer.close()
            self._pointer = None
        super().stop()

    def screenshot(self, path: Path | str) -> Path:
        """Save a picture of the whole screen as PNG."""
        target = Path(path).absolute()
        target.parent.mkdir(parents=True, exist_ok=True)
        reading, writing = os.pipe()
        pixels: list[bytes] = []

        def read() -> None:
            with os.fdopen(reading, "rb") as pipe:
                pixels.append(pipe.read())

        reader = threading.Thread(target=read)
        reader.start()
        connection = open_dbus_connection(self.bus.address, enable_fds=True)
        shooter = DBusAddress("/org/kde/KWin/ScreenShot2", "org.kde.KWin", "org.kde.KWin.ScreenShot2")
        options = {"include-cursor": ("b", True), "native-resolution": ("b", True)}
        try:
            (facts,) = call(
                connection, shooter, "CaptureScreen", "sa{sv}h", "Virtual-0", options, writing, seconds=20
            )
        finally:
            connection.close()
            os.close(writing)
            reader.join()
        size = f"{facts['width'][1]}x{facts['height'][1]}"
        argv = ["convert", "-size", size, "-depth", "8", "bgra:-", "-alpha", "off", str(target)]
        subprocess.run(argv, input=pixels[0], check=True)
        return target

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click where a user would: 1 left, 2 middle, 3 right."""
        assert self._pointer is not None
        self._pointer.click(x, y, button)

    def key(self, name: str) -> None:
        """Press a key by its X name."""
        assert self._pointer is not None
        self._pointer.key(_CODES[name])
