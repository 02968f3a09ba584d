"""The tray menu stays current, changes little, and changes nothing under the user's hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.certificates import waiting
from tests.ui.summaries import MISSING, NOW, REFUSED, account, now, summary, title
from tray.mail.presentation.status_texts import MessageLineParts
from tray.ui.tray import menu as menu_module
from tray.ui.tray.menu import TrayMenu
from tray.ui.widgets.plain_text import LabelStyle, menu_label, message_label


def texts(shown: TrayMenu) -> list[str]:
    return [a.text() for a in shown.menu.actions() if a.isVisible() and not a.isSeparator()]


def action(shown: TrayMenu, part: str):
    (found,) = [a for a in shown.menu.actions() if a.isVisible() and part in a.text().replace("&", "")]
    return found


def count_changes(shown: TrayMenu) -> list[str]:
    changes: list[str] = []
    for one in shown.menu.actions():
        one.changed.connect(lambda one=one: changes.append(one.text()))
    return changes


@pytest.fixture
def shown(recorder) -> TrayMenu:
    return TrayMenu(recorder.commands, now)


def test_without_an_account_it_offers_to_add_one(shown, recorder):
    shown.render(summary())
    action(shown, "Add an account").trigger()
    assert recorder.asked == [("add_account",)]
    assert not any("Check" in text or "Pause" in text for text in texts(shown))


def test_each_account_lists_its_titles_below_its_name(shown, recorder):
    shown.render(
        summary(
            account("w", title(2, "Two"), title(1, "One", unseen=False)), account("h", title(9, account="h"))
        )
    )
    lines = texts(shown)
    assert lines[0] == "w: 1 unseen"
    assert lines[1].startswith("● Anna  Two  ")
    assert lines[2].startswith("Anna  One  ")
    assert lines[3] == "h: 1 unseen"
    action(shown, "h: 1 unseen").trigger()
    assert recorder.asked == [("open_account", "h")]


def test_a_title_opens_its_mail(shown, recorder):
    two = title(2, "Two")
    shown.render(summary(account("w", title(3, "Three"), two)))
    action(shown, "Two").trigger()
    assert recorder.asked == [("open_message", two.key)]


@pytest.mark.parametrize(
    ("status", "text", "command"),
    [
        (REFUSED, "Enter the password for Work…", "ask_credentials_or_retry"),
        (waiting(), "Show the certificate of Work…", "show_certificate"),
        (MISSING, "Choose the folders of Work…", "choose_folders"),
    ],
)
def test_what_an_account_needs_is_offered_below_it_while_it_does(shown, recorder, status, text, command):
    shown.render(summary(account("w", name="Work", status=status)))
    assert texts(shown)[0].startswith("Work: ")
    assert texts(shown)[1] == text
    action(shown, text).trigger()
    assert recorder.asked == [(command, "w")]
    shown.render(summary(account("w", name="Work")))
    assert text not in texts(shown)


def test_the_same_summary_changes_nothing(shown):
    shown.render(summary(account("w", title(1), title(2)), account("h")))
    changes = count_changes(shown)
    shown.render(summary(account("w", title(1), title(2)), account("h")))
    assert changes == []


def test_one_changed_title_is_one_change(shown):
    shown.render(summary(account("w", title(2), title(1)), account("h")))
    actions = shown.menu.actions()
    changes = count_changes(shown)
    shown.render(summary(account("w", title(2, unseen=False), title(1)), account("h")))
    assert len(changes) == 2
    assert shown.menu.actions() == actions


def test_spare_lines_are_hidden_and_used_again(shown):
    """Actions last: fewer titles and more titles again add none."""
    shown.render(summary(account("w", title(2), title(1))))
    actions = shown.menu.actions()
    shown.render(summary(account("w", title(2))))
    assert (
        len(texts(shown)) == len([a for a in actions if not a.isSeparator()]) - 4
    )  # a title, and what are hidden: what the account needs, adding the first account, the end of the pause
    shown.render(summary(account("w", title(3), title(2))))
    assert shown.menu.actions() == actions


def test_nothing_changes_after_opening_until_the_hold_ends(shown, spin, monkeypatch):
    monkeypatch.setattr(menu_module, "HOLD", 40)
    shown.render(summary(account("w", title(1, "Old"))))
    shown.menu.aboutToShow.emit()
    changes = count_changes(shown)
    shown.render(summary(account("w", title(2, "Newer"))))
    shown.render(summary(account("w", title(3, "Newest"))))
    assert changes == []
    spin(lambda: bool(changes))
    assert any("Newest" in text for text in texts(shown))


def test_a_panel_that_announces_an_opening_with_the_icon_gets_every_change(shown, spin, monkeypatch):
    """GNOME's extension does, a third of a second after the start; what a person opens later is held."""
    shown.icon_shown()
    shown.menu.aboutToShow.emit()
    shown.render(summary(account("w", title(1, "Just connected"))))
    assert any("Just connected" in text for text in texts(shown))
    monkeypatch.setattr(menu_module, "SETTLING", 10)
    shown.icon_shown()
    spin(lambda: not shown._settling.isActive())
    shown.menu.aboutToShow.emit()
    shown.render(summary(account("w", title(2, "While it is open"))))
    assert not any("While it is open" in text for text in texts(shown))


