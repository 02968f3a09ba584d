"""NOTIFY on a real Dovecot; each scenario runs in a process of its own, with a real reactor.

``python -m tests.real.notify_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tests.real.preview_scenarios import PreviewFixture
from tests.real.scenarios import run_one
from tray.imap.types import NO_EXTRAS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.imap.commands import Request


class NotifyFixture(PreviewFixture):
    """A watcher, and the commands that it has sent since it watches."""

    async def watching(self) -> None:
        await super().watching()
        self.sent: list[str] = []
        assert self.watcher is not None
        protocol: Any = self.watcher._protocol
        self.queue = protocol.queue
        request = protocol.request

        def recorded(command: Request, *arguments: Any) -> Any:
            self.sent.append(command.name)
            return request(command, *arguments)

        protocol.request = recorded

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


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario for scenario in (no_request,)
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
