"""Upgrades a state file again and again, and ends at another step each time: ``python -m … FILE FOLDER how``.

``how`` is "killed": SQLite's progress handler ends the process; or "full": no file may grow beyond some size, which
SQLite is told as a full disk is. For each attempt one line on standard output: what the next start found.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from tray.desktop.storage.state_store import StateStore

_REAL_CONNECT = sqlite3.connect


def main(source: Path, folder: Path, how: str) -> None:
    """Try all steps until one attempt comes to the end."""
    for step in range(1, 400):
        place = folder / f"{how}-{step}"
        place.mkdir()
        path = place / "state.sqlite3"
        shutil.copyfile(source, path)
        child = os.fork()
        if child == 0:
            os._exit(_attempt(path, how, step))
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        with closing(StateStore(path)) as store:
            states = store.load()
            found = {mailbox: state.announced_uid for (_, mailbox), state in states.items()}
            titles = sum(len(state.latest) for state in states.values())
            print(json.dumps([code, store.notice, found, titles, _whole_copy(path)]), flush=True)
        if code == 0:
            return


def _attempt(path: Path, how: str, step: int) -> int:
    if how == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (step * 2048, step * 2048))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the log says that it failed
    else:
        left = [step]

        def count() -> int:
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)
            return 0

        def connect(*arguments: object, **more: object) -> sqlite3.Connection:
            connection = _REAL_CONNECT(*arguments, **more)
            connection.set_progress_handler(count, 40)
            return connection

        sqlite3.connect = connect
    store = StateStore(path)
    store.load()
    return 3 if store.notice else 0


def _whole_copy(path: Path) -> bool | None:
    """Whether the copy of the earlier version is whole; None where there is none."""
    copy = path.with_name("state.sqlite3.v4")
    if not copy.exists():
        return None
    with closing(_REAL_CONNECT(copy)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
