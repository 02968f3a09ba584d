"""The services of the settings: tests of accounts, lists of folders, searches; and what each says."""

from __future__ import annotations

import queue
from dataclasses import replace
from types import SimpleNamespace

import pytest
from twisted.internet.defer import Deferred, fail, succeed

from tests.app.settings.test_settings_service import Office
from tests.fakes.values import account
from tests.mail.importers.test_gnome_online import GOOGLE
from tests.net.accounts import CLEAR, PASSWORD, SECRET
from tests.net.wire import Reactor
from tray.app.settings import dialog_services
from tray.app.settings.dialog_services import SettingsWindow
from tray.desktop.secrets import online_accounts
from tray.mail.folders.folders import FolderList
from tray.mail.importers.candidates import ImportResult, SourceProgram
from tray.mail.model.secret import RenewableSecret, Secret, SecretUnavailable
from tray.mail.model.status import CheckStep, Problem, ProblemKind
from tray.mail.setup.discovery import Attempt, Source, State

LOCKED = Problem(ProblemKind.NO_SECRET, "The keyring is locked.", "Unlock it.")


class KeptSecrets:
    """A secret store whose answer is given."""

    def __init__(self, answer):
        self.answer = answer
        self.typed = []

    async def login_secret(self, _account, typed=None):
        self.typed.append(typed)
        return await self.answer if typed is None else typed

    async def read_draft(self, _account):
        raise AssertionError("there is no proxy")


def window(answer=None, reactor=None):
    """The services, with a secret store that answers so."""
    secrets = KeptSecrets(succeed(SECRET) if answer is None else answer)
    return SettingsWindow(reactor or Reactor(), None, None, secrets, None, None, None, None, None, None)


def test_the_settings_are_shown_as_they_are_with_their_services():
    office, shown = Office(), []
    office.starts = True
    dialogs = SimpleNamespace(show_settings=lambda *what: shown.append(what))
    opener = SettingsWindow(
        None,
        dialogs,
        office.settings_service,
        office.secret_store,
        None,
        None,
        None,
        None,
        shown.append,
        None,
    )
    opener.open(page="about")
    opener.open(account="home")
    opener.open(folders_of="work")
    opener.open(add_account=True, secret=SECRET)
    settings = shown[-1][0].store.present()
    asked = []
    window = SimpleNamespace(
        show_page=lambda *what: asked.append(what),
        show_account=lambda *what: asked.append(what),
        show_folders=lambda *what: asked.append(what),
        more_settings=lambda *what: asked.append(what),
    )
    for _services, then in shown:
        then(window)
    services = shown.pop()[0]
    del shown[1:]
    assert settings == replace(office.settings_service.current, start_at_login=True)
    assert asked == [("about",), ("home",), ("work",), (None, SECRET)]
    assert services.tests is services.servers is services.folders is services.others is opener
    services.store.apply(replace(settings, titles=3), {}, shown.append)
    assert (shown[1:], office.settings_service.current.titles) == ([None], 3)


def test_previews_and_limits_are_those_of_the_running_program():
    asked = []
    limits = SimpleNamespace(limit={CLEAR: 3}.get)
    sounds = SimpleNamespace(play=lambda *what: asked.append(what))
    services = SettingsWindow(None, None, None, None, None, limits, sounds, asked.append, None, None)
    assert services.connection_limit(CLEAR) == 3
    services.play_sound("bell", pytest.fail)
    services.open_newest(CLEAR)
    assert asked == [("bell", pytest.fail), CLEAR]


# Tests of accounts.


@pytest.mark.parametrize("typed", [None, Secret(PASSWORD)])
def test_the_report_does_not_repeat_what_was_logged_in_with(typed):
    """Whether it was typed or kept; a server may say anything."""
    services, steps, ended = window(), [], []
    services.check(CLEAR, typed, steps.append, ended.append)
    wire = services.reactor.accept()
    wire.s(f"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello {PASSWORD}")
    tag = wire.sent()[0].split()[0]
    wire.s(f"{tag} NO [AUTHENTICATIONFAILED] no")
    assert ended == [False]
    assert steps[-1].step is CheckStep.LOGIN
    told = services.report(replace(CLEAR, email="jane@example.org"), steps, {"Qt": "5.15"})
    assert PASSWORD not in told
    assert "    greeting: (left out" in told
    assert "Qt: 5.15\n" in told
    assert "Twisted: " in told


