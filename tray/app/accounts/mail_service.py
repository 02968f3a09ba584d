"""All accounts while they run: reports become new states of mailboxes, and arrivals that are announced."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import DeferredList

from tray.app.accounts.account_watch import AccountWatch, EndingConnections
from tray.app.notifications.announcements import SortedArrivals
from tray.imap.types import ExtraItems
from tray.mail.actions.pending import shown
from tray.mail.arrivals.mailbox_state import MailboxReport, advance
from tray.mail.model.host_names import same_host
from tray.mail.model.message import MessageKey, listing_date
from tray.mail.model.status import NeedsCredentials
from tray.mail.model.toast import Arrival, ToastAction, ToastContent
from tray.mail.presentation.colours import account_colours
from tray.mail.presentation.summary import LISTED, LISTED_UNREAD, message_line, none_important, summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from twisted.internet.defer import Deferred

    from tray.app.accounts.account_watch import MakeWatcher
    from tray.app.accounts.pending_actions import PendingActions
    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.duplicate_index import KeyedMessage
    from tray.app.notifications.gate import NotificationGate
    from tray.imap.types import MailboxName
    from tray.mail.actions.pending import PendingAction
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import Message
    from tray.mail.model.status import Paused
    from tray.mail.model.uid_set import UidSet
    from tray.mail.presentation.summary import MessageLine, Summary
    from tray.mail.settings.settings import Settings

_NOTHING = SortedArrivals((), (), ())


class MailService:
    """Watches all accounts."""

    def __init__(
        self,
        settings: Settings,
        *,
        make_watcher: MakeWatcher,
        announcements: Announcements,
        pending: PendingActions,
        gate: NotificationGate,
        now: Callable[[], float],
        changed: Callable[[], None],
        confirmed: Callable[[], None],
        status_changed: Callable[[AccountWatch], None],
        arrived: Collection[Callable[[str, Sequence[MessageLine]], None]] = (),
    ) -> None:
        """Make a watch for each account of `settings`; nothing is watched before `start`.

        Mailboxes are shown as if the actions in `pending` were done.

        `now` gives Unix seconds; `changed` is called when the tray has something else to show (then it is to call
        `save` later), `confirmed` where only the time of a server's last answer is another one, `status_changed` with
        each new status of an account, those of `arrived` with the name of an account and its new messages.
        """
        self._make_watcher = make_watcher
        self._announcements = announcements
        self._gate = gate
        self._now = now
        self._changed = changed
        self._confirmed = confirmed
        self._status_changed = status_changed
        self._arrived = arrived
        self.settings = settings
        self._pause: Paused | None = None
        self._watches: dict[AccountId, AccountWatch] = {}
        self._ending = EndingConnections()
        self._running = False
        self._pending = pending
        self._listing = False
        self._checked: set[AccountId] = set()  # whose next answer the user waits for
        self._unsaved: dict[tuple[AccountId, MailboxName], None] = {}
        self._arrange()

    def pending(self, account: AccountId) -> list[PendingAction]:
        """The actions on messages of an account that are not done yet."""
        return self._pending.of(account)

    # What comes from the server

    def on_report(self, account: Account, mailbox: MailboxName, report: MailboxReport) -> None:
        """Use a report of a session: the new state of the mailbox, and the messages to announce."""
        watch = self._watches.get(account.id)
        if watch is None or not watch.is_current(account, mailbox):
            return  # the watcher is being ended: its account was changed or removed
        self._use(watch.account, mailbox, report)

    def on_action_done(self, action: PendingAction, uids: UidSet) -> None:
        """A server has done `action` on these messages: it is known before the session reports it."""
        watch = self._watches.get(action.account)
        state = self._announcements.state(action.account, action.mailbox)
        if watch is None or state is None or state.uid_validity != action.uid_validity:
            return
        if action.moves:
            report = MailboxReport(action.uid_validity, gone=frozenset(uids))
        else:
            after = shown(state, [replace(action, uids=uids)])
            flags = tuple(
                (message.uid, message.flags)
                for message in (*after.latest, *after.more)
                if message.uid in uids
            )
            report = MailboxReport(action.uid_validity, flags=flags, unseen=after.unseen)
        self._use(watch.account, action.mailbox, report)

    def _use(self, account: Account, mailbox: MailboxName, report: MailboxReport) -> None:
        announcements, titles = self._announcements, self.settings.titles
        now = self._now()
        more = LISTED + LISTED_UNREAD if self._listing else 0
        before = announcements.state(account.id, mailbox)
        change = advance(before, report, titles, now, more)
        found = announcements.sort_arrivals(account.id, mailbox, change, report)
        if found.done:
            self._gate.withdraw(found.done)
        if found.new or found.batches:  # the toast first: a commit takes longer than all before
            self._gate.announce(self.as_arrivals(account, found.new), found.batches)
        self._unsaved[account.id, mailbox] = None
        if found.new:
            lines = [message_line(key, message) for key, message in found.new]
            for arrived in self._arrived:
                arrived(account.name, lines)
        if announcements.state(account.id, mailbox) != before or found != _NOTHING:
            self._changed()

    def save(self) -> None:
        """Write the states of the mailboxes that have changed: while a toast was under way, nothing was written."""
        unsaved, self._unsaved = self._unsaved, {}
        for account, mailbox in unsaved:
            self._announcements.save(account, mailbox)

    def as_arrivals(self, account: Account, mails: Iterable[KeyedMessage]) -> list[Arrival]:
        """Messages of `account` with what their toasts need."""
        several = sum(1 for other in self._watches.values() if other.account.enabled) > 1
        return [
            Arrival(key, account.name, mail, several, self._colours[account.id], account.sound)
            for key, mail in mails
        ]

    def arrivals_of(self, keys: Collection[MessageKey]) -> list[Arrival]:
        """Those of these messages that are known and unread, oldest first, as when they arrived."""
        return self._known(lambda key, message: key in keys and message.unseen)

    def arrivals_since(self, time: float) -> list[Arrival]:
        """All known messages from that time (Unix seconds) on, oldest first."""
        return self._known(lambda _key, message: listing_date(message) >= time)

    def _known(self, wanted: Callable[[MessageKey, Message], bool]) -> list[Arrival]:
        found: list[Arrival] = []
        for watch in self._watches.values():
            mails = [
                (key, message)
                for name, state in watch.known(self._announcements).items()
                for message in (*state.latest, *state.more)
                if wanted(key := MessageKey(watch.account.id, name, state.uid_validity, message.uid), message)
            ]
            found += self.as_arrivals(watch.account, mails)
        return sorted(found, key=lambda arrival: listing_date(arrival.message))

    # What comes from the user

    def start(self) -> None:
        """Begin to watch."""
        self._running = True
        for watch in self._watches.values():
            watch.start()

    def stop(self) -> Deferred[list[tuple[bool, Any]]]:
        """End every watch with a log-out."""
        self._running = False
        for watch in self._watches.values():
            watch.stop()
        return DeferredList(self._ending.all_ended)

    def apply_settings(self, settings: Settings) -> None:
        """Apply new settings; connections that they do not concern are kept."""
        self.settings = settings
        self._arrange()
        self._changed()

    def pause(self, pause: Paused | None) -> None:
        """Pause every account, or end the pause (None)."""
        self._pause = pause
        for watch in self._watches.values():
            if pause is None:
                watch.resume()
            else:
                watch.pause(pause.until)
        self._changed()

    def check_now(self) -> None:
        """Check all accounts for mail at once."""
        self._checked.update(self._watches)
        for watch in self._watches.values():
            watch.check_now()

    @property
    def is_listing(self) -> bool:
        """Whether a window lists the messages."""
        return self._listing

    def list_more(self, wanted: bool) -> None:
        """Whether a window lists the messages: then more of them are read, with previews; they stay in memory."""
        if wanted == self._listing:
            return
        self._listing = wanted
        if not wanted:
            self._announcements.list_no_more()
        for watch in self._watches.values():
            watch.list_more(LISTED if wanted else 0)
        self._changed()

    def secret_given(self, account: AccountId) -> None:
        """Try again with a new secret, if the account needs one; a working connection is kept.

        Called when the settings have saved a secret; the password dialog calls `AccountWatch.check_now` itself.
        """
        watch = self._watches.get(account)
        if watch is not None and isinstance(watch.status, NeedsCredentials):
            watch.check_now()

    def watch(self, account: AccountId) -> AccountWatch | None:
        """The watch of an account; None for one that does not exist."""
        return self._watches.get(account)

    def current_account(self, account: Account) -> Account:
        """`account` with its present settings; unchanged where it was removed."""
        watch = self._watches.get(account.id)
        return account if watch is None else watch.account

    @property
    def watches(self) -> tuple[AccountWatch, ...]:
        """All watches, in the user's order."""
        return tuple(self._watches.values())

    def summary(self) -> Summary:
        """Everything that the tray shows now."""
        enabled = [watch for watch in self._watches.values() if watch.account.enabled]
        summaries = (
            watch.summary(
                self._announcements,
                self.importance(watch.account),
                self.pending(watch.account.id),
            )
            for watch in enabled
        )
        quiet = self.settings.quiet_hours
        accounts = [
            replace(each, colour=self._colours[each.id], quiet_hours=(*quiet, *each.quiet_hours))
            for each in summaries
        ]
        summary = summarize(accounts, self._pause)
        offer = self._pending.undo_offer
        is_open = offer is not None and self._now() < offer.until
        return replace(summary, undo=offer if is_open else None, refused=self._pending.refused)

    def extra_items(self) -> ExtraItems:
        """What is read of messages beside their envelopes: for rules of the user, for toasts and for a window."""
        settings = self.settings
        previews = settings.toasts and settings.toast_content is ToastContent.PREVIEW
        headers, size = frozenset[str](), False
        if settings.rules:
            from tray.mail.settings.rules import header_names, needs_size

            headers, size = header_names(settings.rules), needs_size(settings.rules)
        if settings.toasts and ToastAction.REPLY in settings.toast_buttons:
            from tray.mail.reply.recipient import HEADERS

            headers |= HEADERS
        return ExtraItems(headers, size, previews=previews, listing=self._listing)

    def importance(self, account: Account) -> Callable[[MailboxName, Message], bool]:
        """Which messages of `account` are marked as important."""
        if not (self.settings.important or self.settings.rules):
            return none_important
        from tray.mail.policy.rules import is_important, makes_important

        if not makes_important(self.settings):
            return none_important
        return partial(is_important, self.settings, account)

    # One watch for each account of the settings

    def _arrange(self) -> None:
        titles = self.settings.titles
        self._colours = account_colours(self.settings.accounts)
        present: dict[AccountId, AccountWatch] = {}
        fresh: list[AccountWatch] = []
        orphans: list[tuple[Account, list[KeyedMessage]]] = []
        for account in self.settings.accounts:
            watch = self._watches.pop(account.id, None)
            if watch is None:
                watch = AccountWatch(
                    account, titles, self._make_watcher, self._on_status, self._now, self._ending
                )
                fresh.append(watch)
            else:
                if watch.account.user != account.user or not same_host(watch.account.host, account.host):
                    # Other mailboxes, whose UIDVALIDITY may be the same by chance.
                    self._forget(account.id)
                watch.apply_settings(account, titles)
            orphans.append((account, self._keep_only(account.id, account.mailboxes)))
            present[account.id] = watch
        for removed in self._watches.values():
            removed.stop()
            self._forget(removed.account.id)
        self._watches = present
        self._announcements.prune(
            [(account.id, mailbox) for account in self.settings.accounts for mailbox in account.mailboxes]
        )
        for account, mails in orphans:
            if mails:
                self._gate.announce(self.as_arrivals(account, mails))
        for watch in fresh if self._listing else ():
            watch.list_more(LISTED)
        for watch in fresh if self._running else ():
            watch.start()
            if self._pause is not None:
                watch.pause(self._pause.until)

    def _forget(self, account: AccountId) -> None:
        self._checked.discard(account)
        self._keep_only(account, ())
        self._announcements.forget(account)
        self._pending.forget(account)

    def _keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> list[KeyedMessage]:
        """Drop what is known of an account's other mailboxes; the messages that are to be announced because of that."""
        orphans = self._announcements.keep_only(account, mailboxes)
        self._gate.keep_only(account, mailboxes)
        return orphans

    def _on_status(self, watch: AccountWatch) -> None:
        self._status_changed(watch)
        if watch.only_confirmed and watch.account.id not in self._checked:
            self._confirmed()
        else:
            self._checked.discard(watch.account.id)
            self._changed()
