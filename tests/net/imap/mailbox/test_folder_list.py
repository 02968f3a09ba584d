"""Listing the folders of an account, server by server."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost

from tests.net.accounts import CLEAR, SECRET
from tests.net.wire import Reactor, Wire, result
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.folders import Folder, Space
from tray.mail.folders.special_use import SpecialUse
from tray.net.imap.mailbox import folder_list as net_folders
from tray.net.imap.mailbox.folder_list import list_folders

EXTENDED = "LIST-EXTENDED SPECIAL-USE NAMESPACE"
RETURNING = "RETURN (SPECIAL-USE CHILDREN SUBSCRIBED)"


class Listing:
    """Folders being listed."""

    def __init__(self, capabilities: str = "") -> None:
        self.reactor = Reactor()
        self.done: list[Any] = result(Deferred.fromCoroutine(list_folders(self.reactor, CLEAR, SECRET)))
        self.wire: Wire = self.reactor.accept()
        self.wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
        tag = self.wire.sent()[0].split()[0]
        self.wire.s(f"{tag} OK [CAPABILITY IMAP4rev1 {capabilities}] in")

    def folders(self) -> dict[str, Folder]:
        assert not self.reactor.getDelayedCalls(), "nothing is left behind"
        (found,) = self.done
        assert found.complete
        return {folder.name: folder for folder in found.folders}

    def serve(self, answers: dict[str, tuple[str, ...]]) -> list[str]:
        served = self.wire.serve(lambda said: answers.get(said, ("OK",)))
        self.reactor.advance(0)
        return served


def test_a_modern_server_tells_all_at_once() -> None:
    listing = Listing(f"{EXTENDED} ID")
    served = listing.serve(
        {
            "NAMESPACE": ('* NAMESPACE (("" "/")) (("Other Users/" "/")) NIL', "OK"),
            f'LIST "" "*" {RETURNING}': (
                r'* LIST (\HasNoChildren \Subscribed) "/" INBOX',
                r'* LIST (\HasNoChildren \Trash) "/" {10}',
                "Papierkorb",
                r'* LIST (\HasNoChildren) "/" "Entw&APw-rfe &- mehr"',
                r'* LIST (\Noselect \HasChildren) "/" "Lists"',
                r'* LIST () "/" "Lists/Python"',
                r'* LIST () "/" "Other Users/bob"',
                "OK",
            ),
        }
    )
    assert served == [
        'ID ("name" "Mailbell" "version" "0.1.0")',
        "NAMESPACE",
        f'LIST "" "*" {RETURNING}',
        "LOGOUT",
    ]
    found = listing.folders()
    assert list(found) == ["INBOX", "Papierkorb", "Entwürfe & mehr", "Lists/Python", "Other Users/bob"]
    assert found["INBOX"] == Folder(INBOX, ("INBOX",), SpecialUse.INBOX, subscribed=True)
    assert found["Papierkorb"].use is SpecialUse.TRASH
    assert found["Other Users/bob"] == Folder(MailboxName("Other Users/bob"), ("bob",), space=Space.OTHERS)


@pytest.mark.parametrize(
    ("capabilities", "command"),
    [
        ("", 'LIST "" "*"'),
        ("LIST-EXTENDED", 'LIST "" "*" RETURN (CHILDREN SUBSCRIBED)'),
        ("SPECIAL-USE", 'LIST "" "*" RETURN (SPECIAL-USE)'),
        ("SPECIAL-USE XLIST", 'LIST "" "*" RETURN (SPECIAL-USE)'),
        ("XLIST", 'XLIST "" "*"'),
    ],
)
def test_a_server_is_asked_for_no_more_than_it_offers(capabilities: str, command: str) -> None:
    listing = Listing(capabilities)
    assert listing.serve({command: (r'* LIST () "." INBOX', "OK")}) == [command, "LOGOUT"]
    assert list(listing.folders()) == ["INBOX"]


def test_gmail_as_it_was_before_special_use() -> None:
    listing = Listing("XLIST")
    listing.serve(
        {
            'XLIST "" "*"': (
                r'* XLIST (\HasNoChildren \Inbox) "/" "Posteingang"',
                r'* XLIST (\Noselect \HasChildren) "/" "[Gmail]"',
                r'* XLIST (\HasNoChildren \AllMail) "/" "[Gmail]/Alle Nachrichten"',
                r'* XLIST (\HasNoChildren \Spam) "/" "[Gmail]/Spam"',
                r'* XLIST (\HasNoChildren \Starred) "/" "[Gmail]/Markiert"',
                "OK",
            )
        }
    )
    assert {name: folder.use for name, folder in listing.folders().items()} == {
        "INBOX": SpecialUse.INBOX,
        "[Gmail]/Alle Nachrichten": SpecialUse.ALL,
        "[Gmail]/Spam": SpecialUse.JUNK,
        "[Gmail]/Markiert": SpecialUse.FLAGGED,
    }


def test_what_a_server_leaves_out_of_the_star_is_asked_for() -> None:
    listing = Listing("NAMESPACE")
    served = listing.serve(
        {
            "NAMESPACE": ('* NAMESPACE (("INBOX." ".")) (("~" "/")) (("#shared." ".")("#news." "."))', "OK"),
            'LIST "" "*"': (r'* LIST () "." INBOX', r'* LIST () "." "#shared.Team"', "OK"),
            'LIST "" "~*"': ("NO no wildcards there",),
            'LIST "" "#news.*"': (r'* LIST () "." "#news.comp.mail"', "OK"),
        }
    )
    assert served == ["NAMESPACE", 'LIST "" "*"', 'LIST "" "~*"', 'LIST "" "#news.*"', "LOGOUT"]
    assert list(listing.folders()) == ["INBOX", "#shared.Team", "#news.comp.mail"]


def test_a_server_that_claims_too_much_is_asked_the_plain_way() -> None:
    listing = Listing("LIST-EXTENDED NAMESPACE")
    served = listing.serve(
        {
            "NAMESPACE": ("BAD what",),
            'LIST "" "*" RETURN (CHILDREN SUBSCRIBED)': ("BAD what",),
            'LIST "" "*"': (r'* LIST () "/" INBOX', "OK"),
        }
    )
    assert served[-2:] == ['LIST "" "*"', "LOGOUT"]
    assert list(listing.folders()) == ["INBOX"]


@pytest.mark.parametrize("capabilities", ["", "LIST-EXTENDED"])
def test_a_server_that_refuses_says_so(capabilities: str) -> None:
    listing = Listing(capabilities)
    listing.wire.serve(lambda _: ("NO not now",))
    assert [type(outcome) for outcome in listing.done] == [CommandRefused]
    assert listing.wire.transport.aborted


@pytest.mark.parametrize("capabilities", ["NAMESPACE", "LIST-EXTENDED NAMESPACE"])
def test_a_server_that_leaves_is_told_once(capabilities: str) -> None:
    listing = Listing(capabilities)
    listing.wire.sent()
    listing.wire.close(ConnectionLost())
    assert [type(outcome) for outcome in listing.done] == [ConnectionLost]
    assert not listing.reactor.getDelayedCalls()


def test_a_goodbye_in_the_middle_is_no_refusal_of_the_command() -> None:
    listing = Listing("LIST-EXTENDED NAMESPACE")
    listing.wire.sent()
    listing.wire.s("* BYE going down").close()
    (error,) = listing.done
    assert isinstance(error, CommandRefused)
    assert error.status == "BYE"


@pytest.mark.parametrize(("most", "text"), [(3, 4_000_000), (10_000, 30)])
def test_there_may_be_more_folders_than_anybody_wants(
    most: int, text: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(net_folders, "MAX_FOLDERS", most)
    monkeypatch.setattr(net_folders, "_TEXT_LIMIT", text)
    listing = Listing()
    listing.wire.sent()
    listing.wire.s(*(f'* LIST () "/" "folder {number}"' for number in range(20)))
    (found,) = listing.done
    assert not found.complete
    assert [folder.name for folder in found.folders] == ["folder 0", "folder 1", "folder 2"]
    assert listing.wire.transport.aborted
    listing.reactor.advance(0)
    assert not listing.reactor.getDelayedCalls()
