"""Widgets that colour something by themselves, and do so again when colours or style of the desktop change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent

if TYPE_CHECKING:
    from PyQt5.QtWidgets import QWidget as _Base
else:
    _Base = object  # PyQt5 allows one class of Qt among the bases

_CHANGES = frozenset({QEvent.Type.PaletteChange, QEvent.Type.StyleChange})


class Restyled(_Base):
    """Stands before the class of Qt in the list of bases; `restyle` is called after each change."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the desktop."""
        super().changeEvent(event)
        if event.type() in _CHANGES:
            self.restyle()

    def restyle(self) -> None:
        """Colour anew; also called in the constructor of most."""
        raise NotImplementedError
