"""Each failure has its status, its icon and its next step; it is tried again, or not, as fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from twisted.internet import error as failures
from twisted.internet.error import ConnectionLost

from tests.net.accounts import TLS
from tests.net.watch.test_watcher import ALL_READ, GREETING, World
from tests.net.wire import TITLES, result
from tray.imap.types import MailboxName
from tray.mail.model.status import Connecting, NeedsCredentials, ProblemKind, Waiting, Watching
from tray.mail.presentation.summary import IconState, account_summary, summarize

if TYPE_CHECKING:
    from collections.abc import Callable

K = ProblemKind
STOPS = None


def refuse(world: World, answer: str) -> None:
    wire = world.greet()
    wire.s(f"{wire.sent()[0].split()[0]} {answer}")


def shut(world: World, answer: str) -> None:
    wire = world.log_in()
    wire.serve(lambda said: (answer,) if said.startswith("EXAMINE") else world.reply(said))


def close(world: World, _: str) -> None:
    world.greet().close(ConnectionLost())


def down(world: World, _: str) -> None:
    world.reactor.refuse(failures.ConnectionRefusedError())
    world.reactor.advance(0.5)


def nonsense(world: World, text: str) -> None:
    world.greet().s(text)


def wait(world: World) -> float:
    """Seconds that a watcher waits."""
    assert isinstance(world.status, Waiting)
    return world.status.until - world.now


def icon(world: World) -> IconState:
    return summarize([account_summary(TLS, world.status, {}, 5)], None).icon


MANY = "NO [UNAVAILABLE] Maximum number of connections exceeded"
DISABLED = "NO [ALERT] Your account is not enabled for IMAP use."


@pytest.mark.parametrize(
    ("fail", "answer", "kind", "trouble", "waits", "step"),
    [
        (refuse, "NO [AUTHENTICATIONFAILED] no", K.REFUSED, True, STOPS, "enter them"),
        (refuse, "NO Web login required", K.APP_PASSWORD, True, STOPS, "app password"),
        (refuse, MANY, K.TOO_MANY, False, (60, 90), "Close another mail program"),
        (refuse, "NO Too many failed logins", K.TOO_OFTEN, False, (300, 450), "old password"),
        (refuse, "NO [UNAVAILABLE] later", K.SERVER, False, (0, 1), "will try again"),
        # Tried now and then: when IMAP is switched on, nothing has to be done here.
        (refuse, DISABLED, K.NOT_ALLOWED, True, (300, 450), ""),
        (down, "", K.UNREACHABLE, False, (0, 1), "may also be down"),
        (close, "", K.UNREACHABLE, False, (0, 1), "connect again"),
        (shut, "NO [NONEXISTENT] gone", K.MAILBOX, True, (0, 1), "Choose the folders"),
        (shut, "NO [OVERQUOTA] full", K.OVER_QUOTA, True, (0, 1), "Delete mails"),
        (nonsense, "bogus", K.PROTOCOL, True, (0, 1), "Check that host and port"),
    ],
)
def test_a_failure(
    world: World,
    fail: Callable[[World, str], None],
    answer: str,
    kind: ProblemKind,
    trouble: bool,
    waits: tuple[float, float] | None,
    step: str,
) -> None:
    world.reactor.names = {"mail.example.org": ["192.0.2.1"]}
    world.watcher.start()
    fail(world, answer)
    assert world.status.problem.kind is kind
    assert step in world.status.problem.advice
    assert icon(world) is (IconState.TROUBLE if trouble else IconState.OFFLINE)
    if waits is STOPS:
        assert isinstance(world.status, NeedsCredentials)
        world.reactor.advance(24 * 3600)
        assert not world.reactor.tcpClients
        world.watcher.check_now()
    else:
        assert waits[0] <= wait(world) <= waits[1] + 0.001
        world.reactor.advance(wait(world) + 0.001)
    world.watch()


def test_a_name_that_is_not_found(world: World) -> None:
    world.reactor.names = {}
    world.watcher.start()
    assert world.status.problem.kind is K.NAME_NOT_FOUND
    assert "Check its name" in world.status.problem.advice


def test_an_alert_is_announced_and_shown_as_long_as_the_connection_lasts(world: World) -> None:
    world.watcher.start()
    wire = world.watch()
    assert world.status.remark is None
    wire.s("* NO [OVERQUOTA] full", "* NO [ALERT] second")
    assert [alert.server_text for alert in world.alerts] == ["full", "second"]
    assert isinstance(world.status, Watching)
    assert world.status.remark.kind is K.OVER_QUOTA  # the next response of the server brings the newer one
    assert icon(world) is IconState.TROUBLE
    wire.close(ConnectionLost())
    world.reactor.advance(1)
    world.watch()
    assert world.status.remark is None


def test_alerts_are_announced_from_the_greeting_to_the_end(world: World) -> None:
    """The first one is in the status at once."""
    world.watcher.start()
    wire = world.reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s(GREETING.replace("* OK", "* OK [ALERT] hello\r\n* OK"))
    (line,) = wire.sent()
    wire.s(f"{line.split()[0]} OK [CAPABILITY IMAP4rev1 ESEARCH] in").serve(world.reply)
    assert world.status.remark.server_text == "hello"
    world.watcher.check_now()
    wire.c("$1 NOOP", f"$2 UID FETCH 11:* {TITLES}").s("$1 OK [ALERT] Renew your password")
    wire.s("* BYE [ALERT] bye").close()
    world.reactor.advance(1)
    wire = world.reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s("* BYE [ALERT] Moved to another server")
    found = [alert.server_text for alert in world.alerts]
    assert found == ["hello", "Renew your password", "bye", "Moved to another server"]


def test_a_mailbox_without_room_waits_for_its_turn_with_a_reason_and_gets_it(world: World) -> None:
    """Two mailboxes of one account, on a server that accepts one connection."""
    lists = World(mailbox=MailboxName("Lists"), shared=world)
    world.watcher.start()
    lists.watcher.start()
    wire = world.watch()
    world.reactor.advance(0.5)
    assert isinstance(lists.status, Connecting)
    refuse(lists, "NO [LIMIT] Too many connections")
    assert isinstance(lists.status, Waiting)
    lists.watcher.check_now()
    assert "only one connection" in lists.status.problem.sentence
    assert wait(lists) == pytest.approx(300, abs=2)
    (refused,) = result(lists.watcher.perform(ALL_READ, pytest.fail))
    assert refused.problem.kind is K.TOO_MANY
    for _ in range(60):
        world.reactor.advance(5)
        wire.serve(world.reply)
    world.reactor.advance(2)
    marked = result(lists.watcher.perform(ALL_READ, pytest.fail))  # it has room, and is connecting
    wire = lists.watch()
    assert isinstance(world.status, Waiting)
    for _ in range(13):
        world.reactor.advance(5)
        wire.serve(lists.reply)
    assert [list(uids) for uids in marked] == [[10]]
    world.watch()
    lists.watcher.stop()


def test_one_that_waits_for_its_turn_can_be_stopped(world: World) -> None:
    lists = World(mailbox=MailboxName("Lists"), shared=world)
    world.watcher.start()
    lists.watcher.start()
    world.watch()
    lists.watcher.stop()
    world.reactor.advance(1)
    assert not world.reactor.tcpClients


@pytest.mark.parametrize(
    "limit",
    [
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)",
        "NO Account exceeded command or bandwidth limits. (Failure)",
        "NO Request is throttled. Suggested Backoff Time: 1000 milliseconds",
    ],
)
def test_a_limit_of_traffic_is_waited_out_and_leaves_nothing_behind(world: World, limit: str) -> None:
    """Gmail refuses a FETCH so: it is not sent again at once, and afterwards nothing is said of it any more."""
    world.watcher.start()
    wire = world.watch()
    wire.s("* 2 EXISTS")
    asked = wire.serve(lambda said: (limit,) if "FETCH" in said else world.reply(said))
    assert sum("FETCH" in said for said in asked) == 1
    assert world.status.problem.kind is K.TRAFFIC
    assert 300 <= wait(world) <= 450
    assert icon(world) is IconState.OFFLINE
    world.reactor.advance(450)
    world.watch()
    assert world.status.remark is None
    assert world.alerts == []
