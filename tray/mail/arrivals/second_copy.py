"""The mark of a mailbox by itself, of which a second copy is kept; and what two copies of it say together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import MailboxState
from tray.mail.model.uid_set import holds, union

if TYPE_CHECKING:
    from tray.imap.types import UidValidity
    from tray.mail.model.message import Message
    from tray.mail.model.uid_set import Runs


@dataclass(frozen=True, slots=True)
class Mark:
    """What was told of in one numbering of a mailbox; see `MailboxState` for the fields."""

    uid_validity: UidValidity
    since: float
    announced_uid: Uid
    told: Runs = ()


def mark_of(state: MailboxState) -> Mark:
    """The mark of a mailbox."""
    return Mark(state.uid_validity, state.since, state.announced_uid, state.told)


def joined(state: MailboxState | None, copy: Mark) -> MailboxState:
    """What both together know: `state` itself where `copy` adds nothing.

    In one numbering, what either says was told of was told of. Of two numberings the later counts: the titles of the
    earlier are those of other mails. A mark stands below what waited for its toast when it was written, so to
    believe the higher loses nothing.
    """
    if state is None:
        mark, told = _together(copy)
        return MailboxState(copy.uid_validity, mark, unseen=0, since=copy.since, told=told)
    if (state.uid_validity, state.since) == (copy.uid_validity, copy.since):
        mark, told = _together(state, copy)
        if (mark, told) == (state.announced_uid, state.told):
            return state
        return replace(state, announced_uid=mark, told=told, size=None, latest=_told(state))
    if copy.since > state.since:
        return joined(None, copy)
    return state


def _together(*many: MailboxState | Mark) -> tuple[Uid, Runs]:
    """One mark, and what was told of above it."""
    (_, mark), *rest = union(*(((Uid(0), each.announced_uid), *each.told) for each in many))
    return mark, tuple(rest)


def _told(state: MailboxState) -> tuple[Message, ...]:
    """The titles less those that waited for their toasts: one that has left since, untold, is not to count as told."""
    return tuple(
        message
        for message in state.latest
        if message.uid <= state.announced_uid or holds(state.told, message.uid)
    )
