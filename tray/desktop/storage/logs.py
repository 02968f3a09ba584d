"""Sends the log to standard error and to a file that never grows large and that only its owner can read."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, TextIO

from tray.desktop.storage.files import open_own

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_LARGEST = 1_000_000
"""Bytes of a log file before it is put aside."""
_KEPT = 3

log = logging.getLogger(__name__)
_ours: list[logging.Handler] = []


def set_up(level: int | str, path: Path | None) -> None:
    """Log what is at least of `level` (such as ``"INFO"``) to standard error and, given a path, to that file.

    A file that cannot be written is named in the log and left out. A second call replaces what the first set up.
    """
    tear_down()
    if sys.stderr is not None:  # a program without a console has none
        _add(logging.StreamHandler(sys.stderr))
    logging.getLogger().setLevel(level)
    if path is not None:
        try:
            _add(_file_handler(path))
        except OSError as error:
            log.warning("The log file %s cannot be written: %s.", path, error.strerror)


def tear_down() -> None:
    """Take away what `set_up` added and close the file."""
    for handler in _ours:
        logging.getLogger().removeHandler(handler)
        handler.close()
    _ours.clear()


def _add(handler: logging.Handler) -> None:
    handler.setFormatter(logging.Formatter(_FORMAT))
    logging.getLogger().addHandler(handler)
    _ours.append(handler)


def _file_handler(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    class PrivateRotatingFileHandler(RotatingFileHandler):
        """Opens each new file with mode 0600, whatever the umask is."""

        def _open(self) -> TextIO:  # type: ignore[override]
            descriptor = open_own(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

        def handleError(self, record: logging.LogRecord) -> None:
            """Leave the line out where the disk is full: it stands on standard error, and a traceback does not help."""

    return PrivateRotatingFileHandler(path, maxBytes=_LARGEST, backupCount=_KEPT)
