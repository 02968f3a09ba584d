"""Keeps across runs what was learnt of each account's network; losing it costs nothing but to learn it again."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from tray.desktop.storage.files import TooLarge, read_own, write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

log = logging.getLogger(__name__)

_MOST = 1_000_000


class RenewalsFile:
    """A small JSON object: account id to seconds."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> dict[str, object]:
        """What is kept; whoever takes a value judges it. Empty where nothing can be read."""
        try:
            kept = json.loads(read_own(self._path, _MOST))
        except (OSError, TooLarge, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def save(self, seconds: Mapping[str, float]) -> None:
        """Keep `seconds`; a disk that refuses is no trouble."""
        try:
            write_atomically(self._path, json.dumps(seconds, sort_keys=True).encode())
        except OSError as error:
            log.info("What was learnt of the networks is not kept: %s", error.strerror)
