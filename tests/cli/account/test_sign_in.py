"""Signing in on a terminal: not begun where it could not be kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock

from tests.fakes.ports import AtOnce
from tests.fakes.values import account
from tests.net.wire import result
from tray.cli.account import sign_in
from tray.cli.credentials import ProfileCredentials
from tray.cli.exit_codes import OTHER, CommandFailed
from tray.desktop.storage.paths import for_profile
from tray.mail.model.account import Login, SecretSource
from tray.mail.settings.oauth_clients import OAuthClient
from tray.mail.settings.settings import Settings

WORK = replace(account("work"), secret=SecretSource.OAUTH, login=Login.TOKEN, oauth="own")
OWN = OAuthClient(
    "own",
    "client",
    authorize="https://o.org/a",
    token="https://o.org/t",
    device="https://o.org/d",
    scopes=("mail",),
)


@pytest.mark.parametrize("device", [False, True])
@pytest.mark.parametrize(
    ("keyring", "said"), [("fail", "There is no keyring"), ("null", "does not keep what it is given")]
)
def test_no_browser_is_opened_where_the_sign_in_could_not_be_kept(
    tmp_path, monkeypatch, keyring, said, device
):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"keyring.backends.{keyring}.Keyring")
    monkeypatch.setattr(sign_in, "_tell", pytest.fail)
    reactor = MemoryReactorClock()
    reactor.callFromThread = pytest.fail
    credentials = ProfileCredentials(
        reactor, for_profile(tmp_path / "p"), Settings(accounts=(WORK,), oauth=(OWN,))
    )
    credentials.secret_store._keyring = AtOnce()
    (failure,) = result(Deferred.fromCoroutine(sign_in.on_terminal(credentials, WORK, device=device)))
    assert isinstance(failure, CommandFailed)
    assert failure.code == OTHER
    assert said in str(failure)
    assert "was not begun" in str(failure)
    assert not reactor.tcpServers
    assert not reactor.tcpClients
