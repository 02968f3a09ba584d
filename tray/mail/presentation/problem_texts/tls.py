"""Problems of TLS: certificates, handshakes, and the files of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tray.i18n import system_reason, tr
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.setup.certificate_texts import advice, reason

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate

FileFault = Literal[
    "unreadable", "no root", "bad root", "no certificate", "weak", "other key", "no key", "encrypted key"
]
"""Why a file of trusted certificates, or of a client certificate, cannot be used."""
_NO_TLS = (
    "wrong version number",
    "packet length too long",
    "record layer failure",
    "http request",
    "unknown protocol",
)
_OLD_TLS = ("unsupported protocol", "protocol version", "no protocols available", "version too low")


def certificate_refused(certificate: Certificate) -> Problem:
    """The server's certificate is not trusted."""
    return Problem(
        ProblemKind.UNTRUSTED,
        reason(certificate, certificate.errors[0]),
        advice(certificate),
        certificate=certificate if certificate.can_be_pinned else None,
    )


def handshake_failed(text: str, account: Account) -> Problem:
    """The handshake failed with OpenSSL's `text`."""
    text = text.lower()
    sentence = _alert(text)
    if sentence:
        what_to_do = (
            tr(
                "Ask the server's administrator for a certificate that it accepts, "
                "and choose it in the account's settings."
            )
            if account.client_certificate
            else tr(
                "If the server's administrator gave you a certificate, choose its file in the account's settings."
            )
        )
    elif any(phrase in text for phrase in _NO_TLS):
        sentence = tr("{host} does not speak TLS on port {port}.")
        what_to_do = tr(
            "Choose STARTTLS or the port for TLS, usually 993, in the account's settings; no password was sent."
        )
    else:
        sentence = (
            tr("{host} offers only encryption that is too old to be safe.")
            if any(phrase in text for phrase in _OLD_TLS)
            else tr("No safe connection to {host} could be negotiated.")
        )
        what_to_do = tr("Ask the server's administrator; no password was sent.")
    return Problem(ProblemKind.UNTRUSTED, sentence.format(host=account.host, port=account.port), what_to_do)


def _alert(text: str) -> str:
    """The sentence for an alert about the client certificate; empty if there is none."""
    refused = tr("{host} refused the client certificate.")
    alerts = {
        # RFC 8446, 6.2; RFC 5246, 7.2.2; as OpenSSL names them.
        "alert certificate required": tr("{host} asks for a client certificate."),
        "alert certificate expired": tr("{host} refused the client certificate: it has expired."),
        "alert certificate revoked": tr("{host} refused the client certificate: it was revoked."),
        "alert unknown ca": tr("{host} refused the client certificate: it does not know who issued it."),
        "alert bad certificate": refused,
        "alert unsupported certificate": tr(
            "{host} refused the client certificate: it is of a kind that is not accepted there."
        ),
        "alert certificate unknown": refused,
        "alert access denied": tr("{host} does not accept this client certificate."),
    }
    return next((sentence for alert, sentence in alerts.items() if alert in text), "")


def roots_unusable(path: str, fault: FileFault, cause: OSError | None = None) -> Problem:
    """The account's file of trusted certificates cannot be used; `cause` says why it cannot be read."""
    return _untrusted_file(
        tr("The file of trusted certificates cannot be used: {path}: {why}."),
        path,
        _why(fault, cause),
        tr("Choose another file in the account's settings, or none to trust what the system trusts."),
    )


def identity_unusable(path: str, fault: FileFault, cause: OSError | None = None) -> Problem:
    """A file of the account's client certificate cannot be used; `cause` says why it cannot be read."""
    what_to_do = tr("Choose the files of certificate and key in the account's settings.")
    if fault == "no key":
        what_to_do = tr("Name the file of the key, too.")
    elif fault == "encrypted key":
        what_to_do = tr(
            "Save the key without a passphrase, readable by you alone (openssl pkey -in OLD -out NEW)."
        )
    return _untrusted_file(
        tr("The client certificate cannot be used: {path}: {why}."),
        path,
        _why(fault, cause),
        what_to_do,
    )


def _untrusted_file(sentence: str, path: str, why: str, what_to_do: str) -> Problem:
    return Problem(ProblemKind.UNTRUSTED, sentence.format(path=path, why=why), what_to_do)


def _why(fault: FileFault, cause: OSError | None) -> str:
    """The reason, to follow the path."""
    if cause is not None:
        return system_reason(cause)
    return {
        "unreadable": tr("it cannot be read"),
        "no root": tr("it holds no certificate in PEM form"),
        "bad root": tr("it holds a certificate that cannot be read"),
        "no certificate": tr("it holds no certificate in PEM form that can be read"),
        "weak": tr("it is too weak, or of a kind that TLS does not use"),
        "other key": tr("its key belongs to another certificate"),
        "no key": tr("it holds no private key in PEM form"),
        "encrypted key": tr("its key is encrypted"),
    }[fault]
