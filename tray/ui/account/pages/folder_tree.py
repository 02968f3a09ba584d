"""The folders of an account as a tree with check boxes, which a search filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtGui import QFont, QKeyEvent
from PyQt5.QtWidgets import QTreeWidget, QTreeWidgetItem

from tray.i18n import tr
from tray.mail.folders.folders import folder_warning, sorted_folders, without_prefix
from tray.mail.folders.special_use import folded
from tray.mail.folders.tree import Branch, flat, matches, tree
from tray.ui.widgets.plain_text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.imap.types import MailboxName
    from tray.mail.folders.folders import Folder

_UNFOLD_LIMIT = 60
"""Folders that are shown all at once; of more only the top level and the paths to ticked ones are."""
_CONTROL = int(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class FolderTree(QTreeWidget):
    """Space ticks a folder; any other typed text is emitted as `typed`, for the search."""

    ticked = pyqtSignal()
    """The user has ticked or unticked a folder."""
    typed = pyqtSignal(str)
    """The user has typed the first letter of a search."""

    def __init__(self, chosen: Collection[MailboxName]) -> None:
        super().__init__()
        self._chosen = dict.fromkeys(chosen)
        self._original = tuple(chosen)
        self._listed: tuple[Folder, ...] = ()
        """The folders of the server; empty while they are unknown."""
        self._branches: list[tuple[QTreeWidgetItem, Branch]] = []
        """Every row, children before their parents."""
        self._unfolded: list[QTreeWidgetItem] | None = None
        """The rows that were unfolded before a search."""
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.itemChanged.connect(self._changed)
        self.show_chosen()

    @property
    def chosen(self) -> tuple[MailboxName, ...]:
        """The ticked folders in the order for the settings; unchanged ones keep their present order."""
        if self._chosen.keys() == set(self._original):
            return self._original
        return sorted_folders(self._chosen, self._listed)

    @property
    def chosen_folders(self) -> tuple[Folder, ...]:
        """The ticked folders, as the server lists them where it does."""
        listed = {folder.name: folder for folder in self._listed}
        return tuple(listed.get(name) or without_prefix(name) for name in self.chosen)

    @property
    def missing(self) -> tuple[MailboxName, ...]:
        """The ticked folders that the server does not have; none while its folders are unknown."""
        listed = {folder.name for folder in self._listed}
        return tuple(name for name in self.chosen if listed and name not in listed)

    def show_chosen(self) -> None:
        """Show the ticked folders only: those of the server are unknown."""
        self._listed = ()
        self._fill(tree(without_prefix(name) for name in self._chosen), ())

    def show_folders(self, folders: Iterable[Folder]) -> None:
        """Show these, and ticked ones that are missing; ticks and the current row stay."""
        branches = tree(folders)
        self._listed = flat(branches)
        listed = {folder.name for folder in self._listed}
        self._fill(branches, [without_prefix(name) for name in self._chosen if name not in listed])

    def search(self, text: str) -> int:
        """Show only folders whose paths contain `text`, and their parents; returns how many were found."""
        if text.strip() and self._unfolded is None:
            self._unfolded = [item for item, _ in self._branches if item.isExpanded()]
        self.setUpdatesEnabled(False)
        try:
            count = self._filter(text)
        finally:
            self.setUpdatesEnabled(True)
        current = self.currentItem()
        if current is None or current.isHidden():
            current = self._first(text)
        if current is not None:
            self.setCurrentItem(current)
            self.scrollToItem(current)
        return count

    def event(self, event: QEvent) -> bool:
        """Accept keys for the search, which would be shortcuts of the dialog otherwise."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _letters(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Emit typed text for the search; the tree itself handles the keys that move, fold and tick."""
        text = _letters(event)
        if text:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def _first(self, text: str) -> QTreeWidgetItem | None:
        """The uppermost folder that matches itself, not only by one below it."""
        tops = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        item = next((top for top in tops if top is not None and not top.isHidden()), None)
        while item is not None and not _is_match(item, text):
            item = self.itemBelow(item)
        return item

    def _filter(self, text: str) -> int:
        if not text.strip():
            unfolded, self._unfolded = self._unfolded, None
            for item, _ in self._branches:
                item.setHidden(False)
                if unfolded is not None:
                    item.setExpanded(False)
            for item in unfolded or ():
                item.setExpanded(True)
            return len(self._branches)
        count = 0
        parents: set[int] = set()  # of branches with a match below them
        for item, branch in self._branches:
            found = matches(branch, text)
            is_parent = id(branch) in parents
            item.setHidden(not (found or is_parent))
            if is_parent:
                item.setExpanded(True)
            if found or is_parent:
                count += found and branch.folder is not None
                parent = item.parent()
                if parent is not None:
                    parents.add(id(parent.data(0, _BRANCH)))
        return count

    def _fill(self, branches: Iterable[Branch], missing: Iterable[Folder]) -> None:
        current = self.currentItem()
        name = _name(current) if current is not None else None
        self.blockSignals(True)
        self.setUpdatesEnabled(False)
        try:
            self.clear()
            self._unfolded = None
            self._branches = []
            tops = [self._row(branch) for branch in branches]
            tops += [self._missing_row(folder) for folder in missing]
            self.addTopLevelItems(tops)
            self._unfold()
        finally:
            self.setUpdatesEnabled(True)
            self.blockSignals(False)
        rows = {_name(item): item for item, _ in self._branches}
        self.setCurrentItem(rows.get(name) or (tops[0] if tops else None))

    def _unfold(self) -> None:
        everything = len(self._branches) <= _UNFOLD_LIMIT
        for item, branch in self._branches:
            if branch.children and everything:
                item.setExpanded(True)
            if branch.folder is not None and branch.folder.name in self._chosen:
                parent = item.parent()
                while parent is not None:
                    parent.setExpanded(True)
                    parent = parent.parent()

    def _row(self, branch: Branch) -> QTreeWidgetItem:
        item = QTreeWidgetItem([branch.label])
        item.setData(0, _BRANCH, branch)
        item.addChildren([self._row(child) for child in branch.children])
        self._branches.append((item, branch))
        folder = branch.folder
        if folder is None:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setData(0, _ACCESSIBLE, tr("{name}: holds other folders only").format(name=branch.label))
            return item
        self._add_check_box(item, folder)
        warning = folder_warning(folder.use)
        item.setToolTip(0, plain_tooltip(folder.path, warning))
        if warning:
            item.setData(0, _ACCESSIBLE, f"{branch.label}. {warning}")
        return item

    def _missing_row(self, folder: Folder) -> QTreeWidgetItem:
        label = tr("{name} (no longer on the server)").format(name=folder.path)
        item = QTreeWidgetItem([label])
        branch = Branch(label, folder, (), folded(f"{label} {folder.name}"))
        item.setData(0, _BRANCH, branch)
        self._branches.append((item, branch))
        self._add_check_box(item, folder)
        font = QFont(self.font())
        font.setItalic(True)
        item.setFont(0, font)
        item.setToolTip(0, tr("It was deleted or renamed there. Untick it, unless you expect it back."))
        return item

    def _add_check_box(self, item: QTreeWidgetItem, folder: Folder) -> None:
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        )
        is_chosen = folder.name in self._chosen
        item.setCheckState(0, Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)

    def _changed(self, item: QTreeWidgetItem) -> None:
        name = _name(item)
        wanted = item.checkState(0) == Qt.CheckState.Checked
        if name is None or wanted == (name in self._chosen):
            return
        if wanted:
            self._chosen[name] = None
        else:
            del self._chosen[name]
        self.ticked.emit()


_BRANCH = Qt.ItemDataRole.UserRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


def _name(item: QTreeWidgetItem) -> MailboxName | None:
    branch = item.data(0, _BRANCH)
    return branch.folder.name if isinstance(branch, Branch) and branch.folder is not None else None


def _is_match(item: QTreeWidgetItem, text: str) -> bool:
    branch = item.data(0, _BRANCH)
    return branch.folder is not None and matches(branch, text)


def _letters(event: QKeyEvent) -> str:
    """The text that a key types for a search; empty for a space, which ticks, and for shortcuts."""
    text = event.text()
    plain = not int(event.modifiers()) & _CONTROL
    return text if plain and text.isprintable() and text.strip() else ""
