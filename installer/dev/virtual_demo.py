"""``mailbell --demo`` on a virtual desktop: relays what it says, photographs a toast, the open menu and the window.

Run by dev.py with the virtual environment's Python. Exit code 0 only if the notification daemon showed a toast.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.rig.desktop import VirtualDesktop  # noqa: E402
from tests.rig.processes import wait_until  # noqa: E402
from tests.rig.tray import MenuMonitor  # noqa: E402

ARTIFACTS = ROOT / "artifacts"
SECONDS = 20.0
_SETTLE = 1.0  # a menu and a toast are drawn some frames after the program has spoken


class Program:
    """The running ``mailbell --demo`` and what it has said."""

    def __init__(self, env: dict[str, str], command: Sequence[str | Path]) -> None:
        self._process = subprocess.Popen(
            command,
            env=env | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self.lines: list[str] = []
        self._relay = threading.Thread(target=self._read, daemon=True)
        self._relay.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line)
            print("    " + line, end="", flush=True)

    def running(self) -> bool:
        """Whether it still lives."""
        return self._process.poll() is None

    def stop(self) -> int:
        """End it as a session does at log-out; its exit code."""
        if self.running():
            self._process.send_signal(signal.SIGTERM)
        return self.wait(5)

    def wait(self, seconds: float) -> int:
        """Wait until it ends, or end it after `seconds`; its exit code."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._relay.join(2)
        return code


def wait(program: Program, condition: object, what: str, seconds: float) -> bool:
    """Wait for ``condition``; False, with a word about it, when it does not come or the program has ended."""
    try:
        wait_until(lambda: bool(condition()) or not program.running(), what, seconds)  # type: ignore[operator]
    except TimeoutError as late:
        print(f"==> {late}", file=sys.stderr)
        return False
    return program.running()


def photograph(desktop: VirtualDesktop, name: str) -> None:
    picture = desktop.screenshot(ARTIFACTS / f"{name}.png")
    print(f"==> Picture: {picture.relative_to(ROOT)}", file=sys.stderr, flush=True)


def tour(desktop: VirtualDesktop, program: Program, until: float, name: str = "demo") -> None:
    """What a newcomer would look at: a toast, the menu, the window that a click opens, the panel with its icon.

    The pictures are called after `name`.
    """
    if wait(program, desktop.notifications.toasts, "a toast", max(1.0, until - time.monotonic())):
        time.sleep(_SETTLE)
        photograph(desktop, f"{name}-toast")
    if not program.running():
        return
    try:
        x, y = desktop.wait_tray_icon(5)
    except (TimeoutError, LookupError) as absent:
        print(f"==> No icon in the tray: {absent}", file=sys.stderr)
    else:
        with MenuMonitor(desktop.bus.address) as monitor:
            desktop.click(x, y, 3)
            wait(program, monitor.saw_opening, "the panel to open the menu", 5)
        time.sleep(_SETTLE)
        photograph(desktop, f"{name}-menu")
        desktop.key("Escape")
        desktop.click(x, y)
        time.sleep(_SETTLE)
        photograph(desktop, f"{name}-window")
        desktop.key("Escape")
    while program.running() and time.monotonic() < until:
        time.sleep(0.1)
    if program.running():
        photograph(desktop, f"{name}-end")


def main(options: list[str]) -> int:
    """Run the demo once."""
    until = time.monotonic() + SECONDS
    try:
        desktop = VirtualDesktop(notifier="xfce").start()
    except FileNotFoundError as lacking:
        print(f"dev.py: {lacking}. Install it and run the same command again.", file=sys.stderr)
        return 1
    try:
        mailbell = Path(sys.executable).parent / "mailbell"
        program = Program(desktop.env, [mailbell, "--demo", *options])
        try:
            tour(desktop, program, until)
        finally:
            code = program.stop()
        toasts = len(desktop.notifications.toasts())
    finally:
        desktop.stop()
    print(
        f"==> The notification daemon was given {toasts} toasts; Mailbell ended with code {code}.",
        file=sys.stderr,
    )
    return 0 if toasts else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
