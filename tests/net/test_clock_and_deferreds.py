"""The small parts: events, and Deferreds that fail together."""

from __future__ import annotations

import gc
import weakref

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.main import CONNECTION_DONE, CONNECTION_LOST
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from tests.net.wire import result
from tray.net.clock import Timer
from tray.net.deferreds import OneShotEvent, SharedCalls, in_next_turn, reason_of_end, suppress_unhandled


def test_a_event_may_be_waited_for_before_and_after() -> None:
    event: OneShotEvent[int] = OneShotEvent()
    early = result(event.wait())
    event.set(1)
    event.set(2)
    event.fail(KeyError())
    assert early + result(event.wait()) == [1, 1]


def test_a_failed_event_fails_everybody_and_harms_nobody_who_does_not_ask() -> None:
    event: OneShotEvent[int] = OneShotEvent()
    early = result(event.wait())
    error = KeyError()
    event.fail(error)
    event.set(1)
    assert early + result(event.wait()) == [error, error]


def test_a_timer_calls_once_and_for_the_last_time_set() -> None:
    clock, rung = Clock(), []
    timer = Timer(clock)
    assert timer.remaining is None
    timer.set(5, rung.append, 1)
    timer.set(9, rung.append, 2)
    assert timer.remaining == 9
    clock.advance(9)
    timer.clear()
    assert (rung, timer.remaining) == ([2], None)


def test_failures_behind_the_first_are_not_left_unhandled(caplog: pytest.LogCaptureFixture) -> None:
    first: Deferred[None] = Deferred()
    second: Deferred[None] = Deferred()

    async def both() -> None:
        with suppress_unhandled(second, None):
            await first
            await second

    done = result(Deferred.fromCoroutine(both()))
    first.errback(KeyError())
    second.errback(KeyError())
    gc.collect()
    assert [type(outcome) for outcome in done] == [KeyError]
    assert not caplog.records


def test_a_shared_call_is_made_once_for_all_who_wait_and_anew_for_who_comes_later() -> None:
    calls: SharedCalls[str] = SharedCalls()
    begun: list[Deferred[str]] = []
    out: list[object] = []

    def begin() -> Deferred[str]:
        begun.append(Deferred())
        return begun[-1]

    calls.join("a", begin).addBoth(out.append)
    cancelled = calls.join("a", begin)
    cancelled.addErrback(lambda failure: failure.trap(CancelledError))
    cancelled.cancel()
    calls.join("a", begin).addBoth(out.append)
    calls.join("b", begin).addErrback(lambda failure: out.append(failure.type))
    assert len(begun) == 2
    begun[0].callback("one")
    begun[1].errback(ValueError())
    assert out == ["one", "one", ValueError]
    calls.join("a", begin).addBoth(out.append)
    assert len(begun) == 3


@pytest.mark.parametrize("shared", [CONNECTION_DONE, CONNECTION_LOST])
def test_the_end_of_a_connection_keeps_nothing_of_it(shared: Exception) -> None:
    """Twisted gives the same object to every connection, and each raise adds the frames that it passes."""

    def read(_big: object) -> None:
        raise reason_of_end(Failure(shared))

    for _ in range(3):
        with pytest.raises(type(shared), match=str(shared)):
            read(object())
    assert shared.__traceback__ is None


def test_an_error_of_tls_does_not_keep_the_frame_that_has_it() -> None:
    """Twisted's `_flushReceiveBIO` has the Failure in a local variable: a cycle with the buffers of TLS in it."""

    class Buffers:
        """As large as those of OpenSSL."""

    def flush() -> tuple[Failure, weakref.ref[Buffers]]:
        buffers = Buffers()
        try:
            int("unexpected end")
        except ValueError:
            failure = Failure()
            return failure, weakref.ref(buffers)

    gc.disable()
    try:
        failure, buffers = flush()
        assert isinstance(reason_of_end(failure), ValueError)
        assert buffers() is None
    finally:
        gc.enable()
    error = ValueError()
    assert reason_of_end(error) is error


@pytest.mark.parametrize("outcome", ["done", Failure(OSError("gone"))])
def test_an_outcome_in_the_next_turn_is_not_there_at_once(outcome):
    clock, ended = Clock(), Deferred()
    later = in_next_turn(clock, ended)
    clock.advance(1)
    assert not later.called
    ended.callback(outcome)
    assert not later.called
    clock.advance(0)
    seen = []
    later.addBoth(seen.append)
    assert seen == [outcome]
