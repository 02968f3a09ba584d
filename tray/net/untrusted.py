"""Words for connections that are not safe enough to send a password over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenSSL import SSL

from tray.mail.certificate_texts import advice, reason
from tray.mail.status import Trouble, TroubleKind
from tray.net import errors
from tray.net.identity_words import refused_by_alert

if TYPE_CHECKING:
    from tray.mail.account import Account
    from tray.mail.certificate import Certificate

_ASK = "Ask whoever runs the server; no password was sent."
_NO_TLS = (
    "wrong version number",
    "packet length too long",
    "record layer failure",
    "http request",
    "unknown protocol",
)
_OLD_TLS = ("unsupported protocol", "protocol version", "no protocols available", "version too low")


def untrusted(error: BaseException, account: Account) -> Trouble | None:
    """The trouble where `error` is one of trust, else None."""
    if isinstance(error, errors.CertificateRefused):
        return _certificate(error.certificate)
    told = _words(error, account)
    return Trouble(TroubleKind.UNTRUSTED, *told) if told else None


def _certificate(certificate: Certificate) -> Trouble:
    return Trouble(
        TroubleKind.UNTRUSTED,
        reason(certificate, certificate.doubts[0]),
        advice(certificate),
        certificate=certificate if certificate.can_be_pinned else None,
    )


def _words(error: BaseException, account: Account) -> tuple[str, str] | None:
    host = account.host
    if isinstance(error, errors.RootsUnusable):
        return (
            f"The file of trusted certificates cannot be used: {error.path}: {error.why}.",
            "Choose another file in the account's settings, or none to trust what the system trusts.",
        )
    if isinstance(error, errors.IdentityUnusable):
        return (
            f"The client certificate cannot be used: {error.path}: {error.why}.",
            error.advice or "Choose the files of certificate and key in the account's settings.",
        )
    if isinstance(error, errors.StartTlsMissing):
        return (
            f"{host} does not offer encryption (STARTTLS) on port {account.port}.",
            "Choose TLS, usually on port 993, in the account's settings; no password was sent.",
        )
    if isinstance(error, errors.Unproven):
        return (f"{host} showed no certificate.", _ASK)
    if isinstance(error, errors.PreAuthenticated):
        return (f"{host} claims that the log-in is done before the connection is encrypted.", _ASK)
    if isinstance(error, errors.CleartextRefused):
        return (
            f"Without encryption anybody on the way to {host} could read the password.",
            "Choose TLS or STARTTLS in the account's settings.",
        )
    if isinstance(error, SSL.Error):
        return _handshake(error, account)
    return None


def _handshake(error: SSL.Error, account: Account) -> tuple[str, str]:
    text = str(error).lower()
    if (refused := refused_by_alert(text, account)) is not None:
        return refused
    if any(phrase in text for phrase in _NO_TLS):
        return (
            f"{account.host} does not speak TLS on port {account.port}.",
            "Choose STARTTLS or the port for TLS, usually 993, in the account's settings; no password was sent.",
        )
    if any(phrase in text for phrase in _OLD_TLS):
        return f"{account.host} offers only encryption that is too old to be safe.", _ASK
    return f"No safe connection to {account.host} could be agreed on.", _ASK
