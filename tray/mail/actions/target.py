"""Where an action moves messages on a server, and how: by MOVE, or by COPY and what may remove the original."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from tray.imap.types import MailboxName
from tray.mail.folders.folders import Space
from tray.mail.folders.special_use import SpecialUse
from tray.mail.model.action import MessageAction
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tray.imap.events import Namespaces
    from tray.mail.actions.pending import PendingAction
    from tray.mail.folders.folders import Folder


class Manner(enum.Enum):
    """How messages leave their mailbox."""

    MOVE = "MOVE (RFC 6851)"
    EXPUNGE = "COPY, then UID EXPUNGE of the original (UIDPLUS, RFC 4315)"
    MARK = "COPY; the original stays, marked as deleted"
    """A bare EXPUNGE would remove messages that other programs have marked."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages are moved."""

    mailbox: MailboxName
    create: SpecialUse | None = None
    """The use with which it has to be created first; None where it exists."""


USES = {
    MessageAction.ARCHIVE: SpecialUse.ARCHIVE,
    MessageAction.DELETE: SpecialUse.TRASH,
    MessageAction.JUNK: SpecialUse.JUNK,
}
"""The special use of the mailbox to which each action moves messages."""

_NEW_NAMES = {SpecialUse.ARCHIVE: "Archive", SpecialUse.TRASH: "Trash", SpecialUse.JUNK: "Junk"}
"""In English: every mail program recognises these, also without special uses."""


def manner(capabilities: Collection[str]) -> Manner:
    """How messages leave a mailbox on a server with these capabilities."""
    if "MOVE" in capabilities:
        return Manner.MOVE
    return Manner.EXPUNGE if "UIDPLUS" in capabilities else Manner.MARK


def find_target(
    action: PendingAction,
    folders: Sequence[Folder],
    namespaces: Namespaces | None,
    capabilities: Collection[str],
) -> Target:
    """Where `action`, which moves, moves its messages; `folders` are all those of the account.

    On Gmail a message is archived by moving it to All Mail, where it is already: it leaves the inbox only. On other
    servers such a folder is a view, into which nothing can be moved.
    """
    if action.target is not None:
        return Target(action.target)
    use = USES[action.action]
    own = {folder.use: folder.name for folder in reversed(folders) if folder.space is Space.PERSONAL}
    wanted = [use]
    if use is SpecialUse.ARCHIVE and "X-GM-EXT-1" in capabilities:
        wanted = [SpecialUse.ALL, use]
    for each in wanted:
        if each in own:
            return Target(own[each])
    prefix = namespaces.personal[0].prefix if namespaces is not None and namespaces.personal else ""
    return Target(MailboxName(prefix + _NEW_NAMES[use]), create=use)
