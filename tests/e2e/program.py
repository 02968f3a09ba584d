"""The whole program as a child process on a profile of its own, asked and driven as a user would."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING
from unittest import mock

from tests.rig.processes import wait_until
from tray.cli.exit_codes import CommandFailed
from tray.cli.running_instance import ask
from tray.desktop.storage.paths import for_profile, for_user

if TYPE_CHECKING:
    from pathlib import Path

MAILBELL = (sys.executable, "-m", "tray.cli")


class Program:
    """Mailbell on one profile; `run` is a command that ends, `start` the notifier itself."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder = folder
        self.profile = folder / "profile"
        self.options: tuple[str, ...] = ("--profile", str(self.profile))
        """Arguments of every command."""
        self.env = env
        self.output = folder / "output"
        self._child: subprocess.Popen[bytes] | None = None

    @cached_property
    def socket(self) -> Path:
        """Where it listens: in its session's folder where the profile's path is too long for a socket."""
        with mock.patch.dict(os.environ, self.env):
            return (for_profile(self.profile) if self.options else for_user()).socket

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command on this profile until it ends."""
        return subprocess.run(
            [*MAILBELL, *self.options, *arguments],
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def add_account(self, dovecot, name: str = "Work", *more: str) -> None:
        """Add the account of a Dovecot, its password kept in the profile's file."""
        secret = ("--password-stdin", "--insecure-secret-file")
        self._add(dovecot, name, *secret, *more, stdin=dovecot.password + "\n")

    def _add(self, dovecot, name: str, *secret: str, stdin: str = "") -> None:
        done = self.run(
            *("account", "add", "--name", name, "--email", f"{dovecot.user}@example.org"),
            *("--user", dovecot.user, "--host", dovecot.host, "--port", str(dovecot.port_tls)),
            *("--ca-file", dovecot.ca_file, *secret),
            stdin=stdin,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, *arguments: str) -> None:
        """Start the notifier."""
        argv = [*MAILBELL, *self.options, "--log-level", "info", *arguments]
        with self.output.open("ab") as output:
            self._child = subprocess.Popen(
                argv, env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def start_demo(self) -> None:
        """Start `mailbell --demo`, which has a profile of its own."""
        with self.output.open("ab") as output:
            self._child = subprocess.Popen(
                [*MAILBELL, "--demo"], env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def start_watching(self) -> None:
        """Start the notifier and wait until its first account is watched."""
        self.start()
        self.wait_state("watching")

    @property
    def running(self) -> bool:
        """Whether the notifier still runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the notifier."""
        assert self._child is not None
        return self._child.pid

    def status(self) -> list[dict]:
        """What `mailbell status --json` prints of the accounts, without a process; empty while nobody answers."""
        try:
            return ask(self.socket, "status")["status"]["accounts"]
        except CommandFailed:
            return []

    def wait_state(self, state: str, seconds: float = 60.0) -> dict:
        """Wait until the first account is in `state`; its record."""
        seen: list[dict] = []

        def there() -> bool:
            seen[:] = self.status()
            return bool(seen) and seen[0]["state"] == state

        try:
            wait_until(there, f"state {state}", seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; last {seen}; said {self.log_text()}") from None
        return seen[0]

    def wait_unseen(self, count: int, seconds: float = 60.0) -> None:
        """Wait until the first account counts so many unseen mails."""
        wait_until(
            lambda: [each["unseen"] for each in self.status()][:1] == [count], f"{count} unseen", seconds
        )

    def wait_announced(self, seconds: float = 60.0) -> None:
        """Wait until the latest mails of its one account are saved as announced.

        Whoever ends the program, or its bus, right behind a toast may announce it again.
        """

        def marked() -> bool:
            with closing(
                sqlite3.connect(f"file:{self.profile / 'state.sqlite3'}?mode=ro", uri=True)
            ) as state:
                marks = dict(state.execute("SELECT mailbox, announced_uid FROM mailbox"))
            (account,) = self.status()
            return all(mail["uid"] <= marks.get(mail["mailbox"], 0) for mail in account["latest"])

        wait_until(marked, "the marks", seconds)

    def log_text(self) -> str:
        """Everything that it printed and logged."""
        texts = [self.output, *sorted(self.profile.rglob("mailbell.log*"))]
        return "".join(path.read_text("utf-8") for path in texts if path.is_file())

    def wait_end(self, seconds: float = 60.0) -> int:
        """Wait until it has ended by itself; its exit code."""
        assert self._child is not None
        return self._child.wait(seconds)

    def kill(self) -> None:
        """End it at once, as a power failure does."""
        os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not self.running, "the end of the program")

    def stop(self) -> None:
        """End it if it still runs; TimeoutExpired where it had to be killed."""
        child, self._child = self._child, None
        if child is None:
            return
        with child:  # closes its input, where it has one
            child.terminate()
            try:
                child.wait(60)
            except subprocess.TimeoutExpired:
                child.kill()
                raise
