"""The command line; commands that need no window load no Qt, and every failure is one sentence and an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see `tray.cli.exit_codes`)."""
    from tray.cli.exit_codes import OTHER, CommandFailed

    words = sys.argv[1:] if argv is None else argv
    arguments = _plain_start(words)
    if arguments is None:
        from tray.cli.arguments import parse

        arguments = parse(words)
    try:
        code: int = arguments.run(arguments)
    except CommandFailed as failed:
        print(f"mailbell: {failed}", file=sys.stderr)
        return failed.code
    except KeyboardInterrupt:
        return 130  # what a shell expects of a program that Ctrl+C ended
    except BrokenPipeError:
        # Whoever read our output has gone (`mailbell subjects | head -1`); keep Python from saying so again.
        sys.stderr.close()
        return OTHER
    return code


def _plain_start(words: Sequence[str]) -> Any:
    """The arguments of ``mailbell`` and ``mailbell --profile DIR``, which run for years; None for all else.

    A parser of all commands would cost them 10 ms and 1.3 MB for ever.
    """
    match words:
        case []:
            profile = None
        case ["--profile", folder] if folder and not folder.startswith("-"):
            from pathlib import Path

            profile = Path(folder)
        case _:
            return None
    from types import SimpleNamespace

    from tray.cli.start import run

    return SimpleNamespace(run=run, profile=profile, log_level="warning", demo=False, command=None)
