"""Everything that the tray shows, as one value."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.mail.account import AccountId
    from tray.mail.message import MessageKey
    from tray.mail.status import Status


class IconState(enum.Enum):
    """What the icon says at a glance; the value names its picture in ``resources/icons``."""

    QUIET = "quiet"
    """Nothing new."""
    UNSEEN = "unseen"
    TROUBLE = "trouble"
    """Something asks for the user: credentials, trust, a broken mailbox."""
    PAUSED = "paused"
    OFFLINE = "offline"
    """No account is watched now; connecting or waiting to try again."""


@dataclass(frozen=True, slots=True)
class Title:
    """One line of the menu."""

    key: MessageKey
    sender: str
    subject: str
    date: float | None
    unseen: bool


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One account's part of the menu."""

    id: AccountId
    name: str
    status: Status
    unseen: int
    latest: tuple[Title, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What icon, tooltip, menu, the window and ``mailbell status`` show."""

    icon: IconState
    unseen: int
    accounts: tuple[AccountSummary, ...]
    """In the user's order; disabled accounts are left out."""
    paused: bool = False
    paused_until: float | None = None
    """Unix seconds; None where not paused or paused until resumed."""


# summarize(parts: Sequence[AccountSummary], ...) -> Summary
