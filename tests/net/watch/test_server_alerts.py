"""What a server says besides is told to the user, where it is known who speaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.net.accounts import CLEAR, PASSWORD, STARTTLS, TLS
from tests.net.watch.test_watcher import GREETING, World
from tests.net.wire import TITLES
from tray.imap.events import ResponseCode, StatusResponse, Tagged
from tray.mail.model.status import Problem, ProblemKind
from tray.net.watch.server_alerts import alert_of

if TYPE_CHECKING:
    from collections.abc import Iterator

FAM = "Filesystem notification initialization error -- contact your mail administrator (FAM/Gamin library)"


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.watcher.stop()
    world.reactor.pump([3, 0])


@pytest.mark.parametrize("said", [StatusResponse, lambda *told: Tagged(b"1", *told)])
def test_an_alert_is_told_in_the_servers_words(said) -> None:
    text = "Your mailbox is almost full."
    assert alert_of(said("OK", ResponseCode("ALERT"), text), TLS, encrypted=True) == Problem(
        ProblemKind.ALERT, f"mail.example.org says: {text}", "", text
    )


def test_a_long_alert_is_cut_and_known_whole() -> None:
    problem = alert_of(StatusResponse("OK", ResponseCode("ALERT"), "x" * 400), TLS, encrypted=True)
    assert problem is not None
    assert len(problem.sentence) < 300
    assert problem.sentence.endswith("x…")
    assert problem.server_text == "x" * 400


def test_over_quota_is_told_in_ours() -> None:
    problem = alert_of(StatusResponse("NO", ResponseCode("OVERQUOTA"), "Quota exceeded"), TLS, encrypted=True)
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
        StatusResponse("NO", ResponseCode("OVERQUOTA"), GMAIL),
        StatusResponse("BYE", ResponseCode("ALERT"), GMAIL),
    ],
)
def test_a_limit_that_passes_is_left_to_the_status_which_ends_with_it(said) -> None:
    """A toast, and a remark for as long as the connection lasts, would stay behind; nor is a mailbox full."""
    assert alert_of(said, TLS, encrypted=True) is None


@pytest.mark.parametrize(
    "said",
    [
        StatusResponse("OK", None, "Still here"),
        StatusResponse("OK", ResponseCode("UIDNEXT", "5"), "next"),
        StatusResponse("OK", ResponseCode("ALERT"), " "),
        StatusResponse("OK", ResponseCode("ALERT"), FAM),
    ],
)
def test_the_rest_is_for_nobody(said: StatusResponse) -> None:
    assert alert_of(said, TLS, encrypted=True) is None


@pytest.mark.parametrize("account", [TLS, STARTTLS, replace(TLS, host="localhost")])
def test_before_it_is_known_who_speaks_nothing_is_believed(account) -> None:
    said = StatusResponse("OK", ResponseCode("ALERT"), "Call this number")
    assert alert_of(said, account, encrypted=False) is None
    assert alert_of(said, account, encrypted=True) is not None
    assert alert_of(said, CLEAR, encrypted=False) is not None


def test_alerts_are_announced_from_the_greeting_to_the_goodbye(world: World) -> None:
    """The first one is in the status at once, the last one stays there."""
    world.watcher.start()
    wire = world.reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s(GREETING.replace("* OK", "* OK [ALERT] hello\r\n* OK"))
    (line,) = wire.sent()
    wire.s(f"{line.split()[0]} OK [CAPABILITY IMAP4rev1 ESEARCH] in").serve(world.reply)
    assert world.status.remark.server_text == "hello"
    world.watcher.check_now()
    wire.c("$1 NOOP", f"$2 UID FETCH 11:* {TITLES}").s("$1 OK [ALERT] Renew your password")
    wire.s("* BYE [ALERT] bye")
    assert [alert.server_text for alert in world.alerts] == ["hello", "Renew your password", "bye"]


def test_an_alert_of_a_server_that_refuses_the_connection_is_announced(world: World) -> None:
    world.watcher.start()
    wire = world.reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s("* BYE [ALERT] Moved to another server")
    assert [alert.server_text for alert in world.alerts] == ["Moved to another server"]


def test_no_secret_is_repeated(world: World) -> None:
    world.watcher.start()
    world.watch().s(f"* NO [ALERT] not {PASSWORD}")
    assert world.alerts == []
