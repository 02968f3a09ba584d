"""Which toasts are to be shown, replaced and withdrawn: each message is announced once, and none flood the screen.

Up to three messages within ten seconds have a toast each. What comes on top makes one digest, which takes in the
open toasts of those ten seconds and then every arrival, until ten seconds pass without any. Within ten seconds there is
one sound. Time is an argument, on any clock, also one that jumps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.mail.model.toast import SILENT, OpenToast, Order, Show, Toast, ToastKey, Withdraw
from tray.mail.presentation.toasts import build_toast, message_count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tray.mail.model.message import MessageKey, UncountedBatch
    from tray.mail.model.toast import Arrival

WINDOW = 10.0
"""Seconds within which arrivals belong together."""
SINGLES_LIMIT = 3
"""How many arrivals within the window have a toast of their own."""
DIGEST_INTERVAL = 1.0
"""Seconds between two updates of a digest in place."""
MESSAGES_LIMIT = 500
"""Messages that are known by their keys; a digest only counts the ones beyond."""
_PENDING_LIMIT = 250
"""Messages that wait for the next update of a digest; beyond, it is shown before its time."""


@dataclass(frozen=True, slots=True)
class NotifierState:
    """All that the notifier remembers; bounded by `MESSAGES_LIMIT`."""

    toasts: tuple[OpenToast, ...] = ()
    """Oldest first."""
    arrived: tuple[float, ...] = ()
    """When the last messages came, as many as `SINGLES_LIMIT` at most, oldest first."""
    digest: ToastKey | None = None
    """The digest that takes in the arrivals while the burst goes on."""
    serial: int = 0
    """How many digests there were; it makes their keys."""
    last_sound: float = -math.inf
    """When a toast last made a sound."""


EMPTY = NotifierState()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The new state, what to order of whoever shows toasts, in this order, and when to ask again."""

    state: NotifierState
    orders: tuple[Order, ...]
    ask_again: float | None
    """When to call `on_time`, on the clock of `now`; replaces every earlier answer. None: no need."""


def feed(
    state: NotifierState,
    arrivals: Sequence[Arrival],
    now: float,
    batches: tuple[UncountedBatch, ...] = (),
    held: Collection[ToastKey] = (),
) -> Outcome:
    """Announce `arrivals`, oldest first. A message that a known toast already shows is passed over.

    A digest counts the `batches` that came with them, or alone. Toasts that are `held` were not shown yet, since nobody
    is there to show them: they belong together however long ago they were ordered.

    Every arrival stands in the `messages` of exactly one `Show` that is its first: here, or in the update of a
    digest that `on_time` orders at most `DIGEST_INTERVAL` later. One that is withdrawn before that is never shown.
    """
    new = _unknown(state, arrivals)
    if not new and not batches:
        return _outcome(state, [], now)
    recent = tuple(when for when in state.arrived if _within(when, now, WINDOW))
    state = replace(state, arrived=(recent + (now,) * (len(new) or 1))[-SINGLES_LIMIT:])
    if state.digest is not None and (recent or state.digest in held):
        joined = (
            replace(
                toast,
                pending=toast.pending + new,
                pending_batches=toast.pending_batches + batches,
                stale=True,
            )
            if toast.key == state.digest
            else toast
            for toast in state.toasts
        )
        return _outcome(replace(state, toasts=tuple(joined)), [], now)
    state = replace(state, digest=None)
    single = [toast for toast in state.toasts if not toast.digest]
    waiting = sum(toast.key in held for toast in single)
    if not batches and max(len(recent), waiting) + len(new) <= SINGLES_LIMIT:
        return _show_singles(state, new, now)
    burst = [toast for toast in single if toast.key in held or _within(toast.shown_at, now, WINDOW)]
    return _start_digest(state, burst, new, now, batches=batches)


