"""The page *Notifications*."""

from __future__ import annotations

from tray.i18n import tr
from tray.ui.rows.controls import Tick
from tray.ui.rows.description import Page, Row, Section


def notifications() -> Page:
    """What a notification shows, what can be done there, and its sound."""
    return Page(
        "notifications",
        tr("Notifications"),
        "bell",
        (
            Section(
                (
                    Row(
                        tr("Show a notification when mail arrives"),
                        Tick,
                        "toasts",
                        synonyms=tr("toast, pop-up, popup, alert, banner, message"),
                    ),
                )
            ),
        ),
    )
