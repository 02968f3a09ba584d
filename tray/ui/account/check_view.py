"""The test of an account: a button, the result of each step, and what to do about one that failed."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_VERSION_STR, QSize, Qt, pyqtSignal
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
from tray.ui.widgets.forms import plain, push_button
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.tones import Restyled

if TYPE_CHECKING:
    from PyQt5.QtCore import QModelIndex
    from PyQt5.QtGui import QResizeEvent

    from tray.mail.model.certificate import Certificate

_ROW_GAP = 6
"""Pixels between two rows."""


class StepState(enum.Enum):
    """The state of a step, which has a picture and, for screen readers, a name."""

    PLANNED = enum.auto()
    RUNNING = enum.auto()
    DONE = enum.auto()
    WARNING = enum.auto()
    FAILED = enum.auto()
    SKIPPED = enum.auto()


def _look(state: StepState) -> tuple[str, QStyle.StandardPixmap | None]:
    return {
        StepState.PLANNED: (tr("To do"), None),
        StepState.RUNNING: (tr("In progress"), QStyle.StandardPixmap.SP_ArrowForward),
        StepState.DONE: (tr("Done"), QStyle.StandardPixmap.SP_DialogApplyButton),
        StepState.WARNING: (tr("Done, but worth a look"), QStyle.StandardPixmap.SP_MessageBoxWarning),
        StepState.FAILED: (tr("Failed"), QStyle.StandardPixmap.SP_MessageBoxCritical),
        StepState.SKIPPED: (tr("Not tried"), None),
    }[state]


def _step_name(step: CheckStep) -> str:
    return {
        CheckStep.NAME: tr("Find the server"),
        CheckStep.CONNECT: tr("Connect"),
        CheckStep.ENCRYPT: tr("Encrypt and check the certificate"),
        CheckStep.LOGIN: tr("Log in"),
        CheckStep.MAILBOX: tr("Open the folders"),
        CheckStep.IDLE: tr("See whether new mail is reported at once"),
    }[step]


def _blank(side: int) -> QIcon:
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    return QIcon(pixmap)


class _RowDelegate(QStyledItemDelegate):
    """Draws rows with a gap between them, and the picture beside the first line of the text."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        super().initStyleOption(option, index)
        option.decorationAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter
        option.displayAlignment = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(0, _ROW_GAP)


