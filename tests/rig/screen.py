"""An X screen in memory, and what a person does to it with mouse and keyboard."""

from __future__ import annotations

import os
from pathlib import Path

from tests.rig.processes import Child
from tests.rig.session import Session


class XSession(Session):
    """A session on Xvfb."""

    programs = (*Session.programs, "Xvfb", "xdotool", "xwininfo", "scrot")

    def __init__(self, size: str = "1280x800") -> None:
        super().__init__()
        self._size = size

    def _make_environment(self) -> dict[str, str]:
        env = super()._make_environment()
        env.update(XDG_SESSION_TYPE="x11", GDK_BACKEND="x11", QT_QPA_PLATFORM="xcb")
        return env

    def _start_screen(self) -> None:
        reading, writing = os.pipe()
        argv = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{self._size}x24"]
        argv += ["-nolisten", "tcp", "-ac", "-dpi", "96", "-noreset"]
        try:
            self._family.add(
                "screen", Child(argv, self.env, self._log("screen"), pass_fds=[writing], tied=True)
            )
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as numbers:
            number = numbers.readline().strip().decode()  # end of file when Xvfb has died
        if not number:
            raise RuntimeError(self._log("screen").read_text())
        self.env["DISPLAY"] = f":{number}"

    def screenshot(self, path: Path | str) -> Path:
        """Save a picture of the whole screen as PNG."""
        target = Path(path).absolute()
        target.parent.mkdir(parents=True, exist_ok=True)
        self.tool("scrot", "--overwrite", "--pointer", str(target))
        return target

    def move(self, x: int, y: int) -> None:
        """Move the mouse there."""
        self.tool("xdotool", "mousemove", str(x), str(y))

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click where a person would: 1 left, 2 middle, 3 right."""
        # With --sync xdotool waits 15 s for a mouse that is there already to move. Without, too, the X server moves it
        # first: it does what a connection asks for one by one.
        self.tool("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def type(self, text: str) -> None:
        """Type `text` into what has the focus."""
        self.tool("xdotool", "type", "--delay", "8", "--", text)

    def key(self, name: str) -> None:
        """Press a key by its X name, such as ``Return`` or ``alt+F4``."""
        self.tool("xdotool", "key", "--", name)
