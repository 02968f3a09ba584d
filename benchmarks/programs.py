"""The programs that are measured: ours and the floors."""

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

Arguments = list[str]


@dataclass(frozen=True)
class Program:
    """Something that logs in, reads the newest titles, idles and announces new mail."""

    name: str
    arguments: Callable[[Testbed, Server], Arguments]
    """Makes ready what the program needs for that server; the script to run, and its arguments."""
    has_loop: bool = True
    """Whether it is a Qt program, with an event loop to be watched."""


def environment(testbed: Testbed, server: Server) -> dict[str, str]:
    """What every measured program finds around it: as installed, its byte code is kept from the first start on."""
    around = {name: value for name, value in testbed.desktop.env.items() if not name.startswith("PYTHON")}
    return {
        **around,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(testbed.desktop.folder / "bytecode"),
        "BENCH_USER": server.dovecot.user,
        "BENCH_PASSWORD": server.dovecot.password,
    }


def _floor(name: str) -> Callable[[Testbed, Server], Arguments]:
    def arguments(_: Testbed, server: Server) -> Arguments:
        return [str(_FLOORS / name), str(server.proxy.port), str(server.ca_file)]

    return arguments


def profile(testbed: Testbed, server: Server) -> Path:
    """Where our program keeps its settings and state for that server."""
    return testbed.desktop.folder / f"profile-{server.size}"


def _mailbell(testbed: Testbed, server: Server) -> Arguments:
    start = [str(_MAILBELL), "--profile", str(profile(testbed, server))]
    if not profile(testbed, server).exists():
        add = [str(_MAILBELL), "account", "add", "--email", "anna@example.org"]
        add += ["--user", server.dovecot.user, "--host", "localhost", "--port", str(server.proxy.port)]
        add += ["--ca-file", str(server.ca_file), "--password-stdin", "--insecure-secret-file", "--no-check"]
        subprocess.run(
            [sys.executable, *add, "--profile", start[-1]],
            input=server.dovecot.password + "\n",
            env=environment(testbed, server),
            encoding="utf-8",
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return start


OURS = Program("mailbell", _mailbell)
STACK = Program("bare stack", _floor("bare_stack.py"))
SOCKET = Program("bare socket", _floor("bare_socket.py"), has_loop=False)
ALL = (OURS, STACK, SOCKET)
