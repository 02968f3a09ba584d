"""The tray menu stays current, changes little, and changes nothing under the user's hand."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.ui.certificates import waiting
from tests.ui.summaries import MISSING, NOW, REFUSED, account, now, summary, title
from tray.mail.model.action import MessageAction
from tray.mail.presentation.times import clock
from tray.mail.settings.choices import LeftClick
from tray.mail.settings.settings import Settings
from tray.ui.tray import menu as menu_module
from tray.ui.tray.marks import account_mark, message_mark
from tray.ui.tray.menu import TrayMenu
from tray.ui.tray.panel import Panel
from tray.ui.widgets.plain_text import LabelStyle, menu_label


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


def plain(text: str) -> str:
    """Without the characters that only keep directions apart."""
    return text.translate(dict.fromkeys(map(ord, "\u200e\u2068\u2069")))


def make(recorder, panel: Panel = Panel(), **settings: object) -> TrayMenu:  # noqa: B008 -- a value
    return TrayMenu(recorder.commands, now, panel, lambda: Settings(**settings))


@pytest.fixture
def shown(recorder) -> TrayMenu:
    return make(recorder)


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
    assert lines[0] == "w: 1 unread"
    assert plain(lines[1]).startswith("Anna – Two\t")
    assert plain(lines[2]).startswith("Anna – One\t")
    assert lines[3] == "h: 1 unread"
    marks = [entry.icon().cacheKey() for entry in shown.menu.actions() if entry.text() in lines[:3]]
    expected = (account_mark(""), message_mark(True), message_mark(False))
    assert marks == [mark.cacheKey() for mark in expected]


def test_a_title_opens_its_mail(shown, recorder):
    two = title(2, "Two")
    shown.render(summary(account("w", title(3, "Three"), two)))
    action(shown, "Two").trigger()
    assert recorder.asked == [("open_message", two.key, "")]


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


def test_on_another_day_the_same_titles_have_another_time(recorder):
    moment = [NOW]
    shown = TrayMenu(recorder.commands, lambda: moment[0], Panel(), Settings)
    today = summary(account("w", title(1)))
    shown.render(today)
    (line,) = [text for text in texts(shown) if "Hello" in text]
    moment[0] += 24 * 3600
    shown.render(today)
    (later,) = [text for text in texts(shown) if "Hello" in text]
    assert (line.partition("\t")[2], later.partition("\t")[2]) == (clock(NOW - 60), "Yesterday")


def test_in_another_time_zone_the_same_titles_have_another_time(shown, monkeypatch):
    seen = set()
    for zone in ("Europe/Berlin", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        shown.render(summary(account("w", title(1))))
        seen |= {text.partition("\t")[2] for text in texts(shown) if "Hello" in text}
    monkeypatch.undo()
    time.tzset()
    assert len(seen) == 2


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
    hidden = [a for a in actions if not a.isVisible() and not a.isSeparator()]
    assert sum("Hello" in text for text in map(plain, (a.text() for a in hidden))) == 1
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
    assert recorder.asked == [("open_message", old.key, "")]
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
    for part in ("Open mail", "Check now", "Mark all as read", "Settings", "Quit"):
        action(shown, part).trigger()
    assert [asked[0] for asked in recorder.asked] == [
        "open_mail",
        "check_now",
        "mark_all_read",
        "open_settings",
        "quit",
    ]


def test_mark_all_needs_unseen_mail(shown):
    shown.render(summary(account("w", title(1, unseen=False))))
    assert not action(shown, "Mark all").isEnabled()


def test_accounts_come_go_and_change_places(shown):
    for order in ("wh", "whx", "xhw", "hx", "", "w"):
        shown.render(summary(*(account(key) for key in order)))
        assert [text[0] for text in texts(shown) if text.endswith("unread mail")] == list(order)


def test_with_very_many_accounts_the_menu_stays_of_a_size(shown):
    accounts = [
        account(f"a{n:02}", *(title(u, unseen=n % 5 == 0) for u in range(9, 0, -1))) for n in range(50)
    ]
    shown.render(summary(*accounts))
    assert sum("Hello" in text for text in texts(shown)) == 12
    separators = [one for one in shown.menu.actions() if one.isVisible() and one.isSeparator()]
    assert len(separators) == 12 + 2
    changes = count_changes(shown)
    shown.render(summary(*accounts))
    assert changes == []


def test_an_account_has_a_menu_of_its_own(shown, recorder):
    shown.render(summary(account("w", title(1)), replace(account("h"), muted=True)))
    work, home = (action(shown, text).menu() for text in ("w: 1", "h: no"))
    for entry in work.actions():
        entry.trigger()
    assert recorder.asked == [
        ("open_account", "w", ""),
        ("mark_all_read", "w"),
        ("mute", "w", True),
        ("open_settings", "w"),
    ]
    mark_all, mute = (entries.actions()[1:3] for entries in (work, home))
    assert (mark_all[0].isEnabled(), mark_all[1].isChecked()) == (True, False)
    assert (mute[0].isEnabled(), mute[1].isChecked()) == (False, True)
    mute[1].trigger()
    assert recorder.asked[-1] == ("mute", "h", False)
    assert mute[1].isChecked()  # until the settings say otherwise: they may not be writable


def test_a_message_has_a_menu_of_actions_where_that_is_wanted(recorder):
    settings = {"menu_actions": True}
    shown = TrayMenu(recorder.commands, now, Panel(), lambda: Settings(**settings))
    one = replace(title(1), flagged=True)
    shown.render(summary(account("w", one)))
    entries = [entry for entry in action(shown, "Hello").menu().actions() if entry.isVisible()]
    assert [entry.text().replace("&", "") for entry in entries] == [
        "Open",
        "Mark as read",
        "Remove flag",
        "Archive",
        "Delete",
        "Junk",
    ]
    for entry in entries:
        entry.trigger()
    assert recorder.asked == [("open_message", one.key, "")] + [
        ("act", each, (one.key,))
        for each in (
            MessageAction.READ,
            MessageAction.UNFLAG,
            MessageAction.ARCHIVE,
            MessageAction.DELETE,
            MessageAction.JUNK,
        )
    ]
    settings["delete_for_good"] = True
    shown.render(summary(account("w", title(1, unseen=False))))
    visible = [entry.text() for entry in entries if entry.isVisible()]
    assert visible == ["&Open", "Mark as &unread", "&Flag", "&Archive", "&Junk"]
    recorder.asked.clear()
    entries[1].trigger()
    entries[2].trigger()
    assert [asked[1] for asked in recorder.asked] == [MessageAction.UNREAD, MessageAction.FLAG]
    settings.clear()
    line = action(shown, "Hello")
    shown.render(summary(account("w", title(1))))
    assert action(shown, "Hello").menu() is None
    assert action(shown, "Hello") is not line  # GTK panels show no sub-menu that a line gets later


@pytest.mark.parametrize(
    ("panel", "click", "offered"),
    [
        (Panel(), LeftClick.WINDOW, False),
        (Panel(), LeftClick.MAIL, True),
        (Panel(), LeftClick.MENU, True),
        (Panel(click_opens_menu=True), LeftClick.WINDOW, True),
    ],
)
def test_the_window_stands_in_the_menu_where_a_click_does_not_open_it(recorder, panel, click, offered):
    shown = make(recorder, panel, left_click=click)
    shown.render(summary(account("w")))
    assert ("Open the &window" in texts(shown)) == offered
    if offered:
        action(shown, "Open the window").trigger()
        assert recorder.asked == [("show_window",)]


def test_a_screen_reader_reads_what_is_unread(shown):
    shown.screen_reader = True
    shown.render(summary(account("w", title(1), title(2, "Old", unseen=False))))
    assert [", unread" in text for text in texts(shown)[1:3]] == [True, False]


def test_what_is_opened_gets_the_token_of_the_click(shown, recorder):
    """Plasma gives one; with it, what is opened comes to the front."""
    shown.take_token = lambda: "token"
    one = title(1)
    shown.render(summary(account("w", one)))
    for entry in (
        action(shown, "Hello"),
        action(shown, "w: 1").menu().actions()[0],
        action(shown, "Open mail"),
    ):
        entry.trigger()
    assert recorder.asked == [
        ("open_message", one.key, "token"),
        ("open_account", "w", "token"),
        ("open_mail", "token"),
    ]


def test_who_opens_the_menu_has_looked(shown, spin, monkeypatch):
    looks = []
    shown.opened = lambda: looks.append(1)
    shown.icon_shown()
    shown.menu.aboutToShow.emit()
    assert looks == []
    monkeypatch.setattr(menu_module, "SETTLING", 10)
    shown.icon_shown()
    spin(lambda: not shown._settling.isActive())
    shown.menu.aboutToShow.emit()
    assert looks == [1]


def test_labels_are_for_what_draws_the_menu(recorder):
    shown = make(recorder, Panel(LabelStyle.DBUS))
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
