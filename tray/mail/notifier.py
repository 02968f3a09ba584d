"""Which toasts are to be shown, replaced and withdrawn, so that each mail is told once and no flood comes.

Up to three mails within ten seconds have a toast each. What comes on top makes one digest, which takes in the
open toasts of those ten seconds and then every arrival, until ten seconds pass without any. Time is an argument,
on any clock, also one that jumps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.mail.toast import Order, Show, Toast, ToastKey, Withdraw
from tray.mail.toast_texts import digest_actions, digest_texts, single_actions, single_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tray.mail.message import Message, MessageKey

WINDOW = 10.0
"""Seconds within which arrivals belong together."""
SINGLES = 3
"""How many arrivals within the window have a toast of their own."""
DIGEST_INTERVAL = 1.0
"""Seconds between two updates of a digest in place."""
REMEMBERED = 500
"""How many mails are known by their key at most; a digest only counts the ones beyond."""
_UNTOLD = 250
"""How many mails wait for the next update of a digest at most; beyond, it is shown before its time."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail to tell of."""

    key: MessageKey
    account_name: str
    message: Message
    show_account: bool
    """Whether the account is to be named: there is more than one."""


@dataclass(frozen=True, slots=True)
class OpenToast:
    """A toast that was ordered and, as far as we know, neither closed nor withdrawn."""

    key: ToastKey
    shown_at: float
    told: tuple[Arrival, ...]
    """The mails that it shows, oldest first."""
    digest: bool = False
    untold: tuple[Arrival, ...] = ()
    """Mails that join a digest with its next update."""
    forgotten: int = 0
    """Mails that a digest counts without knowing them any more."""
    stale: bool = False
    """Whether a digest must be shown again: it grew or shrank."""


@dataclass(frozen=True, slots=True)
class NotifierState:
    """All that the notifier remembers; bounded by `REMEMBERED`."""

    toasts: tuple[OpenToast, ...] = ()
    """Oldest first."""
    arrived: tuple[float, ...] = ()
    """When the last mails came, as many as `SINGLES` at most, oldest first."""
    digest: ToastKey | None = None
    """The digest that takes in the arrivals while the burst goes on."""
    serial: int = 0
    """How many digests there were; it makes their keys."""


