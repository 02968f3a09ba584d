"""The keyring locked, late, absent, restarted: it is waited for quietly, and its accounts go on by themselves."""

from __future__ import annotations

import pytest

from tests.e2e.program import Program
from tests.e2e.test_desktop_comes_and_goes import assert_idle
from tests.e2e.typeable import TypeableDovecot
from tests.e2e.windows import gone, visible, wait_window
from tests.rig.desktop import KEYRING_PASSWORD, VirtualDesktop
from tests.rig.keyring import PROMPT, let_it_ask, unlock
from tests.rig.processes import wait_until
from tests.scale.measures import Pinging

ANSWER_LIMIT = 2.0
"""Seconds; on a machine that is busy with other things too. One that waits for the prompt would not answer at all."""


ANSWERS = 20
"""How many are waited for."""


@pytest.fixture
def dovecot():
    """A mail server whose user types the password."""
    with TypeableDovecot() as dovecot:
        yield dovecot


@pytest.fixture
def desktop():
    """A desktop with an open keyring, and somebody to ask for its password."""
    with VirtualDesktop(notifier="record", keyring="unlocked") as desktop:
        let_it_ask(desktop)
        yield desktop


@pytest.fixture
def programs(tmp_path, desktop, dovecot):
    """Give a program with so many accounts, whose passwords are in the keyring; ended with the test."""
    made = []

    def make(accounts=1):
        program = Program(tmp_path, desktop.env)
        made.append(program)
        for number in range(accounts):
            done = program.run(
                *("account", "add", "--name", f"Work {number}", "--email", f"{dovecot.user}@example.org"),
                *("--user", dovecot.user, "--host", dovecot.host, "--port", str(dovecot.port_tls)),
                *("--ca-file", dovecot.ca_file, "--password-stdin"),
                stdin=dovecot.password + "\n",
            )
            assert done.returncode == 0, done.stdout + done.stderr
        return program

    yield make
    for program in made:
        program.stop()
        assert "Traceback" not in program.log_text()
        assert dovecot.password not in program.log_text()


def lock(desktop):
    """Have the keyring begin anew, locked."""
    desktop.stop_keyring()
    desktop.start_keyring(locked=True)


def states(program):
    """The states of all accounts, without their names."""
    return [each["state"] for each in program.status()]


def test_while_the_prompt_is_open_everything_else_works(programs, dovecot, desktop, artifacts):
    """The account connects as soon as the keyring is open; meanwhile nothing hangs, and nobody spins."""
    program = programs()
    lock(desktop)
    program.start()
    wait_window(desktop, PROMPT)
    desktop.screenshot(artifacts / "e2e-keyring-prompt.png")
    tray = desktop.tray()
    item = tray.wait()
    with Pinging(program.status) as asked, Pinging(lambda: tray._properties(item)) as looked:
        wait_until(lambda: min(asked.answers, looked.answers) >= ANSWERS, "the answers")
    tray.close()
    assert_idle(program)
    assert asked.failure is looked.failure is None
    assert max(asked.slowest, looked.slowest) < ANSWER_LIMIT
    assert states(program) == ["connecting"]
    desktop.type(KEYRING_PASSWORD.decode())
    desktop.key("Return")
    program.wait_state("watching")
    dovecot.deliver("Unlocked")
    desktop.notifications.wait_toast("Unlocked")


def test_quit_does_not_wait_for_the_prompt(programs, desktop):
    """Nobody may be there to answer it."""
    program = programs()
    lock(desktop)
    program.start()
    wait_until(lambda: bool(visible(desktop, PROMPT)), "the keyring's prompt")
    assert program.run("quit").returncode == 0
    assert program.wait_end(6) == 0


def test_a_dismissed_prompt_comes_once_for_all_accounts_and_unlocking_later_is_noticed(programs, desktop):
    """No storm of prompts; whatever unlocks the keyring, the accounts go on."""
    program = programs(3)
    lock(desktop)
    program.start()
    wait_until(lambda: bool(visible(desktop, PROMPT)), "the keyring's prompt")
    desktop.key("Escape")
    wait_until(lambda: states(program) == ["needs-credentials"] * 3, "the accounts to say so")
    assert {each["error"] for each in program.status()} != {None}
    assert gone(desktop, PROMPT)
    unlock(desktop)
    wait_until(lambda: states(program) == ["watching"] * 3, "the accounts to be watched")
    assert gone(desktop, PROMPT)


def test_a_keyring_that_dies_over_its_prompt_is_asked_again_when_it_is_back(programs, desktop):
    """The prompt that nobody will ever answer is given up."""
    program = programs()
    lock(desktop)
    program.start()
    wait_until(lambda: bool(visible(desktop, PROMPT)), "the keyring's prompt")
    desktop.stop_keyring()
    program.wait_state("needs-credentials")
    desktop.start_keyring()
    program.wait_state("watching")


def test_without_a_keyring_the_password_is_asked_for_and_used(programs, dovecot, desktop):
    """In words that say what is missing; the answer is used although it cannot be kept."""
    program = programs()
    desktop.stop_keyring()
    program.start()
    record = program.wait_state("needs-credentials")
    assert "no keyring" in record["error"]
    tray = desktop.tray()
    tray.wait()
    wait_until(lambda: any("Enter the password" in label for label in tray.menu()), "the line in the menu")
    tray.click(next(entry.label for entry in tray.entries() if "Enter the password" in entry.label))
    tray.close()
    wait_window(desktop, "Password for")
    desktop.type(dovecot.password)
    desktop.key("Return")
    program.wait_state("watching")


def test_a_keyring_that_is_late_is_noticed(programs, desktop):
    """At log-in it may come after us."""
    program = programs()
    desktop.stop_keyring()
    program.start()
    program.wait_state("needs-credentials")
    desktop.start_keyring()
    program.wait_state("watching")


def test_a_keyring_that_is_restarted_is_not_missed(programs, dovecot, desktop):
    """Secrets are remembered: a reconnect needs no keyring, and a locked one asks nobody."""
    program = programs()
    program.start_watching()
    lock(desktop)
    dovecot.restart()
    program.wait_state("watching")
    dovecot.deliver("After both restarts")
    desktop.notifications.wait_toast("After both restarts", 60)
    desktop.stop_keyring()
    assert states(program) == ["watching"]
    assert gone(desktop, PROMPT)


def test_a_prompt_of_a_keyring_that_goes_with_the_session_bus_is_given_up(programs, dovecot, desktop):
    """What is watched already goes on without a keyring."""
    program = programs()
    lock(desktop)
    program.start()
    wait_until(lambda: bool(visible(desktop, PROMPT)), "the keyring's prompt")
    desktop.kill_bus()
    program.wait_state("needs-credentials")


def test_what_is_watched_goes_on_when_the_keyring_goes_with_the_session_bus(programs, dovecot, desktop):
    """A reconnect needs no keyring."""
    program = programs()
    program.start_watching()
    desktop.kill_bus()
    dovecot.restart()
    program.wait_state("watching")
    dovecot.deliver("Without bus and keyring")
    program.wait_unseen(1)
