"""The About window."""

from __future__ import annotations

from PyQt5.QtCore import QEvent
from PyQt5.QtWidgets import QDialogButtonBox

from tray import __version__
from tray.ui.dialogs.about_dialog import AboutDialog


def test_says_what_it_is():
    dialog = AboutDialog(__version__)
    for part in (
        "Mailbell",
        __version__,
        "connects only to your mail providers",
        "GNU General Public License, version 3 or later",
    ):
        assert part in dialog.text.text()


def test_has_one_size():
    """A tiling desktop stretches a window that has not over the whole screen."""
    dialog = AboutDialog(__version__)
    assert dialog.minimumSize() == dialog.maximumSize() == dialog.size()


def test_closes(qapp):
    dialog = AboutDialog("1")
    dialog.show()
    gone = []
    dialog.destroyed.connect(lambda: gone.append(True))
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.Close).click()
    qapp.sendPostedEvents(None, QEvent.DeferredDelete)
    assert gone
