"""The window of the settings and its services, which use the network, the keyring or other programs."""

from __future__ import annotations

import logging
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from tray.app.credentials.worker_thread import WorkerThread
from tray.app.settings.dialog_sign_in import problem_for, run_until_cancelled
from tray.mail.model.secret import recorded
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence

    from twisted.python.failure import Failure

    from tray.app.accounts.mail_service import MailService
    from tray.app.credentials.secret_store import SecretStore
    from tray.app.dialogs import Dialogs
    from tray.app.notifications.gate import NotificationGate
    from tray.app.notifications.notification_service import NotificationService
    from tray.app.settings.dialog_sign_in import DialogSignIn
    from tray.app.settings.settings_service import SettingsService
    from tray.mail.folders.folders import FolderList
    from tray.mail.importers.candidates import ImportResult, SourceProgram
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.model.toast import Arrival
    from tray.mail.policy.explanations import Explanation
    from tray.mail.presentation.summary import Summary
    from tray.mail.setup.discovery import Attempt, DiscoveryResult, NoNetwork
    from tray.net.watch.connections.connection_limits import ConnectionLimits
    from tray.ui.ports import SettingsServices

P = TypeVar("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunningSearch:
    """A search for a server that is under way: implements `tray.ui.ports.RunningSearch`."""

    skip: Callable[[], None]
    cancel: Callable[[], None]


_WEEK = 7 * 24 * 3600.0


@dataclass(frozen=True)
class MessageHistory:
    """The last decisions, and the messages of the last week: implements `tray.ui.ports.MessageHistory`."""

    gate: NotificationGate
    mail_service: MailService
    now: Callable[[], float]

    def explanations(self) -> tuple[Explanation, ...]:
        """See `MessageHistory.explanations`."""
        return self.gate.explanations()

    def last_week(self) -> tuple[Arrival, ...]:
        """See `MessageHistory.last_week`."""
        return tuple(self.mail_service.arrivals_since(self.now() - _WEEK))


@dataclass(frozen=True)
class SettingsWindow:
    """Opens the settings, and implements the ports of `tray.ui.ports` whose methods its pages call."""

    reactor: Any
    dialogs: Dialogs
    settings: SettingsService
    secret_store: SecretStore
    sign_in: DialogSignIn
    connection_limits: ConnectionLimits
    notifications: NotificationService
    open_newest: Callable[[Account], None]
    """See `Previews.open_newest`."""
    add_account: Callable[[], None]
    """Opens the first page."""
    history: MessageHistory
    _used: list[Secret] = field(default_factory=list)
    """The secrets of the last test, which its report must not contain."""

    def open(
        self,
        *,
        page: str = "",
        account: AccountId | None = None,
        folders_of: AccountId | None = None,
        add_account: bool = False,
        draft: Account | None = None,
        secret: Secret | None = None,
    ) -> None:
        """Show the settings.

        `page` is the key of a page (`tray/ui/settings/pages`), `account` one whose page is shown, `folders_of` one
        whose folders are. With `add_account` all settings of a new account are shown, filled in with `draft` and the
        password `secret`.
        """

        def then(window: Any) -> None:
            if add_account:
                window.more_settings(draft, secret)
            elif account is not None:
                window.show_account(account)
            elif folders_of is not None:
                window.show_folders(folders_of)
            elif page:
                window.show_page(page)

        self.dialogs.show_settings(self.services(), then)

    def services(self) -> SettingsServices:
        """What the settings and the first page call."""
        from tray.app.settings.settings_service import OpenedSettings
        from tray.ui.ports import SettingsServices

        return SettingsServices(
            store=OpenedSettings(self.settings),
            tests=self,
            servers=self,
            folders=self,
            others=self,
            previews=self,
            sign_in=self.sign_in,
            type_proxy_password=self.secret_store.set_draft,
            add_account=self.add_account,
            history=self.history,
        )

    # `AccountTests`

    def check(
        self,
        account: Account,
        secret: Secret | None,
        on_step: Callable[[CheckResult], None],
        on_done: Callable[[bool], None],
    ) -> Callable[[], None]:
        """See `AccountTests.check`."""
        from tray.net.setup.account_check import AccountCheck

        async def account_secret(tested: Account) -> Secret:
            return recorded(await self.secret_store.login_secret(tested, secret), self._used)

        async def proxy_secret(proxy: Account) -> Secret:
            return recorded(await self.secret_store.read_draft(proxy), self._used)

        def testing(report: Callable[[CheckResult], None]) -> Coroutine[Any, Any, bool]:
            return AccountCheck(self.reactor, account, account_secret, report, proxy_secret).run()

        def failed(failure: Failure) -> None:
            log.error("Internal error while testing an account", exc_info=failure.value)
            on_done(False)

        self._used[:] = [] if secret is None else [secret]
        return run_until_cancelled(testing, on_step, on_done, failed)

    def report(self, account: Account, results: Sequence[CheckResult], more: Mapping[str, str]) -> str:
        """See `AccountTests.report`."""
        from tray.mail.presentation.setup.diagnosis import report
        from tray.net.setup.versions import versions

        return report(account, results, {**versions(), **more}, self._used)

    def program_report(self, summary: Summary | None, more: Mapping[str, str]) -> str:
        """See `AccountTests.program_report`."""
        from tray.mail.presentation.setup.diagnosis import program_report
        from tray.net.setup.versions import versions

        accounts = summary.accounts if summary is not None else ()
        statuses = {account.id: account.status for account in accounts}
        return program_report(self.settings.current.accounts, statuses, {**versions(), **more})

    # `FolderLists`

    def connection_limit(self, account: Account) -> int | None:
        """See `FolderLists.connection_limit`."""
        return self.connection_limits.limit(account)

    def load(
        self, account: Account, secret: Secret | None, done: Callable[[FolderList | Problem], None]
    ) -> Callable[[], None]:
        """See `FolderLists.load`."""
        from tray.net.imap.mailbox.folder_list import list_folders

        async def listing(_report: object) -> FolderList:
            login_secret = await self.secret_store.login_secret(account, secret)
            return await list_folders(self.reactor, account, login_secret, self.secret_store.read_draft)

        def failed(failure: Failure) -> None:
            problem, is_defect = problem_for(failure, account)
            if is_defect:
                log.error("Internal error while listing folders", exc_info=failure.value)
            done(problem)

        return run_until_cancelled(listing, lambda _: None, done, failed)

    # `ServerSearch`

    def known(self, email: str) -> DiscoveryResult | None:
        """See `ServerSearch.known`."""
        from tray.desktop.storage.shipped_tables import shipped_providers
        from tray.mail.setup.discovery import shipped_result

        return shipped_result(email, shipped_providers())

    def discover(
        self,
        email: str,
        ask_thunderbird: bool,
        on_attempt: Callable[[Attempt], None],
        on_done: Callable[[DiscoveryResult | NoNetwork | None], None],
    ) -> RunningSearch:
        """See `ServerSearch.discover`."""
        from tray.desktop.storage.shipped_tables import shipped_providers
        from tray.net.setup.discovery import Skip, discover

        def searching(
            report: Callable[[Attempt], None],
        ) -> Coroutine[Any, Any, DiscoveryResult | NoNetwork | None]:
            providers = shipped_providers()
            return discover(self.reactor, email, providers, report, skip, ask_thunderbird=ask_thunderbird)

        def failed(failure: Failure) -> None:
            log.error("Internal error while searching for a server", exc_info=failure.value)
            on_done(None)

        skip = Skip()
        return RunningSearch(skip.now, run_until_cancelled(searching, on_attempt, on_done, failed))

    # `OtherPrograms`

    def find_accounts(
        self, accounts: Sequence[Account], on_found: Callable[[ImportResult], None]
    ) -> Callable[[], None]:
        """See `OtherPrograms.find_accounts`."""
        return self._in_thread(partial(importable_accounts, accounts), on_found)

    def online_title(self, online_account: str, on_title: Callable[[str], None]) -> Callable[[], None]:
        """See `OtherPrograms.online_title`."""
        return self._in_thread(partial(_title, online_account), on_title)

    def _in_thread(self, job: Callable[[], T], on_result: Callable[[T], None]) -> Callable[[], None]:
        """Call `job`, which may block, in a thread of its own; returns what drops its result."""
        thread = WorkerThread(self.reactor.callFromThread, "other-programs")
        thread.run(job).addCallback(on_result)
        return thread.close

    # `Previews`

    def send_test_notification(self) -> None:
        """See `Previews.send_test_notification`."""
        self.notifications.show_test()

    def ask_do_not_disturb(self, known: Callable[[bool], None]) -> None:
        """See `Previews.ask_do_not_disturb`."""
        self.notifications.ask_do_not_disturb(known)

    def play_sound(self, sound: str, on_failure: Callable[[str], None]) -> None:
        """See `Previews.play_sound`."""
        self.notifications.play(sound, on_failure)


def _title(identity: str) -> str:
    from tray.desktop.secrets import online_accounts
    from tray.mail.importers import gnome_online

    return gnome_online.title_of(online_accounts.accounts(), identity)


def importable_accounts(
    accounts: Sequence[Account], origins: Collection[SourceProgram] | None = None
) -> ImportResult:
    """What these programs, or all, have beside `accounts`; waits for files and for the session bus."""
    from tray.desktop.secrets import online_accounts
    from tray.desktop.storage.import_files import ImportFiles
    from tray.desktop.storage.shipped_tables import shipped_providers
    from tray.mail.importers import gnome_online
    from tray.mail.importers.candidates import SourceProgram, candidates

    origins = frozenset(SourceProgram) if origins is None else origins
    readings = ImportFiles().readings(origins)
    if SourceProgram.ONLINE in origins:
        readings += (gnome_online.parse(online_accounts.accounts()),)
    return candidates(readings, accounts, shipped_providers())
