"""The page of one account in the settings."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication

from tests.ui.certificates import SHOWN, untrusted
from tests.ui.gallery.flaws import flaws
from tests.ui.keyboard import assert_usable_without_a_mouse, focused, keys, press, shown
from tests.ui.services import FakeFolders, FakeStore, FakeTests, services
from tray.imap.events import Listed
from tray.imap.types import INBOX, MailboxName
from tray.mail.folders.folders import FolderList, folders_of
from tray.mail.model.account import Account, AccountId, Login, SecretSource
from tray.mail.model.status import (
    CheckResult,
    CheckStep,
    Connecting,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Watching,
)
from tray.mail.presentation.summary import AccountSummary, IconState, Summary
from tray.mail.settings.settings import Settings
from tray.ui.settings.account_page import Notify, Opens, password_text
from tray.ui.settings.settings_window import SettingsWindow

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
CLUB = Account(AccountId("c"), "Club", "jane@club.example", "imap.club.example", "jane")
REFUSED = Problem(ProblemKind.REFUSED, "The password was refused.", "Type it again.")


@pytest.fixture
def opened(qapp):

    def opened(account=WORK, others=(CLUB,), **more):
        store = FakeStore(settings=Settings(accounts=(account, *others)))
        window = shown(SettingsWindow(services(store=store, **more)))
        page = window.stack.currentWidget()
        page.store, page.keep = store, window
        return page

    return opened


def applied(page):
    return page.store.applied[-1][0].accounts[0]


def choose(row, value):
    box = row.control.box
    box.setCurrentIndex(next(at for at in range(box.count()) if box.itemData(at) is value))
    box.activated.emit(box.currentIndex())


def test_a_name_is_applied_when_it_is_finished_and_an_error_stands_at_it(opened):
    page = opened()
    page.name.control.line.setFocus()
    keys("Ctrl+A", "club", "Return")
    assert "Another account has this name" in page.name.error.text()
    assert page.name.control.line.accessibleDescription() == page.name.error.text()
    assert page.store.applied == []
    keys("Ctrl+A", "Office", "Return")
    assert applied(page).name == "Office"
    assert (page.name.error.text(), page.head.name.text()) == ("", "Office")


def test_a_colour_is_applied_and_shown_in_the_list(opened):
    page = opened()
    page.colour.control.discs[2].click()
    assert applied(page).colour == page.colour.control.discs[2].colour
    assert page.head.picture._colour == applied(page).colour


def test_an_account_is_switched_off_and_said_to_be(opened):
    page = opened()
    page.enabled.control.box.click()
    assert not applied(page).enabled
    assert page.head.state.text() == "Switched off in the settings"
    model = page.keep.side.model
    assert model.index(1, 0).data(Qt.AccessibleTextRole) == "Work, jane@example.org, switched off"


def test_notifications_are_as_for_all_or_none_or_its_own(opened):
    own = replace(WORK, sound="bell", quiet_hours=("22:00-07:00",))
    page = opened(own)
    assert page.notify.control.box.currentData() is Notify.OWN
    choose(page.notify, Notify.NOT)
    assert applied(page) == replace(WORK, muted=True)
    choose(page.notify, Notify.AS_ALL)
    assert applied(page) == WORK
    choose(page.notify, Notify.OWN)
    assert applied(page) == own  # what was its own before
    form = page.keep.stack.currentWidget()
    assert form.title == "More settings"
    assert form.fields["sound"].editor.isAncestorOf(focused())


def test_a_click_opens_the_program_the_web_page_or_a_command(opened):
    page = opened(replace(WORK, webmail="https://mail.example.org/"))
    assert page.opens.control.box.currentData() is Opens.WEB
    choose(page.opens, Opens.PROGRAM)
    assert applied(page) == WORK
    choose(page.opens, Opens.WEB)
    assert applied(page).webmail == "https://mail.example.org/"
    choose(page.opens, Opens.COMMAND)
    assert page.opens.control.box.currentData() is Opens.WEB  # until there is a command
    assert focused() is page.keep.stack.currentWidget().fields["open_command"].editor


def test_where_no_web_page_is_known_it_is_asked_for(opened):
    page = opened()
    choose(page.opens, Opens.WEB)
    assert page.store.applied == []
    assert focused() is page.keep.stack.currentWidget().fields["webmail"].editor


@pytest.mark.parametrize("source", SecretSource)
def test_it_is_said_where_the_password_is(source):
    assert password_text(replace(WORK, secret=source))
    assert "certificate" in password_text(replace(WORK, secret=source, login=Login.CERTIFICATE))


def test_the_folders_are_named_and_ticked_on_a_page_of_their_own(opened):
    class Listing(FakeFolders):
        def load(self, _account, _secret, done):
            rows = [Listed(frozenset(), "/", MailboxName(name)) for name in ("INBOX", "Lists", "Lists/Qt")]
            done(FolderList(folders_of(rows), complete=True))
            return lambda: None

    page = opened(folders=Listing())
    window = page.keep
    assert page.folders.explanation.text() == "Inbox"
    page.folders.control.button.click()
    part = window.stack.currentWidget()
    assert focused() is part.page.tree
    keys("Down", "Space")
    assert applied(page).mailboxes == (INBOX, MailboxName("Lists"))
    keys("Up", "Space", "Down", "Space")
    assert part.page.fields["mailboxes"].error() != ""
    assert applied(page).mailboxes == (MailboxName("Lists"),)
    press(Qt.Key_Escape)
    assert window.stack.currentWidget() is page
    assert page.folders.explanation.text() == "Lists"


def test_of_many_folders_the_first_are_named(opened):
    page = opened(replace(WORK, mailboxes=tuple(MailboxName(f"F{n}") for n in range(9))))
    assert page.folders.explanation.text() == "F0, F1, F2, F3, F4, F5 and 3 more"


@pytest.mark.parametrize(
    ("status", "text", "trouble"),
    [
        (Connecting(0), "Connecting…", False),
        (Watching(0, 0), "Connected, last confirmed 2 minutes ago", False),
        (NeedsCredentials(0, REFUSED), "The password was refused. Type it again.", True),
        (Paused(0, None), "Paused until you resume", False),
    ],
)
def test_the_state_is_shown_at_its_head_and_trouble_in_the_list(opened, status, text, trouble):
    if isinstance(status, Watching):
        status = replace(status, last_confirmed=time.time() - 150)
    page = opened()
    account = AccountSummary(WORK.id, WORK.name, status, 0, ())
    page.keep.show_summary(Summary(IconState.QUIET, 0, (account,)))
    assert page.head.state.text() == text
    spoken = page.keep.side.model.index(1, 0).data(Qt.AccessibleTextRole)
    assert ("needs attention" in spoken) is trouble


def test_time_is_followed_only_while_the_page_is_seen(opened):
    page = opened()
    assert page.head._minute.isActive()
    page.keep.show_page("about")
    assert not page.head._minute.isActive()
    page.keep.show_account(WORK.id)
    page.keep.hide()
    assert not page.head._minute.isActive()


def test_a_test_shows_its_steps_and_a_certificate_can_be_trusted(opened):
    page = opened(tests=FakeTests(CheckResult(CheckStep.ENCRYPT, "It is not trusted.", untrusted())))
    page.test.click()
    QApplication.processEvents()
    assert page.check.steps.isVisible()
    assert focused() is page.check.button
    page.check.certificate.click()
    QApplication.activeModalWidget().trust.click()
    assert applied(page).pinned == SHOWN


def test_the_test_takes_the_place_of_the_first_button_and_ends_with_the_window(opened):
    cancelled = []

    class Slow(FakeTests):
        def check(self, *_):
            return lambda: cancelled.append(True)

    page = opened(tests=Slow())
    page.test.click()
    assert page.check.button.text() == "Cancel test"
    page.keep.reject()
    assert cancelled == [True]


def test_a_search_leads_to_the_account(opened):
    page = opened()
    window = page.keep
    window.show_page("about")
    window.side.search.setText("rename")
    window.stack.currentWidget().rows[0].control.button.click()
    assert window.stack.currentWidget() is page


@pytest.mark.parametrize("direction", [Qt.LeftToRight, Qt.RightToLeft])
@pytest.mark.parametrize("part", ["", "more", "password", "folders"])
def test_everything_can_be_reached_and_has_a_name_and_fits(opened, part, direction):
    page = opened()
    page.keep.setLayoutDirection(direction)
    page.keep.resize(600, 440)
    if part:
        page.keep.show_part(WORK.id, part)
    for _ in range(5):  # layouts of texts that wrap take some turns
        QApplication.processEvents()
    assert_usable_without_a_mouse(page.keep)
    assert flaws(page.keep) == []
