"""The state of one mailbox, and how a report of a session changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.imap.types import Uid
from tray.mail.arrivals.duplicates import identity
from tray.mail.model.message import is_unread
from tray.mail.model.uid_set import NO_UIDS, UID_MAX, UidSet
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tray.imap.types import Flag, UidValidity
    from tray.mail.model.message import Message, Preview

_RUNS_LIMIT = 200
"""Runs of UIDs above the announced UID that are saved; messages beyond may be announced again after a crash."""


@dataclass(frozen=True, slots=True)
class MailboxState:
    """The state of a mailbox between two reports, and between two runs of the program."""

    uid_validity: UidValidity
    announced_uid: Uid
    """Every message up to this UID was announced, or in the mailbox when it was first watched."""
    unseen: int
    """The number of unseen messages in the whole mailbox, as the server counts."""
    latest: tuple[Message, ...] = ()
    """The newest messages, highest UID first."""
    more: tuple[Message, ...] = ()
    """Messages below them, highest UID first: older ones that a window lists, in memory only."""
    since: float = 0.0
    """When these UIDs were first reported (Unix seconds; later after each renumbering); 0 if unknown."""
    announced_above: UidSet = NO_UIDS
    """Messages above the announced UID that were announced, too; those between wait for their toasts."""
    empty: bool = False
    """Whether the mailbox had no message at the last report."""
    waiting_since: float | None = None
    """The date (Unix seconds) of the oldest message that waits for its toast, or an earlier one; None for none."""


@dataclass(frozen=True, slots=True)
class MailboxReport:
    """New facts from a session; a field that is None or empty says nothing."""

    uid_validity: UidValidity
    messages: tuple[Message, ...] = ()
    """Messages that were fetched (with envelope), in any order."""
    flags: tuple[tuple[Uid, frozenset[Flag]], ...] = ()
    """The present flags of messages that were fetched before."""
    previews: tuple[tuple[Uid, Preview], ...] = ()
    """Of `messages`, or of messages that were fetched before."""
    covers: Uid | None = None
    """Every message from this UID up is in the report; a known one that is not has left the mailbox."""
    gone: frozenset[Uid] = frozenset()
    """Messages that have left the mailbox."""
    unseen: int | None = None
    uid_next: Uid | None = None
    """UIDNEXT when the mailbox was opened, or None; it may be outdated."""
    passed_over: int = 0
    """The number of unseen messages above the announced UID that were too many to be fetched, all below `messages`."""
    empty: bool = False
    """Whether the mailbox has no message."""
    missing: frozenset[Uid] = frozenset()
    """Messages that are in the mailbox, but whose envelopes the server does not deliver."""
    awaited: frozenset[Uid] = frozenset()
    """The `missing` ones that will be fetched again: the announced UID stays below them until then."""


@dataclass(frozen=True, slots=True)
class Change:
    """The result of `advance`: the new state, and what happened to which message.

    Withdraw the toasts of `read` and `left` before announcing `arrivals`: where a mailbox was restored from a backup,
    one UID may be in both, for two messages.
    """

    state: MailboxState
    arrivals: tuple[Message, ...]
    """Messages to be announced, oldest first."""
    read: frozenset[Uid]
    """Messages that were unseen, or whose flags were unknown, and are now read or marked deleted."""
    left: frozenset[Uid]
    """Messages that are no longer in the mailbox."""
    renumbered: bool = False
    """Whether the mailbox was renumbered: all earlier keys are invalid."""


def advance(
    state: MailboxState | None, report: MailboxReport, limit: int, now: float = 0.0, more: int = 0
) -> Change:
    """Apply `report` to `state`; `limit` is how many of the newest messages are kept, `now` in Unix seconds.

    `more` is how many further ones are kept in memory. A message that is reported again keeps its preview.

    A message is announced once: when it is first reported above the announced UID, unseen. The announced UID then
    becomes the highest that was fetched. So new messages must be reported in the order of their UIDs, or all at once:
    where 12 is reported before 11, 11 is never announced.

    The unseen count is the server's where it was reported. Else it is the old count, less the known messages that were
    unseen, plus those known and new ones that are unseen now, but at least the number of unseen ones among the newest;
    in the first report it is this number.

    Where the UIDs changed (another UIDVALIDITY, or other messages under the old UIDs) a message is announced when it is
    not among the newest announced ones, and not older than the newest of them.
    """
    if state is None:
        return _first_report(report, limit, now, more)
    known = _known(state)
    fetched = _with_previews({message.uid: message for message in report.messages}, known, report)
    flags = dict(report.flags)
    named = fetched.keys() | flags.keys()
    left = set(report.gone)
    if report.covers is not None:
        left.update(uid for uid in known if uid >= report.covers and uid not in named | report.missing)
    if state.uid_validity != report.uid_validity:
        return _renumbered(state, report, limit, now, more)
    if _reuses_uids(state, report, known.keys() - left):
        return replace(_renumbered(state, report, limit, now, more), left=frozenset(known))
    before, announced_above = state.announced_uid, state.announced_above
    if report.uid_next is not None:  # a message without a UID yet cannot have been announced
        announced_above = announced_above.below(report.uid_next)

    present = {uid: message for uid, message in known.items() if uid not in left}
    current = _with_flags(_with_previews(present, {}, report) | fetched, flags, report.gone)
    newest = _newest(current, limit + more)
    fresh = sorted(uid for uid in current.keys() & named if uid > before and uid not in announced_above)
    announced_uid = max([before, *fetched, *fresh])
    if report.awaited:
        awaited = UidSet.of(report.awaited).above(before).below(Uid(announced_uid + 1)) - announced_above
        if awaited:
            announced_uid, announced_above = _below(awaited, announced_uid, announced_above)
    unseen = _unseen(state, known, current, newest) if report.unseen is None else report.unseen
    return Change(
        state=replace(
            state,
            announced_uid=announced_uid,
            unseen=unseen,
            latest=newest[:limit],
            more=newest[limit:],
            announced_above=announced_above.above(announced_uid),
            empty=(report.empty or (state.empty and not named)) and not newest and not unseen,
        ),
        arrivals=tuple(current[uid] for uid in fresh if current[uid].unseen),
        read=frozenset(
            uid
            for uid in named - left
            if uid <= before
            and not is_unread(current[uid].flags if uid in current else flags[uid])
            and (uid not in known or known[uid].unseen)
        ),
        left=frozenset(left),
    )


def state_to_save(state: MailboxState, pending: UidSet) -> MailboxState:
    """The state to save while the toasts of the messages `pending` are not delivered yet.

    Its announced UID is below the lowest of them, and `announced_above` has the announced ones above it: a crash may
    repeat a toast, and never loses one. Previews and the messages that only a window lists are never saved.
    """
    latest = tuple(
        replace(message, preview="", code="") if message.preview or message.code else message
        for message in state.latest
    )
    state = replace(state, latest=latest, more=())
    if not pending or pending.runs[0][0] > state.announced_uid:
        return state
    announced_uid, announced_above = _below(pending, state.announced_uid, state.announced_above)
    return replace(state, announced_uid=announced_uid, announced_above=announced_above)


def _below(pending: UidSet, announced_uid: Uid, announced_above: UidSet) -> tuple[Uid, UidSet]:
    """The announced UID below `pending`, and the announced UIDs above it."""
    first = pending.runs[0][0]
    above = (UidSet.between(first, announced_uid) - pending) | announced_above
    return Uid(first - 1), UidSet(above.runs[:_RUNS_LIMIT])


def not_announced(state: MailboxState, last: Uid = UID_MAX) -> UidSet:
    """The UIDs up to `last` whose messages, if there are any, were not announced."""
    return UidSet.between(Uid(state.announced_uid + 1), last) - state.announced_above


def may_have_missed(
    state: MailboxState | None,
    uid_validity: UidValidity,
    messages: Iterable[Message],
    lowest: Uid,
    uid_next: Uid | None = None,
) -> bool:
    """Whether there may be messages to announce below `messages`, which are all messages from UID `lowest` up."""
    if state is None or lowest <= 1:
        return False
    if state.uid_validity != uid_validity or (uid_next is not None and uid_next <= state.announced_uid):
        newer = _newer_than_announced(state)
        return newer is not None and all(newer(message) for message in messages)
    return bool(not_announced(state, Uid(lowest - 1)))


def _renumbered(state: MailboxState, report: MailboxReport, limit: int, now: float, more: int) -> Change:
    change = replace(_first_report(report, limit, max(now, state.since + 1), more), renumbered=True)
    newer = _newer_than_announced(state)
    if newer is None:
        return change
    current = _with_flags(
        {message.uid: message for message in report.messages}, dict(report.flags), report.gone
    )
    arrivals = (current[uid] for uid in sorted(current))
    return replace(
        change, arrivals=tuple(message for message in arrivals if message.unseen and newer(message))
    )


def _first_report(report: MailboxReport, limit: int, now: float, more: int) -> Change:
    """All present messages count as announced: a new account must not flood the screen."""
    fetched = {message.uid: message for message in report.messages}
    flags = dict(report.flags)
    newest = _newest(_with_flags(_with_previews(fetched, {}, report), flags, report.gone), limit + more)
    below_next = (report.uid_next or 1) - 1
    unseen = _count_unseen(newest) if report.unseen is None else report.unseen
    return Change(
        state=MailboxState(
            uid_validity=report.uid_validity,
            announced_uid=Uid(max([below_next, *fetched, *flags, *report.missing])),
            unseen=unseen,
            latest=newest[:limit],
            more=newest[limit:],
            since=now,
            empty=report.empty and not newest and not unseen,
        ),
        arrivals=(),
        read=frozenset(),
        left=frozenset(),
    )


def _known(state: MailboxState) -> dict[Uid, Message]:
    return {message.uid: message for message in (*state.latest, *state.more)}


def _with_previews(
    messages: Mapping[Uid, Message], known: Mapping[Uid, Message], report: MailboxReport
) -> dict[Uid, Message]:
    """`messages` with the previews of `report`, else those that are `known`."""
    found = {uid: (message.preview, message.code) for uid, message in known.items()}
    found |= {uid: (preview.line, preview.code) for uid, preview in report.previews}
    if not found:
        return dict(messages)
    return {
        uid: replace(message, preview=found[uid][0], code=found[uid][1])
        if uid in found and found[uid] != (message.preview, message.code)
        else message
        for uid, message in messages.items()
    }


def _with_flags(
    messages: Mapping[Uid, Message], flags: Mapping[Uid, frozenset[Flag]], gone: Collection[Uid]
) -> dict[Uid, Message]:
    """`messages` without the `gone` ones; `flags` are newer than the flags that were fetched with a message."""
    return {
        uid: replace(message, flags=flags[uid]) if uid in flags else message
        for uid, message in messages.items()
        if uid not in gone
    }


def _newest(messages: Mapping[Uid, Message], limit: int) -> tuple[Message, ...]:
    return tuple([messages[uid] for uid in sorted(messages, reverse=True)[:limit]])


def _count_unseen(messages: Iterable[Message]) -> int:
    return len([message for message in messages if is_unread(message.flags)])


def _unseen(
    state: MailboxState,
    known: Mapping[Uid, Message],
    current: Mapping[Uid, Message],
    newest: Collection[Message],
) -> int:
    """The unseen count, computed from the old one and the known messages."""
    # The old count includes messages up to the announced UID that were not among the newest.
    followed = [message for uid, message in current.items() if uid in known or uid > state.announced_uid]
    return max(state.unseen - _count_unseen(known.values()) + _count_unseen(followed), _count_unseen(newest))


def _newer_than_announced(state: MailboxState) -> Callable[[Message], bool] | None:
    """A test whether a message is newer than all announced ones in `state`; None where that cannot be known."""
    waiting_since = state.waiting_since
    if waiting_since is not None:
        # All older messages were announced; of the others, those that were announced have a fingerprint.
        return lambda message: message.envelope.date is None or message.envelope.date >= waiting_since
    if not state.latest:
        # The mailbox was empty, or its messages were lost with a damaged file: then a message that is unseen now is
        # new only if none was unseen before.
        return None if state.unseen else lambda _: True
    announced = [message for message in state.latest if message.uid <= state.announced_uid]
    known = {identity(message) for message in announced}
    dates = [
        message.envelope.date for message in announced or state.latest if message.envelope.date is not None
    ]
    if not dates:
        return None
    since = max(dates) if announced else min(dates)

    def newer(message: Message) -> bool:
        date = message.envelope.date
        return date is not None and date >= since and identity(message) not in known

    return newer


def _reuses_uids(state: MailboxState, report: MailboxReport, present: Collection[Uid]) -> bool:
    """Whether the server gives UIDs to other messages without a new UIDVALIDITY; `present` are known ones still there.

    RFC 3501, 2.3.1.1 forbids it; it happens where a mailbox was made anew, or restored from a backup. With the old
    announced UID, new messages would be ignored until their UIDs exceed it. A message with another Message-ID under a
    known UID shows it, a low UID in a mailbox that was empty, or a UIDNEXT at or below the announced UID. Because a
    server may also send a wrong UIDNEXT, it counts only where no message from there up to the announced UID can be an
    announced one.
    """
    known = {message.uid: message for message in state.latest}
    fetched = {message.uid: message for message in report.messages}
    for uid in known.keys() & fetched.keys():
        ids = known[uid].envelope.message_id, fetched[uid].envelope.message_id
        if all(ids) and ids[0] != ids[1]:
            return True
    named = {*fetched, *(uid for uid, _ in report.flags)}
    if report.uid_next is None:
        return state.empty and any(uid <= state.announced_uid for uid in named)
    return report.uid_next <= state.announced_uid and not any(
        report.uid_next <= uid <= state.announced_uid
        and not (uid in known and uid in fetched and fetched[uid].envelope != known[uid].envelope)
        for uid in named.union(present)
    )
