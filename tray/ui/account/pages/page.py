"""What every page of an account's dialog is: some fields of the account, shown and read back.

How a page is added: write it in a file of its own in this directory, as a subclass of `AccountPage` that makes its
editors (`tray.ui.widgets.editors`), names each by its field of `Account` in `self.fields`, and calls
`self.lay_out()`; then add a line to `_more_pages` in `tray/ui/account/account_dialog.py`. Letters (``&``) are unique
among all that is visible at once: the dialog itself has C F H N P R S T V W Y for its tabs and buttons, all others are
free on every page; ``tests/ui/account/pages/test_every_page.py`` finds clashes, editors without a name, and pages that
do not fit the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.ui.widgets.forms import Field


class AccountPage(QWidget):
    """A page shows its part of an account from the start; what is wrong with it is judged by the dialog."""

    changed = pyqtSignal()
    """Something in it was changed, by the user or by itself."""
    touched = pyqtSignal(str)
    """The user is done with a field, named as in `Account`: it may be judged from now on."""

    title = ""
    """What stands on its tab, with a mnemonic."""
    fields: dict[str, Field]
    """Its fields by their names in `Account`, from top to bottom; the dialog shows errors at them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.own: set[str] = set()
        """Fields with the user's own words, which are never filled in."""

    def read(self, account: Account) -> Account:
        """`account` with the values of this page."""
        raise NotImplementedError

    def follow(self, account: Account) -> None:
        """Some page was changed, perhaps this one: the account reads like this now."""

    def suggest(self, account: Account) -> None:
        """The address implies this: fill in what is not the user's own."""

    def problems(self, account: Account, *, testing: bool) -> dict[str, str]:  # noqa: ARG002
        """Sentences by fields for what `tray.mail.settings.checks` cannot see, such as a file that is not there.

        With `testing` also for what only a test needs.
        """
        return {}

    def secrets(self) -> Mapping[AccountId, Secret]:
        """What was typed here that is secret and not the account's own, by the keys under which it is kept."""
        return {}

    def has_typed_secret(self) -> bool:
        """Whether something was typed here, such as a password, that `read` does not give."""
        return bool(self.secrets())

    def close_down(self) -> None:
        """The dialog ends: stop what is at work, and wipe what is secret."""

    def make_narrow(self, width: int) -> None:
        """The screen has only so many pixels for letters of this size: set all fields beneath their labels."""
        form, outer = self.findChild(QFormLayout), self.layout()
        if isinstance(form, QFormLayout) and outer is not None and self.minimumSizeHint().width() > width:
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
            outer.invalidate()  # Qt forgets that, where nothing was laid out yet

    # For the pages themselves

    def lay_out(self, *, groups: Collection[str] = (), inner: Collection[str] = ()) -> None:
        """Set the fields beneath each other; more air below those in `groups`; `inner` stand in another's row."""
        outer = QVBoxLayout(self)
        form = QFormLayout()
        outer.addLayout(form)
        outer.addStretch(1)  # a form would spread what is left among its rows
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        # QFormLayout keeps the spacing of hidden rows: each row brings its own instead.
        space = max(form.verticalSpacing(), 0)
        form.setVerticalSpacing(0)
        for name, field in self.fields.items():
            if name not in inner:
                field.setContentsMargins(0, 0, 0, 2 * space if name in groups else space)
                field.add_to(form)

    def listen(self, name: str, line: QLineEdit) -> None:
        """Report what is typed into the line of that field."""
        line.textEdited.connect(lambda _text: self.own.add(name))
        line.editingFinished.connect(lambda: self._leave(name, line))
        line.textChanged.connect(self.changed)

    def settle(self, *names: str) -> None:
        """These fields were set at once, as a box is ticked: they are changed and done with."""
        for name in names:
            self.touched.emit(name)
        self.changed.emit()

    def fill(self, name: str, line: QLineEdit, text: str) -> None:
        """Fill in a line, unless its words are the user's own."""
        if name not in self.own:
            line.setText(text)
            line.setCursorPosition(0)

    def _leave(self, name: str, line: QLineEdit) -> None:
        if line.isModified():  # merely passing through by Tab is no reason to complain
            self.touched.emit(name)