def test_a_click_while_open_opens_what_was_shown(shown, recorder, spin):
    old = title(1, "Old")
    shown.render(summary(account("w", old)))
    shown.menu.aboutToShow.emit()
    shown.render(summary(account("w", title(2, "Newer"))))
    shown.menu.aboutToHide.emit()
    action(shown, "Old").trigger()
    assert recorder.asked == [("open_message", old.key)]
    spin(lambda: any("Newer" in text for text in texts(shown)))


def test_pause_becomes_resume(shown, recorder):
    running = summary(account("w"))
    shown.render(running)
    lengths = action(shown, "Pause").menu().actions()
    for one in lengths:
        one.trigger()
    assert recorder.asked == [("pause", 3600.0), ("pause_until_tomorrow",), ("pause", None)]
    recorder.asked.clear()
    shown.render(replace(running, paused=True, paused_until=NOW + 60))
    assert not any(text == "&Pause" for text in texts(shown))
    action(shown, "Resume (paused until").trigger()
    assert recorder.asked == [("resume",)]


def test_the_fixed_entries_do_what_they_say(shown, recorder):
    shown.render(summary(account("w", title(1))))
    for part in ("Open mail", "Check now", "Mark all as read", "Settings", "About", "Quit"):
        action(shown, part).trigger()
    assert [asked[0] for asked in recorder.asked] == [
        "open_mail",
        "check_now",
        "mark_all_read",
        "open_settings",
        "open_about",
        "quit",
    ]


def test_mark_all_needs_unseen_mail(shown):
    shown.render(summary(account("w", title(1, unseen=False))))
    assert not action(shown, "Mark all").isEnabled()


def test_accounts_come_go_and_change_places(shown):
    for order in ("wh", "whx", "xhw", "hx", "", "w"):
        shown.render(summary(*(account(key) for key in order)))
        assert [text[0] for text in texts(shown) if text.endswith("unseen mail")] == list(order)


def test_many_accounts_share_the_room(shown):
    shown.render(summary(*(account(key, *(title(n) for n in range(10))) for key in "abcdefghij")))
    assert sum("Hello" in text for text in texts(shown)) == 30


def test_with_very_many_accounts_the_menu_stays_of_a_size(shown):
    accounts = [
        account(f"a{n:02}", *(title(u, unseen=n % 5 == 0) for u in range(9, 0, -1))) for n in range(50)
    ]
    shown.render(summary(*accounts))
    assert sum("Hello" in text for text in texts(shown)) == 30
    separators = [one for one in shown.menu.actions() if one.isVisible() and one.isSeparator()]
    assert len(separators) == 10 + 2
    changes = count_changes(shown)
    shown.render(summary(*accounts))
    assert changes == []


def test_labels_are_for_what_draws_the_menu(recorder):
    shown = TrayMenu(recorder.commands, now, LabelStyle.DBUS)
    shown.render(summary(account("w", title(1, "a_b"))))
    assert "a__b" in texts(shown)[1]


@pytest.mark.parametrize(
    ("text", "qt", "dbus"),
    [
        ("plain", "plain", "plain"),
        ("R&D", "R&&D", "R&&D"),
        ("a & b & c", "a && b && c", "a && b & c"),
        ("a_b", "a_b", "a__b"),
        ("a_b & c", "a_b && c", "aˍb && c"),
        ("<b>x</b>", "<b>x</b>", "<b>x</b>"),
        ("two\nlines", "two lines", "two lines"),
        ("שלום", "\u200eשלום", "\u200eשלום"),
    ],
)
def test_foreign_text_makes_no_mnemonic(text, qt, dbus):
    assert menu_label(text, LabelStyle.QT) == qt
    assert menu_label(text, LabelStyle.DBUS) == dbus


def test_a_long_label_is_cut():
    assert len(menu_label("x" * 1000, LabelStyle.QT)) == 90


def test_right_to_left_parts_keep_their_place():
    label = message_label(MessageLineParts("● ", "שרה", "Lunch", "14:05"), LabelStyle.QT)
    assert label == "\u200e● \u2068שרה\u2069  Lunch  14:05"