EMPTY = NotifierState()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The new state, what to order of whoever shows toasts, in this order, and when to ask again."""

    state: NotifierState
    orders: tuple[Order, ...]
    ask_again: float | None
    """When to call `tick`, on the clock of `now`; replaces every earlier answer. None: no need."""


def feed(
    state: NotifierState,
    arrivals: Sequence[Arrival],
    now: float,
    beside: int = 0,
    held: Collection[ToastKey] = (),
) -> Outcome:
    """Tell of `arrivals`, oldest first. A mail that a known toast already tells of is passed over.

    So many more came `beside` them: a digest counts them, without knowing which they are. Toasts that are `held`
    were not shown yet, since nobody is there to show them: they belong together however long ago they were ordered.

    Every arrival stands in the `messages` of exactly one `Show` that is its first: here, or in the update of a
    digest that `tick` orders at most `DIGEST_INTERVAL` later. One that is withdrawn before that is never shown.
    """
    known = {mail.key for toast in state.toasts for mail in _mails(toast)}
    new = tuple({arrival.key: arrival for arrival in arrivals if arrival.key not in known}.values())
    if not new:
        return _outcome(state, [], now)
    recent = tuple(when for when in state.arrived if _within(when, now, WINDOW))
    state = replace(state, arrived=(recent + (now,) * len(new))[-SINGLES:])
    if state.digest is not None and (recent or state.digest in held):
        joined = (
            replace(toast, untold=toast.untold + new, forgotten=toast.forgotten + beside, stale=True)
            if toast.key == state.digest
            else toast
            for toast in state.toasts
        )
        return _outcome(replace(state, toasts=tuple(joined)), [], now)
    state = replace(state, digest=None)
    single = [toast for toast in state.toasts if not toast.digest]
    waiting = sum(toast.key in held for toast in single)
    if max(len(recent), waiting) + len(new) + beside <= SINGLES:
        return _show_singles(state, new, now)
    burst = [toast for toast in single if toast.key in held or _within(toast.shown_at, now, WINDOW)]
    return _start_digest(state, burst, new, now, beside)


def withdraw(state: NotifierState, gone: Collection[MessageKey], now: float) -> Outcome:
    """Mails that were read or have left the mailbox need no toast any more; unknown keys are passed over.

    A digest shrinks with its next update, and is withdrawn when no mail is left of those that it remembers.
    """
    gone = frozenset(gone)
    toasts: list[OpenToast] = []
    orders: list[Order] = []
    for toast in state.toasts:
        smaller = replace(toast, told=_without(toast.told, gone), untold=_without(toast.untold, gone))
        if not _mails(smaller):
            orders.append(Withdraw(toast.key))
        else:
            toasts.append(replace(smaller, stale=toast.stale or len(smaller.told) < len(toast.told)))
    return _outcome(_keeping(state, toasts), orders, now)


def closed(state: NotifierState, key: ToastKey, now: float) -> Outcome:
    """The toast of `key` is no longer on the screen: what it told is done with.

    Mails that waited to join it were not told yet, and go into a digest of their own.
    """
    untold = tuple(mail for toast in state.toasts if toast.key == key for mail in toast.untold)
    state = _keeping(state, [toast for toast in state.toasts if toast.key != key])
    return _start_digest(state, [], untold, now) if untold else _outcome(state, [], now)


def tick(state: NotifierState, now: float) -> Outcome:
    """Order the updates of digests whose time has come."""
    return _outcome(state, [], now)


def _show_singles(state: NotifierState, new: Sequence[Arrival], now: float) -> Outcome:
    singles = tuple(_single(arrival, now) for arrival in new)
    return _outcome(
        replace(state, toasts=state.toasts + singles), [Show(_toast(toast)) for toast in singles], now
    )


def _start_digest(
    state: NotifierState, burst: Sequence[OpenToast], new: tuple[Arrival, ...], now: float, beside: int = 0
) -> Outcome:
    """A new digest that tells of `new`, and so many `beside` them, and takes the place of the toasts of `burst`."""
    if (
        len(burst) + len(new) + beside == 1
    ):  # the user has dealt with all the others: a digest would only be a worse toast
        return _show_singles(state, new, now)
    digest = OpenToast(
        key=ToastKey(f"digest:{state.serial + 1}"),
        shown_at=now,
        told=tuple(mail for toast in burst for mail in toast.told) + new,
        digest=True,
        forgotten=beside,
    )
    orders: list[Order] = [Show(_toast(digest), replaces=burst[-1].key if burst else None)]
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
        if toast.stale and (len(toast.untold) > _UNTOLD or not _within(toast.shown_at, now, DIGEST_INTERVAL)):
            updated = replace(toast, told=_mails(toast), untold=(), stale=False, shown_at=now)
            orders.append(Show(_toast(updated)))
        elif toast.stale:
            due.append(toast.shown_at + DIGEST_INTERVAL)
        toasts.append(updated)
    return Outcome(_keeping(state, _bounded(toasts)), tuple(orders), min(due, default=None))


def _bounded(toasts: Iterable[OpenToast]) -> list[OpenToast]:
    """`toasts` less the oldest mails beyond `REMEMBERED`; digests still count theirs."""
    toasts = list(toasts)
    excess = sum(len(_mails(toast)) for toast in toasts) - REMEMBERED
    kept: list[OpenToast] = []
    for toast in toasts:
        forgotten = min(max(excess, 0), len(toast.told))
        excess -= forgotten
        smaller = replace(toast, told=toast.told[forgotten:], forgotten=toast.forgotten + forgotten)
        if _mails(smaller):
            kept.append(smaller)
    return kept


def _keeping(state: NotifierState, toasts: Sequence[OpenToast]) -> NotifierState:
    """`state` with these toasts; a burst whose digest is not among them begins anew."""
    digest = state.digest if any(toast.key == state.digest for toast in toasts) else None
    return replace(state, toasts=tuple(toasts), digest=digest)


def _single(arrival: Arrival, now: float) -> OpenToast:
    mail = arrival.key
    key = ToastKey(f"mail:{mail.account}:{mail.uid_validity}:{mail.uid}:{mail.mailbox}")
    return OpenToast(key=key, shown_at=now, told=(arrival,))


def _toast(toast: OpenToast) -> Toast:
    messages = tuple(mail.key for mail in toast.told)
    if toast.digest:
        newest = [mail.message.envelope for mail in reversed(toast.told)]
        summary, body = digest_texts(len(toast.told) + toast.forgotten, newest)
        accounts = {key.account for key in messages}
        return Toast(
            key=toast.key,
            summary=summary,
            body=body,
            messages=messages,
            account=messages[0].account if len(accounts) == 1 else None,
            actions=digest_actions(),
        )
    (mail,) = toast.told
    summary, body = single_texts(mail.message.envelope, mail.account_name if mail.show_account else "")
    return Toast(
        key=toast.key,
        summary=summary,
        body=body,
        messages=messages,
        account=mail.key.account,
        actions=single_actions(),
    )


def _mails(toast: OpenToast) -> tuple[Arrival, ...]:
    return toast.told + toast.untold


def _without(mails: tuple[Arrival, ...], gone: Collection[MessageKey]) -> tuple[Arrival, ...]:
    return tuple(mail for mail in mails if mail.key not in gone)


def _within(then: float, now: float, seconds: float) -> bool:
    """Whether `then` is less than `seconds` ago; a time to come is none (the clock was set back)."""
    return 0 <= now - then < seconds
