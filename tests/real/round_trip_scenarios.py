"""How often a real Dovecot is waited for; each scenario runs in a process of its own.

``python -m tests.real.round_trip_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import ssl
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fakes.values import pending
from tests.real.counting_proxy import Counted, CountingProxy
from tests.real.scenarios import ScenarioFixture, run_one, unexpected
from tray.imap.types import MailboxName
from tray.mail.model.action import MessageAction

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


WITHOUT_NOTIFY = "IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE ESEARCH UIDPLUS MOVE AUTH=PLAIN"
"""Nor SEARCHRES."""


class RoundTripFixture(ScenarioFixture):
    """A watcher behind the proxy."""

    def __init__(self, reactor: Any, folder: str, newest: ssl.TLSVersion, **options: Any) -> None:
        super().__init__(reactor, **options)
        self.proxy = CountingProxy(Path(folder), self.server.port_starttls, newest)
        self.account = replace(self.account, port=self.proxy.port, ca_file=self.proxy.ca_file)
        for number in range(7):
            self.server.deliver(f"Old {number}")

    async def idling(self) -> Counted:
        """The latest connection, once it rests in IDLE."""

        def rests() -> bool:
            queue = (
                None
                if self.watcher is None or self.watcher._protocol is None
                else self.watcher._protocol.queue
            )
            return queue is not None and queue.is_idling and not queue.awaits_answers

        await self.until(rests)
        return self.proxy.connections[-1]


async def _starts(reactor: Any, newest: ssl.TLSVersion) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fixture = RoundTripFixture(reactor, folder, newest)
        with fixture.proxy:
            try:
                await _begin(fixture)
            finally:
                await fixture.close()


async def _begin(fixture: RoundTripFixture) -> None:
    fixture.watch()
    await fixture.watching()
    cold = await fixture.idling()
    assert cold.answered("AUTHENTICATE") == cold.answered("EXAMINE") == 3, cold
    assert cold.answered("FETCH") == 4, cold
    assert not cold.resumed

    assert fixture.watcher is not None
    await fixture.watcher.stop()  # a program that starts again
    fixture.limits = type(fixture.limits)(fixture.reactor, lambda: 0.5)
    fixture.server.deliver("New")
    fixture.watch()
    await fixture.watching()
    again = await fixture.idling()
    assert again.answered("UID FETCH") == 3, again
    assert fixture.arrivals == ["New"]
    await fixture.until(lambda: fixture.state is not None and fixture.state.unseen == 8)

    fixture.proxy.drop()
    fixture.server.deliver("Newer")
    await fixture.until(lambda: fixture.arrivals == ["New", "Newer"])
    back = await fixture.idling()
    assert back is not again
    assert back.resumed, back
    ((count, first), *_) = back.writes
    assert (count, first[0]) == (3, "AUTHENTICATE"), back
    assert [name for name in first if name != "ID"][1:] == ["EXAMINE", "UID FETCH", "UID SEARCH"], back
    assert back.answered("UID FETCH") == back.answered("UID SEARCH") == 3, back
    assert not any("COMPRESS" in names for each in fixture.proxy.connections for _, names in each.writes)
    assert {each.version for each in fixture.proxy.connections} == {cold.version}


async def tls_1_3(reactor: Any) -> None:
    """A first start, a later one, and a lost connection."""
    await _starts(reactor, ssl.TLSVersion.TLSv1_3)


async def tls_1_2(reactor: Any) -> None:
    """The same: the handshake takes two round trips, but brings the greeting along."""
    await _starts(reactor, ssl.TLSVersion.TLSv1_2)


async def mail_and_action(reactor: Any) -> None:
    """In IDLE a new mail takes one round trip; without SEARCHRES an action one, and one more that opens the mailbox."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = RoundTripFixture(reactor, folder, ssl.TLSVersion.TLSv1_3, capability=WITHOUT_NOTIFY)
        with fixture.proxy:
            try:
                counted, before = await _new_mail(fixture)
                ((count, _), *_) = [each for each in counted.writes if each[0] > before]
                assert count == before + 1, counted
                assert ("UID FETCH", count) in counted.answers, counted
                assert [trip for trip, _ in await _act(fixture, MessageAction.READ, 0)] == [1, 2]
            finally:
                await fixture.close()


async def _act(
    fixture: RoundTripFixture, action: MessageAction, number: int, **options: Any
) -> list[tuple[int, list[str]]]:
    """An action on a message, by its place: the writes that it took, with the round trip of each."""
    counted = await fixture.idling()
    assert fixture.watcher is not None
    assert fixture.state is not None
    before, writes = counted.received, len(counted.writes)
    uid = fixture.state.latest[number].uid
    done = pending(action, uid, validity=fixture.state.uid_validity, **options)
    assert list(await fixture.watcher.perform(done, unexpected)) == [uid]
    name = "UID STORE" if action.is_flag else "UID MOVE"
    answered = next(count for answer, count in reversed(counted.answers) if answer == name)
    return [(count - before, names) for count, names in counted.writes[writes:] if count <= answered]


async def _actions(reactor: Any, newest: ssl.TLSVersion) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fixture = RoundTripFixture(reactor, folder, newest)
        with fixture.proxy:
            try:
                fixture.watch()
                await fixture.watching()
                open_and_find = ["DONE", "SELECT", "UID SEARCH"]
                for action in (MessageAction.READ, MessageAction.FLAG, MessageAction.UNREAD):
                    assert await _act(fixture, action, 0) == [(1, [*open_and_find, "UID STORE"])]
                for _ in range(2):  # the folder has to be made, and then to be found
                    assert (await _act(fixture, MessageAction.ARCHIVE, 0))[-1][1] == ["UID MOVE"]
                for action in (MessageAction.ARCHIVE, MessageAction.MOVE):
                    target = MailboxName("Archive") if action is MessageAction.MOVE else None
                    assert await _act(fixture, action, 1, target=target) == [
                        (1, [*open_and_find, "UID MOVE"])
                    ]
                client = fixture.server.imap("Archive")
                assert client.search(None, "ALL")[1] == [b"1 2 3 4"]
            finally:
                await fixture.close()


async def actions_tls_1_3(reactor: Any) -> None:
    """An action on a message takes one round trip, also one that moves it to a folder that is known."""
    await _actions(reactor, ssl.TLSVersion.TLSv1_3)


async def actions_tls_1_2(reactor: Any) -> None:
    """The same."""
    await _actions(reactor, ssl.TLSVersion.TLSv1_2)


async def mail_by_notify(reactor: Any) -> None:
    """With NOTIFY a new mail takes none."""
    with tempfile.TemporaryDirectory() as folder:
        fixture = RoundTripFixture(reactor, folder, ssl.TLSVersion.TLSv1_3)
        with fixture.proxy:
            try:
                counted, _ = await _new_mail(fixture)
                assert not any(name == "UID FETCH" for name, _ in counted.answers), counted
            finally:
                await fixture.close()


async def _new_mail(fixture: RoundTripFixture) -> tuple[Counted, int]:
    """A new mail is announced; the connection, and the round trips before it."""
    fixture.watch()
    await fixture.watching()
    counted = await fixture.idling()
    before = counted.received
    fixture.server.deliver("New")
    await fixture.until(lambda: fixture.arrivals == ["New"])
    return counted, before


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario
    for scenario in (tls_1_3, tls_1_2, mail_and_action, actions_tls_1_3, actions_tls_1_2, mail_by_notify)
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
