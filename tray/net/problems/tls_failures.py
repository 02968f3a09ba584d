"""Problems of TLS, certificates and missing encryption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenSSL import SSL

from tray.mail.presentation.problem_texts import tls as texts
from tray.net import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem

_ALERTS: dict[str, Callable[[Account], Problem]] = {
    # Alerts (RFC 8446, 6.2; RFC 5246, 7.2.2) as OpenSSL names them.
    "alert certificate required": texts.certificate_wanted,
    "alert certificate expired": texts.certificate_expired,
    "alert certificate revoked": texts.certificate_revoked,
    "alert unknown ca": texts.certificate_issuer_unknown,
    "alert bad certificate": texts.certificate_bad,
    "alert unsupported certificate": texts.certificate_of_wrong_kind,
    "alert certificate unknown": texts.certificate_bad,
    "alert access denied": texts.certificate_denied,
}
_NO_TLS = (
    "wrong version number",
    "packet length too long",
    "record layer failure",
    "http request",
    "unknown protocol",
)
_OLD_TLS = ("unsupported protocol", "protocol version", "no protocols available", "version too low")


def tls_problem(error: BaseException, account: Account) -> Problem | None:
    """The problem of encryption or trust, None for another error."""
    host = account.host
    match error:
        case errors.CertificateRefused():
            return texts.certificate_refused(error.certificate)
        case errors.RootsUnusable():
            return texts.roots_unusable(error.path, error.why)
        case errors.IdentityUnusable():
            return texts.identity_unusable(error.path, error.why, error.advice)
        case errors.StartTlsMissing():
            return texts.no_starttls(account)
        case errors.CertificateUnverified():
            return texts.no_certificate_shown(host)
        case errors.PreAuthenticated():
            return texts.login_before_encryption(host)
        case errors.CleartextRefused():
            return texts.no_encryption(host)
        case SSL.Error():
            return _handshake(error, account)
        case _:
            return None


def _handshake(error: SSL.Error, account: Account) -> Problem:
    text = str(error).lower()
    for alert, problem in _ALERTS.items():
        if alert in text:
            return problem(account)
    if any(phrase in text for phrase in _NO_TLS):
        return texts.no_tls(account)
    if any(phrase in text for phrase in _OLD_TLS):
        return texts.old_encryption(account.host)
    return texts.no_agreement(account.host)
