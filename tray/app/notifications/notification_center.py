"""Hop five to six: what the notifier decides is shown, withdrawn, or asked again later."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.mail.model.message import MessageKey, UncountedBatch
from tray.mail.model.toast import Show
from tray.mail.model.uid_set import MessageKeySet
from tray.mail.notifications import notifier
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.desktop.notifications.backend import NotificationBackend
    from tray.imap.types import MailboxName
    from tray.mail.model.account import AccountId
    from tray.mail.model.toast import Arrival, Order, Toast, ToastKey
    from tray.net.clock import Clock

log = logging.getLogger(__name__)

_OUTSTANDING = 2
"""Orders of one toast that are told apart: one may be under way while the next waits behind it."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What no toast has told of yet, and none will."""

    arrivals: tuple[Arrival, ...] = ()
    """Oldest first."""
    others: tuple[MessageKey, ...] = ()
    """Mails that a toast would only have counted."""
    batches: tuple[UncountedBatch, ...] = ()

    @property
    def keys(self) -> tuple[MessageKey | UncountedBatch, ...]:
        """All of it."""
        return *(arrival.key for arrival in self.arrivals), *self.others, *self.batches


class NotificationCenter:
    """Feeds the notifier with arrivals and departures, and carries its orders to the desktop."""

    def __init__(
        self,
        clock: Clock,
        toasts: NotificationBackend,
        told: Callable[[Collection[MessageKey | UncountedBatch]], None],
        shown: Callable[[Toast], None] | None = None,
    ) -> None:
        """Show on `toasts`; `told` hears of every mail whose toast was handed over, `shown` of each such toast."""
        self._clock = clock
        self._toasts = toasts
        self._told = told
        self._shown = shown
        self._state = notifier.EMPTY
        self._held: dict[ToastKey, list[DeliveryReceipt]] = {}  # ordered, and not handed over
        self._along: dict[ToastKey, tuple[MessageKey, ...]] = {}  # what a toast tells of by its number only
        self._ask_again = Timer(clock)
        self._paused = False

    def arrived(self, arrivals: Iterable[Arrival], batches: Iterable[UncountedBatch] = ()) -> None:
        """Tell of new mails, and of batches of which no more is known."""
        now = self._clock.seconds()
        self._carry_out(notifier.feed(self._state, tuple(arrivals), now, tuple(batches), self._held))

    def gather(
        self,
        arrivals: Iterable[Arrival],
        others: Collection[MessageKey] = (),
        batches: Iterable[UncountedBatch] = (),
    ) -> None:
        """Tell of these in one toast, which counts the `others` and the `batches` as well."""
        now = self._clock.seconds()
        outcome = notifier.summarize_held(self._state, tuple(arrivals), now, len(others), tuple(batches))
        first = next((order.toast.key for order in outcome.orders if isinstance(order, Show)), None)
        if first is not None:
            self._along[first] = tuple(others)
        self._carry_out(outcome)

    def gone(self, keys: Collection[MessageKey | UncountedBatch]) -> None:
        """Withdraw what tells of mails that were read or deleted elsewhere."""
        unshown = self._strike(keys)
        self._carry_out(notifier.withdraw(self._state, keys, self._clock.seconds(), unshown))

    def recall(self, accounts: Collection[AccountId]) -> Recalled:
        """Take back all of these accounts that nobody has shown yet; what was shown stays where it is."""
        toasts = self._state.toasts
        if not accounts or not (
            self._held or any(toast.pending or toast.pending_batches for toast in toasts)
        ):
            return Recalled()
        unshown: dict[MessageKey | UncountedBatch, None] = {}
        for handing in self._handings:
            unshown |= dict.fromkeys(handing.keys.matching(lambda account, _mailbox: account in accounts))
            unshown |= dict.fromkeys(batch for batch in handing.batches if batch.account in accounts)
        for toast in toasts:
            late: tuple[MessageKey | UncountedBatch, ...] = (
                *(arrival.key for arrival in toast.pending),
                *toast.pending_batches,
            )
            unshown |= dict.fromkeys(key for key in late if key.account in accounts)
        if not unshown:
            return Recalled()
        known = {mail.key: mail for toast in toasts for mail in (*toast.shown, *toast.pending)}
        recalled = Recalled(
            tuple(mail for key, mail in known.items() if key in unshown),
            tuple(key for key in unshown if isinstance(key, MessageKey) and key not in known),
            tuple(key for key in unshown if isinstance(key, UncountedBatch)),
        )
        self.gone(unshown.keys())
        return recalled

    def keep_only(self, account: AccountId, mailboxes: Collection[MailboxName]) -> None:
        """Withdraw what tells of an account's other mailboxes."""

        def void(of: AccountId, mailbox: MailboxName) -> bool:
            return of == account and mailbox not in mailboxes

        keys: set[MessageKey | UncountedBatch] = set()
        for toast in self._state.toasts:
            keys.update(mail.key for mail in (*toast.shown, *toast.pending))
            keys.update((*toast.batches, *toast.pending_batches))
        keys = {key for key in keys if void(key.account, key.mailbox)}
        for handing in self._handings:
            keys.update(handing.keys.matching(void))
        if keys:
            self.gone(keys)

    def closed(self, key: ToastKey) -> None:
        """The user, or the notification server, closed a toast."""
        self._carry_out(notifier.closed(self._state, key, self._clock.seconds()))

    def tell(self, toast: Toast) -> None:
        """Show a toast about the program itself."""
        self._order(Show(toast))

    def pause(self, *, paused: bool) -> None:
        """While the user pauses the program no toast of mails appears; those on the screen may still go.

        To be called with nothing new from then on: what would appear is a digest that was shown, with another number.
        """
        self._paused = paused

    def stop(self) -> None:
        """Forget the timer; toasts on the screen stay for the user to read."""
        self._ask_again.clear()

    def _carry_out(self, outcome: notifier.Outcome) -> None:
        self._state = outcome.state
        for order in outcome.orders:
            if not (self._paused and isinstance(order, Show)):
                self._order(order)
        if outcome.ask_again is None:
            self._ask_again.clear()
        else:
            self._ask_again.set(max(0.0, outcome.ask_again - self._clock.seconds()), self._again)

    @property
    def _handings(self) -> list[DeliveryReceipt]:
        return [handing for held in self._held.values() for handing in held]

    def _strike(self, keys: Collection[MessageKey | UncountedBatch]) -> dict[ToastKey, int]:
        """Have toasts that nobody has shown yet tell of `keys` no more; how many of them each had forgotten."""
        if not self._held:
            return {}
        known = {mail.key for toast in self._state.toasts for mail in toast.shown}
        struck = {
            toast: sum(key not in known for handing in held for key in handing.strike(keys))
            for toast, held in self._held.items()
        }
        # One that a digest has replaced goes with it, and nobody tells.
        there = {toast.key for toast in self._state.toasts}
        for toast in [toast for toast in self._held if toast not in there and not any(self._held[toast])]:
            del self._held[toast]
        return struck

    def _again(self) -> None:
        self._carry_out(notifier.on_time(self._state, self._clock.seconds()))

    def _order(self, order: Order) -> None:
        if isinstance(order, Show):
            key = order.toast.key
            handing = self._handing(key, (*order.toast.messages, *self._along.pop(key, ())))
            handing.toast = order.toast
            handing.batches.update(order.toast.batches)
            for earlier in self._held[key][:-1]:
                handing.batches -= earlier.batches
            self._toasts.show(order, handing)
        else:
            self._held.pop(order.key, None)
            self._along.pop(order.key, None)
            self._toasts.withdraw(order.key)

    def _handing(self, key: ToastKey, messages: Iterable[MessageKey]) -> DeliveryReceipt:
        """What is to be called when this toast was handed over, with those of `messages` that no earlier one has.

        A toast that is ordered again and again while nobody shows it does not grow in memory: the one that was
        ordered first may be under way and stays as it is, the later ones are one.
        """
        held = self._held.setdefault(key, [])
        keys = MessageKeySet(messages)
        for handing in held[:1]:
            keys.remove(handing.keys)
        if len(held) < _OUTSTANDING:
            handing = DeliveryReceipt(keys, self._handed_over)
            held.append(handing)
        else:
            handing = held[-1]
            handing.keys.add(keys)
        return handing

    def _handed_over(self, handing: DeliveryReceipt) -> None:
        toast = handing.toast
        held = self._held.get(toast.key, [])
        if handing in held:
            held.remove(handing)
        if not held:
            self._held.pop(toast.key, None)
        told = tuple(handing.keys)
        if told:
            log.debug("Toast %r told of UIDs %s", toast.key, " ".join(str(key.uid) for key in told))
        if self._shown is not None:
            self._shown(toast)
        self._told((*told, *handing.batches))


class DeliveryReceipt:
    """Called when a toast was handed over; only the first time counts."""

    __slots__ = ("_done", "batches", "keys", "toast")

    toast: Toast

    def __init__(self, keys: MessageKeySet, done: Callable[[DeliveryReceipt], None]) -> None:
        self.keys = keys
        self.batches: set[UncountedBatch] = set()
        self._done: Callable[[DeliveryReceipt], None] | None = done

    def __bool__(self) -> bool:
        return bool(self.keys or self.batches)

    def strike(self, keys: Collection[MessageKey | UncountedBatch]) -> list[MessageKey]:
        """Tell of these no more; those mails that it would have told of."""
        struck = [key for key in keys if isinstance(key, MessageKey) and key in self.keys]
        if struck:
            self.keys.remove(MessageKeySet(struck))
        self.batches.difference_update(key for key in keys if isinstance(key, UncountedBatch))
        return struck

    def __call__(self) -> None:
        """It was handed over."""
        done, self._done = self._done, None
        if done is not None:
            done(self)
