"""The Test button and its steps: what was tried, how it went, in words what failed and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.check import Step, StepResult
from tray.ui.field import plain
from tray.ui.step_list import Mark, StepList

if TYPE_CHECKING:
    from tray.mail.certificate import Certificate

Begin = Callable[[Callable[[StepResult], None], Callable[[bool], None]], "Callable[[], None] | None"]
"""Starts a test and returns what cancels it, or None where the form has to be put right first."""


def told(result: StepResult) -> str:
    """`result` in words: what happened, what to do, and what the server said to it."""
    if result.trouble is None:
        return result.sentence
    lines = [result.sentence or result.trouble.sentence, result.trouble.advice]
    if result.trouble.server_text:
        lines.append(tr("The server said: {text}").format(text=result.trouble.server_text))
    return "\n".join(line for line in lines if line)


class CheckView(QWidget):
    """A Test button, the steps beneath it, and the outcome in a sentence."""

    certificate_wanted = pyqtSignal(object)
    """The user wants to see the `Certificate` that the test did not trust."""

    def __init__(self, begin: Begin, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begin = begin
        self._certificate: Certificate | None = None
        self._cancel: Callable[[], None] | None = None
        self._run = 0
        """Number of the newest test: what an older one still reports is not looked at."""
        self._running = False
        self._tested = False
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.setAccessibleDescription(
            tr("Connects to the server and logs in with what is written here; nothing is saved.")
        )
        self.button.clicked.connect(self._press)
        self.steps = StepList(self)
        caption = QLabel(tr("&Result of the test:"), self)
        caption.setBuddy(self.steps)
        self.steps.setAccessibleName(tr("Result of the test"))
        self.certificate = QPushButton(tr("S&how certificate…"), self)
        self.certificate.setAutoDefault(False)
        self.certificate.setAccessibleDescription(
            tr("Shows the certificate that was not trusted, with its fingerprint.")
        )
        self.certificate.clicked.connect(lambda: self.certificate_wanted.emit(self._certificate))
        self.certificate.hide()
        self.verdict = QLabel(self)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addWidget(caption)
        layout.addWidget(self.steps, 1)
        layout.addWidget(self.certificate)
        layout.addWidget(self.verdict)
        self._label_button()
        self._say(tr("Not tested yet."))

    @property
    def running(self) -> bool:
        """Whether a test is at work."""
        return self._running

    def start(self) -> None:
        """Begin a test, where none is at work."""
        if self._running:
            return
        self._run += 1
        run = self._run
        self._running = self._tested = True
        self._offer(None)
        self._label_button()
        self._say(tr("Testing…"))
        for step in Step:
            self.steps.mark(step, Mark.AHEAD)
        self.steps.mark(Step.NAME, Mark.RUNNING)
        cancel = self._begin(lambda result: self._step(run, result), lambda good: self._done(run, good=good))
        if cancel is None:
            self._end()
            self._tested = False
            self.steps.mark(Step.NAME, Mark.AHEAD)
            self._say(tr("Put right the marked fields first, then test again."))
        elif self._running:  # else all was told before `begin` came back
            self._cancel = cancel

    def cancel(self) -> None:
        """Stop the test that is at work, if one is."""
        self._stop(tr("The test was cancelled."))

    def outdate(self) -> None:
        """The form was changed: what was found is not about what is written there now."""
        if self._running:
            self._stop(tr("The test was cancelled, because something was changed."))
        elif self._tested:
            self._offer(None)
            self._say(tr("Something was changed since this test."))

    def _press(self) -> None:
        if self._running:
            self.cancel()
        else:
            self.start()

    def _stop(self, why: str) -> None:
        if not self._running:
            return
        cancel = self._cancel
        self._end()
        self._run += 1
        if cancel is not None:
            cancel()
        self._skip_rest()
        self._say(why)

    def _end(self) -> None:
        self._running = False
        self._cancel = None
        self._label_button()

    def _step(self, run: int, result: StepResult) -> None:
        if run != self._run:
            return
        mark = Mark.WARNING if result.warning else Mark.DONE
        if result.trouble is not None:
            mark = Mark.FAILED
            self._offer(result.trouble.certificate)
        self.steps.mark(result.step, mark, told(result))
        self.steps.setCurrentItem(self.steps.row_item(result.step))
        ahead = self.steps.ahead()
        if ahead and result.trouble is None:
            self.steps.mark(ahead[0], Mark.RUNNING)

    def _done(self, run: int, *, good: bool) -> None:
        if run != self._run or not self._running:
            return
        self._end()
        self._skip_rest()
        if good:
            self._say(tr("The account works."))
        else:
            self._say(tr("The account does not work yet: see the step that failed."))

    def _offer(self, certificate: Certificate | None) -> None:
        self._certificate = certificate
        self.certificate.setVisible(certificate is not None)

    def _skip_rest(self) -> None:
        for step in self.steps.ahead():
            self.steps.mark(step, Mark.SKIPPED)

    def _label_button(self) -> None:
        text = tr("Cancel &test") if self._running else tr("&Test")
        self.button.setText(text)
        self.button.setAccessibleName(plain(text))

    def _say(self, sentence: str) -> None:
        self.verdict.setText(sentence)
        self.steps.setAccessibleDescription(sentence)
