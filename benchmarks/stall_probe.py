"""Runs a Qt program unchanged, with a timer beside it that notes each time the event loop came back late.

``stall_probe.py OUT SCRIPT ARGUMENTS...``; OUT receives a line of JSON for each lateness over a millisecond.
"""

from __future__ import annotations

import json
import runpy
import sys
import time

from PyQt5 import QtWidgets
from PyQt5.QtCore import Qt, QTimer

_EVERY = 5  # ms
_WORTH_NOTING = 0.001


class Probed(QtWidgets.QApplication):
    """The program's own QApplication, and the timer; what comes before the loop's first turn is no stall."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._probe_seen = None
        self._probe_timer = QTimer(timerType=Qt.PreciseTimer, interval=_EVERY)
        self._probe_timer.timeout.connect(self._probe)
        self._probe_timer.start()

    def _probe(self) -> None:
        now, used = time.monotonic(), time.thread_time()
        if self._probe_seen is None:
            _note(now, 0.0, 0.0)
        else:
            late = now - self._probe_seen[0] - _EVERY / 1000
            if late > _WORTH_NOTING:
                _note(now, late, used - self._probe_seen[1])
        self._probe_seen = time.monotonic(), time.thread_time()


def _note(now: float, late: float, used: float) -> None:
    _out.write(json.dumps({"time": now, "late": late, "cpu": used}) + "\n")


if __name__ == "__main__":
    del sys.argv[0]
    with open(sys.argv.pop(0), "w", buffering=1, encoding="utf-8") as _out:  # noqa: PTH123
        QtWidgets.QApplication = Probed
        runpy.run_path(sys.argv[0], run_name="__main__")
