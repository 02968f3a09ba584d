"""What the user asked of a mailbox: done at once where it is watched, kept until it is, or refused in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, fail

from tray.net.errors import ActionFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

    from tray.mail.model.status import Problem
    from tray.net.watch.session import Session

    Errand = Callable[[Session], Deferred[int]]


class PendingActions:
    """Every result fails with ActionFailed or not at all."""

    def __init__(self, words: Callable[[BaseException], Problem]) -> None:
        self._words = words
        self._kept: list[tuple[Errand, Deferred[int]]] = []

    def run(self, errand: Errand, session: Session | None, refusal: Problem | None) -> Deferred[int]:
        """With a session do it now, with a refusal say so; with neither wait for `begin` or `refuse`."""
        if session is not None:
            done = errand(session)
        elif refusal is not None:
            done = fail(ActionFailed(refusal))
        else:
            done = Deferred()
            self._kept.append((errand, done))
        return done.addErrback(self._in_words)

    def begin(self, session: Session) -> None:
        """Do what was kept."""
        kept, self._kept = self._kept, []
        for errand, done in kept:
            errand(session).chainDeferred(done)

    def refuse(self, problem: Problem) -> None:
        """What was kept cannot be done, because of `problem`."""
        kept, self._kept = self._kept, []
        for _, done in kept:
            done.errback(ActionFailed(problem))

    def _in_words(self, failure: Failure) -> int:
        error = failure.value
        assert error is not None
        raise ActionFailed(self._words(error)) from None
