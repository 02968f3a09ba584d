"""Which toasts to show, replace and withdraw: each message is announced once, and many do not flood the screen.

A few messages within ten seconds have a toast each. More (`ToastStyle.digest_from`) become one digest, which replaces
the toasts of those ten seconds and takes every later arrival, until ten seconds pass without any. Messages of one
conversation share a toast. Within ten seconds there is one sound. The time is an argument, in seconds of any clock,
also one that jumps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.mail.model.toast import SILENT, Arrival, OpenToast, Order, Show, Toast, ToastKey, Withdraw
from tray.mail.notifications.conversation import Conversations, by_conversation
from tray.mail.notifications.state import DEFAULT_STYLE, NotifierState, Outcome, ToastStyle
from tray.mail.notifications.toast_content import build_toast, message_count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tray.mail.model.message import MessageKey, UncountedBatch
    from tray.mail.model.toast import Entry

WINDOW = 10.0
"""Seconds within which arrivals belong together."""
UPDATE_INTERVAL = 0.25
"""Seconds between two updates of a toast in place: so much later than a toast of its own is a mail that joins one."""
MESSAGES_LIMIT = 500
"""Messages that are remembered by their keys; a digest only counts those beyond."""
_PENDING_LIMIT = 250
"""Messages that wait for the next update of a toast; with more, it is updated at once."""


def feed(
    state: NotifierState,
    entries: Sequence[Entry],
    now: float,
    held: Collection[ToastKey] = (),
    style: ToastStyle = DEFAULT_STYLE,
) -> Outcome:
    """Announce `entries`, oldest first; one that is in a toast already is skipped. Only a digest has batches.

    The toasts `held` could not be shown yet, because there is no notification backend: they count as recent whatever
    their age.

    Every entry is in a `Show`, either here or in the update of a toast that `on_time` returns at most
    `UPDATE_INTERVAL` later, unless it is withdrawn before.
    """
    new = _unknown(state, entries)
    recent = tuple(when for when in state.arrived if _within(when, now, WINDOW))
    if new and state.digest is not None and (recent or state.digest in held):
        joined = (_with_pending(toast, new if toast.key == state.digest else ()) for toast in state.toasts)
        state = _with_arrived(replace(state, toasts=tuple(joined)), recent, len(new), now, style)
        return _outcome(state, [], now, style)
    state, new = _join_conversations(state, new)
    if not new:
        return _outcome(state, [], now, style)
    arrivals = [entry for entry in new if isinstance(entry, Arrival)]
    groups = by_conversation(arrivals)
    number = len(groups) + len(new) - len(arrivals)
    state = _with_arrived(replace(state, digest=None), recent, number, now, style)
    single = [toast for toast in state.toasts if not toast.digest]
    waiting = sum(toast.key in held for toast in single)
    if len(arrivals) == len(new) and max(len(recent), waiting) + number < style.digest_from:
        return _show_singles(state, groups, now, style)
    burst = [toast for toast in single if toast.key in held or _within(toast.shown_at, now, WINDOW)]
    return _start_digest(state, burst, new, now, style)


def summarize_held(
    state: NotifierState,
    entries: Sequence[Entry],
    now: float,
    others: int = 0,
    style: ToastStyle = DEFAULT_STYLE,
) -> Outcome:
    """Announce `entries`, oldest first, and the number of `others` in one toast, however few they are.

    Entries within the window after it join it. Without any the toast only has the number.
    """
    new = _unknown(state, entries)
    if not new and not others:
        return _outcome(state, [], now, style)
    return _start_digest(_with_arrived(state, (), len(new) or 1, now, style), [], new, now, style, others)


def withdraw(
    state: NotifierState,
    gone: Collection[MessageKey | UncountedBatch],
    now: float,
    undelivered: Mapping[ToastKey, int] | None = None,
    style: ToastStyle = DEFAULT_STYLE,
) -> Outcome:
    """Remove messages that were read or have left the mailbox from their toasts; unknown keys are ignored.

    A toast of several shrinks with its next update, and is withdrawn when none of its remembered messages is left. A
    digest in `undelivered` (with how many of its counted messages are `gone`) stays while it counts any others or
    batches.
    """
    gone, undelivered = frozenset(gone), undelivered or {}
    toasts: list[OpenToast] = []
    orders: list[Order] = []
    for toast in state.toasts:
        smaller = replace(
            toast,
            shown=tuple(entry for entry in toast.shown if entry.key not in gone),
            pending=tuple(entry for entry in toast.pending if entry.key not in gone),
            others=max(0, toast.others - undelivered.get(toast.key, 0)),
        )
        counts = toast.key in undelivered and (smaller.others or smaller.shown)
        arrivals = any(isinstance(entry, Arrival) for entry in smaller.shown)
        if smaller == toast or counts or arrivals or smaller.pending:
            toasts.append(
                replace(smaller, stale=toast.stale or message_count(smaller) < message_count(toast))
            )
        else:
            orders.append(Withdraw(toast.key))
    return _outcome(_keeping(state, toasts), orders, now, style)


def closed(state: NotifierState, key: ToastKey, now: float, style: ToastStyle = DEFAULT_STYLE) -> Outcome:
    """Forget the toast of `key`, which is no longer on the screen.

    What waited to join it was not shown yet, and gets a new toast.
    """
    pending = tuple(entry for toast in state.toasts if toast.key == key for entry in toast.pending)
    state = _keeping(state, [toast for toast in state.toasts if toast.key != key])
    return _start_digest(state, [], pending, now, style) if pending else _outcome(state, [], now, style)


def on_time(state: NotifierState, now: float, style: ToastStyle = DEFAULT_STYLE) -> Outcome:
    """Update the toasts that are due."""
    return _outcome(state, [], now, style)


def _unknown(state: NotifierState, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The `entries` that are in no toast."""
    known = {entry.key for toast in state.toasts for entry in _entries(toast)}
    return tuple({entry.key: entry for entry in entries if entry.key not in known}.values())


