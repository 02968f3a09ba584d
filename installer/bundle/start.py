"""Starts Mailbell in the bundle (PyInstaller), with an environment that other programs can inherit."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_OWN = "_PYI_"
"""Begins the variables by which the bundle's processes know one another."""
_REPLACED = ("LD_LIBRARY_PATH",)
"""Variables that the bundle's loader sets to its own folder; what they were is in one of that name and "_ORIG".

The libraries of this process are found all the same: the loader of the C library has read the variable at the start.
"""


def give_back(environment: MutableMapping[str, str]) -> None:
    """Make `environment` what it was before the bundle was started.

    A browser or mail program would load the bundle's libraries instead of the system's, and fail
    (https://pyinstaller.org/en/stable/runtime-information.html#ld-library-path-libpath-considerations).
    """
    for name in [name for name in environment if name.startswith(_OWN)]:
        del environment[name]
    for name in _REPLACED:
        before = environment.pop(f"{name}_ORIG", None)
        if before is not None:
            environment[name] = before
        else:
            environment.pop(name, None)


if __name__ == "__main__":
    give_back(os.environ)
    from tray.cli import main

    sys.exit(main())
