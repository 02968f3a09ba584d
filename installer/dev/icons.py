"""Draws the ready-made icons from their SVG sources; run it with the project's Python after a source changed."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"


def main() -> None:
    """Write a PNG for each state and size, and the sizes of the program's own mark."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt5.QtGui import QGuiApplication

    from tray.mail.presentation.summary import IconState
    from tray.ui.widgets.icons import application_pictures, outlined_pictures

    application = QGuiApplication([])
    pictures = {f"app/{name}": image for name, image in application_pictures().items()}
    for state in IconState:
        pictures |= {f"tray/{name}": image for name, image in outlined_pictures(state).items()}
    for name, image in pictures.items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        image.save(str(FOLDER / name), "PNG")
    application.quit()


if __name__ == "__main__":
    main()
