"""Reading the newest titles: by position from EXISTS, and the mails that were missed while we were away."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred

from tray.imap.errors import CommandRefused
from tray.imap.types import Uid
from tray.mail.arrivals.mailbox_state import MailboxReport, may_have_missed, not_announced
from tray.net.deferreds import suppress_unhandled
from tray.net.imap.fetching import Fetching, concerns_all
from tray.net.imap.unfetched import Unfetched

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.imap.types import Flag
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.message import Message
    from tray.net.imap.protocol import MailProtocol
    from tray.net.imap.selected_mailbox import FetchedMessage, SelectedMailbox

log = logging.getLogger(__name__)

CATCH_UP = 200
"""Titles read at most of what came while we were away; the rest is in the count, too many to be told one by one."""
_TRIES = 3
_GAPS = 20  # between mails that were told of before: there are more than one only after a crash


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The newest mails, without a gap up to the end of the mailbox."""

    messages: tuple[Message, ...]
    """Oldest first."""
    lowest: Uid
    """Every mail from here up is among `messages`; 1 where the whole mailbox is."""


async def fetch_newest(
    protocol: MailProtocol,
    view: SelectedMailbox,
    count: int,
    known: MailboxState | None = None,
    then: Callable[[], None] | None = None,
    unseen: int | None = None,
    unfetched: Unfetched | None = None,
) -> tuple[MailboxReport, FetchResult]:
    """The newest `count` titles and, above the mark of `known`, those that were missed; counts the unseen.

    `unseen` where it was counted before; `then` sends what shall go out in the same write, such as IDLE.
    A position that is stale (hard to avoid: others may expunge at any time) is answered BAD by some servers: then
    the mailbox is opened again; where that changes nothing, `unfetched` tells which messages can not be fetched.
    Raises CommandRefused when that does not help.
    """
    fetching = Fetching(view, unfetched or Unfetched())
    refused, by_uid = 0, False
    while True:
        exists = view.exists
        try:
            return await _read(protocol, view, fetching, count, known, then, unseen, by_uid=by_uid)
        except CommandRefused as error:
            refused += 1
            if by_uid or refused == _TRIES or concerns_all(error) or error.command != "FETCH":
                raise
            log.info("a position was stale; opening the mailbox again")
            await view.examine()
            by_uid = view.exists == exists


async def _read(
    protocol: MailProtocol,
    view: SelectedMailbox,
    fetching: Fetching,
    count: int,
    known: MailboxState | None,
    then: Callable[[], None] | None,
    unseen: int | None,
    *,
    by_uid: bool,
) -> tuple[MailboxReport, FetchResult]:
    if not view.sized and (view.uid_next or 1) > 1:  # EXISTS did not come, or made no sense
        unseen = await view.status()
    counted: Deferred[int | None] | None = None
    rows: Deferred[dict[Uid, FetchedMessage]] | None = None
    with protocol.together():
        exists = view.exists
        if exists:
            rows = Deferred.fromCoroutine(fetching.newest(count, by_uid=by_uid))
        if unseen is None:
            counted = view.count_unseen()
        if then is not None:
            then()
    with suppress_unhandled(counted):
        told = await rows if rows is not None else {}
        messages = fetching.messages(told.values())[-count:]
        window = FetchResult(messages, _lowest(messages, complete=exists <= count))
        shown = messages
        if may_have_missed(known, view.uid_validity, messages, window.lowest, view.uid_next):
            told = await fetching.newest(CATCH_UP, by_uid=by_uid)
            shown = fetching.messages(told.values())
            window = FetchResult(shown[-count:], _lowest(shown[-count:], complete=view.exists <= count))
        if counted is not None:
            unseen = await counted
    missing = fetching.unfetched.uids
    report = MailboxReport(
        view.uid_validity,
        shown,
        flags=_pushed(told, shown),
        covers=window.lowest,
        unseen=unseen,
        uid_next=view.uid_next,
        empty=not (told or view.exists or missing),
        passed_over=await _passed_over(view, known, shown),
        missing=missing,
        awaited=fetching.unfetched.waiting,
    )
    return report, window


def _pushed(
    told: dict[Uid, FetchedMessage], shown: tuple[Message, ...]
) -> tuple[tuple[Uid, frozenset[Flag]], ...]:
    """Flags of older messages, which the server told of in between."""
    lowest = shown[0].uid if shown else 0
    return tuple((uid, row.flags) for uid, row in told.items() if uid < lowest and row.flags is not None)


async def _passed_over(view: SelectedMailbox, known: MailboxState | None, shown: tuple[Message, ...]) -> int:
    """How many unseen mails lie between the mark and those that were read: the catch-up has its bounds."""
    if known is None or known.uid_validity != view.uid_validity or len(shown) < CATCH_UP:
        return 0
    count = 0
    for first, last in not_announced(known, Uid(shown[0].uid - 1)).runs[:_GAPS]:
        count += await view.count_unseen_between(first, last) or 0
    return count


def _lowest(messages: tuple[Message, ...], *, complete: bool) -> Uid:
    return messages[0].uid if messages and not complete else Uid(1)
