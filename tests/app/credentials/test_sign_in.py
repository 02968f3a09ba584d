"""OAuth2 in the running program: what the dialogs ask for, and what the watchers get."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred

from tests.app.credentials.test_secret_store import Queued
from tests.app.settings.test_settings_service import Office
from tests.fakes.ports import AtOnce
from tests.fakes.values import account
from tray.app.credentials.sign_in import SignIn
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind, ProxyFault
from tray.mail.oauth.token_set import TokenSet
from tray.mail.settings.oauth_clients import OAuthClient
from tray.mail.settings.open_message import OpenUrl
from tray.mail.settings.settings import SettingsError
from tray.net.errors import ProxyFailed

WORK = account("work", secret=SecretSource.OAUTH, login=Login.TOKEN, oauth="own")
OWN = OAuthClient("own", "client", authorize="https://o.org/a", token="https://o.org/t", scopes=("mail",))
NOW = 1_000_000.0
NOTHING = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is none."))


class Bureau:
    """The sign-ins, with the settings and the keyring of a test."""

    def __init__(self):
        self.office = Office()
        self.secret_store, self.secrets, self.desk = (
            self.office.secret_store,
            self.office.secrets,
            self.office.desk,
        )
        self.desk.current = replace(self.desk.current, oauth=(OWN,))
        self.opened, self.browser, self.now = [], True, NOW
        self.sign_ins = SignIn(self.office.clock, self.secret_store, self.desk, self, lambda: self.now)
        self.service = self.sign_ins.service()

    def open(self, how, failed):
        self.opened.append(how)
        if not self.browser:
            failed("No browser.")


@pytest.fixture
def bureau():
    return Bureau()


def given(coroutine):
    out = []
    Deferred.fromCoroutine(coroutine).addBoth(out.append)
    if hasattr(out[0], "raiseException"):
        out[0].raiseException()
    return out[0]


def test_whom_one_can_sign_in_with(bureau):
    known = {each.id for each in bureau.service.known()}
    assert {"own", "google", "microsoft"} <= known
    assert (bureau.service.ready("own"), bureau.service.ready("google")) == (True, False)
    assert bureau.service.for_host("imap.gmail.com") == ("google", False)
    assert bureau.service.for_host("outlook.office365.com") == ("microsoft", True)
    assert bureau.service.for_host("mail.example.org") == ("", False)


def test_a_page_is_opened_and_a_browser_that_is_missing_is_told(bureau):
    told = []
    bureau.service.open_page("https://o.org/", lambda: told.append("failed"))
    assert (bureau.opened, told) == ([OpenUrl("https://o.org/")], [])
    bureau.browser = False
    bureau.service.open_page("https://o.org/", lambda: told.append("failed"))
    assert told == ["failed"]


def test_a_watcher_gets_the_access_token_and_never_what_is_kept(bureau):
    bureau.secrets.kept["work"] = TokenSet("own", "first", NOW, NOW + 3600, "r").to_secret()
    assert given(bureau.secret_store.login_secret(WORK)).reveal() == "first"
    draft = TokenSet("own", "draft", NOW, NOW + 3600, "r").to_secret()
    assert given(bureau.secret_store.login_secret(WORK, draft)).reveal() == "draft"


def test_a_new_sign_in_takes_the_place_of_the_old_one(bureau):
    bureau.secrets.kept["work"] = TokenSet("own", "first", NOW, NOW + 3600, "r").to_secret()
    given(bureau.secret_store.login_secret(WORK))
    bureau.secret_store.write(WORK, TokenSet("own", "second", NOW, NOW + 3600, "r").to_secret())
    assert given(bureau.secret_store.login_secret(WORK)).reveal() == "second"
    bureau.secret_store.remove(WORK)
    bureau.secrets.error = NOTHING
    with pytest.raises(SecretUnavailable):
        given(bureau.secret_store.login_secret(WORK))


def test_other_accounts_are_none_of_its_business(bureau):
    plain = account("plain")
    bureau.secrets.kept["plain"] = Secret("password")
    assert given(bureau.secret_store.login_secret(plain)) == Secret("password")
    assert given(bureau.secret_store.login_secret(plain, Secret("typed"))) == Secret("typed")


def test_a_client_id_goes_to_the_settings_and_its_secret_to_the_keyring(bureau):
    done = []
    bureau.service.set_client("google", "mine", Secret("hush"), done.append)
    assert done == [None]
    assert bureau.desk.current.oauth == (OWN, OAuthClient("google", "mine", has_secret=True))
    assert bureau.secrets.kept["oauth/google"] == Secret("hush")
    bureau.service.set_client("google", "other", None, done.append)
    assert bureau.desk.current.oauth[1] == OAuthClient("google", "other")
    assert "oauth/google" not in bureau.secrets.kept


def test_what_cannot_be_kept_is_said_and_changes_nothing(bureau):
    done = []
    bureau.secrets.error = SecretUnavailable(
        Problem(ProblemKind.NO_SECRET, "There is no keyring.", "Start one.")
    )
    bureau.service.set_client("google", "mine", Secret("hush"), done.append)
    bureau.secrets.error = None
    bureau.office.file.error = SettingsError("The disk is full.")
    bureau.service.set_client("google", "mine", None, done.append)
    assert done == ["There is no keyring. Start one.", "The disk is full."]
    assert bureau.desk.current.oauth == (OWN,)


def test_a_sign_in_that_cannot_begin_says_why(bureau):
    out = []
    cancel = bureau.service.start(WORK, "google", False, pytest.fail, out.append)
    assert "client id" in out[0].sentence
    cancel()
    confidential = replace(OWN, has_secret=True)
    bureau.desk.current = replace(bureau.desk.current, oauth=(confidential,))
    bureau.secrets.error = NOTHING
    bureau.service.start(WORK, "own", False, pytest.fail, out.append)
    assert "client secret" in out[1].sentence
    locked = Problem(ProblemKind.NO_SECRET, "The keyring is locked.")
    bureau.secrets.error = KeyringUnavailable(locked)
    bureau.service.start(WORK, "own", False, pytest.fail, out.append)
    assert out[2] == locked


def test_nobody_signs_in_for_what_cannot_be_kept(bureau, monkeypatch):
    """The browser is opened when it is known that there is a place for the tokens."""
    out = []
    locked = Problem(ProblemKind.NO_SECRET, "The keyring is locked.")
    bureau.secrets.error = KeyringUnavailable(locked)
    bureau.service.start(WORK, "own", False, pytest.fail, out.append)
    assert out == [locked]


@pytest.mark.expects_log("A sign-in failed")
def test_a_fault_of_ours_is_told_as_such(bureau, monkeypatch):
    out = []
    monkeypatch.setattr(bureau.sign_ins, "_program", lambda provider: 1 / 0)
    bureau.service.start(WORK, "own", False, pytest.fail, out.append)
    assert out[0].kind is ProblemKind.INTERNAL


def test_a_proxy_that_is_down_is_told_in_the_dialog_and_no_error_of_ours(bureau, monkeypatch, caplog):
    class BehindProxy:
        async def post(self, url, form):
            raise ProxyFailed(ProxyFault.REFUSED)

    async def server(*_):
        return BehindProxy()

    out = []
    by_code = replace(OWN, device="https://o.org/d")
    bureau.desk.current = replace(bureau.desk.current, oauth=(by_code,))
    monkeypatch.setattr(bureau.sign_ins, "_server", server)
    behind = replace(WORK, proxy="socks5://localhost:1")
    with caplog.at_level(logging.INFO, "tray"):
        bureau.service.start(behind, "own", True, pytest.fail, out.append)
    assert out[0].sentence.startswith("The proxy localhost:1 does not answer")
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_who_cancels_hears_nothing_more(bureau, monkeypatch):
    out, waiting = [], Deferred()
    monkeypatch.setattr(bureau.sign_ins, "_program", lambda provider: waiting)
    cancel = bureau.service.start(WORK, "own", False, out.append, out.append)
    cancel()
    assert out == []


def test_an_account_behind_a_proxy_asks_through_it(bureau):
    behind = replace(WORK, proxy="socks5://localhost:1")
    assert given(bureau.sign_ins._server(behind))
    bureau.sign_ins._changed("work")


@pytest.fixture
def prompt(bureau):
    """A keyring whose prompt is open until `work` is called."""
    bureau.secret_store._keyring = Queued()
    return bureau.secret_store._keyring


def test_what_was_changed_while_the_keyring_kept_a_client_secret_is_not_undone(bureau, prompt):
    """An account may be muted from the tray, and another client be set, while its prompt is open."""
    done = []
    bureau.service.set_client("google", "mine", Secret("hush"), done.append)
    now = bureau.desk.current
    muted = tuple(replace(each, muted=True) for each in now.accounts)
    other = OAuthClient("microsoft", "theirs")
    bureau.desk.apply(replace(now, accounts=muted, oauth=(*now.oauth, other)), {}, done.append)
    prompt.work()
    assert [each.muted for each in bureau.desk.current.accounts] == [True]
    assert bureau.desk.current.oauth == (OWN, other, OAuthClient("google", "mine", has_secret=True))
    assert done == [None, None]


@pytest.mark.parametrize("secret", [None, Secret("newer")])
@pytest.mark.parametrize("kept", [True, False])
def test_of_two_clients_the_one_that_was_set_last_stays(bureau, prompt, secret, kept):
    """However late the keyring is, and whether it keeps the first one's secret or not."""
    done = []
    bureau.service.set_client("google", "first", Secret("hush"), done.append)
    bureau.service.set_client("google", "second", secret, done.append)
    first, *others = prompt.jobs
    if kept:
        AtOnce().run(first[1]).chainDeferred(first[0])
    else:
        first[0].errback(SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is no keyring.", "")))
    prompt.jobs = others
    prompt.work()
    expected = OAuthClient("google", "second", has_secret=secret is not None)
    assert bureau.desk.current.oauth == (OWN, expected)
    assert bureau.secrets.kept == ({} if secret is None else {"oauth/google": secret})
    assert len(done) == 2
    assert (done.count(None) == 2) is kept
