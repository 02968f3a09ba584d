"""The window of the settings: its list, its search, and how changes are applied as they are made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from tests.ui.keyboard import (
    alt,
    assert_usable_without_a_mouse,
    focused,
    keys,
    press,
    question,
    shown,
    tab_walk,
    write,
)
from tests.ui.services import FakeStore, services, sign_in_service
from tray import i18n
from tray.mail.model.account import Account, AccountId
from tray.mail.settings.settings import Settings
from tray.ui.rows.changes import UNDO_MS
from tray.ui.settings.about_page import HOME_PAGE
from tray.ui.settings.settings_window import SettingsWindow

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
CLUB = Account(AccountId("c"), "Club", "jane@club.example", "imap.club.example", "jane")
FULL = "The disk is full; make room and try again."


class LateStore(FakeStore):
    """Writes down what is to be applied; the test answers."""

    def __init__(self, settings):
        super().__init__(settings=settings)
        self.applied = []

    def apply(self, settings, secrets, done):
        self.applied.append((settings, secrets, done))

    def done(self, failure=None):
        settings, _secrets, done = self.applied[-1]
        if failure is None:
            self.settings, self.starts = settings, settings.start_at_login
        done(failure)

    def wanted(self):
        return self.applied[-1][0]


@pytest.fixture
def opened(qapp):

    def opened(settings=Settings(accounts=(WORK, CLUB)), **more):  # noqa: B008
        store = LateStore(settings)
        window = SettingsWindow(services(store=store, **more))
        window.store = store
        return shown(window)

    return opened


def entries(window):
    model = window.side.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def page(window):
    return window.stack.currentWidget()


def row(window, label):
    (found,) = [row for row in page(window).rows if row.label.accessibleName() == label]
    return found


def labels(window):
    return [row.label.accessibleName() for row in page(window).rows]


def test_the_list_has_accounts_and_pages_under_headings_that_cannot_be_chosen(opened):
    window = opened()
    assert entries(window)[:5] == ["Accounts", "Work", "Club", "Add an account…", "Mailbell"]
    assert page(window).title == "Work"
    walked = []
    for _ in range(len(entries(window))):
        walked.append(window.side.list.currentIndex().data())
        press(Qt.Key_Down)
    assert "Mailbell" not in walked
    assert walked[-1] == "About"
    assert page(window).title == "About"


def test_arrow_keys_pass_add_an_account_and_enter_opens_it(opened):
    asked = []
    window = opened(add_account=lambda: asked.append(True))
    keys("Down", "Down")
    assert (page(window).title, asked) == ("Club", [])
    press(Qt.Key_Return)
    assert asked == [True]


def test_a_tick_is_applied_at_once(opened):
    window = opened()
    window.show_page("notifications")
    row(window, "Show a notification when mail arrives").control.box.click()
    assert window.store.wanted() == Settings(accounts=(WORK, CLUB), toasts=False)
    window.store.done()
    window.reject()
    assert not window.isVisible()
    assert len(window.store.applied) == 1


def test_a_click_on_the_text_acts_on_its_control(opened):
    window = opened()
    window.show_page("notifications")
    shown_row = row(window, "Show a notification when mail arrives")
    QTest.mouseClick(shown_row, Qt.LeftButton, Qt.NoModifier, shown_row.label.geometry().center())
    assert not window.store.wanted().toasts


def test_a_number_is_applied_when_it_is_typed_in_full(opened):
    window = opened()
    window.show_page("window")
    box = row(window, "Mails of each account in the menu").control.box
    box.setFocus()
    box.selectAll()
    write("20")
    assert window.store.applied == []
    press(Qt.Key_Return)
    assert window.store.wanted().titles == 20
    assert window.isVisible()


def test_closing_with_nothing_changed_only_closes(opened):
    window = opened()
    press(Qt.Key_Escape)
    assert not window.isVisible()
    assert window.store.applied == []


def test_what_is_changed_meanwhile_is_applied_next(opened):
    window = opened()
    press(Qt.Key_Down, Qt.AltModifier)
    press(Qt.Key_Up, Qt.AltModifier)
    press(Qt.Key_Down, Qt.AltModifier)
    assert len(window.store.applied) == 1
    assert [each.name for each in window.store.wanted().accounts] == ["Club", "Work"]
    assert entries(window)[1:3] == ["Club", "Work"]
    assert window.side.list.currentIndex().data() == "Work"
    window.store.done()
    assert len(window.store.applied) == 1


def test_a_failure_is_shown_and_tried_again(opened):
    window = opened()
    press(Qt.Key_Down, Qt.AltModifier)
    assert not window.messages.again.isVisible()
    window.store.done(FULL)
    assert window.messages.failure.text() == FULL
    assert focused() is window.messages.again
    assert window.messages.again.accessibleDescription() == FULL
    press(Qt.Key_Space)
    assert not window.messages.failure.isVisible()
    assert window.store.applied[1][:2] == window.store.applied[0][:2]
    window.store.done()
    assert not window.messages.again.isVisible()


def test_after_a_failure_that_was_read_the_window_can_be_closed(opened):
    window = opened()
    press(Qt.Key_Down, Qt.AltModifier)
    window.store.done(FULL)
    press(Qt.Key_Escape)
    assert "Not everything was saved" in question(window).text()
    press(Qt.Key_Escape)
    shown(window)
    press(Qt.Key_Escape)
    question(window)
    alt("c")
    assert not window.isVisible()
    assert len(window.store.applied) == 1


def test_taking_back_what_failed_is_applied_too(opened):
    """It may have failed in part: the settings were saved, but not the password."""
    window = opened()
    press(Qt.Key_Down, Qt.AltModifier)
    window.store.done(FULL)
    window.side.list.setFocus()
    press(Qt.Key_Up, Qt.AltModifier)
    assert window.store.wanted() == Settings(accounts=(WORK, CLUB))
    window.store.done()
    assert not window.messages.failure.isVisible()


def test_the_start_at_log_in_is_shown_as_it_is_each_time(opened):
    """Others may have changed it; what could not be changed is as it was."""
    window = opened()
    window.store.starts = True
    window.bring_up()
    window.show_page("start")
    box = row(window, "Start Mailbell when I log in").control.box
    assert (box.isChecked(), window.store.applied) == (True, [])
    box.click()
    assert not window.store.wanted().start_at_login
    window.store.done("The start at log-in cannot be changed.")
    assert (box.isChecked(), window.messages.failure.text()) == (
        True,
        "The start at log-in cannot be changed.",
    )


def test_what_was_changed_elsewhere_is_shown_when_the_window_comes_back(opened):
    window = opened()
    window.store.settings = Settings(accounts=(replace(WORK, name="Office"), CLUB))
    window.bring_up()
    assert entries(window)[1] == "Office"
    assert page(window).head.name.text() == "Office"
    assert window.store.applied == []


def test_a_removed_account_rests_for_ten_seconds_and_is_then_deleted(opened, spin):
    window = opened()
    assert UNDO_MS == 10_000
    press(Qt.Key_Delete)
    assert window.store.applied[0][0].accounts == (replace(WORK, enabled=False), CLUB)
    assert window.messages.undo.text.text() == "“Work” was removed."
    assert page(window).title == "Club"
    window.store.done()
    window.changes._undo_time.start(1)
    spin(lambda: len(window.store.applied) == 2)
    assert window.store.wanted().accounts == (CLUB,)
    assert not window.messages.undo.isVisible()


def test_undo_restores_the_account_as_it_was(opened):
    window = opened()
    press(Qt.Key_Delete)
    window.store.done()
    keys("Ctrl+Z")
    assert window.store.wanted().accounts == (WORK, CLUB)
    assert page(window).title == "Work"
    window.store.done()
    press(Qt.Key_Escape)
    assert not window.isVisible()
    assert len(window.store.applied) == 2


def test_a_second_removal_deletes_the_first_account(opened):
    window = opened()
    press(Qt.Key_Delete)
    window.store.done()
    press(Qt.Key_Delete)
    window.store.done()
    assert window.store.wanted().accounts == (replace(CLUB, enabled=False),)
    assert entries(window)[:2] == ["Accounts", "Add an account…"]


def test_a_name_that_was_taken_meanwhile_is_not_taken_twice(opened):
    window = opened()
    press(Qt.Key_Delete)
    window.changes.put_account(replace(CLUB, name="Work"))
    window.changes.restore()
    assert [each.name for each in window.changes.settings.accounts] == ["Work 2", "Work"]


def test_closing_deletes_what_was_removed_and_waits_until_all_is_applied(opened):
    window = opened()
    press(Qt.Key_Delete)
    window.close()
    assert window.isVisible()
    assert window.messages.progress.isVisible()
    window.store.done()
    assert window.store.wanted().accounts == (CLUB,)
    window.store.done()
    assert not window.isVisible()


def test_a_change_while_it_closes_keeps_it_open(opened):
    window = opened()
    press(Qt.Key_Down, Qt.AltModifier)
    window.close()
    press(Qt.Key_Up, Qt.AltModifier)
    window.store.done()
    window.store.done()
    assert window.isVisible()


def test_only_what_takes_long_is_spoken_of(opened, spin):
    window = opened()
    press(Qt.Key_Down, Qt.AltModifier)
    assert not window.messages.progress.isVisible()
    spin(window.messages.progress.isVisible)
    window.store.done()
    assert not window.messages.progress.isVisible()


def test_a_search_finds_rows_by_words_that_are_not_shown_and_they_work_there(opened):
    window = opened()
    window.side.search.setFocus()
    write("autostart")
    assert labels(window) == ["Start Mailbell when I log in"]
    press(Qt.Key_Down)
    assert focused() is row(window, "Start Mailbell when I log in").control.box
    press(Qt.Key_Space)
    assert window.store.wanted().start_at_login


def test_a_search_marks_what_it_has_found_and_escape_ends_it(opened):
    window = opened()
    window.side.search.setFocus()
    write("mail arr")
    found = row(window, "Show a notification when mail arrives")
    assert '<span style="font-weight:600">mail</span> <span style="font-weight:600">arr</span>ives' in (
        found.label.text()
    )
    press(Qt.Key_Escape)
    assert window.side.search.text() == ""
    assert page(window).title == "Work"
    assert window.isVisible()


def test_a_search_leads_to_the_parts_of_an_account(opened):
    window = opened()
    window.side.search.setText("proxy")
    assert labels(window) == ["Network", "Network"]
    page(window).rows[1].control.button.click()
    assert page(window).title == "More settings"
    assert focused() is page(window).fields["proxy"].editor
    assert window.side.list.currentIndex().data() == "Club"


def test_a_search_in_another_language_finds_english_words_and_ignores_accents(opened):
    """People search for what a page in English told them, and type without accents."""
    i18n.use_language("fr")
    try:
        window = opened()
        for words, found in (
            ("one-time codes", ["Proposer de copier les codes à usage unique"]),
            ("CLES USAGE", []),
            ("DEMARRAGE LANGUE", ["Langue", "Comptes d’autres logiciels"]),
            ("démarrage langue", ["Langue", "Comptes d’autres logiciels"]),
            ("keyring", ["Mot de passe", "Mot de passe"]),
        ):
            window.side.search.setText(words)
            assert set(found) <= set(labels(window)), words
            assert bool(found) == bool(labels(window))
        window.side.search.setText("identique language")
        assert labels(window) == []
    finally:
        i18n.use_language("")


def test_a_search_in_vain_says_so(opened):
    window = opened()
    window.side.search.setText("xyzzy")
    assert page(window).rows == []
    assert page(window).nothing.label.text() == "No setting has “xyzzy” in it."


def test_about_is_a_page_with_the_version(opened):
    window = opened()
    window.show_page("about")
    assert "Version" in page(window).version.text()


def test_about_names_the_command_that_says_what_does_not_work(opened):
    window = opened()
    window.show_page("about")
    row = page(window).doctor
    assert "mailbell doctor" in row.explanation.text()
    row.control.main.click()
    assert QGuiApplication.clipboard().text() == "mailbell doctor"
    assert "terminal" in row.explanation.text()


def test_a_narrow_window_has_a_box_above_the_page(opened):
    window = opened()
    window.resize(QSize(460, 500))
    assert window.side.box.isVisible()
    assert not window.side.list.isVisible()
    window.side.box.setCurrentIndex(window.side.model.row_of("about"))
    window.side.box.activated.emit(window.side.box.currentIndex())
    assert page(window).title == "About"
    window.resize(QSize(760, 500))
    assert window.side.list.isVisible()
    assert window.side.list.currentIndex().data() == "About"


def test_tab_goes_from_the_list_through_the_page_to_the_buttons(opened):
    window = opened()
    window.show_page("start")
    window.side.list.setFocus()
    walk = tab_walk(window)
    box = row(window, "Start Mailbell when I log in").control.box
    button = row(window, "Accounts of other programs").control.button
    language = row(window, "Language").control.box
    assert walk == [window.side.list, box, language, button, window.close_button, window.side.search]


@pytest.mark.parametrize("key", ["notifications", "window", "start", "about", "account:w"])
def test_everything_has_a_name_and_an_explanation(opened, key):
    window = opened()
    window.show_page(key)
    assert_usable_without_a_mouse(window)
    for each in getattr(page(window), "rows", ()):
        assert each.label.buddy() is each.control.main
        assert each.control.main.accessibleDescription() == each.explanation.text()


def test_it_fits_a_small_screen(opened):
    window = opened()
    assert window.minimumWidth() <= 600
    assert window.height() <= 640


def test_about_opens_its_links_and_copies_a_report(opened):
    opened_pages = []

    def open_page(url, on_failure):
        opened_pages.append(url)
        on_failure()

    window = opened(sign_in=sign_in_service(open_page=open_page))
    window.show_page("about")
    about = page(window)
    about.home.control.button.click()
    assert opened_pages == [HOME_PAGE]
    assert about.home.error.text() == f"No browser could be started. Open {HOME_PAGE} by hand."
    about.licence.control.button.click()
    assert "gpl-3.0" in opened_pages[1]
    about.report.control.button.click()
    assert QApplication.clipboard().text() == "the program's report"
    assert "copied" in about.report.explanation.text()


def test_enter_presses_the_button_that_has_the_keyboard_and_no_other(opened):
    window = opened()
    window.close_button.setFocus()
    press(Qt.Key_Return)
    assert not window.isVisible()
