"""Folders as people see them."""

from __future__ import annotations

import time

import pytest

from tray.imap.events import Listed, Namespace, Namespaces
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.folders import (
    Folder,
    Space,
    folder_warning,
    folders_of,
    sorted_folders,
    space_label,
    use_label,
    without_prefix,
)
from tray.mail.folders.special_use import SpecialUse, folded, use_by_attributes, use_by_name


def listed(name: str, *attributes: str, delimiter: str | None = "/") -> Listed:
    return Listed(frozenset(attributes), delimiter, MailboxName(name))


def spaces(personal: str = "", others: str = "", shared: str = "", delimiter: str = "/") -> Namespaces:
    def some(text: str) -> tuple[Namespace, ...]:
        return tuple(Namespace(MailboxName(prefix), delimiter) for prefix in text.split("|") if text)

    return Namespaces(some(personal), some(others), some(shared))


@pytest.mark.parametrize(
    ("name", "namespaces", "delimiter", "space", "expected"),
    [
        ("INBOX", None, "/", Space.PERSONAL, "INBOX"),
        ("Lists/Python", None, "/", Space.PERSONAL, "Lists|Python"),
        ("Lists.Python", None, ".", Space.PERSONAL, "Lists|Python"),
        ("Lists/Python", None, None, Space.PERSONAL, "Lists/Python"),
        ("a//b/", None, "/", Space.PERSONAL, "a|b"),
        ("/", None, "/", Space.PERSONAL, "/"),
        ("\u202e", None, "/", Space.PERSONAL, "?"),
        ("Entwürfe & mehr", None, "/", Space.PERSONAL, "Entwürfe & mehr"),
        (f"{'a' * 120}/{'b' * 121}", None, "/", Space.PERSONAL, f"{'a' * 120}|{'b' * 119}…"),
        (
            "/".join("abc" * 20),
            None,
            "/",
            Space.PERSONAL,
            "|".join(("abc" * 20)[:30]) + "|" + "/".join(("abc" * 20)[30:59]) + "|c",
        ),
        # Courier and Cyrus: all lies beneath INBOX.
        ("INBOX.Lists.Python", spaces("INBOX.", delimiter="."), ".", Space.PERSONAL, "Lists|Python"),
        ("Inbox.Lists", spaces("INBOX.", delimiter="."), ".", Space.PERSONAL, "Lists"),
        ("INBOX.INBOX", spaces("INBOX.", delimiter="."), ".", Space.PERSONAL, "INBOX|INBOX"),
        ("user.bob.Work", spaces("INBOX.", "user.", "|", "."), ".", Space.OTHERS, "bob|Work"),
        ("News.local", spaces("INBOX.", "user.", "|", "."), ".", Space.SHARED, "News|local"),
        ("INBOX", spaces("INBOX.", "user.", "|", "."), ".", Space.PERSONAL, "INBOX"),
        # Dovecot and others.
        ("Other Users/bob", spaces("|", "Other Users/"), "/", Space.OTHERS, "bob"),
        ("Other Users", spaces("|", "Other Users/"), "/", Space.OTHERS, "Other Users"),
        ("Other Users", spaces("|", "Other Users/"), None, Space.PERSONAL, "Other Users"),
        ("#shared/Team", spaces("|", "", "#shared/"), "/", Space.SHARED, "Team"),
        ("#shared/", spaces("|", "", "#shared/"), "/", Space.SHARED, "#shared"),
        ("#shared/Team", spaces("|", "", "#shared/|#public/"), "/", Space.SHARED, "#shared|Team"),
        ("#mh/old", spaces("|#mh/"), "/", Space.PERSONAL, "#mh|old"),
        ("INBOX.Lists", spaces("INBOX.|#mh.", delimiter="."), ".", Space.PERSONAL, "Lists"),
        ("INBOX", spaces("#mine/", "", "|"), "/", Space.PERSONAL, "INBOX"),
    ],
)
def test_a_path_is_what_a_person_would_say(
    name: str, namespaces: Namespaces | None, delimiter: str | None, space: Space, expected: str
) -> None:
    (folder,) = folders_of([listed(name, delimiter=delimiter)], namespaces)
    assert (folder.space, "|".join(folder.parts)) == (space, expected)


def test_what_cannot_be_opened_or_kept_is_left_out() -> None:
    found = folders_of(
        [
            listed("INBOX"),
            listed("Lists", "\\Noselect"),
            listed("Gone", "\\NonExistent", "\\Subscribed"),
            listed(""),
            listed("two\nlines"),
            listed("a\ttab"),
            listed("del\x7fete"),
            listed("half \ud800"),
            listed("Lists/Python", "\\Subscribed"),
            listed("Lists/Python"),
        ]
    )
    assert [(folder.name, folder.subscribed) for folder in found] == [
        ("INBOX", False),
        ("a\ttab", False),
        ("Lists/Python", True),
    ]
    assert found[1].path == "a tab"


