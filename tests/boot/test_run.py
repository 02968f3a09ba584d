"""Garbage is collected again some seconds after the start."""

from __future__ import annotations

import subprocess
import sys

END_OF_START = """
import gc
gc.disable()
from tray.boot import run
looked_through = []
gc.callbacks.append(lambda phase, info: looked_through.append(info["generation"]))
run._collect_garbage_again()
print(gc.isenabled(), gc.get_freeze_count() > 10_000, looked_through)
"""


def test_the_objects_of_the_start_are_never_looked_through():
    """That would take 50 ms, in which the first mail of a run would wait."""
    done = subprocess.run([sys.executable, "-c", END_OF_START], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True True []"
