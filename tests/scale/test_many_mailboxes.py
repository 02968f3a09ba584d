"""Many accounts and many folders: each costs what one costs, however large it is."""

from __future__ import annotations

import tracemalloc
from collections import Counter

import pytest

from tests.fakes.values import account
from tests.net.wire import Reactor
from tests.scale.house import HOST, ScaleHouse
from tests.scale.large_server import CAPABILITY, LargeMailbox, LargeServer
from tray.imap.types import MailboxName

ACCOUNTS = 50
ACCOUNT_LIMIT = 100_000
"""Bytes of Python's objects that an account may keep; a third of that was measured."""
FOLDERS = tuple(MailboxName(f"Lists/{number:03}") for number in range(200))
CONNECTIONS = 10
"""Connections that the server accepts for one user: Dovecot's default."""
COMMANDS = 6
"""Commands for each folder until all were looked at once."""
ROUND = 5 * 60.0
"""Seconds in which every folder is looked at."""


def start(count):
    """`count` accounts at their first IDLE; what went over the wire, and the memory that is kept."""
    tracemalloc.start()
    try:
        server = LargeServer(Reactor(), {"INBOX": LargeMailbox(10_000)})
        house = ScaleHouse(server, *(account(f"work{number:02}", host=HOST) for number in range(count)))
        server.settle(10)  # log-ins come one after the other
        lines = Counter(line for line in server.lines if "AUTHENTICATE" not in line)
        server.lines.clear()
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    house.stop()
    return lines, kept


def test_each_of_many_accounts_costs_what_one_costs():
    start(1)  # what is imported on the way
    one, kept = start(1)
    all_of_them, kept_of_all = start(ACCOUNTS)
    assert all_of_them == {line: ACCOUNTS * number for line, number in one.items()}
    assert kept_of_all - kept < ACCOUNTS * ACCOUNT_LIMIT


def looked_at(size, capability):
    """An account with all folders, each of which was looked at."""
    mailboxes = {
        name: LargeMailbox(size, 1_000_000_001 + 10_000_000 * number) for number, name in enumerate(FOLDERS)
    }
    server = LargeServer(Reactor(), mailboxes, capability, limit=CONNECTIONS)
    house = ScaleHouse(server, account("work", host=HOST, mailboxes=FOLDERS))
    (watch,) = house.mail_service.watches
    until = server.reactor.seconds() + ROUND
    while len(watch.known(house.announcements)) < len(FOLDERS):
        assert server.reactor.seconds() < until
        server.settle(10, step=1)
    server.settle(10)
    return house


@pytest.mark.parametrize(
    ("capability", "connections", "seconds"),
    [
        pytest.param(CAPABILITY, 1, 1, id="NOTIFY"),
        pytest.param(CAPABILITY.replace(" NOTIFY", ""), 5, 75, id="LIST-STATUS"),
        pytest.param(CAPABILITY.replace(" NOTIFY", "").replace(" LIST-STATUS", ""), 5, 75, id="STATUS"),
    ],
)
def test_every_one_of_many_folders_is_looked_at_and_its_mail_is_told(capability, connections, seconds):
    house = looked_at(1_000, capability)
    server = house.server
    assert server.most_logged_in <= connections
    assert sum(line.startswith("C:") for line in server.lines) <= len(FOLDERS) * COMMANDS
    for number, name in enumerate(FOLDERS[::50]):
        server.deliver(name)
        until = server.reactor.seconds() + seconds
        while len(house.toasts.shown) <= number:
            assert server.reactor.seconds() < until, name
            server.settle(0.5)
        house.server.settle(15)  # else they are told together
    house.stop()


def test_folders_of_any_size_cost_the_same():
    small, large = (looked_at(size, CAPABILITY) for size in (1_000, 1_000_000))
    assert Counter(small.server.lines) == Counter(large.server.lines)
    for house in (small, large):
        house.stop()
