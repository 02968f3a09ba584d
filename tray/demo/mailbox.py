"""Mailboxes in memory, and the view that each session has of one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twisted.mail.imap4 import ReadOnlyMailbox

from tray.demo.sample_messages import ANSWERED, DELETED, FLAGGED, SEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from twisted.mail.imap4 import MessageSet

FLAGS = (ANSWERED, FLAGGED, DELETED, SEEN, "\\Draft")


@dataclass(eq=False, slots=True)
class StoredMail:
    """A delivered message: its bytes never change, its flags do."""

    uid: int
    raw: bytes
    arrived: float
    flags: set[str]

    @property
    def header(self) -> bytes:
        """The header with the empty line at its end."""
        return self.raw[: self.raw.index(b"\r\n\r\n") + 4]

    @property
    def body(self) -> bytes:
        """All octets after the header."""
        return self.raw[self.raw.index(b"\r\n\r\n") + 4 :]


@dataclass(eq=False, slots=True)
class Mailbox:
    """A mailbox: its messages, oldest first, and the views of the sessions that have it open."""

    name: str
    uid_validity: int
    uid_next: int = 1
    mails: list[StoredMail] = field(default_factory=list)
    views: list[SelectedMailbox] = field(default_factory=list)

    def add(self, raw: bytes, arrived: float, flags: Iterable[str] = ()) -> StoredMail:
        """Add one message and inform all views."""
        mail = StoredMail(self.uid_next, raw, arrived, set(flags))
        self.uid_next += 1
        self.mails.append(mail)
        for view in tuple(self.views):
            view.add_change("added", mail)
        return mail

    def remove(self, mails: Iterable[StoredMail]) -> None:
        """Expunge and inform all views; messages that are gone already are ignored (two sessions may expunge them)."""
        for mail in tuple(mails):
            if mail in self.mails:
                self.mails.remove(mail)
                for view in tuple(self.views):
                    view.add_change("removed", mail)

    def flag(self, mail: StoredMail, flags: Iterable[str], by: SelectedMailbox | None = None) -> None:
        """Set the flags of ``mail``, and inform all views but ``by``."""
        wanted = set(flags)
        if wanted != mail.flags:
            mail.flags = wanted
            for view in tuple(self.views):
                if view is not by:
                    view.add_change("flagged", mail)

    def status(self, items: Iterable[str]) -> dict[str, int]:
        """STATUS (RFC 3501, section 6.3.10); raises KeyError for an unknown item."""
        values = {
            "MESSAGES": len(self.mails),
            "RECENT": 0,
            "UIDNEXT": self.uid_next,
            "UIDVALIDITY": self.uid_validity,
            "UNSEEN": self.unseen,
        }
        return {item.upper(): values[item.upper()] for item in items}

    def by_uid(self, uid: int) -> StoredMail | None:
        """The message with that UID, or None."""
        return next((mail for mail in self.mails if mail.uid == uid), None)

    @property
    def unseen(self) -> int:
        """The number of unseen messages."""
        return sum(SEEN not in mail.flags for mail in self.mails)


class SelectedMailbox:
    """One session's view: sequence numbers change only with a response to the session (RFC 3501, section 5.2)."""

    def __init__(self, mailbox: Mailbox, *, writeable: bool) -> None:
        self.mailbox = mailbox
        self.writeable = writeable
        self.mails = list(mailbox.mails)
        self._news: list[tuple[str, StoredMail]] = []
        self.on_change: Callable[[], None] = lambda: None
        """Called when `news` may have responses to send."""
        mailbox.views.append(self)

    def close(self) -> None:
        """Stop following the mailbox."""
        if self in self.mailbox.views:
            self.mailbox.views.remove(self)

    def add_change(self, what: str, mail: StoredMail) -> None:
        """Record that ``mail`` was "added", "removed" or "flagged"."""
        self._news.append((what, mail))
        self.on_change()

    def news(self, *, may_expunge: bool) -> list[bytes]:
        """The untagged responses that bring the session up to date; empty while an EXPUNGE has to wait.

        EXPUNGE must not be sent during FETCH, STORE and SEARCH (RFC 3501, section 7.4.1), and later changes must not
        be sent before it.
        """
        if not may_expunge and any(what == "removed" for what, _ in self._news):
            return []
        news, self._news = self._news, []
        before = len(self.mails)
        lines: list[bytes] = []
        for what, mail in news:
            if what == "added":
                self.mails.append(mail)
            elif mail not in self.mails:
                continue
            elif what == "removed":
                number = self.mails.index(mail) + 1
                lines.append(b"%d EXPUNGE" % number)
                self.mails.remove(mail)
                before -= number <= before
            elif mail in self.mails[:before]:
                flags = " ".join(sorted(mail.flags)).encode("ascii")
                lines.append(b"%d FETCH (UID %d FLAGS (%b))" % (self.mails.index(mail) + 1, mail.uid, flags))
        if len(self.mails) > before:
            lines.append(b"%d EXISTS" % len(self.mails))
        return lines

    def chosen(self, messages: MessageSet, *, uid: bool) -> Iterator[tuple[int, StoredMail]]:
        """Sequence number and message of every member of ``messages`` that exists."""
        if not self.mails:
            return
        messages.last = self.mails[-1].uid if uid else len(self.mails)
        for number, mail in enumerate(self.mails, 1):
            if (mail.uid if uid else number) in messages:
                yield number, mail

    def isWriteable(self) -> bool:
        """Whether the mailbox was opened by SELECT (called by Twisted's EXPUNGE)."""
        return self.writeable

    def expunge(self) -> list[int]:
        """Expunge the messages with ``\\Deleted``; this view is informed as the others are."""
        self.mailbox.remove([mail for mail in self.mailbox.mails if DELETED in mail.flags])
        return []

    def store(self, messages: MessageSet, flags: Iterable[str], mode: int, uid: int) -> dict[int, list[str]]:
        """Change flags (``mode`` 1 adds, -1 removes, 0 replaces); returns flags by sequence number.

        Raises ReadOnlyMailbox.
        """
        if not self.writeable:
            raise ReadOnlyMailbox(self.mailbox.name)
        given = {_canonical(flag) for flag in flags}
        changed: dict[int, list[str]] = {}
        for number, mail in self.chosen(messages, uid=bool(uid)):
            result = mail.flags | given if mode > 0 else mail.flags - given if mode < 0 else given
            self.mailbox.flag(mail, result, by=self)
            changed[number] = sorted(mail.flags)
        return changed


def _canonical(flag: str) -> str:
    return next((known for known in FLAGS if known.lower() == flag.lower()), flag)
