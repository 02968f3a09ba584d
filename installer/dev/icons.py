"""Draws the ready-made icons from their SVG sources; run it with the project's Python after a source changed."""

from __future__ import annotations

import os


def main() -> None:
    """Write a PNG for each state and size, and the sizes of the program's own mark."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt5.QtGui import QGuiApplication

    from tray.mail.presentation.summary import IconState
    from tray.ui.widgets.icons import application_pictures, outlined_pictures

    application = QGuiApplication([])
    pictures = application_pictures()
    for state in IconState:
        pictures |= outlined_pictures(state)
    for path, image in pictures.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(str(path), "PNG")
    application.quit()


if __name__ == "__main__":
    main()
