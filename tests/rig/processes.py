"""Child processes of a rig: each in a group of its own, ended by its id and never by a name."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Look again until `condition` holds; TimeoutError naming `what` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)


def library_program(pattern: str) -> str:
    """The program that `pattern` finds; FileNotFoundError where there is none."""
    found = glob.glob(pattern)  # noqa: PTH207 -- Debian puts the architecture into the path
    if not found:
        raise FileNotFoundError(pattern)
    return found[0]


class Child:
    """A started program whose output goes to a log file.

    With `tied` it is ended by the kernel when the thread that started it ends, also by a signal that leaves no time
    to tidy up, where setpriv(1) is there to ask for that.
    """

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        *,
        stdin: bytes | None = None,
        cwd: Path | None = None,
        pass_fds: Sequence[int] = (),
        tied: bool = False,
    ) -> None:
        self.argv = list(argv)
        tie = shutil.which("setpriv") if tied else None
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*([tie, "--pdeathsig", "TERM", "--"] if tie else []), *self.argv],
                env=dict(env),
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=cwd,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        if stdin is not None and self._process.stdin is not None:
            self._process.stdin.write(stdin)
            self._process.stdin.close()

    @property
    def pid(self) -> int:
        """Its process id, and that of its group."""
        return self._process.pid

    def running(self) -> bool:
        """Whether it still lives."""
        return self._process.poll() is None

    def stop(self, timeout: float = 3.0) -> None:
        """End it and what it started in its group: asked first, made to after `timeout` seconds."""
        self._signal_group(signal.SIGTERM)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._signal_group(signal.SIGKILL)
            self._process.wait()
        self._signal_group(signal.SIGKILL)  # what the leader left behind, such as a panel's plug-ins

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


class Family:
    """The children of one rig by name, stopped last started first."""

    def __init__(self) -> None:
        self._children: dict[str, Child] = {}

    def add(self, name: str, child: Child) -> Child:
        """Keep `child` under `name`; what bore that name before is stopped."""
        self.stop(name)
        self._children[name] = child
        return child

    def running(self, name: str) -> bool:
        """Whether the child of that name lives."""
        child = self._children.get(name)
        return child is not None and child.running()

    def pids(self) -> dict[str, int]:
        """Process id of each living child."""
        return {name: child.pid for name, child in self._children.items() if child.running()}

    def stop(self, name: str) -> None:
        """Stop the child of that name, if there is one."""
        child = self._children.pop(name, None)
        if child is not None:
            child.stop()

    def stop_all(self) -> None:
        """Stop all of them."""
        for name in reversed(list(self._children)):
            self.stop(name)
