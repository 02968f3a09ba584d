"""A newcomer's machine: bare Debian releases, in which the commands of README and CONTRIBUTING are run by the clock."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from dev import chroot
from dev.talk import say

COMMANDS = {
    "first": "python3 installer/dev.py test -- tests/imap/sasl",  # CONTRIBUTING promises five minutes
    "demo": "python3 installer/dev.py demo",
    "test": "python3 installer/dev.py test",
}


def main(arguments: list[str]) -> int:
    """Make each release, clone into it, run the commands: 0 if all of them ended with 0."""
    parser = argparse.ArgumentParser(prog="dev.py fresh", description=__doc__)
    parser.add_argument(
        "--release", choices=chroot.RELEASES, action="append", help="Debian 12, 13 (default: both)"
    )
    parser.add_argument("--only", choices=COMMANDS, action="append", help="which command (default: all)")
    parser.add_argument(
        "--again", action="store_true", help="run each command twice: the second time it is quick"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="leave the systems in DIR and use them again"
    )
    options = parser.parse_args(arguments)
    chroot.prepare()
    results: dict[str, str] = {}
    folder = options.keep or Path(tempfile.mkdtemp(prefix="mailbell-fresh-"))
    try:
        for release in options.release or chroot.RELEASES:
            system = folder / chroot.RELEASES[release]
            # What minbase has, Python 3 and git.
            chroot.make(system, chroot.RELEASES[release], "python3,git")
            chroot.clone(system)
            for name in options.only or COMMANDS:
                for turn in ("", " again") if options.again else ("",):
                    results[f"Debian {release}, {name}{turn}"] = _run(system, COMMANDS[name])
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    for what, result in results.items():
        say(f"{what}: {result}")
    return int(any("failed" in result for result in results.values()))


def _run(system: Path, command: str) -> str:
    """Run `command` in the clone; how it ended."""
    say(f"Running in {system.name}: {command}")
    started = time.monotonic()
    code = chroot.run(system, f"cd mailbell && exec {command}")
    return f"{f'failed ({code})' if code else 'done'} in {time.monotonic() - started:.0f} s"
