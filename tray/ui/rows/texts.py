"""A line of text that the settings check, and a line for several texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.mail.settings.fields import Mistake
from tray.ui.rows.controls import Line

if TYPE_CHECKING:
    from tray.mail.settings.fields import Kind

_BETWEEN = ";"


class CheckedLine(Line):
    """One text; what its setting does not accept is said, and not applied."""

    def __init__(self, kind: Kind, columns: int = 28) -> None:
        super().__init__(columns)
        self._kind = kind

    def _finished(self) -> None:
        if not self.line.isModified():
            return
        try:
            value = self._kind.read(self.read())
        except Mistake as mistake:
            self.failed.emit(str(mistake))
            return
        except ValueError:
            self.failed.emit(tr("This must be {expected}.").format(expected=self._kind.expected()))
            return
        self.failed.emit("")
        self.line.setModified(False)
        self.edited.emit(value)

    def read(self) -> Any:
        """The value for the setting, as in the file."""
        return self.line.text().strip()


class SeveralTexts(CheckedLine):
    """Several texts, with semicolons between them."""

    def show_value(self, value: tuple[str, ...]) -> None:  # type: ignore[override]
        """Show them."""
        super().show_value(f"{_BETWEEN} ".join(value))

    def read(self) -> Any:
        """The texts, none of them empty."""
        return [part.strip() for part in self.line.text().split(_BETWEEN) if part.strip()]
