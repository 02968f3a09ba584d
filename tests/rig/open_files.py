"""What this process has open, by kind: of the rest of it, earlier tests may open and close something at any time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def open_files(named: str | Path) -> list[str]:
    """The names of the open files that contain `named`: part of a path, or a kind such as "inotify" or "pidfd"."""
    names = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile, as that of the listing is
            names.append(str(descriptor.readlink()))
    return sorted(name for name in names if str(named) in name)
