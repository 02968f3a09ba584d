"""Deferreds that are asked for together: when the first fails, the others fail with it and have nothing to add."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twisted.internet.defer import Deferred


@contextmanager
def quietly(*later: Deferred[Any] | None) -> Iterator[None]:
    """Inside, the first answer is awaited; should it fail, the failures of `later` are not reported as unhandled."""
    try:
        yield
    except BaseException:
        for deferred in later:
            if deferred is not None:
                deferred.addErrback(lambda _: None)
        raise
