"""The window of desktops without a tray."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLabel, QPushButton, QTreeWidget

from tests.ui.certificates import waiting
from tests.ui.summaries import MISSING, NOW, REFUSED, account, now, summary, title
from tray.mail.model.status import Problem, ProblemKind, Watching
from tray.ui.window import mail_window
from tray.ui.window.mail_window import MailWindow


@pytest.fixture
def window(recorder):
    return MailWindow(recorder.commands, now)


def tree(window: MailWindow) -> QTreeWidget:
    (found,) = window.findChildren(QTreeWidget)
    return found


def button(window: MailWindow, text: str) -> QPushButton:
    (found,) = [b for b in window.findChildren(QPushButton) if b.text().replace("&", "").startswith(text)]
    return found


def test_lists_the_titles_by_account(window):
    window.show_summary(summary(account("w", title(2, "Two"), title(1, "One", unseen=False)), account("h")))
    first = tree(window).topLevelItem(0)
    assert first.text(0) == "w: 1 unread"
    assert [first.child(n).text(1) for n in range(2)] == ["Two", "One"]
    assert [first.child(n).font(0).bold() for n in range(2)] == [True, False]
    assert first.isExpanded()
    assert window.windowTitle() == "1 unread — Mailbell"


def test_enter_opens_the_mail(window, recorder):
    two = title(2, "Two")
    window.show_summary(summary(account("w", title(3), two)))
    window.bring_up()
    tree(window).setCurrentItem(tree(window).topLevelItem(0).child(1))
    QTest.keyClick(tree(window), Qt.Key_Return)
    assert recorder.asked == [("open_message", two.key)]


@pytest.mark.parametrize(
    ("status", "text", "command"),
    [
        (REFUSED, "Enter the password for Work…", "ask_credentials_or_retry"),
        (waiting(), "Show the certificate of Work…", "show_certificate"),
        (MISSING, "Choose the folders of Work…", "choose_folders"),
    ],
)
def test_what_an_account_needs_is_offered_below_it_while_it_does(window, recorder, status, text, command):
    window.show_summary(summary(account("w", title(1, "One"), name="Work", status=status)))
    top = tree(window).topLevelItem(0)
    assert top.child(0).text(0) == text
    tree(window).itemActivated.emit(top.child(0), 0)
    tree(window).itemActivated.emit(top, 0)
    assert recorder.asked == [(command, "w")]
    window.show_summary(summary(account("w", title(1, "One"), name="Work")))
    assert top.childCount() == 1
    assert top.child(0).text(1) == "One"


def test_the_selection_and_the_folding_stay(window):
    window.show_summary(summary(account("w", title(1)), account("h", title(5, account="h"))))
    tree(window).topLevelItem(1).setExpanded(False)
    current = tree(window).topLevelItem(0).child(0)
    tree(window).setCurrentItem(current)
    window.show_summary(summary(account("w", title(2), title(1)), account("h", title(5, account="h"))))
    assert tree(window).currentItem() is current
    assert not tree(window).topLevelItem(1).isExpanded()


def test_the_buttons_do_what_they_say(window, recorder):
    window.show_summary(summary(account("w", title(1))))
    for text in ("Open mail", "Check now", "Mark all", "Settings", "About", "Quit"):
        button(window, text).click()
    assert [asked[0] for asked in recorder.asked] == [
        "open_mail",
        "check_now",
        "mark_all_read",
        "open_settings",
        "open_about",
        "quit",
    ]


def test_pause_and_resume(window, recorder):
    window.show_summary(summary(account("w")))
    window.bring_up()
    assert button(window, "Pause").isVisible()
    assert not button(window, "Resume").isVisible()
    window.show_summary(replace(summary(account("w")), paused=True, paused_until=NOW + 60))
    assert not button(window, "Pause").isVisible()
    button(window, "Resume").click()
    assert recorder.asked == [("resume",)]


def test_without_account_it_offers_to_add_one(window, recorder):
    window.show_summary(summary())
    window.bring_up()
    button(window, "Add an account").click()
    assert recorder.asked == [("add_account",)]
    assert not button(window, "Check now").isEnabled()


def test_closing_minimises_and_says_so(window):
    window.show_summary(summary(account("w")))
    window.bring_up()
    assert not window.close()
    assert window.isMinimized()
    notes = " ".join(label.text() for label in window.findChildren(QLabel))
    assert "Closing this window minimises it" in notes
    assert "AppIndicator" in notes
    window.bring_up()
    assert not window.isMinimized()
    window.hide()
    assert not window.isVisible()


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
    recorder, monkeypatch, platform, desktop, minimises
):
    """Sway and i3 do nothing when a window asks to be minimised."""
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    monkeypatch.setattr(mail_window.QGuiApplication, "platformName", lambda: platform)
    window = MailWindow(recorder.commands, now)
    window.show_summary(summary(account("w")))
    window.show()
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
    window.show_summary(summary(account("w")))
    window.bring_up(**{cause: True})
    notes = " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())
    assert said in notes
    assert "Log out" in notes
    assert "AppIndicator" not in notes


def test_beside_a_tray_icon_it_is_a_window_like_others(window):
    window.show_summary(summary(account("w")))
    window.bring_up(has_tray=True)
    assert not any("tray icons" in label.text() for label in window.findChildren(QLabel) if label.isVisible())
    assert window.close()
    assert not window.isVisible()
    assert not window.isMinimized()


def test_a_log_out_may_close_it(window, qapp, monkeypatch):
    """A window that refuses to close would cancel the log-out."""
    monkeypatch.setattr(type(qapp), "isSavingSession", lambda self: True)
    window.bring_up()
    assert window.close()


def test_screen_readers_are_told(window):
    window.show_summary(summary(account("w", title(1))))
    assert tree(window).accessibleName() == "Newest mail"
    assert tree(window).topLevelItem(0).child(0).data(0, Qt.AccessibleDescriptionRole) == "Unseen"


def test_the_tooltip_of_an_account_is_true_when_it_is_looked_at(recorder):
    moment = [NOW]
    window = MailWindow(recorder.commands, lambda: moment[0])
    window.show_summary(summary(account("w", title(1))))
    line = tree(window).topLevelItem(0)
    assert line.toolTip(0).endswith("just now")
    moment[0] += 300
    assert line.toolTip(0).endswith("5 minutes ago")
    assert line.child(0).toolTip(0) == ""


def test_the_tooltip_of_an_account_is_no_markup(window):
    """A server's ALERT is part of it."""
    said = Problem(ProblemKind.ALERT, "Its server says: <b>R&D</b>")
    window.show_summary(summary(account("w", status=Watching(NOW, NOW, remark=said))))
    shown = tree(window).topLevelItem(0).toolTip(0)
    assert shown.startswith("<qt>")
    assert "Its server says: &lt;b&gt;R&amp;D&lt;/b&gt;" in shown
