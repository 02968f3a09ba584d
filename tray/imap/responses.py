"""Reads one response of a server into an event (RFC 3501, 7; RFC 9051, 7)."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from tray.imap import events, modified_utf7
from tray.imap.dates import unix_time
from tray.imap.errors import Malformed, RemoteProtocolError
from tray.imap.framer import is_human
from tray.imap.reader import MAX_NUMBER, MAX_UNSIGNED_64, Reader, to_number
from tray.imap.text import decode_bytes, display_safe
from tray.imap.types import SYSTEM_FLAGS, Flag, SequenceNumber, Uid

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.events import Event, ResponseCode
    from tray.imap.framer import Frame

_NAME = re.compile(r"\[([^\s\[\](){}\"\\]{1,64})(?=[ \]])")
_BRACKET_OR_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[()\]]', re.DOTALL)
_CODE_LIMIT = 65_536  # characters; as long as a line, because a CAPABILITY code may fill it
_TEXT_LIMIT = 500  # characters
_KEYWORD_LIMIT = 64  # characters
_FLAGS_LIMIT = 50
_NAMESPACES_LIMIT = 100
_TAG = re.compile(rb'[^\s(){%*"\\+\x00-\x1f\x7f-\xff]{1,64}')
_TAGGED_STATUS = frozenset({"OK", "NO", "BAD"})
_SYSTEM_FLAGS = {flag.upper(): flag for flag in SYSTEM_FLAGS}
_STATUS_ITEMS = {
    b"MESSAGES": "messages",
    b"UNSEEN": "unseen",
    b"UIDNEXT": "uid_next",
    b"UIDVALIDITY": "uid_validity",
    b"HIGHESTMODSEQ": "highest_modseq",
}
_LONG = frozenset({b"UIDVALIDITY", b"HIGHESTMODSEQ"})  # some servers' UIDVALIDITY has more than 32 bits
_HEADER_SECTION = re.compile(rb"BODY(?:\.PEEK)?\[HEADER(?:\.FIELDS(?:\.NOT)?)?\]|RFC822\.HEADER")
_HEAD = re.compile(rb"\* +(?:([0-9]+) +)?([^ ()\"{\r\n\0]+)")
_NO_NUMBER = re.compile(rb"\* +[^ ]+ +(EXISTS|EXPUNGE|FETCH|RECENT)(?: |\Z)", re.IGNORECASE)


def split_code(text: str) -> tuple[ResponseCode | None, str]:
    """Split the text of a status response into its code and the rest; no code where it is not well formed.

    The code ends at the first ``]`` that is not inside parentheses or quotes (``[PERMANENTFLAGS (a] \\*)]``),
    or at the first one where these do not close.
    """
    found = _NAME.match(text)
    if not found:
        return None, text
    end = _end_of_code(text, found.end(1))
    if end is None:
        return None, text
    code = events.ResponseCode(found[1].upper(), text[found.end(1) : end].strip())
    return code, text[end + 1 :].strip()


def _end_of_code(text: str, start: int) -> int | None:
    depth = 0
    for step in _BRACKET_OR_QUOTED.finditer(text, start):
        if step[0] == "(":
            depth += 1
        elif step[0] == ")":
            depth -= 1
        elif step[0] == "]" and depth <= 0:
            return step.start()
    first = text.find("]", start)
    return first if first >= 0 else None


def parse(frame: Frame) -> Event:
    """The event in `frame`; RemoteProtocolError where nothing that follows can be trusted.

    A response of an unknown kind is Unknown (RFC 3501, 2.2.2). One of a known kind is read leniently as long as its
    meaning is clear, else it is Unparsed. The connection has to end where the end of the response is uncertain: a
    literal before the fault may have had a wrong length, and a line that is neither data nor tagged may be the rest
    of another response.
    """
    line = frame.parts[0]
    if line.startswith(b"+"):
        return events.Continuation(line[2:] if line.startswith(b"+ ") else line[1:])
    if line == b"*":
        return events.Unparsed("", "a response without a name")
    if is_human(line):
        return _status(line)
    found = _HEAD.match(line)
    if not found:
        return events.Unparsed("", "a response without a name")
    name = found[2].upper()
    if name not in (_NAMED if found[1] is None else _NUMBERED):
        return _misnumbered(name, line)
    reader = Reader(frame, found.end())
    try:
        return _NAMED[name](reader) if found[1] is None else _NUMBERED[name](to_number(found[1]), reader)
    except Malformed as error:
        if reader.passed_literal:
            raise RemoteProtocolError(str(error)) from None
        return _unparsed(name, str(error))


def _misnumbered(name: bytes, line: bytes) -> Event:
    """Unparsed for a known kind with a number too many or without its number; else Unknown."""
    found = _NO_NUMBER.match(line)
    if found:
        return _unparsed(found[1].upper(), "no number before it")
    if name in _NAMED or name in _NUMBERED:
        return _unparsed(name, "no number before it, or one too many")
    return events.Unknown(display_safe(decode_bytes(name), _KEYWORD_LIMIT))


def _unparsed(name: bytes, why: str) -> Event:
    return events.Unparsed(name.decode("ascii"), why)


def _status(line: bytes) -> Event:
    tag, _, rest = line.partition(b" ")
    word, _, raw = rest.partition(b" ")
    status = decode_bytes(word).upper()
    code, human = split_code(display_safe(decode_bytes(raw), _CODE_LIMIT))
    human = display_safe(human, _TEXT_LIMIT)
    if tag == b"*" and status:
        return events.StatusResponse(status, code, human)
    if not _TAG.fullmatch(tag) or status not in _TAGGED_STATUS:
        raise RemoteProtocolError("a line that is neither data nor the end of a command")
    return events.Tagged(tag, status, code, human)


def _sequence(number: int) -> SequenceNumber:
    if not number:
        raise Malformed("sequence number 0")
    return SequenceNumber(number)


def _fetched(number: int, reader: Reader) -> Event:
    sequence = _sequence(number)
    found: dict[str, Any] = {}
    reader.expect(b"(")
    while (item := reader.next_item()) is not None:
        name = "headers" if _HEADER_SECTION.fullmatch(item) else _ITEMS.get(item)
        if name is None:
            reader.skip()
        else:
            found[name] = reader.value(_VALUES[name])
    return events.Fetched(sequence, **found)


def read_flags(reader: Reader) -> frozenset[Flag]:
    """The system flags, and a limited number of other flags of limited length."""
    flags: set[Flag] = set()
    for word in reader.flags():
        text = decode_bytes(word)
        flag = _SYSTEM_FLAGS.get(text.upper())
        if flag is not None:
            flags.add(flag)
        elif len(text) <= _KEYWORD_LIMIT and len(flags) < _FLAGS_LIMIT:
            flags.add(Flag(text))
    return frozenset(flags)


def _capabilities(reader: Reader) -> Event:
    return events.Capabilities(frozenset(decode_bytes(word).upper() for word in reader.rest()))


def _search(reader: Reader) -> Event:
    numbers = reader.numbers()
    if reader.peek() == b"(":  # RFC 7162, 3.1.5: SEARCH 2 5 6 (MODSEQ 917162500)
        reader.skip()
    if not reader.at_end():
        raise Malformed("SEARCH with something other than numbers")
    return events.SearchResult(numbers)


def _extended_search(reader: Reader) -> Event:
    count: int | None = None
    if reader.peek() == b"(":  # the tag of the command
        reader.skip()
    while not reader.at_end():
        item = reader.atom().upper()
        if item == b"COUNT":
            count = reader.value(Reader.number)
        elif item != b"UID":
            reader.skip()
    return events.ExtendedSearch(count)


def _mailbox_status(reader: Reader) -> Event:
    mailbox = modified_utf7.decode(reader.astring())
    counts: dict[str, int | None] = {}
    reader.expect(b"(")
    while not reader.take(b")") and not reader.at_end():
        item = reader.atom().upper()
        name = _STATUS_ITEMS.get(item)
        if name is None:
            reader.skip()
        else:
            most = MAX_UNSIGNED_64 if item in _LONG else MAX_NUMBER
            counts[name] = reader.value(partial(Reader.number, maximum=most))
    return events.MailboxStatus(mailbox, **counts)


def _listed(reader: Reader) -> Event:
    attributes = frozenset(
        decode_bytes(word) for number, word in enumerate(reader.words()) if number < _FLAGS_LIMIT
    )
    delimiter = _delimiter(reader)
    return events.Listed(attributes, delimiter, modified_utf7.decode(reader.astring()))


def _delimiter(reader: Reader) -> str | None:
    return decode_bytes(reader.delimiter() or b"") or None


def _namespaces(reader: Reader) -> Event:
    return events.Namespaces(_namespace(reader), _namespace(reader), _namespace(reader))


def _namespace(reader: Reader) -> tuple[events.Namespace, ...]:
    found: list[events.Namespace] = []
    if reader.peek() != b"(":
        if reader.nastring() is not None:
            raise Malformed("NAMESPACE with neither a list nor NIL")
        return ()
    reader.expect(b"(")
    while not reader.take(b")"):
        reader.expect(b"(")
        prefix = modified_utf7.decode(reader.astring())
        delimiter = _delimiter(reader)
        while not reader.take(b")"):  # extensions, such as translations (RFC 5255)
            reader.skip()
        if len(found) < _NAMESPACES_LIMIT:
            found.append(events.Namespace(prefix, delimiter))
    return tuple(found)


_ITEMS = {
    b"UID": "uid",
    b"FLAGS": "flags",
    b"INTERNALDATE": "internal_date",
    b"X-GM-MSGID": "gmail_id",
    b"RFC822.SIZE": "size",
    b"BODY[TEXT]": "text",
    b"PREVIEW": "preview",
}
"""The fields of `Fetched` by the names of FETCH items."""
_VALUES: dict[str, Callable[[Reader], object]] = {
    "uid": lambda reader: Uid(reader.number(1)),
    "flags": read_flags,
    "internal_date": lambda reader: unix_time(decode_bytes(reader.nstring() or b"")),
    "gmail_id": lambda reader: reader.number(0, MAX_UNSIGNED_64),
    "text": lambda reader: reader.nstring() or b"",
    "preview": lambda reader: reader.nstring() or b"",
    "headers": lambda reader: reader.nstring() or b"",
    "size": lambda reader: reader.number(0, MAX_UNSIGNED_64),
}
_NAMED: dict[bytes, Callable[[Reader], Event]] = {
    b"CAPABILITY": _capabilities,
    b"ESEARCH": _extended_search,
    b"LIST": _listed,
    b"NAMESPACE": _namespaces,
    b"SEARCH": _search,
    b"STATUS": _mailbox_status,
    b"XLIST": _listed,
}
_NUMBERED: dict[bytes, Callable[[int, Reader], Event]] = {
    b"EXISTS": lambda number, _: events.Exists(number),
    b"EXPUNGE": lambda number, _: events.Expunged(_sequence(number)),
    b"FETCH": _fetched,
    b"RECENT": lambda number, _: events.Recent(number),
}
