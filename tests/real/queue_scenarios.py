"""The queue of actions, the watchers and a real Dovecot behind a proxy of faults; see `action_scenarios`.

``python -m tests.real.queue_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.chaos.proxy import FaultProxy
from tests.fakes.ports import FakeToasts
from tests.real.action_scenarios import WITHOUT_MOVE, ActionFixture
from tests.real.scenarios import run_one
from tray.app.accounts.mail_service import MailService
from tray.app.accounts.pending_actions import PendingActions
from tray.app.accounts.watcher_factory import WatcherFactory
from tray.app.actions import action_queue
from tray.app.actions.action_queue import ActionQueue
from tray.app.actions.all_mail import AllMail
from tray.app.actions.message_search import MessageSearch
from tray.app.actions.unwatched import UnwatchedMailboxes
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.notification_center import NotificationCenter
from tray.desktop.storage.state_store import StateStore
from tray.imap.types import INBOX, MailboxName, Uid
from tray.mail.model.action import MessageAction
from tray.mail.model.message import MessageKey
from tray.mail.model.secret import Secret
from tray.mail.model.status import Watching
from tray.mail.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.app.accounts.account_watch import AccountWatch
    from tray.mail.model.account import Account
    from tray.mail.model.action import RefusedAction

SEED = 3
"""With it a COPY is cut off behind its execution, and another one before; set another by a second argument."""


class Secrets:
    """The right password, at once."""

    def __init__(self, password: str) -> None:
        self._password = password

    async def login_secret(self, _: Account) -> Secret:
        return Secret(self._password)

    async def read(self, account: Account) -> Secret:
        raise AssertionError(account)


class _Gate(NotificationCenter):
    """Lets everything through."""

    def expect_mail(self) -> None:
        pass


class Run:
    """One run of the parts that matter: from a click to the server, and the state on disk."""

    def __init__(self, reactor: Any, account: Account, password: str, path: Path) -> None:
        self.account = account
        self.store = StateStore(path)
        announcements = Announcements(self.store, self.store.load(), self._complain)
        center = _Gate(reactor, FakeToasts(), announcements)
        secrets: Any = Secrets(password)
        watchers = WatcherFactory(
            reactor,
            self.store,
            secret_store=secrets,
            announcements=announcements,
            gate=center,  # type: ignore[arg-type]
        )
        self.pending = PendingActions(self.store)
        self.service = MailService(
            Settings(accounts=(account,), titles=50),
            make_watcher=watchers.make,
            announcements=announcements,
            pending=self.pending,
            gate=center,  # type: ignore[arg-type]
            now=time.time,
            changed=lambda: None,
            confirmed=lambda: None,
            status_changed=self._status_changed,
        )
        watchers.connect(self.service)
        self.refused: list[RefusedAction] = []
        self.searches = MessageSearch(self.service, AllMail(reactor, secrets))
        self.queue = ActionQueue(
            reactor,
            self.pending,
            self.service,
            announcements,
            lambda: None,
            lambda refused: self.refused.append(refused[0]),
            UnwatchedMailboxes(reactor, secrets),
            self.searches,
        )
        self.service.start()

    def _status_changed(self, watch: AccountWatch) -> None:
        self.queue.on_status(watch)

    @staticmethod
    def _complain(sentence: str) -> None:
        raise AssertionError(sentence)

    @property
    def watching(self) -> bool:
        watch = self.service.watch(self.account.id)
        return watch is not None and isinstance(watch.status, Watching)

    @property
    def lines(self) -> list[Any]:
        return list(self.service.summary().accounts[0].latest)

    def key(self, subject: str) -> MessageKey:
        return next(line.key for line in self.lines if line.subject == subject)

    def shows(self, subject: str) -> bool:
        return any(line.subject == subject for line in self.lines)

    def kill(self) -> Any:
        """End it as kill -9 does: nothing more is written."""
        self.queue.stop()
        self.store.close()
        self.store.save_actions = self.store.delete_actions = lambda _: None  # type: ignore[method-assign]
        self.store.save = lambda *_: None  # type: ignore[method-assign]
        for watch in self.service.watches:
            for watched in watch._mailboxes.values():
                if watched.watcher._protocol is not None:
                    watched.watcher._protocol.transport.abortConnection()
        return self.service.stop()


class QueueFixture(ActionFixture):
    """A server behind a proxy, a state file, and runs of the program's parts one after the other."""

    def __init__(self, reactor: Any, **options: Any) -> None:
        super().__init__(reactor, **options)
        self.proxy = FaultProxy(self.server.port_tls)
        self.proxy.__enter__()
        self.account = replace(self.account, port=self.proxy.port)
        self._folder = tempfile.TemporaryDirectory(prefix="queue-")
        self.run: Run | None = None
        self.server.imap().create("Archive")
        action_queue.UNDO_SECONDS = 0.0  # type: ignore[attr-defined]

    async def start(self) -> Run:
        path = Path(self._folder.name) / "state.sqlite3"
        self.run = Run(self.reactor, self.account, self.password, path)
        await self.until(lambda: self.run is not None and self.run.watching)
        return self.run

    async def shown(self, run: Run, subject: str) -> None:
        await self.until(lambda: run.shows(subject))

    async def done(self, run: Run) -> None:
        await self.until(lambda: not run.pending.of(self.account.id))

    async def close(self) -> None:
        try:
            if self.run is not None:
                self.run.queue.stop()
                await self.run.service.stop()
                self.run.store.close()
        finally:
            self.proxy.__exit__()
            self._folder.cleanup()
            self.server.close()


