"""What menus and dialogs ask for an account, and for the program, reaches the part that does it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock

from tray.app.actions.program_actions import AccountActions, ProgramActions
from tray.mail.model.account import AccountId

WORK, GONE = AccountId("work"), AccountId("gone")


class Part:
    """Takes every call, and says in `done` what it was, with its name."""

    def __init__(self, name, done):
        self._name, self._done = name, done

    def __getattr__(self, method):
        def call(*arguments, **more):
            self._done.append((f"{self._name}.{method}", *arguments, *more.values()))

        return call


@pytest.fixture
def done():
    return []


@pytest.fixture
def actions(done):
    watches = {WORK: "the watch"}
    mail_service = SimpleNamespace(watch=watches.get, check_now=Part("mail", done).check_now)
    return AccountActions(mail_service, Part("settings", done), Part("window", done), Part("prompts", done))


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda actions: actions.check_now(), ("mail.check_now",)),
        (
            lambda actions: actions.ask_credentials_or_retry(WORK),
            ("prompts.ask_credentials_or_retry", "the watch"),
        ),
        (lambda actions: actions.show_certificate(WORK), ("prompts.ask_certificate", "the watch")),
        (lambda actions: actions.choose_folders(WORK), ("window.open", WORK)),
        (lambda actions: actions.mute(WORK, True), ("settings.mute", WORK, True)),
    ],
)
def test_what_is_asked_for_an_account_is_done(actions, done, ask, expected):
    ask(actions)
    assert done == [expected]


def test_of_an_account_that_is_gone_nothing_is_asked(actions, done):
    """The menu may be older than the removal."""
    actions.ask_credentials_or_retry(GONE)
    actions.show_certificate(GONE)
    assert done == []


@pytest.fixture
def program(done):
    clock = Clock()
    clock.stop = Part("reactor", done).stop
    parts = (Part(name, done) for name in ("windows", "settings", "first page"))
    return ProgramActions(clock, *parts)


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda program: program.show_window(), ("windows.show_window",)),
        (lambda program: program.open_settings(), ("settings.open",)),
        (lambda program: program.add_account(), ("first page.open",)),
        (lambda program: program.open_about(), ("settings.open", "about")),
    ],
)
def test_what_is_asked_of_the_program_is_done(program, done, ask, expected):
    ask(program)
    assert done == [expected]


def test_the_program_ends_after_the_answer_to_the_command_line(program, done):
    program.quit()
    assert done == []
    program.reactor.advance(0)
    assert done == [("reactor.stop",)]
