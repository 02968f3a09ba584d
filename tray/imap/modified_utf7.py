"""Mailbox names between Unicode and the modified UTF-7 as sent (RFC 3501, 5.1.3)."""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64

from tray.imap.errors import LocalProtocolError
from tray.imap.types import INBOX, MailboxName

_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def encode(name: str) -> bytes:
    """The name as it is sent; LocalProtocolError for a lone surrogate."""
    if name.lower() == INBOX.lower():
        return b"INBOX"
    try:
        return _UNPRINTABLE.sub(lambda run: _shift(run[0]), name.replace("&", "&-")).encode("ascii")
    except UnicodeEncodeError:
        raise LocalProtocolError("a mailbox name with a lone surrogate") from None


def _shift(run: str) -> str:
    base64 = b2a_base64(run.encode("utf-16-be"), newline=False).decode("ascii")
    return f"&{base64.rstrip('=').replace('/', ',')}-"


def decode(raw: bytes) -> MailboxName:
    """The name in Unicode; what is not modified UTF-7 is read as UTF-8 or Latin-1. Never raises."""
    if raw.upper() == b"INBOX":
        return INBOX
    try:
        pieces = _SHIFTED.split(raw)
        return MailboxName(
            "".join(_unshift(piece) if odd % 2 else _direct(piece) for odd, piece in enumerate(pieces))
        )
    except ValueError:
        pass
    try:
        return MailboxName(raw.decode())  # some servers send UTF-8 instead
    except UnicodeDecodeError:
        return MailboxName(raw.decode("latin-1"))


def _direct(piece: bytes) -> str:
    if b"&" in piece:
        raise ValueError("an ampersand without a sequence")
    return piece.decode()


def _unshift(piece: bytes) -> str:
    if not piece:
        return "&"
    padded = piece.replace(b",", b"/") + b"=" * (-len(piece) % 4)
    return a2b_base64(padded).decode("utf-16-be")
