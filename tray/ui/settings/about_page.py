"""The page *About*: version, licence, links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tray import __version__
from tray.i18n import tr
from tray.ui.rows.description import Page
from tray.ui.rows.page_view import PageView, title_label
from tray.ui.rows.row_widget import SecondText
from tray.ui.widgets.icons import application_icon
from tray.ui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from tray.ui.ports import SettingsServices

_ICON = 64


def about() -> Page:
    """The entry in the list of pages."""
    return Page("about", tr("About"), "info", ())


class AboutPage(PageView):
    """What the program is."""

    def __init__(self, services: SettingsServices) -> None:
        super().__init__(tr("About"))
        self._services = services
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(_ICON, _ICON))
        texts = QVBoxLayout()
        texts.addWidget(title_label("Mailbell"))
        self.version = SecondText(tr("Version {version}").format(version=__version__), on_card=False)
        self.version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        texts.addWidget(self.version)
        head = QWidget()
        layout = QHBoxLayout(head)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(12)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        self.add(head)
        for sentence in (
            tr("Watches your mail from the tray and shows what is new the moment it arrives."),
            tr("It connects only to your mail providers and to servers that you name."),
            tr("Free software under the GNU General Public License, version 3 or later, without warranty."),
        ):
            self.add(plain_label(sentence), 6)
