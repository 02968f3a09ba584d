"""Which mails are new where a mailbox has numbered its mails anew, or hands out numbers a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.types import Uid
from tray.mail.arrivals.duplicates import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.message import Message


def newer_than(state: MailboxState) -> Callable[[Message], bool] | None:
    """Tells whether a mail has come after all that `state` knows as told; None where nobody can know."""
    waiting = state.waiting_since
    if waiting is not None:
        # Older than this, all was told of; what is not older and was told of has left a fingerprint.
        return lambda message: message.envelope.date is None or message.envelope.date >= waiting
    if not state.latest:
        # It was empty, or its titles were lost with a damaged file: then what waits now must have come since only
        # if nothing waited before.
        return None if state.unseen else lambda _: True
    told = [message for message in state.latest if message.uid <= state.announced_uid]
    known = {identity(message) for message in told}
    dates = [message.envelope.date for message in told or state.latest if message.envelope.date is not None]
    if not dates:
        return None
    since = max(dates) if told else min(dates)

    def newer(message: Message) -> bool:
        date = message.envelope.date
        return date is not None and date >= since and identity(message) not in known

    return newer


def another(before: Message, now: Message) -> bool:
    """Whether two mails under one UID cannot be the same."""
    ids = before.envelope.message_id, now.envelope.message_id
    return all(ids) and ids[0] != ids[1]


def reused_from(
    known: Mapping[Uid, Message],
    whole: Mapping[Uid, Message],
    named: AbstractSet[Uid],
    left: AbstractSet[Uid],
    mark: Uid,
    uid_next: Uid | None,
) -> Uid | None:
    """The UID above which the server hands out UIDs a second time, or None where it does not.

    A UIDNEXT at or below the mark means that the mailbox was put back from a backup without a new UIDVALIDITY
    (RFC 3501, 2.3.1.1 forbids it; it happens). With the old mark, new mails would be swallowed until the UIDs have
    caught up. But a server may also be wrong: so it is believed only where no mail from there up to the mark can
    be one that was told of. Which of the mails below it were told of, `come_since` judges.
    """
    if uid_next is None or uid_next > mark:
        return None
    floor = Uid(max(uid_next - 1, 0))
    there = (known.keys() - left) | named
    survives = any(
        floor < uid <= mark
        and not (uid in known and uid in whole and whole[uid].envelope != known[uid].envelope)
        for uid in there
    )
    return None if survives else floor


def come_since(
    state: MailboxState, current: Mapping[Uid, Message], fresh: Iterable[Uid], floor: Uid, *, whole: bool
) -> list[Uid]:
    """Those of `fresh` up to `floor` that came after all that was told of, where UIDs are handed out once more.

    Unless the whole mailbox is seen, one from the same second may have been there before.
    """
    newer = newer_than(state)
    if newer is None:
        return []
    dates = [message.envelope.date or 0.0 for message in state.latest]
    last = max(dates) if dates and not whole else None
    return [
        uid
        for uid in fresh
        if uid <= floor
        and uid in current
        and newer(current[uid])
        and (last is None or (current[uid].envelope.date or 0.0) > last)
    ]
