"""The page *Why was I told?*, and its list of messages with what was done with each, which the rules have, too."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from tray.i18n import tr
from tray.mail.presentation.message_texts import sender_text, subject_text
from tray.mail.presentation.times import brief
from tray.ui.rows.page_view import SubPage
from tray.ui.rows.row_widget import SecondText
from tray.ui.widgets.plain_text import isolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tray.mail.policy.explanations import Explanation
    from tray.ui.ports import MessageHistory

_LINES = 14
"""Lines of text that the list shows without scrolling."""


class ExplanationList(QListWidget):
    """Two lines for each message: when it came and from whom, and what was done."""

    def __init__(self, name: str, says: Callable[[Explanation], str]) -> None:
        """`says` gives the second line."""
        super().__init__()
        self._says = says
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAlternatingRowColors(True)
        self.setMinimumHeight(_LINES * self.fontMetrics().lineSpacing())

    def show_explanations(self, explanations: Iterable[Explanation], none: str) -> None:
        """List these; `none` is shown where there are none."""
        self.clear()
        now = time.time()
        for each in explanations:
            first = tr("{time} · {sender} – {subject}").format(
                time=brief(each.at or None, now),
                sender=isolated(sender_text(each.sender)),
                subject=isolated(subject_text(each.subject)),
            )
            QListWidgetItem(f"{first}\n{self._says(each)}", self)
        if not self.count():
            empty = QListWidgetItem(none, self)
            empty.setFlags(Qt.ItemFlag.NoItemFlags)


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
