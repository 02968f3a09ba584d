"""NOTIFY on a real Dovecot; each scenario runs in a process of its own, with a real reactor.

``python -m tests.real.notify_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from tests.real.preview_scenarios import PreviewFixture
from tests.real.scenarios import ScenarioFixture, run_one
from tests.real.watched_mailbox import WatchedFolder, commands_from_now_on
from tray.imap.types import INBOX, NO_EXTRAS, MailboxName
from tray.net.watch.connections.account_connections import AccountConnections

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class NotifyFixture(PreviewFixture):
    """A watcher, and the commands that it has sent since it watches."""

    async def watching(self) -> None:
        await super().watching()
        assert self.watcher is not None
        protocol: Any = self.watcher._protocol
        self.queue = protocol.queue
        self.sent = commands_from_now_on(self.watcher)

    async def counted(self, times: int) -> None:
        """So many counts were requested, and IDLE has begun again: mail that comes during a command is fetched."""
        await self.until(lambda: self.sent.count("UID SEARCH") == times and self.queue.is_idling)


async def no_request(reactor: Any) -> None:
    """New messages are announced, with their previews, before anything is sent to the server; then they are counted."""
    fixture = NotifyFixture(reactor)
    try:
        fixture.append("Old", "Hello.")
        fixture.watch()
        await fixture.watching()
        for number in range(3):
            fixture.append(f"News {number}", f"Line {number}.", "<p>A page</p>")
            await fixture.until(lambda: len(fixture.arrivals) == number + 1)  # noqa: B023
            assert fixture.preview(f"News {number}") == f"Line {number}."
            assert "UID FETCH" not in fixture.sent
            await fixture.counted(number + 1)
            assert fixture.state.unseen == number + 2
        assert set(fixture.sent) == {"UID SEARCH"}
        fixture.extra = NO_EXTRAS
        fixture.append("Fetched", "Other items are wanted now.")
        await fixture.until(lambda: len(fixture.arrivals) == 4)
        await fixture.counted(4)
        assert fixture.sent[-1] == "NOTIFY"
        fixture.sent.clear()
        fixture.append("Pushed", "Hello.")
        await fixture.until(lambda: fixture.arrivals[-1:] == ["Pushed"])
        assert "UID FETCH" not in fixture.sent
    finally:
        await fixture.close()


class ManyFixture(ScenarioFixture):
    """An account with INBOX and other folders, and what came of each."""

    def __init__(self, reactor: Any, folders: int, **options: Any) -> None:
        super().__init__(reactor, **options)
        self.connections = AccountConnections()
        self.client = self.server.imap()
        names = [MailboxName(f"Folder {number}") for number in range(folders)]
        for name in names:
            self.client.create(f'"{name}"')
        self.folders = [WatchedFolder(self, name, self.connections) for name in (INBOX, *names)]

    def append(self, folder: WatchedFolder, subject: str) -> None:
        """A new mail, by the server itself: a Dovecot does not notice one that another program writes into a folder."""
        message = f"Subject: {subject}\r\nFrom: Bob <bob@example.org>\r\n\r\nHello.\r\n"
        assert self.client.append(f'"{folder.mailbox}"', "", "", message.encode())[0] == "OK"

    async def start(self) -> None:
        for folder in self.folders:
            folder.watcher.start()
        await self.until(lambda: all(folder.is_watching for folder in self.folders))

    @property
    def logins(self) -> int:
        return self.server.log_text().count("Login: user=<anna>") - 1  # that of the test

    async def close(self) -> None:
        for folder in self.folders:
            folder.watcher.stop()
        await super().close()


async def folders(reactor: Any, count: int = 30) -> None:
    """A mail to any folder is announced within a second, over the one connection of the account; none twice."""
    fixture = ManyFixture(reactor, count)
    try:
        began = time.monotonic()
        await fixture.start()
        print(f"{count} folders: all watched after {time.monotonic() - began:.2f} s")
        assert fixture.logins == 1, fixture.server.log_text()[-3000:]
        waits = []
        for number, folder in enumerate(fixture.folders[:: max(1, count // 10)]):
            fixture.append(folder, f"News {number}")
            began = time.monotonic()
            await fixture.until(lambda: folder.arrivals == [f"News {number}"])  # noqa: B023
            waits.append(time.monotonic() - began)
        print(f"announced after {sorted(waits)[len(waits) // 2]:.2f} s, at most {max(waits):.2f} s")
        assert sorted(waits)[len(waits) // 2] < 1
        before = {folder: list(folder.arrivals) for folder in fixture.folders}
        for folder in fixture.folders:  # in all of them at once
            for number in range(2):
                fixture.append(folder, f"Burst {number}")
        await fixture.until(
            lambda: all(len(folder.arrivals) >= len(before[folder]) + 2 for folder in fixture.folders)
        )
        assert all(folder.arrivals == [*before[folder], "Burst 0", "Burst 1"] for folder in fixture.folders)
        last = fixture.folders[-1]
        fixture.client.select(f'"{last.mailbox}"')
        fixture.client.store("1:*", "+FLAGS", "(\\Seen)")
        await fixture.until(lambda: last.state is not None and last.state.unseen == 0)
        assert fixture.logins == 1, fixture.server.log_text()[-3000:]
    finally:
        await fixture.close()


async def two_hundred(reactor: Any) -> None:
    """The same with 200 folders: ``python -m tests.real.notify_scenarios two_hundred``."""
    await folders(reactor, 200)


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario for scenario in (no_request, folders)
}


if __name__ == "__main__":
    sys.exit(run_one({**SCENARIOS, "two_hundred": two_hundred}[sys.argv[1]]))
