"""The announced UIDs and the newest messages of every mailbox, in SQLite.

The announced UID of a mailbox must not be lost: without it the mailbox counts as new, and messages that were not
announced yet never will be. So each save is one transaction that is on disk before it returns, a damaged file is kept
under another name, and the announced UIDs that can still be read from it are used.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from tray.desktop.storage.files import backup_name, open_own
from tray.desktop.storage.later_tables import (
    delete_reminders,
    read_pause,
    read_reminders,
    write_pause,
    write_reminders,
)
from tray.desktop.storage.reply_table import delete_reply, read_replies, write_reply
from tray.desktop.storage.state_tables import (
    SCHEMA,
    SCHEMA_VERSION,
    delete_account,
    delete_actions,
    delete_unwatched,
    read_actions,
    read_alerts,
    read_all,
    read_fingerprints,
    read_without_messages,
    write_actions,
    write_alerts,
    write_fingerprints,
    write_mailbox,
)
from tray.desktop.storage.version_copies import copy_database, remove_copies
from tray.i18n import system_reason, tr

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from tray.imap.types import MailboxName
    from tray.mail.actions.pending import PendingAction
    from tray.mail.arrivals.duplicates import Fingerprint
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message, MessageKey
    from tray.mail.model.status import Paused
    from tray.mail.reply.reply import Reply

    Place = tuple[AccountId, MailboxName]
    States = dict[Place, MailboxState]

log = logging.getLogger(__name__)

_COPIES_KEPT = 30 * 86400.0
"""Seconds for which the file of an earlier version is kept: it lists mails, too."""


class StateError(Exception):
    """State cannot be read or written now; the text contains the reason and advice."""


class StateStore:
    """One SQLite file, used in one thread; every failure except a damaged file raises StateError and can be retried."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        """A sentence to show to the user after `load`, such as that the file was damaged."""
        self._connection: sqlite3.Connection | None = None

    def load(self) -> States:
        """The states of all mailboxes.

        A damaged file, or one of a newer version, is renamed, and its announced UIDs are used. Where the disk is not
        writable, `notice` is set, and what can be read without writing is returned.
        """
        try:
            if _file_size(self.path) == 0:  # a new file to SQLite
                return self._begin_anew("damaged")
            return self._read()
        except StateError as error:
            self.close()
            log.warning("%s", error)
            self.notice = str(error)
            if _file_size(self.path) is None:
                return {}
            # Without its write-ahead log: the announced UIDs may be outdated.
            return self._salvage(f"{self.path.absolute().as_uri()}?immutable=1")

    def _read(self) -> States:
        try:
            return read_all(self._open())
        except _FutureVersion:
            return self._begin_anew("newer")
        except (sqlite3.DatabaseError, ValueError) as error:
            if isinstance(error, sqlite3.OperationalError) and not str(error).startswith("no such "):
                raise self._refused(error) from error
            log.warning("The state file is damaged: %s", error)
            return self._begin_anew("damaged")

    def save(
        self,
        account: AccountId,
        mailbox: MailboxName,
        state: MailboxState,
        fingerprints: Collection[Fingerprint] = (),
    ) -> None:
        """Write `state` and new fingerprints in one transaction; raises StateError."""
        now = time.time()
        with self._transaction() as connection:
            write_mailbox(connection, account, mailbox, state)
            if fingerprints:
                write_fingerprints(connection, account, fingerprints, now)

    def fingerprints(self, account: AccountId) -> list[tuple[Fingerprint, float]]:
        """Fingerprints of an account with the times they were added (Unix seconds), oldest first; or StateError."""
        with self._transaction() as connection:
            return read_fingerprints(connection, account)

    def alerts(self, account: AccountId) -> dict[bytes, float]:
        """Hashes of the alerts that were shown, with the times (Unix seconds); raises StateError."""
        with self._transaction() as connection:
            return read_alerts(connection, account)

    def save_alerts(self, account: AccountId, alerts: Mapping[bytes, float]) -> None:
        """Write the alerts that were shown; raises StateError."""
        with self._transaction() as connection:
            write_alerts(connection, account, alerts)

    def actions(self) -> list[PendingAction]:
        """The actions that are not done yet, oldest first; raises StateError."""
        with self._transaction() as connection:
            return read_actions(connection)

    def save_actions(self, actions: Iterable[PendingAction]) -> None:
        """Add or replace actions; they are on disk before it returns. Raises StateError."""
        with self._transaction() as connection:
            write_actions(connection, actions)

    def delete_actions(self, ids: Iterable[int]) -> None:
        """Delete actions that are done or undone; raises StateError."""
        with self._transaction() as connection:
            delete_actions(connection, ids)

    def reminders(self) -> dict[MessageKey, tuple[float, Message]]:
        """Each message that the user is to be reminded of, with the time (Unix seconds); raises StateError."""
        with self._transaction() as connection:
            return read_reminders(connection)

    def save_reminders(self, messages: Iterable[tuple[MessageKey, Message]], due: float) -> None:
        """Add reminders for that time (Unix seconds), or give them that time; raises StateError."""
        with self._transaction() as connection:
            write_reminders(connection, messages, due)

    def delete_reminders(self, keys: Iterable[MessageKey]) -> None:
        """Delete reminders that came, or are not wanted any more; raises StateError."""
        with self._transaction() as connection:
            delete_reminders(connection, keys)

    def pause(self) -> Paused | None:
        """The pause that the user has begun and not ended; it may be over. Raises StateError."""
        with self._transaction() as connection:
            return read_pause(connection)

    def save_pause(self, pause: Paused | None) -> None:
        """Keep the pause, or that there is none; raises StateError."""
        with self._transaction() as connection:
            write_pause(connection, pause)

    def replies(self) -> list[Reply]:
        """The replies that are not sent and kept yet, oldest first; raises StateError."""
        with self._transaction() as connection:
            return read_replies(connection)

    def save_reply(self, reply: Reply) -> None:
        """Add or replace a reply; it is on disk before it returns. Raises StateError."""
        with self._transaction() as connection:
            write_reply(connection, reply)

    def delete_reply(self, number: int) -> None:
        """Delete the reply with that id; raises StateError."""
        with self._transaction() as connection:
            delete_reply(connection, number)

    def forget(self, account: AccountId) -> None:
        """Delete everything of an account, and the copies of earlier versions, which list its mails; or StateError."""
        with self._transaction() as connection:
            delete_account(connection, account)
        remove_copies(self.path)

    def prune(self, watched: Collection[Place]) -> None:
        """Delete what has not been `watched` for a long time; raises StateError.

        Not at once: a mailbox may be missing from the settings file by mistake.
        """
        with self._transaction() as connection:
            delete_unwatched(connection, watched, time.time())
        remove_copies(self.path, time.time() - _COPIES_KEPT)

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._open() as connection:
                yield connection
        except (sqlite3.Error, _FutureVersion) as error:
            self.close()  # the next attempt opens the file again, which may have been replaced
            raise self._refused(error) from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        try:
            os.close(open_own(self.path, os.O_RDWR | os.O_CREAT))  # SQLite gives -wal and -shm the same mode
        except OSError as error:
            raise sqlite3.OperationalError(system_reason(error)) from error
        connection = sqlite3.connect(self.path, timeout=0.5)
        try:
            _prepare(connection, self.path)
        except OSError as error:  # of the copy
            connection.close()
            raise sqlite3.OperationalError(system_reason(error)) from error
        except BaseException:
            connection.close()
            raise
        return connection

    def _begin_anew(self, label: str) -> States:
        """Rename the file, and start a new one with its announced UIDs, which is whole before that."""
        self.close()
        kept = backup_name(self.path, label, time.strftime("%Y%m%d-%H%M%S"))
        states = self._salvage(self.path.absolute().as_uri())
        fresh = self._write_anew(states)
        try:
            for suffix in ("", "-wal", "-shm"):  # the newest data may be in the write-ahead log only
                part = self.path.with_name(self.path.name + suffix)
                if part.exists():
                    part.replace(kept.with_name(kept.name + suffix))
            fresh.replace(self.path)
        except OSError as error:
            raise self._refused(error) from error
        if label == "newer":
            sentence = tr(
                "The file with Mailbell's state was written by a newer Mailbell and was kept as {file}; which mails "
                "were announced was carried over. To use the rest, install that Mailbell again, and rename the file "
                "to {name}."
            )
            self.notice = sentence.format(file=kept, name=self.path.name)
            return states
        sentence = tr(
            "The file with Mailbell's state {why} and was kept as {file}; what could be read was carried over. "
            "Look through your mail once: a message that came while Mailbell was not running may go unannounced."
        )
        self.notice = sentence.format(why=tr("was damaged"), file=kept)
        return states

    def _write_anew(self, states: States) -> Path:
        """A file of the present version with `states` only, under another name; raises StateError."""
        path = self.path.with_name(f".{self.path.name}.new")
        try:
            path.unlink(missing_ok=True)  # what a kill left of one
        except OSError as error:
            raise self._refused(error) from error
        with closing(StateStore(path)) as store, store._transaction() as connection:  # noqa: SLF001 -- of this class
            for (account, mailbox), state in states.items():
                write_mailbox(connection, account, mailbox, state)
        return path

    @staticmethod
    def _salvage(uri: str) -> States:
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=0.5)) as connection:
                return read_without_messages(connection)
        except sqlite3.Error:
            return {}

    def _refused(self, error: Exception) -> StateError:
        sentence = tr(
            "Mailbell cannot keep its state in {file}: {reason}. "
            "Free space or make it writable; until then mails may be announced again after a restart."
        )
        return StateError(sentence.format(file=self.path, reason=_reason(error)))


def _reason(error: Exception) -> str:
    """What the system or SQLite says, in the user's language; rare things as they say them."""
    said = system_reason(error) if isinstance(error, OSError) else str(error)
    return {
        "database or disk is full": tr("the disk is full"),
        "disk I/O error": tr("the disk does not work"),
        "unable to open database file": tr("it cannot be opened"),
        "attempt to write a readonly database": tr("it is read-only"),
        "database is locked": tr("another program uses it"),
    }.get(said, said)


def _file_size(path: Path) -> int | None:
    """Bytes of a regular file; None where there is none, or a pipe, which would block, or a link."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


class _FutureVersion(Exception):  # noqa: N818 -- never leaves this module
    """The file has a newer schema than this program."""

    def __str__(self) -> str:
        return tr("it was written by a newer Mailbell")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise _FutureVersion
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose the last hours with the power
    if version < SCHEMA_VERSION:
        if version:  # 0 is a new file
            copy_database(connection, path, version)
        connection.executescript(SCHEMA)  # one transaction: a kill or a full disk leaves the version before
