"""The window at the tray icon, and in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QPoint, QRect, QSize, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QRadioButton,
)

from tests.ui.certificates import waiting
from tests.ui.keyboard import assert_usable_without_a_mouse, shown, until, without_name
from tests.ui.summaries import MISSING, NOW, REFUSED, Sizes, account, now, summary, title
from tray.imap.events import Listed
from tray.imap.types import MailboxName
from tray.mail.folders.folders import FolderList, folders_of
from tray.mail.model.action import MessageAction, RefusedAction, UndoOffer
from tray.mail.presentation.summary import SearchResults
from tray.mail.settings.settings import Settings
from tray.ui.widgets.style import dark_palette
from tray.ui.widgets.tones import tones
from tray.ui.window import mail_view, placement
from tray.ui.window.bars import UndoBar
from tray.ui.window.mail_window import MailWindow
from tray.ui.window.messages.keys import KeyList
from tray.ui.window.placement import fitting, place_within

ONE, TWO = title(1, "One", unseen=False), title(2, "Two")
MAILS = summary(account("w", TWO, ONE, name="Work"), account("h", title(5, "Five", account="h"), name="Home"))


@pytest.fixture
def window(recorder):
    return MailWindow(recorder.commands, now, Settings, Sizes())


def opened(window, shown, **why):
    window.show_summary(shown)
    window.bring_up(**(why or {"has_tray": True}))
    QApplication.processEvents()
    return window


def closed(window):
    window.hide()
    QApplication.processEvents()  # a popup closes where another window has the keyboard


def subjects(window):
    return [row.line.subject for row in window.view.list.messages.rows]


def choose(window, *places):
    model = window.view.list.messages
    window.view.list.choose(model.index(places[0]))
    for place in places[1:]:
        window.view.list.selectionModel().select(model.index(place), window.view.list.selectionModel().Select)


def press(window, text, modifier=Qt.NoModifier):
    QTest.keyClicks(window.view.list, text, modifier) if isinstance(text, str) else QTest.keyClick(
        window.view.list, text, modifier
    )


def button(window, text):
    (found,) = [
        each
        for each in window.findChildren(QPushButton)
        if each.text().replace("&", "") == text and each.isVisible()
    ]
    return found


def radio(window, text):
    return next(each for each in window.findChildren(QRadioButton) if each.text().startswith(text))


def visible_texts(window):
    return [each.text() for each in window.findChildren(QLabel) if each.isVisible() and each.text()]


# What is shown


def test_it_opens_on_what_is_unread_where_there_is_any(window, recorder):
    opened(window, MAILS)
    assert sorted(subjects(window)) == ["Five", "Two"]
    assert radio(window, "Unread").text() == "Unread  2"
    assert window.windowTitle() == "2 unread — Mailbell"
    radio(window, "Latest").click()
    assert sorted(subjects(window)) == ["Five", "One", "Two"]
    window.hide()
    assert recorder.asked == [("list_more", True), ("list_more", False)]
    read = summary(account("w", ONE))
    opened(window, read)
    assert radio(window, "Latest").isChecked()


def test_a_message_that_was_read_stays_until_the_window_closes(window):
    opened(window, MAILS)
    read = replace(TWO, unseen=False)
    after = summary(account("w", read, ONE, name="Work"), MAILS.accounts[1])
    window.show_summary(after)
    assert sorted(subjects(window)) == ["Five", "Two"]
    assert radio(window, "Unread").text() == "Unread  1"
    closed(window)
    opened(window, after)
    assert subjects(window) == ["Five"]


def test_a_list_of_unread_messages_that_is_open_for_weeks_keeps_nothing_of_old_ones(window, monkeypatch):
    monkeypatch.setattr(mail_view, "_KEPT_LIMIT", 5)
    opened(window, MAILS)
    for number in range(10, 40):
        window.show_summary(summary(account("w", title(number, "Mail"))))
        assert len(window.view._kept) <= 5
    window.show_summary(summary(account("w", title(number, "Mail", unseen=False))))
    assert subjects(window) == ["Mail"]


def test_a_closed_window_keeps_no_messages(window):
    opened(window, MAILS)
    window.hide()
    assert subjects(window) == []


def test_a_closed_window_keeps_nothing_of_an_account_that_was_removed(window):
    opened(window, MAILS)
    closed(window)
    window.show_summary(summary(MAILS.accounts[0]))
    assert subjects(window) == []
    opened(window, summary(MAILS.accounts[0]))
    assert subjects(window) == ["Two"]


def test_while_it_is_hidden_only_its_title_changes(window):
    window.show_summary(MAILS)
    assert (subjects(window), window.windowTitle()) == ([], "2 unread — Mailbell")


def test_an_account_is_chosen_by_chip_or_key(window, recorder):
    opened(window, MAILS)
    assert radio(window, "Work").accessibleName() == "Work, 1 unread"
    radio(window, "Work").click()
    assert subjects(window) == ["Two"]
    QTest.keyClick(window, Qt.Key_2, Qt.ControlModifier)
    assert subjects(window) == ["Five"]
    press(window, "U", Qt.ShiftModifier)
    QTest.keyClick(window, Qt.Key_0, Qt.ControlModifier)
    press(window, "U", Qt.ShiftModifier)
    assert recorder.asked[1:] == [("mark_all_read", "h"), ("mark_all_read",)]
    window.show_summary(summary(MAILS.accounts[0]))
    assert not radio(window, "All").isVisible()


def test_accounts_that_do_not_fit_side_by_side_are_one_list(window, recorder):
    several = [account(str(n), name=f"A rather long name {n}", status=MISSING) for n in range(5)]
    opened(window, summary(*several))
    (combo,) = window.findChildren(QComboBox)
    assert combo.isVisible()
    assert not radio(window, "All").isVisible()
    assert combo.itemText(0) == "All accounts"
    assert combo.itemText(1) == "A rather long name 0, in trouble"
    window.resize(1400, 560)
    assert not combo.isVisible()


def test_only_mail_that_comes_by_itself_waits_for_the_pointer_to_leave(window, monkeypatch):
    """Not what the user chooses, and not what came while the window was closed: it opens under the pointer."""
    opened(window, MAILS)
    monkeypatch.setattr(window.view.list, "_has_pointer", lambda: True)
    monkeypatch.setattr(window.view.list, "_pointer", lambda: QPoint(100, 30))
    radio(window, "Latest").click()
    assert sorted(subjects(window)) == ["Five", "One", "Two"]
    more = summary(account("w", title(9, "Nine"), TWO, ONE, name="Work"), MAILS.accounts[1])
    window.show_summary(more)
    assert sorted(subjects(window)) == ["Five", "One", "Two"]
    window.view._begin_search()
    QTest.keyClicks(window.focusWidget(), "nine")
    assert subjects(window) == ["Nine"]
    QTest.keyClick(window, Qt.Key_Escape)
    assert sorted(subjects(window)) == ["Five", "Nine", "One", "Two"]
    closed(window)
    opened(window, summary(account("w", title(10, "Ten"))))
    assert subjects(window) == ["Ten"]


def test_the_chosen_account_may_be_removed(window):
    opened(window, MAILS)
    radio(window, "Home").click()
    window.show_summary(summary(MAILS.accounts[0]))
    assert subjects(window) == ["Two"]


# What is done with messages


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("e", MessageAction.ARCHIVE),
        ("#", MessageAction.DELETE),
        (Qt.Key_Delete, MessageAction.DELETE),
        ("u", MessageAction.READ),
        ("s", MessageAction.FLAG),
        ("!", MessageAction.JUNK),
    ],
)
def test_a_key_acts_on_the_selected_messages(window, recorder, key, action):
    opened(window, MAILS)
    press(window, key)
    assert recorder.asked == [("list_more", True)]
    choose(window, 0, 1)
    keys = window.view.list.chosen_keys()
    press(window, key)
    assert recorder.asked[1:] == [("act", action, keys)]


def test_what_is_read_and_flagged_is_turned_back_by_the_same_key(window, recorder):
    flagged = replace(ONE, flagged=True)
    opened(window, summary(account("w", flagged)))
    choose(window, 0)
    press(window, "u")
    press(window, "s")
    assert [asked[1] for asked in recorder.asked[1:]] == [MessageAction.UNREAD, MessageAction.UNFLAG]


def test_after_a_message_went_the_next_one_is_selected(window):
    opened(window, MAILS)
    choose(window, 0)
    press(window, "e")
    assert window.view.list.currentIndex().row() == 1
    choose(window, 1)
    press(window, "e")
    assert window.view.list.currentIndex().row() == 0


def test_enter_opens_and_other_keys_command(window, recorder):
    opened(window, MAILS)
    press(window, "j")
    press(window, Qt.Key_Return)
    press(window, "z")
    QTest.keyClick(window, Qt.Key_Z, Qt.ControlModifier)
    QTest.keyClick(window, Qt.Key_F5)
    first = window.view.list.messages.rows[0].key
    assert recorder.asked[1:] == [("open_message", first), ("undo",), ("undo",), ("check_now",)]
    press(window, "j")
    press(window, "k")
    assert window.view.list.currentIndex().row() == 0


def test_deleting_for_good_is_asked_about(recorder):
    window = MailWindow(recorder.commands, now, lambda: Settings(delete_for_good=True), Sizes())
    opened(window, MAILS)
    for answer in ("Cancel", "Delete"):
        choose(window, 0)
        keys = window.view.list.chosen_keys()
        press(window, "#")
        (box,) = window.findChildren(QMessageBox)
        assert box.textFormat() == Qt.PlainText
        next(each for each in box.buttons() if each.text().replace("&", "") == answer).click()
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    assert recorder.asked[1:] == [("act", MessageAction.DELETE, keys)]


def test_a_message_is_moved_to_a_folder_of_its_account(window, recorder):
    opened(window, MAILS)
    choose(window, 0, 1)
    key = window.view.list.chosen_keys()[0]
    recorder.returned["move_targets"] = lambda: None
    press(window, "m")
    name, asked_account, done = recorder.asked[-1]
    assert (name, asked_account) == ("move_targets", key.account)
    done(
        FolderList(
            folders_of(
                Listed(frozenset(), "/", MailboxName(name)) for name in ("Lists", "Trash", "Drafts", "INBOX")
            )
        )
    )
    (dialog,) = [each for each in window.findChildren(QDialog) if each.isVisible()]
    offered = dialog.findChild(QListWidget)
    # INBOX, where it is, is left out.
    assert [offered.item(row).text() for row in range(offered.count())] == ["Drafts", "Trash", "Lists"]
    assert_usable_without_a_mouse(dialog)
    assert "1 mail of another account stays where it is." in [
        each.text() for each in dialog.findChildren(QLabel)
    ]
    typed = dialog.findChild(QLineEdit)
    QTest.keyClicks(typed, "li")
    QTest.keyClick(typed, Qt.Key_Return)
    assert recorder.asked[-1] == ("act", MessageAction.MOVE, [key], "Lists")


def test_the_menu_of_a_message_has_every_action_with_its_key(window, recorder):
    opened(window, MAILS)
    choose(window, 0)
    key = window.view.list.chosen_keys()[0]
    QTest.keyClick(window.view.list, Qt.Key_Menu)
    window.view._actions.open_menu(QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    entries = [entry for entry in menu.actions() if entry.text()]
    assert [entry.text().split("\t")[1] for entry in entries] == ["Enter", "U", "S", "E", "#", "!", "M", "H"]
    entries[3].trigger()
    menu.close()
    press(window, "h")
    assert recorder.asked[1:] == [
        ("act", MessageAction.ARCHIVE, (key,)),
        ("snooze", window.view.list.chosen_keys()),
    ]
    assert "In an hour you are reminded of what is still unread." in visible_texts(window)
    assert not any(each.isVisible() for each in window.findChildren(QPushButton) if each.text() == "Undo")


def test_an_action_can_be_undone_for_a_while(recorder, spin):
    moment = [NOW]
    window = MailWindow(recorder.commands, lambda: moment[0], Settings, Sizes())
    opened(window, replace(MAILS, undo=UndoOffer("Archived “Two”", NOW + 10)))
    assert "Archived “Two”" in visible_texts(window)
    undo = window.findChild(UndoBar)
    window.show_summary(replace(MAILS, undo=UndoOffer("Moved “Two” to " + "Lists " * 20, NOW + 10)))
    text = undo.findChild(QLabel)
    assert text.heightForWidth(text.width()) > 2 * text.fontMetrics().height()
    spin(lambda: text.height() >= text.heightForWidth(text.width()))  # nothing is cut
    button(window, "Undo").click()
    assert recorder.asked[1:] == [("undo",)]
    assert window.view.list.hasFocus()
    window.show_summary(MAILS)
    assert "Archived “Two”" not in visible_texts(window)
    window.show_summary(replace(MAILS, undo=UndoOffer("Too late", NOW - 1)))
    assert "Too late" not in visible_texts(window)


def test_what_a_server_refused_can_be_tried_again(window, recorder):
    refused = RefusedAction("“Two” could not be archived.", "It is read-only.")
    opened(window, replace(MAILS, refused=(refused,)))
    assert {"“Two” could not be archived.", "It is read-only."} <= set(visible_texts(window))
    button(window, "Try again").click()
    button(window, "Close").click()
    assert recorder.asked[1:] == [("retry_refused",), ("dismiss_refused",)]


def test_of_several_that_were_refused_each_is_in_the_details(window, recorder):
    refused = tuple(RefusedAction(f"“{name}” could not be archived.", "It is full.") for name in ("B", "A"))
    opened(window, replace(MAILS, refused=refused))
    newest = "“B” could not be archived. It is full."
    assert {"2 actions could not be done.", newest} <= set(visible_texts(window))
    button(window.view.bar, "Details").click()
    assert "“B” could not be archived. “A” could not be archived. It is full." in visible_texts(window)
    button(window.view.bar, "Less").click()
    assert newest in visible_texts(window)
    button(window, "Try again").click()
    assert recorder.asked[1:] == [("retry_refused",)]


def test_several_selected_messages_are_counted(window):
    opened(window, MAILS)
    choose(window, 0, 1)
    assert "2 selected" in visible_texts(window)
    QTest.keyClick(window, Qt.Key_Escape)
    assert "2 selected" not in visible_texts(window)
    assert window.isVisible()
    QTest.keyClick(window, Qt.Key_Escape)
    assert not window.isVisible()


# Accounts


@pytest.mark.parametrize(
    ("status", "text", "command"),
    [
        (REFUSED, "Enter the password for Work…", "ask_credentials_or_retry"),
        (waiting(), "Show the certificate of Work…", "show_certificate"),
        (MISSING, "Choose the folders of Work…", "choose_folders"),
    ],
)
def test_what_an_account_needs_is_offered_while_it_does(window, recorder, status, text, command):
    opened(window, summary(account("w", TWO, name="Work", status=status)))
    button(window, text).click()
    assert recorder.asked[1:] == [(command, "w")]
    window.show_summary(summary(account("w", TWO, name="Work")))
    assert not any("Work…" in each.text() for each in window.findChildren(QPushButton) if each.isVisible())


def test_the_words_of_the_server_are_shown_on_demand(window):
    problem = replace(REFUSED.problem, server_text="NO <b>go away</b>")
    opened(window, summary(account("w", TWO, status=replace(REFUSED, problem=problem))))
    assert not any("go away" in text for text in visible_texts(window))
    button(window, "Details").click()
    assert any("NO <b>go away</b>" in text for text in visible_texts(window))


def test_the_status_is_unfolded_to_a_line_for_each_account(window, recorder):
    opened(window, summary(account("w", TWO, name="Work"), account("h", name="Home")))
    assert "2 accounts, all confirmed in the last minute" in visible_texts(window)
    button(window, "Details").click()
    assert {"Work: confirmed just now", "Home: confirmed just now"} <= set(visible_texts(window))
    assert QApplication.focusWidget() is button(window, "Less")
    button(window, "Less").click()
    assert QApplication.focusWidget() is button(window, "Details")
    assert "Work: confirmed just now" not in visible_texts(window)


def test_a_pause_can_be_ended(window, recorder):
    opened(window, replace(MAILS, paused=True, paused_until=NOW + 60))
    button(window, "Go on").click()
    assert recorder.asked[1:] == [("resume",)]


def test_without_account_it_offers_to_add_one(window, recorder):
    opened(window, summary())
    button(window, "Add an account…").click()
    assert recorder.asked[1:] == [("add_account",)]


def test_all_read_leads_to_the_latest(window):
    opened(window, summary(account("w", ONE)))
    radio(window, "Unread").click()
    assert "All read" in visible_texts(window)
    button(window, "Show the latest mail").click()
    assert subjects(window) == ["One"]


def test_the_menu_has_what_the_tray_menu_has(window, recorder):
    opened(window, MAILS)
    menu = window.view._menu
    entries = {entry.text().replace("&", ""): entry for entry in menu.actions() if entry.isVisible()}
    for text in ("Open mail", "Check now", "Mark all as read", "Settings…", "About Mailbell", "Quit"):
        entries[text].trigger()
    asked = ["open_mail", "check_now", "mark_all_read", "open_settings", "open_about", "quit"]
    assert [name for name, *_ in recorder.asked[1:]] == asked
    assert {"Pause", "Mute", "Keys"} <= set(entries)
    entries["Keys"].trigger()
    (keys,) = window.findChildren(KeyList)
    assert keys.isVisible()


def test_a_dialog_that_is_left_at_once_gives_the_keyboard_back(window):
    """Before the window has looked to whom it lost the keyboard, as where the processor is busy."""
    shown(opened(window, MAILS))
    press(window, "?")
    (keys,) = window.findChildren(KeyList)
    QApplication.setActiveWindow(keys)
    assert not window.isActiveWindow()
    keys.reject()
    until(lambda: window.isActiveWindow() or not window.isVisible())
    assert window.isVisible()


# Search


def test_a_search_filters_as_one_types_and_asks_the_servers(window, recorder):
    opened(window, MAILS)
    ended = []
    recorder.returned["search"] = lambda: ended.append(1)
    press(window, "/")
    QTest.keyClicks(window.focusWidget(), "on")
    assert subjects(window) == ["One"]
    assert "1 mail here has “on” in it" in visible_texts(window)
    QTest.keyClick(window.focusWidget(), Qt.Key_Return)
    name, words, chosen, found = recorder.asked[-1]
    assert (name, words, chosen) == ("search", "on", None)
    assert "Searching on 1 server…" in visible_texts(window)
    found(SearchResults((title(9, "Elsewhere"), ONE), 0, ("Home cannot search.",)))
    assert sorted(subjects(window)) == ["Elsewhere", "One"]
    assert "2 found, 1 of them on the server. Home cannot search." in visible_texts(window)
    QTest.keyClick(window, Qt.Key_Escape)
    assert (ended, window.isVisible()) == ([1], True)
    assert len(subjects(window)) == 3


def test_nothing_found_offers_the_servers(window, recorder):
    opened(window, MAILS)
    window.view._begin_search()
    QTest.keyClicks(window.focusWidget(), "xyz")
    assert {"Nothing found", "No mail shown here has “xyz” in it."} <= set(visible_texts(window))
    recorder.returned["search"] = lambda: None
    next(each for each in window.findChildren(QPushButton) if each.text() == "Search on the server").click()
    assert recorder.asked[-1][:2] == ("search", "xyz")


# The window itself


def test_closing_without_a_tray_minimises_and_says_so(window):
    opened(window, MAILS, has_tray=False)
    assert not window.close()
    assert window.isMinimized()
    notes = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "Closing this window minimises it" in notes
    assert "AppIndicator" in notes
    window.bring_up()
    assert not window.isMinimized()
    button(window, "Close").click()
    assert "AppIndicator" not in " ".join(visible_texts(window))


@pytest.mark.parametrize(
    ("platform", "desktop", "minimises"),
    [
        ("wayland", "sway", False),
        ("wayland-egl", "Hyprland", False),
        ("wayland", "", False),
        ("wayland", "ubuntu:GNOME", True),
        ("wayland", "KDE", True),
        ("xcb", "i3", False),
        ("xcb", "XFCE", True),
        ("xcb", "", True),
    ],
)
def test_closing_hides_where_nothing_can_be_minimised_and_says_how_to_come_back(
    window, monkeypatch, platform, desktop, minimises
):
    """Sway and i3 do nothing when a window asks to be minimised."""
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    monkeypatch.setattr(placement.QGuiApplication, "platformName", lambda: platform)
    opened(window, MAILS, has_tray=False)
    window.close()
    notes = " ".join(label.text() for label in window.findChildren(QLabel))
    assert window.isMinimized() is minimises
    assert window.isVisible() is minimises
    assert ("Start Mailbell again to see it" in notes) is not minimises
    window.show()
    window.hide()


@pytest.mark.parametrize(
    ("cause", "said"), [("dropped", "lost Mailbell's icon"), ("bus_lost", "message bus has stopped")]
)
def test_in_place_of_an_icon_it_says_what_happened_and_what_helps(window, cause, said):
    opened(window, MAILS, **{cause: True})
    notes = " ".join(visible_texts(window))
    assert said in notes
    assert "Log out" in notes
    assert "AppIndicator" not in notes


def test_beside_a_tray_icon_it_has_no_frame_and_closes(window):
    opened(window, MAILS)
    assert window.windowFlags() & Qt.FramelessWindowHint
    assert not any("tray icons" in text for text in visible_texts(window))
    assert window.close()
    assert not window.isVisible()
    assert not window.isMinimized()
    opened(window, MAILS, has_tray=False)
    assert not window.windowFlags() & Qt.FramelessWindowHint


def test_it_closes_when_another_window_gets_the_keyboard(window, spin):
    opened(window, MAILS)
    other = QLabel("other")
    other.show()
    QApplication.setActiveWindow(other)
    spin(lambda: not window.isVisible())
    assert window.is_open()  # for the click that took the focus
    other.hide()


def test_on_a_tiling_desktop_its_size_is_fixed_and_on_wayland_it_has_a_frame(window, monkeypatch):
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "sway")
    monkeypatch.setattr(placement.QGuiApplication, "platformName", lambda: "wayland")
    opened(window, MAILS)
    assert window.minimumSize() == window.maximumSize()
    assert not window.windowFlags() & Qt.FramelessWindowHint


@pytest.mark.parametrize(
    ("pointer", "corner"),
    [
        ((1270, 10), (832, 32)),
        ((640, 400), (420, 120)),
        ((2, 799), (8, 232)),
    ],
)
def test_it_opens_at_the_pointer_within_the_screen(pointer, corner):
    room = QRect(0, 24, 1280, 776)
    assert place_within(room, QPoint(*pointer), QSize(440, 560)) == QPoint(*corner)


def test_it_is_no_larger_than_the_screen():
    room = QRect(0, 0, 1024, 567)
    assert fitting(QSize(440, 560), room, frame=False) == QSize(440, 551)
    assert fitting(QSize(440, 560), room, frame=True) == QSize(440, 511)
    assert fitting(QSize(440, 400), room, frame=True) == QSize(440, 400)


def test_a_log_out_may_close_it(window, qapp, monkeypatch):
    """A window that refuses to close would cancel the log-out."""
    monkeypatch.setattr(type(qapp), "isSavingSession", lambda self: True)
    opened(window, MAILS, has_tray=False)
    assert window.close()


def test_it_can_be_used_without_a_mouse(window):
    opened(window, MAILS, has_tray=False)
    assert [each for each in without_name(window) if each.isVisible()] == []
    assert window.view.list.accessibleName() == "Mails"
    index = window.view.list.messages.index(0)
    assert index.data(Qt.AccessibleTextRole).startswith("Unread. Anna, ")


def test_times_are_renewed_once_a_minute_while_it_is_visible(recorder):
    moment = [NOW]
    window = MailWindow(recorder.commands, lambda: moment[0], Settings, Sizes())
    opened(window, summary(account("w", TWO, name="Work")))
    moment[0] += 300
    window.view._minute.timeout.emit()
    assert "Work: confirmed 5 minutes ago" in visible_texts(window)
    assert window.view._minute.interval() == 60_000
    window.hide()
    assert not window.view._minute.isActive()


def test_its_size_is_remembered(recorder):
    sizes = Sizes()
    window = opened(MailWindow(recorder.commands, now, Settings, sizes), MAILS)
    assert window.height() == 560
    window.resize(500, 640)
    window.hide()
    assert sizes.kept == (500, 640)
    assert MailWindow(recorder.commands, now, Settings, sizes).size() == QSize(500, 640)


def test_it_follows_when_the_desktop_turns_dark(window):
    opened(window, replace(MAILS, undo=UndoOffer("Archived “Two”", NOW + 10)))
    light = window.grab().toImage()
    window.setPalette(dark_palette())
    QApplication.processEvents()
    dark = window.grab().toImage()
    shades = tones(dark_palette())
    assert dark != light
    places = [(4, 4), (220, 300), (4, window.view._undo.y() + 4)]
    wanted = [shades.window, shades.base, shades.undo_ground]
    assert [dark.pixelColor(*place).name() for place in places] == [each.name() for each in wanted]


def test_what_was_done_and_what_is_wrong_comes_before_the_title_for_screen_readers(recorder):
    moment = [NOW]
    window = MailWindow(recorder.commands, lambda: moment[0], Settings, Sizes())
    opened(window, MAILS)
    assert window.accessibleName() == ""  # then it is the title
    window.show_summary(replace(MAILS, undo=UndoOffer("Archived “Two”", NOW + 0.01)))
    assert window.accessibleName() == "Archived “Two”. 2 unread — Mailbell"
    until(lambda: not window.accessibleName())
    refused = RefusedAction("“Two” could not be archived.", "It is full.")
    window.show_summary(replace(MAILS, refused=(refused,)))
    assert window.accessibleName() == "“Two” could not be archived. 2 unread — Mailbell"


def test_what_was_found_is_told_where_the_keyboard_is(window):
    opened(window, MAILS)
    window.view._begin_search()
    line = window.findChild(QLineEdit)
    line.setText("two")
    assert line.accessibleDescription().startswith("1 mail here has “two” in it")
    window.view._escape()
    assert line.accessibleDescription() == line.placeholderText()


def test_without_a_mail_the_keyboard_is_on_the_one_button(window):
    opened(window, summary())
    until(lambda: window.focusWidget() is button(window, "Add an account…"))


def test_the_list_of_keys_is_told_with_its_button(window):
    opened(window, MAILS)
    keys = KeyList(window)
    assert "Archive: E. Delete: # or Delete. " in keys.findChild(QPushButton).accessibleDescription()
