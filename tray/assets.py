"""Where the shipped resources lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def _root() -> Path:
    installed = _PACKAGE / "_resources"  # where the wheel puts resources/ (see pyproject.toml)
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def resource(relative: str) -> Path:
    """Absolute path of a shipped file or folder, such as ``icons/mailbell.svg``; it is not opened here."""
    return _root() / relative
