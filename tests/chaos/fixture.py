"""A desktop that records, a real server, a proxy of faults before it, and the program: all of it can be broken."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.chaos.comparison import UIDS, Findings, ProgramRun, announcements, compare, saved_uids
from tests.chaos.proxy import FaultProxy
from tests.e2e.program import Program
from tests.real.dovecot import Dovecot
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_extensions import Self

_OLD = 3


@dataclass(frozen=True)
class _ProxiedServer:
    """The server as the program's account names it: through the proxy."""

    port_tls: int
    ca_file: str
    user: str = Dovecot.user
    password: str = Dovecot.password
    host: str = Dovecot.host


class ChaosFixture:
    """Everything, started and ended together; `findings` says at the end what became of every mail."""

    def __init__(self, folder: Path, *, panel: bool = False, mailboxes: int = 1) -> None:
        """So many `mailboxes` are watched."""
        self._mailboxes = ["INBOX", *(f"Folder {number}" for number in range(1, mailboxes))]
        self._next_uids = [_OLD + 1, *(number * UIDS + 1 for number in range(1, mailboxes))]
        self._stack = ExitStack()
        self._folder = folder
        self._panel = panel
        self._runs: list[ProgramRun] = []
        self._output_size = 0  # bytes of output by the runs that are over
        self._notified = 0  # Notify calls of them
        self._expected: set[int] = set()  # UIDs of all new mails, given in sequence in each mailbox
        self._announced: set[int] = set()
        self._read = 0  # bytes of output that `announced` has been through

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.desktop = stack.enter_context(VirtualDesktop(panel=self._panel, notifier="record"))
            self.dovecot = stack.enter_context(Dovecot())
            self.proxy = stack.enter_context(FaultProxy(self.dovecot.port_tls))
            for number in range(_OLD):
                self.dovecot.deliver(f"old {number}")
            self.program = Program(self._folder, self.desktop.env)
            for name, uid in zip(self._mailboxes[1:], self._next_uids[1:], strict=True):
                self.dovecot.make_mailbox(name, uid)
            watched = (word for name in self._mailboxes for word in ("--mailbox", name))
            server = _ProxiedServer(self.proxy.port, self.dovecot.ca_file)
            self.program.add_account(server, "Work", *watched)
            stack.callback(self.program.stop)
            self.start_program()
            self.program.wait_state("watching")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # What happens.

    def deliver(self, count: int = 1) -> None:
        """So many new mails, each with a subject of its own, in any of the mailboxes."""
        for _ in range(count):
            subject = f"chaos {self.delivered + 1}"
            number = Random(subject).randrange(len(self._mailboxes))
            if number == 0:
                self.dovecot.deliver(subject)
            else:
                self.dovecot.save(subject, self._mailboxes[number])
            self._expected.add(self._next_uids[number])
            self._next_uids[number] += 1

    def start_program(self) -> None:
        """Start it, and wait for nothing."""
        self.program.start("--log-level", "debug")

    def kill_program(self) -> None:
        """Kill -9."""
        self.program.kill()
        self.record_run(killed=True)

    def stop_program(self) -> None:
        """Ask it to end (SIGTERM)."""
        self.program.stop()
        self.record_run(killed=False)

    def check(self) -> None:
        """What a person, or a resume from sleep, asks for: prove the connection, or try again at once."""
        self.program.run("check")

    # What came of it.

    @property
    def delivered(self) -> int:
        """How many new mails there were."""
        return len(self._expected)

    def announced(self) -> frozenset[int]:
        """UIDs of all mails that were announced so far."""
        with self.program.output.open("rb") as output:
            output.seek(self._read)
            fresh = output.read()
        fresh = fresh[: fresh.rfind(b"\n") + 1]
        self._read += len(fresh)
        for announcement in announcements(fresh.decode("utf-8", "replace")):
            self._announced |= announcement.uids
        return frozenset(self._announced)

    def everything_announced(self) -> bool:
        """Whether every mail that was delivered was announced."""
        return self.announced() >= self._expected

    def wait_announced(self, seconds: float) -> float:
        """Wait until everything is announced; when the last toast was shown, on the monotonic clock."""
        wait_until(self.everything_announced, f"the announcement of {self.delivered} mails", seconds)
        return float(self.desktop.notifications.toasts()[-1]["time"])

    def settle(self, seconds: float = 60.0) -> float:
        """End every fault, deliver one more mail, ask the program to look, and wait; how many seconds it took."""
        self.proxy.heal()
        began = time.monotonic()
        self.deliver()
        self.check()
        try:
            self.wait_announced(seconds)
        except TimeoutError as error:
            lines = [*self.program.log_text().splitlines()[-20:], *self.dovecot.log_text().splitlines()[-10:]]
            raise TimeoutError("\n".join([str(error), *lines])) from None
        return time.monotonic() - began

    def findings(self) -> Findings:
        """End the program as a user does, and compare what was delivered with what was announced."""
        self.program.wait_state("watching")
        self.program.wait_unseen(_OLD + self.delivered)
        self.stop_program()
        subjects = self._subjects()
        findings = compare(self._runs, subjects, _OLD)
        missing = self.delivered - findings.delivered
        if missing:
            findings.faults.append(f"the server has {missing} mails less than were delivered")
        newest = sorted({uid // UIDS: uid for uid in sorted(subjects)}.values())
        saved = self._runs[-1].saved
        if not saved.issuperset(newest):
            findings.faults.append(f"the announced UIDs on disk are {sorted(saved)}, the newest {newest}")
        findings.faults += [
            line for line in self.program.output.read_text("utf-8", "replace").splitlines() if _is_fault(line)
        ]
        return findings

    @property
    def runs(self) -> Sequence[ProgramRun]:
        """The runs of the program that are over."""
        return tuple(self._runs)

    def record_run(self, *, killed: bool) -> None:
        """A run of the program is over: keep what it has announced, shown and saved."""
        self.desktop.notifications.live()  # answered behind what the program had sent
        output = self.program.output.read_bytes()
        toasts = self.desktop.notifications.toasts()
        log = output[self._output_size :].decode("utf-8", "replace")
        shown = tuple((toast["summary"], toast["lines"][0]) for toast in toasts[self._notified :])
        self._runs.append(ProgramRun(killed, saved_uids(self.program.profile), announcements(log), shown))
        self._output_size, self._notified = len(output), len(toasts)

    def _subjects(self) -> dict[int, str]:
        """Every mail by UID, as the server knows it."""
        client = self.dovecot.imap()
        found = {}
        for mailbox in self._mailboxes:
            client.select(f'"{mailbox}"', readonly=True)
            _, answers = client.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            for answer in answers:
                if isinstance(answer, tuple):
                    uid = re.search(rb"UID (\d+)", answer[0])
                    assert uid is not None
                    found[int(uid[1])] = answer[1].decode().strip().removeprefix("Subject: ")
        client.logout()
        return found


def _is_fault(line: str) -> bool:
    return line.startswith("Traceback") or " ERROR " in line or " CRITICAL " in line
