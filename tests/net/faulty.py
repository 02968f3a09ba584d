"""A mailbox whose server has faults, played on a wire: all but those is answered as RFC 3501 has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.net.session_fixture import SessionFixture
from tests.net.wire import Wire, row
from tray.net.watch.session_memory import SessionMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.task import Clock

    from tray.mail.arrivals.mailbox_state import MailboxState

CAPABILITY = "IMAP4rev1 IDLE ESEARCH"
_BETWEEN = re.compile(r"UID (\d+):(\d+) UNSEEN")
REFUSAL = "NO [UNAVAILABLE] FETCH Server error while fetching messages"


class Faulty:
    """Each message is its UID; `answer` is asked before we answer a command ourselves, and None is no answer."""

    def __init__(
        self, clock: Clock, uids: list[int], bad: set[int] | None = None, refusal: str = REFUSAL
    ) -> None:
        self.clock = clock
        self.uids = uids
        self.bad = bad or set()
        self.refusal = refusal
        self.memory = SessionMemory()
        self.closes = False
        """Whether it closes the connection at a bad message instead of refusing it."""
        self.titles: Callable[[int, int], str] = row
        """Gives the row of a sequence number and a UID."""
        self.answer: Callable[[str], tuple[str, ...] | None] = lambda _: None
        self.unseen = 0
        self.asked: list[str] = []
        self.sessions = 0
        self.life: SessionFixture
        self.wire: Wire

    def connect(
        self, state: MailboxState | None = None, titles: int = 3, chop: int | None = None
    ) -> SessionFixture:
        """A connection and its first look."""
        self.sessions += 1
        self.wire = Wire(self.clock, chop).s(f"* OK [CAPABILITY {CAPABILITY}] ready")
        self.life = SessionFixture(self.wire, titles, state, self.memory)
        self.serve()
        return self.life

    def deliver(self, *uids: int) -> None:
        """New messages, told of."""
        self.uids += uids
        self.wire.s(f"* {len(self.uids)} EXISTS")
        self.serve()

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.serve()

    def serve(self) -> None:
        """Answer until the client rests, or the connection is closed."""
        self.wire.serve(self._answered)

    def _answered(self, said: str) -> tuple[str, ...] | None:
        self.asked.append(said)
        return self._reply(said)

    def fetches(self, uid: int) -> int:
        """How often a FETCH named `uid` since `asked` was cleared."""
        return sum("FETCH" in said and uid in self._named(said) for said in self.asked)

    def _reply(self, said: str) -> tuple[str, ...] | None:
        answer = self.answer(said)
        if answer is not None:
            return answer
        if said.startswith(("EXAMINE", "SELECT")):
            uid_next = (self.uids[-1] if self.uids else 0) + 1
            return (
                f"* {len(self.uids)} EXISTS",
                "* OK [UIDVALIDITY 7] v",
                f"* OK [UIDNEXT {uid_next}] n",
                "OK [READ-ONLY] done",
            )
        if "FETCH" in said:
            return self._fetch(said)
        if "RETURN (COUNT)" in said:
            count = len(self._named(said)) if _BETWEEN.search(said) else self.unseen
            return f"* ESEARCH (TAG x) UID COUNT {count}", "OK"
        if said.startswith("UID SEARCH"):
            return "* SEARCH " + " ".join(map(str, self._named(said))), "OK"
        return ("OK",)

    def _fetch(self, said: str) -> tuple[str, ...] | None:
        named = self._named(said)
        if self.bad & set(named):
            return None if self.closes else (self.refusal,)
        told = []
        for uid in named:
            number = self.uids.index(uid) + 1
            told.append(
                self.titles(number, uid) if "BODY" in said else f"* {number} FETCH (UID {uid} FLAGS ())"
            )
        return (*told, "OK")

    def _named(self, said: str) -> list[int]:
        if said.endswith("UNSEEN UNDELETED"):
            unseen = self.uids[-self.unseen :] if self.unseen else []
            between = _BETWEEN.search(said)
            return [uid for uid in unseen if not between or int(between[1]) <= uid <= int(between[2])]
        spans = re.search(r"[0-9:*,]+(?= |$)", said.replace("UID SEARCH UID", "UID SEARCH"))
        assert spans is not None
        by_uid = "UID FETCH" in said or "SEARCH UID" in said
        there = self.uids if by_uid else list(range(1, len(self.uids) + 1))
        found: set[int] = set()
        if not there:
            return []
        for span in spans[0].split(","):
            low, _, high = span.partition(":")
            ends = [there[-1] if end == "*" else int(end) for end in (low, high or low)]
            found |= {number for number in there if min(ends) <= number <= max(ends)}
        return sorted(found if by_uid else {self.uids[number - 1] for number in found})
