"""Changes flags on the server; the mailbox is open for writing only during that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap import commands
from tray.imap.types import SEEN
from tray.net.errors import MailboxChanged, MailboxReadOnly

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.imap.types import Uid, UidValidity
    from tray.net.imap.protocol import MailProtocol
    from tray.net.imap.selected_mailbox import SelectedMailbox


async def mark_seen(
    protocol: MailProtocol, selected: SelectedMailbox, uid_validity: UidValidity, uids: Collection[Uid]
) -> int:
    r"""Store ``\Seen``; returns the number of `uids`. Leaves the mailbox selected: EXAMINE it afterwards.

    Raises MailboxChanged, MailboxReadOnly, CommandRefused, or the reason of the connection's end.
    """
    await _select(selected, uid_validity)
    await _store(protocol, uids)
    return len(uids)


async def mark_all_seen(
    protocol: MailProtocol, selected: SelectedMailbox, uid_validity: UidValidity, highest: Uid
) -> int:
    """The same for every unread message up to UID `highest`, the newest that was shown to the user."""
    await _select(selected, uid_validity)
    with protocol.long_lines():
        uids = await selected.unseen_uids(highest)
    await _store(protocol, uids)
    return len(uids)


async def _select(selected: SelectedMailbox, uid_validity: UidValidity) -> None:
    await selected.select()
    if selected.uid_validity != uid_validity:
        raise MailboxChanged(selected.mailbox)
    if selected.read_only:
        raise MailboxReadOnly(selected.mailbox)


async def _store(protocol: MailProtocol, uids: Collection[Uid]) -> None:
    for request in commands.uid_store_batches(uids, SEEN):
        await protocol.request(request)
