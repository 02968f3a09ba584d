"""What the sign-in panel asks of the program: whom one can sign in with, and to do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.account import Account
    from tray.mail.oauth2 import Progress
    from tray.mail.oauth_providers import OAuthProvider
    from tray.mail.secret import Secret
    from tray.mail.status import Trouble


@dataclass(frozen=True, slots=True)
class SignInService:
    """Callables given by the app; all of them return at once."""

    known: Callable[[], tuple[OAuthProvider, ...]]
    """Whom one can sign in with, by the settings of now and by what we ship."""

    ready: Callable[[str], bool]
    """Whether the settings hold a client id for the provider of that id."""

    for_host: Callable[[str], tuple[str, bool]]
    """Who signs in for an IMAP server (an id, empty where nobody is known), and whether there is no other way."""

    set_client: Callable[[str, str, Secret | None, Callable[[str | None], None]], None]
    """Keep client id and client secret (None: there is none) for a provider; hears None, or what could not be done."""

    start: Callable[
        [Account, str, bool, Callable[[Progress], None], Callable[[Secret | Trouble], None]],
        Callable[[], None],
    ]
    """Sign in for the account with that provider, by a device code where True; reports what the user has to do, then
    what to keep or what went wrong; returns what cancels it, after which nothing is reported."""

    open_page: Callable[[str, Callable[[], None]], None]
    """Open an address in the browser; calls back where none could be started, at once or some seconds later."""
