"""Makes an Envelope from a block of headers (RFC 5322, RFC 2047), even where they are malformed."""

from __future__ import annotations

import re

from tray.imap.addresses import parse_address
from tray.imap.charsets.codecs import find_codec
from tray.imap.dates import unix_time
from tray.imap.encoded_words import decode_encoded_words, find_words, read_raw
from tray.imap.text import TEXT_LIMIT, as_bytes, decode_bytes, display_safe
from tray.imap.types import Envelope

_FIELDS = frozenset({b"subject", b"from", b"date", b"message-id", b"content-type"})
_FIELD_NAME_LIMIT = 100
_ENCODED = 16  # bytes read for each character of the result: encoded words are longer than their text
_CHARSET = re.compile(rb"""charset\*?\s*=\s*["']?([^"';\s()]{1,40})""", re.IGNORECASE)
_READ_LIMIT = 8192  # bytes of a field
_OTHER_LIMIT = 2000  # characters of a field that a rule names: there may be many recipients
_REPEATED = 5
"""Fields of one name that are kept."""
_ID_LIMIT = 998  # one line (RFC 5322, 2.1.1)


def decode_text(raw: bytes | str, limit: int = TEXT_LIMIT, own: str | None = None) -> str:
    """A header's text, decoded: one line of at most `limit` characters, safe to display. Never raises.

    `own` is the codec of the message itself, for bytes without a declared charset.
    """
    text = read_raw(as_bytes(raw)[: limit * _ENCODED], own)
    return display_safe(decode_encoded_words(text, own), limit)


def envelope(headers: bytes, internal_date: float | None) -> Envelope:
    """The envelope in `headers`; the first of several fields of one name counts. Never raises.

    `internal_date` (Unix seconds) takes precedence over the Date header, which the sender chooses.
    """
    fields = _fields(headers)
    date = internal_date
    if date is None:
        date = unix_time(decode_bytes(fields.get(b"date", b"")))
    own = _own_codec(fields)
    return Envelope(
        subject=decode_text(fields.get(b"subject", b""), own=own),
        sender=parse_address(fields.get(b"from", b""), own),
        date=date,
        message_id=display_safe(decode_bytes(fields.get(b"message-id", b"")), _ID_LIMIT),
    )


def other_headers(headers: bytes, names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The fields of these `names` (in lower case) in `headers`, decoded; of each the first few. Never raises."""
    wanted = frozenset(name.encode() for name in names)
    own = _own_codec(_fields(headers))
    found: list[tuple[str, str]] = []
    for name, value in _all_fields(headers, wanted):
        if sum(kept == name for kept, _ in found) < _REPEATED:
            found.append((name, decode_text(value, _OTHER_LIMIT, own)))
    return tuple(found)


def _own_codec(fields: dict[bytes, bytes]) -> str | None:
    """The codec of the charset that Content-Type declares, else of an encoded word: senders rarely use two."""
    found = _CHARSET.search(fields.get(b"content-type", b"")[:_READ_LIMIT])
    declared = [found[1].decode("latin-1")] if found else []
    for name in (b"subject", b"from"):
        raw = fields.get(name, b"")[:_READ_LIMIT]
        if not raw.isascii():
            declared += [word.charset for word in find_words(raw.decode("ascii", "surrogateescape"))]
    return next((own for charset in declared if (own := find_codec(charset)) is not None), None)


def _fields(headers: bytes) -> dict[bytes, bytes]:
    """The fields of `_FIELDS`."""
    found: dict[bytes, bytes] = {}
    for name, value in _all_fields(headers, _FIELDS):
        found.setdefault(name.encode(), value)
    return found


def _all_fields(headers: bytes, names: frozenset[bytes]) -> list[tuple[str, bytes]]:
    """The fields of these names, unfolded: a line that begins with white space continues the one before."""
    found: list[tuple[str, list[bytes]]] = []
    current: list[bytes] = []
    for line in headers.split(b"\n"):
        if line[:1] in {b" ", b"\t"}:
            current.append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name[:_FIELD_NAME_LIMIT].strip().lower()
        current = [value]
        if colon and name in names:
            found.append((name.decode(), current))
    return [(name, b"\n".join(lines)) for name, lines in found]
