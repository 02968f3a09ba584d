"""What dialogs are given by the program, as far as a test needs no more than this."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from types import SimpleNamespace

from tray.mail.importers.candidates import ImportResult
from tray.mail.model.account import Account, AccountId
from tray.mail.settings.settings import Settings
from tray.mail.setup.discovery import NoImap
from tray.mail.setup.providers import Provider
from tray.ui.ports import SettingsServices


class FakeStore:
    """Keeps the settings at once, or gives `failure`; new accounts get the ids ``new``, ``new2`` and so on."""

    def __init__(self, failure: str | None = None, settings: Settings = Settings()) -> None:  # noqa: B008
        self._failure = failure
        self.settings = settings
        self.starts = settings.start_at_login
        self.refuses = True
        """Whether nothing is saved where there is a failure."""
        self.applied: list[tuple[object, dict]] = []
        self._numbers = count(1)

    def apply(self, settings, secrets, done) -> bool:
        self.applied.append((settings, dict(secrets)))
        saved = self._failure is None or not self.refuses
        if saved:
            self.settings, self.starts = settings, settings.start_at_login
        done(self._failure)
        return saved

    def present(self) -> Settings:
        return replace(self.settings, start_at_login=self.starts)

    def starts_at_login(self) -> bool:
        return self.starts

    def new_account_id(self) -> AccountId:
        number = next(self._numbers)
        return AccountId("new" if number == 1 else f"new{number}")


class FakeTests:
    """A test of an account that reports `results` at once and ends well where none of them has a problem."""

    def __init__(self, *results) -> None:
        self.results = results

    def check(self, _account, _secret, on_step, on_done):
        for result in self.results:
            on_step(result)
        on_done(all(result.problem is None for result in self.results))
        return lambda: None

    def report(self, _account, _results, _more_versions) -> str:
        return "the report"

    def program_report(self, _summary, _more_versions) -> str:
        return "the program's report"


class FakeServers:
    """Every address is at a provider without IMAP, so that no server is filled in."""

    def known(self, _email):
        return None

    def discover(self, _email, _ask_thunderbird, _on_attempt, on_done):
        on_done(NoImap(Provider("none", "No IMAP")))
        return SimpleNamespace(skip=ignore, cancel=ignore)


class FakeFolders:
    """A server that does not answer."""

    def load(self, _account, _secret, _done):
        return ignore

    def connection_limit(self, _account) -> int | None:
        return None


def sign_in_service(**more) -> SimpleNamespace:
    """No provider signs in, and pages are not opened; `more` replaces single functions."""
    usual = {
        "known": lambda: (),
        "ready": lambda _provider: False,
        "for_host": lambda _host: ("", False),
        "set_client": ignore,
        "start": ignore,
        "open_page": ignore,
    }
    return SimpleNamespace(**(usual | more))


class FakeOthers:
    """Other programs have `found`; the desktop calls its accounts by one `title`."""

    def __init__(self, found, title: str = "") -> None:
        self._found, self._title = found, title

    def find_accounts(self, _accounts, on_found):
        on_found(self._found)
        return lambda: None

    def online_title(self, _online_account, on_title):
        on_title(self._title)
        return lambda: None


class FakePreviews:
    """Writes down what is played and opened; a sound is not played where there is a `failure`."""

    def __init__(self, failure: str = "") -> None:
        self._failure = failure
        self.played: list[str] = []
        self.opened: list[Account] = []

    def play_sound(self, sound, on_failure) -> None:
        self.played.append(sound)
        if self._failure:
            on_failure(self._failure)

    def ask_do_not_disturb(self, known) -> None:
        known(True)

    def send_test_notification(self) -> None:
        self.played.append("notification")

    def open_newest(self, account) -> None:
        self.opened.append(account)


class FakeHistory:
    """Messages that came, and what was done with them."""

    def __init__(self, explanations=(), arrivals=()) -> None:
        self._explanations, self._arrivals = explanations, arrivals

    def explanations(self):
        return self._explanations

    def last_week(self):
        return self._arrivals


def ignore(*_arguments: object) -> None:
    """A callable of which nothing is wanted."""


def services(**more) -> SettingsServices:
    """Those that every dialog has; `more` are others, or replace them."""
    usual = {
        "store": FakeStore(),
        "tests": FakeTests(),
        "servers": FakeServers(),
        "folders": FakeFolders(),
        "others": FakeOthers(ImportResult()),
        "previews": FakePreviews(),
        "type_proxy_password": ignore,
        "add_account": ignore,
        "history": FakeHistory(),
        "sign_in": sign_in_service(),
    }
    return SettingsServices(**(usual | more))