class CheckStepList(Restyled, QListWidget):
    """One row for each step; texts wrap, so that nobody has to scroll sideways."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: dict[CheckStep, StepState] = {}
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setViewportMargins(0, _ROW_GAP // 2, 0, 0)
        self.setItemDelegate(_RowDelegate(self))
        for step in CheckStep:
            self.addItem(QListWidgetItem())
            self.set_state(step, StepState.PLANNED)
        self.setCurrentRow(0)

    def row_item(self, step: CheckStep) -> QListWidgetItem:
        """The row of `step`."""
        item = self.item(list(CheckStep).index(step))
        assert item is not None
        return item

    def set_state(self, step: CheckStep, state: StepState, text: str = "") -> None:
        """Set picture and text of a row."""
        self._states[step] = state
        item = self.row_item(step)
        name, picture = _look(state)
        item.setText(text or _step_name(step))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}: {item.text()}")
        style = self.style()
        assert style is not None
        # Steps without a picture get an empty one of the same size, so that all texts are aligned.
        side = style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self.setIconSize(QSize(side, side))
        item.setIcon(_blank(side) if picture is None else style.standardIcon(picture))
        self._colour(step)

    def unfinished(self) -> list[CheckStep]:
        """The steps without a result."""
        without = {StepState.PLANNED, StepState.RUNNING}
        return [step for step, state in self._states.items() if state in without]

    def restyle(self) -> None:
        """Colour the rows anew when the theme turns dark or light."""
        for step in self._states:
            self._colour(step)

    def _colour(self, step: CheckStep) -> None:
        pale = self._states[step] in {StepState.PLANNED, StepState.SKIPPED}
        colours = self.palette()
        group = colours.Disabled if pale else colours.Active
        self.row_item(step).setForeground(colours.brush(group, colours.Text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the texts for the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


Begin = Callable[[Callable[[CheckResult], None], Callable[[bool], None]], "Callable[[], None] | None"]
"""Starts a test and returns what cancels it, or None where the form has errors."""

Report = Callable[["list[CheckResult]"], str]
"""The test with these results as a text that can be sent to others."""


def check_text(result: CheckResult) -> str:
    """What happened, what to do, and the text of the server."""
    if result.problem is None:
        return result.sentence
    lines = [result.sentence or result.problem.sentence, result.problem.advice]
    if result.problem.server_text:
        lines.append(tr("The server said: {text}").format(text=result.problem.server_text))
    return "\n".join(line for line in lines if line)


class CheckView(QWidget):
    """A Test button, the steps, and a sentence about the outcome."""

    certificate_wanted = pyqtSignal(object)
    """The user wants to see the `Certificate` that the test did not trust."""
    ended = pyqtSignal(bool)
    """A test is complete: whether the account works."""
    stopped = pyqtSignal()
    """A test was cancelled, or could not begin."""
    outdated = pyqtSignal()
    """The form was changed since the last test."""

    def __init__(self, begin: Begin, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begin = begin
        self._report = report
        self._results: list[CheckResult] = []
        self._certificate: Certificate | None = None
        self._cancel: Callable[[], None] | None = None
        """Cancels the last test."""
        self.running = False
        self._tested = False
        self.proven = False
        """Whether the form as it is now was tested, and works."""
        # None has a parent before the layout: Tab visits them in the order of the layout.
        self.button = push_button("", "")
        self.button.clicked.connect(self._press)
        self.steps = CheckStepList()
        self.caption = QLabel(tr("Result of the test"), self)
        self.caption.setBuddy(self.steps)
        self.steps.setAccessibleName(tr("Result of the test"))
        self.certificate = _further_button(
            tr("Show certificate…"), tr("Shows the certificate that was not trusted, with its fingerprint.")
        )
        self.certificate.clicked.connect(lambda: self.certificate_wanted.emit(self._certificate))
        self.copy = _further_button(
            tr("Copy report"),
            tr("Copies the result as a text without passwords, to send to somebody who helps."),
        )
        self.copy.clicked.connect(self._copy)
        self.verdict = plain_label(parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addWidget(self.caption)
        layout.addWidget(self.steps, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.certificate)
        buttons.addWidget(self.copy)
        layout.addLayout(buttons)
        layout.addWidget(self.verdict)
        self._label_button()
        self.show_verdict(tr("Not tested yet."))
        # Hidden once they have a parent, which shows its children otherwise.
        self.certificate.hide()
        self.copy.hide()

    def start(self) -> None:
        """Begin a test, unless one is running."""
        if self.running:
            return
        self.running = self._tested = True
        self.proven = False
        self._results.clear()
        self._hide_buttons()
        self._label_button()
        self.show_verdict(tr("Testing…"))
        for step in CheckStep:
            self.steps.set_state(step, StepState.PLANNED)
        self.steps.set_state(CheckStep.NAME, StepState.RUNNING)
        self._cancel = self._begin(self._step, self._done)  # which may call back before it returns
        if self._cancel is None:
            self._end()
            self._tested = False
            self.steps.set_state(CheckStep.NAME, StepState.PLANNED)
            self.show_verdict(tr("Correct the marked fields first, then test again."))
            self.stopped.emit()

    def cancel(self) -> None:
        """Stop the test that is at work, if one is."""
        self._stop(tr("The test was cancelled."))

    def outdate(self) -> None:
        """Called when the form was changed: the last test does not count for it any more."""
        if self.running:
            self._stop(tr("The test was cancelled, because something was changed."))
        elif self._tested:
            self._tested = self.proven = False
            self._hide_buttons()  # the report would name other settings than those that were tested
            self.show_verdict(tr("Something was changed since this test."))
            self.outdated.emit()

    def show_verdict(self, sentence: str) -> None:
        """Show `sentence` as the outcome, and to screen readers, too."""
        self.verdict.setText(sentence)
        self.steps.setAccessibleDescription(sentence)
        # The focus is still on the button that was pressed: a screen reader reads its description.
        effect = tr("Connects to the server and logs in with what is written here; nothing is saved.")
        self.button.setAccessibleDescription(f"{sentence} {effect}")

    def _press(self) -> None:
        if self.running:
            self.cancel()
        else:
            self.start()

    def _stop(self, verdict: str) -> None:
        if not self.running:
            return
        self._end()
        if self._cancel is not None:
            self._cancel()
        self._skip_unfinished()
        self.show_verdict(verdict)
        self.stopped.emit()

    def _end(self) -> None:
        self.running = False
        self.copy.setVisible(bool(self._results))
        self._label_button()

    def _step(self, result: CheckResult) -> None:
        self._results.append(result)
        state = StepState.WARNING if result.warning else StepState.DONE
        if result.problem is not None:
            state = StepState.FAILED
            self._certificate = result.problem.certificate
            self.certificate.setVisible(self._certificate is not None)
        self.steps.set_state(result.step, state, check_text(result))
        self.steps.setCurrentItem(self.steps.row_item(result.step))
        unfinished = self.steps.unfinished()
        if unfinished and result.problem is None:
            self.steps.set_state(unfinished[0], StepState.RUNNING)

    def _done(self, works: bool) -> None:
        self._end()
        self._skip_unfinished()
        self.proven = works
        failure = tr("The account does not work yet: see the step that failed.")
        self.show_verdict(tr("The account works.") if works else failure)
        self.ended.emit(works)

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._report(self._results))
            self.show_verdict(tr("The report is copied. Look through it before you send it."))

    def _hide_buttons(self) -> None:
        """Hide the buttons about an earlier test; a focus on one of them moves to the Test button."""
        window = self.window()
        if window is not None and window.focusWidget() in {self.certificate, self.copy}:
            self.button.setFocus()
        self.certificate.hide()
        self.copy.hide()

    def _skip_unfinished(self) -> None:
        for step in self.steps.unfinished():
            self.steps.set_state(step, StepState.SKIPPED)

    def _label_button(self) -> None:
        text = tr("Cancel test") if self.running else tr("Test")
        self.button.setText(text)
        self.button.setAccessibleName(plain(text))


def qt_versions() -> dict[str, str]:
    """What a report names of Qt."""
    return {"Qt": QT_VERSION_STR, "screen": QGuiApplication.platformName()}


def _further_button(text: str, description: str) -> QPushButton:
    button = push_button(text, plain(text))
    button.setAccessibleDescription(description)
    return button
