"""Signing in from a dialog: client ids, the sign-in itself, and what is said when it cannot be."""

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
from tray.app.settings.dialog_sign_in import DialogSignIn
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind, ProxyFault
from tray.mail.oauth.flows import OpenPage, TokenSet
from tray.mail.settings.oauth_clients import OAuthClient
from tray.mail.settings.settings import SettingsError
from tray.net.errors import ProxyFailed

WORK = account("work", secret=SecretSource.OAUTH, login=Login.TOKEN, oauth="own")
OWN = OAuthClient("own", "client", authorize="https://o.org/a", token="https://o.org/t", scopes=("mail",))
NOW = 1_000_000.0
NOTHING = SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is none."))


class Fixture:
    """The sign-ins, with the settings and the keyring of a test."""

    def __init__(self):
        self.office = Office()
        self.secret_store, self.secrets, self.settings_service = (
            self.office.secret_store,
            self.office.secrets,
            self.office.settings_service,
        )
        self.settings_service.current = replace(self.settings_service.current, oauth=(OWN,))
        self.opened, self.browser = [], True
        self.sign_in = SignIn(
            self.office.clock, self.secret_store, self.settings_service.oauth_clients, now=lambda: NOW
        )
        self.service = DialogSignIn(self.sign_in, self.secret_store, self.settings_service, self)

    def open(self, how, on_failure):
        self.opened.append(how)
        if not self.browser:
            on_failure("No browser.")


@pytest.fixture
def fixture():
    return Fixture()


def test_whom_one_can_sign_in_with(fixture):
    known = {each.id for each in fixture.service.known()}
    assert {"own", "google", "microsoft"} <= known
    assert (fixture.service.ready("own"), fixture.service.ready("google")) == (True, False)
    assert fixture.service.for_host("imap.gmail.com") == ("google", False)
    assert fixture.service.for_host("outlook.office365.com") == ("microsoft", True)
    assert fixture.service.for_host("mail.example.org") == ("", False)


def test_a_page_is_opened_and_a_browser_that_is_missing_is_told(fixture):
    told = []
    fixture.service.open_page("https://o.org/", lambda: told.append("failed"))
    assert (fixture.opened, told) == (["https://o.org/"], [])
    fixture.browser = False
    fixture.service.open_page("https://o.org/", lambda: told.append("failed"))
    assert told == ["failed"]


def test_a_client_id_goes_to_the_settings_and_its_secret_to_the_keyring(fixture):
    done = []
    fixture.service.set_client("google", "mine", Secret("hush"), done.append)
    assert done == [None]
    assert fixture.settings_service.current.oauth == (OWN, OAuthClient("google", "mine", has_secret=True))
    assert fixture.secrets.kept["oauth/google"] == Secret("hush")
    fixture.service.set_client("google", "other", None, done.append)
    assert fixture.settings_service.current.oauth[1] == OAuthClient("google", "other")
    assert "oauth/google" not in fixture.secrets.kept
    fixture.secrets.error = NOTHING
    fixture.service.set_client("google", "third", None, done.append)  # there is no secret to remove
    assert done == [None] * 3


def test_what_cannot_be_kept_is_said_and_changes_nothing(fixture):
    done = []
    fixture.secrets.error = SecretUnavailable(
        Problem(ProblemKind.NO_SECRET, "There is no keyring.", "Start one.")
    )
    fixture.service.set_client("google", "mine", Secret("hush"), done.append)
    fixture.secrets.error = None
    fixture.office.file.error = SettingsError("The disk is full.")
    fixture.service.set_client("google", "mine", None, done.append)
    assert done == ["There is no keyring. Start one.", "The disk is full."]
    assert fixture.settings_service.current.oauth == (OWN,)


def test_a_sign_in_that_cannot_begin_says_why(fixture):
    out = []
    cancel = fixture.service.start(WORK, "google", False, pytest.fail, out.append)
    assert "client id" in out[0].sentence
    cancel()
    confidential = replace(OWN, has_secret=True)
    fixture.settings_service.current = replace(fixture.settings_service.current, oauth=(confidential,))
    fixture.secrets.error = NOTHING
    fixture.service.start(WORK, "own", False, pytest.fail, out.append)
    assert "client secret" in out[1].sentence
    locked = Problem(ProblemKind.NO_SECRET, "The keyring is locked.")
    fixture.secrets.error = KeyringUnavailable(locked)
    fixture.service.start(WORK, "own", False, pytest.fail, out.append)
    assert out[2] == locked


