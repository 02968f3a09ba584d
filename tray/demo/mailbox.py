"""Mailboxes in memory, and the view that each session has of one of them."""

# ruff: noqa: D102  # IMailbox says what its methods are

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twisted.mail.imap4 import IMailbox, ReadOnlyMailbox
from zope.interface import implementer

from tray.demo.sample_messages import ANSWERED, DELETED, FLAGGED, SEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twisted.mail.imap4 import MessageSet

FLAGS = (ANSWERED, FLAGGED, DELETED, SEEN, "\\Draft")


@dataclass(eq=False, slots=True)
class StoredMail:
    """A delivered mail: its bytes never change, its flags do."""

    uid: int
    raw: bytes
    arrived: float
    flags: set[str]

    @property
    def header(self) -> bytes:
        """The header with its closing empty line."""
        return self.raw[: self.raw.index(b"\r\n\r\n") + 4]

    @property
    def body(self) -> bytes:
        return self.raw[self.raw.index(b"\r\n\r\n") + 4 :]


@dataclass(eq=False, slots=True)
class Mailbox:
    """The mails of one name, oldest first, and the sessions that look at them."""

    name: str
    uid_validity: int
    uid_next: int = 1
    mails: list[StoredMail] = field(default_factory=list)
    views: list[SelectedMailbox] = field(default_factory=list)

    def add(self, raw: bytes, arrived: float, flags: Iterable[str] = ()) -> StoredMail:
        """Deliver one mail; every session hears of it."""
        mail = StoredMail(self.uid_next, raw, arrived, set(flags))
        self.uid_next += 1
        self.mails.append(mail)
        for view in tuple(self.views):
            view.added(mail)
        return mail

    def remove(self, mails: Iterable[StoredMail]) -> None:
        """Expunge; a mail that is gone already is no error: two sessions may expunge the same one."""
        for mail in tuple(mails):
            if mail in self.mails:
                self.mails.remove(mail)
                for view in tuple(self.views):
                    view.removed(mail)

    def flag(self, mail: StoredMail, flags: Iterable[str], by: SelectedMailbox | None = None) -> None:
        """Give ``mail`` exactly these flags; every session but ``by`` hears of it."""
        wanted = set(flags)
        if wanted != mail.flags:
            mail.flags = wanted
            for view in tuple(self.views):
                if view is not by:
                    view.flagged(mail)

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
        """The mail of that UID, or None when it is gone or never was."""
        return next((mail for mail in self.mails if mail.uid == uid), None)

    @property
    def unseen(self) -> int:
        return sum(SEEN not in mail.flags for mail in self.mails)


@implementer(IMailbox)
class SelectedMailbox:
    """One session's view: sequence numbers move only when that session has been told (RFC 3501, section 5.2).

    It provides Twisted's ``IMailbox`` to the server protocol.
    """

    def __init__(self, mailbox: Mailbox, *, writeable: bool) -> None:
        self.mailbox = mailbox
        self.writeable = writeable
        self.mails = list(mailbox.mails)
        self._news: list[tuple[str, StoredMail]] = []
        self._listeners: list[object] = []
        mailbox.views.append(self)

    def close(self) -> None:
        """Hear of nothing any more."""
        if self in self.mailbox.views:
            self.mailbox.views.remove(self)
        self._listeners.clear()

    def added(self, mail: StoredMail) -> None:
        self._hear("added", mail)

    def removed(self, mail: StoredMail) -> None:
        self._hear("removed", mail)

    def flagged(self, mail: StoredMail) -> None:
        self._hear("flagged", mail)

    def _hear(self, what: str, mail: StoredMail) -> None:
        self._news.append((what, mail))
        for listener in tuple(self._listeners):
            listener.newMessages(None, None)  # type: ignore[attr-defined]  # IMailboxListener: "look again"

    def news(self, *, may_expunge: bool) -> list[bytes]:
        """The untagged responses that bring the session up to date; empty while an EXPUNGE has to wait.

        EXPUNGE must not be sent during FETCH, STORE and SEARCH (RFC 3501, section 7.4.1), and what came after it
        must not overtake it.
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
        """Sequence number and mail of every member of ``messages`` that exists."""
        if not self.mails:
            return
        messages.last = self.mails[-1].uid if uid else len(self.mails)
        for number, mail in enumerate(self.mails, 1):
            if (mail.uid if uid else number) in messages:
                yield number, mail

    # What follows is IMailbox, in Twisted's spelling.

    def getFlags(self) -> tuple[str, ...]:
        return FLAGS

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def getUIDValidity(self) -> int:
        return self.mailbox.uid_validity

    def getUIDNext(self) -> int:
        return self.mailbox.uid_next

    def getUID(self, message: int) -> int:
        return self.mails[message - 1].uid

    def getMessageCount(self) -> int:
        return len(self.mails)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return self.mailbox.unseen

    def isWriteable(self) -> bool:
        return self.writeable

    def destroy(self) -> None:
        raise ReadOnlyMailbox(self.mailbox.name)

    def requestStatus(self, names: Iterable[str]) -> dict[str, int]:
        return self.mailbox.status(names)

    def addListener(self, listener: object) -> None:
        self._listeners.append(listener)

    def removeListener(self, listener: object) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    def addMessage(self, message: object, flags: object = (), date: object = None) -> None:  # noqa: ARG002
        raise ReadOnlyMailbox(self.mailbox.name)

    def expunge(self) -> list[int]:
        """Expunge what is flagged so; this session hears of it as the others do."""
        self.mailbox.remove([mail for mail in self.mailbox.mails if DELETED in mail.flags])
        return []

    def fetch(self, messages: MessageSet, uid: int) -> list[tuple[int, StoredMail]]:
        return list(self.chosen(messages, uid=bool(uid)))

    def store(self, messages: MessageSet, flags: Iterable[str], mode: int, uid: int) -> dict[int, list[str]]:
        """Change flags: ``mode`` 1 adds, -1 removes, 0 replaces; sequence number to flags of all that were meant."""
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
    known = {each.lower(): each for each in FLAGS}
    return known.get(flag.lower(), flag)
