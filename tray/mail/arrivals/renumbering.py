"""Which messages are new after a mailbox was renumbered, or has reused UIDs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tray.imap.types import Uid
from tray.mail.arrivals.duplicates import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
    from tray.mail.model.message import Message


def newer_than_announced(state: MailboxState) -> Callable[[Message], bool] | None:
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


def is_other_message(before: Message, now: Message) -> bool:
    """Whether two messages under one UID have different Message-IDs."""
    ids = before.envelope.message_id, now.envelope.message_id
    return all(ids) and ids[0] != ids[1]


def reused_uids_above(state: MailboxState, report: MailboxReport, left: Collection[Uid]) -> Uid | None:
    """The UID above which the server reuses UIDs, None where it does not.

    A UIDNEXT at or below the announced UID means that the mailbox was restored from a backup without a new UIDVALIDITY
    (RFC 3501, 2.3.1.1 forbids it; it happens). With the old announced UID, new messages would be ignored until their
    UIDs exceed it. Because a server may also send a wrong UIDNEXT, it counts only where no message from there up to the
    announced UID can be an announced one. `newer_in_reused_uids` finds the new ones below it. Without UIDNEXT, UIDs
    are reused where a mailbox that was empty has a message with a low one.
    """
    known = {message.uid: message for message in state.latest}
    fetched = {message.uid: message for message in report.messages}
    named = {*fetched, *(uid for uid, _ in report.flags)}
    announced_uid = state.announced_uid
    if report.uid_next is None:
        return Uid(0) if state.empty and any(uid <= announced_uid for uid in named) else None
    if report.uid_next > announced_uid:
        return None
    floor = Uid(max(report.uid_next - 1, 0))
    survives = any(
        floor < uid <= announced_uid
        and not (uid in known and uid in fetched and fetched[uid].envelope != known[uid].envelope)
        for uid in named.union(known.keys() - left)
    )
    return None if survives else floor


def newer_in_reused_uids(
    state: MailboxState, current: Mapping[Uid, Message], fetched: Iterable[Uid], floor: Uid, *, whole: bool
) -> list[Uid]:
    """The UIDs of `fetched` up to `floor` whose messages are newer than all announced ones, where UIDs are reused.

    Unless the `whole` mailbox was reported, a message of the same second may have been there before.
    """
    newer = newer_than_announced(state)
    if newer is None:
        return []
    dates = [] if whole else [message.envelope.date or 0.0 for message in state.latest]
    last = max(dates, default=-math.inf)
    return [
        uid
        for uid in fetched
        if uid <= floor
        and uid in current
        and newer(current[uid])
        and (current[uid].envelope.date or 0.0) > last
    ]
