"""Requests of the command line are carried out, or refused in a sentence."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from tray.app.control_commands import ControlCommands
from tray.mail.presentation.summary import IconState, Summary
from tray.mail.settings.settings import SettingsError


class Program:
    """Mail service, pause, settings and program in one: writes down what was called."""

    def __init__(self):
        self.calls, self.error = [], None

    def summary(self):
        return Summary(IconState.QUIET, 0, ())

    def check_now(self):
        self.calls.append("check")

    def pause(self, seconds):
        self.calls.append(("pause", seconds))

    def resume(self):
        self.calls.append("resume")

    def reload(self):
        if self.error is not None:
            raise self.error
        self.calls.append("reload")

    def show_window(self):
        self.calls.append("show")

    def quit(self):
        self.calls.append("quit")


@pytest.fixture
def program():
    return Program()


def ask(program, **request):
    out = []
    commands = ControlCommands(program, program, program, program)
    Deferred.fromCoroutine(commands.answer(request)).addCallback(out.append)
    (reply,) = out
    return reply


@pytest.mark.parametrize("command", ["check", "resume", "reload", "show", "quit"])
def test_a_plain_command_is_carried_out(command, program):
    assert ask(program, command=command) == {"ok": True}
    assert program.calls == [command]


@pytest.mark.parametrize(
    ("minutes", "seconds"), [(None, None), (5, 300.0), (0.5, 30.0), (527_040, 366 * 86_400.0)]
)
def test_a_pause_is_given_in_minutes(minutes, seconds, program):
    assert ask(program, command="pause", minutes=minutes)["ok"]
    assert program.calls == [("pause", seconds)]


@pytest.mark.parametrize("minutes", [0, -1, 527_041, 1e9, "5", [], float("nan")])
def test_a_senseless_pause_is_refused(minutes, program):
    reply = ask(program, command="pause", minutes=minutes)
    assert not reply["ok"]
    assert "minutes" in reply["error"]
    assert program.calls == []


def test_a_broken_settings_file_is_named(program):
    program.error = SettingsError("Line 3 is wrong.")
    assert ask(program, command="reload") == {"ok": False, "error": "Line 3 is wrong."}


def test_status_has_the_shape_that_scripts_rely_on(program):
    assert ask(program, command="status") == {"ok": True, "status": {"accounts": []}}


@pytest.mark.parametrize("command", ["", "shutdown", "answer", None, 5, ["quit"]])
def test_an_unknown_command_is_refused(command, program):
    """A newer command line may ask an older instance."""
    assert not ask(program, command=command)["ok"]
    assert program.calls == []
