"""Searches of a server that shows all mail in one folder; each scenario in a process with a real reactor.

``python -m tests.real.all_mail_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tests.real.action_scenarios import USES
from tests.real.dovecot_configuration import all_mail
from tests.real.queue_scenarios import Run
from tests.real.scenarios import ScenarioFixture, run_one

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.mail.presentation.summary import SearchResults


async def search(fixture: ScenarioFixture, run: Run, words: str) -> list[tuple[str, str]]:
    """Folder and subject of each hit, sorted, when all servers have answered."""
    results: list[SearchResults] = []
    run.searches.start(words, None, results.append)
    await fixture.until(lambda: not results[-1].waiting)
    assert results[-1].problems == ()
    return sorted((line.key.mailbox, line.subject) for line in results[-1].lines)


def deliver(fixture: ScenarioFixture, subject: str, folder: str, serial: int) -> None:
    text = f"Message-ID: <{serial}@example.org>\r\nFrom: Bob <bob@example.org>\r\nSubject: {subject}\r\n\r\nHello\r\n"
    fixture.server.imap().append(folder, "", "", text.encode())


async def archived(reactor: Any) -> None:
    """Archived mail is found in the folder with the use of all mail; what is in the inbox, there and once."""
    fixture = ScenarioFixture(reactor, extra=all_mail())
    run = None
    try:
        folder = fixture.server.home / "mail" / fixture.server.user / "virtual" / "All"
        folder.mkdir(parents=True)
        (folder / "dovecot-virtual").write_text("INBOX\nArchive\n  all\n")
        fixture.server._own(folder.parent, folder, folder / "dovecot-virtual")
        fixture.server.imap().create("Archive")
        deliver(fixture, "Lunch today", "INBOX", 1)
        deliver(fixture, "Dinner", "INBOX", 2)
        deliver(fixture, "Lunch of last year", "Archive", 3)
        run = Run(reactor, fixture.account, fixture.password, fixture.server.home / "state.sqlite3")
        await fixture.until(lambda: run.watching)
        expected = [("INBOX", "Lunch today"), ("Virtual/All", "Lunch of last year")]
        for _ in range(2):
            assert await search(fixture, run, "lunch") == expected
        assert await search(fixture, run, "hello") == [("INBOX", "Dinner"), *expected]
        assert await search(fixture, run, "nothing like it") == []
    finally:
        if run is not None:
            await run.service.stop()
        await fixture.close()


async def without(reactor: Any) -> None:
    """A server that has no such folder is asked for it once."""
    fixture = ScenarioFixture(reactor, extra=USES)
    run = None
    try:
        fixture.server.deliver("Lunch today")
        run = Run(reactor, fixture.account, fixture.password, fixture.server.home / "state.sqlite3")
        await fixture.until(lambda: run.watching)
        all_of_it = run.searches._all_mail
        assert all_of_it.may_have_it(fixture.account, {"SPECIAL-USE"})
        assert await search(fixture, run, "lunch") == [("INBOX", "Lunch today")]
        assert not all_of_it.may_have_it(fixture.account, {"SPECIAL-USE"})
        assert await search(fixture, run, "lunch") == [("INBOX", "Lunch today")]
    finally:
        if run is not None:
            await run.service.stop()
        await fixture.close()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario for scenario in (archived, without)
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
