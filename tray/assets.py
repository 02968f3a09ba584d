"""Where the shipped resources lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tray import APPLICATION_ID

_PACKAGE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def _root() -> Path:
    installed = _PACKAGE / "_resources"  # where the wheel puts resources/ (see pyproject.toml)
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def resource(relative: str) -> Path:
    """Absolute path of a shipped file or folder, such as ``sounds/mailbell.wav``; it is not opened here."""
    return _root() / relative


def application_icon(size: int | None = None) -> Path:
    """The program's icon where icon themes have it: the PNG of so many pixels, or the scalable SVG."""
    folder, ending = ("scalable", "svg") if size is None else (f"{size}x{size}", "png")
    return resource(f"share/icons/hicolor/{folder}/apps/{APPLICATION_ID}.{ending}")
