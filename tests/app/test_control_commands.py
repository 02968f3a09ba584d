"""Requests of the command line are carried out, or refused in a sentence."""

from __future__ import annotations

import pytest

from tests.fakes.values import VALIDITY
from tray.app.control_commands import ControlCommands
from tray.imap.types import INBOX, Uid
from tray.mail.model.account import AccountId
from tray.mail.model.action import MessageAction
from tray.mail.model.message import MessageKey
from tray.mail.presentation.status_json import message_id
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

    def open_mail(self, token):
        self.calls.append(("open", token))

    def open_message(self, key, token):
        self.calls.append(("open", key, token))

    def act_unasked(self, action, keys):
        self.calls.append((action, keys))

    def undo(self):
        self.calls.append("undo")

    def mark_all_read(self):
        self.calls.append("mark-all-read")

    def quit(self):
        self.calls.append("quit")


KEY = MessageKey(AccountId("w"), INBOX, VALIDITY, Uid(7))


@pytest.fixture
def program():
    return Program()


def ask(program, **request):
    return ControlCommands(program, program, program, program, program).execute(request)


@pytest.mark.parametrize("command", ["check", "resume", "reload", "show", "undo", "mark-all-read", "quit"])
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
    assert ask(program, command="status") == {
        "ok": True,
        "status": {"state": "none", "unseen": 0, "accounts": []},
    }


@pytest.mark.parametrize("command", ["", "shutdown", "answer", None, 5, ["quit"]])
def test_an_unknown_command_is_refused(command, program):
    """A newer command line may ask an older instance."""
    assert not ask(program, command=command)["ok"]
    assert program.calls == []


def test_a_message_is_opened_with_the_token_of_the_click(program):
    assert ask(program, command="open") == {"ok": True}
    assert ask(program, command="open", message=message_id(KEY), token="t")["ok"]
    assert ask(program, command="open", message=None, token=5)["ok"]
    assert program.calls == [("open", ""), ("open", KEY, "t"), ("open", "")]


def test_an_action_is_done_with_the_messages_that_are_named(program):
    assert ask(program, command="act", action="archive", messages=[message_id(KEY)]) == {"ok": True}
    assert program.calls == [(MessageAction.ARCHIVE, (KEY,))]


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"command": "open", "message": "7"}, "'7' is not the id of a message"),
        ({"command": "open", "message": 7}, "not the id of a message"),
        ({"command": "act", "action": "explode", "messages": [message_id(KEY)]}, "An action is one of read,"),
        ({"command": "act", "action": "move", "messages": [message_id(KEY)]}, "An action is one of read,"),
        ({"command": "act", "action": ["read"], "messages": [message_id(KEY)]}, "An action is one of read,"),
        ({"command": "act", "action": "read"}, "Name 1 to 200 messages"),
        ({"command": "act", "action": "read", "messages": []}, "Name 1 to 200 messages"),
        ({"command": "act", "action": "read", "messages": message_id(KEY)}, "Name 1 to 200 messages"),
        ({"command": "act", "action": "read", "messages": [message_id(KEY)] * 201}, "Name 1 to 200 messages"),
        ({"command": "act", "action": "read", "messages": [message_id(KEY), "x"]}, "'x' is not the id"),
    ],
)
def test_what_names_no_message_or_action_is_refused_and_nothing_is_done(program, request_, says):
    reply = ask(program, **request_)
    assert not reply["ok"]
    assert says in reply["error"]
    assert program.calls == []
