"""Previews that were fetched: many while a window lists them, few when it was closed for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.net.clock import Timer

if TYPE_CHECKING:
    from tray.imap.types import Uid, UidValidity
    from tray.mail.model.message import Preview
    from tray.net.clock import Clock

    Previews = dict[Uid, Preview]

_LOSSES_LIMIT = 2  # connections in a row that ended while previews were requested
_KEPT = 300  # previews of a mailbox that a window lists
_KEPT_UNLISTED = 20  # of another one: those that a window shows first
RELEASE_AFTER = 600.0
"""Seconds after a window was closed: until then it opens again with all previews."""


class PreviewMemory:
    """Previews of one mailbox, over all connections; never on disk."""

    def __init__(self) -> None:
        self.found: Previews = {}
        self.is_off = False
        """Whether none are requested any more, because connections were lost over them."""
        self._asked = False
        self._losses = 0  # in a row
        self._limit = _KEPT_UNLISTED
        self._release: Timer | None = None  # while the window was closed a moment ago
        self._uid_validity: UidValidity | None = None

    def set_uid_validity(self, uid_validity: UidValidity) -> None:
        """Set UIDVALIDITY; previews of another one are discarded."""
        if self._uid_validity != uid_validity:
            self._uid_validity = uid_validity
            self.found.clear()

    def keep(self, previews: Previews) -> None:
        """Keep the newest of these and of those that were found before."""
        self.found |= previews
        if len(self.found) > self._limit:
            self.found = {uid: self.found[uid] for uid in sorted(self.found)[-self._limit :]}

    def on_listed(self) -> None:
        """A window lists the mailbox."""
        self._limit = _KEPT
        if self._release is not None:
            self._release.clear()
            self._release = None

    def on_unlisted(self, clock: Clock) -> None:
        """No window lists the mailbox, perhaps since a moment ago: release most previews after `RELEASE_AFTER`."""
        if self._limit == _KEPT and self._release is None:
            self._release = Timer(clock)
            self._release.set(RELEASE_AFTER, self._released)

    def _released(self) -> None:
        self._limit, self._release = _KEPT_UNLISTED, None
        self.keep({})

    def sent(self) -> None:
        """Previews were requested."""
        self._asked = True

    def answered(self) -> None:
        """The request was answered."""
        self._asked = False
        self._losses = 0

    def ended(self, *, lost: bool) -> None:
        """The session has ended; `lost`: its connection was lost, perhaps because of a request that was sent."""
        self._losses += lost and self._asked
        self.is_off = self._losses >= _LOSSES_LIMIT
        self._asked = False
