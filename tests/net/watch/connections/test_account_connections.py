"""The watchers of one account: who connects, who shares, and what follows from the end of a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.error import ConnectionLost

from tests.fakes.values import pending
from tests.net.many_mailboxes import FULL, Box, Server
from tests.net.watch.test_watcher import World
from tests.net.wire import Wire, result
from tray.imap.types import INBOX, MailboxName, Uid, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxState
from tray.mail.model.action import MessageAction
from tray.mail.model.status import Connecting, NeedsCredentials, ProblemKind, Waiting, Watching
from tray.mail.model.uid_set import UidSet
from tray.net.errors import ActionFailed
from tray.net.watch.connections.account_connections import AccountConnections
from tray.net.watch.connections.connection_limits import JITTER, STEP, TURN
from tray.net.watch.connections.connection_plan import CONNECTIONS
from tray.net.watch.connections.retry import GOOD_AFTER
from tray.net.watch.idle_loop import POLL_INTERVAL

if TYPE_CHECKING:
    from collections.abc import Iterator

IDLE_ONLY = "IMAP4rev1 IDLE ESEARCH ID"


class Household:
    """The watchers of one account and the connections that they make."""

    def __init__(self, *names: str, offered: str = FULL) -> None:
        self.offered = offered
        self.connections = AccountConnections()
        self.servers: list[Server] = []
        self.worlds: dict[str, World] = {}
        for name in names:
            self.add(name)
        self.limit: int | None = None
        """How many connections the server accepts."""

    def add(self, name: str) -> World:
        shared = next(iter(self.worlds.values()), None)
        world = World(mailbox=MailboxName(name), shared=shared, connections=self.connections)
        self.worlds[name] = world
        return world

    def start(self) -> Household:
        for world in self.worlds.values():
            world.watcher.start()
        return self.run()

    @property
    def reactor(self) -> Any:
        return next(iter(self.worlds.values())).reactor

    @property
    def open(self) -> list[Server]:
        return [server for server in self.servers if not server.wire.transport.lost]

    def run(self, seconds: float = 0) -> Household:
        """Accept every connection, and answer on each, for so many seconds."""
        self.reactor.advance(seconds)
        for _ in range(40):
            self.reactor.advance(STEP + JITTER)
            while self.reactor.tcpClients:
                self._accept()
            for server in self.open:
                server.serve()
        return self

    def _accept(self) -> None:
        wire = self.reactor.accept()
        wire.protocol.handshakeCompleted()
        wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
        log_in, *early = wire.sent()
        if self.limit is not None and len(self.open) >= self.limit:
            wire.s(f"{log_in.split()[0]} NO [LIMIT] Too many connections")
            return
        server = Server(self.reactor, wire=wire)
        server.boxes |= {name: Box(1) for name in self.worlds if name not in server.boxes}
        if self.servers:
            server.boxes = self.servers[0].boxes
            server.boxes |= {name: Box(1) for name in self.worlds if name not in server.boxes}
        self.servers.append(server)
        wire.s(f"{log_in.split()[0]} OK [CAPABILITY {self.offered}] in")
        for line in early:
            server.answer(*line.split(" ", 1))

    @property
    def watching(self) -> set[str]:
        return {name for name, world in self.worlds.items() if isinstance(world.statuses[-1], Watching)}

    def deliver(self, name: str) -> None:
        """A mail comes, and the server tells it as far as it does."""
        box = self.servers[0].boxes[name]
        box.deliver()
        for server in self.open:
            if server.selected == name and server.idle:
                server.wire.s(f"* {len(box.uids)} EXISTS")
            elif server.idle and any("NOTIFY" in each for each in server.commands):
                server.wire.s(f"* STATUS {name} {box.status}")
        self.run(0.2)

    def uids(self, name: str) -> list[int]:
        return [message.uid for report in self.worlds[name].reports for message in report.messages]


@pytest.fixture
def ended() -> Iterator[list[Household]]:
    households: list[Household] = []
    yield households
    for household in households:
        for world in household.worlds.values():
            world.watcher.stop()
        household.run(3)
        assert not household.open
        assert not household.reactor.getDelayedCalls()


@pytest.fixture
def house(ended: list[Household]) -> Household:
    ended.append(Household("Lists", "INBOX", "Work"))
    return ended[0].start()


@pytest.fixture
def idle_only(ended: list[Household]) -> Household:
    names = [f"Folder{number}" for number in range(8)]
    ended.append(Household(*names, "INBOX", offered=IDLE_ONLY))
    return ended[0]


def test_with_notify_all_share_the_connection_of_inbox(house: Household) -> None:
    assert house.watching == {"Lists", "INBOX", "Work"}
    (server,) = house.servers
    assert server.selected == "INBOX"
    assert all(world.status.push for world in house.worlds.values())
    numbers = {name: (world.status.told, world.status.asked) for name, world in house.worlds.items()}
    assert numbers == {"INBOX": (0, 0), "Lists": (1, 0), "Work": (1, 0)}
    house.deliver("Work")
    assert house.uids("Work")[-1] == 22
    assert [type(status) for status in house.worlds["Lists"].statuses[:2]] == [Connecting, Watching]


def test_the_time_of_the_last_answer_is_that_of_the_connection(house: Household) -> None:
    house.run(20)
    house.servers[0].wire.s("* OK Still here")
    last = {world.watcher.last_confirmed for world in house.worlds.values()}
    assert last == {house.worlds["INBOX"].now}


def test_after_the_end_of_the_connection_all_share_the_next_one(house: Household) -> None:
    house.run(GOOD_AFTER)
    house.servers[0].wire.close(ConnectionLost())
    assert isinstance(house.worlds["INBOX"].status, Waiting)
    assert isinstance(house.worlds["Work"].status, Connecting)
    house.run(2)
    assert house.watching == {"Lists", "INBOX", "Work"}
    assert len(house.servers) == 2


def test_an_action_waits_for_the_connection_and_fails_where_it_cannot_be_made(house: Household) -> None:
    house.run(GOOD_AFTER)
    house.servers[0].wire.close(ConnectionLost())
    done = result(house.worlds["Work"].watcher.perform(pending(MessageAction.READ, 20), lambda _: None))
    assert isinstance(done[0], ActionFailed)
    house.run(2)
    done = result(house.worlds["Work"].watcher.perform(pending(MessageAction.READ, 20), lambda _: None))
    house.run()
    assert done == [UidSet.of([20])]


def test_the_check_of_one_checks_the_connection(house: Household) -> None:
    house.servers[0].boxes["Lists"].deliver()
    house.worlds["Work"].watcher.check_now()
    house.run()
    assert house.uids("Lists")[-1] == 6
    house.worlds["Work"].watcher.probe(house.worlds["INBOX"].now + 1)
    house.run()
    assert len(house.open) == 1


def test_a_pause_ends_and_begins_all(house: Household) -> None:
    for world in house.worlds.values():
        world.watcher.pause(None)
    house.run(3)
    assert not house.open
    for world in house.worlds.values():
        world.watcher.resume()
    house.run()
    assert house.watching == {"Lists", "INBOX", "Work"}
    assert len(house.open) == 1
    for world in house.worlds.values():
        world.watcher.sleep()
    house.run(3)
    assert not house.open
    for world in house.worlds.values():
        world.watcher.check_now()
    house.run()
    assert len(house.open) == 1


def test_a_mailbox_that_is_added_shares_and_one_that_is_removed_leaves(house: Household) -> None:
    house.servers[0].boxes["More"] = Box(3)
    house.add("More").watcher.start()
    house.run()
    assert house.uids("More") == [3]
    house.worlds["More"].watcher.stop()
    house.run()
    house.deliver("More")
    assert house.uids("More") == [3]
    assert len(house.open) == 1


def test_where_inbox_is_watched_no_more_another_one_connects(house: Household) -> None:
    house.worlds["INBOX"].watcher.stop()
    house.run(3)
    del house.worlds["INBOX"]
    assert house.watching == {"Lists", "Work"}
    assert len(house.open) == 1
    house.deliver("Lists")
    house.deliver("Work")
    assert house.uids("Lists")[-1] == 6
    assert house.uids("Work")[-1] == 22


def test_where_inbox_is_watched_no_more_before_it_has_logged_in_another_one_connects(
    ended: list[Household],
) -> None:
    house = Household("INBOX", "Work")
    ended.append(house)
    for world in house.worlds.values():
        world.watcher.start()
    house.reactor.tcpClients.clear()  # it is being connected
    house.worlds["INBOX"].watcher.stop()
    house.run()
    del house.worlds["INBOX"]
    assert house.watching == {"Work"}


def test_a_first_mailbox_that_is_gone_keeps_no_other_from_its_mail(ended: list[Household]) -> None:
    house = Household("INBOX", "Work")
    ended.append(house)
    plain = Server.answer

    def refusing(server: Server, tag: str, said: str) -> None:
        if said == 'EXAMINE "INBOX"':
            server.wire.s(f"{tag} NO [NONEXISTENT] gone")
        else:
            plain(server, tag, said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "answer", refusing)
        house.start().run(5)
        assert house.watching == {"Work"}
        assert house.worlds["INBOX"].status.problem.kind is ProblemKind.MAILBOX
        assert len(house.open) == 1
    house.run(300)
    assert house.watching == {"INBOX", "Work"}
    assert len(house.open) == 1


def test_a_refused_password_is_sent_once(ended: list[Household]) -> None:
    house = Household("INBOX", "Work")
    ended.append(house)
    for world in house.worlds.values():
        world.watcher.start()
    house.reactor.advance(0.1)
    wire: Wire = house.reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
    waiting = result(house.worlds["Work"].watcher.perform(pending(MessageAction.READ, 20), lambda _: None))
    assert waiting == []
    for _ in range(3):
        for line in wire.sent():
            wire.s(f"{line.split()[0]} NO [AUTHENTICATIONFAILED] no")
    house.reactor.advance(1)
    assert isinstance(house.worlds["INBOX"].status, NeedsCredentials)
    assert isinstance(house.worlds["Work"].status, Connecting)
    assert isinstance(waiting[0], ActionFailed)
    assert not house.reactor.tcpClients
    house.worlds["Work"].watcher.check_now()
    house.run()
    assert house.watching == {"INBOX", "Work"}


def test_without_notify_those_with_most_mail_have_connections(idle_only: Household) -> None:
    for number in (1, 3, 5, 7):
        idle_only.worlds[f"Folder{number}"].state = MailboxState(UidValidity(7), Uid(100), 0)
    idle_only.start()
    assert len(idle_only.watching) == 9
    assert {server.selected for server in idle_only.open} == {
        "INBOX",
        "Folder1",
        "Folder3",
        "Folder5",
        "Folder7",
    }
    pushed = {name for name, world in idle_only.worlds.items() if world.status.push}
    assert pushed == {server.selected for server in idle_only.open}
    numbers = {name: (world.status.told, world.status.asked) for name, world in idle_only.worlds.items()}
    assert {name for name, number in numbers.items() if number == (0, 1)} == {*numbers} - pushed
    assert {name for name, number in numbers.items() if number == (0, 0)} == pushed
    idle_only.deliver("Folder2")
    assert idle_only.uids("Folder2") == [1]
    idle_only.run(POLL_INTERVAL)
    assert idle_only.uids("Folder2")[-1] == 2


@pytest.mark.parametrize("limit", [1, 3])
def test_those_that_the_server_refuses_share_a_connection(idle_only: Household, limit: int) -> None:
    idle_only.limit = limit
    idle_only.start()
    for _ in range(6):
        idle_only.run(TURN / 2)
    assert len(idle_only.watching) == 9
    assert len(idle_only.open) == limit
    assert "INBOX" in {server.selected for server in idle_only.open}


def test_a_server_that_does_not_tell_with_notify_gets_more_connections(ended: list[Household]) -> None:
    house = Household("INBOX", *(f"Folder{number}" for number in range(8)))
    ended.append(house)
    house.start()
    assert len(house.open) == 1
    for number in range(2):
        house.servers[0].boxes[f"Folder{number}"].deliver()
        house.run(POLL_INTERVAL)
        assert house.uids(f"Folder{number}")[-1] == 2
    assert len(house.open) == CONNECTIONS
    assert len(house.watching) == 9
    house.deliver("Folder7")
    house.run(POLL_INTERVAL)
    assert house.uids("Folder7")[-1] == 2


def test_only_inbox_needs_nobody(ended: list[Household]) -> None:
    house = Household(INBOX)
    ended.append(house)
    house.start()
    assert house.watching == {"INBOX"}
    assert not any("mailboxes" in each for each in house.servers[0].commands)
