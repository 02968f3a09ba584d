"""Logs exceptions in Qt slots, which would end the process otherwise."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

log = logging.getLogger(__name__)


def install() -> None:
    """Log exceptions that were not caught (PyQt5 calls abort() for them unless `sys.excepthook` is set)."""
    sys.excepthook = _log


def _log(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    log.error("A defect of Mailbell: %s", kind.__name__, exc_info=(kind, error, traceback))
