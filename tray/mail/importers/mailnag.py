"""Mailnag: the IMAP accounts of ``mailnag.cfg`` (Mailnag/common/accounts.py, backends/__init__.py of its source).

Its passwords are in the keyring, or without one in the same file; they are never read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tray.mail.importers.candidates import LIMIT, ImportResult
from tray.mail.importers.ini import sections
from tray.mail.model.account import Security

if TYPE_CHECKING:
    from tray.mail.importers.candidates import ForeignAccount, Source

_ACCOUNT = re.compile(r"account[0-9]{1,4}")


def parse(text: str, source: Source) -> ImportResult:
    """The accounts of a ``mailnag.cfg``; never raises. POP3 and local mail are ignored."""
    accounts = [keys for name, keys in sections(text).items() if _ACCOUNT.fullmatch(name)]
    return ImportResult.of(_entry(keys, source) for keys in accounts[:LIMIT] if _is_imap(keys))


def _is_imap(keys: dict[str, str]) -> bool:
    kind = keys.get("type", "imap" if keys.get("imap", "1") != "0" else "pop3")
    return kind == "imap" and bool(keys.get("server"))


def _entry(keys: dict[str, str], source: Source) -> ForeignAccount | str:
    return source.entry(
        name=keys.get("name", ""),
        host=keys["server"],
        user=keys.get("user", ""),
        port=keys.get("port"),
        security=Security.NONE if keys.get("ssl", "1") == "0" else Security.TLS,
        mailboxes=_folders(keys.get("folder", "")),
        off=keys.get("enabled", "0") == "0",
    )


def _folders(value: str) -> list[str]:
    """The names in a JSON list or, from older versions, between commas."""
    if not (value.startswith("[") and value.endswith("]")):
        return value.split(",")
    try:
        names = json.loads(value)
    except (ValueError, RecursionError):
        return []
    return [name for name in names if isinstance(name, str)]
