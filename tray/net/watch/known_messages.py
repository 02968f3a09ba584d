"""Which messages of a mailbox a session knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.imap.events import MailboxStatus
from tray.imap.types import Uid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.imap.types import UidValidity
    from tray.mail.arrivals.mailbox_state import MailboxReport
    from tray.net.imap.mailbox.selected_mailbox import FetchAnswer, SelectedMailbox

_FLAGS_LIMIT = 50  # messages whose flags are watched even if fewer are shown: they may have toasts
_UID_LIMIT = 2**32 - 1


class KnownMessages:
    """The newest messages, and what was known of the mailbox when they were read."""

    def __init__(self) -> None:
        self.uids: list[Uid] = []
        """Ascending, up to the end of the mailbox."""
        self.exists = 0
        """How many messages the mailbox held."""
        self.highest = Uid(0)
        self.uid_validity: UidValidity | None = None
        self._full = 0  # how many messages were known; when fewer are left, older ones are read

    @property
    def next(self) -> Uid:
        """The lowest UID that a new message can have."""
        return Uid(min(self.highest + 1, _UID_LIMIT))

    @property
    def lowest(self) -> Uid:
        """The lowest UID whose flags are followed."""
        return self.uids[0] if self.uids else self.next

    def read(self, report: MailboxReport, titles: int, exists: int, unfetched: Collection[Uid]) -> None:
        """The newest messages were read, of a mailbox that holds `exists`."""
        self.uid_validity = report.uid_validity
        self.uids = [message.uid for message in report.messages[-titles:]]
        self._full = len(self.uids)
        self.exists = exists
        below_next = Uid(report.uid_next - 1) if report.uid_next else Uid(0)
        self.highest = max([*self.uids, *unfetched], default=below_next)

    def show(self, titles: int) -> None:
        """Only the newest `titles` messages are shown from now on, if these are fewer."""
        self._full = min(self._full, titles)

    def arrived(self, uids: Collection[Uid], titles: int, unfetched: Iterable[Uid]) -> None:
        """There are new messages."""
        self.highest = max([self.highest, *unfetched, *uids])
        if uids:
            self.uids += uids
            self._full = max(self._full, min(titles, len(self.uids)))

    def keep(self, present: Iterable[Uid], titles: int) -> None:
        """Of the known messages only those that are `present` are left."""
        self.uids = [uid for uid in present if uid <= self.highest][-max(titles, _FLAGS_LIMIT) :]

    def lacks_older(self, exists: int) -> bool:
        """Whether older messages are to be read in place of those that were expunged."""
        return len(self.uids) < self._full and exists > len(self.uids)

    def are_other(self, fetched: Collection[Uid], unfetched: Collection[Uid], *, was_empty: bool) -> bool:
        """Whether an earlier UID has another message now."""
        if was_empty and self.highest:
            return not any(uid > self.highest for uid in fetched)
        known = {*self.uids, *unfetched}
        return any(self.uids and self.uids[0] < uid <= self.highest for uid in set(fetched) - known)

    def status(self, selected: SelectedMailbox) -> MailboxStatus:
        """What STATUS says of the mailbox where nothing has changed since it was read."""
        uid_next = max(selected.uid_next or 0, self.next)
        return MailboxStatus(
            selected.mailbox, selected.exists, selected.unseen, uid_next, selected.uid_validity
        )


class FlagsAnswer:
    """The answer to a FETCH of the flags from UID `lowest` up, and of the `older` messages."""

    def __init__(
        self,
        answer: FetchAnswer,
        lowest: Uid,
        older: Collection[Uid],
        exists: int,
        unfetched: Collection[Uid],
    ) -> None:
        """`exists`: how many messages the mailbox holds. Raises the refusal if nothing was sent."""
        fetched = {uid: message for uid, message in answer.fetched.items() if uid >= lowest or uid in older}
        self.flags = tuple(
            (uid, message.flags) for uid, message in sorted(fetched.items()) if message.flags is not None
        )
        self.complete = answer.complete and not answer.lacks_uids and len(self.flags) == len(fetched)
        """Without it, a message that the answer does not name may still exist."""
        self.gone = frozenset(older) - fetched.keys() if self.complete else frozenset()
        """The older ones that were expunged."""
        self.fields: dict[str, Any] = {"flags": self.flags}
        """For a `MailboxReport`."""
        if self.complete:
            empty = not (answer.fetched or exists or unfetched)
            self.fields |= {"covers": lowest, "gone": self.gone, "empty": empty}
        elif answer.refused is not None and not fetched and exists:
            raise answer.refused
