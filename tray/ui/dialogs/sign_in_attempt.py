"""One sign-in in the browser, or by a code, from start to end; how it looks is up to dialog and first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QApplication

from tray.i18n import tr
from tray.mail.oauth.flows import EnterCode, OpenPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.oauth.flows import Progress
    from tray.ui.ports import SignInService


class SignInAttempt(QObject):
    """What an earlier attempt has still to say is ignored."""

    changed = pyqtSignal()
    """There is something else to show: `sentence`, `code`, `url`, `has_browser`."""
    ended = pyqtSignal(object)
    """The `Secret` to keep, or a `Problem`."""

    def __init__(self, service: SignInService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._cancel: Callable[[], None] | None = None
        self._number = 0
        self._step: Progress | None = None
        self.is_running = False
        self.has_browser = True
        """Whether a browser could be started."""

    @property
    def url(self) -> str:
        """Where the user signs in; empty before it is known, and when nothing runs."""
        match self._step:
            case OpenPage(url):
                return url
            case EnterCode(_, url, filled_in, _):
                return filled_in or url
        return ""

    @property
    def code(self) -> str:
        """The code to enter there; empty where the page knows it."""
        return self._step.code if isinstance(self._step, EnterCode) else ""

    @property
    def sentence(self) -> str:
        """What the user is to do now; empty when nothing runs."""
        if not self.is_running:
            return ""
        match self._step:
            case EnterCode(_, url, _, _):
                return tr("Enter this code at {url}, in any browser:").format(url=url)
            case OpenPage() if self.has_browser:
                return tr("Your browser is open. Come back here when you have signed in.")
            case OpenPage():
                # On this computer, because the browser is redirected to an address of this computer.
                return tr(
                    "No browser could be started. Copy the link, open it in a browser on this computer, and sign in."
                )
        return tr("One moment…")

    def start(self, account: Account, provider: str, *, device: bool) -> None:
        """Begin at the provider of that id, instead of what runs; `device`: by a code. The answer may come at once."""
        self.stop()
        number, self.is_running, self.has_browser = self._number, True, True
        self.changed.emit()

        def progress(step: Progress) -> None:
            if number == self._number:
                self._step = step
                self.changed.emit()
                if isinstance(step, OpenPage):
                    self.open_page()

        def done(outcome: Secret | Problem) -> None:
            if number == self._number:
                self._cancel = None
                self.stop()
                self.ended.emit(outcome)

        cancel = self._service.start(account, provider, device, progress, done)
        if number == self._number:
            self._cancel = cancel

    def stop(self) -> None:
        """End it, without a signal."""
        self._number += 1
        self._step, self.is_running = None, False
        cancel, self._cancel = self._cancel, None
        if cancel is not None:
            cancel()

    def open_page(self) -> None:
        """Open the browser, perhaps once more."""
        url = self.url

        def no_browser() -> None:
            if self.url == url:  # it has not ended meanwhile, and no other one was begun
                self.has_browser = False
                self.changed.emit()

        self._service.open_page(url, no_browser)

    def copy_link(self) -> None:
        """Copy `url`."""
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.url)
