"""Each failure has its status, its icon and its next step; it is tried again, or not, as fits it."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet import error as failures
from twisted.internet.error import ConnectionLost

from tests.net.accounts import TLS
from tests.net.watch.test_watcher import World
from tray.imap.types import MailboxName
from tray.mail.model.status import Connecting, NeedsCredentials, ProblemKind, Waiting, Watching
from tray.mail.presentation.summary import IconState, account_summary, summarize

K = ProblemKind
STOPS = (float("inf"), float("inf"))


def refuse(world: World, answer: str) -> None:
    wire = world.greet()
    wire.s(f"{wire.sent()[0].split()[0]} {answer}")


def shut(world: World, answer: str) -> None:
    wire = world.log_in()
    wire.serve(lambda said: (answer,) if said.startswith("EXAMINE") else world.reply(said))


def down(world: World, error: Exception) -> None:
    world.reactor.refuse(error)
    world.reactor.advance(0.5)


@pytest.mark.parametrize(
    ("fail", "kind", "icon", "waits", "step"),
    [
        (
            lambda w: refuse(w, "NO [AUTHENTICATIONFAILED] no"),
            K.REFUSED,
            IconState.TROUBLE,
            STOPS,
            "enter them",
        ),
        (
            lambda w: refuse(w, "NO Web login required"),
            K.APP_PASSWORD,
            IconState.TROUBLE,
            STOPS,
            "app password",
        ),
        (
            lambda w: refuse(w, "NO [UNAVAILABLE] Maximum number of connections exceeded"),
            K.TOO_MANY,
            IconState.OFFLINE,
            (60, 90),
            "Close another mail program",
        ),
        (
            lambda w: refuse(w, "NO Too many failed logins"),
            K.TOO_OFTEN,
            IconState.OFFLINE,
            (300, 450),
            "old password",
        ),
        (
            lambda w: refuse(w, "NO [UNAVAILABLE] later"),
            K.SERVER,
            IconState.OFFLINE,
            (0, 1),
            "will try again",
        ),
        (
            lambda w: down(w, failures.ConnectionRefusedError()),
            K.UNREACHABLE,
            IconState.OFFLINE,
            (0, 1),
            "may also be down",
        ),
        (
            lambda w: w.greet().close(ConnectionLost()),
            K.UNREACHABLE,
            IconState.OFFLINE,
            (0, 1),
            "connect again",
        ),
        (
            lambda w: shut(w, "NO [NONEXISTENT] gone"),
            K.MAILBOX,
            IconState.TROUBLE,
            (0, 1),
            "Choose the folders",
        ),
        (lambda w: shut(w, "NO [OVERQUOTA] full"), K.OVER_QUOTA, IconState.TROUBLE, (0, 1), "Delete mails"),
        (lambda w: w.greet().s("bogus"), K.PROTOCOL, IconState.TROUBLE, (0, 1), "Check that host and port"),
    ],
)
def test_a_failure(
    fail: Any, kind: ProblemKind, icon: IconState, waits: tuple[float, float], step: str
) -> None:
    world = World()
    world.reactor.names = {"mail.example.org": ["192.0.2.1"]}
    world.watcher.start()
    fail(world)
    status = world.status
    assert status.problem.kind is kind
    assert step in status.problem.advice
    assert summarize([account_summary(TLS, status, {}, 5)], None).icon is icon
    if waits == STOPS:
        assert isinstance(status, NeedsCredentials)
        assert not [
            call for call in world.reactor.getDelayedCalls() if call.getTime() > world.reactor.seconds() + 5
        ]
    else:
        assert isinstance(status, Waiting)
        assert waits[0] <= status.until - world.offset - world.reactor.seconds() <= waits[1] + 0.001
    world.watcher.stop()


def test_a_name_that_is_not_found() -> None:
    world = World()
    world.reactor.names = {}
    world.watcher.start()
    assert world.status.problem.kind is K.NAME_NOT_FOUND
    assert "Check its name" in world.status.problem.advice
    world.watcher.stop()


def test_an_alert_is_told_and_shown_as_long_as_the_connection_lasts() -> None:
    world = World()
    world.watcher.start()
    wire = world.watch()
    assert world.status.remark is None
    wire.s("* NO [OVERQUOTA] full", "* NO [ALERT] second")
    assert [alert.server_text for alert in world.alerts] == ["full", "second"]
    assert isinstance(world.status, Watching)
    assert world.status.remark.kind is K.OVER_QUOTA  # the next word of the server brings the newer one
    assert summarize([account_summary(TLS, world.status, {}, 5)], None).icon is IconState.TROUBLE
    wire.close(ConnectionLost())
    world.reactor.advance(1)
    world.watch()
    assert world.status.remark is None
    world.watcher.stop()


class Crowd:
    """Two mailboxes of one account, on a server that takes one connection."""

    def __init__(self) -> None:
        inbox = World()
        self.reactor = inbox.reactor
        self.worlds = [inbox, World(mailbox=MailboxName("Lists"), shared=inbox)]


def test_a_mailbox_without_room_waits_its_turn_in_words_and_gets_it() -> None:
    crowd = Crowd()
    inbox, lists = crowd.worlds
    inbox.watcher.start()
    lists.watcher.start()
    wire = inbox.watch()
    crowd.reactor.advance(0.5)
    assert isinstance(lists.status, Connecting)
    refuse(lists, "NO [LIMIT] Too many connections")
    assert isinstance(lists.status, Waiting)
    lists.watcher.check_now()
    assert "only one connection" in lists.status.problem.sentence
    assert lists.status.until - lists.offset - crowd.reactor.seconds() == pytest.approx(300, abs=2)
    refused = []
    lists.watcher.mark_all_seen().addErrback(lambda failure: refused.append(failure.value.problem.kind))
    assert refused == [K.TOO_MANY]
    for _ in range(60):
        crowd.reactor.advance(5)
        wire.serve(inbox.reply)
    crowd.reactor.advance(2)
    wire = lists.watch()
    assert isinstance(inbox.status, Waiting)
    for _ in range(13):
        crowd.reactor.advance(5)
        wire.serve(lists.reply)
    inbox.watch()
    for world in crowd.worlds:
        world.watcher.stop()
    crowd.reactor.pump([2, 0])


def test_one_that_waits_its_turn_can_be_stopped() -> None:
    crowd = Crowd()
    inbox, lists = crowd.worlds
    inbox.watcher.start()
    lists.watcher.start()
    inbox.watch()
    lists.watcher.stop()
    crowd.reactor.advance(1)
    assert not crowd.reactor.tcpClients
    inbox.watcher.stop()
    crowd.reactor.pump([2, 0])


@pytest.mark.parametrize(
    "limit",
    [
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
        "NO Account exceeded command or bandwidth limits. (Failure)",
        "NO Request is throttled. Suggested Backoff Time: 1000 milliseconds",
    ],
)
def test_a_limit_of_traffic_is_waited_out_and_leaves_nothing_behind(limit: str) -> None:
    """Gmail refuses a FETCH so: it is not asked again at once, and afterwards nothing is said of it any more."""
    world = World()
    world.watcher.start()
    wire = world.watch()
    wire.s("* 2 EXISTS")
    asked = wire.serve(lambda said: (limit,) if "FETCH" in said else world.reply(said))
    assert sum("FETCH" in said for said in asked) == 1
    status = world.status
    assert isinstance(status, Waiting)
    assert status.problem.kind is K.TRAFFIC
    assert 300 <= status.until - world.offset - world.reactor.seconds() <= 450
    assert summarize([account_summary(TLS, status, {}, 5)], None).icon is IconState.OFFLINE
    world.reactor.advance(450)
    world.watch()
    assert world.status.remark is None
    assert world.alerts == []
    world.watcher.stop()
    world.reactor.pump([3, 0])


def test_imap_that_is_switched_off_is_asked_for_now_and_then() -> None:
    """Whoever switches it on there need do nothing here; until then the icon asks for him."""
    world = World()
    world.watcher.start()
    refuse(world, "NO [ALERT] Your account is not enabled for IMAP use.")
    status = world.status
    assert isinstance(status, Waiting)
    assert status.problem.kind is K.NOT_ALLOWED
    assert 300 <= status.until - world.offset - world.reactor.seconds() <= 450
    assert summarize([account_summary(TLS, status, {}, 5)], None).icon is IconState.TROUBLE
    world.reactor.advance(450)
    world.watch()
    world.watcher.stop()
    world.reactor.pump([3, 0])
