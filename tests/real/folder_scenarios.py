"""Folders on a real Dovecot; each scenario runs in a process of its own, with a real reactor.

``python -m tests.real.folder_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from tests.real.dovecot_configuration import shared_mail
from tests.real.scenarios import ScenarioFixture, run_one
from tray.imap.types import MailboxName
from tray.mail.folders.folders import Space
from tray.mail.folders.special_use import SpecialUse
from tray.mail.folders.tree import flat, tree
from tray.mail.model.secret import Secret
from tray.mail.model.status import ProblemKind, Waiting, Watching
from tray.net.imap.mailbox.folder_list import list_folders

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

COUNT = 500
NAMESPACES = rf"""
namespace public {{
  type = public
  separator = /
  prefix = Public/
  {shared_mail("public")}
  list = yes
}}
namespace hidden {{
  type = public
  separator = /
  prefix = "#news/"
  {shared_mail("news")}
  list = no
}}
namespace inbox {{
  mailbox Papierkorb {{
    special_use = \Trash
    auto = create
  }}
  mailbox "Ausgang erledigt" {{
    special_use = \Sent
    auto = subscribe
  }}
}}
"""
"""A shared namespace that ``*`` lists, one that it does not, and special uses under names of the user's own."""


async def listing(reactor: Any) -> None:
    """Umlauts, deep trees, namespaces, special uses; with every way to ask that Dovecot has."""
    for capability in (None, "IMAP4rev1 NAMESPACE SPECIAL-USE", "IMAP4rev1 NAMESPACE"):
        fixture = ScenarioFixture(reactor, extra=NAMESPACES, capability=capability)
        try:
            await _list_all(fixture, extended=capability is None)
        finally:
            await fixture.close()


async def _list_all(fixture: ScenarioFixture, *, extended: bool) -> None:
    client = fixture.server.imap()
    for name in ('"Entw&APw-rfe &- mehr"', "Deep/er/and/deeper", "Public/News", "#news/comp"):
        assert client.create(name)[0] == "OK"
    listed = await list_folders(fixture.reactor, fixture.account, Secret(fixture.server.password))
    found = {str(folder.name): folder for folder in listed.folders}
    assert sorted(found) == [
        "#news/comp",
        "Ausgang erledigt",
        "Deep/er/and/deeper",
        "Entwürfe & mehr",
        "INBOX",
        "Papierkorb",
        "Public/News",
    ]
    assert found["Papierkorb"].use is SpecialUse.TRASH
    assert found["Ausgang erledigt"].use is SpecialUse.SENT
    assert found["Ausgang erledigt"].subscribed is extended
    assert found["Public/News"].space is found["#news/comp"].space is Space.SHARED
    assert found["Deep/er/and/deeper"].parts == ("Deep", "er", "and", "deeper")
    await fixture.until(lambda: "Logged out" in fixture.server.log_text())


async def flat_names(reactor: Any) -> None:
    """Courier's manner: all lies beneath INBOX, by dots."""
    extra = "namespace inbox {\n  prefix = INBOX.\n  separator = .\n}"
    fixture = ScenarioFixture(reactor, extra=extra)
    try:
        client = fixture.server.imap()
        client.create("INBOX.Lists.Python")
        client.create("INBOX.Trash")
        folders = (await list_folders(reactor, fixture.account, Secret(fixture.server.password))).folders
        assert {(folder.name, folder.path, folder.use) for folder in folders} == {
            ("INBOX", "INBOX", SpecialUse.INBOX),
            ("INBOX.Lists.Python", "Lists/Python", None),
            ("INBOX.Trash", "Trash", SpecialUse.TRASH),
        }
    finally:
        await fixture.close()


async def hundreds(reactor: Any) -> None:
    """Listing and ordering takes a moment however many there are: 0.2 s for two thousand where nobody else is busy."""
    fixture = ScenarioFixture(reactor)
    try:
        for number in range(COUNT):  # on the disk: as many commands would take seconds
            fixture.server._maildir(f"Bulk/{number // 100}/F{number}")
        began = time.monotonic()
        found = await list_folders(reactor, fixture.account, Secret(fixture.server.password))
        listed = time.monotonic() - began
        ordered = flat(tree(found.folders))
        print(
            f"{COUNT} folders: listed in {listed:.2f} s, ordered in {time.monotonic() - began - listed:.3f} s"
        )
        assert len(ordered) == COUNT + 1
        assert time.monotonic() - began < 5
    finally:
        await fixture.close()


async def comes_back(reactor: Any) -> None:
    """A watched folder that is renamed away is named; when it is there again, it is watched again by itself."""
    fixture = ScenarioFixture(reactor)
    try:
        client = fixture.server.imap()
        client.create("Lists")
        fixture.server.deliver("Old", mailbox="Lists")
        fixture.watch(MailboxName("Lists"))
        await fixture.watching()
        client.rename("Lists", "Archive")
        # No event shows it: the next look finds that what it looks at is there no more.
        fixture.watcher.check_now()
        await fixture.until(
            lambda: (
                isinstance(fixture.statuses[-1], Waiting)
                and fixture.statuses[-1].problem.kind is ProblemKind.MAILBOX
            )
        )
        assert "Lists does not exist" in fixture.statuses[-1].problem.sentence
        assert "settings" in fixture.statuses[-1].problem.advice
        client.rename("Archive", "Lists")
        await fixture.watching()
        assert isinstance(fixture.statuses[-1], Watching)
        fixture.server.deliver("New", mailbox="Lists")
        await fixture.until(lambda: fixture.arrivals == ["New"])
        client.delete("Lists")
        await fixture.until(
            lambda: (
                isinstance(fixture.statuses[-1], Waiting)
                and fixture.statuses[-1].problem.kind is ProblemKind.MAILBOX
            )
        )
        client.create("Lists")
        await fixture.watching()
        fixture.server.deliver("After", mailbox="Lists")
        await fixture.until(lambda: "After" in fixture.arrivals)
        assert fixture.arrivals == ["New", "After"]
    finally:
        await fixture.close()


async def more_titles(reactor: Any) -> None:
    """More titles are read on the connection that there is, and nothing is announced again."""
    fixture = ScenarioFixture(reactor, titles=2)
    try:
        for number in range(5):
            fixture.server.deliver(f"Mail {number}")
        watcher = fixture.watch()
        await fixture.watching()
        assert fixture.titles_shown == ["Mail 4", "Mail 3"]
        fixture.titles = 4
        watcher.show(4)
        await fixture.until(lambda: len(fixture.titles_shown) == 4)
        watcher.show(3)
        fixture.server.deliver("New")
        await fixture.until(lambda: fixture.arrivals == ["New"])
        assert fixture.titles_shown == ["New", "Mail 4", "Mail 3", "Mail 2"]
        assert fixture.server.log_text().count("Login:") == 1
    finally:
        await fixture.close()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario for scenario in (listing, flat_names, hundreds, comes_back, more_titles)
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
