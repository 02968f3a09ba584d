#!/usr/bin/env python3
"""Everything that a developer types: ``python3 installer/dev.py COMMAND [OPTIONS]``; without a command it lists them.

It needs nothing but Python 3.10 or newer and git: what is missing it installs, and says so.
"""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 -- whoever runs this has any Python
    sys.exit(
        f"Mailbell needs Python 3.10 or newer; this is {sys.version.split()[0]}. Run it as python3.11, for example."
    )

from dev import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
