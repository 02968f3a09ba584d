"""The folders of an account as a tree with tick boxes, of which a search shows only a part."""

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

    from PyQt5.QtWidgets import QWidget

    from tray.imap.types import MailboxName
    from tray.mail.folders.folders import Folder

_OPEN_MOST = 60  # folders that are shown all at once; of more only the upper ones and those that are ticked
_CONTROL = int(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class FolderTree(QTreeWidget):
    """Space ticks; any other text that is typed is for the search."""

    ticked = pyqtSignal()
    """The user has ticked or unticked a folder."""
    typed = pyqtSignal(str)
    """The user types what begins so."""

    def __init__(self, chosen: Collection[MailboxName], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = dict.fromkeys(chosen)
        self._original = tuple(chosen)
        self._known: tuple[Folder, ...] = ()
        self._branches: list[tuple[QTreeWidgetItem, Branch]] = []
        """Every row, those above others after them."""
        self._unfolded: list[QTreeWidgetItem] | None = None
        """The rows that were open before a search."""
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.itemChanged.connect(self._changed)
        self.show_chosen()

    @property
    def chosen(self) -> tuple[MailboxName, ...]:
        """The ticked folders in the order of the settings; as they stood there while they are the same."""
        if self._chosen.keys() == set(self._original):
            return self._original
        return sorted_folders(self._chosen, self._known)

    @property
    def chosen_folders(self) -> tuple[Folder, ...]:
        """The ticked folders with what is known of them."""
        known = {folder.name: folder for folder in self._known}
        return tuple(known.get(name) or without_prefix(name) for name in self.chosen)

    @property
    def gone(self) -> tuple[MailboxName, ...]:
        """Those of the ticked folders that the server does not have; none while its folders are not known."""
        known = {folder.name for folder in self._known}
        return tuple(name for name in self.chosen if known and name not in known)

    def show_chosen(self) -> None:
        """Nothing is known of the server: show what is ticked."""
        self._known = ()
        self._fill(tree(without_prefix(name) for name in self._chosen), ())

    def show_folders(self, folders: Iterable[Folder]) -> None:
        """Show these, and what is ticked and not among them as gone; ticks, place and search stay."""
        branches = tree(folders)
        self._known = flat(branches)
        there = {folder.name for folder in self._known}
        self._fill(branches, [without_prefix(name) for name in self._chosen if name not in there])

    def search(self, text: str) -> int:
        """Show only folders in whose paths `text` stands, and what is above them; how many were found."""
        if text.strip() and self._unfolded is None:
            self._unfolded = [item for item, _ in self._branches if item.isExpanded()]
        self.setUpdatesEnabled(False)
        try:
            count = self._filter(text)
        finally:
            self.setUpdatesEnabled(True)
        reached = self.currentItem()
        if reached is None or reached.isHidden():
            reached = self._first(text)
        if reached is not None:
            self.setCurrentItem(reached)
            self.scrollToItem(reached)
        return count

    def event(self, event: QEvent) -> bool:
        """Take the keys for the search before anybody makes a shortcut of them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _letters(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed is searched for; the keys that walk, fold and tick are the tree's."""
        text = _letters(event)
        if text:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def _first(self, text: str) -> QTreeWidgetItem | None:
        """The uppermost folder that is shown because it was found, not because it holds one."""
        tops = (self.topLevelItem(at) for at in range(self.topLevelItemCount()))
        item = next((top for top in tops if top is not None and not top.isHidden()), None)
        while item is not None and not _found(item, text):
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
        holding: set[int] = set()
        for item, branch in self._branches:  # children before what holds them
            found = matches(branch, text)
            beneath = id(branch) in holding
            item.setHidden(not (found or beneath))
            if beneath:
                item.setExpanded(True)
            if found or beneath:
                count += found and branch.folder is not None
                above = item.parent()
                if above is not None:
                    holding.add(id(above.data(0, _BRANCH)))
        return count

    def _fill(self, branches: Iterable[Branch], gone: Iterable[Folder]) -> None:
        current = self.currentItem()
        name = _name(current) if current is not None else None
        self.blockSignals(True)
        self.setUpdatesEnabled(False)
        try:
            self.clear()
            self._unfolded = None
            self._branches = []
            tops = [self._row(branch) for branch in branches]
            tops += [self._gone_row(folder) for folder in gone]
            self.addTopLevelItems(tops)
            self._unfold()
        finally:
            self.setUpdatesEnabled(True)
            self.blockSignals(False)
        rows = {_name(item): item for item, _ in self._branches}
        self.setCurrentItem(rows.get(name) or (tops[0] if tops else None))

    def _unfold(self) -> None:
        """Only what is in the tree can be open."""
        everything = len(self._branches) <= _OPEN_MOST
        for item, branch in self._branches:
            if branch.children and everything:
                item.setExpanded(True)
            if branch.folder is not None and branch.folder.name in self._chosen:
                above = item.parent()
                while above is not None:
                    above.setExpanded(True)
                    above = above.parent()

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
        self._tickable(item, folder)
        warning = folder_warning(folder.use)
        item.setToolTip(0, plain_tooltip(folder.path, warning))
        if warning:
            item.setData(0, _ACCESSIBLE, f"{branch.label}. {warning}")
        return item

    def _gone_row(self, folder: Folder) -> QTreeWidgetItem:
        label = tr("{name} (no longer on the server)").format(name=folder.path)
        item = QTreeWidgetItem([label])
        branch = Branch(label, folder, (), folded(f"{label} {folder.name}"))
        item.setData(0, _BRANCH, branch)
        self._branches.append((item, branch))
        self._tickable(item, folder)
        font = QFont(self.font())
        font.setItalic(True)
        item.setFont(0, font)
        item.setToolTip(0, tr("It was deleted or renamed there. Untick it, unless you expect it back."))
        return item

    def _tickable(self, item: QTreeWidgetItem, folder: Folder) -> None:
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        )
        there = folder.name in self._chosen
        item.setCheckState(0, Qt.CheckState.Checked if there else Qt.CheckState.Unchecked)

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


def _found(item: QTreeWidgetItem, text: str) -> bool:
    branch = item.data(0, _BRANCH)
    return branch.folder is not None and matches(branch, text)


def _letters(event: QKeyEvent) -> str:
    """The text that a key types for a search; a space ticks."""
    text = event.text()
    plain = not int(event.modifiers()) & _CONTROL
    return text if plain and text.isprintable() and text.strip() else ""
