"""The small parts: events, and Deferreds that fail together."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from tests.net.wire import result
from tray.net.clock import Timer
from tray.net.deferreds import OneShotEvent, SharedCalls, suppress_unhandled

if TYPE_CHECKING:
    import pytest


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
