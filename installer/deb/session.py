"""What an ordinary user does with an installed Mailbell, in a session of his own; run inside a clean system.

``dbus-run-session -- python3 -m installer.deb.session demo|mail|upgrade``, from the checkout, which the recorder of
notifications and the mail server come from. It needs xvfb, gnome-keyring, dovecot-imapd and python3-jeepney.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real.dovecot import Dovecot
from tests.rig.notifications import Notifications
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

UPGRADE, UPGRADED = Path("/tmp/upgrade-now"), Path("/tmp/upgraded")
"""How `upgrade` asks root for the newer package, and is told that it is there."""

_SECONDS = 180.0  # a slow machine, and the first start of all


class Failed(Exception):  # noqa: N818 -- it says what happened
    """The installed program did not do what it should; the text says what."""


@contextlib.contextmanager
def _running(*options: str) -> Iterator[subprocess.Popen[str]]:
    """The program; at the end of the block it has to end with 0 after SIGTERM, and without a traceback."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        program = subprocess.Popen(
            ["mailbell", *options], stdout=subprocess.DEVNULL, stderr=errors, text=True
        )
        try:
            yield program
            program.terminate()
            code = program.wait(_SECONDS)
        finally:
            program.kill()
            program.wait()
            errors.seek(0)
            said = errors.read()
            print(said, end="")
        if code != 0 or "Traceback" in said:
            raise Failed(f"mailbell {' '.join(options)} ended with {code} and said: {said}")


def _mailbell(*arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["mailbell", *arguments], input=stdin, check=False, capture_output=True, text=True, timeout=_SECONDS
    )
    if done.returncode != 0:
        raise Failed(f"mailbell {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def _watches() -> bool:
    asked = subprocess.run(
        ["mailbell", "status", "--json"], check=False, capture_output=True, text=True, timeout=_SECONDS
    )
    accounts = json.loads(asked.stdout)["accounts"] if asked.returncode == 0 else []
    return [account["state"] for account in accounts] == ["watching"]


def demo(toasts: Notifications) -> None:
    """The demo shows toasts, with buttons."""
    with _running("--demo"):
        wait_until(lambda: len(toasts.toasts()) >= 2, "two toasts of the demo", _SECONDS)
    for toast in toasts.toasts():
        print(f"toast: {toast['summary']} / {toast['lines'][0]} / {len(toast['actions']) // 2} actions")


def mail(toasts: Notifications) -> None:
    """An account is added; its password is in the keyring; a mail that arrives is announced."""
    with Dovecot() as server:
        _add(server)
        with _running():
            _receive(server, toasts, "The first mail")


def upgrade(toasts: Notifications) -> None:
    """The same, and the package is replaced while the program runs: settings, state and keyring go on."""
    with Dovecot() as server:
        before = _installed_version()
        _add(server)
        with _running():
            _receive(server, toasts, "Before the upgrade")
            UPGRADE.touch()
            wait_until(UPGRADED.exists, "the upgrade", 600)
        with _running():
            _receive(server, toasts, "After the upgrade")
        told = [toast for toast in toasts.toasts() if "Before the upgrade" in str(toast)]
        if len(told) != 1:
            raise Failed(f"The mail from before the upgrade was announced {len(told)} times.")
        print(f"upgraded from {before} to {_installed_version()}")


def _installed_version() -> str:
    asked = subprocess.run(["dpkg-query", "--show", "mailbell"], check=True, capture_output=True, text=True)
    return asked.stdout.split()[1]


def _add(server: Dovecot) -> None:
    where = ("--host", server.host, "--port", str(server.port_tls), "--ca-file", server.ca_file)
    words = ("account", "add", "--email", f"{server.user}@example.org", "--user", server.user)
    print(_mailbell(*words, *where, "--password-stdin", stdin=server.password + "\n"), end="")


def _receive(server: Dovecot, toasts: Notifications, subject: str) -> None:
    wait_until(_watches, "the connection to the mailbox", _SECONDS)
    server.deliver(subject)
    toast = toasts.wait_toast(subject, _SECONDS)
    print(f"toast: {toast['summary']} / {toast['lines'][0]}")


@contextlib.contextmanager
def _screen() -> Iterator[None]:
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            os.environ["DISPLAY"] = f":{numbers.readline().strip()}"
        yield
    finally:
        screen.terminate()
        screen.wait()


def main() -> int:
    """Do what the one argument says; 0 if all of it was seen."""
    subprocess.run(
        ["gnome-keyring-daemon", "--daemonize", "--unlock", "--components=secrets"],
        input=b"keyring",
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with tempfile.TemporaryDirectory() as folder, _screen():
        toasts = Notifications(os.environ["DBUS_SESSION_BUS_ADDRESS"], Path(folder))
        with toasts:
            try:
                {"demo": demo, "mail": mail, "upgrade": upgrade}[sys.argv[1]](toasts)
            except (Failed, TimeoutError) as reason:
                print(f"session.py: {reason}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
