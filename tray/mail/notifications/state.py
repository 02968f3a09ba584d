"""The state of the notifier, and what the settings say about toasts: values without the code that uses them.

That code (`notifier`, `toast_content`) is loaded with the first message.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tray.mail.model.toast import OpenToast, Order, ToastAction, ToastKey
from tray.mail.settings.choices import ToastDuration
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.account import AccountId
    from tray.mail.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class ToastStyle:
    """What the settings say about toasts."""

    buttons: tuple[ToastAction, ...] = (ToastAction.MARK_READ, ToastAction.ARCHIVE)
    copy_codes: bool = True
    duration: ToastDuration = ToastDuration.DESKTOP
    digest_from: int = 4
    """How many messages within ten seconds become one toast."""
    mute: frozenset[AccountId] = frozenset()
    """Accounts that cannot send a reply."""

    @staticmethod
    def of(settings: Settings) -> ToastStyle:
        """The style that `settings` ask for."""
        return ToastStyle(
            settings.toast_buttons,
            settings.copy_codes,
            settings.toast_duration,
            settings.digest_from,
            _mute(settings) if ToastAction.REPLY in settings.toast_buttons else frozenset(),
        )


def _mute(settings: Settings) -> frozenset[AccountId]:
    from tray.mail.reply.recipient import can_send  # noqa: PLC0415 -- most people have no such button

    return frozenset(account.id for account in settings.accounts if not can_send(account, settings.oauth))


DEFAULT_STYLE = ToastStyle()


@dataclass(frozen=True, slots=True)
class NotifierState:
    """The state of the notifier, bounded by `tray.mail.notifications.notifier.MESSAGES_LIMIT`."""

    toasts: tuple[OpenToast, ...] = ()
    """Oldest first."""
    arrived: tuple[float, ...] = ()
    """When the last toasts that could become a digest were made, oldest first."""
    digest: ToastKey | None = None
    """The digest that arrivals join while the burst lasts."""
    serial: int = 0
    """The number of digests so far, for their keys."""
    last_sound: float = -math.inf
    """The time of the last toast with a sound."""


EMPTY = NotifierState()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The new state, the instructions to the notification backend in order, and when to call `on_time`."""

    state: NotifierState
    orders: tuple[Order, ...]
    ask_again: float | None
    """On the clock of `now`; replaces every earlier value. None: no call is needed."""
