"""Runs the user's commands for new messages: without a shell, a few at once, each for a limited time."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QProcess, QProcessEnvironment, QTimer

from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

log = logging.getLogger(__name__)

AT_ONCE = 4
WAITING_LIMIT = 100
"""Commands that wait for one of these to end; further ones are dropped."""
TIME_LIMIT = 60_000
"""Milliseconds after which a command is ended."""


class MailCommands(QObject):
    """Each process is waited for by Qt, so that none stays as a zombie; what they print is not read."""

    def __init__(self, on_failure: Callable[[str], None], parent: QObject | None = None) -> None:
        """`on_failure` is called with a sentence where a program cannot be started."""
        super().__init__(parent)
        self._on_failure = on_failure
        self._running: list[QProcess] = []
        self._waiting: deque[tuple[Sequence[str], Mapping[str, str]]] = deque()

    def run(self, argv: Sequence[str], variables: Mapping[str, str]) -> None:
        """Run a program with these variables in its environment, now or when another one has ended."""
        if len(self._waiting) >= WAITING_LIMIT:
            log.warning("More than %d commands for new messages wait; one is dropped", WAITING_LIMIT)
            return
        self._waiting.append((argv, variables))
        self._start_next()

    def stop(self) -> None:
        """End what runs, and start nothing more."""
        self._waiting.clear()
        for process in self._running:
            process.kill()
        for process in list(self._running):
            process.waitForFinished(500)

    def _start_next(self) -> None:
        while self._waiting and len(self._running) < AT_ONCE:
            self._start(*self._waiting.popleft())

    def _start(self, argv: Sequence[str], variables: Mapping[str, str]) -> None:
        process = QProcess(self)
        self._running.append(process)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in variables.items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)

        def ended() -> None:
            if process in self._running:
                self._running.remove(process)
                process.deleteLater()
                self._start_next()

        def broken(error: QProcess.ProcessError) -> None:
            if error == QProcess.FailedToStart:  # then it never finishes
                sentence = tr(
                    "The program {program} could not be started. Correct the command in the settings."
                )
                self._on_failure(sentence.format(program=argv[0]))
                ended()

        process.finished.connect(ended)
        process.errorOccurred.connect(broken)
        process.setStandardInputFile(QProcess.nullDevice())
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.start(argv[0], list(argv[1:]))
        QTimer.singleShot(TIME_LIMIT, process.kill)  # not where the process object is deleted before
