"""How soon the window with the newest messages is there: ``python benchmarks/window.py [--rounds N] [--cpu]``.

Each round is a new process, the first opening includes what is imported for it. The floor is a stock list with as many
lines of text, in the same run; a frame is a sixtieth of a second. ``--cpu`` counts the processor time of the main
thread, where the machine does something else at the same time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run by its path, from anywhere

FEW, MANY = 20, 1000
_FRAME_MS = 1000 / 60
_clock = time.perf_counter
FIGURES = ("first opening", "opening again", "whole list drawn", "jump to the end", "a new message")


def main() -> None:
    """Print the medians in milliseconds, and what they are of the floor and of the few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("KIND", "ROWS"), help="one round, in this process")
    options = parser.parse_args()
    if options.one:
        global _clock  # noqa: PLW0603 -- one clock for the whole process
        _clock = time.thread_time if options.cpu else time.perf_counter
        print(json.dumps(_one(options.one[0], int(options.one[1]))))
        return
    from tests.rig.desktop import VirtualDesktop

    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    with VirtualDesktop(panel=False, notifier="none") as desktop:
        for number in range(options.rounds + 1):
            for kind in ("floor", "mailbell"):
                for rows in (FEW, MANY):
                    command = [
                        sys.executable,
                        __file__,
                        "--one",
                        kind,
                        str(rows),
                        *(["--cpu"] if options.cpu else []),
                    ]
                    done = subprocess.run(
                        command, env=desktop.env, capture_output=True, text=True, check=True
                    )
                    if number:  # the first reads cold files
                        found.setdefault((kind, rows), []).append(json.loads(done.stdout.splitlines()[-1]))
    _print(found)


def _print(found: dict[tuple[str, int], list[dict[str, float]]]) -> None:
    def median(kind: str, rows: int, figure: str) -> float:
        return statistics.median(each[figure] for each in found[kind, rows])

    print(f"{'ms':18} {'floor':>14} {'Mailbell':>14}   Mailbell of the floor; {MANY} of {FEW}; of a frame")
    for figure in FIGURES:
        floor, ours = ([median(kind, rows, figure) for rows in (FEW, MANY)] for kind in ("floor", "mailbell"))
        shown = [f"{few:6.1f} /{many:6.1f}" for few, many in (floor, ours)]
        ratios = f"{ours[1] / floor[1]:.2f}; {ours[1] / ours[0]:.2f}; {ours[1] / _FRAME_MS:.2f}"
        print(f"{figure:18} {shown[0]:>14} {shown[1]:>14}   {ratios}")
    print(f"({FEW} / {MANY} messages)")


def _one(kind: str, rows: int) -> dict[str, float]:
    from PyQt5.QtWidgets import QApplication

    application = QApplication([])
    began = _clock()
    subject = _Ours(rows) if kind == "mailbell" else _Floor(rows)
    figures = {"first opening": _shown(application, subject, began)}
    again = []
    for _ in range(9):
        subject.window.hide()
        application.processEvents()
        began = _clock()
        again.append(_shown(application, subject, began))
    figures["opening again"] = statistics.median(again)
    listing = subject.listing
    figures["whole list drawn"] = _drawn(application, subject, lambda: listing.viewport().update())
    figures["jump to the end"] = _drawn(
        application,
        subject,
        lambda: listing.verticalScrollBar().setValue(listing.verticalScrollBar().maximum()),
    )
    figures["a new message"] = _drawn(application, subject, subject.add)
    return figures


def _shown(application: Any, subject: Any, began: float) -> float:
    subject.painted = False
    subject.show()
    return _wait(application, subject, began)


def _drawn(application: Any, subject: Any, change: Any) -> float:
    subject.painted = False
    began = _clock()
    change()
    return _wait(application, subject, began)


def _wait(application: Any, subject: Any, began: float) -> float:
    end = time.monotonic() + 2
    while not subject.painted:
        if time.monotonic() > end:
            return float("nan")  # there was nothing to draw
        application.processEvents()
    return (_clock() - began) * 1000


class _Subject:
    """A window with a list; `painted` is set when the list was drawn."""

    painted = False
    window: Any
    listing: Any

    def watch(self) -> None:
        from PyQt5.QtCore import QEvent, QObject

        subject = self

        class Watch(QObject):
            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
                if event.type() == QEvent.Paint:
                    subject.painted = True
                return False

        self._watch = Watch()
        self.listing.viewport().installEventFilter(self._watch)


class _Floor(_Subject):
    """A stock list."""

    def __init__(self, rows: int) -> None:
        from PyQt5.QtCore import QStringListModel
        from PyQt5.QtWidgets import QListView, QVBoxLayout, QWidget

        self.window, self.listing = QWidget(), QListView()
        self.listing.setUniformItemSizes(True)
        self._model = QStringListModel([line.subject for line in _lines(rows)])
        self.listing.setModel(self._model)
        QVBoxLayout(self.window).addWidget(self.listing)
        self.window.resize(440, 560)
        self.watch()

    def show(self) -> None:
        self.window.show()

    def add(self) -> None:
        self.listing.scrollToTop()
        self._model.insertRows(0, 1)


class _Ours(_Subject):
    """The window."""

    def __init__(self, rows: int) -> None:
        from tests.ui.gallery import mails
        from tests.ui.summaries import Recorder, Sizes
        from tray.mail.settings.settings import Settings
        from tray.ui.window.mail_window import MailWindow

        self._lines = _lines(rows)
        self.window = MailWindow(Recorder().commands, lambda: mails.NOW, Settings, Sizes())
        self.window.show_summary(self._summary(1))
        self.listing = self.window.view.list
        self.watch()

    def _summary(self, begin: int) -> Any:
        from dataclasses import replace

        from tests.ui.gallery import mails

        shown = mails.summary()
        account = shown.accounts[0]
        return replace(
            shown, accounts=(replace(account, listed=tuple(self._lines[begin:])), *shown.accounts[1:])
        )

    def show(self) -> None:
        self.window.bring_up(has_tray=True)

    def add(self) -> None:
        self.listing.scrollToTop()
        self.window.show_summary(self._summary(0))


def _lines(rows: int) -> list[Any]:
    from dataclasses import replace

    from tests.ui.gallery import mails

    lines = []
    for number in range(rows + 1):
        line = mails.LINES[number % len(mails.LINES)]
        key = replace(line.key, account="Work", uid=100_000 - number)
        lines.append(replace(line, key=key, date=mails.NOW - 60 * number, unseen=True))
    return lines


if __name__ == "__main__":
    main()
