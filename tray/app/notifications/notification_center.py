"""Shows, updates and withdraws toasts as the notifier decides, and has shown messages marked as announced."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.mail.model.message import MessageKey, UncountedBatch
from tray.mail.model.toast import Arrival, Show
from tray.mail.model.uid_set import MessageKeySet
from tray.mail.notifications.postponed import Postponed
from tray.mail.notifications.state import EMPTY, ToastStyle
from tray.net.clock import Timer
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.app.notifications.announcements import Announcements
    from tray.desktop.notifications.backend import NotificationBackend
    from tray.imap.types import MailboxName
    from tray.mail.model.account import AccountId
    from tray.mail.model.toast import Entry, Order, Toast, ToastKey
    from tray.mail.notifications.state import Outcome
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

_RECEIPTS = 2
"""Receipts of one toast that are kept: one order may be under way while the next one waits."""


@dataclass(eq=False, slots=True)
class DeliveryReceipt:
    """The messages that an order announces; called when the desktop has taken it; later calls have no effect."""

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
        """Remove `keys`; returns those messages among them that it would have announced."""
        discarded = [key for key in keys if isinstance(key, MessageKey) and key in self.keys]
        if discarded:
            self.keys.remove(MessageKeySet(discarded))
        self.batches.difference_update(key for key in keys if isinstance(key, UncountedBatch))
        return discarded


class NotificationCenter:
    """Passes arrivals and departures to the notifier, and carries out its orders on the desktop.

    `tray.mail.notifications.notifier` is imported with the first message.
    """

    def __init__(
        self,
        clock: Clock,
        backend: NotificationBackend,
        announcements: Announcements,
        shown: Callable[[Toast], None] | None = None,
        style: Callable[[], ToastStyle] = ToastStyle,
    ) -> None:
        """`shown` is called with each toast that the desktop has taken; `style` gives what the settings say."""
        self._clock = clock
        self._backend = backend
        self._announcements = announcements
        self._shown = shown
        self._style = style
        self._state = EMPTY
        self._receipts: dict[ToastKey, list[DeliveryReceipt]] = {}
        """Of orders that were not handed over."""
        self._others: dict[ToastKey, tuple[MessageKey, ...]] = {}
        """Messages that a toast only counts."""
        self._timer = Timer(clock)
        self._paused = False

    def announce(self, arrivals: Iterable[Arrival], batches: Iterable[UncountedBatch] = ()) -> None:
        """Show new messages, oldest first, and count the batches."""
        from tray.mail.notifications import notifier

        now = self._clock.seconds()
        self._carry_out(notifier.feed(self._state, (*arrivals, *batches), now, self._receipts, self._style()))

    def announce_postponed(self, postponed: Postponed) -> None:
        """Show these in one toast."""
        from tray.mail.notifications import notifier

        now, others = self._clock.seconds(), postponed.others
        entries: tuple[Entry, ...] = (*postponed.arrivals, *postponed.batches)
        outcome = notifier.summarize_held(self._state, entries, now, len(others), self._style())
        first = next((order.toast.key for order in outcome.orders if isinstance(order, Show)), None)
        if first is not None:
            self._others[first] = others
        self._carry_out(outcome)

    def withdraw(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Remove messages that were read or deleted elsewhere from the screen."""
        if not self._state.toasts and not self._receipts:
            return
        from tray.mail.notifications import notifier

        not_shown = self._discard(keys)
        now = self._clock.seconds()
        self._carry_out(notifier.withdraw(self._state, keys, now, not_shown, self._style()))

    def withdraw_unshown(self, waits: Callable[[AccountId, Arrival | None], bool]) -> Postponed:
        """Withdraw and return what was not shown yet and `waits`; what was shown stays on the screen.

        `waits` is called with an account and a message, or None for one that is only counted.
        """
        toasts = self._state.toasts
        keys: dict[MessageKey | UncountedBatch, None] = {}
        for receipt in self._open_receipts:
            keys |= dict.fromkeys(receipt.keys)
            keys |= dict.fromkeys(receipt.batches)
        for toast in toasts:
            keys |= dict.fromkeys(entry.key for entry in toast.pending)
        if not keys:
            return Postponed()
        entries = (entry for toast in toasts for entry in (*toast.shown, *toast.pending))
        arrivals = {entry.key: entry for entry in entries if isinstance(entry, Arrival)}
        keys = {
            key: None
            for key in keys
            if waits(key.account, arrivals.get(key) if isinstance(key, MessageKey) else None)
        }
        if not keys:
            return Postponed()
        self.withdraw(keys.keys())
        return Postponed(
            tuple(arrival for key, arrival in arrivals.items() if key in keys),
            tuple(key for key in keys if isinstance(key, MessageKey) and key not in arrivals),
            tuple(key for key in keys if isinstance(key, UncountedBatch)),
        )

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Withdraw what is shown of an account's other mailboxes."""

        def is_unwatched(of: AccountId, mailbox: MailboxName) -> bool:
            return of == account and mailbox not in mailboxes

        keys: set[MessageKey | UncountedBatch] = set()
        for toast in self._state.toasts:
            keys.update(entry.key for entry in (*toast.shown, *toast.pending))
        keys = {key for key in keys if is_unwatched(key.account, key.mailbox)}
        for receipt in self._open_receipts:
            keys.update(receipt.keys.matching(is_unwatched))
        if keys:
            self.withdraw(keys)

    def closed(self, key: ToastKey) -> None:
        """The user, or the notification server, closed a toast."""
        from tray.mail.notifications import notifier

        self._carry_out(notifier.closed(self._state, key, self._clock.seconds(), self._style()))

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
        """Show a toast about the program itself, or a server's alert."""
        self._order(Show(toast))

    def pause(self, *, paused: bool) -> None:
        """While `paused`, show no toast of messages; toasts are still withdrawn.

        Nothing may be announced meanwhile: only toasts of several, whose number changes, would be shown again.
        """
        self._paused = paused

    def stop(self) -> None:
        """Stop the timer; toasts on the screen stay for the user to read."""
        self._timer.clear()

    def _carry_out(self, outcome: Outcome) -> None:
        self._state = outcome.state
        for order in outcome.orders:
            if not (self._paused and isinstance(order, Show)):
                self._order(order)
        if outcome.ask_again is None:
            self._timer.clear()
        else:
            self._timer.set(max(0.0, outcome.ask_again - self._clock.seconds()), self._on_time)

    def _on_time(self) -> None:
        from tray.mail.notifications import notifier

        self._carry_out(notifier.on_time(self._state, self._clock.seconds(), self._style()))

    def _order(self, order: Order) -> None:
        if isinstance(order, Show):
            self._backend.show(order, self._receipt_for(order.toast))
        else:
            self._receipts.pop(order.key, None)
            self._others.pop(order.key, None)
            self._backend.withdraw(order.key)

    def _receipt_for(self, toast: Toast) -> DeliveryReceipt:
        """The receipt of an order of `toast`, with the messages that no earlier one announces.

        The first receipt of a toast may be under way and stays as it is; all later ones are merged, so that a toast
        that is ordered repeatedly without being shown takes no more memory.
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
        """Remove `keys` from all receipts; returns how many of them each toast only counted."""
        shown = {entry.key for toast in self._state.toasts for entry in toast.shown}
        discarded = {
            toast: sum(key not in shown for receipt in receipts for key in receipt.discard(keys))
            for toast, receipts in self._receipts.items()
        }
        # Toasts that a digest has replaced, without an order to withdraw them.
        present = {toast.key for toast in self._state.toasts}
        self._receipts = {
            toast: receipts for toast, receipts in self._receipts.items() if toast in present or any(receipts)
        }
        return discarded
