"""Geary: the account of one ``geary.ini`` (accounts-manager.vala of its source, version 1 and the one before).

The desktop's online accounts are in it without a server; they are imported from the desktop itself.
"""

from __future__ import annotations

import re

from tray.i18n import tr
from tray.mail.importers.candidates import (
    ForeignAccount,
    ImportResult,
    SourceProgram,
    build,
    file_prefix,
    number,
)
from tray.mail.importers.ini import items, sections, unescaped
from tray.mail.model.account import Security

_PROVIDERS = {"gmail": "imap.gmail.com", "outlook": "imap-mail.outlook.com"}
"""Servers that the file does not name; both with TLS."""
_SECURITY = {"transport": Security.TLS, "start-tls": Security.STARTTLS, "none": Security.NONE}
_BRACKETS = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")


def parse(text: str, place: str) -> ImportResult:
    """The account of a ``geary.ini``; never raises."""
    found = sections(text)
    metadata = found.get("Metadata", {})
    kept_by = found.get("AccountInformation", {}).get("credentials_provider", "")
    if metadata.get("goa_id") or kept_by.lower() == "goa" or metadata.get("status") == "removed":
        return ImportResult()
    offer = _offer(found, place) if "Account" in found else _legacy(found, place)
    if offer is None:
        return ImportResult(
            complaints=(file_prefix(SourceProgram.GEARY, place) + tr("there is no IMAP account in it."),)
        )
    return ImportResult((offer,))


def _offer(found: dict[str, dict[str, str]], place: str) -> ForeignAccount | None:
    account, incoming = found["Account"], found.get("Incoming", {})
    senders = items(account.get("sender_mailboxes", ""))
    email = _address(senders[0]) if senders else ""
    host = _PROVIDERS.get(account.get("service_provider", ""), "")
    preset = bool(host)
    host = host or unescaped(incoming.get("host", ""))
    if not host:
        return None
    off = found.get("Metadata", {}).get("status") == "disabled"
    return build(
        SourceProgram.GEARY,
        place,
        name=unescaped(account.get("label", "")) or email,
        host=host,
        user=unescaped(incoming.get("login", "")) or email,
        email=email,
        port=None if preset else number(incoming.get("port")),
        security=Security.TLS
        if preset
        else _SECURITY.get(incoming.get("transport_security", ""), Security.TLS),
        off=off,
    )


def _legacy(found: dict[str, dict[str, str]], place: str) -> ForeignAccount | None:
    keys = found.get("AccountInformation", {})
    email = unescaped(keys.get("primary_email", ""))
    preset = _PROVIDERS.get(keys.get("service_provider", "").lower(), "")
    host = preset or unescaped(keys.get("imap_host", ""))
    if not host:
        return None
    security = Security.TLS
    if not preset and keys.get("imap_ssl", "true") == "false":
        security = Security.NONE if keys.get("imap_starttls", "true") == "false" else Security.STARTTLS
    return build(
        SourceProgram.GEARY,
        place,
        name=unescaped(keys.get("nickname", "")) or email,
        host=host,
        user=unescaped(keys.get("imap_username", "")) or email,
        email=email,
        port=None if preset else number(keys.get("imap_port")),
        security=security,
    )


def _address(sender: str) -> str:
    """The address in ``Jane Doe <jane@example.org>``, or `sender` itself."""
    brackets = _BRACKETS.search(sender)
    return brackets[1] if brackets else sender