def test_nobody_signs_in_for_what_cannot_be_kept(fixture, monkeypatch):
    """The browser is opened when it is known that there is a place for the tokens."""
    out = []
    locked = Problem(ProblemKind.NO_SECRET, "The keyring is locked.")
    fixture.secrets.error = KeyringUnavailable(locked)
    fixture.service.start(WORK, "own", False, pytest.fail, out.append)
    assert out == [locked]


@pytest.mark.expects_log("A sign-in failed")
def test_a_fault_of_ours_is_told_as_such(fixture, monkeypatch, caplog):
    out = []
    monkeypatch.setattr(fixture.sign_in, "client_credentials", lambda provider: 1 / 0)
    fixture.service.start(WORK, "own", False, pytest.fail, out.append)
    assert out[0].kind is ProblemKind.INTERNAL
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_proxy_that_is_down_is_told_in_the_dialog_and_no_error_of_ours(fixture, monkeypatch, caplog):
    class BehindProxy:
        async def post(self, url, form):
            raise ProxyFailed(ProxyFault.REFUSED)

    async def server(*_):
        return BehindProxy()

    out = []
    by_code = replace(OWN, device="https://o.org/d")
    fixture.settings_service.current = replace(fixture.settings_service.current, oauth=(by_code,))
    monkeypatch.setattr(fixture.sign_in, "token_endpoint", server)
    behind = replace(WORK, proxy="socks5://localhost:1")
    with caplog.at_level(logging.INFO, "tray"):
        fixture.service.start(behind, "own", True, pytest.fail, out.append)
    assert out[0].sentence.startswith("The proxy localhost:1 refused the connection")
    assert [record.levelname for record in caplog.records] == ["INFO"]


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_sign_in_reports_what_to_do_and_then_its_tokens_unless_it_is_cancelled(
    fixture, monkeypatch, cancelled
):
    progress, out, waiting, tokens = [], [], Deferred(), TokenSet("own", "a-token", NOW)

    async def authorize(_account, _provider, report, **_):
        report(OpenPage("https://o.org/a"))
        try:
            await waiting
        finally:
            report(OpenPage("https://o.org/b"))
        return tokens

    monkeypatch.setattr(fixture.sign_in, "authorize", authorize)
    cancel = fixture.service.start(WORK, "own", False, progress.append, out.append)
    if cancelled:
        cancel()
    else:
        waiting.callback(None)
    assert progress == [OpenPage("https://o.org/a"), OpenPage("https://o.org/b")][: 1 if cancelled else 2]
    assert out == ([] if cancelled else [tokens.to_secret()])


@pytest.fixture
def prompt(fixture):
    """A keyring whose prompt is open until `work` is called."""
    fixture.secret_store._keyring = Queued()
    return fixture.secret_store._keyring


def test_what_was_changed_while_the_keyring_kept_a_client_secret_is_not_undone(fixture, prompt):
    """An account may be muted from the tray, and another client be set, while its prompt is open."""
    done = []
    fixture.service.set_client("google", "mine", Secret("hush"), done.append)
    now = fixture.settings_service.current
    muted = tuple(replace(each, muted=True) for each in now.accounts)
    other = OAuthClient("microsoft", "theirs")
    fixture.settings_service.apply(replace(now, accounts=muted, oauth=(*now.oauth, other)), {}, done.append)
    prompt.work()
    assert [each.muted for each in fixture.settings_service.current.accounts] == [True]
    assert fixture.settings_service.current.oauth == (
        OWN,
        other,
        OAuthClient("google", "mine", has_secret=True),
    )
    assert done == [None, None]


@pytest.mark.parametrize("secret", [None, Secret("newer")])
@pytest.mark.parametrize("kept", [True, False])
def test_of_two_clients_the_one_that_was_set_last_stays(fixture, prompt, secret, kept):
    """However late the keyring is, and whether it keeps the first one's secret or not."""
    done = []
    fixture.service.set_client("google", "first", Secret("hush"), done.append)
    fixture.service.set_client("google", "second", secret, done.append)
    first, *others = prompt.jobs
    if kept:
        AtOnce().run(first[1]).chainDeferred(first[0])
    else:
        first[0].errback(SecretUnavailable(Problem(ProblemKind.NO_SECRET, "There is no keyring.", "")))
    prompt.jobs = others
    prompt.work()
    expected = OAuthClient("google", "second", has_secret=secret is not None)
    assert fixture.settings_service.current.oauth == (OWN, expected)
    assert fixture.secrets.kept == ({} if secret is None else {"oauth/google": secret})
    assert len(done) == 2
    assert (done.count(None) == 2) is kept
