"""The folders of an account on a page of their own; a tick is applied at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QVBoxLayout

from tray.i18n import tr
from tray.mail.settings.checks import account_errors
from tray.ui.account.pages.folders import FoldersPage
from tray.ui.rows.page_view import SubPage
from tray.ui.widgets.card import Card

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.ui.ports import SettingsServices


class FoldersPart(SubPage):
    """`pending` is a password that was typed before and is not stored yet."""

    put = pyqtSignal(object, object)
    """To be applied: the account; the second is always empty."""

    def __init__(self, account: Account, pending: Secret | None, services: SettingsServices) -> None:
        super().__init__(tr("Folders"), account.name)
        self._account = account
        self.page = FoldersPage(account, lambda: (self._account, pending), services.folders)
        card = Card()
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self.page)
        self.add(card)
        self.page.touched.connect(self._put)

    def focus_first(self) -> None:
        """Move the keyboard to the folders."""
        self.page.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_down(self) -> None:
        """End a listing."""
        self.page.close_down()

    def _put(self) -> None:
        account = self.page.read(self._account)
        error = account_errors(account, ()).get("mailboxes", "")
        self.page.fields["mailboxes"].show_error(error)
        if not error and account != self._account:
            self._account = account
            self.put.emit(account, {})
