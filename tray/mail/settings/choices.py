"""Settings of the whole program that are one of a few choices; the values stand in the settings file."""

from __future__ import annotations

import enum


class LeftClick(enum.Enum):
    """What a click on the tray icon does."""

    WINDOW = "window"
    MAIL = "mail"
    """Opens the mail program or webmail."""
    MENU = "menu"


class ToastDuration(enum.Enum):
    """How long a toast stays on the screen."""

    DESKTOP = "desktop"
    """As long as the notification server decides."""
    SHORT = "10-seconds"
    STAY = "until-closed"


class IconCount(enum.Enum):
    """The number on the tray icon."""

    UNREAD = "unread"
    NEW = "new"
    """Messages that came since menu or window was last opened."""
    NONE = "none"
