"""The page *Window and menu*."""

from __future__ import annotations

from tray.i18n import tr
from tray.mail.settings.fields import TITLES_MAX, TITLES_MIN
from tray.ui.rows.controls import Number
from tray.ui.rows.description import Page, Row, Section


def window_and_menu() -> Page:
    """The tray icon, its menu, and the window."""
    return Page(
        "window",
        tr("Window and menu"),
        "window",
        (
            Section(
                (
                    Row(
                        tr("Mails of each account in the menu"),
                        lambda: Number(TITLES_MIN, TITLES_MAX),
                        "titles",
                        synonyms=tr("number, count, lines, titles, tray, list"),
                    ),
                )
            ),
        ),
    )
