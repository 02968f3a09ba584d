"""A newcomer's machine: bare Debian releases, in which the commands of README and CONTRIBUTING are run by the clock."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from dev import chroot

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "first": "python3 installer/dev.py test -- tests/imap/sasl",  # CONTRIBUTING promises five minutes
    "demo": "python3 installer/dev.py demo",
    "test": "python3 installer/dev.py test",
}


def main(arguments: list[str]) -> int:
    """Make each release, clone into it, run the commands: 0 if all of them ended with 0."""
    parser = argparse.ArgumentParser(prog="dev.py fresh", description=__doc__)
    parser.add_argument("--only", choices=COMMANDS, action="append", help="which command (default: all)")
    parser.add_argument(
        "--again", action="store_true", help="run each command twice: the second time it is quick"
    )
    chroot.add_options(parser)
    options = parser.parse_args(arguments)
    turns = ("", " again") if options.again else ("",)

    def work(system: Path, _release: str) -> dict[str, str]:
        names = options.only or COMMANDS
        return {f"{name}{turn}": chroot.timed(system, COMMANDS[name]) for name in names for turn in turns}

    return chroot.in_each(options, "python3,git", work)  # with what minbase has
