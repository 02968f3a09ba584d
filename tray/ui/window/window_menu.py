"""The menu of the window, with what the tray menu has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QMenu

from tray.i18n import tr
from tray.ui.tray.shared_entries import Entry, MuteMenu, add_pauses, resume_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtWidgets import QWidget

    from tray.mail.presentation.summary import Summary
    from tray.ui.commands import TrayCommands


class WindowMenu(QMenu):
    """Shows a `Summary` when it is opened."""

    def __init__(self, commands: TrayCommands, show_keys: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._add_account = self._entry(tr("&Add an account…"), commands.program.add_account)
        self._open_mail = self._entry(tr("&Open mail"), commands.messages.open_mail)
        self._check_now = self._entry(tr("&Check now"), commands.accounts.check_now)
        self._mark_all = self._entry(tr("Mark all as &read"), commands.messages.mark_all_read)
        self._pauses = QMenu(tr("&Pause"), self)
        add_pauses(self._pauses, commands.pause)
        self.addMenu(self._pauses)
        self._resume = self._entry(tr("&Resume"), commands.pause.resume)
        self._mutes = MuteMenu(commands.accounts, self)
        self.addMenu(self._mutes)
        self.addSeparator()
        self._entry(tr("&Keys"), show_keys)
        self._entry(tr("&Settings…"), commands.program.open_settings)
        self._entry(tr("A&bout Mailbell"), commands.program.open_about)
        self._entry(tr("&Quit"), commands.program.quit)

    def _entry(self, text: str, command: Callable[[], None]) -> Entry:
        entry = Entry(self, text, command)
        self.addAction(entry)
        return entry

    def show_summary(self, summary: Summary, now: float) -> None:
        """Offer what makes sense now."""
        has_accounts = bool(summary.accounts)
        self._add_account.setVisible(not has_accounts)
        for entry in (self._open_mail, self._check_now, self._mark_all):
            entry.setVisible(has_accounts)
        self._mark_all.setEnabled(summary.unseen > 0)
        self._pauses.menuAction().setVisible(has_accounts and not summary.paused)
        self._resume.setVisible(summary.paused)
        if summary.paused:
            self._resume.setText(resume_text(summary, now))
        self._mutes.show_accounts(summary.accounts)
        self._mutes.menuAction().setVisible(has_accounts)
