"""Exit codes, which scripts rely on, and the one exception that carries them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.status import ProblemKind

if TYPE_CHECKING:
    from tray.mail.model.status import Problem

DONE = 0
OTHER = 1
USAGE = 2
REFUSED = 3
UNREACHABLE = 4
UNTRUSTED = 5
NOT_RUNNING = 6

_CODES = {
    ProblemKind.REFUSED: REFUSED,
    ProblemKind.APP_PASSWORD: REFUSED,
    ProblemKind.PROXY_REFUSED: REFUSED,
    ProblemKind.PROXY: UNREACHABLE,
    ProblemKind.NAME_NOT_FOUND: UNREACHABLE,
    ProblemKind.UNREACHABLE: UNREACHABLE,
    ProblemKind.UNTRUSTED: UNTRUSTED,
}


class CommandFailed(Exception):  # noqa: N818 -- shown to the user, not a defect
    """A command could not be done: one sentence (or two) for the user, and the exit code."""

    def __init__(self, sentence: str, code: int = OTHER) -> None:
        super().__init__(sentence)
        self.code = code


def failed(problem: Problem) -> CommandFailed:
    """The failure with the text and the exit code of `problem`."""
    return CommandFailed(f"{problem.sentence} {problem.advice}".strip(), _CODES.get(problem.kind, OTHER))
