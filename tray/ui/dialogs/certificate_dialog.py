"""Shows a server's certificate that is not trusted, and asks whether to trust exactly this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QFontDatabase
from PyQt5.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.mail.model.certificate import CertificateErrorKind, grouped
from tray.mail.presentation.setup.certificate_texts import facts, reason
from tray.ui.widgets.forms import ErrorText, FormArea, available_size, button_box, dialog_button, plain
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.mail.model.certificate import Certificate

Answer = Callable[[bool], None]
"""Called once: whether this certificate is to be trusted from now on."""

_COLUMNS = 80


class CertificateDialog(QDialog):
    """Esc, closing and the default button refuse; a suspicious certificate has to be compared first."""

    def __init__(
        self, account_name: str, certificate: Certificate, answer: Answer, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._answer = answer
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Certificate of “{account}”").format(account=account_name))
        changed = CertificateErrorKind.CHANGED in certificate.errors
        errors = [kind for kind in certificate.errors if kind is not CertificateErrorKind.CHANGED]
        reasons = [f"• {reason(certificate, kind)}" for kind in errors]
        self.warning = ErrorText(self)
        self.warning.show_text("\n".join((_warning(changed=changed), *reasons)))
        self.compared = QCheckBox(
            tr("&I have compared the fingerprint with the one my administrator gave me"), self
        )
        self.compared.setVisible(certificate.suspicious)
        self.buttons = button_box(self)
        self.trust = dialog_button(
            self.buttons, QDialogButtonBox.ButtonRole.AcceptRole, tr("&Trust this certificate")
        )
        self.cancel = dialog_button(self.buttons, QDialogButtonBox.StandardButton.Cancel, tr("Cancel"))
        self.trust.setAutoDefault(True)  # Enter presses it while it has the focus
        self.cancel.setDefault(True)
        self.trust.setEnabled(not certificate.suspicious)
        self.trust.setAccessibleDescription(
            tr("Mailbell logs in only to a server that shows this certificate.")
        )
        self.compared.toggled.connect(self.trust.setEnabled)

        advice = plain_label(_advice(changed=changed), self)
        content = QWidget(self)
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.warning)
        inner.addSpacing(inner.spacing())
        inner.addLayout(self._facts(certificate))
        inner.addSpacing(inner.spacing())
        inner.addWidget(advice)
        inner.addWidget(self.compared)
        inner.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(FormArea(content, self))
        layout.addWidget(self.buttons)
        self._fit(content)
        self.cancel.setFocus()

    def done(self, result: int) -> None:
        """Call `answer`, however the dialog closes."""
        super().done(result)
        self._answer(result == QDialog.DialogCode.Accepted)

    def _fit(self, content: QWidget) -> None:
        """Make the dialog high enough for its texts; where the screen is too small they scroll."""
        width = self.fontMetrics().averageCharWidth() * _COLUMNS
        width = min(max(width, self.sizeHint().width()), available_size(self).width())
        inner = content.layout()
        assert inner is not None
        frame = self.sizeHint() - content.sizeHint()
        height = inner.totalHeightForWidth(width - frame.width()) + frame.height()
        self.resize(QSize(width, height).boundedTo(available_size(self)))

    def _facts(self, certificate: Certificate) -> QFormLayout:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        *others, (caption, fingerprint) = facts(certificate)
        for name, text in others:
            form.addRow(_caption(name), _value(name, text))
        if certificate.pinned:
            pinned = tr("{name} trusted so far").format(name=caption)
            form.addRow(_caption(pinned), _fingerprint(pinned, grouped(certificate.pinned)))
            caption = tr("{name} shown now").format(name=caption)
        form.addRow(_caption(caption), _fingerprint(caption, fingerprint))
        return form


def _warning(*, changed: bool) -> str:
    if changed:
        return tr(
            "The certificate has changed: it is not the one that you trusted. Somebody may be pretending to be your "
            "server to get at your password. No password was sent."
        )
    return tr("It is not certain that this is your server, so no password was sent.")


def _advice(*, changed: bool) -> str:
    if changed:
        return tr(
            "A certificate changes when the server's administrator renews it. Ask that person for the new fingerprint, "
            "by telephone or face to face, and compare all of it. If nobody has renewed it, choose Cancel."
        )
    return tr(
        "Compare the fingerprint with that of your server, as its administrator can tell you. If you trust this "
        "certificate, Mailbell accepts it and no other one for this account."
    )


def _caption(name: str) -> QLabel:
    label = QLabel(tr("{name}:").format(name=name))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def _value(name: str, text: str) -> QLabel:
    label = plain_label(text)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setAccessibleName(f"{plain(name)}: {text}")  # of a label, Orca reads no description
    return label


def _fingerprint(name: str, text: str) -> QLabel:
    groups = text.split(" ")
    half = (len(groups) + 1) // 2
    label = _value(name, "\n".join((" ".join(groups[:half]), " ".join(groups[half:]))))
    label.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    label.setWordWrap(False)
    label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that it can be copied by keyboard
    return label
