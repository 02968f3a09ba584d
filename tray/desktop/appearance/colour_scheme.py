"""Whether the user prefers dark windows, and changes of that: Qt 5 detects it on KDE only."""

from __future__ import annotations

import configparser
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QProcess

from tray.desktop.appearance.portal import PORTAL, PORTAL_PATH, SETTINGS, read_setting
from tray.desktop.bus import method_call
from tray.files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.desktop.bus import Bus

_APPEARANCE = "org.freedesktop.appearance"
_KEY = "color-scheme"
_DARK, _LIGHT = 1, 2
"""Values of the portal's color-scheme; 0 is no preference (XDG Desktop Portal, Settings)."""
_FILE_LIMIT = 64 * 1024
_XFCONF = "org.xfce.Xfconf"
_SCHEMAS = {"MATE": "org.mate.interface", "X-CINNAMON": "org.cinnamon.desktop.interface"}
"""GSettings schemas of desktops other than GNOME, by their name in XDG_CURRENT_DESKTOP."""


class ColourScheme(QObject):
    """Asks the desktop's portal, then the settings of GTK programs, without blocking.

    `prefers` is called with True for dark: at once, where a file contains it, or later, and at each change that the
    portal signals.
    """

    def __init__(self, bus: Bus, prefers: Callable[[bool], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = bus
        self._prefers = prefers

    def follow(self) -> None:
        """Start; to be called once."""
        if _gtk_files_say_dark():
            self._prefers(True)
        self._bus.listen(PORTAL, PORTAL_PATH, SETTINGS, "SettingChanged", self._setting_changed)
        # The portal is not started for this: the desktop's settings contain the same.
        read_setting(self._bus, _APPEARANCE, _KEY, self._answered)

    def _setting_changed(self, arguments: list[Any]) -> None:
        match arguments:
            case [str(group), str(key), value] if (group, key) == (_APPEARANCE, _KEY):
                self._prefers(value == _DARK or (value != _LIGHT and _gtk_files_say_dark()))

    def _answered(self, _error: str, reply: list[Any]) -> None:
        match reply:
            case [int(value)] if value in {_DARK, _LIGHT}:
                self._prefers(value == _DARK)
            case _:
                self._ask_settings()

    def _ask_settings(self) -> None:
        """Read the theme from the desktop's settings: there is no portal, or it has no preference."""
        desktops = os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":")
        if "XFCE" in desktops:
            arguments = ("xsettings", "/Net/ThemeName")
            call = method_call(_XFCONF, "/org/xfce/Xfconf", _XFCONF, "GetProperty", *arguments)
            self._bus.ask(call, self._theme_known)
            return
        schema = next(
            (_SCHEMAS[name] for name in desktops if name in _SCHEMAS), "org.gnome.desktop.interface"
        )
        process = QProcess(self)  # where there is no such program it never finishes
        process.finished.connect(lambda: self._settings_known(bytes(process.readAllStandardOutput())))
        process.start("gsettings", ["list-recursively", schema])

    def _theme_known(self, _error: str, reply: list[Any]) -> None:
        match reply:
            case [str(theme)] if _is_dark_theme(theme):
                self._prefers(True)

    def _settings_known(self, output: bytes) -> None:
        found = re.findall(r"(?m)^\S+ (\S+) (.*)$", output.decode(errors="replace"))  # schema, key, value
        values = {key: value.strip("'") for key, value in found}
        scheme, theme = values.get("color-scheme"), values.get("gtk-theme", "")
        if scheme == "prefer-dark" or (scheme != "prefer-light" and _is_dark_theme(theme)):
            self._prefers(True)


def _is_dark_theme(name: str) -> bool:
    """By the conventions of GTK and its themes: ``Adwaita:dark``, ``Adwaita-dark``, ``Mint-Y-Dark-Aqua``."""
    return "dark" in name.lower().replace(":", "-").split("-")


def _gtk_files_say_dark() -> bool:
    """The theme of GTK 3 and 4 programs without a settings service: GTK_THEME, then settings.ini (GtkSettings)."""
    theme = os.environ.get("GTK_THEME", "")
    if theme:
        return _is_dark_theme(theme)
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for folder in ("gtk-4.0", "gtk-3.0"):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(read_regular_file(base / folder / "settings.ini", _FILE_LIMIT).decode())
            chosen = parser["Settings"] if parser.has_section("Settings") else {}
        except (configparser.Error, OSError, UnicodeError):
            continue
        prefers = chosen.get("gtk-application-prefer-dark-theme", "0").strip().lower()
        if prefers in {"1", "true"} or _is_dark_theme(chosen.get("gtk-theme-name", "")):
            return True
    return False
