"""A sleep that no signal tells of."""

from __future__ import annotations

import pytest

from tray.desktop.system_events.wake_watch import INTERVAL, WakeWatch


@pytest.mark.parametrize(
    ("passed", "slept"),
    [(INTERVAL, False), (INTERVAL + 10, False), (INTERVAL + 20, True), (8 * 3600, True), (-3600, True)],
)
def test_a_clock_that_went_further_than_the_timer_means_a_sleep(qapp, passed, slept):
    clock, resumed = [1000.0], []
    watch = WakeWatch(lambda: resumed.append(True), lambda: clock[0])
    watch.start()
    clock[0] += passed
    watch.look()
    assert bool(resumed) is slept
    clock[0] += INTERVAL
    watch.look()  # and once only
    assert len(resumed) == slept
    watch.stop()


def test_it_looks_by_a_timer(qapp, until):
    resumed = []
    watch = WakeWatch(lambda: resumed.append(True), lambda: 5000.0 * len(resumed))
    watch._timer.setInterval(1)
    watch.start()
    until(lambda: resumed)
    watch.stop()
    assert not watch._timer.isActive()
