"""Queues for actions of the user: of a watcher until it has a session, and of a session until it is free."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail

from tray.net.errors import ActionFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from twisted.python.failure import Failure

    from tray.mail.model.status import Problem
    from tray.net.watch.session import Session

    Action = Callable[[Session], Deferred[int]]
    Start = Callable[[], Coroutine[Deferred[Any], Any, int]]


class PendingActions:
    """Actions of one watcher; every result fails with ActionFailed or not at all."""

    def __init__(self, problem_of: Callable[[BaseException], Problem]) -> None:
        self._problem_of = problem_of
        self._pending: list[tuple[Action, Deferred[int]]] = []

    def run(self, action: Action, session: Session | None, refusal: Problem | None) -> Deferred[int]:
        """Run `action` on `session`, or fail with `refusal`; with neither, wait for `begin` or `refuse`."""
        if session is not None:
            done = action(session)
        elif refusal is not None:
            done = fail(ActionFailed(refusal))
        else:
            done = Deferred()
            self._pending.append((action, done))
        return done.addErrback(self._as_problem)

    def begin(self, session: Session) -> None:
        """Run all pending actions."""
        pending, self._pending = self._pending, []
        for action, done in pending:
            action(session).chainDeferred(done)

    def refuse(self, problem: Problem) -> None:
        """All pending actions fail with `problem`."""
        pending, self._pending = self._pending, []
        for _, done in pending:
            done.errback(ActionFailed(problem))

    def _as_problem(self, failure: Failure) -> int:
        error = failure.value
        assert error is not None
        raise ActionFailed(self._problem_of(error)) from None


class SessionActions:
    """Actions of one session, run one after the other."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Start, Deferred[int]]] = deque()

    def add(self, start: Start) -> Deferred[int]:
        """Have `start` called by `run`; fires with its result."""
        done: Deferred[int] = Deferred()
        self._waiting.append((start, done))
        return done

    async def run(self) -> None:
        """Run all actions. Raises nothing: the next command shows whether the connection is gone."""
        while self._waiting:
            start, done = self._waiting.popleft()
            await Deferred.fromCoroutine(start()).addCallbacks(done.callback, done.errback)

    def fail(self, error: Exception) -> None:
        """All actions that were not run fail with `error`."""
        while self._waiting:
            self._waiting.popleft()[1].errback(error)
