"""Secrets are fetched in a thread, kept where that is right, and never shown."""

from __future__ import annotations

import threading

import pytest
from twisted.internet.defer import Deferred

from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import account
from tray.app.blocking import BlockingThread
from tray.app.vault import Vault
from tray.mail.account import SecretSource
from tray.mail.secret import Secret, SecretUnavailable
from tray.mail.status import Trouble, TroubleKind

WORK = account("work")
NONE = SecretUnavailable(Trouble(TroubleKind.NO_SECRET, "There is no keyring."))


@pytest.fixture
def secrets():
    secrets = FakeSecrets()
    secrets.kept["work"] = Secret("first")
    return secrets


@pytest.fixture
def vault(secrets):
    return Vault(secrets, AtOnce())


def result(coroutine):
    out = []
    Deferred.fromCoroutine(coroutine).addBoth(out.append)
    (value,) = out
    return value


def test_a_keyring_secret_is_asked_for_once(vault, secrets):
    """A reconnect must not depend on a keyring that was locked meanwhile."""
    assert result(vault.get(WORK)) == Secret("first")
    secrets.error = NONE
    assert result(vault.get(WORK)) == Secret("first")


def test_a_command_is_run_anew_each_time(vault, secrets):
    """The tokens that it prints expire."""
    command = account("work", secret=SecretSource.COMMAND, password_command="true")
    assert result(vault.get(command)) == Secret("first")
    secrets.kept["work"] = Secret("second")
    assert result(vault.get(command)) == Secret("second")


def test_a_refused_secret_is_fetched_again(vault, secrets):
    """The user may have changed it in the keyring."""
    result(vault.get(WORK))
    secrets.kept["work"] = Secret("second")
    vault.drop("work")
    assert result(vault.get(WORK)) == Secret("second")


def test_what_cannot_be_kept_is_used_until_we_end(vault, secrets):
    """And whoever asked hears why."""
    secrets.error = NONE
    kept = []
    vault.put(WORK, Secret("typed")).addErrback(lambda failure: kept.append(failure.value))
    assert kept == [NONE]
    assert result(vault.get(WORK)) == Secret("typed")


@pytest.mark.expects_log("A secret could not be removed: SecretUnavailable")
def test_forgetting_fails_softly(vault, secrets):
    """The account is gone in any case."""
    secrets.error = NONE
    vault.forget(WORK)


def test_a_secret_shows_itself_to_nobody():
    """Nor in a traceback's locals."""
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret!r} {secret} {secret!s} {[secret]}"


class Turnstile:
    """Stands for the reactor: takes calls from the thread, and makes them when the test says so."""

    def __init__(self):
        self.calls = []
        self.came = threading.Semaphore(0)

    def __call__(self, function, *arguments):
        self.calls.append((function, arguments))
        self.came.release()

    def turn(self):
        assert self.came.acquire(timeout=10)
        function, arguments = self.calls.pop(0)
        function(*arguments)


def test_blocking_calls_run_one_after_the_other_in_a_thread_of_their_own():
    """Two keyring prompts at once would confuse a person."""
    turnstile = Turnstile()
    thread = BlockingThread(turnstile, "test")
    out = []
    for number in range(2):
        thread.run(lambda number=number: (number, threading.current_thread().name)).addBoth(out.append)
    assert out == []
    turnstile.turn()
    turnstile.turn()
    assert out == [(0, "test"), (1, "test")]


def test_what_a_blocking_call_raises_arrives_as_a_failure():
    """It belongs to whoever waits."""
    turnstile = Turnstile()
    thread = BlockingThread(turnstile, "test")
    out = []

    def refuse():
        raise NONE

    thread.run(refuse).addErrback(lambda failure: out.append(failure.value))
    turnstile.turn()
    assert out == [NONE]


def test_a_call_that_hangs_does_not_hold_up_the_exit():
    """A keyring prompt that nobody answers."""
    turnstile = Turnstile()
    thread = BlockingThread(turnstile, "hanging")
    gate = threading.Event()
    out = []
    thread.run(gate.wait).addBoth(out.append)
    (hanging,) = (each for each in threading.enumerate() if each.name == "hanging")
    assert hanging.daemon
    thread.close()
    gate.set()
    hanging.join(10)
    assert out == []