def _with_arrived(
    state: NotifierState, recent: tuple[float, ...], number: int, now: float, style: ToastStyle
) -> NotifierState:
    """`state` after `number` more toasts, of which a digest is made when there are enough."""
    return replace(state, arrived=(recent + (now,) * number)[1 - style.digest_from :])


def _join_conversations(
    state: NotifierState, entries: Sequence[Entry]
) -> tuple[NotifierState, tuple[Entry, ...]]:
    """`state` with those of the `entries` that continue the conversation of a toast in it, and the others."""
    if not state.toasts:
        return state, tuple(entries)
    toasts, others, known = list(state.toasts), [], Conversations()
    for number, toast in enumerate(toasts):
        newest = _entries(toast)[-1:]
        if newest and isinstance(newest[0], Arrival) and not toast.digest:
            known.add(number, newest[0])
    for entry in entries:
        at = known.find(entry) if isinstance(entry, Arrival) else None
        if at is None:
            others.append(entry)
        else:
            toasts[at] = _with_pending(toasts[at], (entry,))
    return replace(state, toasts=tuple(toasts)), tuple(others)


def _with_pending(toast: OpenToast, new: tuple[Entry, ...]) -> OpenToast:
    return replace(toast, pending=toast.pending + new, stale=True) if new else toast


def _show_singles(
    state: NotifierState, groups: Iterable[tuple[Arrival, ...]], now: float, style: ToastStyle
) -> Outcome:
    singles = tuple(_single(group, now) for group in groups)
    orders: list[Order] = []
    for single in singles:
        toast, state = _with_sound(build_toast(single, style), state, now)
        orders.append(Show(toast))
    return _outcome(replace(state, toasts=state.toasts + singles), orders, now, style)


