"""SEARCH: flags, sets of numbers and UIDs, and text (RFC 3501, 6.4.4)."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.parser import BytesParser
from typing import TYPE_CHECKING, Final

from tray.demo.command import Refused
from tray.demo.mailbox import SYSTEM_FLAGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.demo.command import Command
    from tray.demo.mailbox import StoredMail

    Hits = list[tuple[int, StoredMail]]
    Chosen = Callable[[bytes, bool], Hits]

_FLAGS: Final = {flag[1:].upper().encode("ascii"): flag for flag in SYSTEM_FLAGS}
_HEADERS: Final = {b"SUBJECT": ("Subject",), b"FROM": ("From",), b"TEXT": ("From", "To", "Subject")}


def search(command: Command, chosen: Chosen) -> Hits:
    """Sequence number and message of those that match all keys; `chosen` gives those of a set of numbers or UIDs."""
    found = chosen(b"1:*", False)
    command.skip_parentheses()
    while command.rest():
        hits = _hits(command.atom().upper(), command, found, chosen)
        found = [hit for hit in found if hit in hits]
    return found


def _hits(key: bytes, command: Command, found: Hits, chosen: Chosen) -> Hits:
    """Those of `found` that match one key, perhaps more."""
    flag = _FLAGS.get(key.removeprefix(b"UN"))
    if flag is not None:
        return [hit for hit in found if (flag in hit[1].flags) != key.startswith(b"UN")]
    if key == b"UID":
        return chosen(command.atom(), True)
    if key[:1].isdigit() or key[:1] == b"*":
        return chosen(key, False)
    if key in _HEADERS:
        text = command.astring().decode().casefold()
        return [hit for hit in found if text in _text(hit[1], key)]
    if key == b"OR":
        either = _hits(command.atom().upper(), command, found, chosen)
        other = _hits(command.atom().upper(), command, found, chosen)
        return either + other
    if key == b"CHARSET":
        command.atom()
    elif key != b"ALL":
        raise Refused(b"The demo cannot search for " + key, b"BAD")
    return found


def _text(mail: StoredMail, key: bytes) -> str:
    """What is searched, in lower case; headers that cannot be decoded are searched as they are."""
    message = BytesParser().parsebytes(mail.raw, headersonly=True)
    texts = [_decoded(str(message.get(name, ""))) for name in _HEADERS[key]]
    if key == b"TEXT":
        texts.append(mail.raw.partition(b"\r\n\r\n")[2].decode(errors="replace"))
    return "\n".join(texts).casefold()


def _decoded(header: str) -> str:
    try:
        return str(make_header(decode_header(header)))
    except (LookupError, ValueError):
        return header
