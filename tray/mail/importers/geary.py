"""Geary: the account of one ``geary.ini`` (accounts-manager.vala of its source, version 1 and the one before).

The desktop's online accounts are in it without a server; they are imported from the desktop itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.mail.importers.candidates import ImportResult
from tray.mail.importers.ini import items, sections, unescaped
from tray.mail.model.account import Security

if TYPE_CHECKING:
    from tray.mail.importers.candidates import Source
    from tray.mail.importers.ini import Sections

_PROVIDERS = {"gmail": "imap.gmail.com", "outlook": "imap-mail.outlook.com"}
"""Servers that the file does not name; both with TLS."""
_SECURITY = {"transport": Security.TLS, "start-tls": Security.STARTTLS, "none": Security.NONE}
_BRACKETS = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")


def parse(text: str, source: Source) -> ImportResult:
    """The account of a ``geary.ini``; never raises."""
    found = sections(text)
    metadata = found.get("Metadata", {})
    kept_by = found.get("AccountInformation", {}).get("credentials_provider", "")
    if metadata.get("goa_id") or kept_by.lower() == "goa" or metadata.get("status") == "removed":
        return ImportResult()
    provider, email, values = _current(found) if "Account" in found else _legacy(found)
    if provider in _PROVIDERS:
        values |= {"host": _PROVIDERS[provider], "port": None, "security": Security.TLS}
    if not values["host"]:
        return ImportResult(complaints=(source.complaint(tr("there is no IMAP account in it.")),))
    for key in ("name", "user"):
        values[key] = values[key] or email
    off = metadata.get("status") == "disabled"
    return ImportResult.of([source.entry(email=email, off=off, **values)])


def _current(found: Sections) -> tuple[str, str, dict[str, Any]]:
    """The provider, the address, and the values for `Source.entry`."""
    account, incoming = found["Account"], found.get("Incoming", {})
    senders = items(account.get("sender_mailboxes", ""))
    return (
        account.get("service_provider", ""),
        _address(senders[0]) if senders else "",
        {
            "name": unescaped(account.get("label", "")),
            "host": unescaped(incoming.get("host", "")),
            "user": unescaped(incoming.get("login", "")),
            "port": incoming.get("port"),
            "security": _SECURITY.get(incoming.get("transport_security", ""), Security.TLS),
        },
    )


def _legacy(found: Sections) -> tuple[str, str, dict[str, Any]]:
    keys = found.get("AccountInformation", {})
    security = Security.TLS
    if keys.get("imap_ssl", "true") == "false":
        security = Security.NONE if keys.get("imap_starttls", "true") == "false" else Security.STARTTLS
    return (
        keys.get("service_provider", "").lower(),
        unescaped(keys.get("primary_email", "")),
        {
            "name": unescaped(keys.get("nickname", "")),
            "host": unescaped(keys.get("imap_host", "")),
            "user": unescaped(keys.get("imap_username", "")),
            "port": keys.get("imap_port"),
            "security": security,
        },
    )


def _address(sender: str) -> str:
    """The address in ``Jane Doe <jane@example.org>``, or `sender` itself."""
    brackets = _BRACKETS.search(sender)
    return brackets[1] if brackets else sender
