"""Actions that are not done yet on their servers, and what is shown of a mailbox meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tray.imap.types import ANSWERED, DELETED, FLAGGED, SEEN, Uid
from tray.mail.model.action import MessageAction
from tray.mail.model.message import MessageKey
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.imap.types import Flag, MailboxName, UidValidity
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message
    from tray.mail.model.uid_set import UidSet

UNDO_SECONDS = 10.0
"""Seconds for which an action can be undone; what removes a message from its mailbox is not sent before."""

_FLAGS = {
    MessageAction.READ: (SEEN, True),
    MessageAction.UNREAD: (SEEN, False),
    MessageAction.FLAG: (FLAGGED, True),
    MessageAction.UNFLAG: (FLAGGED, False),
    MessageAction.ANSWERED: (ANSWERED, True),
}
_OPPOSITES = {
    MessageAction.READ: MessageAction.UNREAD,
    MessageAction.UNREAD: MessageAction.READ,
    MessageAction.FLAG: MessageAction.UNFLAG,
    MessageAction.UNFLAG: MessageAction.FLAG,
}


@dataclass(frozen=True, slots=True)
class PendingAction:
    """One action on messages of one mailbox, from the click until its server has done it."""

    id: int
    """Rises with each action; unique within the state of one profile."""
    action: MessageAction
    account: AccountId
    mailbox: MailboxName
    uid_validity: UidValidity
    uids: UidSet
    due: float
    """When it is sent at the earliest (Unix seconds)."""
    target: MailboxName | None = None
    """Of MOVE."""
    unread_only: bool = False
    """Whether it means only the unread ones of `uids`, which need not all be known: *Mark all as read*."""
    for_good: bool = False
    """Whether DELETE removes the messages instead of moving them to the trash."""
    copied_from: Uid | None = None
    """The lowest UID that a copy in the target can have; None before COPY is sent. Needed where there is no MOVE."""

    @property
    def moves(self) -> bool:
        """Whether the messages leave their mailbox."""
        return not self.action.is_flag

    @property
    def flag(self) -> tuple[Flag, bool]:
        """The flag that it changes, and whether it adds it; for actions that do not move."""
        return _FLAGS[self.action]

    @property
    def keys(self) -> tuple[MessageKey, ...]:
        """Its messages; none for *Mark all as read*."""
        if self.unread_only:
            return ()
        return tuple(MessageKey(self.account, self.mailbox, self.uid_validity, uid) for uid in self.uids)

    def concerns(self, message: Message) -> bool:
        """Whether it would change this message of its mailbox."""
        if message.uid not in self.uids:
            return False
        return self.moves or _with_flag(message, *self.flag) != message

    def without(self, uids: UidSet) -> PendingAction:
        """The same without some messages."""
        return replace(self, uids=self.uids - uids)

    def reversed(self, new_id: int, uids: UidSet, now: float) -> PendingAction:
        """What undoes a change of flags that was sent; `uids` are the messages that it changed."""
        return replace(self, id=new_id, action=_OPPOSITES[self.action], uids=uids, due=now, unread_only=False)


def shown(state: MailboxState, pending: Iterable[PendingAction]) -> MailboxState:
    r"""The state of a mailbox as if all these actions were done; messages with ``\Deleted`` are left out.

    Actions on other mailboxes are ignored, and those from before a renumbering.
    """
    before_all = (*state.latest, *state.more)
    latest, unseen = before_all, state.unseen
    for action in pending:
        if action.uid_validity != state.uid_validity:
            continue
        changed = tuple(_after(action, message) for message in latest)
        if action.unread_only:  # older ones, which are not known, too; those that are shown are counted below
            unseen = 0
        else:
            for before, after in zip(latest, changed, strict=True):
                unseen += (after is not None and after.unseen) - before.unseen
        latest = tuple(message for message in changed if message is not None)
    latest = tuple(message for message in latest if DELETED not in message.flags)
    if latest == before_all and unseen == state.unseen:
        return state
    count = len(state.latest)
    unseen = max(unseen, sum(message.unseen for message in latest))
    return replace(state, latest=latest[:count], more=latest[count:], unseen=unseen)


def shown_message(key: MessageKey, message: Message, pending: Iterable[PendingAction]) -> Message | None:
    """A message as if all these actions were done; None where it has left its mailbox, or has ``\\Deleted``."""
    shown: Message | None = message
    for action in pending:
        if shown is not None and (action.account, action.mailbox, action.uid_validity) == (
            key.account,
            key.mailbox,
            key.uid_validity,
        ):
            shown = _after(action, shown)
    return None if shown is None or DELETED in shown.flags else shown


def _after(action: PendingAction, message: Message) -> Message | None:
    """A message after an action; None where it has left the mailbox."""
    if message.uid not in action.uids:
        return message
    return None if action.moves else _with_flag(message, *action.flag)


def _with_flag(message: Message, flag: Flag, present: bool) -> Message:
    return replace(message, flags=message.flags | {flag} if present else message.flags - {flag})
