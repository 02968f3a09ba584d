"""A click on a toast moves a mail on the server, once, though the program is killed before it was sent."""

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
    wait_until(lambda: queued(watching) == 0, "the end of the action", 30)
    assert subjects(dovecot, "INBOX") == ["An old mail"]
    assert subjects(dovecot, "Archive") == ["Lunch on Friday?"]
    assert "Traceback" not in watching.log_text()
