"""The demo's IMAP server: what Mailbell and small clients use of RFC 3501, with IDLE, MOVE, UIDPLUS and UNSELECT."""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final

import twisted.mail.imap4  # noqa: F401 -- has the codec "imap4-utf-7"
from twisted.internet.protocol import Factory, connectionDone
from twisted.protocols.basic import LineReceiver

from tray.demo.command import Command, Refused
from tray.demo.fetch_items import FETCH_ITEM, fetched, flags_of
from tray.demo.mailbox import DELETED, SEEN, SYSTEM_FLAGS
from tray.demo.search import search

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.demo.mailbox import Mailbox, StoredMail

_MAILBOX_NAME: Final = "imap4-utf-7"
_LITERAL: Final = re.compile(rb"\{([0-9]{1,5})(\+?)\}$")
_STORE: Final = re.compile(rb"([+-]?)FLAGS(\.SILENT)?", re.IGNORECASE)
_CANONICAL: Final = {flag.lower(): flag for flag in SYSTEM_FLAGS}


class DemoFactory(Factory):
    """What all connections share: the account, its mailboxes, and the list of the connections themselves."""

    noisy = False

    def __init__(self, user: str, password: str, mailboxes: dict[str, Mailbox]) -> None:
        self.user = user
        self.password = password
        self.mailboxes = mailboxes
        self.clients: list[DemoProtocol] = []

    def buildProtocol(self, _address: Any) -> Any:
        """A connection."""
        protocol = DemoProtocol()
        protocol.factory = self
        return protocol

    def on_mailbox_opened(self) -> None:
        """Called when a client opens a mailbox."""

    def on_client_lost(self, client: DemoProtocol) -> None:
        """Called when a connection has ended."""
        self.clients.remove(client)


