"""The tray menu, which is updated while it is closed: panels draw changes of an open menu wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QAction, QMenu

from tray.i18n import tr
from tray.mail.model.action import MessageAction
from tray.mail.presentation import status_texts
from tray.mail.presentation.menu_texts import menu_line, shares
from tray.mail.settings.choices import LeftClick
from tray.ui.tray.marks import account_mark, message_mark
from tray.ui.tray.shared_entries import Entry, add_pauses, needed_action, resume_text
from tray.ui.widgets.plain_text import escaped, menu_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.model.account import AccountId
    from tray.mail.presentation.summary import AccountSummary, MessageLine, Summary
    from tray.mail.settings.settings import Settings
    from tray.ui.commands import TrayCommands
    from tray.ui.tray.panel import Panel


class MessageEntry(Entry):
    """The line of one message: a click opens it, or, where it `offers` actions, a sub-menu with them.

    It does so for life: GTK panels show an empty sub-menu on a line that had none at first.
    """

    def __init__(
        self, menu: QMenu, commands: TrayCommands, take_token: Callable[[], str], *, offers: bool
    ) -> None:
        super().__init__(menu)
        self._commands = commands
        self._take_token = take_token
        self._menu = menu
        self._message: MessageLine | None = None
        self._actions: QMenu | None = None
        self.command = self._open
        self.setIconVisibleInMenu(True)
        if offers:
            self._fill()

    def render(self, message: MessageLine, text: str) -> None:
        """Show `message` as `text`."""
        self._message = message
        self.setText(text)
        mark = message_mark(message.unseen)
        if self.icon().cacheKey() != mark.cacheKey():
            self.setIcon(mark)
        if self._actions is not None:
            self._read.setText(tr("Mark as &unread") if not message.unseen else tr("Mark as &read"))
            self._flag.setText(tr("Remove &flag") if message.flagged else tr("&Flag"))

    def offer_delete(self, *, offered: bool) -> None:
        """Whether a message may be deleted without a question."""
        if self._actions is not None:
            self._delete.setVisible(offered)

    def _fill(self) -> None:
        self._actions = QMenu(self._menu)
        self._add(tr("&Open"), self._open)
        self._read = self._add("", self._toggle_read)
        self._flag = self._add("", self._toggle_flag)
        self._add(tr("&Archive"), lambda: self._act(MessageAction.ARCHIVE))
        self._delete = self._add(tr("&Delete"), lambda: self._act(MessageAction.DELETE))
        self._add(tr("&Junk"), lambda: self._act(MessageAction.JUNK))
        self.setMenu(self._actions)

    def _add(self, text: str, command: Callable[[], None]) -> Entry:
        assert self._actions is not None
        entry = Entry(self._actions, text, command)
        self._actions.addAction(entry)
        return entry

    def _open(self) -> None:
        if self._message is not None:
            self._commands.messages.open_message(self._message.key, self._take_token())

    def _toggle_read(self) -> None:
        if self._message is not None:
            self._act(MessageAction.READ if self._message.unseen else MessageAction.UNREAD)

    def _toggle_flag(self) -> None:
        if self._message is not None:
            self._act(MessageAction.UNFLAG if self._message.flagged else MessageAction.FLAG)

    def _act(self, action: MessageAction) -> None:
        if self._message is not None:
            self._commands.messages.act(action, (self._message.key,))


class AccountSection:
    """The lines of one account in the menu, with a separator at the end; unused lines are hidden, not removed."""

    def __init__(
        self,
        menu: QMenu,
        before: QAction,
        commands: TrayCommands,
        panel: Panel,
        take_token: Callable[[], str],
    ) -> None:
        self._menu = menu
        self._commands = commands
        self._take_token = take_token
        self._panel = panel
        self._account: AccountSummary | None = None
        self._messages: list[MessageEntry] = []
        self._shown: tuple[object, ...] = ()
        """What the lines of messages were made of."""
        self._needed = Entry(menu)
        self.end = QAction(menu)
        self.end.setSeparator(True)
        self._own = QMenu(menu)
        self.first = self._own.menuAction()
        self.first.setIconVisibleInMenu(True)
        self._fill()
        menu.insertActions(before, [self.first, self._needed, self.end])

    def _fill(self) -> None:
        messages, accounts = self._commands.messages, self._commands.accounts
        self._add(tr("&Open mail"), lambda account_id: messages.open_account(account_id, self._take_token()))
        self._mark_all = self._add(tr("Mark all as &read"), messages.mark_all_read)
        self._mute = self._add(tr("M&ute"), self._toggle_mute)
        self._mute.setCheckable(True)
        self._add(tr("&Settings…"), accounts.open_settings)

    def _add(self, text: str, command: Callable[..., None]) -> Entry:
        entry = Entry(self._own, text, lambda: command(self._account.id) if self._account else None)
        self._own.addAction(entry)
        return entry

    def _toggle_mute(self, account_id: AccountId) -> None:
        muted = self._account is not None and self._account.muted
        self._mute.setChecked(muted)  # until it is shown anew: the settings may not be writable
        self._commands.accounts.mute(account_id, not muted)

    def render(
        self, account: AccountSummary, now: float, messages: int, settings: Settings, *, screen_reader: bool
    ) -> None:
        """Show `account` with so many messages."""
        style = self._panel.style
        self._account = account
        self.first.setText(menu_label(status_texts.account_line(account, now), style))
        mark = account_mark(account.colour)
        if self.first.icon().cacheKey() != mark.cacheKey():
            self.first.setIcon(mark)
        self._mark_all.setEnabled(account.unseen > 0)
        self._mute.setChecked(account.muted)
        needed = needed_action(account, self._commands.accounts)
        if needed:
            text, self._needed.command = needed
            self._needed.setText(menu_label(text, style))
        self._needed.setVisible(bool(needed))
        latest = account.latest[:messages]
        # Their texts depend on the day and the time zone, too.
        shown = (latest, settings, screen_reader, time.localtime(now)[:3], time.tzname)
        if shown != self._shown:
            self._shown = shown
            self._show(latest, now, settings, screen_reader=screen_reader)

    def _show(
        self, latest: Sequence[MessageLine], now: float, settings: Settings, *, screen_reader: bool
    ) -> None:
        while len(self._messages) < len(latest):
            entry = MessageEntry(self._menu, self._commands, self._take_token, offers=settings.menu_actions)
            self._messages.append(entry)
            self._menu.insertAction(self.end, entry)
        for entry, line in zip(self._messages, latest, strict=False):
            entry.offer_delete(offered=not settings.delete_for_good)
            text = menu_line(line, now, time_column=self._panel.time_column, screen_reader=screen_reader)
            entry.render(line, escaped(text, self._panel.style))
        for number, entry in enumerate(self._messages):
            entry.setVisible(number < len(latest))

    def remove(self) -> None:
        """Remove all lines from the menu."""
        for action in (self.first, self._needed, self.end, *self._messages):
            self._menu.removeAction(action)
        for action in (self._needed, self.end, *self._messages):
            actions = action.menu()
            if actions is not None:
                actions.deleteLater()
            action.deleteLater()
        self._own.deleteLater()


HOLD = 8000
"""Milliseconds after an opening in which nothing changes: some panels (xfce's) never announce the closing."""
SETTLING = 2000
"""Milliseconds after the icon has appeared in which an opening is ignored: GNOME's extension calls AboutToShow as soon
as it has the item, to read the menu."""
_AFTER_CLOSING = 250
"""Milliseconds: a click on a line is announced after the closing, and must open what the line showed."""


class TrayMenu:
    """Shows a `Summary` as a QMenu of lasting actions; an update sets only what differs, in place."""

    def __init__(
        self, commands: TrayCommands, now: Callable[[], float], panel: Panel, settings: Callable[[], Settings]
    ) -> None:
        """`now` gives Unix seconds, `settings` the present ones."""
        self.take_token: Callable[[], str] = lambda: ""
        """Gives the activation token of the click on an entry; empty where the panel gave none."""
        self._commands = commands
        self._now = now
        self._panel = panel
        self._settings = settings
        self._pending: Summary | None = None
        self._sections: dict[str, AccountSection] = {}
        self._offers_actions = False
        self.screen_reader = False
        """Whether a screen reader runs."""
        self.opened: Callable[[], None] | None = None
        """Called when the user opens the menu."""
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
        self._window = self._entry(tr("Open the &window"), commands.program.show_window)
        self._entry(tr("&Open mail"), lambda: commands.messages.open_mail(self.take_token()))
        self._mark_all = self._entry(tr("Mark all as &read"), commands.messages.mark_all_read)
        self._mark_all.setEnabled(False)
        self._check_now = self._entry(tr("&Check now"), commands.accounts.check_now)
        self._pauses = QMenu(tr("&Pause"), self.menu)
        add_pauses(self._pauses, commands.pause)
        self.menu.addMenu(self._pauses)
        self._resume = self._entry(tr("&Resume"), commands.pause.resume)
        self._resume.setVisible(False)
        self.menu.addSeparator()
        self._entry(tr("&Settings…"), commands.program.open_settings)
        self._entry(tr("&Quit"), commands.program.quit)

    def _section(self, before: QAction) -> AccountSection:
        return AccountSection(self.menu, before, self._commands, self._panel, self.take_token)

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
            if self.opened is not None:
                self.opened()

    def _apply(self) -> None:
        summary, self._pending = self._pending, None
        if summary is None:
            return
        settings = self._settings()
        if settings.menu_actions != self._offers_actions:
            self._offers_actions = settings.menu_actions
            self._arrange([])
        self._arrange([str(account.id) for account in summary.accounts])
        now, accounts = self._now(), summary.accounts
        given = shares(accounts, settings.titles, self._panel.messages)
        for account, messages in zip(accounts, given, strict=True):
            section = self._sections[account.id]
            section.render(account, now, messages, settings, screen_reader=self.screen_reader)
            section.end.setVisible(messages > 0 or account is accounts[-1])
        has_accounts = bool(accounts)
        self._add_account.setVisible(not has_accounts)
        self._window.setVisible(self._panel.click_opens_menu or settings.left_click is not LeftClick.WINDOW)
        self._check_now.setVisible(has_accounts)
        self._mark_all.setVisible(has_accounts)
        self._mark_all.setEnabled(summary.unseen > 0)
        if summary.paused:
            self._resume.setText(resume_text(summary, now))
        self._resume.setVisible(summary.paused)
        self._pauses.menuAction().setVisible(has_accounts and not summary.paused)

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
            section = self._sections.get(key) or self._section(before)
            before = section.first
            sections[key] = section
        self._sections = {key: sections[key] for key in ids}
