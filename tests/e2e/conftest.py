"""A desktop, a mail server and the program, all real; what went wrong is kept in artifacts/."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.real.dovecot import Dovecot
from tests.rig.desktop import VirtualDesktop

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"


@pytest.fixture(scope="session")
def artifacts():
    """Where screenshots are kept for somebody to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS


@pytest.fixture(scope="session")
def desktop():
    """Xfce's panel and notification server on a screen of their own."""
    with VirtualDesktop() as desktop:
        yield desktop


@pytest.fixture
def recorder():
    """A desktop whose notification server records everything and lets the test click."""
    with VirtualDesktop(notifier="record") as desktop:
        yield desktop


@pytest.fixture
def dovecot():
    """A mail server with one user and an empty mailbox."""
    with Dovecot() as dovecot:
        yield dovecot


@pytest.fixture
def env(tmp_path):
    """A user without a screen, a session bus or a keyring."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TZ", "PYTHONPATH"}}
    return {**kept, "HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"}


@pytest.fixture
def program(tmp_path, request):
    """The program, on whatever desktop the test asks for, or without a screen; ended with the test."""
    name = next((name for name in ("desktop", "recorder") if name in request.fixturenames), "env")
    where = request.getfixturevalue(name)
    program = Program(tmp_path, where if name == "env" else where.env)
    yield program
    program.stop()
