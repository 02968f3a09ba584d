"""What every page of an account's dialog is: some fields of the account, shown and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QWidget

if TYPE_CHECKING:
    from tray.mail.account import Account
    from tray.ui.field import Field


class AccountPage(QWidget):
    """A page shows its part of an account from the start; what is wrong with it is judged by the dialog."""

    changed = pyqtSignal()
    """Something in it was changed, by the user or by itself."""
    touched = pyqtSignal(str)
    """The user is done with a field, named as in `Account`: it may be judged from now on."""

    title = ""
    """What stands on its tab, with a mnemonic."""
    fields: dict[str, Field]
    """Its fields by their names in `Account`; the dialog shows errors at them."""

    def read(self, account: Account) -> Account:
        """`account` with what this page says in place of what it said before."""
        raise NotImplementedError

    def follow(self, account: Account) -> None:
        """Some page was changed, perhaps this one: the account reads like this now."""
