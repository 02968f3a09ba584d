"""The line under an address that says where the server was found, and the one under a password about its making."""

from __future__ import annotations

from PyQt5.QtCore import Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QBoxLayout, QPushButton, QWidget

from tray.i18n import tr
from tray.ui.prose import plain_tooltip, prose


class Line(QWidget):
    """A sentence that wraps, with one button; hidden while there is nothing to say."""

    clicked = pyqtSignal()
    _direction = QBoxLayout.Direction.LeftToRight

    def __init__(self, action: str) -> None:
        super().__init__()
        self.text = prose(parent=self, narrow=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(action, self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.clicked)
        layout = QBoxLayout(self._direction, self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.say("")

    def say(self, sentence: str, action: str = "") -> None:
        """Show `sentence` and, where there is an `action`, the button that does it; nothing where both are empty."""
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)
        if action:
            self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setVisible(bool(sentence))


class FoundLine(Line):
    """Under the address."""

    def __init__(self) -> None:
        super().__init__(tr("S&kip"))


class PasswordAdvice(Line):
    """Under the password: what the provider wants, and a button that opens the page where it is made."""

    _direction = QBoxLayout.Direction.TopToBottom

    def __init__(self) -> None:
        super().__init__(tr("Open in your &browser"))
        self._url = ""
        self.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(self._url)))

    def advise(self, sentence: str, url: str) -> None:
        """Show the advice; `url` is an https address of ours, or empty."""
        self._url = url
        self.say(sentence, self.button.text() if url and sentence else "")
        self.button.setToolTip(plain_tooltip(url))
        self.button.setAccessibleDescription(url)
