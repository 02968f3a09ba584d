#!/usr/bin/env python3
"""Builds wheel and source archive: ``python3 installer/dev.py package pypi``; see installer/README.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import building, venv  # noqa: E402
from release import reproducible  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Build them; their paths are the lines on standard output."""
    options = building.options("pypi", __doc__, "them").parse_args(arguments)
    python = Path(sys.executable) if _can_build() else venv.ensure(ROOT / ".venv")
    print(*reproducible.build(python, ROOT, options.output.resolve()), sep="\n")
    return 0


def _can_build() -> bool:
    """Whether this is a virtual environment with the tools, such as the one that runs the tests."""
    if sys.prefix == sys.base_prefix:
        return False
    tools = [sys.executable, "-c", "import build, hatchling"]
    return subprocess.run(tools, check=False, capture_output=True).returncode == 0


if __name__ == "__main__":
    building.run_main(main)
