"""The page *Why was I told?*: what was done with the last messages, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt

from tray.i18n import tr
from tray.ui.rows.page_view import SubPage
from tray.ui.rows.row_widget import SecondText
from tray.ui.rules.message_list import ExplanationList

if TYPE_CHECKING:
    from tray.ui.ports import MessageHistory


class WhyPage(SubPage):
    """The messages of this run, newest first; they are kept in memory only."""

    def __init__(self, history: MessageHistory, back: str) -> None:
        super().__init__(tr("Why was I told?"), back)
        self._history = history
        self.add(
            SecondText(
                tr(
                    "Each mail that has come since Mailbell was started, and the reason for what was done with it."
                ),
                on_card=False,
            )
        )
        self.list = ExplanationList(self.title, lambda each: each.sentence)
        self.add(self.list, 12)
        self.list.show_explanations(history.explanations(), tr("No mail has come yet."))

    def focus_first(self) -> None:
        """Move the keyboard to the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
