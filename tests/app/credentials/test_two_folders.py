"""One password for two folders: real watchers, secret store and questions, on connections in memory."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.app.credentials.test_secret_store import Queued
from tests.app.test_message_actions_and_prompts import FakeWindows
from tests.fakes.ports import FakeSecrets, FakeStore
from tests.net.accounts import TLS
from tests.net.wire import Reactor
from tray.app.accounts.account_watch import AccountWatch
from tray.app.accounts.watcher_factory import WatcherFactory
from tray.app.credentials.secret_store import SecretStore
from tray.app.prompts import Prompts
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Connecting, NeedsCredentials, Problem, ProblemKind

NOTHING = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "Enter the password."))


class World:
    """An account with two folders, each with a connection of its own."""

    def __init__(self, source, tmp_path):
        self.reactor, self.secrets, self.keyring = Reactor(), FakeSecrets(), Queued()
        self.reactor.names = {TLS.host: ["192.0.2.1"]}
        self.secret_store = SecretStore(self.secrets, self.keyring, self.keyring)
        self.windows = FakeWindows()
        account = replace(TLS, secret=source, mailboxes=(INBOX, MailboxName("Lists")))
        self.watchers = WatcherFactory(
            self.reactor,
            FakeStore(),
            secret_store=self.secret_store,
            announcements=SimpleNamespace(state=lambda *_: None),
            gate=None,
        )
        self.credentials = Prompts(self.secret_store, None, self.windows, None, pytest.fail)
        self.watch = AccountWatch(
            account, 5, self.make_apart, self.credentials.status_changed, self.reactor.seconds
        )

    def make_apart(self, *arguments):
        """The watcher of a folder, as one of those that share no connection."""
        self.watchers._connections.clear()
        return self.watchers.make(*arguments)

    def work(self):
        """The thread answers what it was asked, and the log-ins, which are spread, begin."""
        self.keyring.work()
        self.reactor.advance(1)

    def greet(self):
        """The next connection is made, and sends what it logs in with: the wire, and that."""
        wire = self.reactor.accept()
        wire.protocol.handshakeCompleted()
        wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
        line, _ = wire.sent()  # EXAMINE is in the same write
        wire.tag = line.split()[0]
        return wire, line

    def refuse(self, wire):
        wire.s(f"{wire.tag} NO [AUTHENTICATIONFAILED] no")

    def answer(self, text, *, remember=False):
        """The user types into the question that is open."""
        self.windows.questions[-1][2](Secret(text), remember)


def sent(world):
    """What the connections that are asked for log in with."""
    lines = []
    while world.reactor.tcpClients:
        wire, line = world.greet()
        lines.append((wire, line.split()[-1]))
    return lines


@pytest.fixture
def world(request, tmp_path):
    world = World(request.param, tmp_path)
    yield world
    world.watch.stop()
    world.reactor.pump([3, 0])


@pytest.mark.parametrize("world", [SecretSource.ASK, SecretSource.KEYRING], indirect=True)
def test_what_was_typed_for_two_folders_is_asked_for_once_and_used_by_both(world):
    world.secrets.error = NOTHING
    world.watch.start()
    world.work()
    assert isinstance(world.watch.status, NeedsCredentials)
    if world.watch.account.secret is SecretSource.KEYRING:
        world.credentials.ask_credentials_or_retry(world.watch)
    asked = len(world.windows.questions)
    world.answer("right")
    world.work()
    (_, one), (_, two) = sent(world)
    assert one == two
    assert isinstance(world.watch.status, Connecting)
    assert len(world.windows.questions) == asked
    assert world.secret_store.remembers(TLS.id)


@pytest.mark.parametrize("world", [SecretSource.KEYRING], indirect=True)
def test_a_refusal_that_comes_late_is_one_of_the_old_password(world):
    """The new one is tried at once by the folder that was still on its way with the old one."""
    world.secrets.kept[TLS.id] = Secret("old")
    world.watch.start()
    world.work()
    (first, old), (second, _) = sent(world)
    world.refuse(first)
    assert not world.secret_store.remembers(TLS.id)
    world.credentials.ask_credentials_or_retry(world.watch)
    world.answer("new")
    world.work()
    world.refuse(second)
    assert world.secret_store.remembers(TLS.id)
    world.work()
    (third, new), (fourth, also_new) = sent(world)
    assert old != new == also_new
    world.refuse(third)
    world.refuse(fourth)
    assert not world.secret_store.remembers(TLS.id)
    world.work()
    assert not world.reactor.tcpClients
    assert isinstance(world.watch.status, NeedsCredentials)


@pytest.mark.parametrize("world", [SecretSource.KEYRING], indirect=True)
def test_what_is_typed_while_the_keyring_is_asked_is_what_both_log_in_with(world):
    """Its prompt was open; what it has is older."""
    world.secrets.kept[TLS.id] = Secret("old")
    world.watch.start()
    world.credentials.ask_credentials_or_retry(world.watch)
    world.answer("new", remember=True)
    world.work()
    (_, one), (_, two) = sent(world)
    world.watch.stop()
    world.reactor.pump([3, 0])
    assert one == two
    assert world.secrets.kept == {TLS.id: Secret("new")}
    assert world.secret_store.remembers(TLS.id)
