"""The Test button and its steps: what was tried, how it went, in words what failed and what to do."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QGuiApplication, QIcon, QPixmap
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.mail.model.status import CheckResult, CheckStep
from tray.ui.widgets.forms import plain

if TYPE_CHECKING:
    from PyQt5.QtCore import QModelIndex
    from PyQt5.QtGui import QResizeEvent

    from tray.mail.model.certificate import Certificate

_AIR = 6
"""Pixels between two rows."""


class StepState(enum.Enum):
    """How far a step is: its picture, and the word for it in a screen reader."""

    AHEAD = enum.auto()
    RUNNING = enum.auto()
    DONE = enum.auto()
    WARNING = enum.auto()
    FAILED = enum.auto()
    SKIPPED = enum.auto()


_PICTURES = {
    StepState.RUNNING: QStyle.StandardPixmap.SP_ArrowForward,
    StepState.DONE: QStyle.StandardPixmap.SP_DialogApplyButton,
    StepState.WARNING: QStyle.StandardPixmap.SP_MessageBoxWarning,
    StepState.FAILED: QStyle.StandardPixmap.SP_MessageBoxCritical,
}


def _word(mark: StepState) -> str:
    return {
        StepState.AHEAD: tr("To do"),
        StepState.RUNNING: tr("In progress"),
        StepState.DONE: tr("Done"),
        StepState.WARNING: tr("Done, but worth a look"),
        StepState.FAILED: tr("Failed"),
        StepState.SKIPPED: tr("Not tried"),
    }[mark]


def _plan(step: CheckStep) -> str:
    return {
        CheckStep.NAME: tr("Find the server"),
        CheckStep.CONNECT: tr("Connect"),
        CheckStep.ENCRYPT: tr("Encrypt and check the certificate"),
        CheckStep.LOGIN: tr("Log in"),
        CheckStep.MAILBOX: tr("Open the mailbox"),
        CheckStep.IDLE: tr("See whether it announces new mail at once (IDLE)"),
    }[step]


def _blank(side: int) -> QIcon:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)


class _Rows(QStyledItemDelegate):
    """Rows with some air, and with the picture at the first line of the words."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        option.decorationAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter
        option.displayAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(0, _AIR)


