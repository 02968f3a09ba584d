"""A form that is shown whole where the screen is large enough, and scrolls where it is not."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QApplication, QDialog, QFrame, QScrollArea, QStyle, QWidget

_MARGIN = QSize(32, 64)
"""Pixels left for the window's frame and the panel of the desktop."""


class FormArea(QScrollArea):
    """Asks for all the room its form needs (QScrollArea itself asks for 24 lines at most) and follows the focus."""

    def __init__(self, form: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(form)
        for widget in (form, self.viewport()):  # the ground is that of the tab, as on every other page
            widget.setAutoFillBackground(False)
        self._form = form
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # Qt follows Tab by itself, but not a mnemonic or a focus that was set.
            app.focusChanged.connect(self._follow)

    def sizeHint(self) -> QSize:
        """All of the form, and the bar beside it."""
        return self._form.sizeHint() + QSize(self._bar(), 2)

    def minimumSizeHint(self) -> QSize:
        """The form's full width: it scrolls up and down only."""
        return QSize(self._form.minimumSizeHint().width() + self._bar(), super().minimumSizeHint().height())

    def _bar(self) -> int:
        style = self.style()
        return style.pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if style is not None else 0

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._form.isAncestorOf(now):
            self.ensureWidgetVisible(now)


def fit(dialog: QDialog, *, least: QSize | None = None, slack: int = 0) -> None:
    """Give `dialog` the size that it would like and `slack` pixels of height, but never more than the screen has."""
    most = room(dialog)
    wanted = dialog.sizeHint().expandedTo(least or QSize()).boundedTo(most)
    layout = dialog.layout()
    if (
        layout is not None and layout.hasHeightForWidth()
    ):  # words that wrap; Qt asks of a window for a width of its own
        wanted = wanted.expandedTo(QSize(0, layout.totalHeightForWidth(wanted.width())))
    dialog.resize((wanted + QSize(0, slack)).boundedTo(most))


def room(widget: QWidget) -> QSize:
    """The size that a window can have at most on the screen where `widget` is."""
    screen = widget.screen()
    assert screen is not None
    return screen.availableSize() - _MARGIN
