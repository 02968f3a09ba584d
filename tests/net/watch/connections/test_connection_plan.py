"""Which mailboxes have a connection of their own: the table."""

from __future__ import annotations

import pytest

from tray.imap.types import MailboxName
from tray.net.watch.connections.connection_plan import CONNECTIONS, Way, plan

OWN, NOTIFY, STATUS = Way.OWN, Way.NOTIFY, Way.STATUS


@pytest.mark.parametrize(
    ("offered", "count", "limit", "own", "others"),
    [
        ("IDLE NOTIFY", 1, None, 1, NOTIFY),
        ("IDLE NOTIFY", 200, None, 1, NOTIFY),
        ("IDLE NOTIFY", 3, 2, 1, NOTIFY),
        ("NOTIFY", 3, None, 1, STATUS),
        ("", 3, None, 1, STATUS),
        ("", 3, 3, 1, STATUS),
        ("IDLE", 1, None, 1, STATUS),
        ("IDLE", 5, None, 5, STATUS),
        ("IDLE", 200, None, CONNECTIONS, STATUS),
        ("IDLE", 200, 10, CONNECTIONS, STATUS),
        ("IDLE", 200, 3, 3, STATUS),
        ("IDLE", 2, 3, 2, STATUS),
        ("IDLE", 2, 0, 1, STATUS),
    ],
)
def test_the_first_have_a_connection_and_the_others_share_one(
    offered: str, count: int, limit: int | None, own: int, others: Way
) -> None:
    names = [MailboxName(f"{number}") for number in range(count)]
    found = plan({"IMAP4REV1", *offered.split()}, names, limit)
    assert list(found) == names
    assert list(found.values()) == [OWN] * own + [others] * (count - own)


def test_no_mailbox_needs_no_plan() -> None:
    assert plan({"IDLE"}, [], None) == {}
