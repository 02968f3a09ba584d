"""Previews, what a window lists, and searches on a real Dovecot; each scenario in a process with a real reactor.

``python -m tests.real.preview_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import sys
import time
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from tests.real.scenarios import ScenarioFixture, run_one
from tray.imap.types import ExtraItems
from tray.net.errors import ActionFailed
from tray.net.watch.mailbox_search import MailboxSearch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.imap.types import Uid, UidValidity
    from tray.mail.model.message import Message

WITHOUT_PREVIEW = "IMAP4rev1 SASL-IR LITERAL+ IDLE ESEARCH UIDPLUS"


class PreviewFixture(ScenarioFixture):
    """A watcher that reads what a toast or a window needs."""

    def __init__(self, reactor: Any, **options: Any) -> None:
        super().__init__(reactor, **options)
        self.extra = ExtraItems(previews=True)
        self.more = 300

    def append(self, subject: str, text: str, page: str = "", charset: str = "utf-8", cte: str = "") -> None:
        message = EmailMessage()
        message["Subject"] = subject
        message["From"] = "Bob <bob@example.org>"
        message.set_content(text, charset=charset, cte=cte or None)
        if page:
            message.add_alternative(page, subtype="html")
        with self.server.imap() as client:
            client.append("INBOX", None, None, bytes(message))  # type: ignore[arg-type]

    def message(self, subject: str) -> Message | None:
        found = () if self.state is None else (*self.state.latest, *self.state.more)
        return next((message for message in found if message.envelope.subject == subject), None)

    def preview(self, subject: str) -> str:
        message = self.message(subject)
        return "" if message is None else message.preview


async def new_messages(reactor: Any) -> None:
    """Messages that arrive have their preview in the report that announces them, and soon."""
    fixture = PreviewFixture(reactor)
    try:
        fixture.append("Old", "An old text")
        fixture.watch()
        await fixture.watching()
        fixture.append("One", "Hällo Wörld\n\n> quoted\n", cte="quoted-printable")
        await fixture.until(lambda: fixture.arrivals == ["One"])
        assert fixture.preview("One") == "Hällo Wörld"
        began = time.monotonic()
        fixture.append(
            "Sign in", "Hello,\n\n" + "Words before it. " * 40 + "\n\nYour login code is 482 913.", "<p>x"
        )
        await fixture.until(lambda: fixture.arrivals == ["One", "Sign in"])
        assert time.monotonic() - began < 3
        message = fixture.message("Sign in")
        assert message is not None
        assert message.preview.startswith("Hello, Words before it.")
        assert message.code == "482913"
        fixture.append(
            "Page", "", "<style>p{}</style><div style='display:none'>no</div><p>Grüße</p>", cte="base64"
        )
        await fixture.until(lambda: len(fixture.arrivals) == 3)
        assert fixture.preview("Page") == "Grüße"
        assert fixture.preview("Old") == ""
        assert fixture.server.log_text().count("Login:") == 1 + 4  # of `append`
    finally:
        await fixture.close()


async def _lists(reactor: Any, capability: str | None) -> None:
    fixture = PreviewFixture(reactor, titles=2, capability=capability)
    fixture.extra = ExtraItems()
    try:
        fixture.append("First", "The text of the first")
        fixture.server.bulk(150)
        fixture.append("Last", "Der Text mit Umlauten: äöü", charset="iso-8859-1")
        page = "<head><style>" + "p { color: red }" * 1000 + "</style></head><p>After the style"
        fixture.append("Page", " ", page)
        watcher = fixture.watch()
        await fixture.watching()
        assert fixture.state is not None
        assert len(fixture.state.latest) == 2
        fixture.extra = ExtraItems(listing=True)
        watcher.show(100)
        await fixture.until(lambda: fixture.preview("First") != "")
        await fixture.until(lambda: fixture.preview("Page") != "")
        assert fixture.preview("First") == "The text of the first"
        assert fixture.preview("Last") == "Der Text mit Umlauten: äöü"
        assert fixture.preview("Page") == "After the style"
        await fixture.until(lambda: all(message.preview for message in _listed(fixture)))
        assert len(_listed(fixture)) == 100 + 3
        # what another client reads or removes is followed, far down in the list as well
        with fixture.server.imap("INBOX") as client:
            client.uid("STORE", "1", "+FLAGS", r"(\Seen)")
        await fixture.until(lambda: not _unseen(fixture, "First"))
        assert fixture.preview("First") == "The text of the first"
        with fixture.server.imap("INBOX") as client:
            client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
            client.expunge()
        await fixture.until(lambda: fixture.message("First") is None)
        fixture.append("New", "While the window is open")
        await fixture.until(lambda: fixture.preview("New") == "While the window is open")
        # the window is closed
        fixture.extra, fixture.more = ExtraItems(), 0
        watcher.show(2)
        fixture.append("Newer", "While it is closed")
        await fixture.until(lambda: fixture.arrivals == ["New", "Newer"])
        assert len(_listed(fixture)) == 2
        assert fixture.preview("Newer") == ""
    finally:
        await fixture.close()


def _listed(fixture: PreviewFixture) -> tuple[Message, ...]:
    assert fixture.state is not None
    return (*fixture.state.latest, *fixture.state.more)


def _unseen(fixture: PreviewFixture, subject: str) -> bool:
    message = fixture.message(subject)
    return message is not None and message.unseen


async def lists_with_preview(reactor: Any) -> None:
    """A window lists the newest messages and an old unread one, with the previews that Dovecot makes."""
    await _lists(reactor, None)


async def lists_without_preview(reactor: Any) -> None:
    """The same on a server without PREVIEW."""
    await _lists(reactor, WITHOUT_PREVIEW)


class Search:
    """A search and what came of it."""

    def __init__(self, text: str) -> None:
        self.found: dict[Uid, Message] = {}
        self.ends: list[Exception | None] = []
        self.search = MailboxSearch(text, self._add, self.ends.append)

    def _add(self, uid_validity: UidValidity, messages: tuple[Message, ...]) -> None:
        assert uid_validity
        self.found |= {message.uid: message for message in messages}

    @property
    def subjects(self) -> list[str]:
        return sorted(message.envelope.subject for message in self.found.values())


async def searches(reactor: Any) -> None:
    """Sender, subject and text, with umlauts and quotes; meanwhile the watch goes on."""
    fixture = PreviewFixture(reactor, titles=2)
    try:
        fixture.append("Grüße aus Köln", "Nothing else")
        fixture.append("Invoice", "Über den Wolken", charset="iso-8859-1", cte="base64")
        fixture.server.bulk(3000)
        fixture.append("Other", "No hit")
        watcher = fixture.watch()
        await fixture.watching()
        for text, subjects in (
            ("köln", ["Grüße aus Köln"]),
            ("über den", ["Invoice"]),
            ("invoice", ["Invoice"]),
            ("not there", []),
            ('a "quoted\\ one', []),
        ):
            search = Search(text)
            watcher.search(search.search)
            await fixture.until(lambda ends=search.ends: bool(ends))
            assert (search.ends, search.subjects) == ([None], subjects), text
            if subjects == ["Invoice"]:
                assert [message.preview for message in search.found.values()] == ["Über den Wolken"]
        search = Search("bob@example")
        watcher.search(search.search)
        await fixture.until(lambda: bool(search.ends))
        assert len(search.found) == 50
        search = Search("köln")
        watcher.search(search.search)
        fixture.append("New", "While it is searched")
        await fixture.until(lambda: fixture.arrivals == ["New"] and bool(search.ends))
        search = Search("köln")
        watcher.search(search.search)
        search.search.cancel()
        fixture.append("Newer", "Afterwards")
        await fixture.until(lambda: fixture.arrivals == ["New", "Newer"])
        assert not search.ends
        assert not search.found
        await watcher.stop()
        search = Search("köln")
        watcher.search(search.search)
        assert isinstance(search.ends[0], ActionFailed)
    finally:
        await fixture.close()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario
    for scenario in (new_messages, lists_with_preview, lists_without_preview, searches)
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
