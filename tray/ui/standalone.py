"""Dialogs that are shown without waiting for them, and that nobody has to keep hold of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QDialog

_open: set[QDialog] = set()
"""A dialog without a parent would be deleted by PyQt with the last reference. Qt does so after the closing."""


def show_until_closed(dialog: QDialog) -> None:
    """Show `dialog` in front, above its parent where it has one; it lives until it is closed."""
    _open.add(dialog)
    dialog.destroyed.connect(lambda: _open.discard(dialog))
    if dialog.parent() is None:
        dialog.show()
    else:
        dialog.open()
    dialog.raise_()
    dialog.activateWindow()
