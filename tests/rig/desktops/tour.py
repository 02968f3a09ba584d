"""What a user does with the program on a desktop, one step after another, with a picture of each."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tests.e2e.program import Program
from tests.real.dovecot import Dovecot
from tests.rig.desktops.desktop import Box, Desktop, changed, icon_place, lightness
from tests.rig.processes import wait_until
from tests.rig.tray import MenuMonitor
from tray import APPLICATION_ID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRAY_STEPS = ("icon", "menu", "toast", "mark read", "settings", "settings again", "quit", "dark")
WINDOW_STEPS = ("window", "toast", "mark read", "settings", "close", "open again", "quit")
_MENU = 120
"""Pixels: what is smaller, in either direction, is a tooltip and no menu."""
_TINY = 4
"""Pixels: a blinking cursor, or a corner that a compositor draws anew all the time."""
_DARK = 0.45
_SETTINGS = "Mailbell Settings"
_FIRST = "Here before the start"
_SECOND = "Mark me as read"


class Tour:
    """Each step is a method; `walk` takes all that this desktop has, also behind one that failed."""

    def __init__(self, desktop: Desktop, name: str, folder: Path, pictures: Path) -> None:
        self._desktop = desktop
        self._name = name
        self._pictures = pictures
        self._folder = folder
        self._program = Program(folder, desktop.env)
        self._screen = Box(0, 0, *desktop.size)
        self._last: Path | None = None

    def walk(self, report: Callable[[str, str], None] = lambda _step, _what: None) -> dict[str, str]:
        """What went wrong by step, empty where a step went well; `report` is called with each as it ends."""
        results: dict[str, str] = {}
        with Dovecot() as self._dovecot:
            self._dovecot.deliver(_FIRST, "Zoë <zoe@example.org>")
            self._program.add_account(self._dovecot)
            (settings,) = self._program.profile.rglob("settings.toml")
            settings.write_text('toast_buttons = ["mark-read"]\n' + settings.read_text("utf-8"), "utf-8")
            try:
                for step in TRAY_STEPS if self._desktop.has_tray else WINDOW_STEPS:
                    results[step] = self._take(step)
                    report(step, results[step])
            finally:
                self._program.stop()
        return results

    def _take(self, step: str) -> str:
        try:
            getattr(self, step.replace(" ", "_"))()
        except Exception as wrong:  # noqa: BLE001 -- whatever it is, the next steps are of interest
            with suppress(Exception):
                self._desktop.screenshot(self._path(f"{step}-failed"))
            return f"{type(wrong).__name__}: {wrong}"
        return ""

    # -- pictures --------------------------------------------------------------------------------------

    def _path(self, step: str) -> Path:
        folder = (
            self._folder if step.startswith("no ") else self._pictures
        )  # nobody wants to see what is not there
        return folder / f"{self._name}-{step.replace(' ', '-')}.png"

    def _picture(self, step: str) -> Path:
        """A picture of the screen when it has come to rest."""
        path, before = self._path(step), self._folder / "moment-before.png"

        def at_rest() -> bool:
            self._desktop.screenshot(before)
            self._desktop.screenshot(path)
            box = changed(before, path)
            return box is None or min(box.width, box.height) <= _TINY

        wait_until(at_rest, "the screen to come to rest", 60)
        return path

    def _appears(self, what: str, before: Path, step: str, within: Box, least: int = 10) -> Box:
        """Wait until a part of the screen of at least that many pixels has changed; that part."""
        found: list[Box] = []

        def there() -> bool:
            box = changed(before, self._picture(step), within)
            found[:] = [box] if box is not None and min(box.width, box.height) >= least else []
            return bool(found)

        wait_until(there, f"{what} on the screen", 60)
        return found[0]

    # -- steps with a tray -----------------------------------------------------------------------------

    def icon(self) -> None:
        """It comes into the tray."""
        before = self._picture("no icon")
        self._program.start()
        self._tray = self._desktop.tray("mailbell")
        self._tray.wait(60)
        self._program.wait_state("watching")
        self._appears("the icon", before, "icon", self._desktop.panel)

        def found() -> bool:
            self._icon = icon_place(self._picture("icon"), self._desktop.panel)
            return self._icon is not None

        wait_until(found, "the colour of the icon in the panel", 60)

    def menu(self) -> None:
        """A right click soon after the start shows the titles."""
        before = self._picture("no menu")
        middle = self._icon.x + self._icon.width // 2, self._icon.y + self._icon.height // 2
        with MenuMonitor(self._desktop.bus.address) as monitor:
            self._desktop.click(*middle, 3)
            wait_until(monitor.saw_opening, "the panel to open our menu")
        try:
            place = self._appears("the menu", before, "menu", self._screen, _MENU)
        except (
            TimeoutError
        ):  # GNOME had not read the menu yet: it asks for it then, too, and ignores the click
            self._desktop.click(*middle, 3)
            place = self._appears("the menu", before, "menu", self._screen, _MENU)
        titles = self._tray.menu()
        assert any(_FIRST in title for title in titles), f"the titles are not in the menu: {titles}"
        self._desktop.click(*self._desktop.empty)
        # Where it was, only the mouse may be another.
        wait_until(
            lambda: _is_small(changed(before, self._picture("no menu again"), place)), "the menu to go", 15
        )

    def toast(self) -> None:
        """A new mail pops up."""
        before = self._picture("no toast")
        self._dovecot.deliver(_SECOND)
        self._toast = self._desktop.notifications.wait_toast(_SECOND)
        self._box = self._appears("the toast", before, "toast", self._desktop.toast_area, 40)

    def mark_read(self) -> None:
        """Its button works, on the server too."""
        self._desktop.press_mark_read(self._toast["id"], self._box)
        self._program.wait_unseen(1)

    def settings(self) -> None:
        """They open, in front."""
        before = self._picture("no settings")
        self._open_settings()
        shown = self._desktop.wait_window(_SETTINGS, lambda window: window.active and window.visible)
        self._appears("the settings", before, "settings", self._screen, 200)
        assert shown.app in {APPLICATION_ID, "mailbell"}, f"the desktop takes it for one of {shown.app!r}"
        if not self._desktop.has_tray:
            self._desktop.key("Escape")
            self._desktop.wait_gone(_SETTINGS)

    def _open_settings(self) -> None:
        if self._desktop.has_tray:
            self._tray.wait(60)  # an icon that GNOME dropped is shown again some seconds later
            self._tray.click("Settings…")
        else:
            before = self._picture("no window menu")
            self._desktop.key("F10")
            self._appears("the menu of the window", before, "window menu", self._screen, 60)
            self._desktop.key("s")

    def settings_again(self) -> None:
        """Put aside by the user and asked for again they come back, in front."""
        self._desktop.put_aside(_SETTINGS)
        self._desktop.wait_window(_SETTINGS, lambda window: not (window.active and window.visible))
        self._appears("no settings", self._path("settings"), "no settings", self._screen, 200)
        before = self._path("no settings")
        self._tray.click("Settings…")
        self._desktop.wait_window(_SETTINGS, lambda window: window.active and window.visible)
        self._appears("the settings", before, "settings again", self._screen, 200)

    def quit(self) -> None:
        """It ends by its menu (its command where there is none), and the icon is gone."""
        if self._desktop.has_tray:
            self._tray.click("Quit")
        else:
            self._program.run("quit")
        assert self._program.wait_end() == 0
        self._program.stop()

    def dark(self) -> None:
        """Its dialogs are dark where the user chose the dark style."""
        self._desktop.turn_dark()
        self._program.start_watching()
        if self._desktop.has_tray:
            self._tray.wait(60)
        else:
            self._desktop.wait_window("— Mailbell", lambda window: window.visible and window.active, 60)
        before = self._picture("no dark settings")
        self._open_settings()
        self._desktop.wait_window(_SETTINGS, lambda window: window.visible)
        box = self._appears("the settings", before, "dark", self._screen, 200)
        shade = lightness(self._path("dark"), box)
        assert shade < _DARK, f"the settings are light ({shade:.2f} of 1)"

    # -- steps without a tray --------------------------------------------------------------------------

    def window(self) -> None:
        """It does the icon's job."""
        before = self._picture("no window")
        self._program.start_watching()
        self._desktop.wait_window("Mailbell", lambda window: window.visible, 60)
        self._appears("the window", before, "window", self._screen, 200)

    def close(self) -> None:
        """Closed, it goes out of sight, and the program goes on."""
        self._desktop.close_window("unread")
        self._desktop.wait_gone("— Mailbell")
        self._closed = self._picture("closed")
        assert self._program.running

    def open_again(self) -> None:
        """A second start brings the window back."""
        assert self._program.run().returncode == 0
        self._desktop.wait_window("— Mailbell", lambda window: window.visible and window.active)
        self._appears("the window", self._closed, "open again", self._screen, 200)


def _is_small(box: Box | None) -> bool:
    return box is None or min(box.width, box.height) < _MENU
