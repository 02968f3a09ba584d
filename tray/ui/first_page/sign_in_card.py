"""The sign-in while it waits for the browser, or for a code to be typed in any browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.oauth.flows import EnterCode, OpenPage
from tray.ui.widgets.card import Card
from tray.ui.widgets.letters import CodeLabel
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.oauth.flows import Progress
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
        self._service = service
        self._account: Account | None = None
        self._provider: OAuthProvider | None = None
        self._cancel: Callable[[], None] | None = None
        self._attempt = 0
        self._url = ""
        self._browser = True
        """Whether a browser could be started."""
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
        self._attempt += 1
        cancel, self._cancel = self._cancel, None
        if cancel is not None:
            cancel()

    def _begin(self, *, device: bool) -> None:
        self.stop()
        attempt = self._attempt
        provider, account = self._provider, self._account
        assert provider is not None
        assert account is not None
        self._url, self._browser = "", True
        self.code.hide()
        self._show(tr("One moment…"))
        self.by_code.setVisible(not device and bool(provider.device))

        def progress(step: Progress) -> None:
            if attempt == self._attempt:
                self._take(step)

        def done(outcome: Secret | Problem) -> None:
            if attempt == self._attempt:
                self._cancel = None
                self.ended.emit(outcome)

        cancel = self._service.start(account, provider.id, device, progress, done)
        if attempt == self._attempt:
            self._cancel = cancel

    def _take(self, step: Progress) -> None:
        match step:
            case OpenPage(url):
                self._url = url
                self._show(tr("Your browser is open. Come back here when you have signed in."))
                self._open()
            case EnterCode(code, url, filled_in, _):
                self._url = filled_in or url
                self.code.show_code(code)
                self.code.show()
                self._show(tr("Enter this code at {url}, in any browser:").format(url=url))

    def _open_again(self) -> None:
        if self._browser:
            self._open()
            return
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._url)

    def _open(self) -> None:
        url = self._url
        self._service.open_page(url, lambda: self._no_browser(url))

    def _no_browser(self, url: str) -> None:
        if self._cancel is None or self._url != url:  # it has ended meanwhile, or another one was begun
            return
        self._browser = False
        # On this computer, because the browser is redirected to an address of this computer.
        self._show(
            tr(
                "No browser could be started. Copy the link, open it in a browser on this computer, and sign in."
            )
        )

    def _show(self, sentence: str) -> None:
        self.text.setText(sentence)
        self.text.setAccessibleName(sentence)
        self.again.setText(tr("&Open it again") if self._browser else tr("C&opy the link"))
        self.again.setVisible(bool(self._url))
        self.grew.emit()
