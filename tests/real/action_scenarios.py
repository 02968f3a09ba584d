"""Actions on messages on a real Dovecot; each scenario runs in a process of its own, with a real reactor.

``python -m tests.real.action_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.values import pending
from tests.real.notify_scenarios import ManyFixture
from tests.real.scenarios import ScenarioFixture, run_one, unexpected
from tests.real.watched_mailbox import commands_from_now_on
from tray.imap.types import INBOX, MailboxName, Uid
from tray.mail.model.action import MessageAction
from tray.net.errors import ActionFailed
from tray.net.watch.connections.connection_plan import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.mail.actions.pending import PendingAction

USES = r"""
namespace inbox {
  mailbox Papierkorb {
    special_use = \Trash
    auto = create
  }
  mailbox Spam {
    special_use = \Junk
    auto = create
  }
}
"""
WITHOUT_MOVE = "IMAP4rev1 IDLE ESEARCH SPECIAL-USE NAMESPACE UIDPLUS"
WITHOUT_NOTIFY = "IMAP4rev1 IDLE ESEARCH SEARCHRES SPECIAL-USE NAMESPACE UIDPLUS MOVE"
WITHOUT_UIDPLUS = "IMAP4rev1 IDLE NAMESPACE"


class ActionFixture(ScenarioFixture):
    """A mailbox with five mails, watched."""

    copied_from: list[Uid]

    async def open(self) -> None:
        self.copied_from = []
        for number in range(1, 6):
            self.server.deliver(f"Mail {number}")
        self.watch()
        await self.watching()

    async def do(self, action: MessageAction, *uids: int, **options: Any) -> list[int]:
        """Do an action, and wait until it is reported; the UIDs that it named."""
        return list(await self.perform(self.pending(action, *uids, **options)))

    def pending(self, action: MessageAction, *uids: int, **options: Any) -> PendingAction:
        assert self.state is not None
        return pending(action, *uids, validity=self.state.uid_validity, **options)

    def perform(self, action: PendingAction) -> Any:
        assert self.watcher is not None
        return self.watcher.perform(action, self.copied_from.append)

    async def refusal(self, action: MessageAction, *uids: int, **options: Any) -> str:
        """What is said of an action that the server refuses."""
        with pytest.raises(ActionFailed) as caught:
            await self.do(action, *uids, **options)
        assert caught.value.refused
        assert caught.value.begun
        return caught.value.problem.sentence

    def folder(self, name: str) -> list[str]:
        """The subjects in a folder, sorted; those that are marked as deleted in brackets."""
        client = self.server.imap()
        if client.select(f'"{name}"', readonly=True)[0] != "OK":
            return []
        found = []
        if client.response("EXISTS")[1] != [b"0"]:
            _, answers = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            for answer in answers:
                if isinstance(answer, tuple):
                    subject = re.sub(rb"^Subject: |\s+$", b"", answer[1]).decode()
                    found.append(f"({subject})" if b"\\Deleted" in answer[0] else subject)
        client.logout()
        return sorted(found)


async def moving(reactor: Any) -> None:
    """By MOVE: to the folders of special use, to one that is made, and to a chosen one; flags; for good."""
    fixture = ActionFixture(reactor, extra=USES)
    try:
        await fixture.open()
        await fixture.do(MessageAction.DELETE, 1)
        await fixture.do(MessageAction.JUNK, 2)
        await fixture.do(MessageAction.ARCHIVE, 3)  # there is none: it is made
        assert fixture.folder("Papierkorb") == ["Mail 1"]
        assert fixture.folder("Spam") == ["Mail 2"]
        assert fixture.folder("Archive") == ["Mail 3"]
        await fixture.until(lambda: fixture.left == {1, 2, 3})
        client = fixture.server.imap()
        assert b"Archive" in client.lsub()[1][0]
        await fixture.do(MessageAction.MOVE, 4, target=MailboxName("Papierkorb"))
        assert fixture.folder("Papierkorb") == ["Mail 1", "Mail 4"]
        await fixture.do(MessageAction.FLAG, 5)
        await fixture.until(lambda: fixture.state.latest[0].flagged)
        await fixture.do(MessageAction.UNFLAG, 5)
        await fixture.until(lambda: not fixture.state.latest[0].flagged)
        await fixture.do(MessageAction.READ, 5)
        await fixture.until(lambda: fixture.state.unseen == 0)
        await fixture.do(MessageAction.UNREAD, 5)
        await fixture.until(lambda: fixture.state.unseen == 1)
        again = await fixture.do(MessageAction.DELETE, 1)  # it is gone: nothing more happens
        assert again == [1]
        assert fixture.folder("Papierkorb") == ["Mail 1", "Mail 4"]
        missing = await fixture.refusal(MessageAction.MOVE, 5, target=MailboxName("No such folder"))
        assert missing.startswith("localhost says: Mailbox doesn't exist")
        assert await fixture.refusal(MessageAction.MOVE, 5, target=MailboxName("INBOX")) == (
            "It is in that folder already."
        )
        await fixture.do(MessageAction.DELETE, 5, for_good=True)
        assert fixture.folder("INBOX") == []
        fixture.server.deliver("After")
        await fixture.until(lambda: fixture.arrivals == ["After"])
        assert fixture.copied_from == []
    finally:
        await fixture.close()


async def copying(reactor: Any) -> None:
    """Without MOVE: COPY, and UID EXPUNGE of nothing but what was copied; done again, it copies nothing twice."""
    fixture = ActionFixture(reactor, extra=USES, capability=WITHOUT_MOVE)
    try:
        await fixture.open()
        client = fixture.server.imap("INBOX")
        client.store("4", "+FLAGS", "(\\Deleted)")  # by another program: it is not ours to expunge
        await fixture.do(MessageAction.DELETE, 1, 2)
        assert fixture.copied_from == [1]
        assert fixture.folder("Papierkorb") == ["Mail 1", "Mail 2"]
        assert fixture.folder("INBOX") == ["(Mail 4)", "Mail 3", "Mail 5"]
        # The connection has ended behind COPY, of which one message of two was done.
        client = fixture.server.imap("INBOX")
        assert client.uid("COPY", "3", "Papierkorb")[0] == "OK"
        await fixture.do(MessageAction.DELETE, 3, 5, copied_from=Uid(3))
        assert fixture.folder("Papierkorb") == ["Mail 1", "Mail 2", "Mail 3", "Mail 5"]
        assert fixture.folder("INBOX") == ["(Mail 4)"]
        await fixture.do(MessageAction.DELETE, 3, 5, copied_from=Uid(3))  # the answer to UID EXPUNGE was lost
        assert fixture.folder("Papierkorb") == ["Mail 1", "Mail 2", "Mail 3", "Mail 5"]
        await fixture.until(lambda: {1, 2, 3, 5} <= fixture.left)
        fixture.server.deliver("After")
        await fixture.until(lambda: fixture.arrivals == ["After"])
    finally:
        await fixture.close()


async def marking_deleted(reactor: Any) -> None:
    """Without UIDPLUS the original stays, marked as deleted: nothing is expunged."""
    fixture = ActionFixture(reactor, capability=WITHOUT_UIDPLUS)
    try:
        await fixture.open()
        await fixture.do(MessageAction.ARCHIVE, 2)
        assert fixture.folder("Archive") == ["Mail 2"]
        await fixture.do(MessageAction.DELETE, 3, for_good=True)
        assert fixture.folder("INBOX") == ["(Mail 2)", "(Mail 3)", "Mail 1", "Mail 4", "Mail 5"]
    finally:
        await fixture.close()


async def made_anew(reactor: Any) -> None:
    """A mailbox is deleted and made anew, with other mails, between toast and click: none of them is touched.

    The mailbox shares a connection, so that nothing tells of the change; the action is sent with SELECT.
    """
    fixture = ManyFixture(reactor, CONNECTIONS, capability=WITHOUT_NOTIFY)
    try:
        for folder in fixture.folders:
            for number in range(3):
                fixture.server.deliver(f"Old {number}", mailbox=folder.mailbox)
        await fixture.start()
        (shared,) = [each for each in fixture.folders if fixture.connections.lead(each.watcher)]
        known = shared.state
        assert known is not None
        client, name = fixture.client, f'"{shared.mailbox}"'
        assert client.delete(name)[0] == client.create(name)[0] == "OK"
        for number in range(3):
            fixture.server.deliver(f"New {number}", mailbox=shared.mailbox)
        first = fixture.connections.lead(shared.watcher)
        assert first is not None
        sent = commands_from_now_on(first)
        options: dict[str, Any] = {"mailbox": shared.mailbox, "validity": known.uid_validity}
        for action, command in (
            (pending(MessageAction.FLAG, 2, **options), "UID STORE"),
            (pending(MessageAction.MOVE, 2, target=INBOX, **options), "UID MOVE"),
        ):
            shared.state = known  # as if it had not been opened since
            sent.clear()
            with pytest.raises(ActionFailed) as caught:
                await shared.watcher.perform(action, unexpected)
            at = sent.index("SELECT")
            assert sent[at : at + 3] == ["SELECT", "UID SEARCH", command]
            assert caught.value.refused
            assert caught.value.problem.sentence == (
                "The server has renumbered the messages of this folder, so nothing was changed."
            )
            client.select(name, readonly=True)
            assert client.search(None, "UNFLAGGED")[1] == [b"1 2 3"]
            client.unselect()
            await fixture.until(lambda: shared.state is not known)
        client.select("INBOX", readonly=True)
        assert client.search(None, "ALL")[1] == [b"1 2 3"]
    finally:
        await fixture.close()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario for scenario in (moving, copying, marking_deleted, made_anew)
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
