"""`mailbell doctor` on a desktop, with a real server, while the program runs; and with a keyring that is locked."""

from __future__ import annotations

import json

import pytest

from tests.e2e.program import Program
from tests.e2e.typeable import TypeableDovecot
from tests.e2e.windows import visible
from tests.real.dovecot import Certificate, Dovecot
from tests.rig.desktop import VirtualDesktop
from tests.rig.keyring import PROMPT, let_it_ask


def doctor(program, *options):
    """Each group of findings by its id, with the marks and the sentences; and the exit code."""
    done = program.run("doctor", "--json", "--timeout", "50", *options)
    assert done.stderr == ""
    groups: dict[str, list[tuple[str, str]]] = {}
    for group in json.loads(done.stdout)["groups"]:
        groups.setdefault(group["id"], []).extend((each["mark"], each["found"]) for each in group["findings"])
    return groups, done.returncode


def test_on_a_desktop_where_everything_works_no_problem_is_found(recorder, program, dovecot):
    dovecot.deliver("unread")
    program.add_account(dovecot)
    program.start_watching()
    program.wait_unseen(1)
    groups, code = doctor(program, "--toast")
    problems = [each for group in groups.values() for each in group if each[0] == "problem"]
    assert (problems, code) == ([], 0)
    assert ("ok", "The panel has Mailbell's icon.") in groups["tray"]
    assert ("ok", "The session bus answers.") in groups["buses"]
    assert ("ok", "Qt can use the screen (xcb).") in groups["screen"]
    assert any(found.startswith("Work: watching, 1 unread") for _, found in groups["running"])
    steps = [found.partition(" (")[0] for _, found in groups["account"]]
    assert "anna is logged in." in steps
    assert "INBOX holds 1 message." in steps
    assert "The server announces new mail at once" in steps
    recorder.notifications.wait_toast("This is how Mailbell tells you of new mail.")
    with dovecot.imap("INBOX") as imap:
        assert imap.search(None, "UNSEEN")[1] == [b"1"]


@pytest.fixture
def keyring_desktop():
    """A desktop with an open keyring, and somebody to ask for its password."""
    with VirtualDesktop(notifier="record", keyring="unlocked") as desktop:
        let_it_ask(desktop)
        yield desktop


def test_a_locked_keyring_is_told_and_nobody_is_asked_to_open_it(keyring_desktop, tmp_path):
    program = Program(tmp_path, keyring_desktop.env)
    with TypeableDovecot() as dovecot:
        done = program.run(
            *(
                "account",
                "add",
                "--name",
                "Work",
                "--email",
                f"{dovecot.user}@example.org",
                "--user",
                dovecot.user,
            ),
            *("--host", dovecot.host, "--port", str(dovecot.port_tls), "--ca-file", dovecot.ca_file),
            "--password-stdin",
            stdin=dovecot.password + "\n",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        groups, _ = doctor(program)
        assert ("ok", "The keyring is open (gnome-keyring-d).") in groups["keyring"]
        assert any(found.startswith(f"{dovecot.user} is logged in.") for _, found in groups["account"])
        keyring_desktop.stop_keyring()
        keyring_desktop.start_keyring(locked=True)
        groups, code = doctor(program)
    assert code == 1
    assert groups["keyring"] == [("problem", "The keyring is locked (gnome-keyring-d).")]
    assert ("note", "The log-in was not tried. The keyring is locked.") in groups["account"]
    assert not visible(keyring_desktop, PROMPT)


def test_a_certificate_that_has_expired_and_a_server_that_hangs_are_told(program):
    with Dovecot(certificate=Certificate.EXPIRED) as expired, Dovecot() as frozen:
        for name, server in (("Old", expired), ("Frozen", frozen)):
            program.add_account(server, name, "--no-check")
        frozen.freeze()
        done = program.run("doctor", "--json", "--timeout", "10")
        frozen.thaw()
    assert done.returncode == 1
    old, hanging = [
        group["findings"] for group in json.loads(done.stdout)["groups"] if group["id"] == "account"
    ]
    assert old[-1]["mark"] == hanging[-1]["mark"] == "problem"
    assert "has expired" in old[-1]["found"]
    assert "in time" in hanging[-1]["found"]
