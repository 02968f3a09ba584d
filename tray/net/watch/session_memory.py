"""What a session of a mailbox leaves to the next one: actions that wait, what could not be fetched, previews."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, DeferredList

from tray.net.imap.mailbox.fetching import Unfetched
from tray.net.imap.mailbox.preview_memory import PreviewMemory
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from tray.mail.model.uid_set import UidSet
    from tray.net.watch.mailbox_search import MailboxSearch
    from tray.net.watch.session import Session

    Action = Callable[[Session], Coroutine[Deferred[Any], Any, UidSet]]


class Actions:
    """Actions of the user, begun in their order; they wait for a session, and until it is free.

    Their commands are sent without waiting for the answers to earlier ones.
    """

    def __init__(self) -> None:
        self.waiting: list[tuple[Action, Deferred[UidSet]]] = []
        self._session: Session | None = None  # that runs them now
        self._running: list[Deferred[None]] = []

    def add(self, action: Action) -> Deferred[UidSet]:
        """Fires with the result of `action`, or fails with its error or that of `refuse`."""
        done: Deferred[UidSet] = Deferred()
        self.waiting.append((action, done))
        if self._session is not None:
            self._begin(self._session)
        return done

    async def run(self, session: Session) -> None:
        """Run all actions. Raises nothing: the next command shows whether the connection is gone."""
        self._session = session
        try:
            self._begin(session)
            while self._running:
                running, self._running = self._running, []
                await DeferredList(running)
        finally:
            self._session = None

    def _begin(self, session: Session) -> None:
        waiting, self.waiting = self.waiting, []
        for action, done in waiting:
            result = Deferred.fromCoroutine(action(session))
            self._running.append(result.addCallbacks(done.callback, done.errback))

    def refuse(self, error: Exception) -> None:
        """All actions that have not begun fail with `error`."""
        waiting, self.waiting = self.waiting, []
        for _, done in waiting:
            done.errback(error)


@dataclass(slots=True)
class SessionMemory:
    """What a session of a mailbox leaves to the next one."""

    unfetched: Unfetched = field(default_factory=Unfetched)
    silent: bool = False
    """Whether the server accepts IDLE but announces new messages only in answers to commands."""
    actions: Actions = field(default_factory=Actions)
    previews: PreviewMemory = field(default_factory=PreviewMemory)
    searches: list[MailboxSearch] = field(default_factory=list)
    """Searches of the user, the one that is under way first."""
    ticks_since: float = 0.0
    """See `IdleLoop`; the same for all mailboxes of the program."""

    def refuse(self, error: Exception) -> None:
        """All actions that have not begun fail with `error`, and searches end with it."""
        self.actions.refuse(error)
        searches, self.searches[:] = self.searches[:], []
        for search in searches:
            search.end(error)
