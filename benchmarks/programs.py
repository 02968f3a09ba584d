"""The programs that are measured: ours, the floors, and what other programs are found on this machine."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.testbed import Server, Testbed

ROOT = Path(__file__).resolve().parents[1]
_FLOORS = Path(__file__).with_name("floors")
_MAILBELL = Path(sys.executable).with_name("mailbell")

Environment = dict[str, str]


@dataclass(frozen=True)
class Program:
    """Something that logs in, idles and announces new mail."""

    name: str
    command: Callable[[Testbed, Server, Environment], list[str]]
    """Makes ready what the program needs for that server; returns how it is called. It may change the environment."""
    has_loop: bool = False
    """Whether it is a Qt program in Python, with an event loop to be watched."""
    comes_back: bool = True
    """Whether it connects again after its connection has ended."""
    names_subject: bool = True
    """Whether its toast shows the subject; else it is the next toast."""
    app: str = ""
    """What it calls itself in its toasts."""
    note: str = ""
    """A sentence for whoever reads its figures."""


def environment(testbed: Testbed, server: Server) -> Environment:
    """What every measured program finds around it: as installed, its byte code is kept from the first start on."""
    around = {name: value for name, value in testbed.desktop.env.items() if not name.startswith("PYTHON")}
    return {
        **around,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(testbed.desktop.folder / "bytecode"),
        "BENCH_USER": server.dovecot.user,
        "BENCH_PASSWORD": server.dovecot.password,
    }


def _floor(name: str) -> Callable[[Testbed, Server, Environment], list[str]]:
    def command(_: Testbed, server: Server, __: Environment) -> list[str]:
        return [sys.executable, str(_FLOORS / name), str(server.port), str(server.ca_file)]

    return command


def _mailbell(testbed: Testbed, server: Server, environ: Environment) -> list[str]:
    profile = testbed.desktop.folder / f"profile-{server.port}"
    start = [sys.executable, str(_MAILBELL), "--profile", str(profile)]
    if not profile.exists():
        add = ["account", "add", "--email", "anna@example.org"]
        add += ["--user", server.dovecot.user, "--host", "localhost", "--port", str(server.port)]
        add += ["--ca-file", str(server.ca_file), "--password-stdin", "--insecure-secret-file", "--no-check"]
        subprocess.run(
            [*start, *add],
            input=server.dovecot.password + "\n",
            env=environ,
            encoding="utf-8",
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return start


OURS = Program("Mailbell", _mailbell, has_loop=True, app="Mailbell")
STACK = Program("bare stack", _floor("bare_stack.py"), has_loop=True, comes_back=False, app="floor")
SOCKET = Program("bare socket", _floor("bare_socket.py"), app="floor")
FLOORS = (STACK, SOCKET)
