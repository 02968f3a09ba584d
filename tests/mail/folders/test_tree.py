"""Folders as a tree, in order, and found by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tray.imap.events import Listed, Namespace, Namespaces
from tray.imap.types import MailboxName
from tray.mail.folders.folders import Folder, folders_of
from tray.mail.folders.tree import NoSuchFolder, find_folder, flat, matches, tree

if TYPE_CHECKING:
    from tray.mail.folders.tree import Branch

GMAIL = (
    ("Work/2024", ()),
    ("INBOX", ()),
    ("[Gmail]", ("\\Noselect",)),
    ("[Gmail]/Alle Nachrichten", ("\\All",)),
    ("[Gmail]/Wichtig", ("\\Important",)),
    ("[Gmail]/Papierkorb", ("\\Trash",)),
    ("[Gmail]/Entwürfe", ("\\Drafts",)),
    ("[Gmail]/Anderes", ()),
    ("Ärger", ()),
    ("anna", ()),
    ("Zebra", ()),
    ("Work/9", ()),
    ("Work/10", ()),
)


def folders(*rows: tuple[str, tuple[str, ...]], namespaces: Namespaces | None = None) -> tuple[Folder, ...]:
    return folders_of((Listed(frozenset(row[1]), "/", MailboxName(row[0])) for row in rows), namespaces)


def drawn(branches: tuple[Branch, ...], depth: int = 0) -> list[str]:
    lines = []
    for branch in branches:
        lines.append("  " * depth + branch.label + ("" if branch.folder else " -"))
        lines += drawn(branch.children, depth + 1)
    return lines


def test_a_tree_has_the_order_in_which_people_look() -> None:
    assert drawn(tree(folders(*GMAIL, ("Gesendet", ()), ("Sent", ())))) == [
        "Inbox",
        "Sent",
        "Sent (Gesendet)",
        "anna",
        "Ärger",
        "[Gmail] -",
        "  Drafts (Entwürfe)",
        "  Trash (Papierkorb)",
        "  Anderes",
        "  All Mail (Alle Nachrichten)",
        "  Important (Wichtig)",
        "Work -",
        "  9",
        "  10",
        "  2024",
        "Zebra",
    ]


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        ("a a/b a/b/c d/a", ["a", "  b", "    c", "d -", "  a"]),
        ("Inbox/Later INBOX INBOX/Old", ["Inbox", "  Later", "  Old"]),  # however it is spelled
    ],
)
def test_a_folder_that_holds_others_stands_once(names: str, lines: list[str]) -> None:
    assert drawn(tree(folders(*((name, ()) for name in names.split())))) == lines


def test_others_and_shared_folders_stand_under_names_of_their_own() -> None:
    namespaces = Namespaces(
        (Namespace(MailboxName(""), "/"),),
        (Namespace(MailboxName("user/"), "/"),),
        (Namespace(MailboxName("#pub/"), "/"),),
    )
    rows = (("#pub/News", ()), ("user/bob", ()), ("user/bob/Work", ()), ("Zoo", ()), ("INBOX", ()))
    branches = tree(folders(*rows, namespaces=namespaces))
    assert drawn(branches) == [
        "Inbox",
        "Zoo",
        "Other users -",
        "  bob",
        "    Work",
        "Shared folders -",
        "  News",
    ]
    found = [branch for top in branches for branch in top.walk() if matches(branch, "USER/bob")]
    assert [branch.label for branch in found] == ["bob", "Work"]  # by the name on the server
    found = [branch for top in branches for branch in top.walk() if matches(branch, "users/bob/")]
    assert [branch.label for branch in found] == ["Work"]
    assert [folder.name for folder in flat(branches)] == [
        "INBOX",
        "Zoo",
        "user/bob",
        "user/bob/Work",
        "#pub/News",
    ]


def test_names_that_look_the_same_are_two_folders() -> None:
    assert [folder.name for folder in flat(tree(folders(("a", ()), ("a\u200b", ()))))] == ["a", "a\u200b"]


def test_a_search_finds_any_part_of_a_path_without_case_and_accents() -> None:
    branches = {branch.label: branch for top in tree(folders(*GMAIL)) for branch in top.walk()}

    def found(typed: str) -> list[str]:
        return [label for label, branch in branches.items() if matches(branch, typed)]

    assert found("arger") == ["Ärger"]
    assert found(" ENTWURFE ") == ["Drafts (Entwürfe)"]
    assert found("drafts") == ["Drafts (Entwürfe)"]
    assert found("work/1") == ["10"]
    assert found("inbox") == ["Inbox"]
    assert found("nothing") == []
    assert len(found("")) == len(branches)


FOLDERS = folders(
    ("INBOX", ()),
    ("Lists", ()),
    ("Lists/Python", ()),
    ("Projects/Python", ()),
    ("Müll", ("\\Trash",)),
    ("LISTS", ()),
    ("Listen", ()),
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Lists", "Lists"),
        ("LISTS", "LISTS"),
        ("lists/python", "Lists/Python"),
        ("inbox", "INBOX"),
        ("Inbox", "INBOX"),
        ("mull", "Müll"),
        ("Trash (Müll)", "Müll"),
    ],
)
def test_a_folder_is_known_by_what_people_call_it(typed: str, name: str) -> None:
    assert find_folder(FOLDERS, typed).name == name


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Lsts", "There is no folder “Lsts”; did you mean “Lists” or “Listen”?"),
        ("Mül", "There is no folder “Mül”; did you mean “Müll”?"),
        ("quite other", "There is no folder “quite other”."),
        (
            "python",
            "More than one folder is called “python”: “Lists/Python”, “Projects/Python”. Type it as it stands there.",
        ),
        (
            "go",
            "More than one folder is called “go”: “a/Go”, “b/Go”, “c/Go”. Type it as it stands there.",
        ),
        ("lists", "More than one folder is called “lists”: “Lists”, “LISTS”. Type it as it stands there."),
    ],
)
def test_who_errs_is_told_what_may_be_meant(typed: str, says: str) -> None:
    with pytest.raises(NoSuchFolder) as caught:
        find_folder((*FOLDERS, *folders(*((f"{place}/Go", ()) for place in "abcd"))), typed)
    assert str(caught.value) == says
    assert caught.value.offered is (typed != "quite other")


def test_the_servers_own_name_goes_before_all_others() -> None:
    two = (Folder(MailboxName("x"), ("a.b",)), Folder(MailboxName("a.b"), ("c",)))
    assert find_folder(two, "a.b").name == "a.b"
    assert find_folder(two, "x").name == "x"
    assert find_folder(two, "c").name == "a.b"


def test_the_only_folder_is_not_found_by_any_other_name() -> None:
    with pytest.raises(NoSuchFolder):
        find_folder(FOLDERS[:1], "Lists")
