"""The whole program on servers as people report them: every mail that can be announced is announced, once."""

from __future__ import annotations

import pytest

from tests.e2e.program import Program
from tests.hostile.server import HostileServer
from tests.rig.processes import wait_until
from tray.cli.running_instance import ask


@pytest.fixture
def server():
    """Three old mails."""
    with HostileServer() as server:
        yield server


@pytest.fixture
def watch(recording_desktop, server, tmp_path):
    """Starts the program and waits until it idles."""
    program = Program(tmp_path, recording_desktop.env)
    program.add_account(server)

    def start() -> Program:
        program.start_watching()
        server.wait_idling()
        return program

    yield start
    program.stop()


def toasts_about(recording_desktop, text):
    """How many toasts show it."""
    toasts = recording_desktop.notifications.toasts()
    return len({each["id"] for each in toasts if text in each["body"] or text in each["summary"]})


def test_one_bad_mail_hides_no_other(recording_desktop, server, watch):
    """Yahoo; on one connection, and not asked for at each look."""
    server.bad = {2}
    program = watch()
    connections = len(server.accepted)
    titles = [mail["subject"] for mail in program.status()[0]["latest"]]
    assert titles == ["Old 2", "Old 0"]
    server.bad.add(5)
    for text in ("First of four.", "Second of four.", "Third of four."):
        server.deliver(text)
    wait_until(lambda: toasts_about(recording_desktop, "Third of four."), "a toast", 60)
    assert toasts_about(recording_desktop, "First of four.") == 1
    assert toasts_about(recording_desktop, "Second of four.") == 0
    server.deliver("Fourth of four.")
    wait_until(lambda: toasts_about(recording_desktop, "Fourth of four."), "a toast", 60)
    assert len(server.accepted) == connections
    assert program.status()[0]["state"] == "watching"
    assert "Traceback" not in program.log_text()


def test_a_mail_whose_headers_come_late_is_announced_soon(recording_desktop, server, watch):
    """Long before the next renewal."""
    watch()
    connections = len(server.accepted)
    server.without_headers = [4]
    server.deliver("Headers came late.")
    wait_until(lambda: toasts_about(recording_desktop, "Headers came late."), "a toast", 60)
    assert toasts_about(recording_desktop, "Headers came late.") == 1
    assert len(server.accepted) == connections


def test_a_mail_that_never_has_headers_is_announced_without_a_title(recording_desktop, server, watch):
    """Rather than never."""
    program = watch()
    server.without_headers = [4] * 10
    before = len(recording_desktop.notifications.toasts())
    server.deliver("Never seen.")
    wait_until(lambda: len(recording_desktop.notifications.toasts()) > before, "a toast", 60)
    assert toasts_about(recording_desktop, "Never seen.") == 0
    assert len(program.status()[0]["latest"]) == 4


def test_a_server_whose_idle_shows_nothing_is_checked_each_minute(recording_desktop, server, watch):
    """GNU mailutils. The first mail is found because somebody asks, the second by itself."""
    server.silent = True
    program = watch()
    connections = len(server.accepted)
    server.deliver("Found by asking.")
    ask(program.socket, "check")
    wait_until(lambda: toasts_about(recording_desktop, "Found by asking."), "a toast", 60)
    server.deliver("Found within a minute.")
    wait_until(lambda: toasts_about(recording_desktop, "Found within a minute."), "a toast", 75)
    assert len(server.accepted) == connections


def test_an_emptied_mailbox_that_begins_anew(recording_desktop, server, watch):
    """Its next mail has UID 1 again, under the same UIDVALIDITY."""
    watch()
    server.mails.clear()
    server.wait_idling().do(lambda each: each.say("* 3 EXPUNGE", "* 2 EXPUNGE", "* 1 EXPUNGE"))
    server.deliver("One again.")
    wait_until(lambda: toasts_about(recording_desktop, "One again."), "a toast", 60)
    assert toasts_about(recording_desktop, "One again.") == 1


def test_lines_that_make_no_sense_end_no_connection(recording_desktop, server, watch):
    """Nor do they fill the log."""
    program = watch()
    connections = len(server.accepted)
    lines = (
        "* FLAGS NIL",
        "* ",
        r'* LIST () "/" "Old\"',
        "* XNEWS (",
        "ZZZZ OK who",
        "* 1 FETCH (FLAGS NIL)",
    )
    server.wait_idling().do(lambda each: each.say(*lines * 5000))
    server.deliver("Behind the noise.")
    wait_until(lambda: toasts_about(recording_desktop, "Behind the noise."), "a toast", 60)
    assert len(server.accepted) == connections
    ignored = program.log_text().count("Unreadable response ignored")
    assert ignored == 2 * 5  # in the log file and on the terminal
