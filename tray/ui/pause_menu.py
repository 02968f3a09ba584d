"""The menu entries that pause Mailbell and that end the pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QAction, QMenu

from tray.i18n import tr
from tray.mail import wording

if TYPE_CHECKING:
    from tray.mail.summary import Summary
    from tray.ui.commands import TrayCommands

_HOUR = 3600.0


def add_pauses(menu: QMenu, commands: TrayCommands) -> None:
    """Add the three lengths of a pause to `menu`."""
    for text, command in (
        (tr("For one &hour"), lambda: commands.pause(_HOUR)),
        (tr("Until &tomorrow"), commands.pause_until_tomorrow),
        (tr("Until &resumed"), lambda: commands.pause(None)),
    ):
        action = QAction(text, menu)
        action.triggered.connect(lambda _checked=False, command=command: command())
        menu.addAction(action)


def resume_text(summary: Summary, now: float) -> str:
    """The entry that ends the pause, and how long it would last."""
    return tr("&Resume ({paused})").format(paused=wording.headline(summary, now))


class PauseMenu:
    """A submenu while running, one entry that resumes while paused; both last, one of them is hidden."""

    def __init__(self, commands: TrayCommands, parent: QMenu) -> None:
        self._menu = QMenu(tr("&Pause"), parent)
        add_pauses(self._menu, commands)
        parent.addMenu(self._menu)
        self._resume = QAction(tr("&Resume"), parent)
        self._resume.setVisible(False)
        self._resume.triggered.connect(lambda _checked=False: commands.resume())
        parent.addAction(self._resume)

    def render(self, summary: Summary, now: float) -> None:
        """Offer the pause or its end, whichever `summary` leaves to do."""
        if summary.paused:
            self._resume.setText(resume_text(summary, now))
        self._resume.setVisible(summary.paused)
        self._menu.menuAction().setVisible(bool(summary.accounts) and not summary.paused)
