"""OAuth2 whole: sign in, watch, renew, lose it, sign in again; authorisation server, Dovecot and keyring are real."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.program import MAILBELL, Program
from tests.e2e.windows import gone, wait_window
from tests.real.authorization_server import AuthorizationServerFixture, browse
from tests.real.dovecot import Dovecot
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until

LIFE = 4
"""Seconds that an access token lives, where a test waits for its end."""


@pytest.fixture
def oauth_server():
    """An authorisation server."""
    with AuthorizationServerFixture() as oauth_server:
        yield oauth_server


@pytest.fixture
def desktop():
    """A desktop with an open keyring."""
    with VirtualDesktop(keyring="unlocked", notifier="record") as desktop:
        yield desktop


@pytest.fixture
def program(tmp_path, desktop):
    """The program, ended with the test."""
    program = Program(tmp_path, desktop.env)
    yield program
    program.stop()


def server(oauth_server, mechanism):
    """A mail server that takes tokens, and asks the authorisation server about each."""
    dovecot = Dovecot(mechanisms=f"plain {mechanism}")
    with dovecot._configuration.open("a") as configuration:
        configuration.write(oauth_server.introspection(dovecot.home))
    return dovecot


def sign_in(program, *words, device=None):
    """Run a command that signs in, and be the browser; what it printed."""
    argv = [*MAILBELL, "--profile", str(program.profile), *words]
    with subprocess.Popen(
        argv, env={**program.env, "DISPLAY": ""}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        assert child.stdout is not None
        said = ""
        for line in child.stdout:
            said += line
            if line.strip().startswith("http"):
                browse(line.strip())
            if device is not None and "Enter the code" in line:
                device.type_code(line.split()[3])
        assert child.wait(60) == 0, said
    return said


def add(program, dovecot, *more, device=None):
    """Add the account by signing in."""
    return sign_in(
        program,
        *("account", "add", "--name", "Work", "--email", "anna@example.org", "--user", dovecot.user),
        *("--host", dovecot.host, "--port", str(dovecot.port_tls), "--ca-file", dovecot.ca_file),
        *("--sign-in", "--oauth", "test", *more),
        device=device,
    )


def children(pid):
    """A process and all below it."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, begun = set(), {pid}
    while begun:
        found |= begun
        begun = {child for child, parent in pairs if parent in begun} - found
    return found


def assert_no_token_shows(program, oauth_server):
    """Neither in a file of ours, nor in a log, nor in the words or the environment of a process."""
    texts = [program.log_text().encode()]
    texts += [path.read_bytes() for path in program.profile.rglob("*") if path.is_file()]
    for pid in children(program.pid):
        for name in ("cmdline", "environ"):
            with suppress(OSError):  # it may have ended
                texts.append(Path(f"/proc/{pid}/{name}").read_bytes())
    secrets = oauth_server.state()["secrets"]
    assert secrets
    assert not [secret for secret in secrets for text in texts if secret.encode() in text]


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_from_the_sign_in_to_the_toast_and_past_the_end_of_the_token(
    program, desktop, oauth_server, mechanism
):
    """Tokens that end, early or in time, cost nobody a thought; what was taken back is said, once."""
    with server(oauth_server, mechanism) as dovecot:
        assert program.run(*oauth_server.settings()).returncode == 0
        added = add(program, dovecot)
        assert "anna is logged in" in added
        program.start_watching()
        dovecot.deliver("By token")
        desktop.notifications.wait_toast("By token")
        assert f"method={mechanism.upper()}" in dovecot.log_text()

        oauth_server.change(life=LIFE)
        oauth_server.end_access()  # early: the server says no, and gets another
        dovecot.restart()
        wait_until(lambda: oauth_server.asked("refresh_token") == 1, "the renewal")
        program.wait_state("watching")
        assert program.run("account", "check").returncode == 0

        oauth_server.revoke()
        before = oauth_server.asked("refresh_token")
        dovecot.restart()
        status = program.wait_state("needs-credentials", 60)
        assert "sign" in status["error"].lower() or "access token" in status["error"]
        for _ in range(3):  # who looks again and again does not ask again and again
            program.run("check")
        program.wait_state("needs-credentials")
        assert oauth_server.asked("refresh_token") - before <= 1
        assert oauth_server.asked("replayed") == 0

        oauth_server.change(life=3600)
        sign_in(program, "account", "sign-in", "Work")
        program.wait_state("watching")
        dovecot.deliver("Signed in again")
        desktop.notifications.wait_toast("Signed in again")
        assert_no_token_shows(program, oauth_server)


