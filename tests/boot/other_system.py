"""Runs Mailbell as if on Windows or macOS: ``python -m tests.boot.other_system win32 [COMMAND…]``.

Without a command it runs the demo in a process of its own. Beside it each line of standard input is a command; what
they print goes to standard error. At the end every module is imported.

The libraries stay those of this system. But `sys.platform` has another name, and what Python lacks there is hidden from
Mailbell, so that whatever it takes for granted about the system fails. It is no proof that it runs there.
"""

from __future__ import annotations

import builtins
import fcntl
import importlib
import os
import re
import select
import signal
import socket
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from tests.desktop.registry import Registry

TRAY = Path(str(find_spec("tray").origin)).parent  # type: ignore[union-attr]

ABSENT_MODULES = {
    "win32": ("fcntl", "grp", "jeepney", "pwd", "resource", "secretstorage", "termios"),
    "darwin": ("jeepney", "secretstorage"),
}
ABSENT = {
    "win32": {
        os: (
            *("fchmod", "geteuid", "getgid", "getpgid", "getuid", "killpg", "pidfd_open", "uname"),
            *("O_CLOEXEC", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK"),
        ),
        select: ("poll",),
        signal: ("SIGKILL", "SIGHUP", "SIGUSR1"),
        socket: ("AF_UNIX", "SO_PEERCRED"),
        time: ("tzset",),
    },
    "darwin": {os: ("pidfd_open",), socket: ("SO_PEERCRED", "TCP_KEEPIDLE", "TCP_USER_TIMEOUT")},
}
"""What `os` and others do not have there."""
_CHOOSES_AT_ITS_IMPORT = "platformdirs"
_IMPORT = re.compile(
    r"^ *(?:import|from(?= \S+ import )) ([\w.]+)(?: as \w+| import .*)?(?:  #.*)?$", re.MULTILINE
)
"""A line that imports, with the name of the module; one names no second module (ruff, E401)."""


def libraries() -> set[str]:
    """The modules of others that Mailbell imports anywhere; to parse the files would take a second."""
    found = {
        name for file in TRAY.rglob("*.py") for name in _IMPORT.findall(file.read_text(encoding="utf-8"))
    }
    ours = {name for name in found if name.partition(".")[0] in {"tray", _CHOOSES_AT_ITS_IMPORT}}
    return found - ours - {"twisted.internet", "twisted.internet.reactor"}


def become(system: str) -> None:
    """Make this process one of `system`, as far as Mailbell can tell."""
    for name in sorted(libraries() - {"tomli"}):  # on Python 3.10 only
        importlib.import_module(name)
    sys.platform = system
    for module, names in ABSENT[system].items():
        _hide(module, frozenset(names))
    _refuse_imports(frozenset(ABSENT_MODULES[system]))
    if system == "win32":
        sys.modules["winreg"] = Registry.of_a_new_user(Path.home())  # type: ignore[assignment]
        sys.modules["msvcrt"] = SimpleNamespace(LK_NBLCK=2, locking=_locking)  # type: ignore[assignment]


def _is_mailbell(depth: int = 2) -> bool:
    """Whether the caller of the caller is a module of Mailbell."""
    return str(sys._getframe(depth).f_globals.get("__name__", "")).partition(".")[0] == "tray"


def _hide(module: ModuleType, names: frozenset[str]) -> None:
    """Let `module` not have these names for Mailbell; the libraries, which are those of this system, need them."""

    class WithoutThem(ModuleType):
        def __getattribute__(self, name: str) -> object:
            if name in names and _is_mailbell():
                raise AttributeError(name)
            return super().__getattribute__(name)

    module.__class__ = WithoutThem


def _refuse_imports(names: frozenset[str]) -> None:
    present = builtins.__import__

    def for_mailbell(name: str, *arguments: Any, **more: Any) -> Any:
        if name.partition(".")[0] in names and _is_mailbell():
            raise ImportError(name)
        return present(name, *arguments, **more)

    builtins.__import__ = for_mailbell


def _locking(descriptor: int, _mode: int, _count: int) -> None:
    """`msvcrt.locking` by the lock that this system has."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise PermissionError from error


def _import_every_module() -> None:
    for file in sorted(TRAY.rglob("*.py")):
        if file.stem not in {"__init__", "__main__"}:
            importlib.import_module(".".join(file.relative_to(TRAY.parent).with_suffix("").parts))


if __name__ == "__main__":
    become(sys.argv[1])
    from tray.cli import main

    if sys.argv[2:]:
        sys.exit(main(sys.argv[2:]))
    demo = os.fork()
    if not demo:
        sys.exit(main(["--demo"]))
    os.dup2(2, 1)  # standard output ends with the demo
    sys.stdout = sys.stderr
    codes = [main(line.split()) for line in sys.stdin]
    _, ended = os.waitpid(demo, 0)
    _import_every_module()
    sys.exit(max([*codes, abs(os.waitstatus_to_exitcode(ended))]))
