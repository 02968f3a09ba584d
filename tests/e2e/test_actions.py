"""What a click on a toast began is done once, though the program is killed before: a move, a reminder."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.rig.processes import wait_until


@pytest.fixture
def watching(program, dovecot, recorder):
    """The program, on an account with an archive."""
    dovecot.imap().create("Archive")
    dovecot.deliver("An old mail")
    program.add_account(dovecot)
    settings = program.profile / "settings.toml"
    settings.write_text('toast_buttons = ["archive", "snooze"]\n' + settings.read_text("utf-8"), "utf-8")
    program.start_watching()
    program.wait_unseen(1)
    return program


def subjects(dovecot, mailbox):
    """The subjects in a folder, as another client sees them."""
    client = dovecot.imap(f'"{mailbox}"')
    _, found = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    client.logout()
    return [each[1].decode().strip().removeprefix("Subject: ") for each in found if isinstance(each, tuple)]


def queued(program):
    """How many actions are on disk."""
    with closing(sqlite3.connect(f"file:{program.profile / 'state.sqlite3'}?mode=ro", uri=True)) as state:
        return state.execute("SELECT count(*) FROM pending_action").fetchone()[0]


def test_a_click_is_done_once_though_the_program_is_killed_before_it_was_sent(watching, dovecot, recorder):
    """And the server is away while it starts again."""
    dovecot.deliver("Lunch on Friday?")
    recorder.notifications.wait_toast("Lunch on Friday?")
    (toast,) = recorder.notifications.live()
    recorder.notifications.invoke(toast, "archive")
    wait_until(lambda: queued(watching) == 1, "the action on disk")
    watching.wait_unseen(1)
    watching.kill()
    assert subjects(dovecot, "INBOX") == ["An old mail", "Lunch on Friday?"]
    with dovecot.stopped():
        watching.start()
        wait_until(lambda: bool(watching.status()), "the program")
        watching.wait_unseen(1)
    watching.wait_state("watching")
    wait_until(lambda: queued(watching) == 0, "the end of the action", 60)
    assert subjects(dovecot, "INBOX") == ["An old mail"]
    assert subjects(dovecot, "Archive") == ["Lunch on Friday?"]
    assert "Traceback" not in watching.log_text()


def reminders(program):
    """How many reminders are on disk."""
    with closing(sqlite3.connect(f"file:{program.profile / 'state.sqlite3'}?mode=ro", uri=True)) as state:
        return state.execute("SELECT count(*) FROM reminder").fetchone()[0]


def test_a_reminder_and_a_pause_outlast_the_end_of_the_program(watching, dovecot, recorder):
    """The time of the reminder passes while it does not run."""
    dovecot.deliver("Lunch on Friday?")
    recorder.notifications.wait_toast("Lunch on Friday?")
    (toast,) = recorder.notifications.live()
    recorder.notifications.invoke(toast, "snooze")
    wait_until(lambda: reminders(watching) == 1, "the reminder on disk")
    wait_until(lambda: not recorder.notifications.live(), "the end of the toast")
    watching.kill()
    with closing(sqlite3.connect(watching.profile / "state.sqlite3")) as state, state:
        state.execute("UPDATE reminder SET due = due - 7200")
    watching.start()
    watching.wait_state("watching")
    wait_until(lambda: len(recorder.notifications.live()) == 1, "the reminder")
    wait_until(lambda: reminders(watching) == 0, "its end on disk")
    assert watching.run("pause").returncode == 0
    watching.wait_state("paused")
    watching.kill()
    watching.start()
    watching.wait_state("paused")
    assert watching.run("resume").returncode == 0
    watching.wait_state("watching")
    assert "Traceback" not in watching.log_text()