class CheckStepList(QListWidget):
    """One row for each step; rows wrap, so that advice is read whole without scrolling sideways."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: dict[CheckStep, StepState] = {}
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setViewportMargins(0, _AIR // 2, 0, 0)
        self.setItemDelegate(_Rows(self))
        for step in CheckStep:
            self.addItem(QListWidgetItem())
            self.mark(step, StepState.AHEAD)
        self.setCurrentRow(0)

    def row_item(self, step: CheckStep) -> QListWidgetItem:
        """The row of `step`."""
        found = self.item(list(CheckStep).index(step))
        assert found is not None
        return found

    def mark(self, step: CheckStep, mark: StepState, text: str = "") -> None:
        """Set picture and words of a row."""
        self._marks[step] = mark
        item = self.row_item(step)
        item.setText(text or _plan(step))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{_word(mark)}: {item.text()}")
        style = self.style()
        assert style is not None
        # Steps without a picture get an empty one of the same size, so that all texts begin in one line.
        side = style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self.setIconSize(QSize(side, side))
        picture = _PICTURES.get(mark)
        if picture is None:
            item.setIcon(_blank(side))
        else:
            item.setIcon(style.standardIcon(picture))
        self._colour(step)

    def ahead(self) -> list[CheckStep]:
        """The steps without a result."""
        return [step for step, mark in self._marks.items() if mark in {StepState.AHEAD, StepState.RUNNING}]

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme when it turns dark or light."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for step in self._marks:
                self._colour(step)

    def _colour(self, step: CheckStep) -> None:
        quiet = self._marks[step] in {StepState.AHEAD, StepState.SKIPPED}
        colours = self.palette()
        group = colours.Disabled if quiet else colours.Active
        self.row_item(step).setForeground(colours.brush(group, colours.Text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew for the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


Begin = Callable[[Callable[[CheckResult], None], Callable[[bool], None]], "Callable[[], None] | None"]
"""Starts a test and returns what cancels it, or None where the form has to be put right first."""

Report = Callable[["list[CheckResult]"], str]
"""The test with these results as a text that can be sent to others."""


def check_text(result: CheckResult) -> str:
    """`result` in words: what happened, what to do, and what the server said to it."""
    if result.problem is None:
        return result.sentence
    lines = [result.sentence or result.problem.sentence, result.problem.advice]
    if result.problem.server_text:
        lines.append(tr("The server said: {text}").format(text=result.problem.server_text))
    return "\n".join(line for line in lines if line)


class CheckView(QWidget):
    """A Test button, the steps beneath it, and the outcome in a sentence."""

    certificate_wanted = pyqtSignal(object)
    """The user wants to see the `Certificate` that the test did not trust."""
    ended = pyqtSignal(bool)
    """A test came to its end: whether all is well."""
    stopped = pyqtSignal()
    """A test was cancelled, or could not begin."""
    outdated = pyqtSignal()
    """What was found is not about what is written now."""

    def __init__(self, begin: Begin, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begin = begin
        self._report = report
        self._results: list[CheckResult] = []
        self._certificate: Certificate | None = None
        self._cancel: Callable[[], None] | None = None
        self._run = 0
        """Number of the newest test: what an older one still reports is not looked at."""
        self._running = False
        self._tested = False
        self.proven = False
        """Whether what is written now was tested, and works."""
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._press)
        self.steps = CheckStepList(self)
        self.caption = QLabel(tr("&Result of the test:"), self)
        self.caption.setBuddy(self.steps)
        self.steps.setAccessibleName(tr("Result of the test"))
        self.certificate = QPushButton(tr("S&how certificate…"), self)
        self.certificate.setAutoDefault(False)
        self.certificate.setAccessibleDescription(
            tr("Shows the certificate that was not trusted, with its fingerprint.")
        )
        self.certificate.clicked.connect(lambda: self.certificate_wanted.emit(self._certificate))
        self.certificate.hide()
        self.copy = QPushButton(tr("Cop&y report"), self)
        self.copy.setAutoDefault(False)
        self.copy.setAccessibleDescription(
            tr("Copies the result as a text without passwords, to send to somebody who helps.")
        )
        self.copy.clicked.connect(self._copy)
        self.copy.hide()
        self.verdict = QLabel(self)
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addWidget(self.caption)
        layout.addWidget(self.steps, 1)
        offers = QHBoxLayout()
        offers.addWidget(self.certificate)
        offers.addWidget(self.copy)
        layout.addLayout(offers)
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
        self.proven = False
        self._results.clear()
        self._withdraw()
        self._label_button()
        self._say(tr("Testing…"))
        for step in CheckStep:
            self.steps.mark(step, StepState.AHEAD)
        self.steps.mark(CheckStep.NAME, StepState.RUNNING)
        cancel = self._begin(lambda result: self._step(run, result), lambda good: self._done(run, good=good))
        if cancel is None:
            self._end()
            self._tested = False
            self.steps.mark(CheckStep.NAME, StepState.AHEAD)
            self._say(tr("Put right the marked fields first, then test again."))
            self.stopped.emit()
        elif self._running:  # else all was reported before `begin` returned
            self._cancel = cancel

    def cancel(self) -> None:
        """Stop the test that is at work, if one is."""
        self._stop(tr("The test was cancelled."))

    def wait(self, why: str) -> None:
        """Show what the test waits for."""
        self._say(why)

    def outdate(self) -> None:
        """The form was changed: what was found is not about what is written there now."""
        if self._running:
            self._stop(tr("The test was cancelled, because something was changed."))
        elif self._tested:
            self._tested = self.proven = False
            self._withdraw()  # the report would name other settings than those that were tested
            self._say(tr("Something was changed since this test."))
            self.outdated.emit()

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
        self.stopped.emit()

    def _end(self) -> None:
        self._running = False
        self.copy.setVisible(bool(self._results))
        self._cancel = None
        self._label_button()

    def _step(self, run: int, result: CheckResult) -> None:
        if run != self._run:
            return
        self._results.append(result)
        mark = StepState.WARNING if result.warning else StepState.DONE
        if result.problem is not None:
            mark = StepState.FAILED
            self._offer(result.problem.certificate)
        self.steps.mark(result.step, mark, check_text(result))
        self.steps.setCurrentItem(self.steps.row_item(result.step))
        ahead = self.steps.ahead()
        if ahead and result.problem is None:
            self.steps.mark(ahead[0], StepState.RUNNING)

    def _done(self, run: int, *, good: bool) -> None:
        if run != self._run or not self._running:
            return
        self._end()
        self._skip_rest()
        self.proven = good
        if good:
            self._say(tr("The account works."))
        else:
            self._say(tr("The account does not work yet: see the step that failed."))
        self.ended.emit(good)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._report(self._results))
            self._say(tr("The report is copied. Look through it before you send it."))

    def _offer(self, certificate: Certificate | None) -> None:
        self._certificate = certificate
        self.certificate.setVisible(certificate is not None)

    def _withdraw(self) -> None:
        """Take away what belongs to an earlier test; who used it is back at the button that began it."""
        window = self.window()
        if window is not None and window.focusWidget() in {self.certificate, self.copy}:
            self.button.setFocus()
        self._offer(None)
        self.copy.hide()

    def _skip_rest(self) -> None:
        for step in self.steps.ahead():
            self.steps.mark(step, StepState.SKIPPED)

    def _label_button(self) -> None:
        text = tr("Cancel &test") if self._running else tr("&Test")
        self.button.setText(text)
        self.button.setAccessibleName(plain(text))

    def _say(self, sentence: str) -> None:
        self.verdict.setText(sentence)
        self.steps.setAccessibleDescription(sentence)
        # The focus is still on the button that was pressed: a screen reader reads its description.
        what = tr("Connects to the server and logs in with what is written here; nothing is saved.")
        self.button.setAccessibleDescription(f"{sentence} {what}")
