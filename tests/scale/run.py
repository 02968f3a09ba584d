"""The full size by hand: ``python -m tests.scale.run [ACCOUNTS [MAILS]]``, 50 and 10,000 unless given."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.scale.trial import run


def main(arguments: list[str]) -> int:
    """Run one trial and print what was seen."""
    accounts, mails = [*map(int, arguments), *(50, 10_000)[len(arguments) :]]
    with tempfile.TemporaryDirectory(prefix="scale.") as folder:
        figures = run(Path(folder), accounts, mails)
        print(figures)
        if "ERROR" in figures.log_text or "Traceback" in figures.log_text:
            print(figures.log_text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
