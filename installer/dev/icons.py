"""Draws the ready-made tray icons from their SVG sources; run it with the project's Python after a source changed."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons" / "tray"


def main() -> None:
    """Write a PNG for each state and size."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PyQt5.QtGui import QGuiApplication

    from tray.mail.summary import IconState
    from tray.ui.icons import outlined_pictures

    application = QGuiApplication([])
    FOLDER.mkdir(exist_ok=True)
    for state in IconState:
        for name, image in outlined_pictures(state).items():
            image.save(str(FOLDER / name), "PNG")
    application.quit()


if __name__ == "__main__":
    main()
