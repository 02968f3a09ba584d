"""What we know of one mailbox, and how a report from the server changes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.imap.types import Uid
from tray.mail.arrivals.renumbering import another, come_since, newer_than, reused_from
from tray.mail.model.message import is_unread
from tray.mail.model.uid_set import above, below, holds, runs_of, union, without

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tray.imap.types import Flag, UidValidity
    from tray.mail.model.message import Message
    from tray.mail.model.uid_set import Runs

_RUNS_MOST = 200
"""Runs of mails above the mark that are kept as told of; a mail beyond them may be told of again after a crash."""


@dataclass(frozen=True, slots=True)
class MailboxState:
    """All that is kept of a mailbox between two reports, and between two runs."""

    uid_validity: UidValidity
    announced_uid: Uid
    """The mark: every mail up to this UID was told to the user, or was there at first sight."""
    unseen: int
    """How many mails of the whole mailbox are unseen, as the server counts."""
    latest: tuple[Message, ...] = ()
    """The newest titles, newest (highest UID) first."""
    since: float = 0.0
    """When these numbers were first seen (Unix seconds, each numbering later than the one before); 0 if unknown."""
    told: Runs = ()
    """Mails above the mark that were told of: those between them and the mark wait for their toasts."""
    empty: bool = False
    """Whether there was no message in the mailbox when it was last looked at."""
    waiting_since: float | None = None
    """The date of the oldest mail that waits for its toast, or an earlier one; None where none waits."""


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """What a session has learnt; a field that is None or empty says nothing."""

    uid_validity: UidValidity
    messages: tuple[Message, ...] = ()
    """Mails read whole (with envelope), in any order."""
    flags: tuple[tuple[Uid, frozenset[Flag]], ...] = ()
    """Present flags of mails that were reported whole before."""
    covers: Uid | None = None
    """Every mail with this UID or a higher one is named in `messages` or `flags`: a known one that is not is gone."""
    gone: frozenset[Uid] = frozenset()
    """Mails that are known to have left the mailbox."""
    unseen: int | None = None
    uid_next: Uid | None = None
    """UIDNEXT at the opening of the mailbox, or None; one that is old by now does no harm."""
    passed_over: int = 0
    """How many unseen mails above the mark, and below `messages`, were too many to be read."""
    empty: bool = False
    """Whether the mailbox was seen to hold no message."""
    missing: frozenset[Uid] = frozenset()
    """Mails that are there though nothing here names them: the server does not give their titles."""
    awaited: frozenset[Uid] = frozenset()
    """Those of them that will be asked for again: the mark stays below them, so that they are told of at last."""


@dataclass(frozen=True, slots=True)
class Change:
    """What `advance` found: the new state, and what became of which mail.

    Withdraw the toasts of `read` and `left` before telling of `arrivals`: where a mailbox was put back from a
    backup, a UID may stand in both, as two mails.
    """

    state: MailboxState
    arrivals: tuple[Message, ...]
    """Mails to tell the user of, oldest first."""
    read: frozenset[Uid]
    """Mails that were unseen, as far as we know, and are now read (or marked deleted).

    A mail that is no longer among the titles may still have a toast: it is named here when it is reported read.
    """
    left: frozenset[Uid]
    """Mails that are no longer in the mailbox."""
    rebased: bool = False
    """Whether the mailbox was renumbered: every key known before is void."""
    passed_over: int = 0
    """How many mails are to be told of beside `arrivals`, by their number only."""
    all_read: bool = False
    """Whether the server says that no mail in the mailbox waits to be read."""


def advance(state: MailboxState | None, report: MailboxReport, limit: int, now: float = 0.0) -> Change:
    """What `report` makes of `state`, `now` (Unix seconds); `limit` is how many titles are kept.

    A mail is told of once: when it is named for the first time above the mark, unseen. The mark then moves to the
    highest UID that was reported whole. So a reporter names new mails in the order of their UIDs or all at once;
    one that reports 12 before it has ever reported 11 loses 11.

    The unseen count is the server's where it was reported. Else it is the old count, less the known mails that
    waited, plus those of them and of the new ones that wait now, and never less than the titles that wait; at
    first sight it is the number of titles that wait.

    Where the numbers changed (another UIDVALIDITY, or other mails under the old numbers) a mail is told of when it
    is not among the titles that were told of, and not older than the newest of them.
    """
    if state is None:
        return _first_sight(report, limit, now)
    known = {message.uid: message for message in state.latest}
    whole = {message.uid: message for message in report.messages}
    flags = dict(report.flags)
    if state.uid_validity != report.uid_validity:
        return _renumbered(state, report, limit, now)
    if any(another(known[uid], whole[uid]) for uid in known.keys() & whole.keys()):
        return replace(_renumbered(state, report, limit, now), left=frozenset(known))
    named = whole.keys() | flags.keys()
    left = set(report.gone)
    if report.covers is not None:
        left.update(uid for uid in known if uid >= report.covers and uid not in named | report.missing)
    mark, told, since = state.announced_uid, state.told, state.since
    if report.uid_next is None and state.empty and any(uid <= mark for uid in named):
        floor: Uid | None = Uid(0)
    else:
        floor = reused_from(known, whole, named, left, mark, report.uid_next)
    if floor is not None:
        left.update(uid for uid in known if uid > floor)
        mark, told, since = floor, (), max(now, since + 1)
    if report.uid_next is not None:  # what has no number yet cannot have been told of
        told = below(told, report.uid_next)

    current = {uid: message for uid, message in known.items() if uid not in left} | whole
    current = _with_flags(current, flags, report.gone)
    latest = _newest(current, limit)
    fresh = sorted(uid for uid in current.keys() & named if uid > mark and not holds(told, uid))
    if floor is not None:
        strange = whole.keys() - known.keys()
        fresh = sorted({*fresh, *come_since(state, current, strange, floor, whole=report.covers == 1)})
    announced, told = _below_awaited(mark, max([mark, *whole, *fresh]), told, report.awaited)
    unseen = _unseen(state, current, latest, mark) if report.unseen is None else report.unseen
    return Change(
        state=MailboxState(
            uid_validity=report.uid_validity,
            announced_uid=announced,
            unseen=unseen,
            latest=latest,
            since=since,
            told=above(told, announced),
            empty=(report.empty or (state.empty and not named)) and not latest and not unseen,
            waiting_since=state.waiting_since,
        ),
        arrivals=tuple(current[uid] for uid in fresh if current[uid].unseen),
        read=frozenset(
            uid
            for uid in named - left
            if uid <= mark
            and not is_unread(current[uid].flags if uid in current else flags[uid])
            and (uid not in known or known[uid].unseen)
        ),
        left=frozenset(left),
        passed_over=report.passed_over,
        all_read=report.unseen == 0,
    )


def _below_awaited(old: Uid, mark: Uid, told: Runs, awaited: Collection[Uid]) -> tuple[Uid, Runs]:
    """The mark below the first of `awaited` above the old one; all others up to `mark` are named as told of."""
    waiting = runs_of(uid for uid in awaited if old < uid <= mark and not holds(told, uid))
    if not waiting:
        return mark, told
    first = waiting[0][0]
    return Uid(first - 1), union(told, without(((first, mark),), waiting))[:_RUNS_MOST]


def settled(state: MailboxState, pending: Runs) -> MailboxState:
    """The state as it may be saved while the toasts of `pending` were not handed over yet.

    Its mark lies below the lowest of them, and what was told of above it is named: a crash may repeat a toast that
    was on its way, never lose one.
    """
    if not pending or pending[0][0] > state.announced_uid:
        return state
    mark = Uid(pending[0][0] - 1)
    told = union(without(((Uid(mark + 1), state.announced_uid),), pending), state.told)
    return replace(state, announced_uid=mark, told=told[:_RUNS_MOST])


def not_announced(state: MailboxState, first: Uid, last: Uid) -> Runs:
    """Which UIDs from `first` to `last` may be those of mails that were not told of."""
    return without(((max(first, Uid(state.announced_uid + 1)), last),), state.told) if first <= last else ()


def may_have_missed(
    state: MailboxState | None,
    uid_validity: UidValidity,
    messages: Iterable[Message],
    lowest: Uid,
    uid_next: Uid | None = None,
) -> bool:
    """Whether there may be mails to tell of below `messages`, which are all from UID `lowest` up."""
    if state is None or lowest <= 1:
        return False
    if state.uid_validity != uid_validity or (uid_next is not None and uid_next <= state.announced_uid):
        newer = newer_than(state)
        return newer is not None and all(newer(message) for message in messages)
    return bool(not_announced(state, Uid(1), Uid(lowest - 1)))


def _renumbered(state: MailboxState, report: MailboxReport, limit: int, now: float) -> Change:
    change = _first_sight(report, limit, max(now, state.since + 1))
    newer = newer_than(state)
    if newer is not None:
        there = {message.uid: message for message in report.messages}
        current = _with_flags(there, dict(report.flags), report.gone)
        told = tuple(current[uid] for uid in sorted(current) if current[uid].unseen and newer(current[uid]))
        change = replace(change, arrivals=told)
    return replace(change, rebased=True)


def _first_sight(report: MailboxReport, limit: int, now: float) -> Change:
    """Everything that is there now counts as known, so that no flood greets the user."""
    whole = {message.uid: message for message in report.messages}
    flags = dict(report.flags)
    latest = _newest(_with_flags(whole, flags, report.gone), limit)
    below_next = (report.uid_next or 1) - 1
    return Change(
        state=MailboxState(
            uid_validity=report.uid_validity,
            announced_uid=Uid(max([below_next, *whole, *flags, *report.missing])),
            unseen=_waiting(latest) if report.unseen is None else report.unseen,
            latest=latest,
            since=now,
            empty=report.empty and not latest and not report.unseen,
        ),
        arrivals=(),
        read=frozenset(),
        left=frozenset(),
    )


def _with_flags(
    messages: Mapping[Uid, Message], flags: Mapping[Uid, frozenset[Flag]], gone: Collection[Uid]
) -> dict[Uid, Message]:
    """`messages` less the `gone`; `flags` are later news than the flags that came with a mail."""
    return {
        uid: replace(message, flags=flags[uid]) if uid in flags else message
        for uid, message in messages.items()
        if uid not in gone
    }


def _newest(messages: Mapping[Uid, Message], limit: int) -> tuple[Message, ...]:
    return tuple(messages[uid] for uid in sorted(messages, reverse=True)[:limit])


def _waiting(messages: Iterable[Message]) -> int:
    return sum(message.unseen for message in messages)


def _unseen(state: MailboxState, current: Mapping[Uid, Message], latest: Sequence[Message], mark: Uid) -> int:
    """How many mails are unseen, as far as the mails that are known can tell."""
    known = {message.uid for message in state.latest}
    # A mail up to the mark that was not among the titles is in the old count already.
    followed = _waiting(message for uid, message in current.items() if uid in known or uid > mark)
    return max(state.unseen - _waiting(state.latest) + followed, _waiting(latest))
