"""What the settings dialog is given: the protocols of `tray.ui.ports` that ask the network or other programs."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred

from tray.app.credentials.worker_thread import WorkerThread
from tray.mail.model.secret import recorded
from tray.mail.settings.open_message import open_target

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.notification_service import NotificationService
    from tray.desktop.integration.opener import Opener
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
    """Tests accounts on the network, with the secret that was typed or the one that is kept."""

    def __init__(self, reactor: Any, secret_store: SecretStore) -> None:
        self._reactor = reactor
        self._secret_store = secret_store
        self._used: list[Secret] = []
        """What the last test logged in with: the report of it must not repeat that."""

    def check(
        self,
        account: Account,
        secret: Secret | None,
        on_step: Callable[[CheckResult], None],
        on_done: Callable[[bool], None],
    ) -> Callable[[], None]:
        """See `tray.ui.ports.AccountTests.check`."""
        from tray.net.setup.account_check import AccountCheck

        async def account_secret(asked: Account) -> Secret:
            return recorded(await self._secret_store.login_secret(asked, secret), self._used)

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
    """Lists folders with the secret that was typed or the one that is kept."""

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
        from tray.net.problems.classify import problem_of

        async def listed() -> FolderList:
            known = await self._secret_store.login_secret(account, secret)
            return await list_folders(self._reactor, account, known, self._secret_store.read_draft)

        def failed(failure: Failure) -> None:
            assert failure.value is not None
            problem = problem_of(failure.value, account)
            if problem.kind is ProblemKind.INTERNAL:
                log.error("Internal error while listing folders", exc_info=failure.value)
            done(problem)

        return run_until_cancelled(listed(), done, failed)


class RunningSearch:
    """A search for a server that is under way."""

    def __init__(self, skip: Skip, running: Deferred[Any]) -> None:
        self._skip = skip
        self._running = running

    def skip(self) -> None:
        """Go on to the next source."""
        self._skip.now()

    def cancel(self) -> None:
        """End it; nothing more is reported."""
        self._running.cancel()


class ServerSearch:
    """Asks the providers that we ship, then the network."""

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
            failure.trap(CancelledError)  # what else there may be is a mistake of ours: Twisted logs it

        skip = Skip()
        running = Deferred.fromCoroutine(
            discover(
                self._reactor, email, shipped_providers(), on_attempt, skip, ask_thunderbird=ask_thunderbird
            )
        )
        running.addCallbacks(on_done, cancelled)
        return RunningSearch(skip, running)


class OtherPrograms:
    """Reads the files of other programs, and asks the desktop, in threads of their own."""

    def __init__(
        self,
        call_from_thread: Callable[..., None],
        find: Callable[..., ImportResult] | None = None,
        title: Callable[[str], str] | None = None,
    ) -> None:
        """Answer through `call_from_thread`; `find` gives what there is beside the accounts that it is called with.

        `title` gives what the desktop calls its account of an id.
        """
        self._call_from_thread = call_from_thread
        self._find = find or _find
        self._title = title or _title

    def find_accounts(
        self, accounts: Sequence[Account], on_found: Callable[[ImportResult], None]
    ) -> Callable[[], None]:
        """See `tray.ui.ports.OtherPrograms.find_accounts`."""
        return self._ask(lambda: self._find(accounts), on_found)

    def online_title(self, online_account: str, on_title: Callable[[str], None]) -> Callable[[], None]:
        """See `tray.ui.ports.OtherPrograms.online_title`."""
        return self._ask(lambda: self._title(online_account), on_title)

    def _ask(self, job: Callable[[], Any], on_answer: Callable[[Any], None]) -> Callable[[], None]:
        thread = WorkerThread(self._call_from_thread, "other-programs")

        def done(result: Any) -> Any:
            thread.close()
            return result

        thread.run(job).addBoth(done).addCallback(on_answer)
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
    """Plays sounds, and opens the newest message."""

    mail_service: MailService
    announcements: Announcements
    notifications: NotificationService
    opener: Opener

    def play_sound(self, sound: str, on_failure: Callable[[str], None]) -> None:
        """See `tray.ui.ports.Previews.play_sound`."""
        self.notifications.play(sound, on_failure)

    def open_newest(self, account: Account) -> None:
        """Open its newest message, or its mail as a whole where no message is known."""
        summaries = self.mail_service.summary().accounts
        latest = next((summary.latest for summary in summaries if summary.id == account.id), ())
        newest = latest[0].key if latest else None
        message_id = "" if newest is None else self.announcements.message_id(newest)
        self.opener.open(open_target(account, newest, message_id), "")


def run_until_cancelled(
    work: Coroutine[Deferred[Any], Any, T],
    on_done: Callable[[T], None],
    on_failure: Callable[[Failure], None],
) -> Callable[[], None]:
    """Begin `work` and call back with its result or failure; returns what cancels it, after which nothing is called."""
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
