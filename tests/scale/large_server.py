"""A server in memory whose mailboxes may be of any size: nothing is kept for each message, every answer is computed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twisted.internet.error import ConnectionLost

from tests.net.wire import row
from tray.imap.modified_utf7 import decode
from tray.mail.model.uid_set import NO_UIDS, UidSet

if TYPE_CHECKING:
    from tests.net.wire import Reactor, Wire

CAPABILITY = "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE ESEARCH ID UIDPLUS MOVE LIST-STATUS SPECIAL-USE NOTIFY"
_FETCH = re.compile(r"(UID )?FETCH (\S+) (\(.*\))")
_SEARCH = re.compile(
    r"UID SEARCH (RETURN \(COUNT\) )?(?:(UID )?([0-9:*]+) ?)?(UNSEEN UNDELETED|OR SUBJECT.*|TEXT.*|)"
)
_STATUS = re.compile(r'STATUS "?([^" ]+)"? \((.*)\)')
_PUSH_LIMIT = 100
"""New messages at once; of more NOTIFY tells only that there are too many (RFC 5465, 5.8)."""
_ROWS_LIMIT = 1000
"""Messages that one FETCH may name: no more are ever shown or caught up with."""


class LargeMailbox:
    """Messages as runs of UIDs; each is unread, unless it is among `read`."""

    def __init__(self, size: int, first_uid: int = 1_000_000_001) -> None:
        self.runs = [range(first_uid, first_uid + size)]
        self.uid_validity = 7
        self.uid_next = first_uid + size
        self.read = NO_UIDS

    @property
    def size(self) -> int:
        return sum(map(len, self.runs))

    def uid(self, sequence: int) -> int:
        """The UID at that sequence number."""
        for run in self.runs:
            if sequence <= len(run):
                return run[sequence - 1]
            sequence -= len(run)
        raise LookupError(sequence)

    def count_up_to(self, uid: int) -> int:
        """How many messages have at most that UID: the sequence number of the last of them."""
        return sum(max(0, min(len(run), uid - run.start + 1)) for run in self.runs)

    def unread_between(self, first: int, last: int) -> int:
        """How many messages between two sequence numbers are unread."""
        read = 0
        for low, high in self.read.runs:
            begin, end = self.count_up_to(low - 1) + 1, self.count_up_to(high)
            read += max(0, min(end, last) - max(begin, first) + 1)
        return last - first + 1 - read

    def deliver(self, count: int = 1) -> None:
        begin = self.uid_next
        if self.runs and self.runs[-1].stop == begin:
            begin = self.runs.pop().start
        self.uid_next += count
        self.runs.append(range(begin, self.uid_next))

    def expunge(self, sequence: int) -> None:
        uid = self.uid(sequence)
        (place,) = (place for place, run in enumerate(self.runs) if uid in run)
        run = self.runs[place]
        parts = range(run.start, uid), range(uid + 1, run.stop)
        self.runs[place : place + 1] = [part for part in parts if part]


class Connection:
    """One client."""

    def __init__(self, server: LargeServer, wire: Wire) -> None:
        self.server = server
        self.wire = wire
        self.mailbox: LargeMailbox | None = None
        self.idle_tag = ""
        self.pushed = ""
        """What NOTIFY sends of new messages of the mailbox that is open."""
        self.told: list[str] = []
        """Other mailboxes of which NOTIFY tells."""
        wire.protocol.handshakeCompleted()
        self.say(f"* OK [CAPABILITY {server.capability}] ready")

    @property
    def lost(self) -> bool:
        return self.wire.transport.lost

    def say(self, *lines: str) -> None:
        self.server.note("S", *lines)
        self.wire.s(*lines)

    def serve(self) -> bool:
        """Answer what the client has sent; whether there was anything."""
        lines = [] if self.lost else self.wire.sent()
        self.server.note("C", *lines)
        for line in lines:
            if line == "DONE":
                self.say(f"{self.idle_tag} OK done")
                self.idle_tag = ""
                continue
            tag, _, said = line.partition(" ")
            name = said.removeprefix("UID ").split(" ")[0].lower()
            getattr(self, f"on_{name}", self.on_other)(tag, said)
        return bool(lines)

    def on_other(self, tag: str, said: str) -> None:
        self.say(f"{tag} OK done")

    def on_authenticate(self, tag: str, said: str) -> None:
        if self.server.is_full:
            self.say(f"{tag} NO [LIMIT] too many connections", "* BYE enough")
            self.wire.close()
            return
        self.server.logged_in.append(self)
        self.say(f"{tag} OK [CAPABILITY {self.server.capability}] in")

    def on_logout(self, tag: str, said: str) -> None:
        self.say("* BYE", f"{tag} OK")
        self.wire.close()

    def on_idle(self, tag: str, said: str) -> None:
        self.idle_tag = tag
        self.say("+ idling")

    def on_examine(self, tag: str, said: str) -> None:
        name = decode(said.split(" ", 1)[1].strip('"').encode())
        mailbox = self.mailbox = self.server.mailboxes[name]
        self.say(
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
            f"* {mailbox.size} EXISTS",
            f"* OK [UIDVALIDITY {mailbox.uid_validity}] .",
            f"* OK [UIDNEXT {mailbox.uid_next}] .",
            f"{tag} OK [READ-{'ONLY' if said.startswith('EXAMINE') else 'WRITE'}] open",
        )

    on_select = on_examine

    def on_notify(self, tag: str, said: str) -> None:
        selected, _, others = said.partition("mailboxes")
        self.pushed = selected
        self.told = list(self.server.mailboxes) if "personal" in said else re.findall('"([^"]+)"', others)
        self.say(f"{tag} OK")

    def hear(self, name: str, count: int) -> None:
        """Tell of new messages, if the client can hear it now."""
        mailbox = self.server.mailboxes[name]
        if self.lost or not self.idle_tag:
            return
        if self.mailbox is mailbox:
            self.say(f"* {mailbox.size} EXISTS")
            if self.pushed and count > _PUSH_LIMIT:
                self.pushed, self.told = "", []
                self.say("* OK [NOTIFICATIONOVERFLOW] too many")
            elif self.pushed:
                self.say(*(self._push(mailbox.size - place) for place in reversed(range(count))))
        elif name in self.told:
            self.say(self._status(name, "MESSAGES UIDNEXT UIDVALIDITY UNSEEN"))

    def _push(self, sequence: int) -> str:
        given = row(sequence, uid := self.mailbox.uid(sequence), f"Mail {uid}")
        given = re.sub(r"BODY\[[^]]*\]", "BODY[HEADER]<0>", given)
        return given[:-1] + (" BODY[TEXT]<0> {5}\r\nHello)" if "[TEXT]" in self.pushed else ")")

    def on_list(self, tag: str, said: str) -> None:
        names = list(self.server.mailboxes)
        lines = [f'* LIST () "/" "{name}"' for name in names]
        wanted = re.search(r"STATUS \(([^)]*)\)", said)
        if wanted:
            lines += [self._status(name, wanted[1]) for name in names]
        self.say(*lines, f"{tag} OK")

    def on_status(self, tag: str, said: str) -> None:
        name, items = _STATUS.fullmatch(said).groups()
        self.say(self._status(name, items), f"{tag} OK")

    def _status(self, name: str, items: str) -> str:
        mailbox = self.server.mailboxes[name]
        values = {
            "MESSAGES": mailbox.size,
            "UIDNEXT": mailbox.uid_next,
            "UIDVALIDITY": mailbox.uid_validity,
            "UNSEEN": mailbox.unread_between(1, mailbox.size),
        }
        return f'* STATUS "{name}" ({" ".join(f"{item} {values[item]}" for item in items.split())})'

    def _sequences(self, spans: str, *, by_uid: bool) -> list[range]:
        """The sequence numbers that a set names."""
        mailbox, found = self.mailbox, []
        last = mailbox.uid(mailbox.size) if by_uid else mailbox.size
        for span in spans.split(","):
            low, _, high = span.partition(":")
            ends = [last if end == "*" else int(end) for end in (low, high or low)]
            if by_uid:
                found.append(
                    range(mailbox.count_up_to(min(ends) - 1) + 1, mailbox.count_up_to(max(ends)) + 1)
                )
            else:
                found.append(range(min(ends), max(ends) + 1))
        return found

    def on_fetch(self, tag: str, said: str) -> None:
        by_uid, spans, items = _FETCH.fullmatch(said).groups()
        spans = self._sequences(spans, by_uid=bool(by_uid)) if self.mailbox.size else []
        assert sum(map(len, spans)) <= _ROWS_LIMIT, said
        rows = [self._row(sequence, items) for span in spans for sequence in span]
        self.say(*rows, f"{tag} OK")

    def _row(self, sequence: int, items: str) -> str:
        uid = self.mailbox.uid(sequence)
        flags = "\\Seen" if uid in self.mailbox.read else ""
        if "BODY.PEEK[TEXT]" in items:
            fields = re.search(r"HEADER.FIELDS (\([^)]*\))", items)[1]
            block = f"Subject: Mail {uid}\r\nContent-Type: text/plain\r\n\r\n"
            return (
                f"* {sequence} FETCH (UID {uid} BODY[HEADER.FIELDS {fields}] {{{len(block)}}}\r\n{block}"
                f" BODY[TEXT]<0> {{5}}\r\nHello)"
            )
        if "HEADER.FIELDS" in items:
            return row(sequence, uid, f"Mail {uid}", flags)
        return f"* {sequence} FETCH (UID {uid} FLAGS ({flags}))"

    def on_search(self, tag: str, said: str) -> None:
        mailbox = self.mailbox
        count, by_uid, span, key = _SEARCH.fullmatch(said).groups()
        (places,) = self._sequences(span or "1:*", by_uid=bool(by_uid)) if mailbox.size else (range(0),)
        if count:
            number = mailbox.unread_between(places.start, places.stop - 1)
            self.say(f'* ESEARCH (TAG "{tag}") UID COUNT {number}', f"{tag} OK")
            return
        uids = map(mailbox.uid, places)
        found = [uid for uid in uids if not (key.startswith("UNSEEN") and uid in mailbox.read)]
        self.say("* SEARCH " + " ".join(map(str, found)), f"{tag} OK")

    def on_store(self, tag: str, said: str) -> None:
        _, _, uids, item, _ = said.split(" ", 4)
        if item == "+FLAGS.SILENT" and said.endswith("(\\Seen)"):
            spans = (span.split(":") for span in uids.split(","))
            self.mailbox.read |= UidSet.of_runs((int(span[0]), int(span[-1])) for span in spans)
        self.say(f"{tag} OK")

    def on_move(self, tag: str, said: str) -> None:
        (places,) = self._sequences(said.split(" ")[2], by_uid=True)
        for sequence in reversed(places):
            self.mailbox.expunge(sequence)
            self.say(f"* {sequence} EXPUNGE")
        self.say(f"{tag} OK")


class LargeServer:
    """Takes every connection that `reactor` is asked for; what goes over them is noted with `#` for each number."""

    def __init__(
        self,
        reactor: Reactor,
        mailboxes: dict[str, LargeMailbox],
        capability: str = CAPABILITY,
        limit: int | None = None,
    ) -> None:
        """`limit`: connections that it accepts."""
        self.reactor = reactor
        self.mailboxes = mailboxes
        self.capability = capability
        self.limit = limit
        self.logged_in: list[Connection] = []
        self.most_logged_in = 0
        self.lines: list[str] = []
        self._connections: list[Connection] = []

    @property
    def is_full(self) -> bool:
        self.logged_in = [each for each in self.logged_in if not each.lost]
        return self.limit is not None and len(self.logged_in) >= self.limit

    def note(self, side: str, *lines: str) -> None:
        self.lines += [f"{side}: {re.sub('[0-9]+', '#', line)}" for line in lines]

    def settle(self, seconds: float = 5.0, step: float = 0.25) -> None:
        """Let time pass, `step` by `step`, and answer everything meanwhile."""
        for _ in range(round(seconds / step)):
            self.serve()
            self.reactor.advance(step)
        self.serve()

    def serve(self) -> None:
        """Answer until nobody asks for anything."""
        busy = True
        while busy:
            busy = bool(self.reactor.tcpClients)
            while self.reactor.tcpClients:
                self._connections.append(Connection(self, self.reactor.accept()))
            self._connections = [each for each in self._connections if not each.lost]
            for connection in list(self._connections):
                busy |= connection.serve()
            self.reactor.advance(0)
            self.most_logged_in = max(self.most_logged_in, sum(not each.lost for each in self.logged_in))

    def tell(self, mailbox: LargeMailbox, line: str) -> None:
        """Say `line` to each client that has `mailbox` open and idles."""
        for each in self._connections:
            if each.mailbox is mailbox and each.idle_tag and not each.lost:
                each.say(line)

    def deliver(self, name: str = "INBOX", count: int = 1) -> None:
        self.mailboxes[name].deliver(count)
        for each in self._connections:
            each.hear(name, count)

    def expunge(self, sequence: int, name: str = "INBOX") -> None:
        mailbox = self.mailboxes[name]
        mailbox.expunge(sequence)
        self.tell(mailbox, f"* {sequence} EXPUNGE")

    def drop(self) -> None:
        """End every connection without a word."""
        for each in self._connections:
            if not each.lost:
                each.wire.close(ConnectionLost())
