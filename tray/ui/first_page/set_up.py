"""Finds the server of an address, tests the account, and says what to mend where that fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal

from tray.mail.model.account import Security
from tray.mail.presentation.problem_texts.first_page import (
    Failure,
    defect,
    failure_of,
    invalid,
    no_imap,
    no_names,
    no_server,
    to_confirm,
    twin,
)
from tray.mail.settings.checks import account_errors, duplicate_account_warning, guess_account
from tray.mail.setup.discovery import Candidate, NoImap, NoNetwork, Source, applied, domain_of
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.setup.discovery import DiscoveryResult
    from tray.mail.setup.providers import Provider
    from tray.ui.ports import FirstPageCommands, SettingsServices

_STARTTLS_PORT, _TLS_PORT = 143, 993


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed."""

    email: str
    secret: Secret | None
    server: str = ""
    """Empty where it is to be found; a port may follow after a colon."""
    user: str = ""
    """Empty for what the provider expects."""
    pinned: str = ""
    """The fingerprint of a certificate that the user trusts."""
    ask_database: bool = False
    """Whether to ask Thunderbird's public database, too."""


class SetUp(QObject):
    """One attempt at a time; a new one ends the one before."""

    server_found = pyqtSignal(str)
    stepped = pyqtSignal(object)
    """A `CheckResult`."""
    sign_in_wanted = pyqtSignal(object)
    """The server takes no password: the `Candidate`."""
    failed = pyqtSignal(object)
    """A `Failure`; nothing was saved."""
    works = pyqtSignal(object, object)
    """The `Account` that was tested, and its `Secret`, or None."""

    def __init__(self, services: SettingsServices, commands: FirstPageCommands, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._commands = commands
        self._others: Sequence[Account] = ()
        self._cancel: Callable[[], None] = _nothing
        self._attempt = 0
        """Grows with each search and each test that begins or ends: what calls back for another one is late."""
        self._draft = Draft("", None)
        self._offered: Candidate | None = None
        """A server that the user confirms by trying again."""

    def start(self, draft: Draft, others: Sequence[Account]) -> None:
        """Find the server of `draft` and test the account, which is to differ from `others`."""
        self.stop()
        self._draft, self._others = draft, others
        if draft.server:
            offered = self._offered
            same = offered is not None and offered.host == draft.server
            self._use(offered if same and offered is not None else typed_server(draft))
            return
        attempt = self._attempt

        def done(found: DiscoveryResult | NoNetwork | None) -> None:
            if attempt == self._attempt:
                self._end()
                self._found(found)

        search = self._services.servers.discover(draft.email, draft.ask_database, lambda _: None, done)
        if attempt == self._attempt:
            self._cancel = search.cancel

    def test(
        self, account: Account, secret: Secret | None, provider: Provider | None, others: Sequence[Account]
    ) -> None:
        """Test `account`, whose server is known."""
        self.stop()
        self._others = others
        self._test(account, secret, provider)

    def account_for(self, candidate: Candidate, email: str, others: Sequence[Account]) -> Account:
        """A new account on that server."""
        names = [other.name for other in others]
        return applied(candidate, guess_account(email, self._services.store.new_account_id(), names))

    def typed_account(
        self, draft: Draft, known: DiscoveryResult | None, others: Sequence[Account]
    ) -> Account | None:
        """What `draft` says of an account, with what is `known` of its provider; None where nothing was typed."""
        if not draft.email:
            return None
        if draft.server:
            return self.account_for(typed_server(draft), draft.email, others)
        if isinstance(known, Candidate):
            return self.account_for(known, draft.email, others)
        account_id = self._services.store.new_account_id()
        return guess_account(draft.email, account_id, [other.name for other in others])

    def stop(self) -> None:
        """End the attempt, if there is one, without a signal."""
        cancel = self._cancel
        self._end()
        cancel()

    def _end(self) -> None:
        self._attempt += 1
        self._cancel = _nothing

    def _found(self, found: DiscoveryResult | NoNetwork | None) -> None:
        domain = domain_of(self._draft.email)
        if found is None:
            self.failed.emit(no_server(domain, asked_database=self._draft.ask_database))
        elif isinstance(found, NoNetwork):
            self.failed.emit(no_names(online=self._commands.is_online()))
        elif isinstance(found, NoImap):
            self.failed.emit(no_imap(found))
        elif found.to_confirm:
            self._offered = found
            self.failed.emit(to_confirm(found, domain))
        elif found.oauth_only and found.provider is not None and found.provider.oauth:
            self.sign_in_wanted.emit(found)
        else:
            self._use(found)

    def _use(self, candidate: Candidate) -> None:
        draft = self._draft
        account = self.account_for(candidate, draft.email, self._others)
        account = replace(account, user=draft.user or account.user, pinned=draft.pinned)
        self._test(account, draft.secret, candidate.provider)

    def _test(self, account: Account, secret: Secret | None, provider: Provider | None) -> None:
        errors = account_errors(account, self._others)
        same = duplicate_account_warning(account, self._others)
        if errors or same:
            self.failed.emit(invalid(errors) if errors else twin(same))
            return
        self.server_found.emit(account.host)
        attempt = self._attempt
        problems: list[Problem] = []

        def step(result: CheckResult) -> None:
            if attempt == self._attempt:
                if result.problem is not None:
                    problems.append(result.problem)
                self.stepped.emit(result)

        def done(works: bool) -> None:
            if attempt != self._attempt:
                return
            self._end()
            if works:
                self.works.emit(account, secret)
            elif problems:
                self.failed.emit(self._failure(problems[-1], account, provider))
            else:
                self.failed.emit(defect())

        cancel = self._services.tests.check(account, secret, step, done)
        if attempt == self._attempt:
            self._cancel = cancel

    def _failure(self, problem: Problem, account: Account, provider: Provider | None) -> Failure:
        return failure_of(
            problem,
            account,
            provider,
            online=self._commands.is_online(),
            user_shown=bool(self._draft.user),
        )


def typed_server(draft: Draft) -> Candidate:
    """The server that was typed, with the usual port and encryption, or those of the port that follows its name."""
    host, port = draft.server, _TLS_PORT
    name, colon, number = host.rpartition(":")
    if colon and ":" not in name and number.isdecimal():
        host, port = name, int(number)
    security = Security.STARTTLS if port == _STARTTLS_PORT else Security.TLS
    return Candidate(host, port, security, draft.email, Source.USUAL_NAMES)


def _nothing() -> None:
    """There is nothing to cancel."""
