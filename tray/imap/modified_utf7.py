"""Mailbox names between Unicode and the modified UTF-7 of the wire (RFC 3501, 5.1.3)."""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64

from tray.imap.errors import LocalProtocolError
from tray.imap.types import INBOX, MailboxName

_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def encode(name: str) -> bytes:
    """The name as the wire wants it; LocalProtocolError for half a surrogate pair, which no encoding carries."""
    if name.lower() == INBOX.lower():
        return b"INBOX"
    try:
        return _UNPRINTABLE.sub(lambda run: _shift(run[0]), name.replace("&", "&-")).encode("ascii")
    except UnicodeEncodeError:
        raise LocalProtocolError("a mailbox name with half a character") from None


def _shift(run: str) -> str:
    base64 = b2a_base64(run.encode("utf-16-be"), newline=False).decode("ascii")
    return f"&{base64.rstrip('=').replace('/', ',')}-"


def decode(raw: bytes) -> MailboxName:
    """The name as a person knows it; what is not modified UTF-7 is kept as readable as it can be. Never raises."""
    if raw.upper() == b"INBOX":
        return INBOX
    try:
        pieces = _SHIFTED.split(raw)
        return MailboxName(
            "".join(_unshift(piece) if odd % 2 else _direct(piece) for odd, piece in enumerate(pieces))
        )
    except ValueError:
        return MailboxName(_readable(raw))


def _direct(piece: bytes) -> str:
    if b"&" in piece:
        raise ValueError("an ampersand that begins nothing")
    return piece.decode()


def _unshift(piece: bytes) -> str:
    if not piece:
        return "&"
    padded = piece.replace(b",", b"/") + b"=" * (-len(piece) % 4)
    return a2b_base64(padded).decode("utf-16-be")


def _readable(raw: bytes) -> str:
    """UTF-8, which some servers send instead, else one character for each byte."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
