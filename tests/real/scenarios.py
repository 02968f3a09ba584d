"""What the net room does with a real Dovecot; each scenario runs in a process of its own, with a real reactor.

``python -m tests.real.scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fakes.values import pending
from tests.real.dovecot import Certificate, Dovecot
from tests.real.watched_mailbox import WatchedFolder, WatchedMailbox
from tray.imap.types import INBOX, SEEN, MailboxName, Uid
from tray.mail.model.account import Account, AccountId, Security
from tray.mail.model.action import MessageAction
from tray.mail.model.secret import Secret
from tray.mail.model.status import CheckResult, CheckStep, NeedsCredentials, ProblemKind, Waiting
from tray.net.control_server import listen_control
from tray.net.errors import ActionFailed
from tray.net.imap.command_queue import CommandQueue
from tray.net.imap.mailbox.subjects import newest_subjects
from tray.net.imap.protocol import MailProtocol
from tray.net.setup.account_check import AccountCheck
from tray.net.watch.connections.connection_limits import ConnectionLimits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.net.watch.watcher import MailboxWatcher

TIMEOUT = 40.0  # seconds for what should take one


def unexpected(lowest: Uid) -> None:
    """Nothing is copied."""
    raise AssertionError(lowest)


class OverdueError(Exception):
    """What should have happened did not."""


async def until(reactor: Any, condition: Callable[[], bool], timeout: float = TIMEOUT) -> None:
    """Wait until `condition` holds; raises OverdueError."""
    from twisted.internet.task import deferLater

    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise OverdueError
        await deferLater(reactor, 0.01, lambda: None)


class ScenarioFixture(WatchedMailbox):
    """A server, and a watcher with everything that it reported."""

    def __init__(self, reactor: Any, titles: int = 5, **options: Any) -> None:
        super().__init__(titles)
        self.reactor = reactor
        self.server = Dovecot(**options)
        self.server.start()
        self.account = Account(
            AccountId("a"),
            "Real",
            "anna@example.org",
            self.server.host,
            self.server.user,
            port=self.server.port_tls,
            ca_file=self.server.ca_file,
        )
        self.password = self.server.password
        self.watcher: MailboxWatcher | None = None
        self.limits = ConnectionLimits(reactor, random.random)

    async def secret(self, account: Account) -> Secret:
        return Secret(self.password)

    def watch(self, mailbox: MailboxName = INBOX) -> MailboxWatcher:
        self.watcher = self.new_watcher(self.reactor, self.account, mailbox, self.limits)
        self.watcher.start()
        return self.watcher

    async def watching(self) -> None:
        await self.until(lambda: self.is_watching)

    async def until(self, condition: Callable[[], bool], timeout: float = TIMEOUT) -> None:
        try:
            await until(self.reactor, condition, timeout)
        except OverdueError:
            raise OverdueError(
                f"{self.statuses[-3:]} {self.reports[-2:]}\n{self.server.log_text()[-2000:]}"
            ) from None

    @property
    def titles_shown(self) -> list[str]:
        assert self.state is not None
        return [message.envelope.subject for message in self.state.latest]

    async def close(self) -> None:
        try:
            if self.watcher is not None:
                began = time.monotonic()
                await self.watcher.stop()
                assert time.monotonic() - began < 3
        finally:
            self.server.close()


async def push(reactor: Any) -> None:
    """Log-in, titles, then a new mail by push."""
    fixture = ScenarioFixture(reactor)
    try:
        for number in range(7):
            fixture.server.deliver(f"Old {number}")
        fixture.watch()
        await fixture.watching()
        assert fixture.titles_shown == [f"Old {number}" for number in (6, 5, 4, 3, 2)]
        assert fixture.state is not None
        assert fixture.state.unseen == 7
        assert fixture.arrivals == []
        fixture.server.deliver("Grüße & <mehr>", "Jürgen Müller <j@example.org>")
        await fixture.until(lambda: fixture.arrivals == ["Grüße & <mehr>"])
        await fixture.until(lambda: fixture.state.unseen == 8)
        assert fixture.state.latest[0].envelope.sender.name == "Jürgen Müller"
        for number in range(3):
            fixture.server.deliver(f"Burst {number}")
        await fixture.until(lambda: len(fixture.arrivals) == 4)
        assert sorted(fixture.arrivals[1:]) == ["Burst 0", "Burst 1", "Burst 2"]
        client = fixture.server.imap("INBOX")
        assert b"\\Seen" not in client.fetch("8", "(FLAGS)")[1][0]
    finally:
        await fixture.close()


async def others(reactor: Any) -> None:
    """Flags and expunges by another mail client."""
    fixture = ScenarioFixture(reactor)
    try:
        for number in range(8):
            fixture.server.deliver(f"Mail {number}")
        fixture.watch()
        await fixture.watching()
        client = fixture.server.imap("INBOX")
        client.store("8", "+FLAGS", "(\\Seen)")
        await fixture.until(lambda: fixture.read == {8})
        await fixture.until(lambda: fixture.state.unseen == 7)
        client.store("7", "+FLAGS", "(\\Deleted)")
        client.expunge()
        await fixture.until(lambda: 7 in fixture.left)
        await fixture.until(
            lambda: fixture.titles_shown == ["Mail 7", "Mail 5", "Mail 4", "Mail 3", "Mail 2"]
        )
        client.store("1:*", "-FLAGS", "(\\Seen)")
        await fixture.until(lambda: fixture.state.unseen == 7)
        assert fixture.arrivals == []
    finally:
        await fixture.close()


async def marking(reactor: Any) -> None:
    """Marking as read truly changes the server."""
    fixture = ScenarioFixture(reactor)
    try:
        for number in range(4):
            fixture.server.deliver(f"Mail {number}")
        watcher = fixture.watch()
        await fixture.watching()
        assert fixture.state is not None
        validity = fixture.state.uid_validity
        await watcher.perform(pending(MessageAction.READ, 4, 3, validity=validity), unexpected)
        await fixture.until(lambda: fixture.state.unseen == 2)
        assert fixture.read == {3, 4}
        client = fixture.server.imap("INBOX")
        assert client.search(None, "SEEN")[1] == [b"3 4"]
        everything = pending(MessageAction.READ, 1, 2, 3, 4, validity=validity, unread_only=True)
        assert list(await watcher.perform(everything, unexpected)) == [1, 2]
        await fixture.until(lambda: fixture.state.unseen == 0)
        client.noop()
        assert client.search(None, "UNSEEN")[1] == [b""]
        refused: list[Exception] = []
        await watcher.perform(pending(MessageAction.READ, 1, validity=validity + 1), unexpected).addErrback(
            lambda failure: refused.append(failure.value)
        )
        assert [type(error) for error in refused] == [ActionFailed]
        assert refused[0].problem.kind is ProblemKind.MAILBOX
        fixture.server.deliver("After")
        await fixture.until(lambda: fixture.arrivals == ["After"])
        assert SEEN not in fixture.state.latest[0].flags
    finally:
        await fixture.close()


async def restart(reactor: Any) -> None:
    """The server goes and comes back: reconnect, and what came meanwhile is announced once."""
    from twisted.internet.threads import deferToThread

    fixture = ScenarioFixture(reactor)
    try:
        fixture.server.deliver("Before")
        fixture.watch()
        await fixture.watching()
        await deferToThread(fixture.server.stop)  # it waits for its clients, of which we are one
        await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
        for number in range(8):
            fixture.server.deliver(f"Missed {number}")
        fixture.server.start()
        fixture.watcher.check_now()
        await fixture.watching()
        await fixture.until(lambda: len(fixture.arrivals) == 8)
        assert sorted(fixture.arrivals) == [f"Missed {number}" for number in range(8)]
        fixture.server.kill()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
        fixture.server.start()
        fixture.watcher.check_now()
        await fixture.watching()
        assert len(fixture.arrivals) == 8
        fixture.server.deliver("After")
        await fixture.until(lambda: fixture.arrivals[-1] == "After")
    finally:
        await fixture.close()


async def hung(reactor: Any) -> None:
    """A server that hangs, though its system still acknowledges: the probe finds it."""
    from tray.net.watch import session

    session.PROBE_DEADLINE = 2.0
    fixture = ScenarioFixture(reactor)
    try:
        fixture.watch()
        await fixture.watching()
        fixture.server.freeze()
        try:
            fixture.watcher.check_now()
            # After a good session the next connection is made at once: this status may be over when one looks.
            await fixture.until(lambda: any(isinstance(status, Waiting) for status in fixture.statuses), 15)
            lost = next(status for status in fixture.statuses if isinstance(status, Waiting))
            assert lost.problem.kind is ProblemKind.UNREACHABLE
        finally:
            fixture.server.thaw()
        fixture.watcher.check_now()
        await fixture.watching()
    finally:
        await fixture.close()


async def password(reactor: Any) -> None:
    """A wrong password stops it; the right one goes on."""
    fixture = ScenarioFixture(reactor)
    try:
        fixture.password = "wrong"
        fixture.watch()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], NeedsCredentials))
        assert fixture.statuses[-1].problem.kind is ProblemKind.REFUSED
        assert "wrong" not in fixture.statuses[-1].problem.sentence
        fixture.password = fixture.server.password
        fixture.watcher.check_now()
        await fixture.watching()
    finally:
        await fixture.close()


async def mechanisms(reactor: Any) -> None:
    """Every mechanism that Dovecot has; with TLS, STARTTLS and in clear on loopback."""
    for offered in ("plain", "login", "scram-sha-256", "cram-md5"):
        fixture = ScenarioFixture(reactor, mechanisms=offered)
        try:
            for account in (
                fixture.account,
                replace(fixture.account, port=fixture.server.port_starttls, security=Security.STARTTLS),
                replace(fixture.account, port=fixture.server.port_starttls, security=Security.NONE),
                replace(fixture.account, host="127.0.0.1"),
            ):
                assert (
                    await newest_subjects(reactor, account, INBOX, Secret(fixture.server.password), 3) == ()
                )
        finally:
            await fixture.close()


async def hashed(reactor: Any) -> None:
    """Where the server keeps a hash, SCRAM looks offered and never works: PLAIN follows it, once, and is remembered."""
    fixture = ScenarioFixture(reactor, mechanisms="scram-sha-256 plain login", extra="auth_verbose = yes")
    fixture.server.keep_user()
    sent = _log_ins()
    try:
        for _ in range(3):
            fixture.watch()
            await fixture.watching()
            assert fixture.watcher is not None
            await fixture.watcher.stop()
        assert sent == ["SCRAM-SHA-256", "PLAIN", "SCRAM-SHA-256", "PLAIN", "PLAIN"], sent
        await newest_subjects(reactor, fixture.account, INBOX, Secret(fixture.server.password), 3)
        assert sent[5:] == ["SCRAM-SHA-256", "PLAIN"], sent
        fixture.password = "wrong"
        fixture.limits = ConnectionLimits(reactor, random.random)
        fixture.watch()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], NeedsCredentials))
        assert fixture.statuses[-1].problem.kind is ProblemKind.REFUSED
        assert sent[7:] == ["SCRAM-SHA-256", "PLAIN"], sent
    finally:
        await fixture.close()


async def not_here(reactor: Any) -> None:
    """The user is known and not let in: the mail is elsewhere, or the account is closed; that is no wrong password."""
    for fields, word in (
        ("nologin=y host=other.example.org", "is on another server now: other.example.org"),
        ("nologin=y", "says that its administrator knows why"),
    ):
        for offered in ("plain login", "scram-sha-256 plain"):
            fixture = ScenarioFixture(reactor, mechanisms=offered)
            fixture.server.keep_user(fields=fields)
            sent = _log_ins()
            try:
                fixture.watch()
                await fixture.until(
                    lambda fixture=fixture: isinstance(fixture.statuses[-1], (Waiting, NeedsCredentials))
                )
                problem = fixture.statuses[-1].problem
                assert problem.kind is ProblemKind.NOT_ALLOWED, problem
                assert word in problem.sentence, problem
                assert sent[-1] == "PLAIN", sent
            finally:
                await fixture.close()


def _log_ins() -> list[str]:
    """The mechanisms of the log-ins from now on."""
    sent: list[str] = []
    write = getattr(CommandQueue._write, "plain", CommandQueue._write)

    def watched(self: CommandQueue, data: bytes) -> None:
        sent.extend(re.findall(r"AUTHENTICATE (\S+)", data.decode("utf-8", "replace")))
        write(self, data)

    watched.plain = write  # type: ignore[attr-defined]
    CommandQueue._write = watched  # type: ignore[method-assign]
    return sent


async def certificates(reactor: Any) -> None:
    """A certificate that cannot be trusted is named, and no password byte leaves."""
    words = {
        Certificate.WRONG_HOST: "mail.example.org",
        Certificate.EXPIRED: "has expired",
        Certificate.SELF_SIGNED: "is self-signed",
    }
    for kind, word in words.items():
        for security in (Security.TLS, Security.STARTTLS):
            await _refuse_certificate(ScenarioFixture(reactor, certificate=kind), security, word)
    fixture = ScenarioFixture(reactor)
    try:
        fixture.account = replace(fixture.account, ca_file="")
        fixture.watch()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
        assert "an unknown authority" in fixture.statuses[-1].problem.sentence
    finally:
        await fixture.close()
    fixture = ScenarioFixture(reactor)
    try:
        fixture.account = replace(fixture.account, port=fixture.server.port_starttls)
        fixture.watch()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
        assert "does not speak TLS" in fixture.statuses[-1].problem.sentence, fixture.statuses[-1]
    finally:
        await fixture.close()


async def _refuse_certificate(fixture: ScenarioFixture, security: Security, word: str) -> None:
    try:
        port = fixture.server.port_tls if security is Security.TLS else fixture.server.port_starttls
        fixture.account = replace(fixture.account, port=port, security=security)
        fixture.watch()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
        problem = fixture.statuses[-1].problem
        assert problem.kind is ProblemKind.UNTRUSTED, problem
        assert word in problem.sentence, problem
        await fixture.until(lambda: "no auth attempts" in fixture.server.log_text())
        assert "Login:" not in fixture.server.log_text()
    finally:
        await fixture.close()


async def plain_only(reactor: Any) -> None:
    """A server without STARTTLS gets no password where STARTTLS is asked for."""
    fixture = ScenarioFixture(reactor, extra="ssl = no")
    try:
        fixture.account = replace(
            fixture.account, port=fixture.server.port_starttls, security=Security.STARTTLS
        )
        fixture.watch()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
        assert "does not offer encryption" in fixture.statuses[-1].problem.sentence
        await fixture.until(lambda: "no auth attempts" in fixture.server.log_text())
    finally:
        await fixture.close()


async def starttls(reactor: Any) -> None:
    """The same as `push` over STARTTLS, in another mailbox."""
    fixture = ScenarioFixture(reactor)
    try:
        fixture.account = replace(
            fixture.account, port=fixture.server.port_starttls, security=Security.STARTTLS
        )
        fixture.server.deliver(
            "In a list", mailbox="Lists/Entwürfe & mehr".encode("ascii", "ignore").decode()
        )
        client = fixture.server.imap()
        client.create('"Entw&APw-rfe"')
        fixture.watch(MailboxName("Entwürfe"))
        await fixture.watching()
        client.append('"Entw&APw-rfe"', None, None, b"Subject: Draft\r\n\r\nx\r\n")
        await fixture.until(lambda: fixture.arrivals == ["Draft"])
    finally:
        await fixture.close()


async def gone(reactor: Any) -> None:
    """A mailbox that does not exist is named."""
    fixture = ScenarioFixture(reactor)
    try:
        fixture.watch(MailboxName("Nowhere"))
        await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
        assert fixture.statuses[-1].problem.kind is ProblemKind.MAILBOX
        assert "Nowhere does not exist" in fixture.statuses[-1].problem.sentence
    finally:
        await fixture.close()


async def polling(reactor: Any) -> None:
    """A server without IDLE, ESEARCH and all else is asked from time to time."""
    from tray.net.watch import idle_loop

    idle_loop.POLL_INTERVAL = 0.5
    fixture = ScenarioFixture(reactor, capability="IMAP4rev1")
    try:
        fixture.server.deliver("Old")
        fixture.watch()
        await fixture.watching()
        assert fixture.statuses[-1].push is False
        assert fixture.state.unseen == 1
        fixture.server.deliver("Polled")
        await fixture.until(lambda: fixture.arrivals == ["Polled"])
        await fixture.until(lambda: fixture.state.unseen == 2)
    finally:
        await fixture.close()


async def subjects(reactor: Any) -> None:
    """Connect, log in, read subjects, say goodbye."""
    fixture = ScenarioFixture(reactor)
    try:
        for number in range(5):
            fixture.server.deliver(f"Mail {number}")
        found = await newest_subjects(reactor, fixture.account, INBOX, Secret(fixture.server.password), 3)
        assert [message.envelope.subject for message in found] == ["Mail 4", "Mail 3", "Mail 2"]
        assert all(message.unseen for message in found)
        assert await newest_subjects(reactor, fixture.account, INBOX, Secret(fixture.server.password), 50)
        await fixture.until(lambda: fixture.server.log_text().count("Logged out") == 2)
    finally:
        await fixture.close()


async def check(reactor: Any) -> None:
    """Testing an account names what is there."""
    fixture = ScenarioFixture(reactor)
    try:
        steps: list[CheckResult] = []
        assert await AccountCheck(reactor, fixture.account, fixture.secret, steps.append).run()
        assert [step.step for step in steps] == list(CheckStep)
        assert "TLS 1.3" in steps[2].sentence
        assert "Mailbell Test CA" in steps[2].sentence
        assert not any(step.warning or step.problem for step in steps)
        steps.clear()
        fixture.password = "wrong"
        assert not await AccountCheck(reactor, fixture.account, fixture.secret, steps.append).run()
        assert steps[-1].step is CheckStep.LOGIN
        assert steps[-1].problem is not None
    finally:
        await fixture.close()


async def large(reactor: Any) -> None:
    """Ten thousand messages: few commands, few bytes, and no more of either than for ten."""
    received: list[int] = []
    sent: list[bytes] = []
    data_received, write = MailProtocol.dataReceived, CommandQueue._write
    MailProtocol.dataReceived = lambda self, data: (received.append(len(data)), data_received(self, data))[1]
    CommandQueue._write = lambda self, data: (sent.append(data), write(self, data))[1]
    fixture = ScenarioFixture(reactor, titles=20)
    try:
        fixture.server.bulk(10_000, seen=False)
        client = fixture.server.imap("INBOX")  # builds Dovecot's index
        client.fetch("9900:10000", "(BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE MESSAGE-ID CONTENT-TYPE)])")
        fixture.watch()
        await fixture.until(lambda: any(b"AUTHENTICATE" in each for each in sent))
        login = len(sent)
        await fixture.watching()
        assert fixture.state.unseen == 10_000
        commands = b"".join(sent[login:]).count(b"\r\n")
        assert commands <= 8, sent
        assert sum(received) + sum(map(len, sent)) < 10_240, (sum(received), sum(map(len, sent)))
        before = sum(received)
        fixture.server.deliver("One more")
        await fixture.until(lambda: fixture.arrivals == ["One more"])
        assert sum(received) - before < 1500
    finally:
        await fixture.close()


async def too_many_connections(reactor: Any) -> None:
    """Too many connections is no wrong password."""
    fixture = ScenarioFixture(reactor, extra="mail_max_userip_connections = 1")
    try:
        client = fixture.server.imap("INBOX")
        fixture.watch()
        await fixture.until(lambda: isinstance(fixture.statuses[-1], (Waiting, NeedsCredentials)))
        assert fixture.statuses[-1].problem.kind is ProblemKind.TOO_MANY, fixture.statuses[-1]
        client.logout()
        fixture.watcher.check_now()
        await fixture.watching()
    finally:
        await fixture.close()


async def turns(reactor: Any) -> None:
    """Four mailboxes on a server that takes two connections: the limit is learnt and kept, and no mail is missed."""
    from tray.net.watch.connections import connection_limits, retry

    retry.CROWDED = connection_limits.CROWDED = 1.0
    retry._MINIMUM_WAITS[ProblemKind.TOO_MANY] = 1.0
    connection_limits.TURN = 1.5
    fixture = ScenarioFixture(reactor, extra="mail_max_userip_connections = 2")
    names = [INBOX, *map(MailboxName, ("Lists", "Work", "Home"))]
    for name in names:
        fixture.server.deliver(f"Old in {name}", mailbox=name)
    folders = {name: WatchedFolder(fixture, name) for name in names}

    def arrivals() -> list[str]:
        return sorted(subject for folder in folders.values() for subject in folder.arrivals)

    def refusals() -> int:
        return fixture.server.log_text().count("Maximum number of connections")

    def waits(name: MailboxName) -> bool:
        return any(
            isinstance(status, Waiting) and "only 2 connections" in status.problem.sentence
            for status in folders[name].statuses
        )

    try:
        for folder in folders.values():
            folder.watcher.start()
        await fixture.until(lambda: all(folder.state is not None for folder in folders.values()))
        for name in names:
            fixture.server.deliver(f"New in {name}", mailbox=name)
        await fixture.until(lambda: len(arrivals()) == len(names))
        assert arrivals() == sorted(f"New in {name}" for name in names)
        await fixture.until(lambda: refusals() > 0)  # Dovecot may write its log later than it answers
        assert refusals() <= 2, "the limit was learnt from the first two that were too many"
        assert not waits(INBOX)
        assert all(waits(name) for name in names[1:])
        assert folders[INBOX].is_watching
        assert not any(
            isinstance(status, NeedsCredentials) for folder in folders.values() for status in folder.statuses
        )
    finally:
        for folder in folders.values():
            await folder.watcher.stop()
        await fixture.close()


async def control(reactor: Any) -> None:
    """The control socket, as a client in another thread sees it."""
    import json
    import socket

    from twisted.internet.threads import deferToThread

    path = Path(tempfile.mkdtemp(prefix="control-", dir="/tmp")) / "socket"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))

    def ask() -> bytes:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(20)
            client.connect(str(path))
            client.sendall(b'{"do": "status"}\n{"do": 2}\n')
            return client.makefile("rb").readline() + client.makefile("rb").read(0)

    port = listen_control(reactor, str(path), lambda request: {"echo": request}, lambda _push: lambda: None)
    try:
        assert path.stat().st_mode & 0o777 == 0o600
        reply = await deferToThread(ask)
        assert json.loads(reply) == {"echo": {"do": "status"}}
    finally:
        await port.stopListening()
        path.unlink(missing_ok=True)
        path.parent.rmdir()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario
    for scenario in (
        push,
        others,
        marking,
        restart,
        hung,
        password,
        mechanisms,
        hashed,
        not_here,
        certificates,
        plain_only,
        starttls,
        gone,
        polling,
        subjects,
        check,
        large,
        too_many_connections,
        turns,
        control,
    )
}


def run_one(scenario: Callable[[Any], Awaitable[None]]) -> int:
    """Run one scenario; 0 when it went well."""
    from twisted.internet import reactor
    from twisted.internet.defer import Deferred

    failed: list[str] = []

    def run() -> None:
        done = Deferred.fromCoroutine(scenario(reactor))
        done.addErrback(lambda failure: failed.append("".join(traceback.format_exception(failure.value))))
        done.addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(run)
    reactor.run()
    sys.stderr.write("".join(failed))
    sys.stderr.flush()
    return bool(failed)


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
