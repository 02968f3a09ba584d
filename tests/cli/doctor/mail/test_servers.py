"""The tests of the accounts: no prompt, and no server without a limit."""

from __future__ import annotations

import threading
from unittest import mock

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock

from tests.fakes.values import account
from tray.cli.doctor.mail import servers
from tray.cli.doctor.mail.servers import NotTried, Tests, silent_secret
from tray.desktop.secrets import file as secret_file
from tray.desktop.secrets import keyring
from tray.desktop.storage.paths import planned
from tray.mail.model.account import SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import CheckResult, CheckStep


@pytest.fixture
def paths(tmp_path):
    return planned(tmp_path)


@pytest.mark.parametrize("source", [SecretSource.COMMAND, SecretSource.ONLINE, SecretSource.ASK])
def test_what_may_ask_something_is_left_out(source, paths, tmp_path):
    """No command is run, either."""
    command = f"touch {tmp_path / 'ran'}"
    with pytest.raises(NotTried):
        silent_secret(paths, account(secret=source, password_command=command))
    assert not (tmp_path / "ran").exists()


def test_a_secret_in_the_file_is_read(paths):
    own = account(secret=SecretSource.FILE)
    with pytest.raises(SecretUnavailable) as raised:
        silent_secret(paths, own)
    assert not isinstance(raised.value, NotTried)
    secret_file.write(paths.secret_file, own.id, Secret("s3cret"))
    assert silent_secret(paths, own) == Secret("s3cret")


@pytest.mark.parametrize("source", [SecretSource.KEYRING, SecretSource.OAUTH])
def test_a_locked_keyring_is_left_alone(source, paths, monkeypatch):
    def locked(_service, _account):
        raise KeyringUnavailable.because("The keyring is locked.", "Unlock it.")

    monkeypatch.setattr(keyring, "read_silently", locked)
    monkeypatch.setattr(keyring, "read", None)
    with pytest.raises(NotTried, match="The keyring is locked"):
        silent_secret(paths, account(secret=source))


def test_a_password_in_an_open_keyring_is_used_and_a_sign_in_is_not_renewed(paths, monkeypatch):
    monkeypatch.setattr(keyring, "read_silently", lambda _service, _account: Secret("s3cret"))
    assert silent_secret(paths, account()) == Secret("s3cret")
    with pytest.raises(NotTried):
        silent_secret(paths, account(secret=SecretSource.OAUTH))


def test_a_keyring_that_hangs_is_not_mistaken_for_a_server_that_does():
    """The log-in is left out; the test of the server goes on until there."""
    reactor, gate = MemoryReactorClock(), threading.Event()
    reactor.callFromThread = lambda *_: None  # the answer comes too late

    class Check:
        def __init__(self, _reactor, own, secret, on_step, _proxy):
            self.own, self.secret, self.on_step = own, secret, on_step

        async def run(self):
            try:
                await self.secret(self.own)
            except SecretUnavailable as error:
                self.on_step(CheckResult(CheckStep.LOGIN, str(error), error.problem))

    tests = Tests(reactor, lambda _account: gate.wait(60), 10)
    with mock.patch.object(servers, "AccountCheck", Check):
        done = Deferred.fromCoroutine(tests.run([account()]))
    reactor.advance(5)
    gate.set()
    (test,) = done.result
    assert not test.late
    assert test.not_tried == "Its password could not be read in time."


def test_what_is_not_there_is_a_problem(paths, monkeypatch):
    monkeypatch.setattr(keyring, "read_silently", lambda _service, _account: None)
    monkeypatch.setattr(keyring, "read", lambda _service, _account: None)
    for source in (SecretSource.KEYRING, SecretSource.OAUTH):
        with pytest.raises(SecretUnavailable) as raised:
            silent_secret(paths, account(secret=source))
        assert not isinstance(raised.value, NotTried)
