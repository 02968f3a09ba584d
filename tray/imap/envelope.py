"""Makes an Envelope of a block of headers (RFC 5322, RFC 2047), however malformed they are."""

from __future__ import annotations

import re

from tray.imap.addresses import parse_address
from tray.imap.charsets.codecs import find_codec
from tray.imap.dates import header_date
from tray.imap.encoded_words import decode_encoded_words, find_words, read_raw
from tray.imap.text import TEXT_LIMIT, as_bytes, decode_bytes, display_safe
from tray.imap.types import Envelope

__all__ = ["decode_text", "display_safe", "envelope", "parse_address"]

_FIELDS = frozenset({b"subject", b"from", b"date", b"message-id", b"content-type"})
_FIELD_NAME_LIMIT = 20
_ENCODED = 16  # times as long as what it says, at most, is what an encoded text is read of
_CHARSET = re.compile(rb"""charset\*?\s*=\s*["']?([^"';\s()]{1,40})""", re.IGNORECASE)
_READ_LIMIT = 8192  # bytes of a field that are looked at
_ID_LIMIT = 998  # one line (RFC 5322, 2.1.1)


def decode_text(raw: bytes | str, limit: int = TEXT_LIMIT, own: str | None = None) -> str:
    """A header's text as a person reads it: one line of at most `limit` characters, safe to display. Never raises.

    `own` is the codec of the mail itself, for bytes that declare none.
    """
    text = read_raw(as_bytes(raw)[: limit * _ENCODED], own)
    return display_safe(decode_encoded_words(text, own), limit)


def envelope(headers: bytes, internal_date: float | None) -> Envelope:
    """The envelope in `headers`; of a field that comes twice the first counts. Never raises.

    `internal_date` (Unix seconds) goes before the Date header, which is the sender's to invent.
    """
    fields = _fields(headers)
    date = internal_date
    if date is None:
        date = header_date(decode_bytes(fields.get(b"date", b"")))
    own = _own_codec(fields)
    return Envelope(
        subject=decode_text(fields.get(b"subject", b""), own=own),
        sender=parse_address(fields.get(b"from", b""), own),
        date=date,
        message_id=display_safe(decode_bytes(fields.get(b"message-id", b"")), _ID_LIMIT),
    )


def _own_codec(fields: dict[bytes, bytes]) -> str | None:
    """The charset that the message declares for its text, else that of an encoded word: senders rarely use two."""
    found = _CHARSET.search(fields.get(b"content-type", b"")[:_READ_LIMIT])
    declared = [found[1].decode("latin-1")] if found else []
    for name in (b"subject", b"from"):
        raw = fields.get(name, b"")[:_READ_LIMIT]
        if not raw.isascii():
            declared += [word.charset for word in find_words(raw.decode("ascii", "surrogateescape"))]
    return next((own for charset in declared if (own := find_codec(charset)) is not None), None)


def _fields(headers: bytes) -> dict[bytes, bytes]:
    """The fields that we show, unfolded: a line that begins with white space goes on with the one before."""
    found: dict[bytes, list[bytes]] = {}
    present: list[bytes] = []
    for line in headers.split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            present.append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name[:_FIELD_NAME_LIMIT].strip().lower()
        present = [value]
        if colon and name in _FIELDS and name not in found:
            found[name] = present
    return {name: b"\n".join(lines) for name, lines in found.items()}