def test_folders_and_the_command_line_share_renewals_and_offline_is_waited_out(program, oauth_server):
    """A refresh token is good for one use only; and no network is no reason to ask the user."""
    with server(oauth_server, "xoauth2") as dovecot:
        assert program.run(*oauth_server.settings()).returncode == 0
        dovecot.imap().create("Lists")
        oauth_server.change(life=1)
        lists = ("--mailbox", "INBOX", "--mailbox", "Lists")
        add(program, dovecot, *lists, "--device", "--no-check", device=oauth_server)
        oauth_server.change(life=3600)
        added = time.monotonic()
        wait_until(lambda: time.monotonic() - added > 1, "the end of the access token")
        program.start_watching()
        assert oauth_server.asked("refresh_token") == 1  # ended: both wait for one renewal

        oauth_server.change(life=1)
        oauth_server.end_access()
        dovecot.restart()
        wait_until(lambda: oauth_server.asked("refresh_token") == 2, "the one renewal for both")
        program.wait_state("watching")

        oauth_server.change(life=3600)
        oauth_server.end_access()
        checked = program.run("account", "check")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert oauth_server.asked("refresh_token") == 3
        dovecot.restart()
        dovecot.deliver("With what the command line got")
        program.wait_unseen(1)
        assert (oauth_server.asked("refresh_token"), oauth_server.asked("replayed")) == (3, 0)

        oauth_server.end_access()
        oauth_server.stop()
        dovecot.restart()
        status = program.wait_state("waiting")
        assert status["error"]


def test_a_sign_in_in_the_dialog_through_the_desktops_browser(
    program, desktop, oauth_server, artifacts, tmp_path
):
    """By keyboard; xdg-open is whatever the desktop has, here a browser that follows where it is led."""
    with server(oauth_server, "xoauth2") as dovecot:
        assert program.run(*oauth_server.settings()).returncode == 0
        tools = tmp_path / "tools"
        tools.mkdir()
        opened = tmp_path / "opened"
        script = tools / "xdg-open"
        script.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {opened}.part && mv {opened}.part {opened}\n')
        script.chmod(0o755)
        program.env = {**program.env, "PATH": f"{tools}:{program.env['PATH']}"}
        add(program, dovecot)
        program.start_watching()
        oauth_server.revoke()
        dovecot.restart()
        program.wait_state("needs-credentials")
        tray = desktop.tray()
        wait_until(lambda: "Sign in for Work…" in tray.menu(), "the line in the menu")
        tray.click("Sign in for Work…")
        wait_window(desktop, "Sign in for")
        desktop.screenshot(artifacts / "e2e-oauth-again.png")
        desktop.key("space")
        wait_until(opened.exists, "the browser")
        browse(opened.read_text())
        program.wait_state("watching")
        wait_until(lambda: gone(desktop, "Sign in for"), "the dialog to close by itself")
        tray.close()
        dovecot.deliver("From the dialog")
        desktop.notifications.wait_toast("From the dialog")
        assert_no_token_shows(program, oauth_server)


def test_a_client_secret_goes_to_the_keyring_and_a_wrong_word_is_a_sentence(program):
    """The command line of OAuth2."""
    done = program.run(
        "oauth", "set", "google", "--client-id", "mine", "--client-secret-stdin", stdin="hush\n"
    )
    assert done.returncode == 0, done.stderr
    settings = (program.profile / "settings.toml").read_text()
    assert "has_secret = true" in settings
    assert "hush" not in settings
    assert "google  Google  mine" in program.run("oauth", "list").stdout
    for words, code in (
        (("oauth", "set", "own", "--client-id", "x"), 2),
        (("oauth", "set", "own", "--client-id", "x", "--token", "http://example.org/"), 2),
        (("oauth", "set", "microsoft"), 2),
        (("oauth", "remove", "own"), 2),
        (("account", "sign-in", "Nobody"), 2),
    ):
        done = program.run(*words)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done
        assert done.stderr.count("\n") == 1
    assert program.run("oauth", "remove", "google").returncode == 0
    assert "needs a client id" in program.run("oauth", "list").stdout
