"""Requests of the command line are carried out, or refused in a sentence."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from tray.app.control_commands import ControlCommands, answer
from tray.mail.presentation.summary import IconState, Summary


@pytest.fixture
def calls():
    return []


def ask(calls, **request):
    commands = ControlCommands(
        summary=lambda: Summary(IconState.QUIET, 0, ()),
        check_now=lambda: calls.append("check"),
        pause=lambda seconds: calls.append(("pause", seconds)),
        resume=lambda: calls.append("resume"),
        reload=lambda: calls.append("reload"),
        show=lambda: calls.append("show"),
        quit=lambda: calls.append("quit"),
    )
    out = []
    Deferred.fromCoroutine(answer(commands, request)).addCallback(out.append)
    (reply,) = out
    return reply


@pytest.mark.parametrize("command", ["check", "resume", "reload", "show", "quit"])
def test_a_plain_command_is_carried_out(command, calls):
    """And confirmed."""
    assert ask(calls, command=command) == {"ok": True}
    assert calls == [command]


@pytest.mark.parametrize(("minutes", "seconds"), [(None, None), (5, 300.0), (0.5, 30.0)])
def test_a_pause_is_given_in_minutes(minutes, seconds, calls):
    """None is until resumed."""
    assert ask(calls, command="pause", minutes=minutes)["ok"]
    assert calls == [("pause", seconds)]


@pytest.mark.parametrize("minutes", [0, -1, 1e9, "5", [], float("nan")])
def test_a_senseless_pause_is_refused(minutes, calls):
    """In a sentence."""
    reply = ask(calls, command="pause", minutes=minutes)
    assert not reply["ok"]
    assert "minutes" in reply["error"]
    assert calls == []


def test_status_has_the_shape_that_scripts_rely_on(calls):
    """An object with a list of accounts."""
    assert ask(calls, command="status") == {"ok": True, "status": {"accounts": []}}


@pytest.mark.parametrize("command", ["", "shutdown", None, 5])
def test_an_unknown_command_is_refused(command, calls):
    """A newer command line may ask an older instance."""
    assert not ask(calls, command=command)["ok"]
