"""Shows the name, the version and the licence."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout

from tray.i18n import tr
from tray.ui.widgets.forms import button_box, dialog_button, fit
from tray.ui.widgets.icons import application_icon

_PICTURE = 64
_COLUMNS = 46


class AboutDialog(QDialog):
    """Deletes itself when it closes."""

    def __init__(self, version: str) -> None:
        super().__init__()
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setWindowTitle(tr("About Mailbell"))
        self.setWindowIcon(application_icon())
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(_PICTURE, _PICTURE))
        picture.setAlignment(Qt.AlignTop)
        sentences = (
            tr("Version {version}").format(version=version),
            tr("Watches your mail from the tray and shows what is new the moment it arrives."),
            tr(
                "It connects only to your mail providers and to servers that you name; "
                "of messages it fetches headers only."
            ),
            tr("Free software under the GNU General Public License, version 3 or later, without warranty."),
        )
        self.text = QLabel("<h2>Mailbell</h2>" + "".join(f"<p>{sentence}</p>" for sentence in sentences))
        self.text.setTextFormat(Qt.RichText)
        self.text.setWordWrap(True)
        self.text.setMinimumWidth(self.fontMetrics().averageCharWidth() * _COLUMNS)
        self.text.setTextInteractionFlags(Qt.TextSelectableByMouse | Qt.TextSelectableByKeyboard)
        buttons = button_box(self)
        dialog_button(buttons, QDialogButtonBox.StandardButton.Close, tr("&Close")).setFocus()
        row = QHBoxLayout()
        row.addWidget(picture)
        row.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(buttons)
        fit(self)
        # Tiling desktops (Sway, i3) keep the size of such a window, and stretch others.
        self.setFixedSize(self.size())
