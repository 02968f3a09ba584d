"""SHA256SUMS: what ``sha256sum --check`` reads."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME = "SHA256SUMS"


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(folder: Path) -> Path:
    """Write the sums of all files in `folder`, by name; the file with them."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(NAME))
    sums = folder / NAME
    sums.write_text("".join(f"{digest(path)}  {path.name}\n" for path in files), encoding="utf-8")
    return sums


def differences(first: Path, second: Path) -> list[str]:
    """The files below two folders, by their path, that are not the same in both."""
    trees = [
        {str(path.relative_to(top)): digest(path) for path in sorted(top.rglob("*")) if path.is_file()}
        for top in (first, second)
    ]
    return sorted(
        name for name in trees[0].keys() | trees[1].keys() if trees[0].get(name) != trees[1].get(name)
    )
