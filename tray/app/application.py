"""Puts the parts together: one object of each, handed the few callables that it needs, and nothing else."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from tray.app.accounts.mail_service import MailService, MailServicePorts
from tray.app.accounts.online_accounts import OnlineAccounts
from tray.app.accounts.pause import Pause
from tray.app.accounts.power_and_network import PowerAndNetwork
from tray.app.accounts.secret_retry import KeyringWait
from tray.app.accounts.watcher_factory import WatcherFactory
from tray.app.actions import AccountActions, MessageActions, ProgramActions
from tray.app.control_commands import ControlCommands
from tray.app.credentials.secret_store import SecretStore
from tray.app.credentials.sign_in import SignIn
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.notification_service import NotificationService
from tray.app.prompts import CertificatePrompt, PasswordPrompt
from tray.app.settings.settings_service import SettingsService, StartAtLogin
from tray.app.settings.settings_window import SettingsWindow
from tray.app.settings.sign_in_service import DialogSignIn
from tray.app.windows import Windows
from tray.desktop.bus import session_bus
from tray.desktop.integration.opener import Opener
from tray.desktop.integration.tray_host import TrayHost
from tray.desktop.secrets.availability import KeyringWatch
from tray.desktop.storage.settings_file import SettingsFile
from tray.desktop.storage.state_store import StateStore
from tray.net.clock import Timer
from tray.net.control_server import listen_control
from tray.net.name_lookup import NameLookups
from tray.ui.ports import TrayCommands

if TYPE_CHECKING:
    from tray.app.accounts.account_watch import AccountWatch
    from tray.app.demo import Demo, DemoLog
    from tray.desktop.storage.paths import Paths
    from tray.mail.model.status import Paused
    from tray.mail.model.toast import Action, Toast
    from tray.mail.settings.settings import Settings

log = logging.getLogger(__name__)

_RENDER_DELAY = 0.05
"""Seconds in which changes are gathered before the tray is drawn: a panel draws each one over D-Bus."""


class Application:
    """The running notifier."""

    def __init__(self, reactor: Any, paths: Paths, settings: Settings, *, demo: bool = False) -> None:
        """Build the parts; nothing is shown and nobody is asked before `start`."""
        reactor.installNameResolver(NameLookups(reactor))
        self._reactor = reactor
        self._paths = paths
        self._demo = demo
        self._demonstration: Demo | None = None
        self._narrator: DemoLog | None = None
        self._control: Any = None
        self._rendering = Timer(reactor)
        self._pauses = Pause(reactor, self._pause_changed)

        # What is kept
        self._secret_store = SecretStore.of_profile(reactor.callFromThread, paths)
        self._store = StateStore(paths.state_file)
        self._announcements = Announcements(self._store, self._store.load_anyhow(), self._complain)

        # What is seen and heard
        session = session_bus()
        self._windows = Windows(
            TrayHost(session), time.time, lambda call: reactor.callLater(0, call), session
        )
        self._notifications = NotificationService(
            reactor,
            session,
            self._windows,
            lambda: self._desk.current,
            told=self._announcements.mark_announced,
            shown=self._toast_shown,
            clicked=self._toast_clicked,
            changed=self._render_soon,
        )

        # What comes from the servers
        watchers = WatcherFactory(
            reactor,
            self._store,
            secret_store=self._secret_store,
            announcements=self._announcements,
            mail_service=lambda: self._mail_service,
            tell=self._notifications.quiet.tell,
        )
        ports = MailServicePorts(
            make_watcher=watchers.make,
            announcements=self._announcements,
            notification_center=self._notifications.quiet,
            now=time.time,
            changed=self._render_soon,
            status_changed=self._status_changed,
        )
        self._mail_service = MailService(ports, settings)

        # What happens around
        self._machine = PowerAndNetwork(reactor, self._mail_service, session, self._clock_moved)
        waiting = KeyringWait(self._secret_store, self._mail_service)
        self._keyring = KeyringWatch(waiting.gone, waiting.came, waiting.changed, session)
        self._online = OnlineAccounts(self._secret_store, self._mail_service, session)

        # What the user does
        self._desk = SettingsService(
            reactor,
            SettingsFile(paths.settings_file),
            settings,
            self._secret_store,
            StartAtLogin(paths),
            self._mail_service,
            self._complain,
        )
        opener = Opener(self._complain)
        sign_in = DialogSignIn(
            SignIn(reactor, self._secret_store, lambda: self._desk.current.oauth),
            self._secret_store,
            self._desk,
            opener,
        )
        self._credentials = PasswordPrompt(self._secret_store, self._windows, sign_in, self._complain)
        self._certificate_prompt = CertificatePrompt(self._mail_service, self._desk, self._windows)
        self._actions = MessageActions(
            self._mail_service, opener, self._notifications.notification_center, self._announcements
        )
        self._settings_window = SettingsWindow(
            reactor,
            self._windows,
            self._desk,
            self._secret_store,
            sign_in,
            watchers.budget,
            self._mail_service,
            self._announcements,
            self._notifications,
            opener,
        )
        self._account_actions = AccountActions(
            self._mail_service, self._desk, self._settings_window, self._credentials, self._certificate_prompt
        )
        self._program = ProgramActions(reactor, self._windows, self._settings_window)
        self._commands = ControlCommands(self._mail_service, self._pauses, self._desk, self._program)

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
        self._mail_service.start()
        self._machine.start()
        self._windows.render(self._mail_service.summary())
        self._windows.start(TrayCommands(self._actions, self._account_actions, self._pauses, self._program))
        self._notifications.prepare()
        self._control = listen_control(self._reactor, str(self._paths.socket), self._commands.answer)
        if self._store.notice:
            self._complain(self._store.notice)
        if not self._desk.current.accounts:
            self._settings_window.open(add_account=True)

    async def _start_demonstration(self) -> None:
        from tray.app.demo import Demo, DemoLog

        self._demonstration = Demo(self._reactor)
        settings, secret = await self._demonstration.start(self._paths.state)
        self._narrator = DemoLog(lambda line: print(line, flush=True), self._mail_service.summary, time.time)  # noqa: T201
        self._secret_store.remember(settings.accounts[0].id, secret)
        self._desk.apply(settings, {}, lambda _sentence: None)

    def _could_not_start(self, failure: Any) -> None:
        log.error("Mailbell could not start: %s", failure.getErrorMessage())
        self._reactor.stop()

    async def _stop(self) -> None:
        self._pauses.stop()
        self._machine.stop()
        self._notifications.stop()
        self._windows.stop()
        if self._control is not None:
            await self._control.stopListening()
        await self._mail_service.stop()
        self._rendering.clear()
        if self._demonstration is not None:
            await self._demonstration.stop()
        self._secret_store.close()
        self._notifications.close()
        self._store.close()

    # What the parts call

    def _status_changed(self, watch: AccountWatch) -> None:
        self._credentials.status_changed(watch)
        self._certificate_prompt.status_changed(watch)
        if self._narrator is not None:
            self._narrator.status_changed(watch)

    def _clock_moved(self) -> None:
        self._pauses.look()
        self._notifications.quiet.look()
        self._render_soon()  # it may be another time zone, too

    def _pause_changed(self, pause: Paused | None) -> None:
        self._notifications.quiet.pause(paused=pause is not None)
        self._mail_service.pause(pause)

    def _toast_clicked(self, toast: Toast, action: Action, token: str) -> None:
        self._actions.on_toast(toast, action, token)

    def _toast_shown(self, toast: Toast) -> None:
        if self._narrator is not None:
            self._narrator.toast_shown(toast)

    def _render_soon(self) -> None:
        if self._rendering.remaining is None:
            self._rendering.set(_RENDER_DELAY, self._render)

    def _render(self) -> None:
        self._machine.check_clock()
        self._notifications.quiet.look()
        self._windows.render(self._mail_service.summary())

    def _complain(self, sentence: str) -> None:
        self._notifications.complain(sentence)
