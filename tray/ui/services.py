"""What the settings dialog may ask of the program: to apply settings and to test an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tray.mail.account import Account, AccountId
    from tray.mail.check import StepResult
    from tray.mail.discovery import Attempt, Found
    from tray.mail.secret import Secret
    from tray.mail.settings import Settings


@dataclass(frozen=True, slots=True)
class Searching:
    """A search for a server that is under way."""

    skip: Callable[[], None]
    """Go on to the next source."""
    cancel: Callable[[], None]
    """End it; it is not heard of again."""


@dataclass(frozen=True, slots=True)
class SettingsServices:
    """Callables given by the app; all of them return at once."""

    apply: Callable[[Settings, Mapping[AccountId, Secret], Callable[[str | None], None]], None]
    """Save and use these settings, then call back once: with None, or with one sentence of what failed.

    The secrets are those that were typed anew. `Account.secret` says where each belongs: that of an account
    with `SecretSource.ASK` is for this run's memory only and must not be stored.
    """

    check: Callable[
        [Account, Secret | None, Callable[[StepResult], None], Callable[[bool], None]], Callable[[], None]
    ]
    """Test an account: each step is reported, then whether all is well; returns what cancels the test.

    A secret of None means the stored one. After the cancel nothing that is still reported is looked at.
    """

    new_account_id: Callable[[], AccountId]

    discover: (
        Callable[[str, bool, Callable[[Attempt], None], Callable[[Found | None], None]], Searching] | None
    ) = None
    """Look for the server of an address, in Thunderbird's public database too where True; each source is reported,
    then what was found, perhaps at once. None: nothing is looked for.
    """
