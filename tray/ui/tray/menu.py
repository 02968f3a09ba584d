"""The tray menu, which is updated while it is closed: panels draw changes of an open menu wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QAction, QMenu

from tray.i18n import tr
from tray.mail.presentation import status_texts
from tray.ui.tray.shared_entries import Entry, MuteMenu, add_pauses, needed_action, resume_text
from tray.ui.widgets.icons import colour_swatch
from tray.ui.widgets.plain_text import LabelStyle, menu_label, message_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.presentation.summary import AccountSummary, Summary
    from tray.ui.ports import TrayCommands

_TITLE_LIMIT = 80


class AccountSection:
    """The lines of one account in the menu, with a separator at the end; unused lines are hidden, not removed."""

    def __init__(self, menu: QMenu, before: QAction, commands: TrayCommands) -> None:
        self._menu = menu
        self._commands = commands
        self._colour = ""
        self._messages: list[Entry] = []
        self.first = Entry(menu)
        self._needed = Entry(menu)
        self.end = QAction(menu)
        self.end.setSeparator(True)
        menu.insertActions(before, [self.first, self._needed, self.end])

    def render(self, account: AccountSummary, now: float, titles: int, style: LabelStyle) -> None:
        """Show `account` with at most so many messages."""
        self.first.setText(menu_label(status_texts.account_line(account, now), style))
        # Panels draw lines without an action in pale colours.
        self.first.command = partial(self._commands.messages.open_account, account.id)
        if account.colour != self._colour:
            self._colour = account.colour
            self.first.setIcon(colour_swatch(account.colour))
            self.first.setIconVisibleInMenu(bool(account.colour))
        needed = needed_action(account, self._commands.accounts)
        if needed:
            text, self._needed.command = needed
            self._needed.setText(menu_label(text, style))
        self._needed.setVisible(bool(needed))
        latest = account.latest[:titles]
        while len(self._messages) < len(latest):
            self._messages.append(Entry(self._menu))
            self._menu.insertAction(self.end, self._messages[-1])
        for entry, line in zip(self._messages, latest, strict=False):
            entry.setText(message_label(status_texts.message_line_parts(line, now, _TITLE_LIMIT), style))
            entry.command = partial(self._commands.messages.open_message, line.key)
        for number, entry in enumerate(self._messages):
            entry.setVisible(number < len(latest))

    def remove(self) -> None:
        """Remove all lines from the menu."""
        for action in (self.first, self._needed, self.end, *self._messages):
            self._menu.removeAction(action)
            action.deleteLater()


HOLD = 8000
"""Milliseconds after an opening in which nothing changes: some panels (xfce's) never announce the closing."""
SETTLING = 2000
"""Milliseconds after the icon has appeared in which an opening is ignored: GNOME's extension calls AboutToShow as soon
as it has the item, to read the menu."""
_AFTER_CLOSING = 250
"""Milliseconds: a click on a line is announced after the closing, and must open what the line showed."""
_MAX_TITLES = 24
"""In the whole menu; a higher one does not fit on a small screen..."""
_MIN_TITLES = 3
"""...but so many of each account..."""
_MAX_WITH_MIN = 30
"""...as long as there are no more than these."""


class TrayMenu:
    """Shows a `Summary` as a QMenu of lasting actions; an update sets only what differs, in place."""

    def __init__(
        self, commands: TrayCommands, now: Callable[[], float], style: LabelStyle = LabelStyle.QT
    ) -> None:
        """`now` gives Unix seconds; `style` says what draws the menu."""
        self._commands = commands
        self._now = now
        self._style = style
        self._pending: Summary | None = None
        self._sections: dict[str, AccountSection] = {}
        self.menu = QMenu()
        self._build()
        self._hold = QTimer(self.menu)
        self._hold.setSingleShot(True)
        self._hold.timeout.connect(self._apply)
        self._settling = QTimer(self.menu)
        self._settling.setSingleShot(True)
        self.menu.aboutToShow.connect(self._opened)
        self.menu.aboutToHide.connect(lambda: self._hold.start(_AFTER_CLOSING))

    def _build(self) -> None:
        commands = self._commands
        self._add_account = self._entry(tr("&Add an account…"), commands.program.add_account)
        self._add_account.setVisible(False)
        self._entry(tr("&Open mail"), commands.messages.open_mail)
        self._check_now = self._entry(tr("&Check now"), commands.accounts.check_now)
        self._mark_all = self._entry(tr("Mark all as &read"), commands.messages.mark_all_read)
        self._mark_all.setEnabled(False)
        self._pauses = QMenu(tr("&Pause"), self.menu)
        add_pauses(self._pauses, commands.pause)
        self.menu.addMenu(self._pauses)
        self._resume = self._entry(tr("&Resume"), commands.pause.resume)
        self._resume.setVisible(False)
        self._mutes = MuteMenu(commands.accounts, self.menu)
        self.menu.addMenu(self._mutes)
        self.menu.addSeparator()
        self._entry(tr("&Settings…"), commands.program.open_settings)
        self._entry(tr("A&bout Mailbell"), commands.program.open_about)
        self._entry(tr("&Quit"), commands.program.quit)

    def _entry(self, text: str, command: Callable[[], None]) -> Entry:
        entry = Entry(self.menu, text, command)
        self.menu.addAction(entry)
        return entry

    def render(self, summary: Summary) -> None:
        """Show `summary`: at once, or some seconds later where the menu was just opened."""
        self._pending = summary
        if not self._hold.isActive():
            self._apply()

    def icon_shown(self) -> None:
        """Called when the icon appears: a call of AboutToShow just afterwards does not mean that the menu is open."""
        self._settling.start(SETTLING)

    def _opened(self) -> None:
        if not self._settling.isActive():
            self._hold.start(HOLD)

    def _apply(self) -> None:
        summary, self._pending = self._pending, None
        if summary is None:
            return
        self._arrange([str(account.id) for account in summary.accounts])
        now = self._now()
        for account, titles in zip(summary.accounts, _shares(summary.accounts), strict=True):
            section = self._sections[account.id]
            section.render(account, now, titles, self._style)
            section.end.setVisible(titles > 0 or account is summary.accounts[-1])
        has_accounts = bool(summary.accounts)
        self._add_account.setVisible(not has_accounts)
        self._check_now.setVisible(has_accounts)
        self._mark_all.setVisible(has_accounts)
        self._mark_all.setEnabled(summary.unseen > 0)
        if summary.paused:
            self._resume.setText(resume_text(summary, now))
        self._resume.setVisible(summary.paused)
        self._pauses.menuAction().setVisible(has_accounts and not summary.paused)
        self._mutes.show_accounts(summary.accounts, self._style)
        self._mutes.menuAction().setVisible(has_accounts)

    def _arrange(self, ids: list[str]) -> None:
        """Make the sections those of `ids`, in that order; sections of unchanged accounts stay."""
        if list(self._sections) == ids:
            return
        for removed in self._sections.keys() - set(ids):
            self._sections.pop(removed).remove()
        # Where the order is another, all are made anew.
        if list(self._sections) != [key for key in ids if key in self._sections]:
            for section in self._sections.values():
                section.remove()
            self._sections.clear()
        sections: dict[str, AccountSection] = {}
        before: QAction = self._add_account
        for key in reversed(ids):
            section = self._sections.get(key) or AccountSection(self.menu, before, self._commands)
            before = section.first
            sections[key] = section
        self._sections = {key: sections[key] for key in ids}


def _shares(accounts: Sequence[AccountSummary]) -> list[int]:
    """How many messages each account may show; those of accounts with unseen ones are preferred."""
    share = max(_MIN_TITLES, _MAX_TITLES // max(1, len(accounts)))
    room = _MAX_WITH_MIN
    shares = [0] * len(accounts)
    for number in sorted(range(len(accounts)), key=lambda number: not accounts[number].unseen):
        shares[number] = min(share, room)
        room -= min(shares[number], len(accounts[number].latest))
    return shares
