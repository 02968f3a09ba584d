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

    Action = Callable[[Session], Deferred[int]]


class PendingActions:
    """Every result fails with ActionFailed or not at all."""

    def __init__(self, problem_of: Callable[[BaseException], Problem]) -> None:
        self._problem_of = problem_of
        self._pending: list[tuple[Action, Deferred[int]]] = []

    def run(self, action: Action, session: Session | None, refusal: Problem | None) -> Deferred[int]:
        """With a session do it now, with a refusal say so; with neither wait for `begin` or `refuse`."""
        if session is not None:
            done = action(session)
        elif refusal is not None:
            done = fail(ActionFailed(refusal))
        else:
            done = Deferred()
            self._pending.append((action, done))
        return done.addErrback(self._as_problem)

    def begin(self, session: Session) -> None:
        """Do what is pending."""
        pending, self._pending = self._pending, []
        for action, done in pending:
            action(session).chainDeferred(done)

    def refuse(self, problem: Problem) -> None:
        """What is pending cannot be done, because of `problem`."""
        pending, self._pending = self._pending, []
        for _, done in pending:
            done.errback(ActionFailed(problem))

    def _as_problem(self, failure: Failure) -> int:
        error = failure.value
        assert error is not None
        raise ActionFailed(self._problem_of(error)) from None
