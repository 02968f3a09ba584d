"""What hangs holds up nobody else: real threads, real commands, a real file of passwords."""

from __future__ import annotations

import queue
from contextlib import suppress
from types import SimpleNamespace

import pytest
from twisted.internet.defer import Deferred

from tests.fakes.values import account
from tray.app.credentials.secret_store import SecretStore
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import Secret

KEPT = account("file", secret=SecretSource.FILE)


class Reactor:
    """Takes what the threads hand back, and makes the calls while somebody waits for an answer."""

    def __init__(self):
        self._calls = queue.Queue()

    def call_from_thread(self, function, *arguments):
        self._calls.put((function, arguments))

    def until(self, condition):
        while not condition():
            function, arguments = self._calls.get(timeout=20)
            function(*arguments)


@pytest.fixture
def reactor():
    return Reactor()


@pytest.fixture
def secret_store(reactor, tmp_path):
    paths = SimpleNamespace(keyring_service="mailbell-test", secret_file=tmp_path / "secrets.json")
    secret_store = SecretStore.of_profile(reactor.call_from_thread, paths)
    yield secret_store
    secret_store.close()


def command(name, text):
    return account(name, secret=SecretSource.COMMAND, password_command=text)


def ask(secret_store, whom):
    out = []
    Deferred.fromCoroutine(secret_store.login_secret(whom)).addBoth(out.append)
    return out


def test_commands_that_hang_hold_up_neither_other_commands_nor_a_file(secret_store, reactor, tmp_path):
    begun = tmp_path / "begun"
    hanging = [ask(secret_store, command(f"h{number}", f"echo >> {begun}; sleep 300")) for number in range(3)]
    good = ask(secret_store, command("good", "echo right"))
    secret_store.write(KEPT, Secret("written"))
    secret_store.forget(KEPT.id)
    kept = ask(secret_store, KEPT)
    nobody = ask(secret_store, account("ask", secret=SecretSource.ASK))
    reactor.until(lambda: good and kept and nobody)
    assert (good, kept) == ([Secret("right")], [Secret("written")])
    assert hanging == [[], [], []]


def test_the_folders_of_an_account_share_a_command_that_runs(secret_store, reactor, tmp_path):
    """It may ask for a passphrase: once is enough. Who comes later gets what it prints then."""
    runs, gate = tmp_path / "runs", tmp_path / "gate"
    whom = command("work", f"echo >> {runs}; until [ -e {gate} ]; do sleep 0.01; done; wc -l < {runs}")
    both = [ask(secret_store, whom), ask(secret_store, whom)]
    gone = Deferred.fromCoroutine(secret_store.login_secret(whom))
    gone.addErrback(lambda _: None)
    gone.cancel()
    gate.touch()
    reactor.until(lambda: all(both))
    assert [answer[0].reveal().strip() for answer in both] == ["1", "1"]
    later = ask(secret_store, whom)
    reactor.until(lambda: later)
    assert later[0].reveal().strip() == "2"


def test_a_command_that_was_changed_is_not_waited_for(secret_store, reactor):
    old = ask(secret_store, command("work", "sleep 300"))
    new = ask(secret_store, command("work", "echo right"))
    reactor.until(lambda: new)
    assert (old, new) == ([], [Secret("right")])


def test_a_file_is_written_in_the_order_in_which_it_was_asked_for(secret_store, reactor):
    """The password that was typed last is the one that is there after a restart."""
    done = []
    for number in range(20):
        secret_store.write(KEPT, Secret(str(number))).addBoth(done.append)
    reactor.until(lambda: len(done) == 20)
    secret_store.forget(KEPT.id)
    kept = ask(secret_store, KEPT)
    reactor.until(lambda: kept)
    assert kept == [Secret("19")]


def test_nothing_is_heard_after_the_end(secret_store, reactor):
    out = ask(secret_store, command("work", "sleep 300"))
    secret_store.close()
    with suppress(queue.Empty):
        while True:
            function, arguments = reactor._calls.get(timeout=0)
            function(*arguments)
    assert out == []
