"""OAuth 2 of a profile: access tokens for whoever logs in, and by what a provider knows us."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import account
from tray.app.credentials.secret_store import SecretStore
from tray.app.credentials.sign_in import SignIn
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.oauth.flows import OAuthClientCredentials, TokenSet
from tray.mail.settings.oauth_clients import OAuthClient, OAuthProvider

WORK = account("work", secret=SecretSource.OAUTH, login=Login.TOKEN, oauth="own")
OWN = OAuthClient("own", "client", authorize="https://o.org/a", token="https://o.org/t", scopes=("mail",))
NOW = 1_000_000.0
NOTHING = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is none."))
LOCKED = KeyringUnavailable(Problem(ProblemKind.NO_SECRET, "The keyring is locked."))


class Fixture:
    """Sign-ins with the clients and the keyring of a test."""

    def __init__(self):
        self.secrets, self.clients = FakeSecrets(), [OWN]
        self.secret_store = SecretStore(self.secrets, AtOnce(), AtOnce())
        self.sign_in = SignIn(Clock(), self.secret_store, lambda: self.clients, now=lambda: NOW)

    def credentials(self, client):
        """By what its provider knows us, or the sentence that says why not."""
        self.clients = [client]
        try:
            return given(self.sign_in.client_credentials(client.id))
        except SecretUnavailable as unavailable:
            return unavailable.problem.sentence


@pytest.fixture
def fixture():
    return Fixture()


def given(coroutine):
    out = []
    Deferred.fromCoroutine(coroutine).addBoth(out.append)
    if hasattr(out[0], "raiseException"):
        out[0].raiseException()
    return out[0]


def test_a_watcher_gets_the_access_token_and_never_what_is_kept(fixture):
    fixture.secrets.kept["work"] = TokenSet("own", "first", NOW, NOW + 3600, "r").to_secret()
    assert given(fixture.secret_store.login_secret(WORK)).reveal() == "first"
    draft = TokenSet("own", "draft", NOW, NOW + 3600, "r").to_secret()
    assert given(fixture.secret_store.login_secret(WORK, draft)).reveal() == "draft"


def test_a_new_sign_in_takes_the_place_of_the_old_one(fixture):
    fixture.secrets.kept["work"] = TokenSet("own", "first", NOW, NOW + 3600, "r").to_secret()
    given(fixture.secret_store.login_secret(WORK))
    fixture.secret_store.write(WORK, TokenSet("own", "second", NOW, NOW + 3600, "r").to_secret())
    assert given(fixture.secret_store.login_secret(WORK)).reveal() == "second"
    fixture.secret_store.remove(WORK)
    fixture.secrets.error = NOTHING
    with pytest.raises(SecretUnavailable):
        given(fixture.secret_store.login_secret(WORK))


def test_a_change_before_the_first_sign_in_is_none_of_its_business(fixture):
    fixture.secret_store.write(account("plain"), Secret("password"))
    assert given(fixture.secret_store.login_secret(account("plain"))) == Secret("password")
    assert given(fixture.secret_store.login_secret(account("plain"), Secret("typed"))) == Secret("typed")


def test_an_account_behind_a_proxy_asks_through_it_with_its_password(fixture):
    """That which is kept, or which the dialog or the command line has."""
    behind = replace(WORK, proxy="socks5://joe@localhost:1")
    asked = []

    async def typed(proxy):
        asked.append(proxy.id)
        return Secret("typed")

    fixture.secrets.error = NOTHING
    with pytest.raises(SecretUnavailable):
        given(fixture.sign_in.token_endpoint(behind))
    given(fixture.sign_in.token_endpoint(behind, typed))
    given(SignIn(Clock(), fixture.secret_store, list, typed).token_endpoint(behind))
    assert len(asked) == 2


def test_by_what_a_provider_knows_us_stands_in_the_settings(fixture):
    provider = OAuthProvider("own", "own", "https://o.org/a", "https://o.org/t", scopes=("mail",))
    assert fixture.credentials(OWN) == OAuthClientCredentials(provider, "client")
    fixture.secrets.kept["oauth/own"] = Secret("hush")
    confidential = replace(OWN, has_secret=True)
    assert fixture.credentials(confidential) == OAuthClientCredentials(provider, "client", Secret("hush"))
    assert fixture.credentials(OAuthClient("google", "c")).provider.name == "Google"


def test_what_the_settings_do_not_say_is_said(fixture):
    with pytest.raises(SecretUnavailable, match="no client id for Google"):
        given(fixture.sign_in.client_credentials("google"))
    with pytest.raises(SecretUnavailable, match="no client id for nobody"):
        given(fixture.sign_in.client_credentials("nobody"))
    assert "not known" in fixture.credentials(OAuthClient("other", "c"))


def test_a_client_secret_that_is_missing_is_told_from_a_keyring_that_is_locked(fixture):
    confidential = replace(OWN, has_secret=True)
    fixture.secrets.error = NOTHING
    assert "client secret for own" in fixture.credentials(confidential)
    fixture.secrets.error = LOCKED
    assert fixture.credentials(confidential) == "The keyring is locked."
