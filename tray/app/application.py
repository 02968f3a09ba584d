"""Puts the parts together: one object of each, handed the few callables that it needs, and nothing else."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from tray import __version__
from tray.app.actions import Actions
from tray.app.alerts import Alerts
from tray.app.blocking import BlockingThread
from tray.app.credentials import Credentials
from tray.app.faces import Faces
from tray.app.keyring_wait import KeyringWait
from tray.app.ledger import Ledger
from tray.app.machine import Machine
from tray.app.mailroom import Mailroom, MailroomPorts
from tray.app.pauses import Pauses
from tray.app.pinning import Pinning
from tray.app.remote import RemoteCommands, answer
from tray.app.renewals import Renewals
from tray.app.settings_desk import SettingsDesk
from tray.app.toaster import Toaster
from tray.app.vault import Vault
from tray.desktop.keyring_watch import KeyringWatch
from tray.desktop.opener import Opener
from tray.desktop.renewals_file import RenewalsFile
from tray.desktop.secrets import Secrets
from tray.desktop.settings_file import SettingsFile
from tray.desktop.state_store import StateStore
from tray.desktop.toasts.balloon import Balloon
from tray.desktop.toasts.choose import choose
from tray.desktop.tray_host import TrayHost
from tray.i18n import tr
from tray.mail.settings import SettingsError
from tray.mail.toast import Toast, ToastKey
from tray.net.alarm import Alarm
from tray.net.budget import Budget
from tray.net.control import listen_control
from tray.net.watcher import Watcher
from tray.net.watcher_ports import WatcherPorts
from tray.ui.commands import TrayCommands

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.demonstration import Demonstration, Narrator
    from tray.app.watch import AccountWatch
    from tray.desktop.paths import Paths
    from tray.imap.types import MailboxName
    from tray.mail.account import Account
    from tray.mail.settings import Settings
    from tray.mail.status import Paused, Status
    from tray.mail.toast import Action

log = logging.getLogger(__name__)

_RENDER_DELAY = 0.05
"""Seconds in which changes are gathered before the tray is drawn: a panel draws each one over D-Bus."""


class Application:
    """The running notifier."""

    def __init__(self, reactor: Any, paths: Paths, settings: Settings, *, demo: bool = False) -> None:
        """Build the parts; nothing is shown and nobody is asked before `start`."""
        self._reactor = reactor
        self._paths = paths
        self._demo = demo
        self._demonstration: Demonstration | None = None
        self._narrator: Narrator | None = None
        self._control: Any = None
        self._rendering = Alarm(reactor)
        self._threads = tuple(BlockingThread(reactor.callFromThread, name) for name in ("keyring", "secrets"))
        self._vault = Vault(Secrets(paths.keyring_service, paths.secret_file), *self._threads)
        self._store = StateStore(paths.state_file)
        self._ledger = Ledger(self._store, self._store.load_anyhow(), self._complain)
        self._pauses = Pauses(reactor, self._pause_changed)
        self._faces = Faces(TrayHost(), time.time, lambda call: reactor.callLater(0, call))
        self._credentials = Credentials(self._vault, self._faces)
        self._toasts = choose(self._toast_clicked, self._toast_closed, self._faces.show_message)
        if isinstance(self._toasts, Balloon):
            self._faces.when_message_clicked(self._toasts.clicked)
        self._toaster = Toaster(reactor, self._toasts, self._ledger.told, self._toast_shown)
        self._alerts = Alerts(self._store, self._toaster.tell, time.time)
        self._budget = Budget(reactor, random.random)
        ports = MailroomPorts(
            make_watcher=self._make_watcher,
            ledger=self._ledger,
            toaster=self._toaster,
            now=time.time,
            changed=self._render_soon,
            status_changed=self._status_changed,
        )
        renewals = RenewalsFile(paths.renewals_file)
        self._renewals = Renewals(renewals, [account.id for account in settings.accounts])
        self._mailroom = Mailroom(ports, settings)
        self._machine = Machine(reactor, self._mailroom)
        waiting = KeyringWait(self._vault, self._mailroom)
        self._keyring = KeyringWatch(waiting.gone, waiting.came, waiting.changed)
        self._settings = SettingsDesk(
            reactor,
            SettingsFile(paths.settings_file),
            settings,
            self._vault,
            self._start_at_login,
            self._mailroom.take_settings,
        )
        self._pinning = Pinning(self._mailroom, self._settings, self._faces, self._complain)
        self._actions = Actions(self._mailroom, Opener(self._complain), self._toaster, self._ledger)

    # Life

    def start(self) -> None:
        """Show the titles of the last run, watch the accounts, and answer the command line."""
        Deferred.fromCoroutine(self._start()).addErrback(self._could_not_start)

    def stop(self) -> Deferred[None]:
        """End everything with a goodbye; fires within a few seconds whatever the servers do."""
        return Deferred.fromCoroutine(self._stop())

    async def _start(self) -> None:
        if self._demo:
            await self._start_demonstration()
        self._mailroom.start()
        self._machine.start()
        self._faces.render(self._mailroom.summary())
        self._faces.start(self._tray_commands())
        self._toasts.prepare()
        self._control = listen_control(self._reactor, str(self._paths.socket), self._answer)
        if self._store.notice:
            self._complain(self._store.notice)
        if not self._settings.current.accounts:
            self._open_settings(add_account=True)

    async def _start_demonstration(self) -> None:
        from tray.app.demonstration import Demonstration, Narrator

        self._demonstration = Demonstration(self._reactor)
        settings, secret = await self._demonstration.start(self._paths.state)
        self._narrator = Narrator(lambda line: print(line, flush=True), self._mailroom.summary, time.time)  # noqa: T201
        self._vault.remember(settings.accounts[0].id, secret)
        self._settings.apply(settings, {}, lambda _sentence: None)

    def _could_not_start(self, failure: Any) -> None:
        log.error("Mailbell could not start: %s", failure.getErrorMessage())
        self._reactor.stop()

    async def _stop(self) -> None:
        self._pauses.stop()
        self._machine.stop()
        self._toaster.stop()
        self._faces.stop()
        if self._control is not None:
            await self._control.stopListening()
        await self._mailroom.stop()
        self._rendering.clear()
        if self._demonstration is not None:
            await self._demonstration.stop()
        for thread in self._threads:
            thread.close()
        self._toasts.close()
        self._store.close()

    # Wiring

    def _make_watcher(
        self, account: Account, mailbox: MailboxName, titles: int, heard: Callable[[Status], None]
    ) -> Watcher:
        ports = WatcherPorts(
            reactor=self._reactor,
            secret=self._vault.get,
            known=lambda: self._ledger.state(account.id, mailbox),
            report=lambda report: self._mailroom.report(account, mailbox, report),
            status=heard,
            random=random.random,
            now=time.time,
            turn=self._budget.turn(account, mailbox),
            remark=lambda trouble: self._alerts.remarked(account, trouble),
            renewal=lambda: self._renewals.of(account.id),
            learnt=lambda renewal: self._renewals.learnt(account.id, renewal),
        )
        return Watcher(account, mailbox, ports, titles=titles)

    def _tray_commands(self) -> TrayCommands:
        return TrayCommands(
            open_message=self._actions.open_message,
            open_mail=self._actions.open_mail,
            check_now=self._mailroom.check_now,
            pause=self._pauses.pause,
            pause_until_tomorrow=self._pauses.until_tomorrow,
            resume=self._pauses.resume,
            mark_all_read=self._actions.mark_all_read,
            give_password=lambda account: self._credentials.give(self._mailroom, account),
            show_certificate=self._pinning.show,
            open_settings=self._open_settings,
            open_about=lambda: self._faces.show_about(__version__),
            quit=self._quit,
        )

    async def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        commands = RemoteCommands(
            summary=self._mailroom.summary,
            check_now=self._mailroom.check_now,
            pause=self._pauses.pause,
            resume=self._pauses.resume,
            reload=self._settings.reload,
            show=self._faces.show_window,
            quit=self._quit,
        )
        try:
            return await answer(commands, request)
        except SettingsError as error:
            return {"ok": False, "error": str(error)}

    # What the parts call

    def _status_changed(self, watch: AccountWatch) -> None:
        self._credentials.status_changed(watch)
        self._pinning.status_changed(watch)
        if self._narrator is not None:
            self._narrator.status_changed(watch)

    def _start_at_login(self, wanted: bool) -> None:
        from tray.desktop import autostart

        if wanted:
            autostart.enable(self._paths)
        else:
            autostart.disable(self._paths)

    def _pause_changed(self, pause: Paused | None) -> None:
        self._mailroom.pause(pause)

    def _toast_clicked(self, toast: Toast, action: Action, token: str) -> None:
        self._actions.on_toast(toast, action, token)

    def _toast_closed(self, key: ToastKey) -> None:
        self._toaster.closed(key)

    def _toast_shown(self, toast: Toast) -> None:
        if self._narrator is not None:
            self._narrator.toast_shown(toast)

    def _render_soon(self) -> None:
        if self._rendering.remaining is None:
            self._rendering.set(_RENDER_DELAY, self._render)

    def _render(self) -> None:
        self._machine.something_happened()
        self._faces.render(self._mailroom.summary())

    def _open_settings(self, *, add_account: bool = False) -> None:
        from tray.app.account_check import AccountCheck
        from tray.app.server_search import ServerSearch
        from tray.ui.services import SettingsServices

        services = SettingsServices(
            apply=self._settings.for_dialog(),
            check=AccountCheck(self._reactor, self._vault).start,
            new_account_id=self._settings.new_account_id,
            discover=ServerSearch(self._reactor).start,
        )
        self._faces.show_settings(self._settings.current, services, add_account=add_account)

    def _complain(self, sentence: str) -> None:
        self._toaster.tell(Toast(ToastKey("complaint"), tr("Mailbell"), sentence, messages=()))

    def _quit(self) -> None:
        # Later, so that whoever asked still gets an answer.
        self._reactor.callLater(0, self._reactor.stop)
