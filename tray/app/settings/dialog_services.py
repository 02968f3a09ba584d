"""The services of the settings dialog that use the network or other programs; see `tray.ui.ports`."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred

from tray.app.credentials.worker_thread import WorkerThread
from tray.mail.model.secret import recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from twisted.python.failure import Failure

    from tray.app.credentials.secret_store import SecretStore
    from tray.app.message_actions import MessageActions
    from tray.app.notifications.notification_service import NotificationService
    from tray.mail.folders.folders import FolderList
    from tray.mail.importers.candidates import ImportResult
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.setup.discovery import Attempt, DiscoveryResult
    from tray.net.setup.discovery import Skip
    from tray.net.watch.connection_limits import ConnectionLimits

T = TypeVar("T")

log = logging.getLogger(__name__)


class AccountTests:
    """Tests accounts on the network, with a typed or a stored secret."""

    def __init__(self, reactor: Any, secret_store: SecretStore) -> None:
        self._reactor = reactor
        self._secret_store = secret_store
        self._used: list[Secret] = []
        """The secrets of the last test, which its report must not contain."""

    def check(
        self,
        account: Account,
        secret: Secret | None,
        on_step: Callable[[CheckResult], None],
        on_done: Callable[[bool], None],
    ) -> Callable[[], None]:
        """See `tray.ui.ports.AccountTests.check`."""
        from tray.net.setup.account_check import AccountCheck

        async def account_secret(tested: Account) -> Secret:
            return recorded(await self._secret_store.login_secret(tested, secret), self._used)

        async def proxy_secret(proxy: Account) -> Secret:
            return recorded(await self._secret_store.read_draft(proxy), self._used)

        self._used = [] if secret is None else [secret]
        check = AccountCheck(self._reactor, account, account_secret, on_step, proxy_secret).run()
        return run_until_cancelled(check, on_done, lambda _failure: on_done(False))

    def report(self, account: Account, results: Sequence[CheckResult], more: Mapping[str, str]) -> str:
        """See `tray.ui.ports.AccountTests.report`."""
        from tray.mail.presentation.diagnosis import report
        from tray.net.setup.account_check import versions

        return report(account, results, {**versions(), **more}, self._used)


class FolderLists:
    """Lists folders with a typed or a stored secret."""

    def __init__(self, reactor: Any, secret_store: SecretStore, limits: ConnectionLimits) -> None:
        self._reactor = reactor
        self._secret_store = secret_store
        self._limits = limits

    def connection_limit(self, account: Account) -> int | None:
        """See `tray.ui.ports.FolderLists.connection_limit`."""
        return self._limits.limit(account)

    def load(
        self, account: Account, secret: Secret | None, done: Callable[[FolderList | Problem], None]
    ) -> Callable[[], None]:
        """See `tray.ui.ports.FolderLists.load`."""
        from tray.mail.model.status import ProblemKind
        from tray.net.imap.folder_list import list_folders
        from tray.net.problems import problem_of

        async def listing() -> FolderList:
            login_secret = await self._secret_store.login_secret(account, secret)
            return await list_folders(self._reactor, account, login_secret, self._secret_store.read_draft)

        def failed(failure: Failure) -> None:
            assert failure.value is not None
            problem = problem_of(failure.value, account)
            if problem.kind is ProblemKind.INTERNAL:
                log.error("Internal error while listing folders", exc_info=failure.value)
            done(problem)

        return run_until_cancelled(listing(), done, failed)


class RunningSearch:
    """A search for a server that is under way."""

    def __init__(self, skip: Skip, running: Deferred[Any]) -> None:
        self._skip = skip
        self._running = running

    def skip(self) -> None:
        """Go on to the next source."""
        self._skip.now()

    def cancel(self) -> None:
        """End the search; nothing more is reported."""
        self._running.cancel()


class ServerSearch:
    """Searches the shipped table of providers, then the network."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def discover(
        self,
        email: str,
        ask_thunderbird: bool,
        on_attempt: Callable[[Attempt], None],
        on_done: Callable[[DiscoveryResult | None], None],
    ) -> RunningSearch:
        """See `tray.ui.ports.ServerSearch.discover`."""
        from tray.desktop.storage.shipped_tables import shipped_providers
        from tray.net.setup.discovery import Skip, discover

        def cancelled(failure: Failure) -> None:
            failure.trap(CancelledError)  # anything else is a defect: Twisted logs it

        skip = Skip()
        running = Deferred.fromCoroutine(
            discover(
                self._reactor, email, shipped_providers(), on_attempt, skip, ask_thunderbird=ask_thunderbird
            )
        )
        running.addCallbacks(on_done, cancelled)
        return RunningSearch(skip, running)


