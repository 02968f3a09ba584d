"""What Mailbell is, which version, and under which licence."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from tray.i18n import tr
from tray.ui.widgets.forms import fit
from tray.ui.widgets.icons import application_icon

_PICTURE = 64
_COLUMNS = 46


class AboutDialog(QDialog):
    """Opened by ``show()``; it closes and deletes itself."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WA_DeleteOnClose)
        self.setWindowTitle(tr("About Mailbell"))
        self.setWindowIcon(application_icon())
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(_PICTURE, _PICTURE))
        picture.setAlignment(Qt.AlignTop)
        self.text = QLabel(
            "<h2>Mailbell</h2>"
            + "".join(
                f"<p>{line}</p>"
                for line in (
                    tr("Version {version}").format(version=version),
                    tr("Watches your mailboxes from the tray and shows new mail the moment it arrives."),
                    tr(
                        "It connects only to your mail providers and to servers that you name; "
                        "of messages it fetches headers only."
                    ),
                    tr(
                        "Free software under the GNU General Public License, version 3 or later, without warranty."
                    ),
                )
            )
        )
        self.text.setTextFormat(Qt.RichText)
        self.text.setWordWrap(True)
        self.text.setMinimumWidth(self.fontMetrics().averageCharWidth() * _COLUMNS)
        self.text.setTextInteractionFlags(Qt.TextSelectableByMouse | Qt.TextSelectableByKeyboard)
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        buttons.rejected.connect(self.close)
        buttons.button(QDialogButtonBox.Close).setText(tr("&Close"))
        buttons.button(QDialogButtonBox.Close).setFocus()
        row = QHBoxLayout()
        row.addWidget(picture)
        row.addWidget(self.text, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        layout.addWidget(buttons)
        fit(self)
        self.setFixedSize(
            self.size()
        )  # tiling desktops (Sway, i3) leave such a window its size, and stretch others
