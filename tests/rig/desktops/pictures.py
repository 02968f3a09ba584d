"""Takes the pictures of the README from the running program: ``python -m tests.rig.desktops.pictures [NAME…]``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.demo.running import RunningDemo
from tests.rig.desktop import VirtualDesktop
from tests.rig.desktops.desktop import Box, changed, icon_place
from tests.rig.desktops.names import DESKTOPS
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rig.desktops.desktop import Desktop

_PICTURES = Path(__file__).resolve().parents[3] / "docs" / "pictures"
_MAILBELL = Path(sys.executable).parent / "mailbell"
_MARGIN = 12
_SUBJECT = "Lunch tomorrow? The place with the green door"
_DESKTOPS = {"gnome": "gnome-tray", "plasma": "plasma-wayland", "sway": "sway-swaync"}


class Photographer:
    """Takes pictures of what has appeared on the screen since `look_away`."""

    def __init__(self, desktop: VirtualDesktop | Desktop, folder: Path) -> None:
        self._desktop = desktop
        self.before = folder / "before.png"
        self._now = folder / "now.png"
        self._last = folder / "last.png"

    def look_away(self) -> None:
        """What is on the screen now is not to be in the next picture."""
        self._at_rest(self.before)

    def take(self, name: str, within: Box | None = None, least: int = 60) -> Box:
        """Wait for something that appears in that part of the screen, and save a picture of it.

        What changes in fewer than `least` pixels, such as a clock or the pointer, is none of ours.
        """
        found: list[Box] = []

        def there() -> bool:
            self._at_rest(self._now)
            box = changed(self.before, self._now, within)
            found[:] = [box] if box is not None and min(box.width, box.height) >= least else []
            return bool(found)

        wait_until(there, f"{name} on the screen", 60)
        box = found[0]
        left, top = max(0, box.x - _MARGIN), max(0, box.y - _MARGIN)
        size = f"{box.width + box.x - left + _MARGIN}x{box.height + box.y - top + _MARGIN}+{left}+{top}"
        path = _PICTURES / f"{name}.png"
        crop = ["convert", self._now, "-crop", size, "+repage", "-colors", "200", "-strip", path]
        subprocess.run(crop, check=True)
        print(f"{path.name}: {box.width} x {box.height}", flush=True)
        return box

    def _at_rest(self, path: Path) -> None:
        def same() -> bool:
            self._desktop.screenshot(self._last)
            self._desktop.screenshot(path)
            return changed(self._last, path) is None

        wait_until(same, "the screen to come to rest", 60)


@contextmanager
def _mailbell(desktop: VirtualDesktop | Desktop, profile: str) -> Iterator[None]:
    program = subprocess.Popen([_MAILBELL, "--profile", profile], env=desktop.env)
    try:
        yield
    finally:
        program.terminate()
        program.wait(60)


@contextmanager
def _mailbell_with_mail(desktop: VirtualDesktop | Desktop, folder: str) -> Iterator[RunningDemo]:
    """Mailbell on a demo server to which nothing is delivered by itself."""
    demo = RunningDemo()
    try:
        facts = demo.facts
        Path(folder, "ca.pem").write_text(facts["ca_pem"], "utf-8")
        server = ("--email", facts["user"], "--host", facts["host"], "--port", str(facts["port"]))
        trust = ("--ca-file", f"{folder}/ca.pem", "--insecure-secret-file", "--password-stdin")
        add = [_MAILBELL, "--profile", f"{folder}/demo", "account", "add", "--name", "Home", *server, *trust]
        subprocess.run(
            add, env=desktop.env, input=facts["password"].encode(), check=True, capture_output=True
        )
        with _mailbell(desktop, f"{folder}/demo"):
            yield demo
    finally:
        demo.stop()


def _on_xfce(*, dark: bool) -> None:
    """Menu, window, toast and first page."""
    shade = "dark" if dark else "light"
    with VirtualDesktop(dark=dark) as desktop, tempfile.TemporaryDirectory() as folder:
        photographer = Photographer(desktop, Path(folder))
        photographer.look_away()
        with _mailbell(desktop, f"{folder}/empty"):
            photographer.take(f"first-page-{shade}", Box(0, 0, 1280, 760), 300)
        with _mailbell_with_mail(desktop, folder) as demo:
            position = desktop.wait_tray_icon()
            photographer.look_away()
            desktop.click(*position, 3)
            photographer.take(f"menu-{shade}", Box(0, 0, 1280, 766), 300)
            desktop.key("Escape")
            photographer.look_away()
            desktop.click(*position)
            desktop.move(100, 400)  # else the icon's tooltip comes
            photographer.take(f"window-{shade}", Box(640, 0, 640, 766), 400)
            desktop.key("Escape")
            photographer.look_away()
            demo.order(_SUBJECT)
            photographer.take(f"toast-{shade}", Box(0, 0, 1280, 400))


def _elsewhere(name: str) -> None:
    """The menu, and a toast."""
    with DESKTOPS[_DESKTOPS[name]]() as desktop, tempfile.TemporaryDirectory() as folder:
        photographer = Photographer(desktop, Path(folder))
        photographer.look_away()
        with _mailbell_with_mail(desktop, folder) as demo:
            desktop.tray("mailbell").wait(60)
            icon: list[Box] = []

            def found() -> bool:
                photographer.look_away()
                icon[:] = [place for place in [icon_place(photographer.before, desktop.panel)] if place]
                return bool(icon)

            wait_until(found, "the icon in the panel", 60)
            desktop.click(icon[0].x + icon[0].width // 2, icon[0].y + icon[0].height // 2, 3)
            photographer.take(f"menu-{name}", least=150)
            desktop.click(*desktop.empty)
            photographer.look_away()
            demo.order(_SUBJECT)
            photographer.take(f"toast-{name}", desktop.toast_area)


def main(arguments: list[str]) -> None:
    """Take all pictures, or those of the desktops that are named: light, dark, gnome, plasma, sway."""
    _PICTURES.mkdir(parents=True, exist_ok=True)
    for name in arguments or ["light", "dark", *_DESKTOPS]:
        if name in _DESKTOPS:
            _elsewhere(name)
        else:
            _on_xfce(dark=name == "dark")


if __name__ == "__main__":
    main(sys.argv[1:])
