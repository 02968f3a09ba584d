"""What the log may hold: no subject, address, password or token, whatever fails."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.program import Program
from tests.hostile.answers import hang_up, refuse
from tests.hostile.attacks import nested_1000_deep
from tests.hostile.server import HostileServer
from tests.rig.processes import wait_until
from tray.cli.running_instance import ask

SUBJECT, SENDER, ADDRESS = "Whistleblower-Subject", "Deep Throat", "deep.throat@garage.example.org"


@pytest.fixture
def server():
    """A server with a password that is easy to find."""
    with HostileServer(password="Pa55word-in-no-log") as server:
        yield server


@pytest.mark.parametrize("level", ["info", "warning"])
def test_no_secret_is_in_the_log(recording_desktop, server, level):
    """Log-in refused and accepted, by SASL and by LOGIN, connections lost, toasts shown, the disk gone."""
    program = Program(Path(tempfile.mkdtemp(prefix="logs-")), recording_desktop.env)
    program.add_account(server, "Work", "--no-check")

    def echo(client, tag):
        encoded = b64encode(f"\0{server.user}\0{server.password}".encode()).decode()
        client.say(f"* NO [ALERT] {encoded}", f"* BAD [ALERT] {quote(server.password, safe='')}")
        client.say(f"{tag} NO [AUTHENTICATIONFAILED] {server.password} of {ADDRESS} is wrong")

    def login(client, tag):
        client.say(f"{tag} BAD {server.password}?")

    server.answers["AUTHENTICATE"] = [
        echo,
        refuse("BAD"),
        refuse("BAD"),
        hang_up,
    ]  # after a BAD it is sent alone
    server.answers["LOGIN"] = [login]  # behind the BAD
    shown = len(recording_desktop.notifications.toasts())
    program.start("--log-level", level)
    try:
        for _ in range(3):
            wait_until(lambda: was_waiting(program), "a refusal")
        wait_until(lambda: state(program) == "watching" and server.idling() is not None, "watching")
        server.deliver(SUBJECT, f"{SENDER} <{ADDRESS}>")
        recording_desktop.notifications.wait_toast(SUBJECT)
        (program.profile / "state.sqlite3").chmod(0o400)
        server.capability = "IMAP4rev1 IDLE"
        server.answers["LOGIN"] = [login, login]
        before = server.commands[-1][0]
        server.wait_idling().do(nested_1000_deep)
        wait_until(
            lambda: was_waiting(program) and "LOGIN" in server.commands_since(before),
            "LOGIN",
        )
        wait_until(lambda: state(program) == "watching" and server.idling() is not None, "watching")
        said = program.log_text()
    finally:
        program.stop()
    toasts = recording_desktop.notifications.toasts()[shown:]
    assert not [toast for toast in toasts if " says: " in toast["body"]]
    for secret in (server.password, SUBJECT, SENDER, ADDRESS, "Whistleblower", "garage", f"{server.user}@"):
        assert secret not in said
    assert "Traceback" not in said


def state(program):
    """The state of its account; nothing while nobody answers."""
    return next((each["state"] for each in program.status()), "")


def was_waiting(program):
    """Whether it waited and was asked to try again."""
    waits = state(program) in {"waiting", "needs-credentials"}
    if waits:
        ask(program.socket, "check")
    return waits
