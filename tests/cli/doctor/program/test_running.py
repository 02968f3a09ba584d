"""What the running Mailbell says of itself."""

from __future__ import annotations

import json
import os

import pytest

from tray.cli.doctor.finding import Mark
from tray.cli.doctor.program.running import Running, findings, look, process_of
from tray.desktop.storage.paths import planned

NOW = 1_800_000_000.0
WATCHING = {
    "name": "Work",
    "state": "watching",
    "unseen": 3,
    "last_confirmed": "2027-01-15T07:59:00Z",
    "error": None,
    "latest": [],
}


def seen(**fields):
    return Running(7, "on screen :0", {"accounts": [{**WATCHING, **fields}]})


def shown(running, *, tested=True):
    return [(each.mark, each.found) for each in findings(running, tested=tested, now=NOW)]


def test_each_account_is_shown_as_by_status():
    assert shown(seen()) == [
        (Mark.OK, "Mailbell is running (on screen :0)."),
        (Mark.OK, "Work: watching, 3 unread, last confirmed 1 minute ago"),
    ]


def test_how_the_folders_share_a_connection_is_told_in_the_same_line():
    assert shown(seen(folders_announced=29))[1][1] == (
        "Work: watching, 3 unread, last confirmed 1 minute ago. "
        "New mail in 29 more folders is announced over this connection"
    )


@pytest.mark.parametrize(("tested", "mark"), [(True, Mark.NOTE), (False, Mark.PROBLEM)])
def test_what_an_account_complains_of_counts_once(tested, mark):
    """Where it is tested, the test counts."""
    found = shown(seen(error="The password is refused."), tested=tested)[1]
    assert found[0] is mark
    assert found[1].endswith(". The password is refused.")


@pytest.mark.parametrize(
    ("running", "mark", "words"),
    [
        (Running(), Mark.NOTE, "not running"),
        (Running(7, failure="it does not listen"), Mark.PROBLEM, "does not listen"),
        (Running(7, "on the computer attic", elsewhere=True), Mark.NOTE, "attic"),
    ],
)
def test_one_that_cannot_be_asked_is_told(running, mark, words):
    ((found, sentence),) = shown(running)
    assert found is mark
    assert words in sentence


@pytest.mark.parametrize("status", [{}, {"accounts": 1}, {"accounts": [{}]}, {"accounts": [None]}])
def test_an_answer_of_another_version_is_told(status):
    assert shown(Running(7, "", status))[-1][0] is Mark.PROBLEM


def test_only_a_program_that_answers_has_a_process():
    assert process_of(seen()) == 7
    assert process_of(Running(7, failure="it does not listen")) is None


def test_a_process_that_holds_the_lock_but_does_not_listen_is_told_from_one_that_has_ended(tmp_path):
    paths = planned(tmp_path)
    holder = {"host": os.uname().nodename, "socket": str(paths.socket)}
    paths.lock.write_text(json.dumps({**holder, "pid": 2**22 + 1}))
    assert look(paths) == Running()
    paths.lock.write_text(json.dumps({**holder, "pid": os.getpid(), "display": ":9"}))
    assert look(paths).process in {None, os.getpid()}  # by whatever name this test was started


def test_one_on_another_computer_is_not_asked(tmp_path):
    paths = planned(tmp_path)
    paths.lock.write_text(json.dumps({"host": "attic", "socket": "/run/x", "pid": 1}))
    assert look(paths).elsewhere
