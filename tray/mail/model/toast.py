"""A toast as a value, and what can be ordered of whoever shows toasts."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from tray.mail.model.account import AccountId
    from tray.mail.model.message import Message, MessageKey, UncountedBatch

ToastKey = NewType("ToastKey", str)
"""Our own key of a toast; showing a second toast under the same key replaces the first."""

DESKTOP = ""
"""Whatever the desktop plays for new mail."""
SILENT = "none"
BUILT_IN = "mailbell"
"""The bell that comes with the program."""


class Action(enum.Enum):
    """What a toast's buttons can do; the value is the action key on D-Bus."""

    OPEN = "default"
    """A click on the toast itself, and its Open button."""
    MARK_READ = "mark-read"


class Urgency(enum.IntEnum):
    """The urgency levels of the Desktop Notifications Specification."""

    LOW = 0
    NORMAL = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Toast:
    """What is shown; texts are plain (never markup), already cut to a bearable length."""

    key: ToastKey
    summary: str
    body: str
    messages: tuple[MessageKey, ...]
    """The messages that it shows; empty for a toast about the program itself."""
    account: AccountId | None = None
    actions: tuple[tuple[Action, str], ...] = ()
    """Each action with its label, in the order of the buttons."""
    urgency: Urgency = Urgency.NORMAL
    sound: str = ""
    """As `tray.mail.model.toast` knows them; ``none`` also for an update of a toast that had its sound."""
    colour: str = ""
    """``#rrggbb`` of its account; empty for none, and where it shows several accounts."""
    batches: tuple[UncountedBatch, ...] = ()
    """What it only counts."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show `toast`; where `replaces` names a toast on screen, take its place instead of popping up beside it."""

    toast: Toast
    replaces: ToastKey | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Close the toast of that key if it is still there."""

    key: ToastKey


Order = Show | Withdraw


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message to be announced, and what its toast needs to know of its account."""

    key: MessageKey
    account_name: str
    message: Message
    show_account: bool
    """Whether the account is to be named: there is more than one."""
    colour: str = ""
    """As the account has it."""
    sound: str = DESKTOP
    """As the account has it."""


@dataclass(frozen=True, slots=True)
class OpenToast:
    """A toast that was ordered and, as far as we know, neither closed nor withdrawn."""

    key: ToastKey
    shown_at: float
    shown: tuple[Arrival, ...]
    """The messages that it shows, oldest first."""
    digest: bool = False
    pending: tuple[Arrival, ...] = ()
    """Messages that join a digest with its next update."""
    others: int = 0
    """Messages that a digest counts without knowing them (any more)."""
    batches: tuple[UncountedBatch, ...] = ()
    """What a digest only counts because its messages were never fetched."""
    pending_batches: tuple[UncountedBatch, ...] = ()
    """Those that join a digest with its next update."""
    stale: bool = False
    """Whether a digest must be shown again: it grew or shrank."""


_NAME = re.compile("[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
# C0, DEL: no file that a person chose has them in its name, and no protocol wants them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_custom_sound(sound: str) -> bool:
    """Whether the user wants this very sound, also from a desktop that plays none."""
    return sound not in {DESKTOP, SILENT}


def is_sound_file(sound: str) -> bool:
    """Whether it names a file, by its whole path or from the user's home."""
    return sound.startswith(("/", "~/"))


def is_sound(sound: str) -> bool:
    """Whether it can be a sound: one of the three above, a file, or a name of the desktop's sound theme.

    Theme names are those of the freedesktop Sound Naming Specification, such as ``message-new-email``. Whether there
    is such a file or name is not asked.
    """
    if is_sound_file(sound):
        return not _CONTROL.search(sound)
    return sound == DESKTOP or _NAME.fullmatch(sound) is not None
