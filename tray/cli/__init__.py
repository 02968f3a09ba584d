"""The command line; commands without a window load no Qt, and every failure is a sentence and an exit code."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see `tray.cli.exit_codes`)."""
    from tray.boot import lean_imports

    lean_imports.install()
    gc.disable()  # a start makes thousands of permanent objects, and hardly any garbage
    from tray.cli.arguments import parse
    from tray.cli.exit_codes import OTHER, CommandFailed

    arguments = parse(sys.argv[1:] if argv is None else argv)
    if arguments.command is not None:  # the notifier does it when it has started
        gc.enable()
    try:
        code: int = arguments.run(arguments)
    except CommandFailed as failed:
        print(f"mailbell: {failed}", file=sys.stderr)
        return failed.code
    except KeyboardInterrupt:
        return 130  # as shells expect it after Ctrl+C
    except BrokenPipeError:
        # The reader of the output has ended (`mailbell subjects | head -1`); avoid Python's own message.
        sys.stderr.close()
        return OTHER
    return code
