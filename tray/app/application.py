"""The composition root: makes one object of each part, connects them, and starts and stops them."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, maybeDeferred

from tray.app.accounts.mail_service import MailService
from tray.app.accounts.pause import Pause
from tray.app.accounts.pending_actions import PendingActions
from tray.app.accounts.power_and_network import PowerAndNetwork
from tray.app.accounts.secret_retry import SecretRetry
from tray.app.accounts.watcher_factory import WatcherFactory
from tray.app.actions.program_actions import AccountActions, ProgramActions
from tray.app.control_commands import ControlCommands
from tray.app.control_service import ControlService
from tray.app.credentials.secret_store import SecretStore
from tray.app.credentials.sign_in import SignIn
from tray.app.dialogs import Dialogs, WindowStyle
from tray.app.first_page import FirstPageWindow
from tray.app.new_mail import NewMail
from tray.app.notifications.announcements import Announcements
from tray.app.notifications.notification_service import Complaints, NotificationService
from tray.app.notifications.warm_up import WarmUp
from tray.app.on_first_use import OnFirstUse
from tray.app.prompts import Prompts
from tray.app.settings.settings_service import SettingsService
from tray.app.status_feed import StatusFeed
from tray.app.summary_updates import SummaryUpdates
from tray.app.windows import Windows
from tray.desktop.appearance.screen_reader import ScreenReader
from tray.desktop.bus import session_bus
from tray.desktop.session.tray_host import TrayHost
from tray.desktop.storage.settings_file import SettingsFile
from tray.desktop.storage.state_store import StateError, StateStore
from tray.desktop.storage.window_size import WindowSizeFile
from tray.mail.model.status import Watching
from tray.net.clock import Timer
from tray.net.deferreds import in_next_turn
from tray.net.name_lookup import NameLookups
from tray.ui.commands import TrayCommands

if TYPE_CHECKING:
    from tray.app.accounts.account_watch import AccountWatch
    from tray.app.actions.action_queue import ActionQueue
    from tray.app.actions.message_actions import MessageActions
    from tray.app.actions.message_search import MessageSearch
    from tray.app.actions.replies import Replies
    from tray.app.actions.rule_actions import RuleActions
    from tray.app.demo import Demo
    from tray.app.first_icon import FirstIcon
    from tray.app.settings.dialog_services import SettingsWindow
    from tray.app.settings.dialog_sign_in import DialogSignIn
    from tray.desktop.opening.opener import Opener
    from tray.desktop.start.autostart import StartAtLogin
    from tray.desktop.storage.paths import Paths
    from tray.mail.model.action import RefusedAction
    from tray.mail.model.toast import Toast, ToastAction
    from tray.mail.settings.settings import Settings

log = logging.getLogger(__name__)

HEAD_START = 0.05
"""Seconds that the connections have before all else is started; then it is, while the servers answer."""


class Application:
    """The running program."""

    def __init__(
        self,
        reactor: Any,
        paths: Paths,
        settings: Settings,
        first_icon: FirstIcon | None = None,
        *,
        demo: bool = False,
    ) -> None:
        """Make and connect the parts; nothing more is shown, and no server is connected to, before `start`."""
        reactor.installNameResolver(NameLookups(reactor))
        self._reactor = reactor
        self._demo = _demo(reactor, paths) if demo else None
        self._complaints = complaints = Complaints()

        # Stored data
        self._secret_store = SecretStore.of_profile(reactor.callFromThread, paths)
        self._store = StateStore(paths.state_file)
        announcements = Announcements(self._store, self._store.load(), complaints.show)
        self._settings = SettingsService(
            reactor,
            SettingsFile(paths.settings_file),
            settings,
            self._secret_store,
            OnFirstUse(lambda: _start_at_login(paths)).stand_in,
            complaints.show,
        )

        # Windows and toasts
        session = session_bus()
        style = WindowStyle(session)
        dialogs = Dialogs(reactor, style)
        self._new_mail = new_mail = NewMail(paths.new_mail_file)
        self._windows = Windows(
            TrayHost(session),
            time.time,
            reactor,
            style,
            lambda: self._settings.current,
            new_mail,
            WindowSizeFile(paths.window_size),
            first_icon,
        )
        self._screen_reader = ScreenReader(session, self._windows.set_screen_reader)
        self._feed = StatusFeed(reactor)
        demo_views = [] if self._demo is None else [self._demo]
        self._updates = SummaryUpdates(reactor, [self._windows, self._feed], dialogs, *demo_views)
        new_mail.connect(self._updates.soon)
        dialogs.settings_opened = self._updates.soon
        self._notifications = NotificationService(
            reactor,
            session,
            self._windows,
            announcements,
            lambda: self._settings.current,
            shown=self._demo.toast_shown if self._demo is not None else None,
            changed=self._updates.soon,
        )
        complaints.connect(self._notifications.center)
        self._warm_up = WarmUp(reactor, self._notifications.gate.expect_mail)
        opener = OnFirstUse(self._make_opener).stand_in
        renewals = SignIn(reactor, self._secret_store, self._settings.oauth_clients)
        sign_in = OnFirstUse(lambda: self._make_sign_in(renewals, opener)).stand_in
        prompts = Prompts(self._secret_store, self._settings, dialogs, sign_in, complaints.show)

        # The accounts
        watchers = WatcherFactory(
            reactor,
            self._store,
            secret_store=self._secret_store,
            announcements=announcements,
            gate=self._notifications.gate,
        )

        def status_changed(watch: AccountWatch) -> None:
            if pending.queue:
                self._actions.get().on_status(watch)
            if self._replies.made is not None:
                self._replies.made.on_status(watch)
            if watch.only_confirmed:  # every two minutes with Dovecot
                return
            prompts.status_changed(watch)
            reminders.on_status(watch.account, watch.is_watching)
            if isinstance(watch.status, Watching):
                self._warm_up.start()

        pending = PendingActions(self._store)
        self._mail_service = MailService(
            settings,
            make_watcher=watchers.make,
            announcements=announcements,
            pending=pending,
            gate=self._notifications.gate,
            now=time.time,
            changed=self._updates.soon,
            confirmed=self._updates.confirmed,
            status_changed=status_changed,
            arrived=(new_mail.arrived, self._feed.arrived),
        )
        watchers.connect(self._mail_service)
        reminders = self._notifications.gate.reminders
        reminders.keep_in(self._store, self._mail_service.as_arrivals)
        announcements.connect(reminders.announced)
        searches = OnFirstUse(self._make_searches).stand_in
        self._actions = OnFirstUse(lambda: self._make_action_queue(pending, announcements, searches))
        if pending.queue:  # of the last run
            self._actions.get()
        self._replies = OnFirstUse(self._make_replies)
        self._rule_actions = OnFirstUse(self._make_rule_actions)
        self._notifications.gate.connect(self._rule_actions.stand_in.on_new)
        self._settings.connect(self._mail_service)
        self._pause = Pause(reactor, self._mail_service, self._notifications.gate, self._store)

        # Power, network and keyring
        self._power_and_network = PowerAndNetwork(
            reactor, self._mail_service, session, self._updates.clock_moved
        )
        self._updates.connect(
            self._mail_service,
            self._notifications.gate,
            self._pause,
            self._power_and_network,
            lambda: self._windows.is_window_open or dialogs.are_settings_open,
        )
        self._secret_retry = SecretRetry(self._secret_store, self._mail_service, session)

        # Actions of the user
        messages = OnFirstUse(lambda: self._make_message_actions(opener, announcements, searches)).stand_in

        def on_toast(toast: Toast, action: ToastAction, token: str) -> None:
            if toast.messages or not self._replies.get().on_toast(toast, action):
                messages.on_toast(toast, action, token)

        self._notifications.connect(on_toast, self._replies.stand_in.on_reply)
        settings_window = OnFirstUse(
            lambda: self._make_settings_window(dialogs, sign_in, watchers, messages)
        ).stand_in
        self._settings_window = settings_window
        self._first_page = FirstPageWindow(
            reactor,
            style,
            self._settings,
            settings_window,
            self._windows,
            self._updates,
        )
        self._updates.add_view(self._first_page)
        self._power_and_network.when_network_is_back(self._first_page.network_is_back)
        accounts = AccountActions(self._mail_service, self._settings, settings_window, prompts)
        program = ProgramActions(reactor, self._windows, settings_window, self._first_page)
        self._tray_commands = TrayCommands(messages, accounts, self._pause, program)
        commands = ControlCommands(self._mail_service, self._pause, self._settings, messages, program)
        self._control = ControlService(reactor, paths, session, commands, self._feed)
        self._rest = Timer(reactor)

    def start(self) -> None:
        """Watch the accounts, show the messages of the last run, and accept commands of the command line."""
        Deferred.fromCoroutine(self._start()).addErrback(self._could_not_start)

    def stop(self) -> Deferred[None]:
        """Log out and end all parts; fires within a few seconds, also where servers do not answer."""
        # Twisted then closes all connections, also the one whose data has ended the stop and which still handles it.
        return in_next_turn(self._reactor, Deferred.fromCoroutine(self._stop()))

    async def _start(self) -> None:
        if self._demo is not None:
            await self._demo.start(self._settings, self._secret_store)
        self._mail_service.start()
        self._pause.go_on()
        wait = HEAD_START if self._settings.current.accounts else 0.0
        self._rest.set(wait, lambda: maybeDeferred(self._start_the_rest).addErrback(self._could_not_start))

    def _start_the_rest(self) -> None:
        self._power_and_network.start()
        self._updates.draw()
        self._windows.start(self._tray_commands)
        self._notifications.prepare()
        if self._replies_wait():  # of the last run
            self._replies.get().start()
        self._control.start()
        if self._store.notice:
            self._complaints.show(self._store.notice)
        if not self._settings.current.accounts:
            self._first_page.open()

    # Parts that many runs never need.

    def _make_opener(self) -> Opener:
        from tray.desktop.opening.opener import Opener

        return Opener(self._complaints.show)

    def _make_sign_in(self, sign_in: SignIn, opener: Opener) -> DialogSignIn:
        from tray.app.settings.dialog_sign_in import DialogSignIn

        return DialogSignIn(sign_in, self._secret_store, self._settings, opener)

    def _make_searches(self) -> MessageSearch:
        from tray.app.actions.all_mail import AllMail
        from tray.app.actions.message_search import MessageSearch

        return MessageSearch(self._mail_service, AllMail(self._reactor, self._secret_store))

    def _make_action_queue(
        self, pending: PendingActions, announcements: Announcements, searches: MessageSearch
    ) -> ActionQueue:
        from tray.app.actions.action_queue import ActionQueue
        from tray.app.actions.unwatched import UnwatchedMailboxes

        return ActionQueue(
            self._reactor,
            pending,
            self._mail_service,
            announcements,
            self._updates.soon,
            self._show_refused,
            UnwatchedMailboxes(self._reactor, self._secret_store),
            searches,
        )

    def _make_replies(self) -> Replies:
        from tray.app.actions.postman import Postman
        from tray.app.actions.replies import Replies

        return Replies(
            self._reactor,
            self._store,
            self._mail_service,
            self._actions.stand_in,
            self._notifications,
            Postman(self._reactor, self._secret_store),
            self._settings.remember_outgoing,
        )

    def _replies_wait(self) -> bool:
        try:
            return bool(self._store.replies())
        except StateError:
            return True  # which `Replies` reports

    def _make_rule_actions(self) -> RuleActions:
        from tray.app.actions.rule_actions import RuleActions

        return RuleActions(
            self._reactor, self._actions.stand_in, lambda: self._settings.current, self._complaints.show
        )

    def _make_message_actions(
        self, opener: Opener, announcements: Announcements, searches: MessageSearch
    ) -> MessageActions:
        from tray.app.actions.message_actions import MessageActions

        return MessageActions(
            self._mail_service,
            opener,
            announcements,
            self._notifications.gate,
            self._actions.stand_in,
            lambda: self._settings.current,
            lambda account, done: self._settings_window.load(account, None, done),
            searches,
        )

    def _make_settings_window(
        self, dialogs: Dialogs, sign_in: DialogSignIn, watchers: WatcherFactory, messages: MessageActions
    ) -> SettingsWindow:
        from tray.app.settings.dialog_services import MessageHistory, SettingsWindow

        return SettingsWindow(
            self._reactor,
            dialogs,
            self._settings,
            self._secret_store,
            sign_in,
            watchers.connection_limits,
            self._notifications,
            messages.open_newest,
            add_account=self._add_account,
            history=MessageHistory(self._notifications.gate, self._mail_service, time.time),
        )

    def _add_account(self) -> None:
        self._first_page.open()  # made after the settings, which offer it

    def _show_refused(self, refused: tuple[RefusedAction, ...]) -> None:
        if not self._mail_service.is_listing:  # else the window shows it
            self._notifications.show_refused(refused)

    def _could_not_start(self, failure: Any) -> None:
        log.error("Mailbell could not start: %s", failure.getErrorMessage())
        self._reactor.stop()

    async def _stop(self) -> None:
        self._rest.clear()
        self._pause.stop()
        self._power_and_network.stop()
        self._warm_up.stop()
        self._notifications.stop()
        replies = self._replies.made
        replies_ended = None if replies is None else replies.stop()
        for part in (self._rule_actions, self._actions):
            if part.made is not None:
                part.made.stop()
        icon_gone = self._windows.stop()
        await self._control.stop()
        if replies_ended is not None:
            await replies_ended
        await self._mail_service.stop()
        await icon_gone
        self._updates.stop()
        if self._demo is not None:
            await self._demo.stop()
        self._new_mail.save()
        self._secret_store.close()
        self._notifications.close()
        self._store.close()


def _start_at_login(paths: Paths) -> StartAtLogin:
    from tray.desktop.start.autostart import start_at_login

    return start_at_login(paths)


def _demo(reactor: Any, paths: Paths) -> Demo:
    from tray.app.demo import Demo

    return Demo(reactor, paths.state)
