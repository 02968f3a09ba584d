"""Fetches the newest messages of a mailbox that is known, in the same write as EXAMINE, before that is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap import commands
from tray.mail.arrivals.mailbox_state import may_have_missed
from tray.net.imap.mailbox.fetching import CATCH_UP

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from tray.imap.types import Uid
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.net.imap.mailbox.fetching import ByUid, Fetching
    from tray.net.imap.mailbox.selected_mailbox import FetchAnswer

_UID_LIMIT = 2**32 - 1


class KnownFetch:
    """The newest `count` messages of the state `known`, and up to `CATCH_UP` UIDs above it; it is sent when made.

    Whether the answer holds is only known afterwards: EXAMINE may tell of another UIDVALIDITY, of more new messages
    than were named, or of messages that are gone.
    """

    def __init__(self, fetching: Fetching, known: MailboxState, count: int) -> None:
        uids = _newest(known, count)
        self._fetching = fetching
        self._known = known
        self._count = count
        self._first = uids[0]
        self._last = min(max([known.announced_uid, *uids]) + CATCH_UP, _UID_LIMIT)
        selected = fetching.selected
        self._gmail = selected.gmail
        fetching.unfetched.fetch_sent()
        self._answer: Deferred[FetchAnswer] = selected.fetch(
            commands.uid_fetch_envelopes(self._first, self._last, selected.gmail, selected.extra())
        )

    def fails_silently(self) -> None:
        """Nobody awaits the answer any more."""
        self._answer.addErrback(lambda _: None)

    async def newest(self) -> ByUid | None:
        """All messages from the lowest known UID up, at least the newest `count`; None if the answer does not hold.

        To be called when EXAMINE was answered. Raises the reason of the connection's end.
        """
        answer = await self._answer
        self._fetching.unfetched.fetch_answered()
        selected = self._fetching.selected
        uid_next = selected.uid_next or 0
        if (
            not answer.complete
            or selected.gmail is not self._gmail  # it was not known before the log-in
            or selected.uid_validity != self._known.uid_validity
            or not self._known.announced_uid < uid_next <= self._last + 1
        ):
            return None
        named = {uid: each for uid, each in answer.fetched.items() if self._first <= uid <= self._last}
        if len(named) < min(self._count, selected.exists):
            return None
        if len(self._fetching.messages(named.values())) < len(named):  # headers are missing
            return None
        return answer.fetched


def request_known(fetching: Fetching, known: MailboxState | None, count: int) -> KnownFetch | None:
    """Send a `KnownFetch`; None where it would not do.

    So it is where no message is known, where older ones than the newest wait for their toasts, where one cannot be
    fetched, and where the server minds pipelining.
    """
    unfetched = fetching.unfetched
    if (
        known is None
        or not known.latest
        or may_have_missed(known, known.uid_validity, (), _newest(known, count)[0])
        or unfetched.uids
        or unfetched.one_by_one
        or not fetching.selected.protocol.queue.pipelining
    ):
        return None
    return KnownFetch(fetching, known, count)


def _newest(known: MailboxState, count: int) -> list[Uid]:
    return sorted(message.uid for message in known.latest)[-count:]
