"""What a server says besides is told to the user, where it is known who speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.net.accounts import CLEAR, PASSWORD, SECRET, STARTTLS, TLS
from tests.net.wire import Wire
from tray.imap.events import ResponseCode, Status, Tagged
from tray.mail.model.status import Problem, ProblemKind
from tray.net.watch.server_alerts import ServerAlerts, alert_of

FAM = "Filesystem notification initialization error -- contact your mail administrator (FAM/Gamin library)"


@pytest.mark.parametrize("said", [Status, lambda *told: Tagged(b"1", *told)])
def test_an_alert_is_told_in_the_servers_words(said) -> None:
    text = "Your mailbox is almost full."
    assert alert_of(said("OK", ResponseCode("ALERT"), text), TLS) == Problem(
        ProblemKind.ALERT, f"mail.example.org says: {text}", "", text
    )


def test_a_long_alert_is_cut_and_known_whole() -> None:
    problem = alert_of(Status("OK", ResponseCode("ALERT"), "x" * 400), TLS)
    assert problem is not None
    assert len(problem.sentence) < 300
    assert problem.sentence.endswith("x…")
    assert problem.server_text == "x" * 400


def test_over_quota_is_told_in_ours() -> None:
    problem = alert_of(Status("NO", ResponseCode("OVERQUOTA"), "Quota exceeded"), TLS)
    assert problem is not None
    assert problem.kind is ProblemKind.OVER_QUOTA
    assert "full" in problem.sentence
    assert "Delete" in problem.advice


GMAIL = "Account exceeded command or bandwidth limits. (Failure)"


@pytest.mark.parametrize(
    "said",
    [
        Tagged(b"1", "NO", ResponseCode("ALERT"), GMAIL),
        Tagged(b"1", "NO", ResponseCode("OVERQUOTA"), GMAIL),
        Tagged(b"1", "NO", ResponseCode("OVERQUOTA"), ""),
        Tagged(b"1", "NO", ResponseCode("ALERT"), "Too many simultaneous connections. (Failure)"),
        Status("NO", ResponseCode("OVERQUOTA"), GMAIL),
        Status("BYE", ResponseCode("ALERT"), GMAIL),
    ],
)
def test_a_limit_that_passes_is_left_to_the_status_which_ends_with_it(said) -> None:
    """A toast, and a remark for as long as the connection lasts, would stay behind; nor is a mailbox full."""
    assert alert_of(said, TLS) is None


@pytest.mark.parametrize(
    "said",
    [
        Status("OK", None, "Still here"),
        Status("OK", ResponseCode("UIDNEXT", "5"), "next"),
        Status("OK", ResponseCode("ALERT"), " "),
        Status("OK", ResponseCode("ALERT"), FAM),
    ],
)
def test_the_rest_is_for_nobody(said: Status) -> None:
    assert alert_of(said, TLS) is None


class Ear:
    """Remarks, and what came of them."""

    def __init__(self, clock, account=TLS) -> None:
        self.told: list[str] = []
        self.first = 0
        self.remarks = ServerAlerts(account, lambda problem: self.told.append(problem.server_text))
        self.wire = Wire(clock)
        self.remarks.listen(self.wire.protocol, SECRET, self._first)

    def _first(self) -> None:
        self.first += 1


def test_a_connection_is_listened_to_from_its_greeting_on(clock) -> None:
    ear = Ear(clock, CLEAR)
    ear.wire.s("* OK [ALERT] hello", "* NO [ALERT] again", "* BYE [ALERT] bye")
    assert ear.told == ["hello", "again", "bye"]
    assert ear.first == 1
    assert ear.remarks.last.server_text == "bye"
    ear.remarks.forget(ear.wire.protocol)
    assert ear.remarks.last is None
    ear.wire.protocol.on_remark(Status("OK", ResponseCode("ALERT"), "late"))
    assert len(ear.told) == 3


def test_what_comes_with_the_answer_to_a_command_is_heard(clock) -> None:
    from tests.net.wire import result
    from tray.imap import commands

    ear = Ear(clock, CLEAR)
    ear.wire.s("* OK hi")
    done = result(ear.wire.protocol.request(commands.noop()))
    ear.wire.c("$1 NOOP").s("$1 OK [ALERT] Renew your password")
    assert ear.told == ["Renew your password"]
    assert len(done) == 1


@pytest.mark.parametrize("account", [TLS, STARTTLS, replace(TLS, host="localhost")])
def test_before_it_is_known_who_speaks_nothing_is_believed(clock, account) -> None:
    ear = Ear(clock, account)
    ear.wire.s("* OK [ALERT] Call this number")
    ear.wire.protocol.encrypted = True
    ear.wire.s("* OK [ALERT] the truth")
    assert ear.told == ["the truth"]


def test_no_secret_is_repeated(clock) -> None:
    ear = Ear(clock, CLEAR)
    ear.wire.s("* OK hi", f"* NO [ALERT] not {PASSWORD}")
    assert ear.told == []
