"""Which sound a toast makes, as an account's setting says it."""

from __future__ import annotations

import re

DESKTOP = ""
"""Whatever the desktop plays for new mail."""
NONE = "none"
OWN = "mailbell"
"""The bell that comes with the program."""

_NAME = re.compile("[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
# C0, DEL: no file that a person chose has them in its name, and no protocol wants them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_chosen(sound: str) -> bool:
    """Whether the user wants this very sound, also from a desktop that plays none."""
    return sound not in {DESKTOP, NONE}


def is_file(sound: str) -> bool:
    """Whether it names a file, by its whole path or from the user's home."""
    return sound.startswith(("/", "~/"))


def is_sound(sound: str) -> bool:
    """Whether it can be a sound: one of the three above, a file, or a name of the desktop's sound theme.

    Theme names are those of the freedesktop Sound Naming Specification, such as ``message-new-email``. Whether there
    is such a file or name is not asked.
    """
    if is_file(sound):
        return not _CONTROL.search(sound)
    return sound == DESKTOP or _NAME.fullmatch(sound) is not None
