"""A second copy of the marks, for the day on which the state file is lost, damaged or put back from a backup.

A journal: each line is a hash and what it is of. What was told of is added in one small write behind the save of the
state file, and the file is written anew when it has doubled. It is no more than a copy: it is written without waiting
for the disk, and lines of which the hash is wrong are passed over. None of its faults reaches the user or ends the
program.
"""

from __future__ import annotations

import json
import logging
import math
import os
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from tray.desktop.storage.files import open_own, own_folder, read_own, write_atomically
from tray.files import TooLarge
from tray.imap.types import MailboxName, Uid, UidValidity
from tray.mail.arrivals.duplicates import Fingerprint
from tray.mail.arrivals.second_copy import Mark
from tray.mail.model.account import AccountId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

log = logging.getLogger(__name__)

MET_MOST = 500
"""Mails that are remembered of an account here: they are needed for what is moved while Mailbell does not run."""
_HEAD = b"mailbell marks 1\n"
_SMALL = 64 * 1024
"""Bytes; below it, nothing is won by writing the file anew."""
_MOST = 32 * 1024 * 1024
"""Bytes; with fifty accounts it has five million."""
_LARGEST = 2**32 - 1

Key = tuple[AccountId, MailboxName]
Met = tuple[Fingerprint, float]


@dataclass(slots=True)
class Copy:
    """What the file holds."""

    marks: dict[Key, Mark] = field(default_factory=dict)
    met: dict[AccountId, list[Met]] = field(default_factory=dict)
    """Mails that were met, and when each was added, oldest first."""
    sound: bool = False
    """Whether it was there, and every line of it made sense."""

    def add(self, key: Key, mark: Mark, met: Iterable[Met]) -> None:
        """The mark of a mailbox has moved."""
        self.marks[key] = mark
        self.met[key[0]] = [*self.met.get(key[0], ()), *met][-MET_MOST:]

    def forget(self, account: AccountId) -> None:
        """Drop all of an account."""
        self.marks = {key: mark for key, mark in self.marks.items() if key[0] != account}
        self.met.pop(account, None)


class MarksFile:
    """One file; no call raises."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._noted: dict[Key, Mark] = {}
        self._whole = False  # whether what stands in the file is known to end with a whole line
        self._rewritten = 0  # its size when it was last written anew

    def load(self) -> Copy:
        """What it holds; lines that make no sense are passed over, and said in the log."""
        copy = self._read()
        self._noted = dict(copy.marks)
        self._whole = copy.sound
        return copy

    def note(self, key: Key, mark: Mark, met: Iterable[Fingerprint] = (), now: float = 0.0) -> None:
        """The mark of a mailbox was saved, with the mails that were `met`; where nothing is new, nothing is written."""
        met = list(met)
        if self._noted.get(key) == mark and not met:
            return
        self._noted[key] = mark
        self._append(_noted(key, mark, [(each, now) for each in met]))

    def forget(self, account: AccountId) -> None:
        """Drop all of an account."""
        for key in [key for key in self._noted if key[0] == account]:
            del self._noted[key]
        self._append({"account": account, "gone": True})

    def drop(self, keys: Collection[Key]) -> None:
        """Drop these mailboxes; what is remembered of the mails of their accounts stays."""
        if not self._noted.keys().isdisjoint(keys):
            copy = self._read(quietly=True)
            copy.marks = {key: mark for key, mark in self._noted.items() if key not in keys}
            self.rewrite(copy)

    def rewrite(self, copy: Copy) -> None:
        """Write the whole of it anew."""
        lines = [_HEAD]
        first: set[AccountId] = set()
        for key, mark in copy.marks.items():
            met = () if key[0] in first else copy.met.get(key[0], ())
            first.add(key[0])
            lines.append(_line(_noted(key, mark, met)))
        data = b"".join(lines)
        try:
            own_folder(self.path.parent)
            write_atomically(self.path, data)
        except OSError as error:
            self._refused(error)
        else:
            self._noted = dict(copy.marks)
            self._whole, self._rewritten = True, len(data)

    def _append(self, record: dict[str, Any]) -> None:
        if not self._whole:  # what is added would be taken for a part of a broken line
            self.rewrite(self._with(record))
            return
        data = _line(record)
        try:
            handle = open_own(self.path, os.O_WRONLY | os.O_APPEND)
            try:
                self._whole = os.write(handle, data) == len(data)
                size = os.fstat(handle).st_size
            finally:
                os.close(handle)
        except OSError:  # somebody has emptied the cache, or the disk is full
            self._whole = False
            self.rewrite(self._with(record))
            return
        if size > max(_SMALL, 2 * self._rewritten):
            self.rewrite(self._read())

    def _with(self, record: dict[str, Any]) -> Copy:
        """What can be read of the file, what was noted since the start, and `record`."""
        copy = self._read(quietly=True)
        copy.marks = dict(self._noted)
        _take(copy, record)
        return copy

    def _read(self, *, quietly: bool = False) -> Copy:
        copy = Copy()
        try:
            head, *lines = read_own(self.path, _MOST).splitlines(keepends=True) or [b""]
        except FileNotFoundError:
            return copy
        except TooLarge:
            log.warning("The second copy of the marks is too large to be one, and is passed over")
            return copy
        except OSError as error:
            self._refused(error)
            return copy
        bad = int(head != _HEAD)
        for line in [] if bad else lines:
            try:
                _take(copy, _record(line))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):  # noqa: PERF203
                bad += 1
        if bad and not quietly:
            log.warning("The second copy of the marks has %d damaged lines, which are passed over", bad)
        copy.sound = not bad
        return copy

    def _refused(self, error: OSError) -> None:
        log.info("The second copy of the marks cannot be used: %s", error.strerror or error)


def _noted(key: Key, mark: Mark, met: Iterable[Met]) -> dict[str, Any]:
    return {
        "account": key[0],
        "mailbox": key[1],
        "validity": mark.uid_validity,
        "since": mark.since,
        "mark": mark.announced_uid,
        "told": mark.told,
        "met": [(each.digest.hex(), each.place.hex(), each.date, added) for each, added in met],
    }


def _take(copy: Copy, record: dict[str, Any]) -> None:
    account = AccountId(_text(record["account"]))
    if record.get("gone"):
        copy.forget(account)
        return
    mark = Mark(
        UidValidity(_number(record["validity"])),
        _time(record["since"]),
        Uid(_number(record["mark"])),
        tuple(_run(*run) for run in record["told"]),
    )
    met = [
        (
            Fingerprint(bytes.fromhex(digest), bytes.fromhex(place), None if date is None else _time(date)),
            _time(added),
        )
        for digest, place, date, added in record["met"]
    ]
    copy.add((account, MailboxName(_text(record["mailbox"]))), mark, met)


def _line(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, separators=(",", ":")).encode("ascii")
    return _hash(text) + b" " + text + b"\n"


def _record(line: bytes) -> Any:
    """Whatever JSON holds; None where the line is damaged."""
    digest, _, text = line.partition(b" ")
    if not line.endswith(b"\n") or digest != _hash(text[:-1]):
        return None
    return json.loads(text)


def _hash(text: bytes) -> bytes:
    return blake2b(text, digest_size=8).hexdigest().encode("ascii")


def _time(value: object) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("not a time")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _run(first: object, last: object) -> tuple[Uid, Uid]:
    run = Uid(_number(first)), Uid(_number(last))
    if run[0] > run[1]:
        raise ValueError("not a run")
    return run


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise ValueError("not a number of IMAP")
    return value
