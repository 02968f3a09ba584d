"""The page of an account about its folders."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QDialog, QPushButton, QVBoxLayout

from tests.ui.keyboard import focused, press, shown, write
from tray.imap.events import Listed
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.folders import FolderList, folders_of
from tray.mail.model.account import Account, AccountId, Login, SecretSource
from tray.mail.model.secret import Secret
from tray.mail.model.status import Problem, ProblemKind
from tray.ui.account.pages.folders import FoldersPage

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
NEW = Account(AccountId("n"), "", "", "", "")
REFUSED = Problem(ProblemKind.REFUSED, "It refused the password.", "Enter it again.")


def names(*lines):
    return tuple(MailboxName(line) for line in lines)


def listing(*lines, complete=True):
    """Folders from lines such as ``Papierkorb \\Trash``."""
    rows = []
    for line in lines:
        name, *attributes = line.split(" \\")
        rows.append(Listed(frozenset("\\" + each for each in attributes), "/", MailboxName(name)))
    return FolderList(folders_of(rows), complete=complete)


USUAL = listing("INBOX", "Lists/Python", "Lists/Qt", "Entwürfe", "Papierkorb \\Trash", "Ärger")


class Program:
    """What the page is given by the program."""

    def __init__(self):
        self.account, self.secret = WORK, None
        self.asked, self.cancelled, self.done = [], 0, None
        self.at_once, self.limit = None, None

    def draft(self):
        return self.account, self.secret

    def connection_limit(self, _account):
        return self.limit

    def load(self, account, secret, done):
        self.asked.append((account, secret))
        if self.at_once is not None:
            done(self.at_once)
        self.done = done
        return self._cancel

    def _cancel(self):
        self.cancelled += 1


class Dialog(QDialog):
    """Closes by Escape, accepts by Enter, as the real one does."""

    def __init__(self, page):
        super().__init__()
        self.page = page
        layout = QVBoxLayout(self)
        layout.addWidget(page)
        self.ok = QPushButton("OK", self)
        self.ok.setDefault(True)
        self.ok.clicked.connect(self.accept)
        layout.addWidget(self.ok)


@pytest.fixture
def program():
    return Program()


@pytest.fixture
def opened(qapp, program):
    def opened(account=WORK):
        program.account = account
        page = FoldersPage(account, program.draft, program)
        page.changes = []
        page.changed.connect(lambda: page.changes.append(page.read(account).mailboxes))
        shown(Dialog(page))
        return page

    return opened


def rows(page, *, visible=False):
    """The rows as drawn: depth, box, label."""
    found = []

    def walk(item, depth):
        for at in range(item.childCount()):
            child = item.child(at)
            if visible and child.isHidden():
                continue
            box = " "
            if child.flags() & Qt.ItemIsUserCheckable:
                box = "x" if child.checkState(0) == Qt.Checked else "o"
            found.append(f"{'  ' * depth}{box} {child.text(0)}")
            walk(child, depth + 1)

    walk(page.tree.invisibleRootItem(), 0)
    return found


def row(page, label):
    (found,) = page.tree.findItems(label, Qt.MatchExactly | Qt.MatchRecursive)
    return found


def again(page):
    """The page is left and comes to the front again."""
    page.hide()
    page.show()


def test_the_folders_are_listed_when_the_page_is_first_seen(opened, program):
    page = opened()
    assert program.asked == [(WORK, None)]
    assert page.state.text() == "Loading…"
    assert not page.refresh.isEnabled()
    assert rows(page) == ["x Inbox"]
    program.done(USUAL)
    assert rows(page) == [
        "x Inbox",
        "o Drafts (Entwürfe)",
        "o Trash (Papierkorb)",
        "o Ärger",
        "  Lists",
        "  o Python",
        "  o Qt",
    ]
    assert not page.state.isVisible()
    assert page.refresh.isEnabled()
    assert page.count.text() == "1 folder is watched."
    again(page)
    assert len(program.asked) == 1, "seeing it again asks nobody"
    assert page.changes == []
    assert page.read(WORK) == WORK


def test_ticking_by_keyboard_chooses_a_folder(opened, program):
    program.at_once = USUAL
    page = opened()
    page.tree.setFocus()
    touched = []
    page.touched.connect(touched.append)
    page.tree.setCurrentItem(row(page, "Python"))
    press(Qt.Key_Space)
    assert page.changes == [names("INBOX", "Lists/Python")]
    assert touched == ["mailboxes"]
    assert page.count.text() == "2 folders are watched."
    press(Qt.Key_Space)
    assert page.read(WORK) == WORK
    page.tree.setCurrentItem(row(page, "Lists"))
    press(Qt.Key_Space)
    assert page.read(WORK) == WORK, "what only holds others has no box"


def test_what_is_watched_with_care_is_said(opened, program):
    program.at_once = USUAL
    page = opened()
    trash = row(page, "Trash (Papierkorb)")
    assert "mails that you delete" in trash.toolTip(0)
    assert "mails that you delete" in trash.data(0, Qt.AccessibleTextRole)
    trash.setCheckState(0, Qt.Checked)
    assert "Trash (Papierkorb): You would be notified of mails that you delete." in page.count.text()


def test_what_a_server_calls_its_folders_is_shown_as_it_is(opened, program):
    program.at_once = listing("INBOX", '<img src="x">', "turn\u202earound")
    page = opened(replace(WORK, mailboxes=names("INBOX", "<b>gone\u202e</b>")))
    assert rows(page)[1:] == ['o <img src="x">', "o turnaround", "x <b>gone</b> (no longer on the server)"]
    assert row(page, '<img src="x">').toolTip(0) == "<qt>&lt;img src=&quot;x&quot;&gt;</qt>"
    assert "<b>gone</b> is no longer on the server." in page.count.text()
    assert page.count.textFormat() == Qt.PlainText


def test_a_folder_that_is_gone_is_shown_as_such_and_can_be_let_go(opened, program):
    program.at_once = USUAL
    page = opened(replace(WORK, mailboxes=names("INBOX", "Old/News", "Lists/Qt")))
    assert rows(page)[-1] == "x Old/News (no longer on the server)"
    assert page.read(WORK).mailboxes == names("INBOX", "Old/News", "Lists/Qt")
    assert "Old/News is no longer on the server." in page.count.text()
    row(page, "Old/News (no longer on the server)").setCheckState(0, Qt.Unchecked)
    assert page.count.text() == "2 folders are watched."
    assert page.read(WORK).mailboxes == names("INBOX", "Lists/Qt")
    program.at_once = listing("INBOX", "Old/News")
    page.refresh.click()
    assert rows(page) == ["x Inbox", "  Old", "  o News", "x Lists/Qt (no longer on the server)"]


def test_typing_searches_and_the_keys_lead_on(opened, program):
    program.at_once = USUAL
    page = opened()
    page.tree.setFocus()
    write("a")
    assert focused() is page.search
    write("rg")
    assert page.search.text() == "arg"
    assert rows(page, visible=True) == ["o Ärger"]
    assert page.state.text() == "1 folder is found."
    press(Qt.Key_Return)
    assert focused() is page.tree
    assert page.tree.currentItem().text(0) == "Ärger"
    press(Qt.Key_Space)
    assert page.read(WORK).mailboxes == names("INBOX", "Ärger")
    page.search.setFocus()
    page.search.setText("python")
    assert rows(page, visible=True) == ["  Lists", "  o Python"]
    assert page.state.text() == "1 folder is found."
    assert page.tree.currentItem().text(0) == "Python"
    press(Qt.Key_Down)
    assert focused() is page.tree
    page.search.setFocus()
    page.search.setText("nowhere")
    assert rows(page, visible=True) == []
    assert page.state.text() == "0 folders are found."
    press(Qt.Key_Escape)
    assert page.search.text() == ""
    assert page.isVisible(), "the first Escape empties the search"
    assert len(rows(page, visible=True)) == 7
    assert not page.state.isVisible()
    press(Qt.Key_Escape)
    assert not page.isVisible()


def test_a_letter_with_a_modifier_is_no_search(opened, program):
    page = opened()
    page.tree.setFocus()
    QTest.keyClick(page.tree, Qt.Key_A, Qt.ControlModifier)
    assert page.search.text() == ""


def test_a_search_opens_what_holds_the_found_and_closes_it_again(opened, program):
    folders = (f"{top}/F{number}" for top in ("Big", "Else") for number in range(200))
    program.at_once = listing("INBOX", *folders)
    page = opened()
    tops = [row(page, name) for name in ("Big", "Else")]
    assert [top.isExpanded() for top in tops] == [False, False]
    page.search.setText("f19")
    assert [top.isExpanded() for top in tops] == [True, True]
    assert len(rows(page, visible=True)) == 24
    reached = page.tree.currentItem()
    assert reached.text(0) == "F19"
    page.search.clear()
    assert [top.isExpanded() for top in tops] == [top is reached.parent() for top in tops]


def test_a_refresh_keeps_ticks_place_and_search(opened, program):
    program.at_once = USUAL
    page = opened()
    row(page, "Qt").setCheckState(0, Qt.Checked)
    page.tree.setCurrentItem(row(page, "Python"))
    page.search.setText("lists")
    program.at_once = listing("INBOX", "Lists/Python", "Lists/Qt", "Lists/New")
    page.refresh.click()
    assert rows(page, visible=True) == ["  Lists", "  o New", "  o Python", "  x Qt"]
    assert page.tree.currentItem().text(0) == "Python"
    assert len(program.asked) == 2


def test_what_failed_is_said_and_tried_again_only_when_asked(opened, program):
    page = opened()
    program.done(REFUSED)
    assert page.failure.text() == "It refused the password. Enter it again."
    assert page.state.text() == "Only the folders that are ticked already are shown."
    again(page)
    assert len(program.asked) == 1
    program.at_once = USUAL
    page.refresh.click()
    assert page.failure.text() == ""
    assert len(rows(page)) == 7


def test_another_sign_in_lists_other_folders_but_not_while_it_is_typed(opened, program):
    program.at_once = USUAL
    page = opened()
    program.at_once = None
    for host in ("m", "ma", "mail.example.net"):
        program.account = replace(WORK, host=host)
        page.follow(program.account)
    assert len(program.asked) == 1
    again(page)
    assert [account.host for account, _ in program.asked] == ["mail.example.org", "mail.example.net"]
    assert rows(page) == ["x Inbox"]
    program.account = replace(program.account, name="Other", webmail="https://example.org")
    again(page)
    assert len(program.asked) == 2, "a name is no other sign-in"
    program.secret = Secret("another")
    again(page)
    assert program.cancelled == 1
    assert len(program.asked) == 3
    program.done(USUAL)
    assert len(rows(page)) == 7


@pytest.mark.parametrize(
    ("changes", "secret", "ready"),
    [
        ({}, None, False),
        ({"host": "imap.example.org"}, Secret("x"), False),
        ({"host": "imap.example.org", "user": "jane"}, None, False),
        ({"host": "imap.example.org", "user": "jane"}, Secret("x"), True),
        ({"host": "imap.example.org", "user": "jane", "login": Login.CERTIFICATE}, None, True),
        (
            {
                "host": "imap.example.org",
                "user": "jane",
                "secret": SecretSource.COMMAND,
                "password_command": "pass",
            },
            None,
            True,
        ),
        ({"host": "imap.example.org", "user": "jane", "secret": SecretSource.COMMAND}, None, False),
    ],
)
def test_a_new_account_is_listed_when_it_can_log_in(opened, program, changes, secret, ready):
    page = opened(NEW)
    assert page.state.text() == "Give the password of this account first."
    assert page.read(NEW).mailboxes == (INBOX,)
    program.account, program.secret = replace(NEW, **changes), secret
    again(page)
    assert bool(program.asked) is ready


def test_closing_down_cancels(opened, program):
    opened().close_down()
    assert program.cancelled == 1


def test_more_folders_than_connections_are_worth_a_word(opened, program):
    program.at_once = listing("INBOX", *(f"F{number}" for number in range(20)))
    page = opened()
    for number in range(9):
        row(page, f"F{number}").setCheckState(0, Qt.Checked)
    assert "Folders share connections" in page.count.text()
    program.limit = 3
    row(page, "F9").setCheckState(0, Qt.Checked)
    assert "The server takes 3 connections at once" in page.count.text()


def test_an_end_of_the_list_is_said(opened, program):
    program.at_once = listing("INBOX", complete=False)
    assert opened().state.text() == "There are more than 5000 folders: the rest is not shown."


def test_all_can_be_unticked_and_the_order_stays_while_nothing_changes(opened, program):
    program.at_once = USUAL
    odd = replace(WORK, mailboxes=names("Lists/Qt", "INBOX"))
    page = opened(odd)
    assert page.read(odd) == odd
    for label in ("Qt", "Inbox"):
        row(page, label).setCheckState(0, Qt.Unchecked)
    assert page.read(odd).mailboxes == ()
    for label in ("Qt", "Inbox"):
        row(page, label).setCheckState(0, Qt.Checked)
    assert page.read(odd) == odd
    row(page, "Python").setCheckState(0, Qt.Checked)
    assert page.read(odd).mailboxes == names("INBOX", "Lists/Python", "Lists/Qt")


def test_two_thousand_folders_cost_no_more_each_than_two_hundred(opened, program):
    """Counted in calls: time differs from machine to machine."""

    def steps(count):
        page = opened()
        many = listing("INBOX", *(f"Bulk/{number % 20}/Folder {number}" for number in range(count)))
        with Calls() as calls:
            program.done(many)
            QApplication.processEvents()
            page.search.setText("folder 19")
            QApplication.processEvents()
            page.search.clear()
            QApplication.processEvents()
        return calls.count

    assert steps(2000) < 12 * steps(200)


class Calls:
    """Counts calls of Python functions, and those that they make of Qt."""

    def __enter__(self):
        self.count = 0
        self._before = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_error):
        sys.setprofile(self._before)

    def _note(self, _frame, event, _argument):
        self.count += event in {"call", "c_call"}
