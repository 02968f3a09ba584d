"""The fields of the first page: address and password, and those for server and user name where they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.model.secret import Secret
from tray.mail.presentation.problem_texts.first_page import Failure, Mend, ProviderHint, Remedy, provider_hint
from tray.mail.setup.discovery import clean_address
from tray.ui.first_page.set_up import Draft
from tray.ui.widgets.forms import PasswordEdit
from tray.ui.widgets.labelled_field import LabelledField, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.setup.discovery import DiscoveryResult

_GAP = 14


class AddressEdit(QLineEdit):
    """Takes the address out of what is pasted, such as ``Jane <jane@example.org>``."""

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(tr("you@example.org"))
        self.setInputMethodHints(Qt.ImhEmailCharactersOnly | Qt.ImhNoAutoUppercase)
        self._length = 0
        self.textChanged.connect(self._clean)

    def _clean(self, text: str) -> None:
        pasted = len(text) - self._length > 1
        self._length = len(text)
        if pasted and clean_address(text) != text:
            self.setText(clean_address(text))


class EntryForm(QWidget):
    """Shows what is known of the provider, and a failure in the field to mend."""

    edited = pyqtSignal()
    """Something was typed."""
    address_changed = pyqtSignal()
    """There is another address, and perhaps another `hint`."""
    remedy = pyqtSignal(object)
    """The link beneath the sentence of this `Failure` was pressed."""
    page_wanted = pyqtSignal(str)
    """The provider's page of that address is to be opened."""

    def __init__(self, known: Callable[[str], DiscoveryResult | None]) -> None:
        """`known` gives what the shipped list says of an address."""
        super().__init__()
        self._known = known
        self._hinted = ""
        """The domain of the present hint."""
        self.found: DiscoveryResult | None = None
        """What the address alone tells."""
        self.hint: ProviderHint = provider_hint(None)
        self._failure: Failure | None = None
        self._pinned = ""
        self.address = LabelledField(tr("&E-mail address"), AddressEdit())
        self.server = LabelledField(tr("&Server"))
        self.server.edit.setPlaceholderText(tr("imap.example.org"))
        self.user = LabelledField(tr("&User name"))
        self.password = LabelledField(self.hint.label, PasswordEdit())
        self.fields = (self.address, self.server, self.user, self.password)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP - 4)  # each field has room of 4 below for its ring
        for field in self.fields:
            layout.addWidget(field)
            field.edit.textEdited.connect(self.edited)
            field.followed.connect(self._followed)
        for field in (self.address, self.server):
            field.edit.textEdited.connect(self._forget_pin)
        self.address.edit.textChanged.connect(self._look_up)
        self.reset()

    def reset(self) -> None:
        """Empty all fields, and show those of the start."""
        for field in self.fields:
            field.edit.clear()
        self.password.edit.setEchoMode(QLineEdit.Password)
        if self.password.eye is not None:
            self.password.eye.setChecked(False)
        self.server.hide()
        self.user.hide()
        self._pinned = ""
        self.show_failure(None)

    def draft(self, *, ask_database: bool = False) -> Draft:
        """What was typed."""
        password = self.password.edit.text()
        if self.hint.placeholder:  # Google shows its app passwords in groups of four letters
            password = "".join(password.split())
        return Draft(
            self.email(),
            Secret(password) if password else None,
            self.server.edit.text().strip() if self.server.isVisibleTo(self) else "",
            self.user.edit.text().strip() if self.user.isVisibleTo(self) else "",
            self._pinned,
            ask_database,
        )

    def email(self) -> str:
        """The address as typed."""
        return clean_address(self.address.edit.text())

    def pin(self, fingerprint: str) -> None:
        """Trust the certificate with that fingerprint, until another address or server is typed."""
        self._pinned = fingerprint

    def set_read_only(self, read_only: bool) -> None:
        """Keep what was typed while it is tested."""
        for field in self.fields:
            field.edit.setReadOnly(read_only)

    def show_sign_in(self, found: DiscoveryResult) -> None:
        """The server turned out to take no password."""
        self.found, self.hint = found, provider_hint(found)
        self._show_hint()

    def show_failure(self, failure: Failure | None) -> None:
        """Show it in the field to mend, if it is in one, and move the focus there; None for none."""
        self._failure = failure
        self._show_hint()
        if failure is None:
            return
        field = self._field_of(failure)
        if field is None:
            return
        if field is self.server:
            self.server.show()
            if failure.server:
                self.server.edit.setText(failure.server)
        field.show_error(failure.sentence, failure.hint, failure.link)
        field.edit.setFocus(Qt.OtherFocusReason)
        field.edit.selectAll()

    def show_user(self) -> None:
        """Open the field for the user name."""
        self.user.show()
        if not self.user.edit.text():
            self.user.edit.setText(self.email().partition("@")[0])
        self.user.edit.setFocus(Qt.OtherFocusReason)
        self.user.edit.selectAll()

    def _field_of(self, failure: Failure) -> LabelledField | None:
        return {
            Mend.ADDRESS: self.address,
            Mend.PASSWORD: self.password,
            Mend.SERVER: self.server,
        }.get(failure.mend)

    def _forget_pin(self) -> None:
        self._pinned = ""

    def _look_up(self) -> None:
        email = self.email()
        domain = email.rpartition("@")[2] if "@" in email else ""
        if domain != self._hinted:
            self._hinted = domain
            self.found = self._known(email) if domain else None
            self.hint = provider_hint(self.found)
            self.server.hide()
            self.server.edit.clear()
            self._show_hint()
        self.address_changed.emit()

    def _show_hint(self) -> None:
        hint = self.hint
        name = ((Tone.GOOD, hint.name, ""),) if hint.name else ()
        remark = ((Tone.INFO, hint.remark, ""),) if hint.remark else ()
        self.address.show_notes(*name, *remark)
        self.server.show_notes()
        self.user.show_notes()
        self.password.set_label(hint.label)
        self.password.edit.setPlaceholderText(hint.placeholder)
        about = ((Tone.INFO, hint.about_password, hint.link),) if hint.about_password else ()
        self.password.show_notes(*about)
        self.password.setVisible(not hint.sign_in)

    def _followed(self) -> None:
        field = self.sender()
        if self._failure is not None and self._field_of(self._failure) is field:
            if self._failure.remedy is Remedy.PAGE:
                self.page_wanted.emit(self._failure.url)
            else:
                self.remedy.emit(self._failure)
        elif field is self.password and self.hint.url:
            self.page_wanted.emit(self.hint.url)
