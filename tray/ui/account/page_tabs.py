"""The pages of an account as tabs; one with an error has an icon, and a text for screen readers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QIcon, QKeySequence
from PyQt5.QtWidgets import QLineEdit, QShortcut, QStyle, QTabWidget, QWidget

from tray.i18n import tr
from tray.ui.widgets.forms import FormArea, available_size, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tray.ui.account.check_view import CheckView
    from tray.ui.account.pages.page import AccountPage
    from tray.ui.widgets.forms import Field

_GAP = 8
"""Pixels beside the icon of a tab."""


class PageTabs(QTabWidget):
    """Shows the errors of all pages at their fields, and moves the focus to the first."""

    def __init__(self, pages: Sequence[AccountPage], parent: QWidget) -> None:
        super().__init__(parent)
        self._pages = tuple(pages)
        self._check: CheckView | None = None
        self.fields: dict[str, Field] = {}
        """Those of all pages, by their names in `Account`."""
        for page in self._pages:
            self.fields.update(page.fields)
            self.addTab(FormArea(page, self), page.title)
            self._mark(page, has_error=False)
        bar = self.tabBar()
        assert bar is not None
        bar.setAccessibleName(tr("Pages of the account"))
        # A combo box with the focus takes Ctrl+Tab for a character to search, so the tabs do not receive it.
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._turn, step))

    def sizeHint(self) -> QSize:
        """Wide enough for all tabs side by side; Qt's own hint would make them scroll."""
        bar = self.tabBar()
        assert bar is not None
        return super().sizeHint().expandedTo(QSize(bar.sizeHint().width(), 0))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for all tabs and two icons, where the screen is; else the tabs scroll."""
        size = super().minimumSizeHint()
        bar, style = self.tabBar(), self.style()
        assert bar is not None
        assert style is not None
        icons = 2 * (style.pixelMetric(QStyle.PixelMetric.PM_TabBarIconSize) + _GAP)
        width = min(bar.sizeHint().width() + icons, available_size(self).width() - 2 * _GAP)
        return size.expandedTo(QSize(width, 0))

    def open(self, page: AccountPage) -> None:
        """Show that page."""
        self.setCurrentIndex(self._pages.index(page))

    def add_check(self, check: CheckView) -> None:
        """Give the test a tab of its own, where the screen is too narrow for it beside the pages."""
        self._check = check
        check.caption.hide()  # the tab has the same mnemonic
        self.addTab(check, tr("&Result"))

    def show_check(self) -> None:
        """Show the test, where it is a tab."""
        if self._check is not None:
            self.setCurrentWidget(self._check)

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show each sentence at its field, and no error at the other fields."""
        for page in self._pages:
            for name, field in page.fields.items():
                field.show_error(errors.get(name, ""))
            self._mark(page, has_error=not errors.keys().isdisjoint(page.fields))

    def focus_first(self, names: Collection[str]) -> None:
        """Move the focus to the first field in `names`; the page that is shown is searched before the others."""
        pages = sorted(self._pages, key=lambda page: self._pages.index(page) != self.currentIndex())
        for page in pages:
            for name, field in page.fields.items():
                if name in names:
                    self.open(page)
                    field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                    if isinstance(field.editor, QLineEdit):
                        field.editor.selectAll()
                    return

    def _turn(self, step: int) -> None:
        self.setCurrentIndex((self.currentIndex() + step) % self.count())

    def _mark(self, page: AccountPage, *, has_error: bool) -> None:
        index = self._pages.index(page)
        style = self.style()
        assert style is not None
        icon = style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning) if has_error else QIcon()
        text = tr("Something on this page is not right.") if has_error else ""
        self.setTabIcon(index, icon)
        self.setTabToolTip(index, text)
        # The icon is invisible to screen readers.
        bar = self.tabBar()
        assert bar is not None
        bar.setAccessibleTabName(index, f"{plain(page.title)}: {text}" if has_error else plain(page.title))
