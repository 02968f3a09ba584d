"""The line of an account that shows the one certificate that it trusts, and forgets it."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QLineEdit, QPushButton

from tray.i18n import tr
from tray.mail.certificate import grouped
from tray.mail.host_names import host_key
from tray.ui.field import Field


class PinnedField(Field):
    """Hidden while no certificate is pinned; one is pinned for a host, and means nothing for another."""

    changed = pyqtSignal()

    def __init__(self, pinned: str, host: str) -> None:
        self._pinned = pinned
        self._pinned_for = self._host = host_key(host)
        self._encrypted = True
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        self.forget = QPushButton(tr("For&get"))
        self.forget.setAutoDefault(False)
        self.forget.setAccessibleName(tr("Forget the trusted certificate"))
        super().__init__(
            tr("Only cert&ificate:"),
            self.line,
            self.forget,
            explanation=tr("SHA-256 fingerprint of the one certificate that is trusted for this account."),
        )
        self.forget.clicked.connect(lambda: self.pin(""))
        self._draw()

    @property
    def pinned(self) -> str:
        """The fingerprint, or empty."""
        return self._pinned if self._encrypted and self._host == self._pinned_for else ""

    def pin(self, sha256: str) -> None:
        """Trust the certificate of that fingerprint and no other, or none in particular (empty)."""
        self._pinned, self._pinned_for = sha256, self._host
        self._draw()
        self.changed.emit()

    def follow(self, host: str, *, encrypted: bool) -> None:
        """The account is on `host` now."""
        self._host, self._encrypted = host_key(host), encrypted
        self._draw()

    def _draw(self) -> None:
        self.line.setText(grouped(self.pinned))
        self.line.setCursorPosition(0)
        self.set_shown(bool(self.pinned))
