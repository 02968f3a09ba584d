"""The steps of a test as a list that can be read by eye, by keyboard and aloud."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtGui import QIcon, QPixmap
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from tray.i18n import tr
from tray.mail.check import Step

if TYPE_CHECKING:
    from PyQt5.QtCore import QModelIndex
    from PyQt5.QtGui import QResizeEvent

_AIR = 6
"""Pixels between two rows."""


class Mark(enum.Enum):
    """How a step stands: its picture, and the word by which a screen reader tells it."""

    AHEAD = enum.auto()
    RUNNING = enum.auto()
    DONE = enum.auto()
    WARNING = enum.auto()
    FAILED = enum.auto()
    SKIPPED = enum.auto()


_PICTURES = {
    Mark.RUNNING: QStyle.StandardPixmap.SP_ArrowForward,
    Mark.DONE: QStyle.StandardPixmap.SP_DialogApplyButton,
    Mark.WARNING: QStyle.StandardPixmap.SP_MessageBoxWarning,
    Mark.FAILED: QStyle.StandardPixmap.SP_MessageBoxCritical,
}


def _word(mark: Mark) -> str:
    return {
        Mark.AHEAD: tr("To do"),
        Mark.RUNNING: tr("In progress"),
        Mark.DONE: tr("Done"),
        Mark.WARNING: tr("Done, but worth a look"),
        Mark.FAILED: tr("Failed"),
        Mark.SKIPPED: tr("Not tried"),
    }[mark]


def _plan(step: Step) -> str:
    return {
        Step.NAME: tr("Find the server"),
        Step.CONNECT: tr("Connect"),
        Step.ENCRYPT: tr("Encrypt and check the certificate"),
        Step.LOGIN: tr("Log in"),
        Step.MAILBOX: tr("Open the mailbox"),
        Step.IDLE: tr("See whether it tells of new mail at once (IDLE)"),
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


class StepList(QListWidget):
    """One row for each step; rows wrap, so that advice is read whole without scrolling sideways."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: dict[Step, Mark] = {}
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setViewportMargins(0, _AIR // 2, 0, 0)
        self.setItemDelegate(_Rows(self))
        for step in Step:
            self.addItem(QListWidgetItem())
            self.mark(step, Mark.AHEAD)
        self.setCurrentRow(0)

    def row_item(self, step: Step) -> QListWidgetItem:
        """The row of `step`."""
        found = self.item(list(Step).index(step))
        assert found is not None
        return found

    def mark(self, step: Step, mark: Mark, text: str = "") -> None:
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

    def ahead(self) -> list[Step]:
        """The steps without a result."""
        return [step for step, mark in self._marks.items() if mark in {Mark.AHEAD, Mark.RUNNING}]

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme when it turns dark or light."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for step in self._marks:
                self._colour(step)

    def _colour(self, step: Step) -> None:
        quiet = self._marks[step] in {Mark.AHEAD, Mark.SKIPPED}
        colours = self.palette()
        group = colours.Disabled if quiet else colours.Active
        self.row_item(step).setForeground(colours.brush(group, colours.Text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew for the new width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
