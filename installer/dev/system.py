"""The tests on the Python packages of a distribution alone, as the Debian package uses them: no pip, no lock."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from dev import chroot, packages
from dev.talk import Stop, say

LEFT_OUT = ("tests/installer",)
"""What tests not the program, but what is made of it by pip and the locked packages."""

_UPGRADE = (
    "export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && apt-get upgrade -qq -y -o Dpkg::Use-Pty=0"
)


def main(arguments: list[str]) -> int:
    """Make each Debian, upgrade it, clone into it, and run `dev.py test --here` there: 0 if all tests passed."""
    parser = argparse.ArgumentParser(
        prog="dev.py test --system",
        description=__doc__,
        epilog="Other options are those of pytest.",
        allow_abbrev=False,
    )
    chroot.add_options(parser)
    options, for_pytest = parser.parse_known_args(arguments)
    test = shlex.join(["python3", "installer/dev.py", "test", "--here", *for_pytest])

    def work(system: Path, release: str) -> dict[str, str]:
        _follow_updates(system, chroot.RELEASES[release])
        if chroot.run(system, _UPGRADE) != 0:
            raise Stop("apt-get failed; its words are above.")
        return {"tests": chroot.timed(system, test)}

    return chroot.in_each(options, "python3,git,ca-certificates", work)


def python() -> Path:
    """The system's interpreter, with all packages that the tests import, installed by apt."""
    packages.need([*packages.PYTHON, *packages.PYTHON_TESTS], "the tests on the system's own packages")
    if sys.prefix != sys.base_prefix:
        raise Stop("This is a virtual environment; run it by the system's own Python, /usr/bin/python3.")
    say(f"Left out: {', '.join(LEFT_OUT)}, which test what pip makes of the locked packages")
    return Path(sys.executable)


def _follow_updates(system: Path, release: str) -> None:
    """Name the suites of updates and of the security team, which every installed Debian has; debootstrap names none."""
    mirror = (system / "etc" / "apt" / "sources.list").read_text().split()[1]
    lines = f"deb {mirror} {release}-updates main\ndeb {mirror}-security {release}-security main\n"
    (system / "etc" / "apt" / "sources.list.d" / "updates.list").write_text(lines)
