"""Shows, updates and withdraws toasts as the notifier decides, and has shown messages marked as announced."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.mail.model.message import MessageKey, UncountedBatch
from tray.mail.model.toast import Show
from tray.mail.model.uid_set import MessageKeySet
from tray.mail.notifications import notifier
from tray.mail.notifications.postponed import Postponed
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.app.notifications.announcements import Announcements
    from tray.desktop.notifications.backend import NotificationBackend
    from tray.imap.types import MailboxName
    from tray.mail.model.account import AccountId
    from tray.mail.model.toast import Arrival, Order, Toast, ToastKey
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

_RECEIPTS = 2
"""Orders of one toast that are told apart: one may be under way while the next waits behind it."""


@dataclass(eq=False, slots=True)
class DeliveryReceipt:
    """What an order announces; called when the desktop has taken it, and only the first time counts."""

    center: NotificationCenter
    toast: Toast
    keys: MessageKeySet
    batches: set[UncountedBatch]
    delivered: bool = False

    def __bool__(self) -> bool:
        return bool(self.keys or self.batches)

    def __call__(self) -> None:
        """The toast was handed over."""
        if not self.delivered:
            self.delivered = True
            self.center.handed_over(self)

    def discard(self, keys: Collection[MessageKey | UncountedBatch]) -> list[MessageKey]:
        """It announces these no more; gives those messages that it would have announced."""
        discarded = [key for key in keys if isinstance(key, MessageKey) and key in self.keys]
        if discarded:
            self.keys.remove(MessageKeySet(discarded))
        self.batches.difference_update(key for key in keys if isinstance(key, UncountedBatch))
        return discarded


class NotificationCenter:
    """Gives the notifier what arrived and what is gone, and carries out its orders on the desktop."""

    def __init__(
        self,
        clock: Clock,
        backend: NotificationBackend,
        announcements: Announcements,
        shown: Callable[[Toast], None] | None = None,
    ) -> None:
        """`shown` is called with each toast that the desktop has taken."""
        self._clock = clock
        self._backend = backend
        self._announcements = announcements
        self._shown = shown
        self._state = notifier.EMPTY
        self._receipts: dict[ToastKey, list[DeliveryReceipt]] = {}  # ordered, and not handed over
        self._others: dict[ToastKey, tuple[MessageKey, ...]] = {}  # what a toast only counts
        self._timer = Timer(clock)
        self._paused = False

    def announce(self, arrivals: Iterable[Arrival], batches: Iterable[UncountedBatch] = ()) -> None:
        """Show new messages, oldest first, and count the batches."""
        now = self._clock.seconds()
        self._carry_out(notifier.feed(self._state, tuple(arrivals), now, tuple(batches), self._receipts))

    def announce_postponed(self, postponed: Postponed) -> None:
        """Show these in one toast."""
        now, others = self._clock.seconds(), postponed.others
        outcome = notifier.summarize_held(
            self._state, postponed.arrivals, now, len(others), postponed.batches
        )
        first = next((order.toast.key for order in outcome.orders if isinstance(order, Show)), None)
        if first is not None:
            self._others[first] = others
        self._carry_out(outcome)

    def withdraw(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Take from the screen what was read or deleted elsewhere."""
        not_shown = self._discard(keys)
        self._carry_out(notifier.withdraw(self._state, keys, self._clock.seconds(), not_shown))

    def withdraw_for(self, accounts: Collection[AccountId]) -> Postponed:
        """Take back all of these accounts that was not shown yet; what was shown stays on the screen."""
        toasts = self._state.toasts
        if not accounts or not (
            self._receipts or any(each.pending or each.pending_batches for each in toasts)
        ):
            return Postponed()
        keys: dict[MessageKey | UncountedBatch, None] = {}
        for receipt in self._open_receipts:
            keys |= dict.fromkeys(receipt.keys.matching(lambda account, _mailbox: account in accounts))
            keys |= dict.fromkeys(receipt.batches)
        for toast in toasts:
            keys |= dict.fromkeys(arrival.key for arrival in toast.pending)
            keys |= dict.fromkeys(toast.pending_batches)
        keys = {key: None for key in keys if key.account in accounts}
        if not keys:
            return Postponed()
        known = {arrival.key: arrival for toast in toasts for arrival in (*toast.shown, *toast.pending)}
        self.withdraw(keys.keys())
        return Postponed(
            tuple(arrival for key, arrival in known.items() if key in keys),
            tuple(key for key in keys if isinstance(key, MessageKey) and key not in known),
            tuple(key for key in keys if isinstance(key, UncountedBatch)),
        )

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Withdraw what is shown of an account's other mailboxes."""

        def is_void(of: AccountId, mailbox: MailboxName) -> bool:
            return of == account and mailbox not in mailboxes

        keys: set[MessageKey | UncountedBatch] = set()
        for toast in self._state.toasts:
            keys.update(arrival.key for arrival in (*toast.shown, *toast.pending))
            keys.update((*toast.batches, *toast.pending_batches))
        keys = {key for key in keys if is_void(key.account, key.mailbox)}
        for receipt in self._open_receipts:
            keys.update(receipt.keys.matching(is_void))
        if keys:
            self.withdraw(keys)

    def closed(self, key: ToastKey) -> None:
        """The user, or the notification server, closed a toast."""
        self._carry_out(notifier.closed(self._state, key, self._clock.seconds()))

    def handed_over(self, receipt: DeliveryReceipt) -> None:
        """The desktop has taken a toast: its messages are announced."""
        toast = receipt.toast
        receipts = self._receipts.get(toast.key, [])
        if receipt in receipts:
            receipts.remove(receipt)
        if not receipts:
            self._receipts.pop(toast.key, None)
        announced = tuple(receipt.keys)
        if announced:
            log.debug("Toast %r announced UIDs %s", toast.key, " ".join(str(key.uid) for key in announced))
        if self._shown is not None:
            self._shown(toast)
        self._announcements.mark_announced((*announced, *receipt.batches))

    def show(self, toast: Toast) -> None:
        """Show a toast about the program itself, or a server's words."""
        self._order(Show(toast))

    def pause(self, *, paused: bool) -> None:
        """While the user pauses the program no toast of messages appears; those on the screen may still go.

        Nothing new may be announced from then on: what would appear is a digest that was shown, with another number.
        """
        self._paused = paused

    def stop(self) -> None:
        """Stop the timer; toasts on the screen stay for the user to read."""
        self._timer.clear()

    def _carry_out(self, outcome: notifier.Outcome) -> None:
        self._state = outcome.state
        for order in outcome.orders:
            if not (self._paused and isinstance(order, Show)):
                self._order(order)
        if outcome.ask_again is None:
            self._timer.clear()
        else:
            self._timer.set(max(0.0, outcome.ask_again - self._clock.seconds()), self._on_time)

    def _on_time(self) -> None:
        self._carry_out(notifier.on_time(self._state, self._clock.seconds()))

    def _order(self, order: Order) -> None:
        if isinstance(order, Show):
            self._backend.show(order, self._receipt_for(order.toast))
        else:
            self._receipts.pop(order.key, None)
            self._others.pop(order.key, None)
            self._backend.withdraw(order.key)

    def _receipt_for(self, toast: Toast) -> DeliveryReceipt:
        """The receipt of an order of `toast`, with what no earlier one announces.

        A toast that is ordered again and again while it is not shown does not grow in memory: the one that was ordered
        first may be under way and stays as it is, the later ones are one.
        """
        receipts = self._receipts.setdefault(toast.key, [])
        keys = MessageKeySet((*toast.messages, *self._others.pop(toast.key, ())))
        batches = set(toast.batches)
        if receipts:
            keys.remove(receipts[0].keys)
            batches -= receipts[0].batches
        if len(receipts) < _RECEIPTS:
            receipts.append(DeliveryReceipt(self, toast, keys, batches))
        else:
            receipts[-1].toast = toast
            receipts[-1].keys.add(keys)
            receipts[-1].batches |= batches
        return receipts[-1]

    @property
    def _open_receipts(self) -> list[DeliveryReceipt]:
        return [receipt for receipts in self._receipts.values() for receipt in receipts]

    def _discard(self, keys: Collection[MessageKey | UncountedBatch]) -> dict[ToastKey, int]:
        """Orders that were not handed over announce `keys` no more; how many of them each toast only counted."""
        if not self._receipts:
            return {}
        known = {arrival.key for toast in self._state.toasts for arrival in toast.shown}
        discarded = {
            toast: sum(key not in known for receipt in receipts for key in receipt.discard(keys))
            for toast, receipts in self._receipts.items()
        }
        # A toast that a digest has replaced goes with it, and nothing says so.
        there = {toast.key for toast in self._state.toasts}
        for toast in [each for each in self._receipts if each not in there and not any(self._receipts[each])]:
            del self._receipts[toast]
        return discarded
