"""How dev.py talks: one line for each thing it does, and one sentence when it has to stop."""

from __future__ import annotations

import sys


class Stop(Exception):  # noqa: N818 -- it says what happens
    """Nothing more can be done; the text tells the person why and what helps."""


def say(text: str) -> None:
    """Print what happens next."""
    sys.stdout.flush()
    print(f"==> {text}", file=sys.stderr, flush=True)