def test_the_report_does_not_repeat_what_was_typed_though_it_was_never_sent():
    services, steps, ended = window(), [], []
    services.check(CLEAR, Secret(PASSWORD), steps.append, ended.append)
    services.reactor.accept().s(f"* BYE {PASSWORD}")
    assert ended == [False]
    report = services.report(CLEAR, steps, {})
    assert "the server said: (left out" in report
    assert PASSWORD not in report


@pytest.mark.parametrize("said", [None, "", "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n"])
def test_a_test_that_was_cancelled_says_nothing_more(said):
    """Not even that its present step failed: before the connection, before the greeting, and while it logs in."""
    services, steps, ended = window(), [], []
    cancel = services.check(CLEAR, None, steps.append, ended.append)
    if said is not None:
        services.reactor.accept().s(*said.splitlines())
    before = list(steps)
    cancel()
    services.reactor.advance(60)
    assert (steps, ended) == (before, [])
    assert not services.reactor.getDelayedCalls()


@pytest.mark.expects_log("Internal error while testing an account")
def test_a_test_that_fails_by_a_fault_of_ours_ends(caplog):
    ended = []
    window().check(CLEAR, None, lambda _: 1 / 0, ended.append)
    assert ended == [False]
    assert len(caplog.records) == 1


def test_the_report_does_not_repeat_a_token_that_was_renewed_on_the_way():
    """The first one had ended; the server, who should not, says the second in its refusal."""

    async def another():
        return RenewableSecret("second-token", another)

    services = window(succeed(RenewableSecret("first-token", another)))
    steps, ended = [], []
    services.check(CLEAR, None, steps.append, ended.append)
    wire = services.reactor.accept()
    wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello second-token")
    while not ended:
        tag = wire.sent()[-1].split()[0]
        wire.s(f"{tag} NO [AUTHENTICATIONFAILED] ended")
    told = services.report(CLEAR, steps, {})
    assert "first-token" not in told
    assert "second-token" not in told
    assert "    greeting: (left out" in told


# Lists of folders.


def load(answer, secret=None):
    """A listing under way: the services, its outcomes, and what cancels it."""
    services, outcomes = window(answer), []
    return services, outcomes, services.load(CLEAR, secret, outcomes.append)


@pytest.mark.parametrize("secret", [None, Secret("typed")])
def test_the_folders_come_with_the_secret_that_is_kept_or_typed(secret):
    services, outcomes, _ = load(succeed(SECRET), secret)
    wire = services.reactor.accept().s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
    wire.serve(lambda said: (r'* LIST () "/" INBOX', "OK") if said.startswith("LIST") else ("OK",))
    services.reactor.advance(0)
    (found,) = outcomes
    assert isinstance(found, FolderList)
    assert [folder.name for folder in found.folders] == ["INBOX"]
    assert services.secret_store.typed == [secret]
    assert not services.reactor.getDelayedCalls()


def test_a_listing_that_fails_is_said():
    services, outcomes, _ = load(fail(SecretUnavailable(LOCKED)))
    assert outcomes == [LOCKED]
    assert not services.reactor.tcpClients


@pytest.mark.expects_log("Internal error while listing folders")
def test_a_fault_of_ours_is_said_and_logged():
    _, outcomes, _ = load(fail(ZeroDivisionError()))
    assert [problem.kind for problem in outcomes] == [ProblemKind.INTERNAL]


def test_a_listing_that_is_cancelled_is_not_heard_of_again():
    _, outcomes, cancel = load(Deferred())
    cancel()
    assert outcomes == []
    services, outcomes, cancel = load(succeed(SECRET))
    wire = services.reactor.accept()
    cancel()
    assert wire.transport.aborted
    services.reactor.advance(0)
    assert outcomes == []
    assert not services.reactor.getDelayedCalls()


