"""The user's settings as values, and how they stand in the settings file; each setting is declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tray.mail.account import Account


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a profile."""

    accounts: tuple[Account, ...] = ()
    """In the user's order."""
    titles: int = 10
    """How many newest titles an account shows, 1 to 50."""
    toasts: bool = True
    start_at_login: bool = False


class SettingsError(Exception):
    """Something in the settings cannot be used; the text is one sentence for the user and names the place."""


# parse(document: Mapping[str, object]) -> Settings          raises SettingsError
# to_document(settings: Settings) -> dict[str, object]       plain dicts and lists, defaults left out
# problems(account, others) -> dict[field, sentence]         what the dialog shows beside each field
