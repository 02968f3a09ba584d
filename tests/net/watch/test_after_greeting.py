"""The code for what follows the greeting is imported while the server has its turn."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock

from tests.mail.make import account
from tray.imap import envelope
from tray.mail.model.account import Security
from tray.net.deferreds import OneShotEvent
from tray.net.watch import after_greeting

LATE = ("colorsys", "sched")
"""What nothing here imports."""


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Any:
    """One whose handshake has not ended, in a program that has imported nothing of it."""
    monkeypatch.setattr(after_greeting, "_MODULES", LATE)
    for name in LATE:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return SimpleNamespace(secured=OneShotEvent())


def loaded() -> list[bool]:
    return [name in sys.modules for name in LATE]


def test_it_is_imported_when_the_last_message_of_the_handshake_is_written(
    connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    after_greeting.import_meanwhile(clock, connection, account(security=Security.TLS))
    clock.advance(1)
    assert loaded() == [False, False]
    connection.secured.set(None)
    assert loaded() == [False, False]
    read = []
    monkeypatch.setattr(envelope, "envelope", lambda header, date: read.append(header))
    clock.advance(0.001)
    assert loaded() == [True, True]
    assert b"From:" in read[0]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.NONE])
def test_without_a_handshake_it_is_imported_at_once(connection: Any, security: Security) -> None:
    clock = Clock()
    after_greeting.import_meanwhile(clock, connection, account(security=security))
    assert loaded() == [False, False]
    clock.advance(0.001)
    assert loaded() == [True, True]


@pytest.mark.usefixtures("nothing_unhandled")
def test_nothing_is_imported_for_a_handshake_that_fails(connection: Any) -> None:
    clock = Clock()
    after_greeting.import_meanwhile(clock, connection, account(security=Security.TLS))
    connection.secured.fail(ConnectionLost())
    clock.advance(60)
    assert (loaded(), clock.getDelayedCalls()) == ([False, False], [])


def test_later_connections_have_it(connection: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LATE:
        monkeypatch.setitem(sys.modules, name, sys)
    clock = Clock()
    after_greeting.import_meanwhile(clock, connection, account(security=Security.NONE))
    connection.secured.set(None)
    assert clock.getDelayedCalls() == []
