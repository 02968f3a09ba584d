"""Hops three to six for all accounts: a report comes in, the state moves on, the user is told, the mark is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import DeferredList

from tray.app.accounts.account_watch import AccountWatch, Endings
from tray.mail.arrivals.mailbox_state import advance
from tray.mail.model.host_names import same_host
from tray.mail.model.status import NeedsCredentials
from tray.mail.model.toast import Arrival
from tray.mail.presentation.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from twisted.internet.defer import Deferred

    from tray.app.accounts.account_watch import WatcherFactory
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.duplicate_index import KeyedMessage
    from tray.app.notifications.notification_center import NotificationCenter
    from tray.app.notifications.quiet_hours import QuietHoursGate
    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import MailboxReport
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.status import Paused
    from tray.mail.presentation.summary import Summary
    from tray.mail.settings.settings import Settings


@dataclass(frozen=True)
class MailServicePorts:
    """What the mail service needs of the others."""

    make_watcher: WatcherFactory
    announcements: Announcements
    notification_center: QuietHoursGate | NotificationCenter
    now: Callable[[], float]
    changed: Callable[[], None]
    """Something that the tray shows is different."""
    status_changed: Callable[[AccountWatch], None]


class MailService:
    """Watches all accounts and keeps what is known of their mail."""

    def __init__(self, ports: MailServicePorts, settings: Settings) -> None:
        """Make ready for the accounts of `settings`; nothing is watched before `start`."""
        self._ports = ports
        self._settings = settings
        self._pause: Paused | None = None
        self._watches: dict[AccountId, AccountWatch] = {}
        self._endings = Endings()
        self._running = False
        self._arrange()

    # What comes from the server

    def report(self, account: Account, mailbox: MailboxName, report: MailboxReport) -> None:
        """Take in what a session has learnt of a mailbox."""
        watch = self._watches.get(account.id)
        if watch is None or not watch.hears(account, mailbox):
            return  # the last words of a watcher whose account was changed or removed
        account = watch.account
        announcements, titles = self._ports.announcements, self._settings.titles
        announce = self._settings.toasts and not account.muted
        now = self._ports.now()
        change = advance(announcements.state(account.id, mailbox), report, titles, now)
        if change.rebased:  # what waits for its toast was not told of
            change = advance(announcements.state_to_save(account.id, mailbox), report, titles, now)
        found = announcements.sort_arrivals(account.id, mailbox, change, report.messages, announce=announce)
        if found.done:
            self._ports.notification_center.gone(found.done)
        if found.new or found.batches:
            self._ports.notification_center.arrived(self._arrivals(account, found.new), found.batches)
        announcements.save(account.id, mailbox)
        self._ports.changed()

    def _arrivals(self, account: Account, mails: Iterable[KeyedMessage]) -> list[Arrival]:
        several = sum(1 for other in self._watches.values() if other.account.enabled) > 1
        return [
            Arrival(key, account.name, mail, several, account.colour, account.sound) for key, mail in mails
        ]

    # What comes from the user

    def start(self) -> None:
        """Begin to watch."""
        self._running = True
        for watch in self._watches.values():
            watch.start()

    def stop(self) -> Deferred[list[tuple[bool, Any]]]:
        """End every watch with a goodbye."""
        self._running = False
        for watch in self._watches.values():
            watch.stop()
        return DeferredList(self._endings.under_way)

    def take_settings(self, settings: Settings) -> None:
        """Apply new settings: connections that they do not concern go on undisturbed."""
        self._settings = settings
        self._arrange()
        self._ports.changed()

    def pause(self, pause: Paused | None) -> None:
        """Pause every account, or go on (None)."""
        self._pause = pause
        for watch in self._watches.values():
            if pause is None:
                watch.resume()
            else:
                watch.pause(pause.until)
        self._ports.changed()

    def check_now(self) -> None:
        """Look at once, everywhere."""
        for watch in self._watches.values():
            watch.check_now()

    def secret_given(self, account: AccountId) -> None:
        """Go on where one was waited for; a connection that there is needs none."""
        watch = self._watches.get(account)
        if watch is not None and isinstance(watch.status, NeedsCredentials):
            watch.check_now()

    def watch(self, account: AccountId) -> AccountWatch | None:
        """The watch of an account; None for one that does not exist."""
        return self._watches.get(account)

    def present(self, account: Account) -> Account:
        """An account as it is in the settings now; as it was where it is there no more."""
        watch = self._watches.get(account.id)
        return account if watch is None else watch.account

    @property
    def watches(self) -> tuple[AccountWatch, ...]:
        """All watches, in the user's order."""
        return tuple(self._watches.values())

    def summary(self) -> Summary:
        """Everything that the tray shows now."""
        enabled = [watch for watch in self._watches.values() if watch.account.enabled]
        return summarize([watch.summary(self._ports.announcements) for watch in enabled], self._pause)

    # Keeping the watches in step with the settings

    def _arrange(self) -> None:
        titles = self._settings.titles
        present: dict[AccountId, AccountWatch] = {}
        fresh: list[AccountWatch] = []
        orphans: list[tuple[Account, list[KeyedMessage]]] = []
        for account in self._settings.accounts:
            watch = self._watches.pop(account.id, None)
            if watch is None:
                ports = self._ports
                watch = AccountWatch(
                    account, titles, ports.make_watcher, self._status_changed, ports.now, self._endings
                )
                fresh.append(watch)
            else:
                if watch.account.user != account.user or not same_host(watch.account.host, account.host):
                    # Another mailbox altogether, whose UIDVALIDITY may be the same by chance.
                    self._forget(account.id)
                watch.take(account, titles)
            orphans.append((account, self._keep_only(account.id, account.mailboxes)))
            present[account.id] = watch
        for removed in self._watches.values():
            removed.stop()
            self._forget(removed.account.id)
        self._watches = present
        self._ports.announcements.prune(
            [(account.id, mailbox) for account in self._settings.accounts for mailbox in account.mailboxes]
        )
        for account, mails in orphans:
            if mails:
                self._ports.notification_center.arrived(self._arrivals(account, mails))
        for watch in fresh if self._running else ():
            watch.start()
            if self._pause is not None:
                watch.pause(self._pause.until)

    def _forget(self, account: AccountId) -> None:
        self._keep_only(account, ())
        self._ports.announcements.forget(account)

    def _keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[KeyedMessage]:
        """Drop what is known of an account's other mailboxes; the mails that are to be told of because of that."""
        orphans = self._ports.announcements.keep_only(account, mailboxes)
        self._ports.notification_center.keep_only(account, mailboxes)
        return orphans

    def _status_changed(self, watch: AccountWatch) -> None:
        self._ports.status_changed(watch)
        self._ports.changed()
