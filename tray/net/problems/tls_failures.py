"""Words for connections that are not safe enough to send a password over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenSSL import SSL

from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.certificate_texts import advice, reason
from tray.net import errors

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate

_CHOOSE = "If whoever runs the server gave you a certificate, choose its file in the account's settings."
_ANOTHER = (
    "Ask whoever runs the server for a certificate that it accepts, and choose it in the account's settings."
)
_ALERTS = {
    # Alerts (RFC 8446, 6.2; RFC 5246, 7.2.2) in OpenSSL's words.
    "alert certificate required": "{host} wants to see a client certificate.",
    "alert certificate expired": "{host} refused the client certificate: it has expired.",
    "alert certificate revoked": "{host} refused the client certificate: it was revoked.",
    "alert unknown ca": "{host} refused the client certificate: it does not know who issued it.",
    "alert bad certificate": "{host} refused the client certificate.",
    "alert unsupported certificate": "{host} refused the client certificate: it is of a kind not used there.",
    "alert certificate unknown": "{host} refused the client certificate.",
    "alert access denied": "{host} lets nobody in with this client certificate.",
}


def refused_by_alert(text: str, account: Account) -> tuple[str, str] | None:
    """What is wrong and what to do, where OpenSSL's `text` (lower case) tells of an alert about our certificate."""
    for alert, sentence in _ALERTS.items():
        if alert in text:
            return sentence.format(host=account.host), _ANOTHER if account.client_certificate else _CHOOSE
    return None


def refused_at_log_in(account: Account, text: str) -> Problem:
    """The server said NO to a log-in because of the certificate, or because there was none; `text` are its words."""
    if not account.client_certificate:
        sentence = f"{account.host} wants to see a client certificate."
        advice = _CHOOSE
    else:
        sentence = f"{account.host} does not let {account.user} in with the client certificate."
        advice = (
            "Check that it has not expired, and that the user name is the one that the certificate names."
        )
    return Problem(ProblemKind.REFUSED, sentence, advice, text)


_ASK = "Ask whoever runs the server; no password was sent."
_NO_TLS = (
    "wrong version number",
    "packet length too long",
    "record layer failure",
    "http request",
    "unknown protocol",
)
_OLD_TLS = ("unsupported protocol", "protocol version", "no protocols available", "version too low")


def tls_problem(error: BaseException, account: Account) -> Problem | None:
    """The trouble where `error` is one of trust, else None."""
    if isinstance(error, errors.CertificateRefused):
        return _certificate(error.certificate)
    told = _words(error, account)
    return Problem(ProblemKind.UNTRUSTED, *told) if told else None


def _certificate(certificate: Certificate) -> Problem:
    return Problem(
        ProblemKind.UNTRUSTED,
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
    if isinstance(error, errors.CertificateUnverified):
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