def summarize_held(
    state: NotifierState,
    arrivals: Sequence[Arrival],
    now: float,
    others: int = 0,
    batches: tuple[UncountedBatch, ...] = (),
) -> Outcome:
    """Tell of `arrivals`, oldest first, so many `others` and the `batches`, in one toast however few they are.

    What comes within the window after them joins them. Without `arrivals` the toast only says how many there were.
    """
    new = _unknown(state, arrivals)
    if not new and not others and not batches:
        return _outcome(state, [], now)
    return _start_digest(
        replace(state, arrived=((now,) * (len(new) or 1))[-SINGLES_LIMIT:]), [], new, now, others, batches
    )


def withdraw(
    state: NotifierState,
    gone: Collection[MessageKey | UncountedBatch],
    now: float,
    undelivered: Mapping[ToastKey, int] | None = None,
) -> Outcome:
    """Mails that were read or have left the mailbox need no toast any more; unknown keys are passed over.

    A digest shrinks with its next update, and is withdrawn when no message is left of those that it remembers. But one
    that is `undelivered` (with how many of the `gone` it only counts) stays while there is something that it counts.
    """
    gone, undelivered = frozenset(gone), undelivered or {}
    toasts: list[OpenToast] = []
    orders: list[Order] = []
    for toast in state.toasts:
        smaller = replace(
            toast,
            shown=_without(toast.shown, gone),
            pending=_without(toast.pending, gone),
            others=max(0, toast.others - undelivered.get(toast.key, 0)),
            batches=tuple(batch for batch in toast.batches if batch not in gone),
            pending_batches=tuple(batch for batch in toast.pending_batches if batch not in gone),
        )
        counts = smaller.pending_batches or (toast.key in undelivered and (smaller.others or smaller.batches))
        if smaller == toast or _arrivals(smaller) or counts:
            toasts.append(
                replace(smaller, stale=toast.stale or message_count(smaller) < message_count(toast))
            )
        else:
            orders.append(Withdraw(toast.key))
    return _outcome(_keeping(state, toasts), orders, now)


def closed(state: NotifierState, key: ToastKey, now: float) -> Outcome:
    """The toast of `key` is no longer on the screen: what it showed is done with.

    Messages that waited to join it were not shown yet, and go into a digest of their own.
    """
    closing = [toast for toast in state.toasts if toast.key == key]
    pending = tuple(arrival for toast in closing for arrival in toast.pending)
    batches = tuple(batch for toast in closing for batch in toast.pending_batches)
    state = _keeping(state, [toast for toast in state.toasts if toast.key != key])
    if not pending and not batches:
        return _outcome(state, [], now)
    return _start_digest(state, [], pending, now, batches=batches)


def on_time(state: NotifierState, now: float) -> Outcome:
    """Order the updates of digests whose time has come."""
    return _outcome(state, [], now)


