"""Real link loss, in a network namespace of its own (root): ``python -m tests.chaos.link --loss 6``."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.fixture import ChaosFixture
from tests.rig.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSIDE = "--inside"


def permitted() -> bool:
    """Whether this machine lets us have a network namespace, with a server in it that changes its user."""
    if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True).returncode == 0


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this module in a namespace that ends with it."""
    argv = ["unshare", "--net", sys.executable, "-m", "tests.chaos.link", _INSIDE, *arguments]
    return subprocess.run(argv, check=False, capture_output=True, text=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Lose the link for a while, with mail arriving, and see what becomes of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.link", description=__doc__)
    parser.add_argument("--loss", type=float, default=6.0, help="seconds without a link")
    parser.add_argument("--unasked", action="store_true", help="nobody asks the program to look afterwards")
    parser.add_argument(_INSIDE, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.inside:
        done = run(*(sys.argv[1:] if arguments is None else arguments))
        print(done.stdout + done.stderr, end="")
        return done.returncode
    _link(up=True)
    with tempfile.TemporaryDirectory(prefix="chaos-link-") as folder, ChaosFixture(Path(folder)) as chaos:
        return _lose(chaos, options.loss, asked=not options.unasked)


def _lose(chaos: ChaosFixture, seconds: float, *, asked: bool) -> int:
    lost = time.monotonic()
    _link(up=False)
    noticed = None
    for _ in range(3):
        chaos.deliver()
    while time.monotonic() < lost + seconds:
        if noticed is None and chaos.program.status()[0]["state"] != "watching":
            noticed = time.monotonic() - lost
        time.sleep(0.5)  # a loss is made of time
    _link(up=True)
    back = time.monotonic()
    print(
        "not noticed" if noticed is None else f"noticed after {noticed:.1f} s",
        f"in {seconds:g} s without a link",
    )
    if asked:
        chaos.check()
    wait_until(chaos.everything_announced, "the toasts", 120)
    announced = float(chaos.desktop.notifications.toasts()[-1]["time"])
    print(
        f"everything announced {announced - back:.2f} s after the link's return", "" if asked else "(unasked)"
    )
    faults = chaos.findings().faults
    for fault in faults:
        print(f"WRONG: {fault}")
    return int(bool(faults))


def _link(*, up: bool) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up" if up else "down"], check=True)


if __name__ == "__main__":
    sys.exit(main())
