"""``python -m tray.cli``: the same as ``mailbell``."""

import sys

from tray.cli import main

sys.exit(main())