# Searches for a server.


def test_a_known_provider_is_found_at_once():
    services, attempts, found = window(), [], []
    services.discover("anna@gmail.com", False, attempts.append, found.append)
    assert [each.host for each in found] == ["imap.gmail.com"]
    assert attempts[-1] == Attempt(Source.SHIPPED, State.FOUND)
    assert not services.reactor.tcpClients


def test_a_search_can_be_skipped_on_and_given_up(monkeypatch):
    async def unanswered(*_):
        return await Deferred()

    monkeypatch.setattr("tray.net.setup.network.Network._records", unanswered)
    services, attempts, found = window(), [], []
    reactor = services.reactor
    reactor.names = {"autoconfig.example.org": ["192.0.2.1"], "example.org": ["192.0.2.1"]}
    search = services.discover("anna@example.org", False, attempts.append, found.append)
    assert attempts[-1] == Attempt(Source.AUTOCONFIG, State.ASKING)
    assert len(reactor.tcpClients) == 3
    search.cancel()
    search.skip()
    assert attempts[-1] == Attempt(Source.AUTOCONFIG, State.ASKING)
    assert found == []
    assert not reactor.getDelayedCalls()


@pytest.mark.expects_log("Internal error while searching for a server")
def test_a_search_that_fails_by_a_fault_of_ours_ends(caplog):
    found = []
    window().discover("anna@gmail.com", False, lambda _: 1 / 0, found.append)
    assert found == [None]
    assert len(caplog.records) == 1


# Accounts of other programs, looked for away from the GUI.


class Loop:
    """A reactor that runs what threads hand over, in this thread."""

    def __init__(self):
        self._calls = queue.Queue()

    def callFromThread(self, call, *arguments):
        self._calls.put((call, arguments))

    def run_one(self):
        call, arguments = self._calls.get(timeout=5)
        call(*arguments)


@pytest.fixture
def loop(monkeypatch, tmp_path):
    """In a home folder with nothing in it, and without a desktop."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return Loop()


def test_what_was_found_arrives_in_the_loop(loop, tmp_path):
    (tmp_path / ".mbsyncrc").write_text("IMAPAccount a\nHost imap.example.org\nUser jane\n")
    calls = []
    window(reactor=loop).find_accounts([account("a")], calls.append)
    assert calls == []
    loop.run_one()
    ((offer,),) = [found.offers for found in calls]
    assert (offer.account.host, offer.place) == ("imap.example.org", "~/.mbsyncrc")


@pytest.mark.parametrize("origins", [None, {SourceProgram.ONLINE}, {SourceProgram.MBSYNC}])
def test_what_the_programs_that_are_asked_for_have_is_found(loop, monkeypatch, tmp_path, origins):
    (tmp_path / ".mbsyncrc").write_text("IMAPAccount a\nHost imap.example.org\nUser jane\n")
    monkeypatch.setattr(online_accounts, "accounts", lambda: (GOOGLE,))
    offers = dialog_services.importable_accounts([], origins).offers
    hosts = {SourceProgram.ONLINE: "imap.gmail.com", SourceProgram.MBSYNC: "imap.example.org"}
    expected = {host for origin, host in hosts.items() if origins is None or origin in origins}
    assert {offer.account.host for offer in offers} == expected


def test_a_cancelled_search_is_not_heard_of(loop, monkeypatch):
    monkeypatch.setattr(dialog_services, "importable_accounts", lambda _: ImportResult())
    calls = []
    window(reactor=loop).find_accounts([], calls.append)()
    assert calls == []


def test_the_name_of_an_online_account_arrives_in_the_loop(loop, monkeypatch):
    """Without a session bus it has none."""
    calls = []
    window(reactor=loop).online_title("a1", calls.append)
    loop.run_one()
    monkeypatch.setattr(dialog_services, "_title", {"a1": "Google: jane"}.get)
    window(reactor=loop).online_title("a1", calls.append)
    loop.run_one()
    assert calls == ["", "Google: jane"]
