"""The page *Start and language*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.ui.rows.controls import Push, Tick
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
