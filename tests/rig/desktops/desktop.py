"""What every desktop here can do for a test: show its windows, be looked at, be clicked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rig.notifications import NAME as NOTIFICATIONS
from tests.rig.notifications import Notifications
from tests.rig.processes import wait_until
from tests.rig.session import Session
from tray.assets import resource

if TYPE_CHECKING:
    from collections.abc import Callable


_AMBER = "#ffc23c"


@dataclass(frozen=True)
class Window:
    """A window as the desktop knows it."""

    title: str
    app: str
    """Whose it is: an application id, or WM_CLASS where the desktop knows no more."""
    active: bool
    visible: bool
    floating: bool = True
    """Whether it has the size that it asked for; False where the desktop tiles it."""


@dataclass(frozen=True)
class Box:
    """A part of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int


class Desktop(Session):
    """A session with a panel and a real notification daemon, whose calls are recorded; the program is installed."""

    size = (1280, 800)
    panel = Box(0, 0, 1280, 40)
    """The part of the screen in which its tray is."""
    has_tray = True
    """Whether anybody shows tray icons."""
    empty = (400, 600)
    """Where a click closes a menu and hits nothing."""

    def _make_environment(self) -> dict[str, str]:
        env = super()._make_environment()
        env["PATH"] = (
            f"{Path(sys.executable).parent}:{env['PATH']}"  # an entry whose program is absent does not count
        )
        shutil.copytree(resource("share"), env["XDG_DATA_HOME"], dirs_exist_ok=True)
        return env

    def _record_toasts(self) -> None:
        """Record the calls of the notification daemon; to be called before it starts."""
        self._notifications = Notifications(self.bus.address, self.folder, "monitor").start()

    def _wait_for_daemon(self, seconds: float = 60.0) -> None:
        self.bus.wait_owned(NOTIFICATIONS, seconds)

    @abstractmethod
    def windows(self) -> list[Window]:
        """All windows of programs."""

    @abstractmethod
    def put_aside(self, title: str) -> None:
        """A person minimises the window, or goes to another workspace where nothing can be minimised."""

    @abstractmethod
    def close_window(self, title: str) -> None:
        """A person closes the window."""

    @abstractmethod
    def screenshot(self, path: Path | str) -> Path:
        """Save a picture of the whole screen as PNG."""

    @abstractmethod
    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click where a user would: 1 left, 2 middle, 3 right."""

    @abstractmethod
    def key(self, name: str) -> None:
        """Press a key by its X name, such as ``Escape``."""

    @abstractmethod
    def press_mark_read(self, identity: int, box: Box) -> None:
        """Press *Mark as read*, the only button, on the toast of that id, which covers about `box` of the screen."""

    @abstractmethod
    def turn_dark(self) -> None:
        """A person chooses the dark style."""

    @property
    def toast_area(self) -> Box:
        """The screen without the panel and what is beside it."""
        width, height = self.size
        if self.panel.y == 0:
            return Box(0, self.panel.height, width, height - self.panel.height)
        return Box(0, 0, width, self.panel.y)

    def window(self, text: str) -> Window | None:
        """The first window in whose title `text` is."""
        return next((window for window in self.windows() if text in window.title), None)

    def wait_window(
        self, text: str, condition: Callable[[Window], bool] = lambda _: True, seconds: float = 60.0
    ) -> Window:
        """Wait until there is such a window, for which `condition` holds; it."""
        found: list[Window] = []

        def there() -> bool:
            found[:] = [each for each in self.windows() if text in each.title and condition(each)]
            return bool(found)

        try:
            wait_until(there, f"a window {text!r}", seconds)
        except TimeoutError as late:
            raise TimeoutError(f"{late}; there are {self.windows()}") from None
        return found[0]

    def wait_gone(self, text: str, seconds: float = 60.0) -> None:
        """Wait until no such window is visible."""
        wait_until(
            lambda: not any(text in each.title and each.visible for each in self.windows()),
            f"the window {text!r} to go",
            seconds,
        )


def changed(before: Path, after: Path, within: Box | None = None) -> Box | None:
    """The part of the screen that differs between two pictures; None where nothing does."""
    crop = (
        []
        if within is None
        else ["-crop", f"{within.width}x{within.height}+{within.x}+{within.y}", "+repage"]
    )
    argv = ["convert", str(before), str(after), *crop, "-compose", "difference", "-composite"]
    return _bright_part([*argv, "-colorspace", "gray", "-threshold", "4%"], within or Box(0, 0, 0, 0))


def _bright_part(argv: list[str], within: Box) -> Box | None:
    """What is not black in the picture that ImageMagick makes of the part `within` of the screen."""
    argv += ["-bordercolor", "black", "-border", "1", "-format", "%@ %[fx:maxima]", "info:"]
    place, brightest = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()
    if float(brightest) == 0:
        return None
    size, x, y = place.split("+")
    width, height = size.split("x")
    return Box(int(x) - 1 + within.x, int(y) - 1 + within.y, int(width), int(height))


def icon_place(picture: Path, within: Box) -> Box | None:
    """Where our icon is in that part of the picture, by its colour, for the others may have moved; None without it."""
    crop = f"{within.width}x{within.height}+{within.x}+{within.y}"
    argv = ["convert", str(picture), "-crop", crop, "+repage", "-alpha", "off", "-fuzz", "16%"]
    argv += ["-fill", "magenta", "-opaque", _AMBER, "-fuzz", "0", "-fill", "black", "+opaque", "magenta"]
    return _bright_part(argv, within)


def lightness(picture: Path, box: Box) -> float:
    """How light that part of the picture is: 0 is black, 1 is white."""
    crop = f"{box.width}x{box.height}+{box.x}+{box.y}"
    argv = ["convert", str(picture), "-crop", crop, "-colorspace", "gray", "-format", "%[fx:mean]", "info:"]
    return float(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
