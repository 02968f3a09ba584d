"""Postpones messages that arrive in quiet hours or a pause, and announces them in one toast afterwards."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.mail.model.toast import SILENT
from tray.mail.notifications.postponed import Postponed, PostponedArrivals
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.app.notifications.announcements import Announcements
    from tray.app.notifications.notification_center import NotificationCenter
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import MessageKey, UncountedBatch
    from tray.mail.model.toast import Arrival, Toast, ToastKey
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock


class QuietHoursGate:
    """Decides whether a message is announced now, later, or never.

    A postponed message counts as not announced: the announced UID on disk stays below it, so that it is announced
    after a restart or a crash, too. It is kept in memory so that one toast can show all that is still unread.
    """

    def __init__(
        self,
        clock: Clock,
        center: NotificationCenter,
        announcements: Announcements,
        settings: Callable[[], Settings],
        changed: Callable[[], None],
    ) -> None:
        """`changed` is called when quiet hours begin or end, which the tray shows."""
        self._clock = clock
        self._center = center
        self._announcements = announcements
        self._settings = settings
        self._changed = changed
        self._paused = False
        self._stopped = False
        self._postponed: dict[AccountId, PostponedArrivals] = {}
        self._alerts: dict[ToastKey, Toast] = {}
        self._timer = Timer(clock)

    def announce(self, arrivals: Iterable[Arrival], batches: Iterable[UncountedBatch] = ()) -> None:
        """Show new messages of one account, and batches of the same, now or later."""
        self.release_due()  # postponed messages are older
        new = Postponed(tuple(arrivals), batches=tuple(batches))
        account = self._account(new.keys[0].account) if new.keys else None
        if account is not None and self._is_silenced(account):
            self._announcements.mark_announced(new.keys)
        elif account is not None and self._has_to_wait(account):
            self._postpone(account.id, new)
        else:
            self._center.announce(new.arrivals, new.batches)

    def withdraw(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Announce none of these any more, and remove them from the screen: they were read or deleted elsewhere."""
        for postponed in self._postponed.values():
            postponed.discard(keys)
        self._center.withdraw(keys)

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Announce nothing of an account's other mailboxes, which are no longer watched."""
        if account in self._postponed:
            self._postponed[account].keep_only(mailboxes)
        self._center.keep_only(account, mailboxes)

    def show(self, toast: Toast) -> None:
        """Show a server's alert, after the user's pause; without a sound for a quiet account."""
        if self._paused:
            self._alerts[toast.key] = toast
            return
        account = self._account(toast.account)
        if account is not None and self._is_quiet(account):
            toast = replace(toast, sound=SILENT)
        self._center.show(toast)

    def pause(self, *, paused: bool) -> None:
        """Announce nothing while `paused`, not even what was given to the notification center before."""
        self._paused = paused
        self._center.pause(paused=paused)
        self.release_due()
        if not paused:
            alerts, self._alerts = self._alerts, {}
            for toast in alerts.values():
                self.show(toast)

    def release_due(self) -> None:
        """Announce what is no longer to be postponed, and postpone what is from now on.

        To be called when settings or clocks may have changed: a machine may sleep at the end of quiet hours.
        """
        if self._stopped:
            return
        now = self._clock.seconds()
        self._postpone_waiting()
        due: list[Postponed] = []
        for account_id in list(self._postponed):
            account = self._account(account_id)
            if account is None:
                del self._postponed[account_id]
            elif self._is_silenced(account):
                self._announcements.mark_announced(self._postponed.pop(account_id).release().keys)
            elif not self._has_to_wait(account):
                due.append(self._postponed.pop(account_id).release())
        if any(postponed.keys for postponed in due):
            arrivals = [arrival for postponed in due for arrival in postponed.arrivals]
            arrivals.sort(key=lambda arrival: arrival.message.envelope.date or 0.0)
            others = tuple(key for postponed in due for key in postponed.others)
            batches = tuple(batch for postponed in due for batch in postponed.batches)
            self._center.announce_postponed(Postponed(tuple(arrivals), others, batches))
        self._set_timer(now)

    def _set_timer(self, now: float) -> None:
        hours = [account.quiet_hours for account in self._settings().accounts if account.quiet_hours]
        if hours:
            from tray.mail.settings.quiet_hours import changes_at  # most accounts have none

            next_change = min(changes_at(spans, now) for spans in hours)
            if not math.isinf(next_change):
                self._timer.set(max(0.0, next_change - now), self._on_time)
                return
        self._timer.clear()

    def stop(self) -> None:
        """Announce nothing more; postponed messages are announced at the next start."""
        self._stopped = True
        self._timer.clear()

    def _on_time(self) -> None:
        self.release_due()
        self._changed()

    def _postpone_waiting(self) -> None:
        """Postpone toasts that wait for a notification server: it may start in the middle of quiet hours."""
        accounts = {
            account.id
            for account in self._settings().accounts
            if self._is_silenced(account) or self._has_to_wait(account)
        }
        withdrawn = self._center.withdraw_for(accounts)
        for account in {key.account for key in withdrawn.keys}:
            self._postpone(account, withdrawn.of(account))

    def _postpone(self, account: AccountId, new: Postponed) -> None:
        self._postponed.setdefault(account, PostponedArrivals()).add(new)

    def _is_silenced(self, account: Account) -> bool:
        return account.muted or not self._settings().toasts

    def _has_to_wait(self, account: Account) -> bool:
        """Whether messages of `account` are postponed; those of one that is switched off, until it is on again."""
        return self._paused or not account.enabled or self._is_quiet(account)

    def _is_quiet(self, account: Account) -> bool:
        if not account.quiet_hours:
            return False
        from tray.desktop.integration.clock import reread_time_zone
        from tray.mail.settings.quiet_hours import is_quiet  # most accounts have none

        reread_time_zone()
        return is_quiet(account.quiet_hours, self._clock.seconds())

    def _account(self, account_id: AccountId | None) -> Account | None:
        return next((account for account in self._settings().accounts if account.id == account_id), None)
