"""The folder that shows all mail is searched on a connection of its own, which is ended afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.defer import CancelledError, Deferred

from tests.net.accounts import CLEAR, SECRET
from tests.net.wire import Reactor, Wire, row
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName
from tray.net.watch.all_mail import search_all_mail
from tray.net.watch.mailbox_search import MailboxSearch

if TYPE_CHECKING:
    from tray.imap.types import UidValidity
    from tray.mail.model.account import Account
    from tray.mail.model.message import Message

GMAIL = "IMAP4rev1 X-GM-EXT-1 SPECIAL-USE"
ALL = r'* LIST (\All \HasNoChildren) "/" "[Gmail]/Alle Nachrichten"'
LIST = 'LIST "" "*" RETURN (SPECIAL-USE)'


class Searching:
    """A search on a connection that is made for it."""

    def __init__(self, account: Account = CLEAR) -> None:
        self.found: list[tuple[int, str]] = []
        self.opened: list[MailboxName] = []
        self.ends: list[Exception | None] = []
        self.outcome: list[Any] = []
        self.search = MailboxSearch("lunch", self._found, self.ends.append)
        self.reactor = Reactor()
        self.running = Deferred.fromCoroutine(
            search_all_mail(self.reactor, account, SECRET, _no_secret, self.search, self.opened.append)
        )
        self.running.addBoth(self.outcome.append)
        self.wire: Wire = self.reactor.accept()
        self.wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
        tag = self.wire.sent()[0].split()[0]
        self.wire.s(f"{tag} OK [CAPABILITY {GMAIL}] in")

    def _found(self, _: UidValidity, messages: tuple[Message, ...]) -> None:
        self.found += [(message.uid, message.envelope.subject) for message in messages]

    def serve(self, answers: dict[str, tuple[str, ...]]) -> list[str]:
        def answer(said: str) -> tuple[str, ...]:
            for begin, lines in answers.items():
                if said.startswith(begin):
                    return lines
            return ("NO",) if "BODY.PEEK[TEXT]" in said else ("OK",)

        served = self.wire.serve(answer)
        self.reactor.advance(0)
        return served


async def _no_secret(account: Account) -> Any:
    raise AssertionError(account)


def test_what_is_found_there_is_given_with_the_name_of_the_folder() -> None:
    searching = Searching()
    served = searching.serve(
        {
            LIST: (r'* LIST () "/" INBOX', ALL, "OK"),
            "EXAMINE": ("* 9 EXISTS", "* OK [UIDVALIDITY 5] x", "OK [READ-ONLY] done"),
            "UID SEARCH 1:9 OR": ("* SEARCH 7", "OK"),
            "UID FETCH 7 (UID": (row(7, 7, "Lunch"), "OK"),
        }
    )
    assert served[:2] == [LIST, 'EXAMINE "[Gmail]/Alle Nachrichten"']
    assert served[-1] == "LOGOUT"
    assert searching.opened == ["[Gmail]/Alle Nachrichten"]
    assert searching.found[0] == (7, "Lunch")
    assert searching.ends == [None]
    assert searching.outcome == [True]
    assert not searching.reactor.getDelayedCalls()


@pytest.mark.parametrize(
    ("folders", "account", "outcome"),
    [
        ((r'* LIST () "/" INBOX',), CLEAR, False),
        ((ALL,), replace(CLEAR, mailboxes=(INBOX, MailboxName("[Gmail]/Alle Nachrichten"))), True),
    ],
    ids=["there is none", "it is watched"],
)
def test_nothing_is_opened_where_nothing_more_is_to_be_found(
    folders: tuple[str, ...], account: Account, outcome: bool
) -> None:
    searching = Searching(account)
    assert searching.serve({LIST: (*folders, "OK")}) == [LIST, "LOGOUT"]
    assert searching.outcome == [outcome]
    assert searching.opened == []


def test_a_search_that_is_cancelled_ends_the_connection() -> None:
    searching = Searching()
    searching.running.cancel()
    assert searching.wire.transport.aborted
    assert searching.outcome[0].check(CancelledError)


def test_a_folder_that_cannot_be_opened_fails_it() -> None:
    searching = Searching()
    searching.serve({LIST: (ALL, "OK"), "EXAMINE": ("NO not now",)})
    assert searching.outcome[0].check(CommandRefused)
    assert searching.found == []
