"""The base of all pages of an account: some fields of the account, shown and read back.

To add a page, write it in a file of its own in this directory, as a subclass of `AccountPage` that makes its
editors (`tray.ui.widgets.forms`), names each by its field of `Account` in `self.fields`, and calls
`self.lay_out()`; then add it to `AccountForm`. ``tests/ui/account/pages/test_every_page.py`` finds editors without a
name, and pages that do not fit the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, pyqtSignal
from PyQt5.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.ui.widgets.forms import Field


class AccountPage(QWidget):
    """A part of an account; the form checks all pages together and shows the errors."""

    changed = pyqtSignal()
    """A value was changed, by the user or by the page itself."""
    touched = pyqtSignal(str)
    """The user has left a field, named as in `Account`: its errors may be shown from now on."""

    title = ""
    """Its heading."""
    fields: dict[str, Field]
    """Its fields by their names in `Account`, from top to bottom; the form shows errors at them."""

    def __init__(self) -> None:
        super().__init__()
        self.own: set[str] = set()
        """Fields that the user has typed into, which are never filled in."""

    def read(self, account: Account) -> Account:
        """`account` with the values of this page."""
        raise NotImplementedError

    def follow(self, account: Account) -> None:
        """Called when any page was changed, with the account as all pages read now."""

    def suggest(self, account: Account) -> None:
        """Fill in what follows from the address, except fields in `own`."""

    def errors(self, account: Account, *, testing: bool) -> dict[str, str]:  # noqa: ARG002
        """Errors that `tray.mail.settings.checks` cannot find, such as a missing file: a sentence for each field.

        With `testing` also what only a test needs.
        """
        return {}

    def secrets(self) -> Mapping[AccountId, Secret]:
        """Typed secrets other than the account's own, by the keys under which they are kept."""
        return {}

    def has_typed_secret(self) -> bool:
        """Whether something is typed that `read` leaves out, such as a password."""
        return bool(self.secrets())

    def close_down(self) -> None:
        """Called when the form is left: end what is under way, and wipe what is secret."""

    def event(self, event: QEvent) -> bool:
        """Keep the preferred height: QFormLayout (Qt 5.15) counts too little for rows beside texts that wrap."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.setMinimumHeight(self.sizeHint().height())
        return done

    def fit_into(self, width: int) -> None:
        """Place the fields beside their labels, or below where the page does not fit into `width` pixels otherwise."""
        form, outer = self.findChild(QFormLayout), self.layout()
        if isinstance(form, QFormLayout) and outer is not None:
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
            outer.invalidate()  # Qt omits that where nothing was laid out yet
            if self.minimumSizeHint().width() > width:
                form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
                outer.invalidate()

    # For the pages themselves

    def lay_out(self, *, groups: Collection[str] = (), inner: Collection[str] = ()) -> None:
        """Place the fields from top to bottom, with a gap after those in `groups`.

        Those in `inner` are placed by another field.
        """
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        form = QFormLayout()
        outer.addLayout(form)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        # QFormLayout keeps the spacing of hidden rows: each row has a margin of its own instead.
        space = max(form.verticalSpacing(), 0)
        form.setVerticalSpacing(0)
        for name, field in self.fields.items():
            if name not in inner:
                field.setContentsMargins(0, 0, 0, 2 * space if name in groups else space)
                field.add_to(form)

    def listen(self, name: str, line: QLineEdit) -> None:
        """Announce changes of the line of that field."""
        line.textEdited.connect(lambda _text: self.own.add(name))
        line.editingFinished.connect(lambda: self._leave(name, line))
        line.textChanged.connect(self.changed)

    def settle(self, *names: str) -> None:
        """Announce that these fields were changed in one step, as by ticking a box."""
        for name in names:
            self.touched.emit(name)
        self.changed.emit()

    def fill(self, name: str, line: QLineEdit, text: str) -> None:
        """Fill in a line, unless the user has typed into it."""
        if name not in self.own:
            line.setText(text)
            line.setCursorPosition(0)

    def _leave(self, name: str, line: QLineEdit) -> None:
        if line.isModified():  # moving through it by Tab shows no error
            self.touched.emit(name)