class OtherPrograms:
    """Reads the files of other programs, and calls the desktop's Online Accounts, each in a thread of its own."""

    def __init__(
        self,
        call_from_thread: Callable[..., None],
        find: Callable[[Sequence[Account]], ImportResult] | None = None,
        title: Callable[[str], str] | None = None,
    ) -> None:
        """Call back through `call_from_thread`; `find` and `title` run in the threads."""
        self._call_from_thread = call_from_thread
        self._find = find or _find
        self._title = title or _title

    def find_accounts(
        self, accounts: Sequence[Account], on_found: Callable[[ImportResult], None]
    ) -> Callable[[], None]:
        """See `tray.ui.ports.OtherPrograms.find_accounts`."""
        return self._run(lambda: self._find(accounts), on_found)

    def online_title(self, online_account: str, on_title: Callable[[str], None]) -> Callable[[], None]:
        """See `tray.ui.ports.OtherPrograms.online_title`."""
        return self._run(lambda: self._title(online_account), on_title)

    def _run(self, job: Callable[[], Any], on_result: Callable[[Any], None]) -> Callable[[], None]:
        thread = WorkerThread(self._call_from_thread, "other-programs")

        def done(result: Any) -> Any:
            thread.close()
            return result

        thread.run(job).addBoth(done).addCallback(on_result)
        return thread.close


def _title(identity: str) -> str:
    from tray.desktop.secrets import online_accounts
    from tray.mail.importers import gnome_online

    return gnome_online.title_of(online_accounts.accounts(), identity)


def _find(accounts: Sequence[Account]) -> ImportResult:
    from tray.desktop.secrets import online_accounts
    from tray.desktop.storage.import_files import ImportFiles
    from tray.desktop.storage.shipped_tables import shipped_providers
    from tray.mail.importers import gnome_online
    from tray.mail.importers.candidates import candidates

    readings = (gnome_online.parse(online_accounts.accounts()), *ImportFiles().readings())
    return candidates(readings, accounts, shipped_providers())


@dataclass(frozen=True)
class Previews:
    """Plays sounds, and opens the newest message of an account."""

    notifications: NotificationService
    messages: MessageActions

    def play_sound(self, sound: str, on_failure: Callable[[str], None]) -> None:
        """See `tray.ui.ports.Previews.play_sound`."""
        self.notifications.play(sound, on_failure)

    def open_newest(self, account: Account) -> None:
        """See `tray.ui.ports.Previews.open_newest`."""
        self.messages.open_newest(account)


def run_until_cancelled(
    work: Coroutine[Deferred[Any], Any, T],
    on_done: Callable[[T], None],
    on_failure: Callable[[Failure], None],
) -> Callable[[], None]:
    """Start `work`, and call back with its result or failure; returns what cancels it, without calling back."""
    cancelled = False

    def ended(call: Callable[[Any], None], outcome: Any) -> None:
        if not cancelled:
            call(outcome)

    def cancel() -> None:
        nonlocal cancelled
        cancelled = True
        running.cancel()

    running = Deferred.fromCoroutine(work)
    running.addCallbacks(partial(ended, on_done), partial(ended, on_failure))
    return cancel
