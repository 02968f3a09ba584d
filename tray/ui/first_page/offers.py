"""What other programs and the desktop have: an account that fits the address, or all of them to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPainter
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from tray.i18n import tr, trn
from tray.mail.importers.candidates import ForeignAccount, ImportResult, SourceProgram
from tray.ui.first_page.action_card import ActionCard
from tray.ui.widgets.card import grown
from tray.ui.widgets.symbols import Symbol
from tray.ui.widgets.tones import tones

if TYPE_CHECKING:
    from PyQt5.QtGui import QPaintEvent


class OrLine(QWidget):
    """The word “or” in a line from side to side."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(grown(self, 38))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw line, word, line."""
        painter = QPainter(self)
        shades = tones(self.palette())
        word = tr("or")
        half = self.fontMetrics().horizontalAdvance(word) // 2 + 12
        middle, centre = self.height() // 2, self.width() // 2
        painter.setPen(shades.hairline)
        painter.drawLine(0, middle, centre - half, middle)
        painter.drawLine(centre + half, middle, self.width(), middle)
        painter.setPen(shades.window_second)
        painter.drawText(self.rect(), int(Qt.AlignCenter), word)
        painter.end()


class Offers(QWidget):
    """Hidden while there is nothing to offer."""

    def __init__(self) -> None:
        super().__init__()
        self.found = ImportResult()
        self.fitting: ForeignAccount | None = None
        """The account of the desktop that fits the address."""
        self.card = ActionCard(Symbol.IMPORT)
        self._or = OrLine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._or)
        layout.addSpacing(4)
        layout.addWidget(self.card)

    def show_for(self, email: str, provider: str, *, may_import: bool) -> None:
        """Show what fits `email`, whose provider has that name; with `may_import` else what can be imported."""
        self.fitting = self._fitting(email)
        selected = [offer for offer in self.found.selected if offer.origin is not SourceProgram.ONLINE]
        self._or.setVisible(self.fitting is None)
        if self.fitting is not None:
            self._show_fitting(self.fitting, provider)
        elif selected and may_import:
            self._show_import(selected)
        else:
            self.card.show_text("", "", "")
        self.setVisible(bool(self.card.title.text()))

    def _fitting(self, email: str) -> ForeignAccount | None:
        wanted = email.casefold()
        return next(
            (
                offer
                for offer in self.found.offers
                if offer.origin is SourceProgram.ONLINE
                and not offer.present
                and offer.account.email.casefold() == wanted
            ),
            None,
        )

    def _show_fitting(self, offer: ForeignAccount, provider: str) -> None:
        title = tr("Use the account of this desktop")
        if provider:
            title = tr("Use the {provider} account of this desktop").format(provider=provider)
        origin = tr("{address}, from {program}").format(
            address=offer.account.email, program=offer.origin.title
        )
        self.card.show_symbol(Symbol.KEY)
        self.card.show_text(title, origin, tr("Use &it"))

    def _show_import(self, offers: list[ForeignAccount]) -> None:
        programs = list(dict.fromkeys(offer.origin.title for offer in offers))
        count = len(offers)
        one = trn("{program} has {n} account", "{program} has {n} accounts", count)
        several = trn("Other programs have {n} account", "Other programs have {n} accounts", count)
        title = (one if len(programs) == 1 else several).format(program=programs[0], n=count)
        self.card.show_symbol(Symbol.IMPORT)
        self.card.show_text(title, tr("Everything but the passwords is taken from there"), tr("&Import…"))
