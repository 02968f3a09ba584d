"""SEARCH by flags, numbers and sizes, the keys that notifiers and small clients use (RFC 3501, section 6.4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.mail.imap4 import IllegalIdentifierError, parseIdList

from tray.demo.sample_messages import ANSWERED, DELETED, FLAGGED, SEEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.demo.mailbox import SelectedMailbox, StoredMail

_FLAGS = {
    b"ANSWERED": ANSWERED,
    b"DELETED": DELETED,
    b"DRAFT": "\\Draft",
    b"FLAGGED": FLAGGED,
    b"RECENT": "\\Recent",
    b"SEEN": SEEN,
}


class SearchError(ValueError):
    """The demo does not know this search key, or it is malformed."""


def search(view: SelectedMailbox, query: list[Any]) -> list[tuple[int, StoredMail]]:
    """Sequence numbers and messages that match; ``query`` is Twisted's nested list of bytes. Raises SearchError."""
    tests = _keys(view, query)
    return [
        (number, mail)
        for number, mail in enumerate(view.mails, 1)
        if all(test(number, mail) for test in tests)
    ]


def _keys(view: SelectedMailbox, query: list[Any]) -> list[Callable[[int, StoredMail], bool]]:
    keys = list(query)
    tests = []
    while keys:
        tests.append(_key(view, keys))
    return tests


def _key(view: SelectedMailbox, keys: list[Any]) -> Callable[[int, StoredMail], bool]:
    if not keys:
        raise SearchError("A search key is missing")
    first = keys.pop(0)
    if isinstance(first, list):
        inner = _keys(view, first)
        return lambda number, mail: all(test(number, mail) for test in inner)
    key = bytes(first).upper()
    if key in {b"ALL", b"OLD"}:
        return lambda _number, _mail: True
    if key in _FLAGS:
        flag = _FLAGS[key]
        return lambda _number, mail: flag in mail.flags
    if key.startswith(b"UN") and key[2:] in _FLAGS:
        flag = _FLAGS[key[2:]]
        return lambda _number, mail: flag not in mail.flags
    if key == b"NEW":
        return lambda _number, _mail: False  # it needs \Recent, which the demo never gives
    if key == b"NOT":
        negated = _key(view, keys)
        return lambda number, mail: not negated(number, mail)
    if key == b"OR":
        one, other = _key(view, keys), _key(view, keys)
        return lambda number, mail: one(number, mail) or other(number, mail)
    if key in {b"KEYWORD", b"UNKEYWORD"} and keys:
        keyword, wanted = bytes(keys.pop(0)).decode("ascii", "replace"), key == b"KEYWORD"
        return lambda _number, mail: (keyword in mail.flags) == wanted
    if key in {b"LARGER", b"SMALLER"} and keys and keys[0].isdigit():
        size, larger = int(keys.pop(0)), key == b"LARGER"
        return lambda _number, mail: len(mail.raw) > size if larger else len(mail.raw) < size
    if key == b"UID" and keys:
        return _numbers(view, keys.pop(0), uid=True)
    if key[:1].isdigit() or key[:1] == b"*":
        return _numbers(view, key, uid=False)
    raise SearchError("The demo cannot search for " + key.decode("ascii", "replace"))


def _numbers(view: SelectedMailbox, text: bytes, *, uid: bool) -> Callable[[int, StoredMail], bool]:
    try:
        chosen = {mail.uid for _, mail in view.chosen(parseIdList(text), uid=uid)}
    except IllegalIdentifierError as error:
        raise SearchError("That is not a set of numbers") from error
    return lambda _number, mail: mail.uid in chosen
