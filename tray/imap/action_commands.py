"""Builds the commands that change mailboxes, for actions of the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tray.imap.commands import atom, can_be_quoted, command, mailbox_argument, uid_argument, uid_sets

if TYPE_CHECKING:
    from collections.abc import Collection

    from tray.imap.commands import Request
    from tray.imap.types import Flag, MailboxName

_FOUND = "$"  # the messages that the last SEARCH with SAVE has found
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+>")
"""In angle brackets: no other Message-ID contains it, and containing is all that HEADER asks for (RFC 3501, 6.4.4)."""


def uid_store_batches(uids: Collection[int], flag: Flag, *, present: bool = True) -> tuple[Request, ...]:
    """Add `flag` to each message, or remove it, in several commands where one line would be too long."""
    item = _item(flag, present=present)
    return tuple(command("UID STORE", uid_set, item) for uid_set in uid_sets(uids))


def _item(flag: Flag, *, present: bool) -> str:
    return f"{'+' if present else '-'}FLAGS.SILENT ({atom(flag)})"


def uid_move_batches(uids: Collection[int], mailbox: MailboxName) -> tuple[Request, ...]:
    """UID MOVE (RFC 6851); UIDs that are gone are ignored."""
    return tuple(command("UID MOVE", uid_set, mailbox_argument(mailbox)) for uid_set in uid_sets(uids))


def uid_copy_batches(uids: Collection[int], mailbox: MailboxName) -> tuple[Request, ...]:
    """UID COPY; UIDs that are gone are ignored."""
    return tuple(command("UID COPY", uid_set, mailbox_argument(mailbox)) for uid_set in uid_sets(uids))


def uid_expunge_batches(uids: Collection[int]) -> tuple[Request, ...]:
    r"""UID EXPUNGE (UIDPLUS, RFC 4315): removes those of these messages that have ``\Deleted``, and no others."""
    return tuple(command("UID EXPUNGE", uid_set) for uid_set in uid_sets(uids))


def status_uid_next(mailbox: MailboxName) -> Request:
    """STATUS: the lowest UID that the next message can have."""
    return command("STATUS", mailbox_argument(mailbox), "(UIDNEXT)")


def create(mailbox: MailboxName, use: str = "") -> Request:
    r"""CREATE; with a special `use` such as ``\Archive`` only where the server has CREATE-SPECIAL-USE (RFC 6154)."""
    return command("CREATE", mailbox_argument(mailbox), *([f"(USE ({atom(use)}))"] if use else []))


def subscribe(mailbox: MailboxName) -> Request:
    """SUBSCRIBE: many mail programs show subscribed mailboxes only."""
    return command("SUBSCRIBE", mailbox_argument(mailbox))


def uid_search_and_save(uid: int, message_id: str) -> Request | None:
    """Find the message with this UID and this Message-ID for the next command (RFC 5182); the answer says how many.

    None where the Message-ID cannot be sent as a quoted string, or might be a part of another one. Behind a SELECT
    nothing counts as found before this command, nor where it is refused (2.1).
    """
    if not _MESSAGE_ID.fullmatch(message_id) or not can_be_quoted(message_id.encode("ascii")):
        return None
    which = f"RETURN (SAVE COUNT) UID {uid_argument(uid)} HEADER MESSAGE-ID"
    return command("UID SEARCH", which, message_id.encode("ascii"), once=True)


def uid_store_found(flag: Flag, *, present: bool) -> Request:
    """Add `flag` to what was found, or remove it; nothing happens where nothing was found (RFC 5182, 2.1)."""
    return command("UID STORE", _FOUND, _item(flag, present=present), once=True)


def uid_move_found(mailbox: MailboxName) -> Request:
    """UID MOVE of what was found; nothing happens where nothing was found."""
    return command("UID MOVE", _FOUND, mailbox_argument(mailbox), once=True)
