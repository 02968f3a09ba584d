"""Holds back what came while an account is to be quiet, and has it told in one toast when that is over."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.mail.model.toast import SILENT
from tray.mail.notifications.postponed import PostponedArrivals
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.app.notifications.notification_center import NotificationCenter
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import MessageKey, UncountedBatch
    from tray.mail.model.toast import Arrival, Toast, ToastKey
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock


class QuietHoursGate:
    """Stands between who hears of new mails and who shows toasts.

    A mail that is held back is not told of: its mark on the disk stays below it, so that a restart or a crash tells
    of it again. It is known here only so that one toast at the end can tell of all that are still unread.
    """

    def __init__(
        self,
        clock: Clock,
        notification_center: NotificationCenter,
        told: Callable[[Collection[MessageKey | UncountedBatch]], None],
        settings: Callable[[], Settings],
        changed: Callable[[], None],
    ) -> None:
        """Show by `notification_center`; `told` hears of mails that need not be told of any more.

        `changed` hears when quiet hours begin or end: what the tray says of an account is different then.
        """
        self._clock = clock
        self._notification_center = notification_center
        self._told = told
        self._settings = settings
        self._changed = changed
        self._paused = False
        self._stopped = False
        self._held: dict[AccountId, PostponedArrivals] = {}
        self._words: dict[ToastKey, Toast] = {}
        self._alarm = Timer(clock)

    def arrived(self, arrivals: Iterable[Arrival], batches: Iterable[UncountedBatch] = ()) -> None:
        """Tell of new mails of one account, now or later, and of `batches` of the same."""
        self.look()  # if the quiet is over, what waited is older
        arrivals, batches = tuple(arrivals), tuple(batches)
        keys: list[MessageKey | UncountedBatch] = [*(arrival.key for arrival in arrivals), *batches]
        account = self._account(keys[0].account) if keys else None
        if account is not None and self._is_silenced(account):
            self._told(keys)
        elif account is not None and self._has_to_wait(account):
            self._held.setdefault(account.id, PostponedArrivals()).add(arrivals, batches)
        else:
            self._notification_center.arrived(arrivals, batches)

    def gone(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """These were read or deleted elsewhere."""
        for held in self._held.values():
            held.discard(keys)
        self._notification_center.gone(keys)

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Tell of no mail in an account's other mailboxes, which are no longer watched."""
        if account in self._held:
            self._held[account].keep_only(mailboxes)
        self._notification_center.keep_only(account, mailboxes)

    def tell(self, toast: Toast) -> None:
        """Show a toast of a server's words, after the user's pause; without a sound for a quiet account."""
        if self._paused:
            self._words[toast.key] = toast
            return
        account = self._account(toast.account)
        if account is not None and self._is_quiet(account):
            toast = replace(toast, sound=SILENT)
        self._notification_center.tell(toast)

    def pause(self, *, paused: bool) -> None:
        """While the user pauses the program nothing is told: what is on its way already waits for the end of it."""
        self._paused = paused
        self._notification_center.pause(paused=paused)
        self.look()
        if not paused:
            words, self._words = self._words, {}
            for toast in words.values():
                self.tell(toast)

    def look(self) -> None:
        """Tell of what need not wait any more.

        To be called whenever settings or clocks may have changed: a machine may sleep through the end of a night.
        """
        if self._stopped:
            return
        now = self._clock.seconds()
        self._take_back()
        due: list[PostponedArrivals] = []
        for account_id in list(self._held):
            account = self._account(account_id)
            if account is None:
                del self._held[account_id]
            elif self._is_silenced(account):
                released = self._held.pop(account_id).release()
                known = (arrival.key for arrival in released.arrivals)
                self._told([*known, *released.others, *released.batches])
            elif not self._has_to_wait(account):
                due.append(self._held.pop(account_id))
        self._release(due)
        hours = [account.quiet_hours for account in self._settings().accounts if account.quiet_hours]
        moment = min((_changes_at(each, now) for each in hours), default=math.inf)
        if math.isinf(moment):
            self._alarm.clear()
        else:
            self._alarm.set(max(0.0, moment - now), self._turned)

    def stop(self) -> None:
        """Tell of nothing more; what is held back is told of at the next start."""
        self._stopped = True
        self._alarm.clear()

    def _turned(self) -> None:
        self.look()
        self._changed()

    def _take_back(self) -> None:
        """Have what waits for a notification server since before wait here: it may come while all is to be quiet."""
        accounts = self._settings().accounts
        waiting = {each.id for each in accounts if self._is_silenced(each) or self._has_to_wait(each)}
        recalled = self._notification_center.recall(waiting)
        for account in {key.account for key in recalled.keys}:
            self._held.setdefault(account, PostponedArrivals()).add(
                [arrival for arrival in recalled.arrivals if arrival.key.account == account],
                [batch for batch in recalled.batches if batch.account == account],
                [other for other in recalled.others if other.account == account],
            )

    def _release(self, due: Iterable[PostponedArrivals]) -> None:
        released = [held.release() for held in due if held]
        if not released:
            return
        arrivals = [arrival for each in released for arrival in each.arrivals]
        arrivals.sort(key=lambda arrival: arrival.message.envelope.date or 0.0)
        others = [key for each in released for key in each.others]
        self._notification_center.gather(
            arrivals, others, [batch for each in released for batch in each.batches]
        )

    def _is_silenced(self, account: Account) -> bool:
        return account.muted or not self._settings().toasts

    def _has_to_wait(self, account: Account) -> bool:
        """What came before an account was switched off is told of when it is switched on again."""
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


def _changes_at(quiet_hours: tuple[str, ...], now: float) -> float:
    from tray.mail.settings.quiet_hours import changes_at  # as above

    return changes_at(quiet_hours, now)
