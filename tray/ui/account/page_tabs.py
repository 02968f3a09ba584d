"""The pages of an account as tabs; one with an error is marked by an icon and for screen readers."""

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
"""Pixels beside a mark."""


class PageTabs(QTabWidget):
    """Shows errors wherever their fields are, and leads to the first."""

    def __init__(self, pages: Sequence[AccountPage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = tuple(pages)
        self._check: CheckView | None = None
        self.fields: dict[str, Field] = {}
        """Those of all pages, by their names in `Account`."""
        for page in self._pages:
            self.fields.update(page.fields)
            self.addTab(FormArea(page, self), page.title)
            self._mark(page, wrong=False)
        bar = self.tabBar()
        assert bar is not None
        bar.setAccessibleName(tr("Pages of the account"))
        # A combo box takes Ctrl+Tab for a character to look for, and the tabs do not get it.
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            turn = QShortcut(QKeySequence(keys), self)
            turn.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            turn.activated.connect(partial(self._turn, step))

    def sizeHint(self) -> QSize:
        """Room for all tabs side by side, where the screen has it; Qt itself would have them scroll."""
        bar = self.tabBar()
        assert bar is not None
        return super().sizeHint().expandedTo(QSize(bar.sizeHint().width(), 0))

    def minimumSizeHint(self) -> QSize:
        """Room for all tabs and two marks, where the screen is wide enough; else the tabs scroll."""
        size = super().minimumSizeHint()
        bar, style = self.tabBar(), self.style()
        assert bar is not None
        assert style is not None
        marks = 2 * (style.pixelMetric(QStyle.PixelMetric.PM_TabBarIconSize) + _GAP)
        tabs = min(bar.sizeHint().width() + marks, available_size(self).width() - 2 * _GAP)
        return size.expandedTo(QSize(tabs, 0))

    def open(self, page: AccountPage) -> None:
        """Bring that page to the front."""
        self.setCurrentIndex(self._pages.index(page))

    def add_check(self, check: CheckView) -> None:
        """Give the test a tab of its own, where the screen is too narrow to have it beside the pages."""
        self._check = check
        check.caption.hide()  # its letter is that of the tab
        self.addTab(check, tr("&Result"))

    def show_check(self) -> None:
        """Bring the test to the front, where it is a tab."""
        if self._check is not None:
            self.setCurrentWidget(self._check)

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show each sentence at its field; the other fields are right."""
        for page in self._pages:
            for name, field in page.fields.items():
                field.show_error(errors.get(name, ""))
            self._mark(page, wrong=not errors.keys().isdisjoint(page.fields))

    def lead_to(self, wrong: Collection[str]) -> None:
        """Give the focus to the first field that is wrong; that of the page in front goes before all others."""
        pages = sorted(self._pages, key=lambda page: self._pages.index(page) != self.currentIndex())
        for page in pages:
            for name, field in page.fields.items():
                if name in wrong:
                    self.open(page)
                    field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                    if isinstance(field.editor, QLineEdit):
                        field.editor.selectAll()
                    return

    def _turn(self, step: int) -> None:
        self.setCurrentIndex((self.currentIndex() + step) % self.count())

    def _mark(self, page: AccountPage, *, wrong: bool) -> None:
        at = self._pages.index(page)
        style = self.style()
        assert style is not None
        icon = style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning) if wrong else QIcon()
        text = tr("Something on this page is not right.") if wrong else ""
        self.setTabIcon(at, icon)
        self.setTabToolTip(at, text)
        # A screen reader does not see the icon.
        bar = self.tabBar()
        assert bar is not None
        bar.setAccessibleTabName(at, f"{plain(page.title)}: {text}" if wrong else plain(page.title))
