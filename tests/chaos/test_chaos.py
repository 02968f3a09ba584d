"""Nothing is lost and nothing is announced twice, whatever happens; the long run is ``python -m tests.chaos.run``."""

from __future__ import annotations

import pytest

from tests.chaos import link
from tests.chaos.fixture import ChaosFixture
from tests.chaos.recovery import AFTER_KILL, AFTER_OUTAGE, KILLS, after_a_kill, after_an_outage
from tests.chaos.run import run
from tests.rig.processes import wait_until

MARGIN = 4.0
"""Seconds above a target that a busy machine may take before a test fails; the figures are printed."""


@pytest.fixture
def chaos(tmp_path):
    """The program watches through the proxy."""
    with ChaosFixture(tmp_path) as chaos:
        yield chaos


@pytest.mark.parametrize(("seed", "seconds", "mailboxes"), [(14, 5.0, 1), (23, 7.0, 1), (31, 6.0, 5)])
def test_what_was_delivered_was_announced_once(tmp_path, seed, seconds, mailboxes):
    """Faults by a seed; its number and what it did are printed."""
    outcome = run(tmp_path, seed, seconds, mailboxes=mailboxes)
    print(outcome)
    assert outcome.findings.faults == [], str(outcome)


def test_the_next_mail_after_a_killed_session_is_announced_at_once(chaos):
    """Closed, reset, or lost on our side only."""
    for how in KILLS:
        seconds = after_a_kill(chaos, how)
        print(f"{how}: announced {seconds:.2f} s after the session's end (target: {AFTER_KILL:g} s)")
        assert seconds < AFTER_KILL + MARGIN
    assert chaos.findings().faults == []


def test_what_was_missed_in_an_outage_is_announced_soon_after_it(chaos):
    """20 s in the long run; 6 s here."""
    seconds = after_an_outage(chaos, 6.0, 5, killed=True)
    print(f"everything announced {seconds:.2f} s after the server's return (target: {AFTER_OUTAGE:g} s)")
    assert seconds < AFTER_OUTAGE + MARGIN
    assert chaos.findings().faults == []


def test_a_half_open_connection_is_found_out_by_a_check(chaos):
    """No FIN, no RST, no error: only the deadline of a probe shows it, and the mail is announced behind it."""
    chaos.proxy.forget_server()
    chaos.deliver()
    chaos.check()
    chaos.wait_announced(10 + MARGIN)
    assert chaos.findings().faults == []


def test_a_kill_while_no_notification_server_is_there_loses_nothing(chaos):
    """Toasts that wait, and a digest that takes their place, were not announced yet."""
    chaos.desktop.stop_notifier()
    for number in range(1, 6):
        chaos.deliver()
        chaos.program.wait_unseen(3 + number)
    chaos.program.kill()
    chaos.desktop.start_notifier()
    chaos.record_run(killed=True)
    chaos.start_program()
    wait_until(chaos.everything_announced, "the toasts")
    assert chaos.findings().faults == []


@pytest.mark.skipif(
    not link.permitted(), reason="a network namespace needs root; the proxy's freeze stands in for it"
)
def test_mail_that_came_without_a_link_is_announced_when_it_is_back():
    """The network itself loses what is sent."""
    done = link.run("--loss", "2")
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
