"""Fetches the newest envelopes, and those of messages that arrived while there was no connection."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import MailboxReport, may_have_missed, not_announced
from tray.net.deferreds import suppress_unhandled
from tray.net.imap.fetching import Fetching, Unfetched, concerns_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.types import Flag
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.message import Message
    from tray.net.imap.protocol import MailProtocol
    from tray.net.imap.selected_mailbox import FetchedMessage, SelectedMailbox

log = logging.getLogger(__name__)

CATCH_UP = 200
"""Limit of envelopes fetched after a time without connection; further messages are only counted."""
_TRIES = 3
_GAPS = 20  # between announced messages; more than one only after a crash


async def fetch_newest(
    protocol: MailProtocol,
    selected: SelectedMailbox,
    count: int,
    known: MailboxState | None = None,
    then: Callable[[], None] | None = None,
    unseen: int | None = None,
    unfetched: Unfetched | None = None,
) -> tuple[MailboxReport, tuple[Message, ...]]:
    """A report, and the newest `count` messages, oldest first; the report has missed messages that `known` shows.

    `unseen`: the number of unseen messages if it was counted before. `then` is called to send more commands in the
    same write.

    Some servers answer BAD to a stale sequence number, which other clients may cause at any time by EXPUNGE. Then the
    mailbox is opened again; if that changes nothing, the messages that cannot be fetched are recorded in `unfetched`.
    Raises CommandRefused if that does not help.
    """
    fetching = Fetching(selected, unfetched or Unfetched())
    refused, by_uid = 0, False
    while True:
        exists = selected.exists
        try:
            return await _read(protocol, selected, fetching, count, known, then, unseen, by_uid=by_uid)
        except CommandRefused as error:
            refused += 1
            if by_uid or refused == _TRIES or concerns_all(error) or error.command != "FETCH":
                raise
            log.info("A sequence number was stale; opening the mailbox again")
            await selected.examine()
            by_uid = selected.exists == exists


async def _read(
    protocol: MailProtocol,
    selected: SelectedMailbox,
    fetching: Fetching,
    count: int,
    known: MailboxState | None,
    then: Callable[[], None] | None,
    unseen: int | None,
    *,
    by_uid: bool,
) -> tuple[MailboxReport, tuple[Message, ...]]:
    if not selected.exists_known and (selected.uid_next or 1) > 1:  # EXISTS was missing or unreadable
        unseen = await selected.status()
    counted: Deferred[int | None] | None = None
    newest: Deferred[dict[Uid, FetchedMessage]] | None = None
    with protocol.together():
        exists = selected.exists
        if exists:
            newest = Deferred.fromCoroutine(fetching.newest(count, by_uid=by_uid))
        if unseen is None:
            counted = selected.count_unseen()
        if then is not None:
            then()
    with suppress_unhandled(counted):
        fetched = await newest if newest is not None else {}
        shown = messages = fetching.messages(fetched.values())[-count:]
        covers = _lowest(messages, complete=exists <= count)
        if may_have_missed(known, selected.uid_validity, messages, covers, selected.uid_next):
            fetched = await fetching.newest(CATCH_UP, by_uid=by_uid)
            shown = fetching.messages(fetched.values())
            messages = shown[-count:]
            covers = _lowest(messages, complete=selected.exists <= count)
        if counted is not None:
            unseen = await counted
    missing = fetching.unfetched.uids
    report = MailboxReport(
        selected.uid_validity,
        shown,
        flags=_older_flags(fetched, shown),
        covers=covers,
        unseen=unseen,
        uid_next=selected.uid_next,
        empty=not (fetched or selected.exists or missing),
        passed_over=await _passed_over(selected, known, shown),
        missing=missing,
        awaited=fetching.unfetched.waiting,
    )
    return report, messages


def _older_flags(
    fetched: dict[Uid, FetchedMessage], shown: tuple[Message, ...]
) -> tuple[tuple[Uid, frozenset[Flag]], ...]:
    """Flags of messages older than `shown`, pushed by the server meanwhile."""
    lowest = shown[0].uid if shown else 0
    return tuple(
        (uid, message.flags) for uid, message in fetched.items() if uid < lowest and message.flags is not None
    )


async def _passed_over(
    selected: SelectedMailbox, known: MailboxState | None, shown: tuple[Message, ...]
) -> int:
    """How many unseen messages are between the announced UID and `shown`; 0 if fewer than `CATCH_UP` were fetched."""
    if known is None or known.uid_validity != selected.uid_validity or len(shown) < CATCH_UP:
        return 0
    count = 0
    for first, last in not_announced(known, Uid(shown[0].uid - 1)).runs[:_GAPS]:
        count += await selected.count_unseen_between(first, last) or 0
    return count


def _lowest(messages: tuple[Message, ...], *, complete: bool) -> Uid:
    """`messages` has every message from this UID up; 1 for the whole mailbox."""
    return messages[0].uid if messages and not complete else Uid(1)
