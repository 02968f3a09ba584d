"""An installed Mailbell, wherever it lies, in a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from typing import TYPE_CHECKING

from tests.demo.running import RunningDemo

if TYPE_CHECKING:
    from pathlib import Path

_KEPT = ("PATH", "LANG", "SSL_CERT_FILE")


class Installed:
    """Runs the installed command with nothing of the checkout, the user or a desktop in its environment."""

    def __init__(self, command: Path, home: Path) -> None:
        self.command = command
        self.home = home
        runtime = home / "run"
        runtime.mkdir(mode=0o700, parents=True)
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self.env = kept | {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "QT_QPA_PLATFORM": "offscreen",
            "LC_ALL": "C.UTF-8",
        }

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.command, *arguments],
            env=self.env,
            cwd=self.home,
            input=stdin,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )

    def newest_subjects_of_a_demo_server(self) -> str:
        """Add an account by the command line, then ask for its newest subjects."""
        demo = RunningDemo()
        try:
            ca_file = self.home / "demo-ca.pem"
            ca_file.write_text(demo.facts["ca_pem"])
            facts = demo.facts
            added = self.run(
                *("account", "add", "--profile", str(self.home / "profile"), "--email", facts["user"]),
                *("--host", facts["host"], "--port", str(facts["port"]), "--ca-file", str(ca_file)),
                *("--password-stdin", "--insecure-secret-file"),
                stdin=facts["password"] + "\n",
            )
            assert added.returncode == 0, added.stderr
            subjects = self.run("subjects", "--profile", str(self.home / "profile"))
            assert subjects.returncode == 0, subjects.stderr
            return subjects.stdout
        finally:
            demo.stop()

    def demo_until(self, text: str, seconds: float = 40.0) -> tuple[str, int]:
        """Run ``--demo`` without a screen until it says ``text``, then send SIGTERM: all it said, its exit code."""
        program = subprocess.Popen(
            [self.command, "--demo"],
            env=self.env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        watchdog = threading.Timer(seconds, program.kill)
        watchdog.start()
        said = []
        try:
            for line in program.stdout:
                said.append(line)
                if text in line and program.poll() is None:
                    program.send_signal(signal.SIGTERM)
            return "".join(said), program.wait()
        finally:
            watchdog.cancel()
            program.kill()
            program.wait()
            program.stdout.close()