async def _histories(reactor: Any, **options: Any) -> None:
    """Archive mails while connections are cut at any byte, the server is away, and the program is killed."""
    chance = random.Random(SEED)
    fixture = QueueFixture(reactor, **options)
    try:
        run = await fixture.start()
        subjects = [f"Mail {number}" for number in range(16)]
        for subject in subjects:
            fixture.server.deliver(subject)
            await fixture.shown(run, subject)
            fault = chance.choice(["cut", "cut", "cut", "outage", "kill"])
            if fault == "cut":
                fixture.proxy.cut(chance.randrange(1, 2500))
            elif fault == "outage":
                fixture.proxy.refuse()
                fixture.proxy.reset()
            run.queue.act(MessageAction.ARCHIVE, [run.key(subject)])
            assert not run.shows(subject)
            if fault == "kill":
                await _moment(reactor, chance.uniform(0.0, 0.03))
                await run.kill()
                run = await fixture.start()
            elif fault == "outage":
                await _moment(reactor, 0.1)
            fixture.proxy.heal()
            run.service.check_now()
            await fixture.done(run)
            assert fixture.folder("INBOX") == [], (fault, subject)
            assert fixture.folder("Archive") == sorted(subjects[: subjects.index(subject) + 1]), fault
        assert run.refused == []
    finally:
        await fixture.close()


async def _moment(reactor: Any, seconds: float) -> None:
    from twisted.internet.task import deferLater

    await deferLater(reactor, seconds, lambda: None)


async def faults_with_move(reactor: Any) -> None:
    """By MOVE each mail ends in exactly one place, once, whatever happens between click and answer."""
    await _histories(reactor)


async def faults_without_move(reactor: Any) -> None:
    """By COPY and UID EXPUNGE, too."""
    await _histories(reactor, capability=WITHOUT_MOVE)


async def followed(reactor: Any) -> None:
    """What another program reads, flags or deletes is shown at once; and actions on folders that are not watched."""
    fixture = QueueFixture(reactor)
    try:
        for number in range(1, 4):
            fixture.server.deliver(f"Mail {number}")
        fixture.server.deliver("Found", mailbox="Lists")
        run = await fixture.start()
        client = fixture.server.imap("INBOX")
        client.store("3", "+FLAGS", "(\\Flagged)")
        await fixture.until(lambda: run.lines[0].flagged)
        client.store("3", "-FLAGS", "(\\Flagged)")
        await fixture.until(lambda: not run.lines[0].flagged)
        client.store("2", "+FLAGS", "(\\Seen)")
        await fixture.until(lambda: run.service.summary().unseen == 2)
        client.store("1", "+FLAGS", "(\\Deleted)")
        await fixture.until(lambda: not run.shows("Mail 1"))
        assert run.service.summary().unseen == 1
        client.expunge()
        await fixture.until(lambda: run.service.summary().unseen == 1 and len(run.lines) == 2)
        lists = fixture.server.imap("Lists")
        validity = int(lists.response("UIDVALIDITY")[1][0])
        found = MessageKey(fixture.account.id, MailboxName("Lists"), validity, Uid(1))  # type: ignore[arg-type]
        run.queue.act(MessageAction.FLAG, [found])
        run.queue.act(MessageAction.MOVE, [found], MailboxName("Archive"))
        await fixture.done(run)
        assert fixture.folder("Archive") == ["Found"]
        archive = fixture.server.imap("Archive")
        assert archive.search(None, "FLAGGED")[1] == [b"1"]
        assert run.key("Mail 3").mailbox == INBOX
        assert run.refused == []
    finally:
        await fixture.close()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario for scenario in (faults_with_move, faults_without_move, followed)
}


if __name__ == "__main__":
    SEED = int(sys.argv[2]) if sys.argv[2:] else SEED
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
