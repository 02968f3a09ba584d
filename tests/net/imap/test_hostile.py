"""Whatever a server says: no exception gets out, every Deferred fires once, no secret leaves before it is asked for."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from twisted.internet.error import ConnectionLost
from twisted.internet.task import Clock

from tests.net.session_fixture import SessionFixture
from tests.net.wire import Wire, result, row
from tray.imap import commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.defer import Deferred

    from tray.net.imap.protocol import MailProtocol

LINES = st.sampled_from([
    b"* OK fine", b"* OK [UIDVALIDITY 9] x", b"* BYE bye", b"* NO no", b"* BAD bad", b"* PREAUTH x", b"+", b"+ go",
    b"* 3 EXISTS", b"* 0 EXISTS", b"* 4294967295 EXISTS", b"* 1 EXPUNGE", b"* 9 EXPUNGE", b"* VANISHED 1:4294967295",
    b"* 1 FETCH (FLAGS ())", b"* 1 FETCH (UID 5 FLAGS (\\Seen))", row(1, 5).encode(), row(2, 4294967295).encode(),
    b"* SEARCH 1 2 3", b"* SEARCH", b'* ESEARCH (TAG "x") UID COUNT 3', b"* STATUS INBOX (UNSEEN 3)", b"* ID NIL",
    b"* CAPABILITY IMAP4rev1", b"* CAPABILITY IMAP4rev1 IDLE", b"DONE BAD x", b"", b"nonsense", b"* 1 FETCH (",
    *(f"{tag:04X} {status} x".encode() for tag in range(1, 9) for status in ("OK", "NO", "BAD")),
    b"0002 OK [READ-ONLY] x", b"0001 OK [CAPABILITY IMAP4rev1 ESEARCH] x",
])  # fmt: skip
STOCK: list[Callable[[MailProtocol], Deferred[Any]]] = [
    lambda client: client.noop(),
    lambda client: client.getCapabilities(useCache=0),
    lambda client: client.select("x"),
    lambda client: client.search("ALL"),
    lambda client: client.status("INBOX", "UNSEEN"),
    lambda client: client.list("", "*"),
    lambda client: client.fetchFlags("1:*"),
    lambda client: client.fetchSpecific("1"),
    lambda client: client.expunge(),
    lambda client: client.append("x", BytesIO(b"Subject: x\r\n\r\n")),
    lambda client: client.namespace(),
]
TALK = st.lists(st.one_of(LINES, LINES, LINES, st.binary(max_size=30), st.integers(1, 60)), max_size=40)


@example([b"0002 NO x", b"* 1 EXPUNGE"], "IMAP4rev1 IDLE ESEARCH ID")
@settings(max_examples=150, deadline=None)
@given(TALK, st.sampled_from(["IMAP4rev1 IDLE ESEARCH ID", "IMAP4rev1", "IMAP4rev1 IDLE"]))
def test_a_session_ends_in_order_whatever_it_is_told(talk: list[bytes | int], capabilities: str) -> None:
    clock = Clock()
    wire = Wire(clock).s(f"* OK [CAPABILITY {capabilities}] hi")
    life = SessionFixture(wire)
    actions = [life.mark_all_seen()]
    for word in talk:
        if isinstance(word, int):
            clock.advance(word * 15)
        else:
            wire.raw(word + b"\r\n")
    assert all(len(outcomes) <= 1 for outcomes in [*actions, life.end])
    wire.close(ConnectionLost())
    clock.advance(0)
    life.memory.actions.refuse(ConnectionLost())  # as the watcher does
    assert [len(outcomes) for outcomes in [*actions, life.end]] == [1, 1]
    assert not clock.getDelayedCalls()


@settings(max_examples=150, deadline=None)
@given(TALK, st.booleans())
def test_every_deferred_fires_once_whatever_the_server_says(
    talk: list[bytes | int], pipelining: bool
) -> None:
    clock = Clock()
    wire = Wire(clock).s("* OK [CAPABILITY IMAP4rev1 IDLE] hi")
    wire.protocol.queue.pipelining = pipelining
    outcomes = []
    for word in talk:
        if isinstance(word, int):
            outcomes.append(result(wire.protocol.request(commands.noop())))
            if word % 3 == 0 and not wire.protocol.queue.will_idle:
                outcomes.append(result(wire.protocol.idle()))
            if word % 4 == 0:
                outcomes.append(result(STOCK[word % len(STOCK)](wire.protocol)))
            clock.advance(word / 10)
        else:
            wire.raw(word + b"\r\n")
    wire.close(ConnectionLost())
    clock.advance(0)
    assert [len(each) for each in outcomes] == [1] * len(outcomes)
    assert not clock.getDelayedCalls()


def test_importing_the_room_installs_no_reactor() -> None:
    """The program installs qt5reactor first."""
    code = (
        "import sys, tray.net.watch.watcher, tray.net.setup.account_check, tray.net.imap.mailbox.subjects, tray.net.control_server;"
        "sys.exit('twisted.internet.reactor' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
