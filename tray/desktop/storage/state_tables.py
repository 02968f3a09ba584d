"""The tables of the state file, and the queries that read and write them."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from tray.desktop.storage.reply_table import REPLY_SCHEMA
from tray.imap.types import Address, Envelope, Flag, MailboxName, Uid, UidValidity
from tray.mail.actions.pending import PendingAction
from tray.mail.arrivals.duplicates import LIMIT, MAX_AGE, Fingerprint
from tray.mail.arrivals.mailbox_state import MailboxState
from tray.mail.model.account import AccountId
from tray.mail.model.action import MessageAction
from tray.mail.model.message import Message
from tray.mail.model.uid_set import UidSet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    Place = tuple[AccountId, MailboxName]

SCHEMA_VERSION = 7
"""Kept as SQLite's user_version."""

SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS mailbox (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    announced_uid INTEGER NOT NULL,
    unseen INTEGER NOT NULL,
    PRIMARY KEY (account, mailbox)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbering (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    since REAL NOT NULL,
    size INTEGER,
    told TEXT NOT NULL,
    waiting_since REAL,
    PRIMARY KEY (account, mailbox)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS title (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    uid INTEGER NOT NULL,
    subject TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    sender_address TEXT NOT NULL,
    date REAL,
    message_id TEXT NOT NULL,
    flags TEXT NOT NULL,
    gmail_id TEXT,
    PRIMARY KEY (account, mailbox, uid)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fingerprint (
    account TEXT NOT NULL,
    digest BLOB NOT NULL,
    place BLOB NOT NULL,
    date REAL,
    added REAL NOT NULL,
    UNIQUE (account, digest, place)
);
CREATE INDEX IF NOT EXISTS fingerprint_by_account ON fingerprint (account);
CREATE TABLE IF NOT EXISTS alert (
    account TEXT NOT NULL,
    digest BLOB NOT NULL,
    shown REAL NOT NULL,
    PRIMARY KEY (account, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unwatched (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    since REAL NOT NULL,
    PRIMARY KEY (account, mailbox)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending_action (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uids TEXT NOT NULL,
    action TEXT NOT NULL,
    due REAL NOT NULL,
    target TEXT,
    options TEXT NOT NULL,
    copied_from INTEGER
);
CREATE TABLE IF NOT EXISTS reminder (
    account TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    uid INTEGER NOT NULL,
    subject TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    sender_address TEXT NOT NULL,
    date REAL,
    message_id TEXT NOT NULL,
    flags TEXT NOT NULL,
    gmail_id TEXT,
    uid_validity INTEGER NOT NULL,
    due REAL NOT NULL,
    PRIMARY KEY (account, mailbox, uid_validity, uid)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pause (since REAL NOT NULL, until REAL);
{REPLY_SCHEMA}
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""

_TABLES = (
    "mailbox",
    "numbering",
    "title",
    "reminder",
    "unwatched",
    "fingerprint",
    "alert",
    "pending_action",
    "reply",
)
"""All tables whose rows belong to an account."""

_MAILBOX_TABLES = _TABLES[:5]
"""Tables whose rows belong to a mailbox."""

_STATES = (
    "SELECT account, mailbox, uid_validity, announced_uid, unseen, since, size, told, waiting_since"
    " FROM mailbox LEFT JOIN numbering USING (account, mailbox)"
)
_OLD_STATES = (
    "SELECT account, mailbox, uid_validity, announced_uid, unseen, NULL, NULL, NULL, NULL FROM mailbox"
)
_MESSAGES = (
    "SELECT account, mailbox, uid, subject, sender_name, sender_address, date, message_id, flags, gmail_id"
    " FROM title ORDER BY uid DESC"
)
_PUT_MESSAGE = "INSERT OR REPLACE INTO title VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UNREAD_ONLY, _FOR_GOOD = "unread-only", "for-good"
_MAX_NUMBER = 2**32 - 1  # of any number on IMAP's side (RFC 3501, 9: nz-number)


def read_all(connection: sqlite3.Connection) -> dict[Place, MailboxState]:
    """Every mailbox with its newest messages; raises ValueError for an invalid row."""
    latest: dict[Place, list[Message]] = {}
    for account, mailbox, *row in connection.execute(_MESSAGES):
        latest.setdefault((account, mailbox), []).append(read_message(row))
    return {
        (account, mailbox): _state(row, latest.get((account, mailbox), ()))
        for account, mailbox, *row in connection.execute(_STATES)
    }


def read_without_messages(connection: sqlite3.Connection) -> dict[Place, MailboxState]:
    """The mailboxes that can be read from a damaged file, without messages, which are fetched again."""
    states: dict[Place, MailboxState] = {}
    for query in (_OLD_STATES, _STATES):  # either table may be damaged, and an older file has only one
        with suppress(sqlite3.Error, ValueError):
            for account, mailbox, *row in connection.execute(query):
                if isinstance(account, str) and isinstance(mailbox, str):
                    states[AccountId(account), MailboxName(mailbox)] = _state(row, ())
    return states


def write_mailbox(
    connection: sqlite3.Connection, account: AccountId, mailbox: MailboxName, state: MailboxState
) -> None:
    """Replace the state of one mailbox, within the caller's transaction."""
    counts = (account, mailbox, state.uid_validity, state.announced_uid, state.unseen)
    connection.execute("INSERT OR REPLACE INTO mailbox VALUES (?, ?, ?, ?, ?)", counts)
    above = _uid_text(state.announced_above)
    numbering = (account, mailbox, float(state.since), 0 if state.empty else None, above, state.waiting_since)
    connection.execute("INSERT OR REPLACE INTO numbering VALUES (?, ?, ?, ?, ?, ?)", numbering)
    connection.execute("DELETE FROM title WHERE account = ? AND mailbox = ?", (account, mailbox))
    connection.executemany(_PUT_MESSAGE, (message_row(account, mailbox, message) for message in state.latest))


def read_fingerprints(connection: sqlite3.Connection, account: AccountId) -> list[tuple[Fingerprint, float]]:
    """The fingerprints of an account with the times they were added, oldest first; invalid rows are skipped."""
    rows = connection.execute(
        "SELECT digest, place, date, added FROM fingerprint WHERE account = ? ORDER BY rowid", (account,)
    )
    return [
        (Fingerprint(digest, place, date if isinstance(date, float) else None), added)
        for digest, place, date, added in rows
        if isinstance(digest, bytes) and isinstance(place, bytes) and isinstance(added, float)
    ]


def write_fingerprints(
    connection: sqlite3.Connection,
    account: AccountId,
    fingerprints: Iterable[Fingerprint],
    now: float,
) -> None:
    """Add `fingerprints`, and delete those beyond age and number limits, within the caller's transaction."""
    rows = ((account, each.digest, each.place, each.date, float(now)) for each in fingerprints)
    connection.executemany("INSERT OR REPLACE INTO fingerprint VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute("DELETE FROM fingerprint WHERE account = ? AND added < ?", (account, now - MAX_AGE))
    connection.execute(
        "DELETE FROM fingerprint WHERE account = ?1 AND rowid <= ("
        "SELECT rowid FROM fingerprint WHERE account = ?1 ORDER BY rowid DESC LIMIT 1 OFFSET ?2)",
        (account, LIMIT),
    )


def read_alerts(connection: sqlite3.Connection, account: AccountId) -> dict[bytes, float]:
    """Hashes of the alerts of an account, and when each was shown."""
    rows = connection.execute("SELECT digest, shown FROM alert WHERE account = ?", (account,))
    return {digest: shown for digest, shown in rows if isinstance(digest, bytes) and isinstance(shown, float)}


def write_alerts(connection: sqlite3.Connection, account: AccountId, alerts: Mapping[bytes, float]) -> None:
    """Replace the alerts of an account, within the caller's transaction."""
    connection.execute("DELETE FROM alert WHERE account = ?", (account,))
    rows = ((account, digest, float(shown)) for digest, shown in alerts.items())
    connection.executemany("INSERT INTO alert VALUES (?, ?, ?)", rows)


def read_actions(connection: sqlite3.Connection) -> list[PendingAction]:
    """The actions that are not done yet, oldest first; invalid rows are skipped."""
    found: list[PendingAction] = []
    columns = "id, account, mailbox, uid_validity, uids, action, due, target, options, copied_from"
    for row in connection.execute(f"SELECT {columns} FROM pending_action ORDER BY id"):  # noqa: S608 -- our own names
        number, account, mailbox, validity, uids, action, due, target, options, copied_from = row
        with suppress(ValueError):
            found.append(
                PendingAction(
                    number,
                    MessageAction(action),
                    AccountId(str(account)),
                    MailboxName(str(mailbox)),
                    UidValidity(read_number(validity)),
                    _uid_set(uids),
                    due if isinstance(due, float) else 0.0,
                    None if target is None else MailboxName(str(target)),
                    unread_only=_UNREAD_ONLY in str(options).split(),
                    for_good=_FOR_GOOD in str(options).split(),
                    copied_from=None if copied_from is None else Uid(read_number(copied_from)),
                )
            )
    return found


def write_actions(connection: sqlite3.Connection, actions: Iterable[PendingAction]) -> None:
    """Add or replace actions, within the caller's transaction."""
    rows = (
        (
            action.id,
            action.account,
            action.mailbox,
            action.uid_validity,
            _uid_text(action.uids),
            action.action.value,
            float(action.due),
            action.target,
            " ".join((_UNREAD_ONLY,) * action.unread_only + (_FOR_GOOD,) * action.for_good),
            action.copied_from,
        )
        for action in actions
    )
    connection.executemany(
        "INSERT OR REPLACE INTO pending_action VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
    )


def delete_actions(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Delete actions, within the caller's transaction."""
    connection.executemany("DELETE FROM pending_action WHERE id = ?", ((number,) for number in ids))


def message_row(account: AccountId, mailbox: MailboxName, message: Message) -> tuple[object, ...]:
    """The first ten columns of a table with messages."""
    envelope = message.envelope
    return (
        account,
        mailbox,
        message.uid,
        _storable(envelope.subject),
        _storable(envelope.sender.name),
        _storable(envelope.sender.address),
        envelope.date,
        _storable(envelope.message_id),
        " ".join(sorted(message.flags)),  # a flag is an atom: it holds no space (RFC 3501, 9)
        None
        if message.gmail_id is None
        else str(message.gmail_id),  # 64 bits without sign: too large for SQLite
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _state(row: list[object], latest: Iterable[Message]) -> MailboxState:
    uid_validity, announced_uid, unseen, since, size, above, waiting_since = row
    latest = tuple(latest)
    return MailboxState(
        uid_validity=UidValidity(read_number(uid_validity)),
        announced_uid=Uid(read_number(announced_uid)),
        unseen=read_number(unseen),
        latest=latest,
        since=since if isinstance(since, float) else 0.0,
        announced_above=_uid_set(above),
        empty=size == 0 and not unseen and not latest,
        waiting_since=waiting_since if isinstance(waiting_since, float) else None,
    )


def _uid_text(uids: UidSet) -> str:
    return " ".join(f"{first}:{last}" for first, last in uids.runs)


def _uid_set(text: object) -> UidSet:
    runs = (run.partition(":") for run in text.split()) if isinstance(text, str) else ()
    return UidSet.of_runs(
        (Uid(read_number(int(first))), Uid(read_number(int(last)))) for first, _, last in runs
    )


def read_message(row: Sequence[object]) -> Message:
    """The message in the columns from the UID on; raises ValueError for an invalid row."""
    uid, subject, name, address, date, message_id, flags, gmail_id = row
    return Message(
        uid=Uid(read_number(uid)),
        envelope=Envelope(
            subject=str(subject),
            sender=Address(str(name), str(address)),
            date=date if isinstance(date, float) else None,
            message_id=str(message_id),
        ),
        flags=frozenset(Flag(flag) for flag in str(flags).split()),
        gmail_id=None if gmail_id is None else int(str(gmail_id)),
    )


def read_number(value: object) -> int:
    """A number of IMAP; raises ValueError for anything else."""
    if not isinstance(value, int) or not 0 <= value <= _MAX_NUMBER:
        raise ValueError("not a number of IMAP")
    return value


_UNWATCHED_LIMIT = 30 * 86400.0
"""Seconds after which the state of an unwatched mailbox is deleted."""
_WHOLE = MailboxName("")
"""Represents an account as a whole."""


def delete_account(connection: sqlite3.Connection, account: AccountId) -> None:
    """Delete everything of an account, within the caller's transaction."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608 -- our own names


def delete_unwatched(connection: sqlite3.Connection, watched: Collection[Place], now: float) -> None:
    """Delete mailboxes and accounts that have not been `watched` for a long time, and note which are not watched now.

    Within the caller's transaction, which writes nothing where nothing has changed.
    """
    kept = _places(connection)
    unwatched = kept - {*watched, *((account, _WHOLE) for account, _ in watched)}
    noted: dict[Place, float] = {
        (account, mailbox): since
        for account, mailbox, since in connection.execute("SELECT account, mailbox, since FROM unwatched")
    }
    for place in noted.keys() - unwatched:  # it is watched again, or is gone
        connection.execute("DELETE FROM unwatched WHERE account = ? AND mailbox = ?", place)
    for place in unwatched - noted.keys():
        connection.execute("INSERT INTO unwatched VALUES (?, ?, ?)", (*place, float(now)))
    for account, mailbox in unwatched & noted.keys():
        if noted[account, mailbox] >= now - _UNWATCHED_LIMIT:
            continue
        if mailbox == _WHOLE:
            delete_account(connection, account)
        for table in _MAILBOX_TABLES:
            where = "WHERE account = ? AND mailbox = ?"
            connection.execute(f"DELETE FROM {table} {where}", (account, mailbox))  # noqa: S608 -- as above


def _places(connection: sqlite3.Connection) -> set[Place]:
    """Every mailbox in the tables, and every account as a whole."""
    rows = connection.execute(
        "SELECT account, mailbox FROM mailbox UNION SELECT account, ? FROM alert", (_WHOLE,)
    )
    places = {(AccountId(account), MailboxName(mailbox)) for account, mailbox in rows}
    return places | {(account, _WHOLE) for account, _ in places}
