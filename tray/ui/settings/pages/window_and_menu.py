"""The page *Window and menu*."""

from __future__ import annotations

from functools import partial

from tray.i18n import tr
from tray.mail.model.action import MessageAction
from tray.mail.settings.choices import IconCount, LeftClick
from tray.mail.settings.fields import TITLES_MAX, TITLES_MIN
from tray.ui.rows.controls import Choice, Number, Tick, Ticked
from tray.ui.rows.description import Page, Row, Section

_BUTTONS = 4


def window_and_menu() -> Page:
    """The tray icon, its menu, and the window."""
    return Page(
        "window",
        tr("Window and menu"),
        "window",
        (Section(_icon_and_menu()), Section(_in_the_window(), tr("In the window"))),
    )


def _icon_and_menu() -> tuple[Row, ...]:
    return (
        Row(
            tr("A click on the icon"),
            partial(
                Choice,
                (tr("opens the window"), LeftClick.WINDOW),
                (tr("opens my mail program"), LeftClick.MAIL),
                (tr("opens the menu"), LeftClick.MENU),
            ),
            "left_click",
            synonyms=tr("left button, mouse, tray, panel, taskbar"),
        ),
        Row(
            tr("Mails of each account in the menu"),
            partial(Number, TITLES_MIN, TITLES_MAX),
            "titles",
            synonyms=tr("number, count, lines, titles, tray, list"),
        ),
        Row(
            tr("A mail in the menu"),
            partial(Choice, (tr("opens when it is clicked"), False), (tr("offers what to do with it"), True)),
            "menu_actions",
            synonyms=tr("sub-menu, actions, archive, delete, tray"),
        ),
        Row(
            tr("Count on the icon"),
            partial(
                Choice,
                (tr("Unread mail"), IconCount.UNREAD),
                (tr("New mail since I last looked"), IconCount.NEW),
                (tr("None"), IconCount.NONE),
            ),
            "icon_count",
            synonyms=tr("badge, number, tray, unseen, panel"),
        ),
        Row(
            tr("Hide the icon while nothing is new"),
            Tick,
            "hide_icon",
            tr("Starting Mailbell again opens its window"),
            tr("tray, panel, invisible, remove"),
        ),
    )


def _in_the_window() -> tuple[Row, ...]:
    return (
        Row(
            tr("Buttons"),
            partial(
                Ticked,
                _BUTTONS,
                tr("None"),
                (tr("Archive"), MessageAction.ARCHIVE),
                (tr("Delete"), MessageAction.DELETE),
                (tr("Mark as read"), MessageAction.READ),
                (tr("Flag"), MessageAction.FLAG),
                (tr("Junk"), MessageAction.JUNK),
                (tr("Move"), MessageAction.MOVE),
            ),
            "window_buttons",
            tr("Shown under the pointer, in this order; up to four"),
            tr("actions, hover, spam, star"),
        ),
        Row(
            tr("Delete"),
            partial(Choice, (tr("moves to Trash"), False), (tr("deletes for good, after asking"), True)),
            "delete_for_good",
            synonyms=tr("remove, bin, expunge, permanently"),
        ),
    )
