"""Which messages are new where a mailbox was renumbered, or gives UIDs a second time."""

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
    """Says whether a message came after all that `state` knows as announced; None where that cannot be known."""
    waiting_since = state.waiting_since
    if waiting_since is not None:
        # All that is older was announced; of the rest, what was announced has left a fingerprint.
        return lambda message: message.envelope.date is None or message.envelope.date >= waiting_since
    if not state.latest:
        # It was empty, or its messages were lost with a damaged file: then what is unseen now must have come since
        # only if nothing was unseen before.
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
    """Whether two messages under one UID cannot be the same."""
    ids = before.envelope.message_id, now.envelope.message_id
    return all(ids) and ids[0] != ids[1]


def reused_uids_above(state: MailboxState, report: MailboxReport, left: Collection[Uid]) -> Uid | None:
    """The UID above which the server gives UIDs a second time, or None where it does not.

    A UIDNEXT at or below the announced UID means that the mailbox was put back from a backup without a new UIDVALIDITY
    (RFC 3501, 2.3.1.1 forbids it; it happens). With the old announced UID, new messages would be ignored until the UIDs
    have caught up. But a server may also be wrong: so it is believed only where no message from there up to the
    announced UID can be one that was announced. Which of those below it were announced, `newer_in_reused_uids` decides.
    Without UIDNEXT, UIDs are reused where a mailbox that was empty has a low one.
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
    """Those of `fetched` up to `floor` that came after all that was announced, where UIDs are given once more.

    Unless the `whole` mailbox is seen, one from the same second may have been there before.
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
