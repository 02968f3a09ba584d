"""All that stands in the window: it shows a summary, and does what the user chooses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import QPoint, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QShortcut, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.mail.presentation.message_rows import Choice, MessageRow, message_rows
from tray.mail.presentation.window_texts import (
    EmptyKind,
    empty_texts,
    nothing_found,
    search_text,
)
from tray.mail.presentation.window_texts import status_texts as foot_texts
from tray.ui.widgets.card import Hairline
from tray.ui.widgets.tones import Restyled
from tray.ui.window.bars import TroubleBar, UndoBar
from tray.ui.window.chips import AccountChoice
from tray.ui.window.empty_state import EmptyState, button_label
from tray.ui.window.head import Head
from tray.ui.window.messages.keys import Command, KeyList
from tray.ui.window.messages.list_actions import ListActions
from tray.ui.window.messages.message_list import MessageList
from tray.ui.window.search import SearchField, ServerSearch
from tray.ui.window.status_line import StatusFoot
from tray.ui.window.window_menu import WindowMenu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.model.account import AccountId
    from tray.mail.model.message import MessageKey
    from tray.mail.presentation.summary import AccountSummary, Summary
    from tray.mail.settings.settings import Settings
    from tray.ui.commands import TrayCommands

_MINUTE_MS = 60_000
_ACCOUNT_KEYS = 10
_KEPT_LIMIT = 1000
"""Messages that stay in the list of unread ones though they were read; of more, only those that are in it now."""
_LIST_HEIGHT = 90
"""Pixels at least."""


class MailView(Restyled, QWidget):
    """Shows a `Summary`; `opened` and `closed` tell it when it is looked at."""

    left = pyqtSignal()
    """The user wants to close the window by Esc."""
    spoken = pyqtSignal()
    """What `news` gives may have changed."""

    def __init__(
        self, commands: TrayCommands, now: Callable[[], float], settings: Callable[[], Settings]
    ) -> None:
        """`now` gives Unix seconds, `settings` the present ones."""
        super().__init__()
        self._commands, self._now, self._settings = commands, now, settings
        self._summary: Summary | None = None
        self._choice = Choice()
        self._drawn: Choice | None = None
        """What the list shows; None when it is opened."""
        self._kept: set[MessageKey] = set()
        self._is_open = False
        self._head, self._search = Head(), SearchField()
        self._accounts = AccountChoice()
        self.bar = TroubleBar(commands, self._render)
        self.list = MessageList(now, lambda: self._settings().window_buttons)
        self._undo = UndoBar(commands.messages.undo, now)
        self._actions = ListActions(self, self.list, commands.messages, settings, self._undo.show_note)
        self._empty = EmptyState()
        self._pages = QStackedWidget()
        self._foot = StatusFoot(commands.accounts.check_now)
        self._found = ServerSearch(commands.messages, self._render)
        self._menu = WindowMenu(commands, self._show_keys, self)
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self._render)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        self._pages.setSizePolicy(
            QSizePolicy.Ignored, QSizePolicy.Ignored
        )  # bars get the room that they need
        self._pages.setMinimumHeight(_LIST_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setSpacing(0)
        layout.setContentsMargins(0, 0, 0, 0)
        above: tuple[QWidget, ...] = self._head, self._search, self._accounts, Hairline(), self.bar
        below: tuple[QWidget, ...] = self._undo, Hairline(), self._foot
        for widget in (*above, self._pages, *below):
            layout.addWidget(widget, int(widget is self._pages))
        self.setMinimumWidth(self._head.minimumSizeHint().width())

    def _connect(self) -> None:
        self._head.switch.changed.connect(self._choose_unread)
        self._head.search.clicked.connect(lambda _checked=False: self._begin_search())
        self._head.mark_all.clicked.connect(lambda _checked=False: self._mark_all())
        self._head.menu.clicked.connect(lambda _checked=False: self._open_menu())
        self._accounts.chosen.connect(self._choose_account)
        self._undo.ended.connect(self.spoken)
        self._search.typed.connect(self._choose_words)
        self._search.entered.connect(self._search_servers)
        self._search.left.connect(self._end_search)
        self._search.down.connect(self.enter_list)
        self.list.opened.connect(self._commands.messages.open_message)
        self.list.acted.connect(self._actions.act)
        self.list.commanded.connect(self._command)
        self.list.selection_changed.connect(self._head.show_selected)
        self.list.menu_wanted.connect(self._actions.open_menu)
        shortcuts: dict[str, Callable[[], None]] = {
            "Ctrl+F": self._begin_search,
            "Ctrl+Z": self._commands.messages.undo,
            "F5": self._commands.accounts.check_now,
            "F10": self._open_menu,
            "F1": self._show_keys,
            "Esc": self._escape,
        }
        for number in range(_ACCOUNT_KEYS):
            shortcuts[f"Ctrl+{number}"] = partial(self._accounts.choose_number, number)
        for keys, command in shortcuts.items():
            QShortcut(QKeySequence(keys), self).activated.connect(command)

    def opened(self) -> None:
        """Show what is there now, the unread messages first, and ask for more of them."""
        if not self._is_open:
            self._is_open = True
            self._drawn = None
            self._minute.start()
            unread = self._summary is not None and self._summary.unseen > 0
            self._choice = Choice(self._accounts.current, unread)
            self._head.switch.set_unread(unread)
            self._commands.messages.list_more(True)
        self._render()

    def closed(self) -> None:
        """Forget what was kept for this time only; no timer runs while nobody looks."""
        if self._is_open:
            self._minute.stop()
            self._kept.clear()
            self._end_search()
            self.list.clearSelection()
            self.list.forget_rows()
            self._is_open = False
            self._commands.messages.list_more(False)

    def enter_list(self) -> None:
        """Give the list the keyboard, or what stands in its place."""
        shown = self.list if self._pages.currentWidget() is self.list else self._empty
        shown.setFocus(Qt.OtherFocusReason)

    def restyle(self) -> None:
        """Take other colours."""
        self._undo.dress()

    # What is shown

    def show_summary(self, summary: Summary) -> None:
        """Show `summary`; the selection and the scroll position stay.

        While nobody looks nothing is drawn, but for the end of an account.
        """
        before, self._summary = self._summary, summary
        if self._is_open:
            self._render()
        elif before is not None and {each.id for each in before.accounts} - {
            each.id for each in summary.accounts
        }:
            self._render()
            self.list.forget_rows()

    def _render(self) -> None:
        summary = self._summary
        if summary is None:
            return
        now = self._now()
        self._accounts.show_accounts(summary.accounts)
        if self._choice.account != self._accounts.current:  # its account was removed
            self._choice = Choice(self._accounts.current, self._choice.unread, self._choice.words)
        chosen = self._chosen_accounts(summary)
        unseen = sum(account.unseen for account in chosen)
        searching = not self._search.isHidden()
        self._head.setVisible(not searching)
        self._accounts.setVisible(len(summary.accounts) > 1 and not searching)
        self._head.switch.show_count(unseen)
        self._head.mark_all.setEnabled(unseen > 0)
        self._menu.show_summary(summary, now)
        self._render_rows(summary, chosen, now)
        self.bar.show_summary(summary, now)
        self._undo.show_offer(summary.undo)
        self._foot.show_status(foot_texts(summary, now))
        self._foot.setVisible(bool(summary.accounts))
        self.spoken.emit()

    def news(self) -> tuple[str, ...]:
        """What was done a moment ago, and what is wrong."""
        return tuple(filter(None, (self._undo.text(), self.bar.headline())))

    def _chosen_accounts(self, summary: Summary) -> list[AccountSummary]:
        return [account for account in summary.accounts if self._choice.account in (None, account.id)]

    def _render_rows(self, summary: Summary, chosen: Sequence[AccountSummary], now: float) -> None:
        results = self._found.results
        found = () if results is None else results.lines
        rows = message_rows(summary.accounts, self._choice, kept=self._kept, found=found)
        if self._choice.unread:
            self._kept.update(row.key for row in rows)
            if len(self._kept) > _KEPT_LIMIT:
                self._kept.intersection_update(row.key for row in rows)
        self.list.show_rows(rows, still=self._choice == self._drawn and results is None)
        self._drawn = self._choice
        self.list.refresh_times()
        self._pages.setCurrentIndex(0 if rows else 1)
        words = self._choice.words
        if words:
            self._render_search(rows, words)
        else:
            self._foot.show_search("")
        if not rows and words:
            asked = results is not None
            texts = nothing_found(words, on_servers=results is not None and not results.waiting)
            self._empty.show_texts(texts, "" if asked else button_label(texts.kind), self._search_servers)
        elif not rows:
            texts = empty_texts(summary, chosen, now)
            adds = texts.kind is EmptyKind.NO_ACCOUNT
            command = self._commands.program.add_account if adds else self._show_latest
            self._empty.show_texts(texts, button_label(texts.kind), command)

    def _render_search(self, rows: Sequence[MessageRow], words: str) -> None:
        results = self._found.results
        if results is None:
            text = search_text(words, len(rows), 0, None)
            self._foot.show_search(text, tr("Search on the server"), self._search_servers)
            self._search.describe(text)
            return
        here = (
            {line.key for account in self._summary.accounts for line in account.listed}
            if self._summary
            else set()
        )
        local = sum(row.key in here for row in rows)
        text = search_text(words, local, len(rows) - local, results.waiting)
        if results.problems and not results.waiting:
            text = " ".join((text + ".", *results.problems))
        self._foot.show_search(text)
        self._search.describe(text)

    # What the user chooses

    def _choose_unread(self, unread: bool) -> None:
        self._choice = Choice(self._choice.account, unread)
        self._render()

    def _show_latest(self) -> None:
        self._head.switch.set_unread(False)
        self._choose_unread(False)

    def _choose_account(self, account: AccountId | None) -> None:
        self._choice = Choice(account, self._choice.unread)
        self._render()

    def _choose_words(self, words: str) -> None:
        self._found.end()
        self._choice = Choice(self._choice.account, False, words.strip())
        self._render()

    def _begin_search(self) -> None:
        self._search.begin()
        self._render()

    def _search_servers(self) -> None:
        if self._choice.words:
            self._found.start(self._choice.words, self._choice.account)
            self._render()

    def _end_search(self) -> None:
        if self._search.isHidden():
            return
        self._search.end()
        self._found.end()
        self._head.switch.set_unread(False)
        self._choice = Choice(self._choice.account)
        self._render()
        self.enter_list()

    def _escape(self) -> None:
        if not self._search.isHidden():
            self._end_search()
        elif self.list.chosen_keys():
            self.list.clearSelection()
        else:
            self.left.emit()

    # What the user does

    def _mark_all(self) -> None:
        if self._choice.account is None:
            self._commands.messages.mark_all_read()
        else:
            self._commands.messages.mark_all_read(self._choice.account)

    def _command(self, command: Command) -> None:
        commands = {
            Command.SNOOZE: self._actions.remind,
            Command.UNDO: self._commands.messages.undo,
            Command.SEARCH: self._begin_search,
            Command.MARK_ALL: self._mark_all,
            Command.HELP: self._show_keys,
        }
        commands[command]()

    def _open_menu(self) -> None:
        button = self._head.menu
        corner = QPoint(button.width() - self._menu.sizeHint().width(), button.height())
        if self.layoutDirection() == Qt.RightToLeft:
            corner.setX(0)
        self._menu.popup(button.mapToGlobal(corner) if button.isVisible() else self.mapToGlobal(QPoint(0, 0)))

    def _show_keys(self) -> None:
        keys = KeyList(self)
        keys.setAttribute(Qt.WA_DeleteOnClose)
        keys.open()