def _start_digest(
    state: NotifierState,
    burst: Sequence[OpenToast],
    new: tuple[Entry, ...],
    now: float,
    style: ToastStyle,
    others: int = 0,
) -> Outcome:
    """A new digest of `new` and `others`, which replaces the toasts of `burst`."""
    if len(burst) + others == 0 and len(new) == 1 and isinstance(new[0], Arrival):
        # The other toasts of the burst are gone: a single toast shows more than a digest.
        return _show_singles(state, [(new[0],)], now, style)
    digest = OpenToast(
        key=ToastKey(f"digest:{state.serial + 1}"),
        shown_at=now,
        shown=tuple(entry for toast in burst for entry in _entries(toast)) + new,
        digest=True,
        others=others,
    )
    shown, state = _with_sound(build_toast(digest, style), state, now)
    orders: list[Order] = [Show(shown, replaces=burst[-1].key if burst else None)]
    orders += [Withdraw(toast.key) for toast in burst[:-1]]
    kept = tuple(toast for toast in state.toasts if toast not in burst)
    state = replace(state, toasts=(*kept, digest), digest=digest.key, serial=state.serial + 1)
    return _outcome(state, orders, now, style)


def _outcome(state: NotifierState, orders: Iterable[Order], now: float, style: ToastStyle) -> Outcome:
    """The outcome after toasts that are due were updated and `MESSAGES_LIMIT` was applied.

    Of updates only that of a conversation makes a sound: a digest made its own when it began.
    """
    orders = list(orders)
    toasts: list[OpenToast] = []
    due: list[float] = []
    for toast in state.toasts:
        updated, due_at = toast, toast.shown_at + UPDATE_INTERVAL
        if toast.stale and (len(toast.pending) > _PENDING_LIMIT or not toast.shown_at <= now < due_at):
            updated = replace(toast, shown=_entries(toast), pending=(), stale=False, shown_at=now)
            shown = build_toast(updated, style)
            if toast.digest or not toast.pending:
                shown = replace(shown, sound=SILENT)
            shown, state = _with_sound(shown, state, now)
            orders.append(Show(shown))
        elif toast.stale:
            due.append(due_at)
        toasts.append(updated)
    return Outcome(_keeping(state, _bounded(toasts)), tuple(orders), min(due, default=None))


def _bounded(toasts: Iterable[OpenToast]) -> list[OpenToast]:
    """`toasts` without the oldest messages beyond `MESSAGES_LIMIT`; digests still count theirs."""
    toasts = list(toasts)
    excess = sum([len(_entries(toast)) or 1 for toast in toasts]) - MESSAGES_LIMIT
    if excess <= 0:
        return toasts
    kept: list[OpenToast] = []
    for toast in toasts:
        dropped = min(max(excess, 0), len(toast.shown) if _entries(toast) else 1)
        excess -= dropped
        forgotten = sum(entry.count for entry in toast.shown[:dropped])
        smaller = replace(toast, shown=toast.shown[dropped:], others=toast.others + forgotten)
        if _entries(smaller) or not dropped:
            kept.append(smaller)
    return kept


def _keeping(state: NotifierState, toasts: Sequence[OpenToast]) -> NotifierState:
    """`state` with these toasts; a burst ends when its digest is not among them."""
    digest = state.digest if any(toast.key == state.digest for toast in toasts) else None
    return replace(state, toasts=tuple(toasts), digest=digest)


def _single(group: tuple[Arrival, ...], now: float) -> OpenToast:
    key = group[0].key
    toast = ToastKey(f"mail:{key.account}:{key.uid_validity}:{key.uid}:{key.mailbox}")
    return OpenToast(key=toast, shown_at=now, shown=group)


def _with_sound(toast: Toast, state: NotifierState, now: float) -> tuple[Toast, NotifierState]:
    """`toast` with its sound, or without one where there was a sound within the window."""
    if toast.sound == SILENT:
        return toast, state
    if _within(state.last_sound, now, WINDOW):
        return replace(toast, sound=SILENT), state
    return toast, replace(state, last_sound=now)


def _entries(toast: OpenToast) -> tuple[Entry, ...]:
    return toast.shown + toast.pending


def _within(then: float, now: float, seconds: float) -> bool:
    """Whether `then` is less than `seconds` ago; false for a future time (the clock was set back)."""
    return 0 <= now - then < seconds
