"""The frame of the first page: a picture, a headline and a sentence above, buttons below, and as high as needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, Qt, QTimer
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.ui.first_page.done_page import DonePicture
from tray.ui.widgets.card import grown
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import FormArea, available_size
from tray.ui.widgets.icons import application_icon
from tray.ui.widgets.labelled_field import tint
from tray.ui.widgets.letters import scaled, strong
from tray.ui.widgets.plain_text import plain_label
from tray.ui.widgets.solid_button import RING_ROOM, SolidButton
from tray.ui.widgets.tones import Restyled, tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QShowEvent

_WIDTH, _LINES_WIDE = 440, 24
_MARGINS = 32 - RING_ROOM, 28, 32 - RING_ROOM, 20 - RING_ROOM
_ICON, _HEADLINE = 56, 1.5
_BUTTON = 36
_GAP, _ABOVE_BUTTONS = 12, 18
_NO_LIMIT = 16777215
"""Qt's QWIDGETSIZE_MAX."""


class PageFrame(Restyled, FormDialog):
    """Its width is fixed, and its height follows what is shown; on a small screen it scrolls."""

    def __init__(self, *parts: QWidget) -> None:
        """`parts` stand between the sentence and the buttons, from above, each with its own gap above it."""
        super().__init__()
        self.icon = QLabel(self)
        self.icon.setAlignment(Qt.AlignCenter)
        self.picture = DonePicture(self)
        self.headline = plain_label(parent=self, narrow=True)
        self.sentence = plain_label(parent=self, narrow=True)
        for label in (self.headline, self.sentence):
            label.setAlignment(Qt.AlignHCenter | Qt.AlignTop)
        self.left = QPushButton(self)
        self.left.setFlat(True)
        self.stop = QPushButton(tr("Stop"), self)
        self.stop.setAutoDefault(False)  # Enter, pressed once too often, must not stop what it began
        self.button = SolidButton("", self)
        for button in (self.left, self.stop):
            button.setMinimumSize(82, grown(self, _BUTTON) - 2)
        self._content = QWidget()
        self._area = FormArea(self._content, self)
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(self._fit)
        self._lay_out(parts)
        self.restyle()

    def say(self, headline: str, sentence: str) -> None:
        """Change both, also for screen readers."""
        self.headline.setText(headline)
        self.sentence.setText(sentence)
        self.setWindowTitle(headline)
        self.setAccessibleName(headline)
        self.setAccessibleDescription(sentence)

    def fit(self) -> None:
        """Give the window the height of what is shown, as soon as all of it is.

        Once for all changes: a window manager answers late, and would set a size that is not wanted any more.
        """
        if self.isVisible():
            self._fitting.start()
        else:
            self._fit()

    def _fit(self) -> None:
        width = min(max(_WIDTH, _LINES_WIDE * self.fontMetrics().lineSpacing()), available_size(self).width())
        layout = self._content.layout()
        assert layout is not None
        room = available_size(self).height()
        above = (self.icon, self.picture)
        for picture in above:  # left out where the screen is too small for it
            picture.setMaximumHeight(_NO_LIMIT)
        needed = self._needed(layout, width)
        if needed > room:
            for picture in above:
                picture.setMaximumHeight(0)
            needed = self._needed(layout, width)
        # A bar that is shown for a moment takes width from texts, which then wrap, and would have to stay.
        scrolls = Qt.ScrollBarAsNeeded if needed > room else Qt.ScrollBarAlwaysOff
        self._area.setVerticalScrollBarPolicy(scrolls)
        self.setFixedSize(width, min(needed, room))
        self._stay_on_screen()

    def _stay_on_screen(self) -> None:
        """Move a window that has grown beyond the screen; on Wayland the compositor does."""
        screen = self.screen()
        if not self.isVisible() or screen is None:
            return
        frame, area = self.frameGeometry(), screen.availableGeometry()
        height = self.height() + frame.height() - self.geometry().height()
        top = max(area.top(), min(frame.top(), area.bottom() + 1 - height))
        if top != frame.top():
            self.move(frame.left(), top)

    @staticmethod
    def _needed(layout: QLayout, width: int) -> int:
        QApplication.sendPostedEvents(
            None, QEvent.LayoutRequest
        )  # of parts that were shown or hidden just now
        layout.invalidate()
        layout.activate()
        return max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())

    def showEvent(self, event: QShowEvent) -> None:
        """What was shown or typed before is measured again: parts of a hidden window have no sizes yet."""
        super().showEvent(event)
        self.fit()

    def _lay_out(self, parts: tuple[QWidget, ...]) -> None:
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(*_MARGINS)
        layout.setSpacing(0)
        layout.addWidget(self.icon)
        layout.addWidget(self.picture)
        layout.addSpacing(12)
        layout.addWidget(self.headline)
        layout.addSpacing(4)
        layout.addWidget(self.sentence)
        layout.addSpacing(20)
        middle = QVBoxLayout()
        middle.setSpacing(_GAP)
        for part in parts:
            middle.addWidget(part)
        layout.addLayout(middle)
        layout.addStretch(1)
        layout.addSpacing(_ABOVE_BUTTONS)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.left)
        foot.addStretch(1)
        foot.addWidget(self.stop)
        foot.addWidget(self.button)
        layout.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def restyle(self) -> None:
        """Take the colours of the palette."""
        shades = tones(self.palette())
        tint(self.sentence, shades.window_second)
        self.headline.setFont(strong(scaled(QApplication.font(), _HEADLINE)))
        self.icon.setPixmap(application_icon().pixmap(_ICON, _ICON))
