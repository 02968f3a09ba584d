"""The outgoing server of an account, as it stands in its settings: ``smtps://smtp.example.org:465``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.account import Security
from tray.mail.model.host_names import BadHost, ascii_host, same_host
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.account import Account

TLS_PORT, STARTTLS_PORT = 465, 587
"""RFC 8314, 3.3, and RFC 6409, 3.1."""
_SCHEMES = {"smtps": Security.TLS, "smtp": Security.STARTTLS}
_PORT_MAX = 65_535


class BadOutgoing(Exception):  # noqa: N818
    """The text names no server; its own text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A server that takes mail from its users, always encrypted."""

    host: str
    port: int
    security: Security
    """TLS or STARTTLS, which is then mandatory."""

    def __str__(self) -> str:
        scheme = next(name for name, security in _SCHEMES.items() if security is self.security)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


def parse(text: str) -> Outgoing | None:
    """The server in ``host``, ``host:port`` or ``smtps://host:port``; None for an empty `text`. Raises BadOutgoing.

    ``smtps`` is TLS from the beginning, ``smtp`` STARTTLS. Without a scheme port 587 means STARTTLS and any other
    TLS; without a port it is 465, or 587 for ``smtp``.
    """
    text = text.strip()
    if not text:
        return None
    scheme, colon, rest = text.rpartition("://")
    if colon and scheme.lower() not in _SCHEMES:
        raise BadOutgoing(tr("Write the outgoing server like smtp.example.org or smtp.example.org:587."))
    host, number = _split(rest.rstrip("/"))
    if number and not (number.isascii() and number.isdigit() and 0 < int(number[:6]) <= _PORT_MAX):
        raise BadOutgoing(tr("The port is a number from {low} to {high}.").format(low=1, high=_PORT_MAX))
    try:
        ascii_host(host)
    except BadHost as error:
        raise BadOutgoing(str(error)) from error
    if colon:
        security = _SCHEMES[scheme.lower()]
    else:
        security = Security.STARTTLS if number and int(number) == STARTTLS_PORT else Security.TLS
    usual = TLS_PORT if security is Security.TLS else STARTTLS_PORT
    return Outgoing(host, int(number) if number else usual, security)


def outgoing_error(text: str) -> str:
    """A sentence where `text` names no server; else empty."""
    try:
        parse(text)
    except BadOutgoing as error:
        return str(error)
    return ""


def submission_account(account: Account, outgoing: Outgoing) -> Account:
    """`account` with its outgoing server in place of its IMAP server.

    What is trusted of the one server, and shown to it, counts for the other only where both are one host.
    """
    same = same_host(account.host, outgoing.host)
    return replace(
        account,
        host=outgoing.host,
        port=outgoing.port,
        security=outgoing.security,
        allow_cleartext=False,
        pinned=account.pinned if same else "",
        client_certificate=account.client_certificate if same else "",
        client_key=account.client_key if same else "",
    )


def _split(text: str) -> tuple[str, str]:
    """Host and port of ``host:port``, ``[address]:port`` or an address alone."""
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]")
        return (host, port.removeprefix(":")) if bracket else (text, "")
    if text.count(":") != 1:  # an IPv6 address
        return text, ""
    host, _, port = text.partition(":")
    return host, port or "?"
