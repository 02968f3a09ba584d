"""What the terminal shows while a server is looked for."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from twisted.internet.defer import Deferred

from tray.cli.account import add
from tray.cli.exit_codes import CommandFailed
from tray.mail.model.account import Security
from tray.mail.setup.discovery import Attempt, Candidate, NoNetwork, Source, State

CANDIDATE = Candidate("imap.example.org", 993, Security.TLS, "anna@example.org", Source.SERVICES)
ELSEWHERE = Candidate(
    "imap.hoster.net", 143, Security.STARTTLS, "anna@example.org", Source.SERVICES, to_confirm=True
)


@pytest.fixture
def find(monkeypatch):
    """Find with an answer of the test's choice."""

    def find(answer, **changes):
        async def discover(reactor, email, providers, on_attempt, *, ask_thunderbird):
            on_attempt(Attempt(Source.SHIPPED, State.NOTHING))
            on_attempt(Attempt(Source.AUTOCONFIG, State.ASKING))
            on_attempt(Attempt(Source.AUTOCONFIG, State.LATE))
            return answer

        monkeypatch.setattr("tray.net.setup.discovery.discover", discover)
        arguments = SimpleNamespace(
            **{"email": "anna@example.org", "ask_thunderbird": False, "password_stdin": False, **changes}
        )
        outcome = []
        Deferred.fromCoroutine(add.find(None, arguments)).addBoth(outcome.append)
        (result,) = outcome
        if hasattr(result, "raiseException"):
            result.raiseException()
        return result

    return find


def test_each_source_is_named_as_it_is_asked(find, capsys):
    assert find(CANDIDATE) is CANDIDATE
    assert capsys.readouterr().out.splitlines() == [
        "Asking: the configuration file of example.org… no answer in time.",
        "Found: imap.example.org:993, TLS (the DNS service records of example.org).",
    ]


def test_nothing_found_is_a_sentence(find):
    with pytest.raises(
        CommandFailed, match=r"No mail server was found for example\.org\. Give it with --host"
    ):
        find(None)


def test_without_a_name_server_it_is_not_said_that_there_is_no_server(find):
    with pytest.raises(CommandFailed, match=r"cannot be looked up now .* Check that this computer is online"):
        find(NoNetwork())


@pytest.mark.parametrize(("typed", "taken"), [("y", True), ("YES ", True), ("", False), ("n", False)])
def test_a_server_elsewhere_is_used_only_where_the_user_agrees(find, monkeypatch, typed, taken):
    """RFC 6186, section 6."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda _: typed)
    if taken:
        assert find(ELSEWHERE) is ELSEWHERE
    else:
        with pytest.raises(CommandFailed, match=r"--host imap\.hoster\.net --port 143 --security starttls"):
            find(ELSEWHERE)


@pytest.mark.parametrize("changes", [{"password_stdin": True}, {}])
def test_without_anybody_to_ask_a_server_elsewhere_is_not_used(find, monkeypatch, changes):
    """A script says which server it means."""
    terminal = SimpleNamespace(isatty=lambda: bool(changes))
    monkeypatch.setattr(sys, "stdin", terminal)
    with pytest.raises(CommandFailed, match=r"imap\.hoster\.net is not in example\.org"):
        find(ELSEWHERE, **changes)
