"""The settings: one window with a list at the left and a page at the right; changes are applied as they are made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QShortcut,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tray.i18n import tr
from tray.ui.rows.changes import Changes
from tray.ui.rows.page_view import PageView, SubPage
from tray.ui.settings.messages import Messages
from tray.ui.settings.page_maker import PageMaker
from tray.ui.settings.side import Side, account_key, account_of
from tray.ui.widgets.card import scale_of
from tray.ui.widgets.form_dialog import FormDialog
from tray.ui.widgets.forms import available_size, push_button
from tray.ui.widgets.standalone import bring_to_front

if TYPE_CHECKING:
    from collections.abc import Callable

    from PyQt5.QtGui import QKeyEvent, QResizeEvent

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.presentation.summary import Summary
    from tray.ui.ports import SettingsServices

_SIZE, _LEAST, _NARROW = QSize(760, 640), QSize(360, 360), 600


class SettingsWindow(FormDialog):
    """Pages are made when they are first shown."""

    def __init__(self, services: SettingsServices) -> None:
        super().__init__()
        self.setWindowTitle(tr("Mailbell Settings"))
        self._closing = False
        """Whether the window closes when all is applied."""
        self._key = ""
        """The page that is shown, or was before a search or a page of its own account."""
        self._summary: Summary | None = None
        self._views: dict[str, PageView] = {}
        self._passing: PageView | None = None
        """A page that is deleted when it is left: that of a search, or a part of an account."""
        self.changes = Changes(services.store, self)
        self._maker = PageMaker(self.changes, services, self)
        self.side = Side(self._maker.pages, self)
        self.stack = QStackedWidget(self)
        self.messages = Messages(self.changes, self)
        self.close_button = push_button(tr("Close"), "")
        self._lay_out()
        self._connect()
        self._show_accounts()
        self.setMinimumSize(_LEAST)
        self.resize((_SIZE * scale_of(self)).boundedTo(available_size(self)))
        accounts = self.changes.settings.accounts
        self.show_page(account_key(accounts[0].id) if accounts else self._maker.pages[0].key)
        self.side.list.setFocus()

    # What the program asks for

    def bring_up(self) -> None:
        """Open, or come to the front; a dialog on top of this one keeps the keyboard."""
        self.changes.refresh()
        bring_to_front(self)

    def show_page(self, key: str) -> None:
        """Show the page of that key, as in `PageMaker`."""
        self.side.search.clear()
        self._leave(partial(self._show_key, key))

    def show_account(self, account_id: AccountId) -> None:
        """Show the page of that account."""
        self.show_page(account_key(account_id))

    def show_folders(self, account_id: AccountId) -> None:
        """Show the folders of that account, to choose which are watched."""
        self.show_account(account_id)
        self._open_part("folders")

    def show_part(self, account_id: AccountId, part: str, field: str = "") -> None:
        """Show a part of that account (`PageMaker.part`), or its page where `part` is empty."""
        self.show_account(account_id)
        if part and self._key == account_key(account_id):
            self._open_part(part, field)

    def more_settings(self, account: Account | None, secret: Secret | None = None) -> None:
        """Show all settings of a new account, filled in as in `account` where it is given."""
        self.show_page(self._maker.pages[0].key)
        self._leave(lambda: self._show_passing(self._maker.new_account(account, secret)))

    def show_behind(self, make: Callable[[], SubPage]) -> None:
        """Show a page whose button leads back to the one that is shown."""
        self.side.search.clear()
        self._leave(lambda: self._show_passing(make()))

    def show_summary(self, summary: Summary) -> None:
        """Show the state of the accounts."""
        self._summary = summary
        self._show_accounts()
        for view in self._views.values():
            self._maker.show_summary(view, summary)

    # The window itself

    def has_unsaved(self) -> bool:
        """Whether a page holds input that is not applied."""
        return isinstance(self._passing, SubPage) and self._passing.has_unsaved()

    def accept(self) -> None:
        """Close, as Esc and the window's close button do."""
        self.reject()

    def reject(self) -> None:
        """Close when all is applied; after a failure stay open and show it, and ask the next time."""
        self._leave(self._close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends a search first, then leaves a part of an account, then closes; Enter presses the button it is on."""
        if event.key() == Qt.Key.Key_Escape and self.side.search.text():
            self.side.search.clear()
            self.side.list.setFocus()
        elif event.key() == Qt.Key.Key_Escape and isinstance(self._passing, SubPage):
            self._leave_part()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()  # a line of text is applied by it; QDialog itself would press a button
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            elif isinstance(self._passing, SubPage):
                self._passing.enter()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Coming back to the window, show what was changed elsewhere."""
        if event.type() == QEvent.Type.WindowActivate:
            self.changes.refresh()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the list above the pages where the window is narrow."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW * scale_of(self)
        self.side.set_narrow(narrow=narrow)
        self._outer.setDirection(
            QVBoxLayout.Direction.TopToBottom if narrow else QVBoxLayout.Direction.LeftToRight
        )

    def done(self, result: int) -> None:
        """End what is under way, and wipe what is secret."""
        self._drop_passing()
        for view in self._views.values():
            view.close_down()
        super().done(result)

    def _lay_out(self) -> None:
        side, above, below = 28, 8, 20
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        self._foot.addWidget(self.messages.again)
        self.messages.again.hide()
        self._foot.addWidget(self.close_button)
        foot = QVBoxLayout()
        foot.setContentsMargins(side, above, side, below)
        foot.addLayout(self._foot)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.stack, 1)
        right.addWidget(self.messages)
        right.addLayout(foot)
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(self.side)
        self._outer.addLayout(right, 1)

    def _connect(self) -> None:
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self._to_search)
        self.side.chosen.connect(self._chosen)
        self.side.add_asked.connect(self._maker.add_account)
        self.side.move_asked.connect(self._move)
        self.side.remove_asked.connect(self.remove_account)
        self.side.searched.connect(self._search)
        self.side.left_search.connect(self._enter_found)
        self.messages.undo.clicked.connect(self._restore)
        self.close_button.clicked.connect(self.reject)
        self.changes.changed.connect(self._changed)
        self.changes.failed.connect(self._failed)
        self.changes.applied.connect(self._applied)

    # Pages

    def _show_key(self, key: str) -> None:
        account_id = account_of(key)
        if account_id is not None and self.changes.account(account_id) is None:
            key = self._maker.pages[0].key
        self._key = key
        if key not in self._views:
            view = self._views[key] = self._maker.view(key)
            self._add(view)
            if self._summary is not None:
                self._maker.show_summary(view, self._summary)
        self.side.show_current(key)
        self._show_view(self._views[key])

    def _show_view(self, view: PageView) -> None:
        if view is not self._passing:
            self._drop_passing()
        for other in (*self._views.values(), *((self._passing,) if self._passing is not None else ())):
            other.foot.setVisible(other is view)
        self.stack.setCurrentWidget(view)

    def _show_passing(self, view: PageView) -> None:
        """Show a page that is deleted when it is left."""
        self._drop_passing()
        self._passing = view
        self._add(view)
        if isinstance(view, SubPage):
            view.left.connect(self._leave_part)
        self._show_view(view)
        view.focus_first()

    def _add(self, view: PageView) -> None:
        self.stack.addWidget(view)
        self._foot.insertWidget(0, view.foot)
        view.part_asked.connect(self._open_part)
        self._set_tab_order(view)

    def _drop_passing(self) -> None:
        view, self._passing = self._passing, None
        if view is not None:
            self._delete(view)

    def _delete(self, view: PageView) -> None:
        view.close_down()
        self.stack.removeWidget(view)
        self._foot.removeWidget(view.foot)
        for widget in (view.foot, view):
            widget.hide()
            widget.deleteLater()

    def _set_tab_order(self, view: PageView) -> None:
        """Behind a new page come its foot, and the buttons of the window."""
        last: QWidget = self.side.list
        at = view.nextInFocusChain()
        while at is not None and view.isAncestorOf(at):
            if at.focusPolicy() & Qt.FocusPolicy.TabFocus:  # setTabOrder does nothing with others
                last = at
            at = at.nextInFocusChain()
        foot = view.foot.findChildren(QPushButton)
        for button in (*foot, self.messages.undo.button, self.messages.again, self.close_button):
            QWidget.setTabOrder(last, button)
            last = button

    def _open_part(self, part: str, field: str = "") -> None:
        """Show a part of the account whose page is shown, at that field."""
        account_id = account_of(self._key)
        if account_id is None or self.changes.account(account_id) is None:
            return
        if part == "remove":
            self.remove_account(account_id)
            return
        self.side.search.clear()
        self._show_passing(self._maker.part(account_id, part))
        if field and isinstance(self._passing, SubPage):
            self._passing.focus_field(field)

    def _leave_part(self) -> None:
        self._leave(lambda: self._show_key(self._key))

    def _leave(self, go_on: Callable[[], None]) -> None:
        """Call `go_on`, after asking where that would discard input; what is being typed is finished first."""
        focused = self.focusWidget()
        if isinstance(focused, QLineEdit | QAbstractSpinBox):
            focused.clearFocus()
            focused.setFocus()
        if self.has_unsaved():
            self.ask_to_discard(go_on)
        else:
            go_on()

    def _chosen(self, key: str) -> None:
        if key != self._key or self._passing is not None:
            self.show_page(key)
            if self._key != key:
                self.side.show_current(self._key)

    def _search(self, words: str) -> None:
        if not words.strip():
            if self._passing is not None and not isinstance(self._passing, SubPage):
                self._show_key(self._key)
            return

        def show() -> None:
            found = self._maker.found(words)
            self._drop_passing()
            self._passing = found
            self._add(found)
            self._show_view(found)

        self._leave(show)

    def _to_search(self) -> None:
        self.side.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.side.search.selectAll()

    def _enter_found(self) -> None:
        """From the search to what it has found."""
        view = self.stack.currentWidget()
        if isinstance(view, PageView):
            view.focus_first()

    # Accounts

    def remove_account(self, account_id: AccountId) -> None:
        """Remove that account, and offer to restore it."""
        self.changes.remove_account(account_id)
        self.side.list.setFocus()

    def _restore(self) -> None:
        account_id = self.changes.restore()
        if account_id is not None:
            self.show_account(account_id)
            self.side.list.setFocus()

    def _move(self, account_id: AccountId, step: int) -> None:
        self.changes.move_account(account_id, step)
        self.side.show_current(account_key(account_id))

    def _changed(self) -> None:
        self._closing = False
        self._show_accounts()
        shown = {account_key(account.id) for account in self.changes.settings.accounts}
        gone = [key for key in self._views if account_of(key) is not None and key not in shown]
        for key in gone:
            view = self._views.pop(key)
            if key == self._key:
                accounts = self.changes.settings.accounts
                self._show_key(account_key(accounts[0].id) if accounts else self._maker.pages[0].key)
            self._delete(view)

    def _show_accounts(self) -> None:
        self.side.show_accounts(self.changes.settings.accounts, self._summary)

    # Applying and closing

    def _close(self) -> None:
        self.changes.end_removal()
        if self.changes.applying:  # stays open, to show a failure
            self._closing = True
            self.messages.progress.show()
        elif self.changes.has_changes() and not self.changes.was_refused():
            self._closing = True
            self.changes.apply()
        elif self.changes.has_changes():
            self.ask(
                tr("Not everything was saved, as this window says. Close it all the same?"),
                tr("&Close"),
                tr("&Go back"),
                lambda: self.done(0),
            )
        else:
            self.done(0)

    def _applied(self) -> None:
        if self._closing:
            self.done(0)

    def _failed(self, failure: str) -> None:
        self.messages.show_failure(failure)
        if failure:
            self._closing = False
            self.messages.again.setFocus()
