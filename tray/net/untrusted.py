"""Words for connections that are not safe enough to send a password over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenSSL import SSL

from tray.mail.status import Trouble, TroubleKind
from tray.net import errors

if TYPE_CHECKING:
    from tray.mail.account import Account

_ASK = "Ask whoever runs the server; no password was sent."
_OWN_ROOT = (
    "If the server is your own, name the file of its certificate authority in the account's settings; "
    "no password was sent."
)
# X509_V_ERR numbers (openssl-verify(1), "Diagnostics").
_NOT_YET_VALID, _EXPIRED, _REVOKED = 9, 10, 23
_SELF_SIGNED = frozenset({18, 19})
_UNKNOWN_ISSUER = frozenset({2, 20, 21, 24, 27, 28})
_WEAK = frozenset({66, 67, 68})
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
    told = _words(error, account)
    return Trouble(TroubleKind.UNTRUSTED, *told) if told else None


def _words(error: BaseException, account: Account) -> tuple[str, str] | None:
    host = account.host
    if isinstance(error, errors.CertificateRefused):
        return _certificate(error, host)
    if isinstance(error, errors.HostMismatch):
        names = ", ".join(error.names) or "no host at all"
        return (
            f"The certificate of {host} is not valid for this name; it is for {names}.",
            "Check the server's name in the account's settings; no password was sent.",
        )
    if isinstance(error, errors.RootsUnusable):
        return (
            f"The file of trusted certificates cannot be used: {error.path}: {error.why}.",
            "Choose another file in the account's settings, or none to trust what the system trusts.",
        )
    if isinstance(error, errors.StartTlsMissing):
        return (
            f"{host} does not offer encryption (STARTTLS) on port {account.port}.",
            "Choose TLS, usually on port 993, in the account's settings; no password was sent.",
        )
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


def _certificate(error: errors.CertificateRefused, host: str) -> tuple[str, str]:
    if error.code == _EXPIRED:
        return f"The certificate of {host} has expired ({error.subject}).", _ASK
    if error.code == _NOT_YET_VALID:
        return (
            f"The certificate of {host} is not valid yet ({error.subject}).",
            "Check the clock of this computer; no password was sent.",
        )
    if error.code in _SELF_SIGNED:
        return f"The certificate of {host} is certified by itself only ({error.issuer}).", _OWN_ROOT
    if error.code in _UNKNOWN_ISSUER:
        return (
            f"The certificate of {host} comes from an authority that is not known ({error.issuer}).",
            _OWN_ROOT,
        )
    if error.code == _REVOKED:
        return f"The certificate of {host} was revoked.", _ASK
    if error.code in _WEAK:
        return f"The certificate of {host} is too weak to be trusted.", _ASK
    return f"The certificate of {host} cannot be trusted (reason {error.code}).", _ASK


def _handshake(error: SSL.Error, account: Account) -> tuple[str, str]:
    text = str(error).lower()
    if any(phrase in text for phrase in _NO_TLS):
        return (
            f"{account.host} does not speak TLS on port {account.port}.",
            "Choose STARTTLS or the port for TLS, usually 993, in the account's settings; no password was sent.",
        )
    if any(phrase in text for phrase in _OLD_TLS):
        return f"{account.host} offers only encryption that is too old to be safe.", _ASK
    return f"No safe connection to {account.host} could be agreed on.", _ASK
