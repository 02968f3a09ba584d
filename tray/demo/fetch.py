"""FETCH responses from raw bytes: Twisted's own are made of ASCII text, and fail with invalid headers."""

from __future__ import annotations

import time
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.demo.mailbox import StoredMail

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class FetchError(ValueError):
    """The demo does not know this data item."""


def literal(data: bytes) -> bytes:
    """A synchronizing literal (RFC 3501, section 4.3): the only string that may have 8-bit bytes."""
    return b"{%d}\r\n%b" % (len(data), data)


def fields(header: bytes, names: Sequence[bytes], *, others: bool = False) -> bytes:
    """The named fields of a header (or all ``others``), unchanged."""
    wanted = {name.lower() for name in names}
    kept: list[bytes] = []
    keep = False
    for line in header.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            keep = bool(line) and (line.split(b":", 1)[0].strip().lower() in wanted) != others
        if keep:
            kept.append(line + b"\r\n")
    return b"".join(kept) + b"\r\n"


def internal_date(moment: float) -> bytes:
    """INTERNALDATE in UTC, of ``moment`` in Unix seconds; months are in English in any locale."""
    at = time.gmtime(moment)
    return (
        f'INTERNALDATE "{at.tm_mday:2d}-{_MONTHS[at.tm_mon - 1]}-{at.tm_year} '
        f'{at.tm_hour:02d}:{at.tm_min:02d}:{at.tm_sec:02d} +0000"'
    ).encode("ascii")


def marks_seen(query: Sequence[Any]) -> bool:
    """Whether the FETCH sets ``\\Seen``: BODY[...] does, BODY.PEEK[...] does not (RFC 3501, 6.4.5)."""
    return any(
        (item.type == "body" and not item.peek and bool(item.header or item.text or item.mime or item.empty))
        or item.type in {"rfc822", "rfc822text"}
        for item in query
    )


def answer(mail: StoredMail, query: Sequence[Any], *, uid: bool) -> bytes:
    """The items between the parentheses; ``query`` comes from Twisted's parser. Raises FetchError."""
    parts = [_item(mail, item) for item in query]
    if uid and not any(item.type == "uid" for item in query):
        parts.insert(0, b"UID %d" % mail.uid)
    return b" ".join(parts)


def _item(mail: StoredMail, item: Any) -> bytes:
    simple = {
        "uid": lambda: b"UID %d" % mail.uid,
        "flags": lambda: b"FLAGS (" + " ".join(sorted(mail.flags)).encode("ascii") + b")",
        "internaldate": lambda: internal_date(mail.arrived),
        "rfc822size": lambda: b"RFC822.SIZE %d" % len(mail.raw),
        "rfc822header": lambda: b"RFC822.HEADER " + literal(mail.header),
        "rfc822text": lambda: b"RFC822.TEXT " + literal(mail.body),
        "rfc822": lambda: b"RFC822 " + literal(mail.raw),
        "envelope": lambda: b"ENVELOPE " + _envelope(mail.header),
        "bodystructure": lambda: b"BODYSTRUCTURE " + _structure(mail, extended=True),
        "body": lambda: _body(mail, item),
    }
    return simple[item.type]()


def _body(mail: StoredMail, item: Any) -> bytes:
    if item.part not in {(), (0,)}:
        raise FetchError("Every mail of the demo has one part")
    if item.header:
        data = fields(mail.header, item.header.fields or (), others=item.header.negate)
    elif item.text or item.part:
        data = mail.body
    elif item.mime:
        raise FetchError("MIME needs a part number")
    elif item.empty:
        data = mail.raw
    else:
        return b"BODY " + _structure(mail, extended=False)
    if item.partialBegin is None:
        return bytes(item.getBytes()) + b" " + literal(data)
    start, length = item.partialBegin, item.partialLength
    item.partialBegin = None  # Twisted would answer "<start.length>"; RFC 3501, section 7.4.2: "<start>" only
    name = bytes(item.getBytes())
    item.partialBegin = start
    return name + b"<%d> " % start + literal(data[start : start + length])


def _structure(mail: StoredMail, *, extended: bool) -> bytes:
    more = b" NIL NIL NIL NIL" if extended else b""
    size, lines = len(mail.body), mail.body.count(b"\r\n")
    return b'("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "8BIT" %d %d%b)' % (size, lines, more)


def _nstring(value: bytes | None) -> bytes:
    return b"NIL" if value is None else literal(value)


def _envelope(header: bytes) -> bytes:
    def raw(name: bytes) -> bytes | None:
        _, colon, value = fields(header, [name]).partition(b":")
        return value.strip().replace(b"\r\n", b"") if colon else None

    def people(name: bytes) -> bytes:
        value = raw(name)
        if value is None:
            return b"NIL"
        listed = [
            b"(%b NIL %b %b)"
            % tuple(_nstring(part.encode("ascii", "surrogateescape") or None) for part in parts)
            for who, address in getaddresses([value.decode("ascii", "surrogateescape")])
            for box, _, host in [address.rpartition("@")]
            for parts in [(who, box, host)]
        ]
        return b"(" + b"".join(listed) + b")" if listed else b"NIL"

    sender = people(b"From")
    start = [_nstring(raw(b"Date")), _nstring(raw(b"Subject")), sender, sender, sender, people(b"To")]
    return b"(" + b" ".join([*start, b"NIL", b"NIL", b"NIL", _nstring(raw(b"Message-ID"))]) + b")"
