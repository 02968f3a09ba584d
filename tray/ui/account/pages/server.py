"""The page of an account about its server: where it is, and what is trusted of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QLineEdit

from tray.i18n import tr
from tray.mail.model.account import DEFAULT_PORTS, Security
from tray.mail.model.certificate import grouped
from tray.mail.model.host_names import host_key, is_loopback
from tray.ui.account.pages.page import AccountPage
from tray.ui.widgets.forms import Field, browse, combo_box, line_edit, port_box, push_button, typed_path

if TYPE_CHECKING:
    from tray.mail.model.account import Account


class PinnedCertificateField(Field):
    """Hidden while no certificate is pinned; one that is pinned for a host does not count for another."""

    changed = pyqtSignal()

    def __init__(self, pinned: str, host: str) -> None:
        self._pinned = pinned
        self._pinned_for = self._host = host_key(host)
        self._encrypted = True
        self.line = QLineEdit()
        self.line.setReadOnly(True)
        self.forget = push_button(tr("Forget"), tr("Forget the trusted certificate"))
        super().__init__(
            tr("Only certificate"),
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
        """Show the certificate of `host`, the account's present server."""
        self._host, self._encrypted = host_key(host), encrypted
        self._draw()

    def _draw(self) -> None:
        self.line.setText(grouped(self.pinned))
        self.line.setCursorPosition(0)
        self.set_shown(bool(self.pinned))


_SERVER = {"host", "port", "security"}


class ServerPage(AccountPage):
    """What is found for the address is filled in, except what the user has typed."""

    typed = pyqtSignal()
    """The user has entered host, port or security by hand."""

    def __init__(self, account: Account, *, new: bool) -> None:
        super().__init__()
        self.title = tr("Server")
        self._new = new
        if not new:
            self.own = {"host"}
        if account.port != DEFAULT_PORTS[account.security]:
            self.own.add("port")
        self._make_editors(account)
        cleartext = Field("", self.cleartext)
        self.pinned = PinnedCertificateField(account.pinned, account.host)
        self.fields = {
            "host": Field(tr("Server"), self.host),
            "security": Field(tr("Security"), self.security, below=cleartext),
            "allow_cleartext": cleartext,
            "port": Field(tr("Port"), self.port),
            "ca_file": Field(
                tr("CA file"),
                self.ca_file,
                self.browse,
                explanation=tr("PEM file of the authority to trust; leave it empty for the system's."),
            ),
            "pinned": self.pinned,
            "outgoing": Field(
                tr("Outgoing server"),
                self.outgoing,
                explanation=tr("For replies from a notification; TLS, or STARTTLS on port 587."),
            ),
        }
        self.lay_out(groups={"port"}, inner={"allow_cleartext"})
        self._connect()
        self.follow(account)

    @property
    def wants_server(self) -> bool:
        """Whether a server that is found may be filled in."""
        return self._new and not self.own & _SERVER

    def read(self, account: Account) -> Account:
        """With the server and what is trusted of it."""
        security: Security = self.security.currentData()
        return replace(
            account,
            host=self.host.text().strip(),
            port=self.port.value(),
            security=security,
            allow_cleartext=self.cleartext.isChecked() and security is Security.NONE,
            ca_file=typed_path(self.ca_file),
            pinned=self.pinned.pinned,
            outgoing=self.outgoing.text().strip(),
        )

    def follow(self, account: Account) -> None:
        """Ask for the user's permission where the password would be sent unencrypted to another machine."""
        cleartext = account.security is Security.NONE and not is_loopback(account.host)
        self.fields["allow_cleartext"].set_shown(cleartext)

    def suggest(self, account: Account) -> None:
        """Fill in the server."""
        if "security" not in self.own:
            self.security.setCurrentIndex(self.security.findData(account.security))
        if "port" not in self.own and account.security is self.security.currentData():
            self._show_port(account.port)
        self.fill("host", self.host, account.host)

    def pin(self, sha256: str) -> None:
        """Trust the certificate of that fingerprint and no other for this server."""
        self.pinned.pin(sha256)

    def errors(self, account: Account, *, testing: bool) -> dict[str, str]:  # noqa: ARG002
        """A CA file that does not exist."""
        if account.ca_file and not Path(account.ca_file).is_file():
            return {"ca_file": tr("There is no such file; choose a PEM file, or leave this empty.")}
        return {}

    def _make_editors(self, account: Account) -> None:
        self.host = line_edit(account.host, tr("imap.example.org"))
        self.security = combo_box(
            (tr("TLS (recommended)"), Security.TLS),
            (tr("STARTTLS"), Security.STARTTLS),
            (tr("None (not encrypted)"), Security.NONE),
        )
        self.security.setCurrentIndex(self.security.findData(account.security))
        self.port = port_box(account.port)
        self.cleartext = QCheckBox(tr("Allow it: others can read my password"))
        self.cleartext.setChecked(account.allow_cleartext)
        self.ca_file = line_edit(account.ca_file, tr("the certificates of the system"))
        self.browse = push_button(tr("Browse…"), tr("Browse for a CA file"))
        self.outgoing = line_edit(account.outgoing, tr("found by itself"))

    def _connect(self) -> None:
        self.listen("host", self.host)
        self.listen("ca_file", self.ca_file)
        self.listen("outgoing", self.outgoing)
        self.host.textEdited.connect(self.typed)
        self.host.textChanged.connect(self._follow_host)
        self.security.activated.connect(self._security_set)
        self.security.currentIndexChanged.connect(self._follow_host)
        self.security.currentIndexChanged.connect(self._suggest_port)
        self.security.currentIndexChanged.connect(lambda: self.settle("security", "allow_cleartext"))
        self.pinned.changed.connect(lambda: self.settle("pinned"))
        self.port.valueChanged.connect(self._port_set)
        self.cleartext.toggled.connect(lambda: self.settle("security", "allow_cleartext"))
        self.browse.clicked.connect(
            lambda: browse(self.ca_file, tr("CA file"), tr("Certificates (*.pem *.crt *.cer)"))
        )

    def _follow_host(self) -> None:
        self.pinned.follow(self.host.text(), encrypted=self.security.currentData() is not Security.NONE)

    def _suggest_port(self) -> None:
        if "port" not in self.own:
            self._show_port(DEFAULT_PORTS[self.security.currentData()])

    def _show_port(self, port: int) -> None:
        self.port.blockSignals(True)
        self.port.setValue(port)
        self.port.blockSignals(False)
        self.changed.emit()

    def _security_set(self) -> None:
        self.own.add("security")
        self.typed.emit()

    def _port_set(self) -> None:
        self.own.add("port")
        self.typed.emit()
        self.settle("port")
