"""A server with several mailboxes, played by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.net.wire import Wire, row

if TYPE_CHECKING:
    from collections.abc import Sequence

FULL = "IMAP4rev1 IDLE ESEARCH ID NOTIFY LIST-EXTENDED LIST-STATUS"


class Box:
    """A mailbox of the server."""

    def __init__(self, *uids: int) -> None:
        self.uids = list(uids)
        self.flags: dict[int, str] = {}
        self.validity = 7
        self.next = max(uids, default=0) + 1
        self.missing = False

    def deliver(self, count: int = 1) -> None:
        for _ in range(count):
            self.uids.append(self.next)
            self.next += 1

    @property
    def unseen(self) -> int:
        return sum("Seen" not in self.flags.get(uid, "") for uid in self.uids)

    @property
    def status(self) -> str:
        return f"(MESSAGES {len(self.uids)} UIDNEXT {self.next} UIDVALIDITY {self.validity} UNSEEN {self.unseen})"

    def fetched(self, uid: int, *, whole: bool) -> str:
        sequence, flags = self.uids.index(uid) + 1, self.flags.get(uid, "")
        return (
            row(sequence, uid, f"Mail {uid}", flags)
            if whole
            else f"* {sequence} FETCH (UID {uid} FLAGS ({flags}))"
        )


class Server:
    """Answers commands; what a test does in between is told as the server would tell it."""

    def __init__(
        self, clock: Any, offered: str = FULL, chop: int | None = None, wire: Wire | None = None
    ) -> None:
        self.wire = wire or Wire(clock, chop).s(f"* OK [CAPABILITY {offered}] ready")
        self.boxes = {"INBOX": Box(10, 11), "Lists": Box(5), "Work": Box(20, 21)}
        self.selected = ""
        self.commands: list[str] = []
        self.idle = ""
        self.refused: dict[str, str] = {}
        self.before: dict[str, list[str]] = {}
        """Lines that are said once before the answer to a command that begins so."""
        self.meanwhile: dict[str, object] = {}
        """Called once after the answer to a command that begins so."""

    def serve(self) -> list[str]:
        """Answer all that the client sends; the commands without their tags."""
        served: list[str] = []
        while lines := self.wire.sent():
            for line in lines:
                tag, _, said = line.partition(" ")
                served.append(said or tag)
                self.answer(tag, said)
        self.commands += served
        return served

    def answer(self, tag: str, said: str) -> None:
        """Answer one command."""
        if tag == "DONE":
            idle, self.idle = self.idle, ""
            self.wire.s(f"{idle} OK done")
            return
        told = next((self.before.pop(start) for start in list(self.before) if said.startswith(start)), [])
        refused = next((text for start, text in self.refused.items() if said.startswith(start)), None)
        if refused is not None:
            self.wire.s(*told, f"{tag} {refused}")
        elif said == "IDLE":
            self.idle = tag
            self.wire.s(*told, "+ idling")
        else:
            self.wire.s(*told, *self._data(tag, said), f"{tag} OK done")
        then = next(
            (self.meanwhile.pop(start) for start in list(self.meanwhile) if said.startswith(start)), None
        )
        if callable(then):
            then()

    def _data(self, tag: str, said: str) -> Sequence[str]:
        name, _, rest = said.partition(" ")
        if name in {"EXAMINE", "SELECT"}:
            self.selected = rest.strip('"')
            box = self.boxes[self.selected]
            return (
                f"* {len(box.uids)} EXISTS",
                f"* OK [UIDVALIDITY {box.validity}] valid",
                f"* OK [UIDNEXT {box.next}] next",
            )
        if name in {"STATUS", "LIST"}:
            return [
                f"* STATUS {box} {self.boxes[box].status}"
                for box in re.findall(r'"(\w+)"', rest)
                if box in self.boxes
            ]
        box = self.boxes.get(self.selected, Box())
        if "SEARCH" in said:
            return (f'* ESEARCH (TAG "{tag}") UID COUNT {box.unseen}',)
        if found := re.match(r"(UID )?FETCH (\d+)(?::(\d+|\*))? (.*)", said):
            first, last = int(found[2]), found[3] or found[2]
            uids = box.uids if found[1] else list(range(1, len(box.uids) + 1))
            wanted = [
                box.uids[at]
                for at, number in enumerate(uids)
                if first <= number and (last == "*" or number <= int(last))
            ]
            if last == "*" and not wanted:
                wanted = box.uids[-1:]
            return [box.fetched(uid, whole="HEADER" in found[4]) for uid in wanted]
        return ()

    def told(self, *names: str) -> list[str]:
        """The server says what NOTIFY asks for, in IDLE; then it answers."""
        assert self.idle
        for name in names:
            self.wire.s(f"* STATUS {name} {self.boxes[name].status}")
        return self.serve()
