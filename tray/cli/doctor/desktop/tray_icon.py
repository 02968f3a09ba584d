"""The tray: a panel that shows icons, and whether it has that of the running Mailbell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tray.cli.doctor.bus_questions import NoBus, Questions, questions
from tray.cli.doctor.finding import note, ok
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.cli.doctor.finding import Finding

_WATCHER, _PATH = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
_SHELL, _SHELL_PATH, _EXTENSIONS = "org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell.Extensions"
_APP_INDICATORS = (
    "appindicatorsupport@rgcjonas.gmail.com",
    "ubuntu-appindicators@ubuntu.com",
)
_NAME = "AppIndicator and KStatusNotifierItem Support"


@dataclass(frozen=True, slots=True)
class Tray:
    """What was seen."""

    watcher: bool = False
    """Whether a program collects StatusNotifierItems."""
    host: bool = False
    """Whether a panel shows them."""
    program: str = ""
    """The program that collects them."""
    xembed: bool = False
    """Whether a panel shows the older icons of X11."""
    desktop: str = ""
    extension: bool | None = None
    """Whether GNOME's extension is switched on; None where it is not installed, or this is not GNOME."""
    has_icon: bool | None = None
    """Whether the panel has the icon of the running Mailbell; None where none runs."""


def look(running: int | None) -> Tray:
    """Ask panel and desktop; `running` is the process of the running Mailbell. Raises `NoBus`."""
    from tray.desktop.session.x11 import has_xembed_tray

    xembed = bool(os.environ.get("DISPLAY")) and has_xembed_tray()
    desktop = os.environ.get("XDG_CURRENT_DESKTOP", "")
    try:
        with questions() as bus:
            return Tray(
                watcher=bus.has(_WATCHER),
                host=bus.value(_WATCHER, _PATH, _WATCHER, "IsStatusNotifierHostRegistered") is True,
                program=bus.program(_WATCHER),
                xembed=xembed,
                desktop=desktop,
                extension=_extension(bus) if "gnome" in desktop.lower() else None,
                has_icon=None if running is None else _has_icon(bus, running),
            )
    except NoBus:
        if not xembed:
            raise
        return Tray(xembed=True, desktop=desktop)


def _has_icon(bus: Questions, running: int) -> bool:
    items = bus.value(_WATCHER, _PATH, _WATCHER, "RegisteredStatusNotifierItems")
    names = {str(item).partition("/")[0].partition("@")[0] for item in items or ()} - {""}
    return any(bus.process(name) == running for name in names)


def _extension(bus: Questions) -> bool | None:
    for name in _APP_INDICATORS:
        match bus.ask(_SHELL, _SHELL_PATH, _EXTENSIONS, "GetExtensionInfo", "s", name):
            case ({"state": (_, state)},):
                return int(state) == 1  # ExtensionState.ENABLED of gnome-shell
    return None


def findings(tray: Tray) -> list[Finding]:
    """What it means."""
    if tray.host:
        return [_shown(tray), *_own_icon(tray)]
    if tray.xembed:
        return [ok(tr("The panel shows tray icons, in the older way of X11."))]
    if "gnome" in tray.desktop.lower():
        return [_gnome(tray)]
    if tray.watcher:
        return [note(tr("A program collects tray icons, but no panel shows them."), _window())]
    return [note(tr("No panel here shows tray icons."), _window())]


def _shown(tray: Tray) -> Finding:
    if not tray.program:
        return ok(tr("The panel shows tray icons."))
    return ok(tr("The panel shows tray icons ({program}).").format(program=tray.program))


def _own_icon(tray: Tray) -> list[Finding]:
    if tray.has_icon is None:
        return []
    if tray.has_icon:
        return [ok(tr("The panel has Mailbell's icon."))]
    if tray.xembed:
        return []  # it may be there in the older way, where nobody can be asked
    return [
        note(
            tr("The panel does not have Mailbell's icon."),
            tr("If “Hide the icon while nothing is new” is off, quit Mailbell and start it again."),
        )
    ]


def _gnome(tray: Tray) -> Finding:
    if tray.extension is None:
        return note(
            tr("GNOME shows no tray icons by itself; Mailbell shows a small window instead."),
            tr("For an icon, install the extension “{name}”, switch it on, and log in again.").format(
                name=_NAME
            ),
        )
    return note(
        tr("GNOME's extension for tray icons is installed, but it shows none now."),
        tr("Switch “{name}” on in the program Extensions, and log in again.").format(name=_NAME),
    )


def _window() -> str:
    return tr(
        "Mailbell shows a small window instead. For an icon, start a panel with a tray, such as waybar on Sway."
    )
