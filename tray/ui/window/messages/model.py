"""The messages of the window as a model: a change inserts, removes and redraws only the rows that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QAbstractListModel, QModelIndex, Qt

from tray.mail.presentation.message_rows import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.mail.model.message import MessageKey
    from tray.mail.presentation.message_rows import MessageRow

ROW = Qt.UserRole
"""The role of the `MessageRow` itself."""
_STEPS_LIMIT = 60
"""Runs of rows that are inserted or removed one after another; with more, all are exchanged at once."""


class MessageModel(QAbstractListModel):
    """The rows, in the order in which they are given."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` gives Unix seconds."""
        super().__init__()
        self._now = now
        self.rows: Sequence[MessageRow] = ()
        self._places: dict[MessageKey, int] = {}

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """The number of messages."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.DisplayRole) -> Any:
        """The row, and what a screen reader says of it."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.AccessibleTextRole:
            return spoken(row, self._now())
        if role == Qt.AccessibleDescriptionRole:
            return row.line.preview
        return None

    def row(self, index: QModelIndex) -> MessageRow:
        """The row of a valid index."""
        return self.rows[index.row()]

    def index_of(self, key: MessageKey) -> QModelIndex:
        """The index of a message, invalid where it is not shown."""
        place = self._places.get(key)
        return QModelIndex() if place is None else self.index(place)

    def show(self, rows: Sequence[MessageRow]) -> None:
        """Show `rows`; selection and current row stay with their messages."""
        if rows == self.rows:
            return
        wanted = {row.key: row for row in rows}
        gone = _runs([place for place, row in enumerate(self.rows) if row.key not in wanted])
        stay = [row.key for row in self.rows if row.key in wanted]
        new = _runs([place for place, row in enumerate(rows) if row.key not in self._places])
        in_order = stay == [row.key for row in rows if row.key in self._places]
        if not self.rows or not stay or not in_order or len(gone) + len(new) > _STEPS_LIMIT:
            self._exchange(rows)
            return
        present = list(self.rows)
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del present[first : last + 1]
            self._set(tuple(present))
            self.endRemoveRows()
        for first, last in new:
            self.beginInsertRows(QModelIndex(), first, last)
            present[first:first] = rows[first : last + 1]
            self._set(tuple(present))
            self.endInsertRows()
        before, after = self.rows, rows
        self._set(rows)
        for first, last in _runs([n for n, row in enumerate(after) if row != before[n]]):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _exchange(self, rows: Sequence[MessageRow]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self.rows[index.row()].key for index in before]
        self._set(rows)
        self.changePersistentIndexList(before, [self.index_of(key) for key in keys])
        self.layoutChanged.emit()

    def _set(self, rows: Sequence[MessageRow]) -> None:
        self.rows = rows
        self._places = {row.key: place for place, row in enumerate(rows)}


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs of successive ones: first and last of each."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = runs[-1][0], place
        else:
            runs.append((place, place))
    return runs
