"""Pointer and list: buttons, tooltips, and rows that do not move while they are looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtGui import QColor, QContextMenuEvent, QCursor, QFont, QFontMetrics, QHelpEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QToolTip

from tests.ui.gallery import mails
from tests.ui.summaries import now, title
from tray.mail.model.action import MessageAction
from tray.mail.presentation.message_rows import Choice, MessageRow, message_rows
from tray.ui.widgets.letters import directed
from tray.ui.window.messages import message_list
from tray.ui.window.messages.actions import action_symbol, action_text, action_tooltip
from tray.ui.window.messages.message_list import MessageList

BUTTONS = (MessageAction.ARCHIVE, MessageAction.DELETE, MessageAction.READ, MessageAction.FLAG)


def rows(*numbers):
    return [MessageRow(title(number, f"Subject {number}"), "", "#2a6fd6", "") for number in numbers]


@pytest.fixture
def shown(qapp):
    found = MessageList(now, lambda: BUTTONS)
    found.resize(440, 480)
    found.show()
    found.acts, found.opens = [], []
    found.acted.connect(lambda *what: found.acts.append(what))
    found.opened.connect(found.opens.append)
    return found


def point_at(shown, monkeypatch, place):
    """Put the pointer on a row, or away (None)."""
    at = QPoint(-50, -50) if place is None else shown.visualRect(shown.messages.index(place)).center()
    monkeypatch.setattr(QCursor, "pos", lambda: shown.viewport().mapToGlobal(at))
    monkeypatch.setattr(shown, "underMouse", lambda: place is not None)
    if place is not None:
        shown._hover(at)
    return at


def top(shown, row):
    return shown.visualRect(shown.messages.index_of(row.key)).top()


def button_centre(shown, place, number):
    rect = shown.visualRect(shown.messages.index(place))
    areas = shown._delegate._areas(rect, len(BUTTONS), shown._delegate.letters(shown.font()))
    return areas[number].center()


def test_a_button_on_the_row_under_the_pointer_acts(shown):
    shown.show_rows(rows(1, 2, 3))
    for number in range(4):
        QTest.mouseClick(shown.viewport(), Qt.LeftButton, Qt.NoModifier, button_centre(shown, 1, number))
    key = rows(2)[0].key
    assert shown.acts == [(action, (key,)) for action in BUTTONS]
    assert shown.chosen_keys() == ()


def test_a_button_that_is_left_before_the_release_does_nothing(shown):
    shown.show_rows(rows(1, 2, 3))
    QTest.mousePress(shown.viewport(), Qt.LeftButton, Qt.NoModifier, button_centre(shown, 1, 1))
    QTest.mouseRelease(shown.viewport(), Qt.LeftButton, Qt.NoModifier, button_centre(shown, 1, 2))
    assert shown.acts == []


def test_a_button_pressed_twice_quickly_does_not_open_the_message(shown):
    shown.show_rows(rows(1, 2, 3))
    QTest.mouseDClick(shown.viewport(), Qt.LeftButton, Qt.NoModifier, button_centre(shown, 1, 0))
    QTest.mouseRelease(shown.viewport(), Qt.LeftButton, Qt.NoModifier, button_centre(shown, 1, 0))
    assert shown.opens == []
    assert {action for action, _keys in shown.acts} == {MessageAction.ARCHIVE}
    QTest.mouseClick(shown.viewport(), Qt.LeftButton, Qt.NoModifier, QPoint(150, 30))
    QTest.mouseDClick(shown.viewport(), Qt.LeftButton, Qt.NoModifier, QPoint(150, 30))
    assert shown.opens == [rows(1)[0].key]


def test_from_right_to_left_the_buttons_are_at_the_other_end(shown):
    shown.setLayoutDirection(Qt.RightToLeft)
    shown.show_rows(rows(1))
    mirrored = button_centre(shown, 0, 0)
    mirrored.setX(shown.viewport().width() - 1 - mirrored.x())
    QTest.mouseClick(shown.viewport(), Qt.LeftButton, Qt.NoModifier, mirrored)
    assert [action for action, _keys in shown.acts] == [MessageAction.ARCHIVE]


def test_new_messages_above_do_not_move_what_is_looked_at(shown, monkeypatch):
    many = rows(*range(10, 40))
    shown.show_rows(many)
    point_at(shown, monkeypatch, 2)
    before = top(shown, many[2])
    shown.show_rows([*rows(1, 2), *many])
    assert top(shown, many[2]) == before
    assert shown._delegate.hovered == 4
    point_at(shown, monkeypatch, None)
    shown.viewportEvent(QEvent(QEvent.Leave))
    scrolled = shown.verticalScrollBar().value()
    shown.show_rows([*rows(3), *rows(1, 2), *many])
    assert shown.verticalScrollBar().value() == scrolled + many_height(shown)


def many_height(shown):
    return shown._delegate.letters(shown.font()).row_height


def test_where_nothing_can_scroll_new_messages_wait_for_the_pointer_to_leave(shown, monkeypatch):
    few = rows(10, 11)
    shown.show_rows(few)
    point_at(shown, monkeypatch, 1)
    shown.show_rows([*rows(1), replace(few[0], folder="Lists"), few[1]])
    assert [(row.key.uid, row.folder) for row in shown.messages.rows] == [(10, "Lists"), (11, "")]
    shown.show_rows([*rows(1), few[1]])
    assert [row.key.uid for row in shown.messages.rows] == [11]
    shown.viewportEvent(QEvent(QEvent.Leave))
    assert [row.key.uid for row in shown.messages.rows] == [1, 11]


def test_a_message_that_comes_back_does_not_wait_for_the_pointer_to_leave(shown, monkeypatch):
    """Its archiving was undone, while another one came."""
    shown.show_rows(rows(10, 11))
    point_at(shown, monkeypatch, 0)
    shown.show_rows(rows(11))
    shown.show_rows(rows(1, 10, 11))
    assert [row.key.uid for row in shown.messages.rows] == [10, 11]


def test_a_list_that_is_open_for_weeks_keeps_nothing_of_old_messages(shown, monkeypatch):
    monkeypatch.setattr(message_list, "_GONE_LIMIT", 5)
    for number in range(30):
        shown.show_rows(rows(number, number + 1))
        assert len(shown._gone) <= 5
    assert 28 in {key.uid for key in shown._gone}


def test_what_comes_below_is_shown_at_once(shown, monkeypatch):
    shown.show_rows(rows(10, 11))
    point_at(shown, monkeypatch, 0)
    shown.show_rows(rows(10, 12, 11, 13))
    assert [row.key.uid for row in shown.messages.rows] == [10, 12, 11, 13]


def test_what_the_user_asked_for_is_shown_at_once(shown, monkeypatch):
    shown.show_rows(rows(10, 11))
    point_at(shown, monkeypatch, 1)
    shown.show_rows(rows(1, 2), still=False)
    assert [row.key.uid for row in shown.messages.rows] == [1, 2]


def test_new_messages_are_seen_at_the_top_of_a_list_that_nobody_points_at(shown, monkeypatch):
    point_at(shown, monkeypatch, None)
    shown.show_rows(rows(*range(10, 40)))
    shown.show_rows([*rows(1), *rows(*range(10, 40))])
    assert top(shown, rows(1)[0]) == 0


def test_every_row_is_drawn_in_every_state(shown):
    """Also those without sender, subject, text or date, and in a list that is hardly wider than the avatar."""
    shown.show_rows(message_rows(mails.summary().accounts, Choice()))
    shown.choose(shown.messages.index(1))
    shown._delegate.ring = True
    pictures = []
    for width in (440, 200, 90):
        shown.resize(width, 900)
        for place in (-1, 2, 1):
            shown._delegate.hovered, shown._delegate.button = place, 0
            pictures.append(shown.grab().toImage())
    assert all(one != other for n, one in enumerate(pictures) for other in pictures[:n])


def test_the_height_of_a_row_is_that_of_its_three_lines(shown):
    normal, second = QFont(shown.font()), QFont(shown.font())
    normal.setWeight(QFont.DemiBold)
    second.setPointSizeF(second.pointSizeF() * 0.9)
    lines = 2 * QFontMetrics(normal).height() + QFontMetrics(second).height()
    assert many_height(shown) == lines + 22


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Lunch", "\u2066Lunch\u2069"),
        ("“שלום” Lunch", "\u2067“שלום” Lunch\u2069"),
        ("4711", "4711"),
        ("", ""),
        ("a" * 300, "\u2066" + "a" * 240 + "\u2069"),
    ],
)
def test_a_text_keeps_its_own_direction(text, shown):
    assert directed(text) == shown


def test_every_action_has_picture_text_and_key(qapp):
    offered = set(MessageAction) - {MessageAction.ANSWERED}
    assert len({action_symbol(action) for action in offered}) == len(offered)
    assert len({action_text(action) for action in offered}) == len(offered)
    assert action_tooltip(MessageAction.ARCHIVE) == "Archive (E)"
    assert action_tooltip(MessageAction.UNREAD) == "Mark as unread (U)"


def test_the_selected_row_keeps_the_colour_of_text(shown):
    shown.show_rows(rows(1, 2))
    shown.choose(shown.messages.index(0))
    QApplication.processEvents()
    image = shown.viewport().grab().toImage()
    ground = image.pixelColor(200, 3)
    assert ground not in (QColor("white"), shown.palette().highlight().color())


def test_tooltips_explain_rows_and_buttons(shown, monkeypatch):
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, *_: said.append(text))
    monkeypatch.setattr(QToolTip, "hideText", lambda: said.append(""))
    shown.show_rows([MessageRow(title(1, "R&D <now>"), "Work", "#2a6fd6", "Lists")])
    for point in (QPoint(150, 30), button_centre(shown, 0, 0), QPoint(150, 400)):
        shown.viewportEvent(QHelpEvent(QEvent.ToolTip, point, shown.viewport().mapToGlobal(point)))
    row, button, nothing = said
    assert row.startswith("<qt>Anna<br>R&amp;D &lt;now&gt;<br>")
    assert row.endswith("Lists · Work</qt>")
    assert (button, nothing) == ("Archive (E)", "")


@pytest.mark.parametrize(("place", "chosen"), [(1, [2]), (0, [1, 3])])
def test_the_menu_is_that_of_the_row_under_the_pointer_or_of_the_selection_with_it(shown, place, chosen):
    shown.show_rows(rows(1, 2, 3))
    shown.choose(shown.messages.index(0))
    shown.selectionModel().select(shown.messages.index(2), shown.selectionModel().Select)
    wanted = []
    shown.menu_wanted.connect(wanted.append)
    point = shown.visualRect(shown.messages.index(place)).center()
    shown.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Mouse, point, QPoint(5, 6)))
    assert [key.uid for key in shown.chosen_keys()] == chosen
    assert wanted == [QPoint(5, 6)]


def test_by_keyboard_the_menu_stands_at_the_current_row(shown):
    shown.show_rows(rows(1, 2, 3))
    wanted = []
    shown.menu_wanted.connect(wanted.append)
    shown.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Keyboard, QPoint()))
    assert wanted == []
    shown.selectionModel().setCurrentIndex(shown.messages.index(1), shown.selectionModel().NoUpdate)
    shown.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Keyboard, QPoint()))
    assert [key.uid for key in shown.chosen_keys()] == [2]
    assert len(wanted) == 1


def test_an_action_by_key_concerns_the_row_with_the_ring_where_none_is_selected(shown):
    shown.show_rows(rows(1, 2, 3))
    shown.setCurrentIndex(shown.messages.index(1))
    shown.clearSelection()
    QTest.keyClick(shown, "e")  # nobody has seen which one it would be
    assert (shown.acts, shown.chosen_keys()) == ([], (rows(2)[0].key,))
    shown.clearSelection()
    QTest.keyClick(shown, "e")
    assert shown.acts == [(MessageAction.ARCHIVE, (rows(2)[0].key,))]
