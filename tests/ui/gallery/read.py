"""``python -m tests.ui.gallery.read NAME...``: shows these exhibits, each until a line comes; for screen readers."""

from __future__ import annotations

import sys
from pathlib import Path

from PyQt5.QtCore import QEventLoop, QSocketNotifier
from PyQt5.QtWidgets import QApplication

from tests.ui.gallery.show import Gallery, show
from tray.ui.widgets.style import install_check_box_style


class Reading(Gallery):
    """Waits where it would take a picture."""

    def picture(self, window, name: str) -> None:
        """Print the name, and wait for a line."""
        self.settled(window)
        if name not in sys.argv[1:]:
            return
        window.activateWindow()
        self.settled(window)
        print(name, flush=True)
        loop = QEventLoop()
        notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Read)
        notifier.activated.connect(lambda: loop.exit(len(sys.stdin.readline())))
        loop.exec_()
        notifier.setEnabled(False)

    def form(self, window, name: str) -> None:
        """All of the page at once."""
        self.picture(window, name)


if __name__ == "__main__":
    application = QApplication(["mailbell"])
    application.setQuitOnLastWindowClosed(False)
    install_check_box_style()
    show(Reading(Path(), application))
