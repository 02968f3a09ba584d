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
_SIZE_LIMIT = 1_000_000
"""Bytes after which a log file is rotated."""
_BACKUPS = 3

log = logging.getLogger(__name__)
_handlers: list[logging.Handler] = []


def set_up(level: int | str, path: Path | None) -> None:
    """Log records of at least `level` (such as ``"INFO"``) to standard error and, with a path, to that file.

    A file that cannot be written is named in the log. A second call replaces the handlers of the first.
    """
    tear_down()
    if sys.stderr is not None:  # None without a console on Windows
        _add(logging.StreamHandler(sys.stderr))
    logging.getLogger().setLevel(level)
    if path is not None:
        try:
            _add(_file_handler(path))
        except OSError as error:
            log.warning("The log file %s cannot be written: %s.", path, error.strerror)


def tear_down() -> None:
    """Remove the handlers of `set_up`, and close the file."""
    for handler in _handlers:
        logging.getLogger().removeHandler(handler)
        handler.close()
    _handlers.clear()


def _add(handler: logging.Handler) -> None:
    handler.setFormatter(logging.Formatter(_FORMAT))
    logging.getLogger().addHandler(handler)
    _handlers.append(handler)


def _file_handler(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    class PrivateRotatingFileHandler(RotatingFileHandler):
        """Opens each new file with mode 0600, regardless of the umask."""

        def _open(self) -> TextIO:  # type: ignore[override]
            descriptor = open_own(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

        def handleError(self, record: logging.LogRecord) -> None:
            """Drop the record where the disk is full: it is on standard error, too."""

    return PrivateRotatingFileHandler(path, maxBytes=_SIZE_LIMIT, backupCount=_BACKUPS)
