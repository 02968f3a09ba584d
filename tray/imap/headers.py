"""Reads from a block of headers what a person is shown of a mail (RFC 5322, RFC 2047), whatever the sender wrote."""

from __future__ import annotations

from tray.imap.addresses import parse_address
from tray.imap.dates import header_date
from tray.imap.text import TEXT_MOST, decode_bytes, display_safe
from tray.imap.types import Envelope
from tray.imap.words import decode_words

__all__ = ["decode_text", "display_safe", "envelope", "parse_address"]

_FIELDS = frozenset({b"subject", b"from", b"date", b"message-id"})
_FIELD_NAME_MOST = 20
_ENCODED = 16  # times as long as what it says, at most, is what an encoded text is read of
_ID_MOST = 998  # one line (RFC 5322, 2.1.1)


def decode_text(raw: bytes | str, limit: int = TEXT_MOST) -> str:
    """A header's text as a person reads it: one line of at most `limit` characters, safe to display. Never raises."""
    text = decode_bytes(raw) if isinstance(raw, bytes) else raw
    return display_safe(decode_words(text[: limit * _ENCODED]), limit)


def envelope(headers: bytes, internal_date: float | None) -> Envelope:
    """What `headers` tell of a mail; of a field that comes twice the first counts. Never raises.

    `internal_date` (Unix seconds) goes before the Date header, which is the sender's to invent.
    """
    fields = _fields(headers)
    date = internal_date
    if date is None:
        date = header_date(decode_bytes(fields.get(b"date", b"")))
    return Envelope(
        subject=decode_text(fields.get(b"subject", b"")),
        sender=parse_address(fields.get(b"from", b"")),
        date=date,
        message_id=display_safe(decode_bytes(fields.get(b"message-id", b"")), _ID_MOST),
    )


def _fields(headers: bytes) -> dict[bytes, bytes]:
    """The fields that we show, unfolded: a line that begins with white space goes on with the one before."""
    found: dict[bytes, list[bytes]] = {}
    present: list[bytes] = []
    for line in headers.split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            present.append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name[:_FIELD_NAME_MOST].strip().lower()
        present = [value]
        if colon and name in _FIELDS and name not in found:
            found[name] = present
    return {name: b"".join(lines) for name, lines in found.items()}
