"""The tray menu, which is updated while it is closed: panels draw changes of an open menu wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QAction, QMenu

from tray.i18n import tr
from tray.mail.presentation import status_texts
from tray.ui.tray.shared_entries import MuteMenu, PauseMenu, needed_action_text, start_needed_action
from tray.ui.widgets.icons import colour_swatch
from tray.ui.widgets.plain_text import LabelStyle, menu_label, message_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.model.message import MessageKey
    from tray.mail.presentation.summary import AccountSummary, MessageLine, Summary
    from tray.ui.ports import MessageCommands, TrayCommands

_TITLE_LIMIT = 80


class AccountSection:
    """The lines of one account in the menu, with a separator at the end; unused lines are hidden, not removed."""

    def __init__(self, menu: QMenu, before: QAction, commands: TrayCommands) -> None:
        self._menu = menu
        self._commands = commands
        self._account: AccountSummary | None = None
        self._titles: list[_MessageItem] = []
        self.first = QAction(menu)
        # Opens the account's mail; panels draw lines without an action in pale colours.
        self.first.triggered.connect(lambda _checked=False: self._open())
        self._needed = QAction(menu)
        self._needed.setVisible(False)
        self._needed.triggered.connect(lambda _checked=False: self._start_needed())
        self._end = QAction(menu)
        self._end.setSeparator(True)
        menu.insertActions(before, [self.first, self._needed, self._end])

    def render(self, account: AccountSummary, now: float, titles: int, style: LabelStyle) -> None:
        """Show `account` with at most so many messages."""
        before, self._account = self._account, account
        self.first.setText(menu_label(status_texts.account_line(account, now), style))
        if account.colour != (before.colour if before is not None else ""):
            self.first.setIcon(colour_swatch(account.colour))
            self.first.setIconVisibleInMenu(bool(account.colour))
        needed = needed_action_text(account)
        if needed:
            self._needed.setText(menu_label(needed, style))
        self._needed.setVisible(bool(needed))
        latest = account.latest[:titles]
        while len(self._titles) < len(latest):
            line = _MessageItem(self._menu, self._commands.messages)
            self._menu.insertAction(self._end, line.action)
            self._titles.append(line)
        for number, line in enumerate(self._titles):
            line.render(latest[number] if number < len(latest) else None, now, style)

    def show_separator(self, shown: bool) -> None:
        """Show or hide the separator at the end."""
        self._end.setVisible(shown)

    def remove(self) -> None:
        """Remove all lines from the menu."""
        for action in (self.first, self._needed, self._end, *(line.action for line in self._titles)):
            self._menu.removeAction(action)
            action.deleteLater()

    def _open(self) -> None:
        if self._account is not None:
            self._commands.messages.open_account(self._account.id)

    def _start_needed(self) -> None:
        if self._account is not None:
            start_needed_action(self._commands.accounts, self._account)


class _MessageItem:
    """The line of one message, which opens it."""

    def __init__(self, menu: QMenu, commands: MessageCommands) -> None:
        self._commands = commands
        self._key: MessageKey | None = None
        self.action = QAction(menu)
        self.action.triggered.connect(lambda _checked=False: self._open())

    def render(self, title: MessageLine | None, now: float, style: LabelStyle) -> None:
        self._key = title.key if title is not None else None
        if title is not None:
            self.action.setText(
                message_label(status_texts.message_line_parts(title, now, _TITLE_LIMIT), style)
            )
        self.action.setVisible(title is not None)

    def _open(self) -> None:
        if self._key is not None:
            self._commands.open_message(self._key)


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

    def __init__(self, commands: TrayCommands, now: Callable[[], float]) -> None:
        self._commands = commands
        self._now = now
        self._style = LabelStyle.QT
        self._wanted: Summary | None = None
        self._pending = False
        self._sections: dict[str, AccountSection] = {}
        self.menu = QMenu()
        self._build()
        self._hold = QTimer(self.menu)
        self._hold.setSingleShot(True)
        self._hold.timeout.connect(self._released)
        self._settling = QTimer(self.menu)
        self._settling.setSingleShot(True)
        self.menu.aboutToShow.connect(self._opened)
        self.menu.aboutToHide.connect(lambda: self._hold.start(_AFTER_CLOSING))

    def _build(self) -> None:
        commands = self._commands
        self._add_account = self._fixed(tr("&Add an account…"), commands.program.open_settings)
        self._add_account.setVisible(False)
        self._open_mail = self._fixed(tr("&Open mail"), commands.messages.open_mail)
        self._check_now = self._fixed(tr("&Check now"), commands.accounts.check_now)
        self._mark_all = self._fixed(tr("Mark all as &read"), commands.messages.mark_all_read)
        self._mark_all.setEnabled(False)
        self._pause = PauseMenu(commands.pause, self.menu)
        self._mute = MuteMenu(commands.accounts, self.menu)
        self.menu.addMenu(self._mute.menu)
        self.menu.addSeparator()
        self._fixed(tr("&Settings…"), commands.program.open_settings)
        self._fixed(tr("A&bout Mailbell"), commands.program.open_about)
        self._fixed(tr("&Quit"), commands.program.quit)

    def _fixed(self, text: str, command: Callable[[], None]) -> QAction:
        action = QAction(text, self.menu)
        action.triggered.connect(lambda _checked=False: command())
        self.menu.addAction(action)
        return action

    @property
    def style(self) -> LabelStyle:
        """What draws the menu; to be set before the first opening."""
        return self._style

    @style.setter
    def style(self, style: LabelStyle) -> None:
        if style is not self._style:
            self._style = style
            if self._wanted is not None:
                self.render(self._wanted)

    def render(self, summary: Summary) -> None:
        """Show `summary`: at once, or some seconds later where the menu was just opened."""
        self._wanted = summary
        self._pending = True
        if not self._hold.isActive():
            self._released()

    def icon_shown(self) -> None:
        """Called when the icon appears: a call of AboutToShow just afterwards does not mean that the menu is open."""
        self._settling.start(SETTLING)

    def _opened(self) -> None:
        if not self._settling.isActive():
            self._hold.start(HOLD)

    def _released(self) -> None:
        if self._pending and self._wanted is not None:
            self._pending = False
            self._apply(self._wanted)

    def _apply(self, summary: Summary) -> None:
        self._arrange([str(account.id) for account in summary.accounts])
        now = self._now()
        for account, titles in zip(summary.accounts, _shares(summary.accounts), strict=True):
            section = self._sections[account.id]
            section.render(account, now, titles, self._style)
            section.show_separator(titles > 0 or account is summary.accounts[-1])
        has_accounts = bool(summary.accounts)
        self._add_account.setVisible(not has_accounts)
        self._check_now.setVisible(has_accounts)
        self._mark_all.setVisible(has_accounts)
        self._mark_all.setEnabled(summary.unseen > 0)
        self._pause.render(summary, now)
        self._mute.render(summary.accounts, self._style)
        entry = self._mute.menu.menuAction()
        assert entry is not None
        entry.setVisible(has_accounts)

    def _arrange(self, ids: list[str]) -> None:
        """Make the sections those of `ids`, in that order; sections of unchanged accounts stay."""
        if list(self._sections) == ids:
            return
        for removed in self._sections.keys() - set(ids):
            self._sections.pop(removed).remove()
        if list(self._sections) != [
            key for key in ids if key in self._sections
        ]:  # reordered: all are made anew
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
