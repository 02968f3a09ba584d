"""The page *Quiet and privacy*, which says whether the desktop wants to be left alone now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5 import sip

from tray.i18n import tr
from tray.ui.rows.page_view import DescribedPage

if TYPE_CHECKING:
    from PyQt5.QtGui import QShowEvent

    from tray.ui.ports import Previews
    from tray.ui.rows.changes import Changes
    from tray.ui.rows.description import Page


class QuietPage(DescribedPage):
    """Asks each time it is shown."""

    def __init__(self, page: Page, changes: Changes, previews: Previews) -> None:
        super().__init__(page, changes)
        self._previews = previews
        self._row = next(row for row in self.rows if row.row.field == "follow_do_not_disturb")

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the desktop."""
        super().showEvent(event)
        self._previews.ask_do_not_disturb(self._known)

    def _known(self, disturbing: bool) -> None:
        if not sip.isdeleted(self):  # the window may have been closed meanwhile
            self._row.explain(tr("It is on now") if disturbing else tr("It is off now"))
