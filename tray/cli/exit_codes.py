"""Exit codes, which scripts rely on, and the one exception that carries them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.status import TroubleKind

if TYPE_CHECKING:
    from tray.mail.model.status import Trouble

DONE = 0
OTHER = 1
USAGE = 2
REFUSED = 3
UNREACHABLE = 4
UNTRUSTED = 5
NOT_RUNNING = 6

_OF_TROUBLE = {
    TroubleKind.REFUSED: REFUSED,
    TroubleKind.APP_PASSWORD: REFUSED,
    TroubleKind.PROXY_REFUSED: REFUSED,
    TroubleKind.PROXY: UNREACHABLE,
    TroubleKind.NAME_NOT_FOUND: UNREACHABLE,
    TroubleKind.UNREACHABLE: UNREACHABLE,
    TroubleKind.UNTRUSTED: UNTRUSTED,
}


class CommandFailed(Exception):  # noqa: N818 -- said to the user, not an error of ours
    """A command could not be done: one sentence (or two) for the user, and the exit code."""

    def __init__(self, sentence: str, code: int = OTHER) -> None:
        super().__init__(sentence)
        self.code = code


def failed(trouble: Trouble) -> CommandFailed:
    """The failure that says `trouble`."""
    return CommandFailed(f"{trouble.sentence} {trouble.advice}".strip(), _OF_TROUBLE.get(trouble.kind, OTHER))
