"""The sign-in while it waits for the browser, or for a code to be typed in any browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.ui.dialogs.sign_in_attempt import SignInAttempt
from tray.ui.widgets.card import Card
from tray.ui.widgets.letters import CodeLabel
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.settings.oauth_clients import OAuthProvider
    from tray.ui.ports import SignInService


class SignInCard(Card):
    """One sign-in at a time."""

    ended = pyqtSignal(object)
    """The `Secret` to keep, or a `Problem`."""
    grew = pyqtSignal()
    """What is shown has changed."""

    def __init__(self, service: SignInService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._account: Account | None = None
        self._provider: OAuthProvider | None = None
        self._attempt = SignInAttempt(service, self)
        self._attempt.changed.connect(self._show)
        self._attempt.ended.connect(self.ended)
        self.text = plain_label(parent=self, narrow=True)
        self.code = CodeLabel(self)
        self.again = QPushButton(tr("&Open it again"), self)
        self.by_code = QPushButton(tr("Show a &code instead"), self)
        self.again.clicked.connect(self._open_again)
        self.by_code.clicked.connect(lambda _checked=False: self._begin(device=True))
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addWidget(self.by_code)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        layout.addWidget(self.text)
        layout.addWidget(self.code)
        layout.addLayout(buttons)

    def start(self, account: Account, provider: OAuthProvider) -> None:
        """Open the browser; show a code at once where the provider has no page for a browser."""
        self._account, self._provider = account, provider
        self._begin(device=not provider.authorize)

    def stop(self) -> None:
        """End the sign-in, without a signal."""
        self._attempt.stop()

    def _begin(self, *, device: bool) -> None:
        assert self._provider is not None
        assert self._account is not None
        self.by_code.setVisible(not device and bool(self._provider.device))
        self._attempt.start(self._account, self._provider.id, device=device)

    def _open_again(self) -> None:
        if self._attempt.has_browser:
            self._attempt.open_page()
        else:
            self._attempt.copy_link()

    def _show(self) -> None:
        attempt = self._attempt
        self.text.setText(attempt.sentence)
        self.text.setAccessibleName(attempt.sentence)
        self.code.show_code(attempt.code)
        self.code.setVisible(bool(attempt.code))
        self.again.setText(tr("&Open it again") if attempt.has_browser else tr("C&opy the link"))
        self.again.setVisible(bool(attempt.url))
        self.grew.emit()
