"""Sleep and networks, signalled by a logind and a NetworkManager of our own to the whole program, on a real Dovecot."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest

from tests.rig.processes import wait_until
from tests.rig.system import System

ANNOUNCES = 0.6
"""Seconds that Dovecot takes to tell of a delivered mail."""


@pytest.fixture
def system():
    with System() as system:
        yield system


@pytest.fixture
def watching(program, dovecot, system):
    """The program, watching, and listening to the machine."""
    program.env = {**program.env, "DBUS_SYSTEM_BUS_ADDRESS": system.address}
    program.add_account(dovecot)
    program.start_watching()
    system.wait_locks(1)
    wait_until(lambda: {"GetSession", "Get"} <= set(system.calls), "the program to listen")
    return program


def log_ins(dovecot):
    """How many log-ins the server has seen."""
    return dovecot.log_text().count("Login: user=")


def logouts(dovecot):
    """How many sessions ended by LOGOUT."""
    return dovecot.log_text().count("Logged out")


def test_before_sleep_a_log_out_and_after_it_what_came_meanwhile(watching, dovecot, recorder, system):
    """The machine waits for the goodbye, and for no longer; awake, everything is there within a second."""
    logged_in = log_ins(dovecot)
    said = logouts(dovecot)
    began = time.monotonic()
    system.sleep(begins=True)
    system.wait_locks(0)
    assert time.monotonic() - began < 1.5
    wait_until(lambda: logouts(dovecot) == said + 1, "the log-out")
    (account,) = watching.status()
    assert (account["state"], account["error"]) == ("connecting", None)
    dovecot.deliver("While you slept")
    assert log_ins(dovecot) == logged_in
    began = time.monotonic()
    system.sleep(begins=False)
    recorder.notifications.wait_toast("While you slept")
    took = time.monotonic() - began
    assert took < 1
    assert log_ins(dovecot) == logged_in + 1
    system.wait_locks(1)
    watching.wait_state("watching")
    dovecot.deliver("Awake again")
    recorder.notifications.wait_toast("Awake again")
    assert [toast["lines"][0] for toast in recorder.notifications.toasts()] == [
        "While you slept",
        "Awake again",
    ]
    print(f"awake to toast: {took:.3f} s")


def test_a_server_that_hangs_does_not_keep_the_machine_awake(watching, dovecot, desktop, system):
    """The log-out has its own deadline."""
    dovecot.freeze()
    try:
        began = time.monotonic()
        system.sleep(begins=True)
        system.wait_locks(0)
        assert 1 < time.monotonic() - began < 2.5
    finally:
        dovecot.thaw()
    system.sleep(begins=False)
    watching.wait_state("watching")


def test_another_network_finds_a_dead_connection_within_ten_seconds(watching, dovecot, desktop, system):
    """The server hangs, and its kernel acknowledges: only a question finds out."""
    dovecot.freeze()
    try:
        began = time.monotonic()
        system.change_network(20)
        system.change_network(70)
        wait_until(lambda: "unreachable (DeadlineExceeded)" in watching.log_text(), "the deadline", 60)
        took = time.monotonic() - began
        assert 9 < took < 15  # the deadline is 10 s, and the machine may be busy
    finally:
        dovecot.thaw()
    watching.wait_state("watching", 60)
    print(f"found dead after {took:.1f} s")


def test_a_network_that_comes_ends_the_wait(watching, dovecot, desktop, system):
    """Whoever waits tries at once."""
    with dovecot.stopped():
        watching.wait_state("waiting")
    system.change_network(20)
    system.change_network(70)
    watching.wait_state("watching", 3)


def test_an_answer_confirms_the_connection_though_nothing_has_changed(watching, dovecot, desktop, system):
    def confirmed():
        (account,) = watching.status()
        stamp = account["last_confirmed"].replace("Z", "+00:00")
        return datetime.fromisoformat(stamp)

    def now():
        return datetime.now(timezone.utc).replace(microsecond=0)

    # Right after the start the server still answers.
    wait_until(lambda: now() > confirmed() + timedelta(seconds=1), "a second without an answer")
    before, asked = confirmed(), now()
    wait_until(lambda: now() > asked, "the next second")
    assert confirmed() == before
    system.change_network(20)
    wait_until(lambda: confirmed() > asked, "the answer to be shown", 5)
