"""The table of the replies that are not sent and kept yet, and the queries that read and write it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tray.imap.types import MailboxName, Uid, UidValidity
from tray.mail.model.account import AccountId
from tray.mail.model.message import MessageKey

if TYPE_CHECKING:
    import sqlite3

    from tray.mail.reply.reply import Reply

REPLY_SCHEMA = """
CREATE TABLE IF NOT EXISTS reply (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    typed_at REAL NOT NULL,
    name TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    mail BLOB NOT NULL,
    message_id TEXT NOT NULL,
    progress TEXT NOT NULL,
    reason TEXT NOT NULL
);
"""

_COLUMNS = (
    "id, account, mailbox, uid_validity, uid, typed_at, name, sender, recipient, text, mail, message_id, progress,"
    " reason"
)


def read_replies(connection: sqlite3.Connection) -> list[Reply]:
    """The replies, oldest first; invalid rows are skipped."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM reply ORDER BY id").fetchall()  # noqa: S608 -- our own names
    if not rows:
        return []
    from tray.mail.reply.reply import Progress, Reply  # few people reply from a toast

    found = []
    for row in rows:
        number, account, mailbox, validity, uid, typed_at, *texts, mail, message_id, progress, reason = row
        with suppress(ValueError, TypeError):
            key = MessageKey(
                AccountId(str(account)), MailboxName(str(mailbox)), UidValidity(int(validity)), Uid(int(uid))
            )
            name, sender, recipient, text = map(str, texts)
            found.append(
                Reply(
                    int(number),
                    key,
                    float(typed_at),
                    name,
                    sender,
                    recipient,
                    text,
                    bytes(mail),
                    str(message_id),
                    Progress(progress),
                    str(reason),
                )
            )
    return found


def write_reply(connection: sqlite3.Connection, reply: Reply) -> None:
    """Add or replace a reply, within the caller's transaction."""
    key = reply.key
    row = (
        reply.id,
        key.account,
        key.mailbox,
        key.uid_validity,
        key.uid,
        float(reply.typed_at),
        reply.name,
        reply.sender,
        reply.recipient,
        reply.text.encode("utf-8", "replace").decode("utf-8"),
        reply.mail,
        reply.message_id,
        reply.progress.value,
        reply.reason,
    )
    connection.execute(f"INSERT OR REPLACE INTO reply VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 -- as above


def delete_reply(connection: sqlite3.Connection, number: int) -> None:
    """Delete a reply, within the caller's transaction."""
    connection.execute("DELETE FROM reply WHERE id = ?", (number,))
