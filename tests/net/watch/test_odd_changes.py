"""Flags, UIDs and expunges that make no sense: no message is taken for gone, and none is announced twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.net.faulty import Faulty
from tests.net.wire import row
from tray.net.watch.idle_loop import RENEWAL

if TYPE_CHECKING:
    from twisted.internet.task import Clock


def test_flags_told_without_uids_do_not_take_messages_for_gone(clock: Clock) -> None:
    """Nor do they have us look again and again."""
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.answer = lambda said: (
        (*(f"* {n} FETCH (FLAGS ())" for n in (1, 2, 3)), "OK") if said.endswith("(UID FLAGS)") else None
    )
    server.pass_time(RENEWAL)
    for _ in range(20):
        server.pass_time(1)
    assert [message.uid for message in life.state.latest] == [12, 11, 10]
    server.asked.clear()
    for _ in range(20):
        server.pass_time(1)
    assert server.asked == []


def test_flags_that_are_refused_take_nobody_for_gone(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.answer = lambda said: (
        ("* 2 FETCH (UID 11 FLAGS (\\Seen))", "NO gone") if said.endswith("(UID FLAGS)") else None
    )
    server.pass_time(RENEWAL)
    assert [message.unseen for message in life.state.latest] == [True, False, True]
    assert not life.end


# UIDs that begin anew.


@pytest.mark.parametrize("told", [True, False], ids=["empty was seen", "in one moment"])
@pytest.mark.parametrize("uid_next", [True, False], ids=["UIDNEXT", "no UIDNEXT"])
def test_uids_that_begin_anew_in_an_emptied_mailbox_are_announced(
    clock: Clock, told: bool, uid_next: bool
) -> None:
    server = Faulty(clock, [48, 49, 50])
    if not uid_next:
        server.answer = lambda said: (
            (f"* {len(server.uids)} EXISTS", "* OK [UIDVALIDITY 7] v", "OK")
            if said.startswith("EXAMINE")
            else None
        )
    life = server.connect()
    server.titles = lambda number, uid: row(number, uid, f"New {uid}")
    server.uids.clear()
    server.wire.s("* 3 EXPUNGE", "* 2 EXPUNGE", "* 1 EXPUNGE")
    if told or not uid_next:
        server.pass_time(1)
        assert life.state.latest == ()
    server.deliver(1)
    server.pass_time(1)
    assert life.arrivals == ["New 1"]
    server.deliver(2)
    server.deliver(3)
    assert life.arrivals == ["New 1", "New 2", "New 3"]
    server.wire.close()
    assert server.connect(life.state).arrivals == []


def test_uids_that_began_anew_while_we_were_away_are_announced(clock: Clock) -> None:
    server = Faulty(clock, [48, 49, 50])
    life = server.connect()
    server.uids.clear()
    server.wire.s("* 3 EXPUNGE", "* 2 EXPUNGE", "* 1 EXPUNGE")
    server.pass_time(1)
    server.wire.close()
    server.uids += range(1, 31)
    server.titles = lambda number, uid: row(number, uid, f"New {uid}")
    again = server.connect(life.state)
    assert again.arrivals == [f"New {uid}" for uid in range(1, 31)]
    server.wire.close()
    assert server.connect(again.state).arrivals == []


def test_a_server_that_lies_about_expunges_has_nothing_told_twice(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.wire.s(*["* 1 EXPUNGE"] * 5000)
    server.pass_time(1)
    server.wire.s("* 0 EXISTS", "* 3 EXISTS")
    server.serve()
    server.pass_time(RENEWAL)
    assert life.arrivals == []
    server.deliver(13)
    assert life.arrivals == ["Hello"]
