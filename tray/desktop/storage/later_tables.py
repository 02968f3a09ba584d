"""The queries of the state file about what is to come later: reminders, and the end of a pause."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tray.desktop.storage.state_tables import message_row, read_message, read_number
from tray.imap.types import MailboxName, UidValidity
from tray.mail.model.account import AccountId
from tray.mail.model.message import MessageKey
from tray.mail.model.status import Paused

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from tray.mail.model.message import Message


def read_reminders(connection: sqlite3.Connection) -> dict[MessageKey, tuple[float, Message]]:
    """Each message that the user is to be reminded of, with the time (Unix seconds); invalid rows are skipped."""
    found: dict[MessageKey, tuple[float, Message]] = {}
    for account, mailbox, *row, validity, due in connection.execute("SELECT * FROM reminder ORDER BY due"):
        with suppress(ValueError):
            message = read_message(row)
            key = MessageKey(
                AccountId(str(account)),
                MailboxName(str(mailbox)),
                UidValidity(read_number(validity)),
                message.uid,
            )
            found[key] = (due if isinstance(due, float) else 0.0), message
    return found


def write_reminders(
    connection: sqlite3.Connection, messages: Iterable[tuple[MessageKey, Message]], due: float
) -> None:
    """Add reminders for that time, or give them that time, within the caller's transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO reminder VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (*message_row(key.account, key.mailbox, message), key.uid_validity, float(due))
            for key, message in messages
        ),
    )


def delete_reminders(connection: sqlite3.Connection, keys: Iterable[MessageKey]) -> None:
    """Delete reminders, within the caller's transaction."""
    connection.executemany(
        "DELETE FROM reminder WHERE account = ? AND mailbox = ? AND uid_validity = ? AND uid = ?",
        ((key.account, key.mailbox, key.uid_validity, key.uid) for key in keys),
    )


def read_pause(connection: sqlite3.Connection) -> Paused | None:
    """The pause that the user has begun and not ended; it may be over."""
    row = connection.execute("SELECT since, until FROM pause").fetchone()
    return None if row is None else Paused(*row)


def write_pause(connection: sqlite3.Connection, pause: Paused | None) -> None:
    """Replace the pause, within the caller's transaction."""
    connection.execute("DELETE FROM pause")
    if pause is not None:
        connection.execute("INSERT INTO pause VALUES (?, ?)", (pause.since, pause.until))
