"""Where an action moves messages, and how, on servers with more or fewer folders and extensions."""

from __future__ import annotations

import pytest

from tests.fakes.values import pending
from tray.imap.events import Listed, Namespace, Namespaces
from tray.imap.types import INBOX, MailboxName
from tray.mail.actions.target import Manner, Target, find_target, manner
from tray.mail.folders.folders import folders_of
from tray.mail.folders.special_use import SpecialUse
from tray.mail.model.action import MessageAction as Do

USUAL = ("INBOX", "Archive \\Archive", "Papierkorb \\Trash", "Spam \\Junk", "All \\All")
GMAIL = ("INBOX", "[Gmail]/Alle \\All", "[Gmail]/Papierkorb \\Trash", "[Gmail]/Spam \\Junk")
COURIER = Namespaces(personal=(Namespace(MailboxName("INBOX."), "."),))
TWO = Namespaces(personal=(*COURIER.personal, Namespace(MailboxName("#mh/"), "/")))
PLAIN = Namespaces(personal=(Namespace(MailboxName(""), "/"),))


def target(action, names, capabilities=(), namespaces=None, **options):
    listed = []
    for entry in names:
        name, *attributes = entry.split()
        listed.append(Listed(frozenset(attributes), "." if "INBOX." in name else "/", MailboxName(name)))
    folders = folders_of(listed, namespaces)
    return find_target(pending(action, 1, **options), folders, namespaces, capabilities)


@pytest.mark.parametrize(
    ("action", "names", "capabilities", "namespaces", "expected"),
    [
        (Do.ARCHIVE, USUAL, (), PLAIN, Target("Archive")),
        (Do.DELETE, USUAL, (), PLAIN, Target("Papierkorb")),
        (Do.JUNK, USUAL, (), None, Target("Spam")),
        (Do.ARCHIVE, GMAIL, ("X-GM-EXT-1",), PLAIN, Target("[Gmail]/Alle")),
        (Do.DELETE, GMAIL, ("X-GM-EXT-1",), PLAIN, Target("[Gmail]/Papierkorb")),
        (Do.ARCHIVE, ("INBOX", "Archiv"), (), PLAIN, Target("Archiv")),
        (Do.DELETE, ("INBOX", "INBOX.Corbeille"), (), COURIER, Target("INBOX.Corbeille")),
        # A view of all messages takes none, but on Gmail.
        (Do.ARCHIVE, ("INBOX", "All \\All"), (), PLAIN, Target("Archive", create=SpecialUse.ARCHIVE)),
        (Do.ARCHIVE, ("INBOX",), (), COURIER, Target("INBOX.Archive", create=SpecialUse.ARCHIVE)),
        (Do.DELETE, ("INBOX",), (), None, Target("Trash", create=SpecialUse.TRASH)),
        (Do.JUNK, ("INBOX",), (), TWO, Target("INBOX.Junk", create=SpecialUse.JUNK)),
        (Do.JUNK, ("INBOX",), (), Namespaces(), Target("Junk", create=SpecialUse.JUNK)),
    ],
)
def test_an_action_goes_to_the_folder_of_its_use(action, names, capabilities, namespaces, expected):
    assert target(action, names, capabilities, namespaces) == expected


def test_a_folder_of_other_users_is_no_archive():
    spaces = Namespaces(
        personal=(Namespace(MailboxName(""), "/"),), others=(Namespace(MailboxName("user/"), "/"),)
    )
    found = target(Do.ARCHIVE, ("INBOX", "user/bob/Archive \\Archive"), (), spaces)
    assert found == Target(MailboxName("Archive"), create=SpecialUse.ARCHIVE)


def test_a_move_goes_where_the_user_says():
    assert target(Do.MOVE, (), target=INBOX) == Target(INBOX)


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"MOVE", "UIDPLUS"}, Manner.MOVE),
        ({"MOVE"}, Manner.MOVE),
        ({"UIDPLUS"}, Manner.EXPUNGE),
        (set(), Manner.MARK),
    ],
)
def test_nothing_is_expunged_but_by_its_uid(capabilities, expected):
    assert manner(capabilities) is expected