class DemoProtocol(LineReceiver):
    """One client's connection.

    Changes of the mailbox are sent while the client idles and before tagged responses: what the client knows is
    compared with what there is. Sequence numbers change only by that (RFC 3501, 5.2).
    """

    MAX_LENGTH = 65_536
    factory: DemoFactory
    transport: Any

    def __init__(self) -> None:
        self._parts: list[bytes] = []  # of a command: text, literal, text, …
        self._missing = 0  # bytes of a literal
        self._next_line: Callable[[bytes], None] | None = None  # takes a line that is no command
        self._logged_in = False
        self._mailbox: Mailbox | None = None
        self._writable = False
        self._known: dict[int, frozenset[str]] = {}  # flags by UID as the client knows them
        self._idle_tag = b""

    def connectionMade(self) -> None:
        """Greet."""
        self.factory.clients.append(self)
        self._send(b"OK Mailbell demo ready")

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: ARG002
        """Close the mailbox."""
        self._close()
        self.factory.on_client_lost(self)

    def shut_down(self) -> None:
        """Send BYE and close, as a server does that is being shut down."""
        self._send(b"BYE The demo ends")
        self.transport.loseConnection()

    def lineReceived(self, line: bytes) -> None:
        """Execute a command once all its literals are there."""
        if self._next_line is not None:
            take, self._next_line = self._next_line, None
            take(line)
            return
        self._parts.append(line)
        literal = _LITERAL.search(line)
        if literal is None:
            parts, self._parts = self._parts, []
            self._execute(Command(parts))
            return
        self._missing = int(literal[1])
        self._parts.append(b"")
        if not literal[2]:
            self.sendLine(b"+ go ahead")
        self.setRawMode()

    def rawDataReceived(self, data: bytes) -> None:
        """Collect a literal."""
        octets = data[: self._missing]
        self._parts[-1] += octets
        self._missing -= len(octets)
        if not self._missing:
            self.setLineMode(data[len(octets) :])

    def _send(self, *lines: bytes) -> None:
        for line in lines:
            self.sendLine(b"* " + line)

    def _execute(self, command: Command) -> None:
        tag, name = b"*", b""
        try:
            tag, name = command.atom(), command.atom().upper()
            by_uid = name == b"UID"
            name = command.atom().upper() if by_uid else name
            done = self._command(tag, name, command, by_uid=by_uid)
        except Refused as refused:
            done = refused.args[0]
        except ValueError:
            done = b"BAD This command cannot be understood"
        if done is not None:
            self._finish(tag, done, may_expunge=name not in {b"FETCH", b"STORE", b"SEARCH"} or by_uid)

    def _finish(self, tag: bytes, done: bytes, *, may_expunge: bool = True) -> None:
        self._send_changes(may_expunge=may_expunge)
        self.sendLine(tag + b" " + done)
        if done.startswith(b"OK LOGOUT"):
            self.transport.loseConnection()

    def _command(self, tag: bytes, name: bytes, command: Command, *, by_uid: bool) -> bytes | None:
        """Execute one command; the tagged response without its tag, None where that comes later."""
        code = None
        match name:
            case b"CAPABILITY":
                self._send(b"CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE LITERAL+ MOVE SPECIAL-USE UIDPLUS UNSELECT")
            case b"NOOP":
                pass
            case b"LOGOUT":
                self._send(b"BYE See you")
            case b"LOGIN" if not self._logged_in:
                self._log_in(command.astring(), command.astring())
            case b"AUTHENTICATE" if not self._logged_in and command.atom().upper() == b"PLAIN":
                self._next_line = lambda line: self._authenticate(tag, line)
                self.sendLine(b"+ ")
                return None
            case _ if not self._logged_in:
                raise Refused(b"Log in first", b"BAD")
            case b"LIST" | b"LSUB":
                self._list(name, command)
            case b"STATUS":
                self._status(command)
            case b"SELECT" | b"EXAMINE":
                code = self._open(command.astring(), writable=name == b"SELECT")
            case b"IDLE":
                self._idle_tag, self._next_line = tag, self._end_idle
                self.sendLine(b"+ idling")
                self._send_changes()
                return None
            case b"APPEND" | b"CREATE" | b"DELETE" | b"RENAME" | b"SUBSCRIBE" | b"UNSUBSCRIBE":
                raise Refused(b"[CANNOT] The demo keeps its mailboxes as they are")
            case (
                b"FETCH" | b"STORE" | b"SEARCH" | b"COPY" | b"MOVE" | b"EXPUNGE" | b"CLOSE" | b"UNSELECT"
            ) if self._mailbox:
                self._with_mailbox(self._mailbox, name, command, by_uid=by_uid)
            case _:
                raise Refused(b"This command is not known here", b"BAD")
        return b"OK " + (code or b"") + name + b" completed"

    def _log_in(self, user: bytes, password: bytes) -> None:
        right = hmac.compare_digest(user, self.factory.user.encode())
        if not (hmac.compare_digest(password, self.factory.password.encode()) and right):
            raise Refused(b"[AUTHENTICATIONFAILED] The user name or the password is wrong")
        self._logged_in = True

    def _authenticate(self, tag: bytes, line: bytes) -> None:
        """The answer to AUTHENTICATE PLAIN (RFC 4616)."""
        try:
            _, user, password = b64decode(line, validate=True).split(b"\0")
            self._log_in(user, password)
        except Refused as refused:
            self._finish(tag, refused.args[0])
        except ValueError:
            self._finish(tag, b"BAD That is no answer for PLAIN")
        else:
            self._finish(tag, b"OK AUTHENTICATE completed")

    def _end_idle(self, line: bytes) -> None:
        tag, self._idle_tag = self._idle_tag, b""
        done = line.strip().upper() == b"DONE"
        self._finish(tag, b"OK Idle completed" if done else b"BAD Expected DONE")

    def _list(self, name: bytes, command: Command) -> None:
        pattern = (command.astring() + command.astring()).decode(_MAILBOX_NAME)
        wanted = re.escape(pattern).replace("\\*", ".*").replace("%", "[^/]*")
        for mailbox, kept in self.factory.mailboxes.items():
            if re.fullmatch(wanted, mailbox):
                attributes = f"\\HasNoChildren {kept.use}".strip().encode("ascii")
                self._send(b'%b (%b) "/" "%b"' % (name, attributes, mailbox.encode(_MAILBOX_NAME)))

    def _find(self, raw_name: bytes) -> Mailbox:
        mailbox = self.factory.mailboxes.get(raw_name.decode(_MAILBOX_NAME))
        if mailbox is None:
            raise Refused(b"[NONEXISTENT] No such mailbox")
        return mailbox

    def _status(self, command: Command) -> None:
        raw_name = command.astring()
        mailbox = self._find(raw_name)
        values = {
            b"MESSAGES": len(mailbox.mails),
            b"RECENT": 0,
            b"UIDNEXT": mailbox.uid_next,
            b"UIDVALIDITY": mailbox.uid_validity,
            b"UNSEEN": mailbox.unseen,
        }
        asked = [item.upper() for item in command.words()]
        if not values.keys() >= set(asked):
            raise Refused(b"Unknown STATUS item", b"BAD")
        items = b" ".join(b"%b %d" % (item, values[item]) for item in asked)
        self._send(b'STATUS "%b" (%b)' % (raw_name, items))

    def _open(self, raw_name: bytes, *, writable: bool) -> bytes:
        """SELECT and EXAMINE, with all responses that RFC 3501 requires (6.3.1); the code of the tagged response."""
        self._close()
        mailbox = self._find(raw_name)
        self._mailbox, self._writable = mailbox, writable
        self._known = {uid: mail.flags for uid, mail in mailbox.mails.items()}
        mailbox.listeners.append(self._on_change)
        flags = " ".join(SYSTEM_FLAGS).encode("ascii")
        self._send(
            b"FLAGS (%b)" % flags,
            b"OK [PERMANENTFLAGS (%b)] Flags that can be changed" % (flags + b" \\*" if writable else b""),
            b"%d EXISTS" % len(self._known),
            b"0 RECENT",
            b"OK [UIDVALIDITY %d] UIDs valid" % mailbox.uid_validity,
            b"OK [UIDNEXT %d] Predicted next UID" % mailbox.uid_next,
        )
        self.factory.on_mailbox_opened()
        return b"[READ-WRITE] " if writable else b"[READ-ONLY] "

    def _close(self) -> None:
        if self._mailbox is not None:
            self._mailbox.listeners.remove(self._on_change)
        self._mailbox, self._known = None, {}

    def _on_change(self) -> None:
        if self._idle_tag:
            self._send_changes()

    def _send_changes(self, *, may_expunge: bool = True) -> None:
        """Bring the client up to date; EXPUNGE must not be sent during FETCH, STORE and SEARCH (RFC 3501, 7.4.1)."""
        if self._mailbox is None:
            return
        mails, known = self._mailbox.mails, self._known
        gone = [number for number, uid in enumerate(known, 1) if uid not in mails]
        if may_expunge and gone:
            self._send(*(b"%d EXPUNGE" % number for number in reversed(gone)))
            known = {uid: flags for uid, flags in known.items() if uid in mails}
        for number, (uid, flags) in enumerate(known.items(), 1):
            if uid in mails and flags != mails[uid].flags:
                self._send(b"%d FETCH (UID %d %b)" % (number, uid, flags_of(mails[uid])))
        count = len(known)
        self._known = known | {uid: mail.flags for uid, mail in mails.items()}
        if len(self._known) > count:
            self._send(b"%d EXISTS" % len(self._known))

    def _with_mailbox(self, mailbox: Mailbox, name: bytes, command: Command, *, by_uid: bool) -> None:
        match name:
            case b"FETCH":
                numbers = command.atom()
                self._fetch(mailbox, self._chosen(mailbox, numbers, by_uid=by_uid), command, by_uid=by_uid)
            case b"STORE":
                numbers = command.atom()
                self._store(mailbox, self._chosen(mailbox, numbers, by_uid=by_uid), command)
            case b"SEARCH":
                found = search(command, lambda numbers, by_uid: self._chosen(mailbox, numbers, by_uid=by_uid))
                numbers = b"".join(b" %d" % (mail.uid if by_uid else number) for number, mail in found)
                self._send(b"SEARCH" + numbers)
            case b"COPY" | b"MOVE":
                numbers = command.atom()
                chosen = self._chosen(mailbox, numbers, by_uid=by_uid)
                self._copy(mailbox, chosen, command.astring(), move=name == b"MOVE")
            case _:
                if name != b"UNSELECT" and self._writable:
                    numbers = command.atom() if by_uid else b"1:*"  # UID EXPUNGE (RFC 4315, 2.1)
                    chosen = self._chosen(mailbox, numbers, by_uid=by_uid)
                    mailbox.remove([mail.uid for _, mail in chosen if DELETED in mail.flags])
                if name != b"EXPUNGE":
                    self._close()

    def _chosen(self, mailbox: Mailbox, numbers: bytes, *, by_uid: bool) -> list[tuple[int, StoredMail]]:
        """Sequence number and message of each member of a sequence set that exists; ValueError for no such set."""
        uids = list(self._known)
        last = uids[-1] if by_uid and uids else len(uids)
        spans = []
        for span in numbers.split(b","):
            ends = [last if end == b"*" else int(end) for end in span.split(b":", 1)]
            spans.append((min(ends), max(ends)))
        return [
            (number, mailbox.mails[uid])
            for number, uid in enumerate(uids, 1)
            if uid in mailbox.mails and any(low <= (uid if by_uid else number) <= high for low, high in spans)
        ]

    def _fetch(
        self, mailbox: Mailbox, chosen: list[tuple[int, StoredMail]], command: Command, *, by_uid: bool
    ) -> None:
        items = list(FETCH_ITEM.finditer(command.rest()))
        for number, mail in chosen:
            parts = [fetched(mail, item) for item in items]
            if by_uid and not any(item[0].upper() == b"UID" for item in items):
                parts.insert(0, b"UID %d" % mail.uid)
            self._send(b"%d FETCH (%b)" % (number, b" ".join(parts)))
            if self._writable and any(item[1] and not item[2] for item in items):  # RFC 3501, 6.4.5
                mailbox.flag(mail.uid, mail.flags | {SEEN})

    def _copy(
        self, mailbox: Mailbox, chosen: list[tuple[int, StoredMail]], raw_name: bytes, *, move: bool
    ) -> None:
        """COPY, and MOVE (RFC 6851)."""
        target = self.factory.mailboxes.get(raw_name.decode(_MAILBOX_NAME))
        if target is None:
            raise Refused(b"[TRYCREATE] No such mailbox")
        if move and not self._writable:
            raise Refused(b"[READ-ONLY] The mailbox was opened by EXAMINE")
        for _, mail in chosen:
            target.add(mail.raw, mail.arrived, mail.flags)
        if move:
            mailbox.remove([mail.uid for _, mail in chosen])

    def _store(self, mailbox: Mailbox, chosen: list[tuple[int, StoredMail]], command: Command) -> None:
        if not self._writable:
            raise Refused(b"[READ-ONLY] The mailbox was opened by EXAMINE")
        item = _STORE.fullmatch(command.atom())
        if item is None:
            raise Refused(b"Unknown STORE item", b"BAD")
        words = [word.strip(b"()").decode("ascii") for word in command.rest().split()]
        given = frozenset(_CANONICAL.get(word.lower(), word) for word in words)
        for _, mail in chosen:
            flags = {b"": given, b"+": mail.flags | given, b"-": mail.flags - given}[item[1]]
            if item[2]:
                self._known[mail.uid] = flags
            mailbox.flag(mail.uid, flags)
