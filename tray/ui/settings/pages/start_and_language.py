"""The page *Start and language*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QLocale

from tray.i18n import available_languages, tr
from tray.ui.rows.controls import Choice, Push, Tick
from tray.ui.rows.description import Page, Row, Section

if TYPE_CHECKING:
    from collections.abc import Callable


def start_and_language(import_accounts: Callable[[], None]) -> Page:
    """`import_accounts` is called by the button of that name."""
    return Page(
        "start",
        tr("Start and language"),
        "gear",
        (
            Section(
                (
                    Row(
                        tr("Start Mailbell when I log in"),
                        Tick,
                        "start_at_login",
                        synonyms=tr("autostart, automatically, log-on, session, boot"),
                    ),
                    Row(
                        tr("Language"),
                        _languages,
                        "language",
                        tr("From the next start of Mailbell on"),
                        tr("translation, English, German, French, Spanish, locale"),
                    ),
                )
            ),
            Section(
                (
                    Row(
                        tr("Accounts of other programs"),
                        lambda: Push(tr("Import accounts…"), import_accounts),
                        explanation=tr("Thunderbird, Geary, the desktop’s online accounts and others"),
                        synonyms=tr("migrate, take over, copy, Mailnag, mbsync, goimapnotify"),
                    ),
                )
            ),
        ),
    )


def _languages() -> Choice:
    """Those in which Mailbell is written, each by its own name."""
    names = sorted((_own_name(language), language) for language in ("en", *available_languages()))
    return Choice((tr("As the desktop"), ""), *names)


def _own_name(language: str) -> str:
    name = QLocale(language).nativeLanguageName() if language != "en" else "English"
    return name[:1].upper() + name[1:] if name else language
