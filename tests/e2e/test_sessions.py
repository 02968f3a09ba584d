"""One user with two sessions: one program for both, which the second one finds."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.e2e.program import MAILBELL
from tests.e2e.windows import gone, wait_window
from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until

_OF_THE_SESSION = ("DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")


@pytest.fixture(scope="module")
def screens():
    """Two screens, each with its session's bus and folder."""
    with VirtualDesktop() as first, VirtualDesktop() as second:
        yield first, second


@pytest.fixture
def sessions(screens):
    """The environments of both, for the same user: home and files are those of the first."""
    first, second = screens
    shared = {**first.env, **{name: second.env[name] for name in _OF_THE_SESSION}}
    return {**first.env, "XDG_SESSION_ID": "c1", "XDG_VTNR": "7"}, {**shared, "XDG_SESSION_ID": "c2"}


@pytest.fixture
def running(sessions, tmp_path):
    """The program, on the first screen, ended with the test; what it said."""
    said = tmp_path / "said"
    with said.open("wb") as output:
        child = subprocess.Popen(
            MAILBELL, env=sessions[0], stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: run(sessions[0], "status").returncode == 0, "the program", 60)
        yield child
    finally:
        child.terminate()
        child.wait(60)


def run(env, *arguments, **more):
    return subprocess.run(
        [*MAILBELL, *arguments], env=env, capture_output=True, text=True, timeout=60, check=False, **more
    )


def test_the_second_session_is_shown_where_the_first_one_is(screens, sessions, running, artifacts):
    """Not only at a terminal: whoever clicked sees it on the own screen."""
    first, second = screens
    with subprocess.Popen(MAILBELL, env=sessions[1], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as other:
        wait_window(second, "^Mailbell$")
        second.screenshot(artifacts / "e2e-second-session.png")
        second.key("Escape")
        said, _ = other.communicate(timeout=60)
    assert other.returncode == 0
    display = first.env["DISPLAY"]
    assert said.decode() == (
        f"Mailbell is running already (on screen {display}, in session c1, tty7); its window is shown there.\n"
    )
    wait_window(first, "— Mailbell")
    assert gone(second, "— Mailbell")


def test_commands_from_the_second_session_reach_it(sessions, running):
    assert "no account" in run(sessions[1], "status").stdout.lower()
    assert run(sessions[1], "quit").returncode == 0
    assert running.wait(60) == 0
    done = run(sessions[1], "status")
    assert (done.returncode, "not running" in done.stderr) == (6, True)


def test_one_that_was_killed_is_no_obstacle(sessions, running, screens):
    running.kill()
    running.wait(60)
    with subprocess.Popen(
        MAILBELL, env=sessions[1], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as other:
        wait_until(lambda: run(sessions[0], "status").returncode == 0, "the second one", 60)
        other.terminate()


def test_one_that_does_not_listen_is_said(sessions, running, screens):
    """Its session's folder is removed when that session ends."""
    (socket,) = (each for each in _files(sessions[0]["XDG_RUNTIME_DIR"]) if each.endswith(".sock"))
    os.rename(socket, socket + ".away")  # noqa: PTH104
    try:
        done = run(sessions[1])
        assert done.returncode == 1
        assert f"process {running.pid}), but does not listen" in done.stderr
    finally:
        os.rename(socket + ".away", socket)  # noqa: PTH104


def _files(folder):
    return [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names]  # noqa: PTH118
