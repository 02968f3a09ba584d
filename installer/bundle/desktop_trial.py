"""A packaged program on a desktop: ``desktop_trial.py SYSTEM COMMAND``, where COMMAND is in SYSTEM.

The desktop runs outside of SYSTEM, the program inside. Pictures are left in artifacts/.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "installer")]

from dev.talk import say  # noqa: E402
from dev.virtual_demo import Program, photograph  # noqa: E402

from tests.rig.desktop import VirtualDesktop  # noqa: E402
from tests.rig.processes import wait_until  # noqa: E402

_SECONDS = 60
_SETTLE = 2.0
"""Seconds in which a toast or a window is drawn."""
_WINDOW = re.compile(r'"mailbell"\)\s+\d{3,}x\d{3,}\+')
_SECRET = "of-the-bundle"
_WITH_THE_SESSION = """
set -e
mount --make-rprivate /
mkdir -p "$1$2"
mount --bind "$2" "$1$2"
shift 2
exec "$@"
"""
_INSIDE = f"""
import sys; sys.path.insert(0, {str(ROOT / "installer")!r})
from pathlib import Path; from dev import chroot
sys.exit(chroot.run(Path(sys.argv[1]), sys.argv[2]))
"""


class Packaged:
    """Runs `program` inside `system`, on `desktop`."""

    def __init__(self, system: Path, program: str, desktop: VirtualDesktop, language: str) -> None:
        self._before = ["unshare", "--mount", "sh", "-c", _WITH_THE_SESSION, "sh", system, desktop.folder]
        self._system = system
        self._program = program
        of_the_session = {
            name: value for name, value in desktop.env.items() if os.environ.get(name) != value
        } | {"HOME": "/root", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LANGUAGE": language}
        of_the_session.pop("LC_ALL", None)
        self._variables = [f"{name}={value}" for name, value in of_the_session.items()]

    def command(self, *arguments: str, before: tuple[str, ...] = (), stdin: str = "") -> list[str | Path]:
        """What runs ``mailbell`` with these arguments inside, given `stdin` and a line break."""
        words = shlex.join(["env", "-i", *self._variables, *before, self._program, *arguments])
        given = f"printf '%s\\n' {shlex.quote(stdin)} | " if stdin else ""
        return [*self._before, sys.executable, "-c", _INSIDE, self._system, given + words]

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Its output; CalledProcessError where it fails."""
        command = self.command(*arguments, stdin=stdin)
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def keyring(packaged: Packaged, desktop: VirtualDesktop) -> None:
    """A password comes into the keyring."""
    add = ("account", "add", "--email", "a@example.org", "--host", "127.0.0.1", "--port", "1", "--no-check")
    packaged.run(*add, "--password-stdin", stdin=_SECRET)
    found = desktop.tool("secret-tool", "search", "--all", "service", "mailbell")
    if f"secret = {_SECRET}" not in found:
        raise SystemExit("The password did not come into the keyring.")
    say("The password of an account is in the keyring")


def look(desktop: VirtualDesktop, name: str) -> None:
    """See a toast, and the window that a click on the icon opens; TimeoutError where one does not come."""
    wait_until(lambda: bool(desktop.notifications.toasts()), "a toast")
    time.sleep(_SETTLE)
    photograph(desktop, f"{name}-toast")
    desktop.tray().activate()
    wait_until(lambda: bool(_WINDOW.search(desktop.tool("xwininfo", "-root", "-tree"))), "the window")
    time.sleep(_SETTLE)
    photograph(desktop, f"{name}-window")


def main(system: Path, command: str) -> int:
    with VirtualDesktop(notifier="xfce", keyring="unlocked") as desktop:
        packaged = Packaged(system, command, desktop, "de")
        keyring(packaged, desktop)
        started = time.monotonic()
        limited = ("timeout", "--preserve-status", str(_SECONDS))
        program = Program(dict(os.environ), packaged.command("--demo", before=limited))
        try:
            desktop.tray().wait()
            say(f"Its icon is in the tray after {time.monotonic() - started:.1f} s")
            look(desktop, Path(command).name)
        finally:
            code = program.wait(_SECONDS + 30)
        toasts = len(desktop.notifications.toasts())
    say(f"The notification daemon was given {toasts} toasts; Mailbell ended with code {code}.")
    return 0 if toasts and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
