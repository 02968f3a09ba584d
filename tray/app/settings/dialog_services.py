"""What the dialog's Test button runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred

from tray.app.credentials.worker_thread import WorkerThread
from tray.ui.ports import Searching

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from twisted.python.failure import Failure

    from tray.app.credentials.secret_store import SecretStore
    from tray.mail.folders.folders import FolderList
    from tray.mail.importers.candidates import ImportCandidate
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.setup.discovery import Attempt, Found


class AccountCheck:
    """Tests accounts on the network, with the secret that was typed or the one that is kept."""

    def __init__(self, reactor: Any, secret_store: SecretStore) -> None:
        self._reactor = reactor
        self._secret_store = secret_store
        self._used: list[Secret] = []
        """What the last test logged in with: the report of it must not repeat that."""

    def start(
        self,
        account: Account,
        secret: Secret | None,
        on_step: Callable[[CheckResult], None],
        on_done: Callable[[bool], None],
    ) -> Callable[[], None]:
        """Test `account`; each step is reported, then whether all went well. Gives what cancels it."""
        from tray.net.setup.account_check import check_account

        async def the_secret(asked: Account) -> Secret:
            return self._noted(await self._secret_store.login_secret(asked, secret))

        async def the_proxys(proxy: Account) -> Secret:
            return self._noted(await self._secret_store.read_draft(proxy))

        self._used = [] if secret is None else [secret]
        cancelled = False

        def ended(result: object) -> None:
            # A failure is none of the account's: the check reports those as steps. Twisted logs what is left.
            if not cancelled:
                on_done(result is True)

        def cancel() -> None:
            nonlocal cancelled
            cancelled = True
            running.cancel()

        running = Deferred.fromCoroutine(
            check_account(self._reactor, account, the_secret, on_step, the_proxys)
        )
        running.addBoth(ended)
        return cancel

    def _noted(self, given: Secret) -> Secret:
        """`given`, remembered; of one that may be renewed on the way, every later one as well."""
        from tray.mail.model.secret import RenewableSecret

        self._used.append(given)
        if not isinstance(given, RenewableSecret):
            return given
        renew = given.another

        async def another() -> Secret | None:
            fresh = await renew()
            return None if fresh is None else self._noted(fresh)

        return RenewableSecret(given.reveal(), another)

    def report(self, account: Account, results: Sequence[CheckResult], more: Mapping[str, str]) -> str:
        """The last test in words that can be sent to others; `more` are further versions."""
        from tray.mail.presentation.diagnosis import report
        from tray.net.setup.account_check import versions

        return report(account, results, {**versions(), **more}, self._used)


log = logging.getLogger(__name__)


class FolderLists:
    """Lists folders with the secret that was typed or the one that is kept."""

    def __init__(self, reactor: Any, secret_store: SecretStore) -> None:
        self._reactor = reactor
        self._secret_store = secret_store

    def load(
        self, account: Account, secret: Secret | None, done: Callable[[FolderList | Problem], None]
    ) -> Callable[[], None]:
        """List the folders of `account`; `done` hears once what there is, or what went wrong. Gives what cancels it."""
        from tray.mail.model.status import ProblemKind
        from tray.net.imap.folder_list import list_folders
        from tray.net.problems.classify import problem_of

        async def listed() -> FolderList:
            known = await self._secret_store.login_secret(account, secret)
            return await list_folders(self._reactor, account, known, self._secret_store.read_draft)

        cancelled = False

        def failed(failure: Failure) -> Problem:
            assert failure.value is not None
            problem = problem_of(failure.value, account)
            if problem.kind is ProblemKind.INTERNAL:
                log.error("Fault of ours while listing folders", exc_info=failure.value)
            return problem

        def ended(outcome: FolderList | Problem) -> None:
            if not cancelled:
                done(outcome)

        def cancel() -> None:
            nonlocal cancelled
            cancelled = True
            running.cancel()

        running = Deferred.fromCoroutine(listed())
        running.addErrback(failed).addCallback(ended)
        return cancel


class ServerSearch:
    """Asks the providers that we ship, then the network."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def start(
        self,
        email: str,
        ask_thunderbird: bool,
        on_attempt: Callable[[Attempt], None],
        on_done: Callable[[Found | None], None],
    ) -> Searching:
        """See `SettingsServices.discover`."""
        from tray.desktop.storage.shipped_tables import shipped_providers
        from tray.net.setup.discovery import Skip, discover

        def cancelled(failure: Failure) -> None:
            failure.trap(CancelledError)  # what else there may be is a mistake of ours: Twisted logs it

        skip = Skip()
        running = Deferred.fromCoroutine(
            discover(
                self._reactor, email, shipped_providers(), on_attempt, skip, ask_thunderbird=ask_thunderbird
            )
        )
        running.addCallbacks(on_done, cancelled)
        return Searching(skip=skip.now, cancel=running.cancel)


class AccountImport:
    """What the settings dialog runs to find accounts."""

    def __init__(
        self,
        call_from_thread: Callable[..., None],
        find: Callable[..., ImportCandidate] | None = None,
        title: Callable[[str], str] | None = None,
    ) -> None:
        """Answer through `call_from_thread`; `find` gives what there is beside the accounts that it is called with.

        `title` gives what the desktop calls its account of an id.
        """
        self._call_from_thread = call_from_thread
        self._find = find or _find
        self._title = title or _title

    def look(
        self, accounts: Sequence[Account], on_found: Callable[[ImportCandidate], None]
    ) -> Callable[[], None]:
        """See `SettingsServices.take_over`."""
        return self._ask(lambda: self._find(accounts), on_found)

    def online_title(self, identity: str, on_title: Callable[[str], None]) -> Callable[[], None]:
        """See `SettingsServices.online_title`."""
        return self._ask(lambda: self._title(identity), on_title)

    def _ask(self, job: Callable[[], Any], on_answer: Callable[[Any], None]) -> Callable[[], None]:
        thread = WorkerThread(self._call_from_thread, "take-over")

        def done(result: Any) -> Any:
            thread.close()
            return result

        thread.run(job).addBoth(done).addCallback(on_answer)
        return thread.close


def _title(identity: str) -> str:
    from tray.desktop.secrets import online_accounts
    from tray.mail.importers import gnome_online

    return gnome_online.title_of(online_accounts.accounts(), identity)


def _find(accounts: Sequence[Account]) -> ImportCandidate:
    from tray.desktop.secrets import online_accounts
    from tray.desktop.storage.import_files import ImportFiles
    from tray.desktop.storage.shipped_tables import shipped_providers
    from tray.mail.importers import gnome_online
    from tray.mail.importers.candidates import candidates

    readings = (gnome_online.parse(online_accounts.accounts()), *ImportFiles().readings())
    return candidates(readings, accounts, shipped_providers())
