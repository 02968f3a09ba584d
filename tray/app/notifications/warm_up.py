"""Imports what the first toast needs while nothing happens, so that the first mail of a run does not wait for it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tray.net.clock import Timer

if TYPE_CHECKING:
    from tray.net.clock import Clock

MODULES = (
    "tray.mail.policy.decision",
    "tray.mail.policy.explanations",
    "tray.desktop.session.presence",
    "tray.desktop.session.x11",
    "tray.mail.notifications.notifier",
    "tray.mail.preview.body_text",
    "tray.mail.notifications.one_time_code",
    "tray.mail.presentation.initials",
    "tray.desktop.notifications.avatar",
)
"""Each takes at most some 15 ms; what they import comes with them."""
AFTER = 4.0
"""Seconds after the start: then the first titles are there on most networks."""
BETWEEN = 0.1
"""Seconds between two of them, in which the program can do other things."""


class WarmUp:
    """Imports one module after the other; a mail that comes earlier imports what it needs."""

    def __init__(self, clock: Clock) -> None:
        self._timer = Timer(clock)
        self._modules = iter(MODULES)

    def start(self) -> None:
        """Begin in `AFTER` seconds."""
        self._timer.set(AFTER, self._step)

    def stop(self) -> None:
        """Import nothing more."""
        self._timer.clear()

    def _step(self) -> None:
        name = next(self._modules, None)
        if name is not None:
            import_module(name)
            self._timer.set(BETWEEN, self._step)