def _unknown(state: NotifierState, arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    """Those of `arrivals` that no toast shows."""
    known = {arrival.key for toast in state.toasts for arrival in _arrivals(toast)}
    return tuple({arrival.key: arrival for arrival in arrivals if arrival.key not in known}.values())


def _show_singles(state: NotifierState, new: Sequence[Arrival], now: float) -> Outcome:
    singles = tuple(_single(arrival, now) for arrival in new)
    orders: list[Order] = []
    for single in singles:
        toast, state = _with_sound(build_toast(single), state, now)
        orders.append(Show(toast))
    return _outcome(replace(state, toasts=state.toasts + singles), orders, now)


def _start_digest(
    state: NotifierState,
    burst: Sequence[OpenToast],
    new: tuple[Arrival, ...],
    now: float,
    others: int = 0,
    batches: tuple[UncountedBatch, ...] = (),
) -> Outcome:
    """A new digest of `new`, `others` and `batches`, which takes the place of the toasts of `burst`."""
    if len(burst) + others == 0 and len(new) == 1 and not batches:
        # The others were dealt with: a digest would be a worse toast.
        return _show_singles(state, new, now)
    digest = OpenToast(
        key=ToastKey(f"digest:{state.serial + 1}"),
        shown_at=now,
        shown=tuple(arrival for toast in burst for arrival in toast.shown) + new,
        digest=True,
        others=others,
        batches=batches,
    )
    shown, state = _with_sound(build_toast(digest), state, now)
    orders: list[Order] = [Show(shown, replaces=burst[-1].key if burst else None)]
    orders += [Withdraw(toast.key) for toast in burst[:-1]]
    kept = tuple(toast for toast in state.toasts if toast not in burst)
    state = replace(state, toasts=(*kept, digest), digest=digest.key, serial=state.serial + 1)
    return _outcome(state, orders, now)


def _outcome(state: NotifierState, orders: Iterable[Order], now: float) -> Outcome:
    """Close a step: update the digests that are due, forget what is too much, say when the next update is due."""
    orders = list(orders)
    toasts: list[OpenToast] = []
    due: list[float] = []
    for toast in state.toasts:
        updated = toast
        if toast.stale and (
            len(toast.pending) > _PENDING_LIMIT or not _within(toast.shown_at, now, DIGEST_INTERVAL)
        ):
            updated = replace(
                toast,
                shown=_arrivals(toast),
                pending=(),
                batches=toast.batches + toast.pending_batches,
                pending_batches=(),
                stale=False,
                shown_at=now,
            )
            orders.append(Show(replace(build_toast(updated), sound=SILENT)))
        elif toast.stale:
            due.append(toast.shown_at + DIGEST_INTERVAL)
        toasts.append(updated)
    return Outcome(_keeping(state, _bounded(toasts)), tuple(orders), min(due, default=None))


def _bounded(toasts: Iterable[OpenToast]) -> list[OpenToast]:
    """`toasts` less the oldest messages beyond `MESSAGES_LIMIT`; digests still count theirs."""
    toasts = list(toasts)
    excess = (
        sum(len(_arrivals(toast)) or 1 for toast in toasts) - MESSAGES_LIMIT
    )  # one that only counts takes room as well
    kept: list[OpenToast] = []
    for toast in toasts:
        dropped = min(max(excess, 0), len(toast.shown) if _arrivals(toast) else 1)
        excess -= dropped
        smaller = replace(toast, shown=toast.shown[dropped:], others=toast.others + dropped)
        if _arrivals(smaller) or not dropped:
            kept.append(smaller)
    return kept


def _keeping(state: NotifierState, toasts: Sequence[OpenToast]) -> NotifierState:
    """`state` with these toasts; a burst whose digest is not among them begins anew."""
    digest = state.digest if any(toast.key == state.digest for toast in toasts) else None
    return replace(state, toasts=tuple(toasts), digest=digest)


def _single(arrival: Arrival, now: float) -> OpenToast:
    key = arrival.key
    toast = ToastKey(f"mail:{key.account}:{key.uid_validity}:{key.uid}:{key.mailbox}")
    return OpenToast(key=toast, shown_at=now, shown=(arrival,))


def _with_sound(toast: Toast, state: NotifierState, now: float) -> tuple[Toast, NotifierState]:
    """`toast` with its sound, or without where there was one a moment ago."""
    if toast.sound == SILENT:
        return toast, state
    if _within(state.last_sound, now, WINDOW):
        return replace(toast, sound=SILENT), state
    return toast, replace(state, last_sound=now)


def _arrivals(toast: OpenToast) -> tuple[Arrival, ...]:
    return toast.shown + toast.pending


def _without(
    arrivals: tuple[Arrival, ...], gone: Collection[MessageKey | UncountedBatch]
) -> tuple[Arrival, ...]:
    return tuple(arrival for arrival in arrivals if arrival.key not in gone)


def _within(then: float, now: float, seconds: float) -> bool:
    """Whether `then` is less than `seconds` ago; a time to come is none (the clock was set back)."""
    return 0 <= now - then < seconds
