"""A toast as a value, and what can be ordered of whoever shows toasts."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from tray.mail.account import AccountId
    from tray.mail.message import Crowd, MessageKey

ToastKey = NewType("ToastKey", str)
"""Our own name of a toast; showing a second toast under the same key replaces the first."""


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
    """The mails that it tells of; empty for a toast about the program itself."""
    account: AccountId | None = None
    actions: tuple[tuple[Action, str], ...] = ()
    """Each action with its label, in the order of the buttons."""
    urgency: Urgency = Urgency.NORMAL
    sound: str = ""
    """As `tray.mail.sound` knows them; ``none`` also for an update of what was heard already."""
    colour: str = ""
    """``#rrggbb`` of its account; empty for none, and where it tells of several accounts."""
    crowds: tuple[Crowd, ...] = ()
    """What it tells of by its number only."""


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
