"""The small parts: milestones, and Deferreds that fail together."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from tests.net.wire import result
from tray.net.clock import Timer
from tray.net.deferreds import OneShotEvent, suppress_unhandled

if TYPE_CHECKING:
    import pytest


def test_a_milestone_may_be_waited_for_before_and_after() -> None:
    milestone: OneShotEvent[int] = OneShotEvent()
    early = result(milestone.wait())
    milestone.set(1)
    milestone.set(2)
    milestone.fail(KeyError())
    assert early + result(milestone.wait()) == [1, 1]


def test_a_failed_milestone_fails_everybody_and_harms_nobody_who_does_not_ask() -> None:
    milestone: OneShotEvent[int] = OneShotEvent()
    early = result(milestone.wait())
    error = KeyError()
    milestone.fail(error)
    milestone.set(1)
    assert early + result(milestone.wait()) == [error, error]


def test_an_alarm_rings_once_and_for_the_last_time_set() -> None:
    clock, rung = Clock(), []
    alarm = Timer(clock)
    assert alarm.remaining is None
    alarm.set(5, rung.append, 1)
    alarm.set(9, rung.append, 2)
    assert alarm.remaining == 9
    clock.advance(9)
    alarm.clear()
    assert (rung, alarm.remaining) == ([2], None)


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
