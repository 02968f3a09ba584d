"""Finds what the state file keeps of folders and accounts that have not been watched for a long time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.types import MailboxName
from tray.mail.account import AccountId

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    Place = tuple[AccountId, MailboxName]

UNWATCHED = 30 * 86400.0
"""Seconds for which the state of a mailbox is kept that is no longer watched."""
_WHOLE = MailboxName("")
"""Stands for an account as a whole."""


def outdated(
    connection: sqlite3.Connection, watched: Collection[Place], now: float
) -> tuple[list[Place], list[AccountId]]:
    """Mailboxes and whole accounts whose time has come, and keep since when the others have not been `watched`.

    Within the caller's transaction, which writes nothing where nothing has changed.
    """
    kept = _places(connection)
    wanted = {*watched, *((account, _WHOLE) for account, _ in watched)}
    noted: dict[Place, float] = {
        (account, mailbox): since
        for account, mailbox, since in connection.execute("SELECT account, mailbox, since FROM unwatched")
    }
    for place in noted.keys() - (kept - wanted):  # it is watched again, or is gone
        connection.execute("DELETE FROM unwatched WHERE account = ? AND mailbox = ?", place)
    unwatched = kept - wanted
    for place in unwatched - noted.keys():
        connection.execute("INSERT INTO unwatched VALUES (?, ?, ?)", (*place, float(now)))
    due = sorted(place for place in unwatched & noted.keys() if noted[place] < now - UNWATCHED)
    accounts = [account for account, mailbox in due if mailbox == _WHOLE]
    return [place for place in due if place[1] != _WHOLE and place[0] not in accounts], accounts


def _places(connection: sqlite3.Connection) -> set[Place]:
    """Every mailbox that something is kept of, and every account as a whole."""
    rows = connection.execute(
        "SELECT account, mailbox FROM mailbox UNION SELECT account, ? FROM alert", (_WHOLE,)
    )
    places = {(AccountId(account), MailboxName(mailbox)) for account, mailbox in rows}
    return places | {(account, _WHOLE) for account, _ in places}