def test_a_use_is_what_the_server_says_else_what_the_name_says() -> None:
    found = folders_of(
        [
            listed("inbox".upper()),
            listed("Papierkorb"),
            listed("Deleted Items", "\\Trash"),
            listed("Gesendet"),
            listed("INBOX/Spam"),
            listed("Work/Spam"),
            listed("[Gmail]/All Mail", "\\All", "\\Archive"),
            listed("Work"),
        ]
    )
    assert {folder.name: folder.use for folder in found} == {
        "INBOX": SpecialUse.INBOX,
        "Papierkorb": None,
        "Deleted Items": SpecialUse.TRASH,
        "Gesendet": SpecialUse.SENT,
        "INBOX/Spam": SpecialUse.JUNK,
        "Work/Spam": None,
        "[Gmail]/All Mail": SpecialUse.ALL,
        "Work": None,
    }
    (others,) = folders_of([listed("Other Users/Trash")], spaces("|", "Other Users/"))
    assert others.use is None
    # XLIST calls the INBOX by another name.
    (folder,) = folders_of([listed("Posteingang", "\\Inbox"), listed("INBOX")])
    assert (folder.name, folder.parts, folder.use) == (INBOX, ("INBOX",), SpecialUse.INBOX)
    # Of several uses the one counts that asks for most care.
    assert use_by_attributes(frozenset({"\\Archive", "\\All"})) is SpecialUse.ALL
    assert use_by_attributes(frozenset({"\\HasNoChildren"})) is None


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("Papierkorb", SpecialUse.TRASH),
        ("corbeille", SpecialUse.TRASH),
        ("GESENDET", SpecialUse.SENT),
        ("Éléments envoyés", SpecialUse.SENT),
        ("Elements  envoyes", SpecialUse.SENT),
        ("Sent-Mail", SpecialUse.SENT),
        ("Skräppost", SpecialUse.JUNK),
        ("Söppelpost", SpecialUse.JUNK),
        ("ゴミ箱", SpecialUse.TRASH),
        ("Отправленные", SpecialUse.SENT),
        ("Черновики", SpecialUse.DRAFTS),
        ("草稿", SpecialUse.DRAFTS),
        ("Çöp Kutusu", SpecialUse.TRASH),
        ("ÇÖP KUTUSU", SpecialUse.TRASH),
        ("Archives", SpecialUse.ARCHIVE),
        ("Lists", None),
        ("", None),
        ("!", None),
    ],
)
def test_folders_are_known_by_their_names_in_many_languages(name: str, use: SpecialUse | None) -> None:
    assert use_by_name(name) is use


def test_comparing_knows_neither_case_nor_accents() -> None:
    assert folded("STRASSE Ärger łódź") == folded("straße arger lodz")
    assert len(folded("x" * 5000)) == 200


@pytest.mark.parametrize(
    ("folder", "label", "path"),
    [
        (
            Folder(MailboxName("Papierkorb"), ("Papierkorb",), SpecialUse.TRASH),
            "Trash (Papierkorb)",
            "Papierkorb",
        ),
        (Folder(MailboxName("trash"), ("trash",), SpecialUse.TRASH), "Trash", "trash"),
        (Folder(INBOX, ("Posteingang",), SpecialUse.INBOX), "Inbox", "Posteingang"),
        (Folder(MailboxName("a.b"), ("a", "b")), "b", "a/b"),
        (Folder(MailboxName("x"), ("bob", "b"), space=Space.OTHERS), "b", "Other users/bob/b"),
    ],
)
def test_a_label_says_the_use_and_the_own_name(folder: Folder, label: str, path: str) -> None:
    assert (folder.label, folder.path) == (label, path)


def test_every_use_and_space_has_words() -> None:
    assert all(use_label(use) for use in SpecialUse)
    assert not space_label(Space.PERSONAL)
    assert {use for use in SpecialUse if not folder_warning(use)} == {SpecialUse.INBOX, SpecialUse.ARCHIVE}
    assert not folder_warning(None)
    assert "spam" in folder_warning(SpecialUse.JUNK)
    assert all(
        use.is_view is (use in {SpecialUse.ALL, SpecialUse.FLAGGED, SpecialUse.IMPORTANT})
        for use in SpecialUse
    )


def test_chosen_folders_stand_in_the_order_of_the_tree() -> None:
    known = [without_prefix(MailboxName(name)) for name in ("A", "INBOX", "B")]
    chosen = [MailboxName(name) for name in ("gone", "B", "INBOX", "A", "B")]
    assert sorted_folders(chosen, known) == ("INBOX", "A", "B", "gone")


def test_of_a_bare_name_only_the_inbox_is_known() -> None:
    assert without_prefix(INBOX).use is SpecialUse.INBOX
    assert without_prefix(MailboxName("a\u202e/b")) == Folder(MailboxName("a\u202e/b"), ("a/b",))


def test_what_stands_above_folders_is_bounded() -> None:
    """A hundred thousand names would be drawn for these."""
    deep = [
        Listed(frozenset(), "/", MailboxName("/".join(f"{n}.{m}" for m in range(40)))) for n in range(3000)
    ]
    found = folders_of(deep)
    assert len(found) == 3000
    assert sum(len(folder.parts) for folder in found) < 6000
    assert found[-1].path.startswith("2999.0/2999.1/")


def test_namespaces_without_end_cost_no_time() -> None:
    endless = tuple(Namespace(MailboxName(f"INBOX{'x' * 3000}{n}"), "/") for n in range(100))
    listed = [Listed(frozenset(), "/", MailboxName(f"INBOX{'x' * 600}{n}")) for n in range(3000)]
    began = time.thread_time()
    assert len(folders_of(listed, Namespaces(endless, endless, endless))) == 3000
    assert time.thread_time() - began < 2
