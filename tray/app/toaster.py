"""Hop five to six: what the notifier decides is shown, withdrawn, or asked again later."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tray.mail import notifier
from tray.mail.toast import Show
from tray.net.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tray.desktop.toasts.port import Toasts
    from tray.mail.message import MessageKey
    from tray.mail.toast import Order, Toast, ToastKey
    from tray.net.alarm import Clock

log = logging.getLogger(__name__)


class Toaster:
    """Feeds the notifier with arrivals and departures, and carries its orders to the desktop."""

    def __init__(
        self,
        clock: Clock,
        toasts: Toasts,
        told: Callable[[Collection[MessageKey]], None],
        said: Callable[[Toast], None] = lambda _toast: None,
    ) -> None:
        """Show on `toasts`; `told` hears of every mail whose toast was handed over, `said` of each such toast."""
        self._clock = clock
        self._toasts = toasts
        self._told = told
        self._said = said
        self._state = notifier.NotifierState()
        self._held: set[ToastKey] = set()  # ordered, and not handed over
        self._ask_again = Alarm(clock)

    def arrived(self, arrivals: Iterable[notifier.Arrival], beside: int = 0) -> None:
        """Tell of new mails, and of so many more `beside` them of which no more is known."""
        now = self._clock.seconds()
        self._carry_out(notifier.feed(self._state, tuple(arrivals), now, beside, self._held))

    def gone(self, keys: Collection[MessageKey]) -> None:
        """Withdraw what tells of mails that were read or deleted elsewhere."""
        self._carry_out(notifier.withdraw(self._state, keys, self._clock.seconds()))

    def closed(self, key: ToastKey) -> None:
        """The user, or the notification server, closed a toast."""
        self._carry_out(notifier.closed(self._state, key, self._clock.seconds()))

    def tell(self, toast: Toast) -> None:
        """Show a toast about the program itself."""
        self._order(Show(toast))

    def stop(self) -> None:
        """Forget the timer; toasts on the screen stay for the user to read."""
        self._ask_again.clear()

    def _carry_out(self, outcome: notifier.Outcome) -> None:
        self._state = outcome.state
        for order in outcome.orders:
            self._order(order)
        if outcome.ask_again is None:
            self._ask_again.clear()
        else:
            self._ask_again.set(max(0.0, outcome.ask_again - self._clock.seconds()), self._again)

    def _again(self) -> None:
        self._carry_out(notifier.tick(self._state, self._clock.seconds()))

    def _order(self, order: Order) -> None:
        if isinstance(order, Show):
            toast = order.toast

            def handed_over() -> None:
                self._held.discard(toast.key)
                if toast.messages:
                    uids = " ".join(str(key.uid) for key in toast.messages)
                    log.debug("Toast %r told of UIDs %s", toast.key, uids)
                self._said(toast)
                self._told(toast.messages)

            self._held.add(toast.key)
            self._toasts.show(order, handed_over)
        else:
            self._held.discard(order.key)
            self._toasts.withdraw(order.key)
