"""``python -m tests.ui.gallery [NAME...]``: pictures of every page, in all screens or those named."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ui.gallery.screens import SCREENS, show_all

if __name__ == "__main__":
    bad = []
    for name in sys.argv[1:] or SCREENS:
        found = show_all(name, Path("artifacts") / "gallery" / name)
        print(f"{name}: {len(found)} flaws", *found, sep="\n  ")
        bad += found
    sys.exit(1 if bad else 0)
