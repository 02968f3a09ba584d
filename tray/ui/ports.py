"""What the settings dialog may ask of the program: to apply settings and to test an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tray.mail.folders.folders import FolderList
    from tray.mail.importers import candidates
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import MessageKey
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.oauth.flows import Progress
    from tray.mail.settings.oauth_clients import OAuthProvider
    from tray.mail.settings.settings import Settings
    from tray.mail.setup.discovery import Attempt, Found


@dataclass(frozen=True, slots=True)
class Searching:
    """A search for a server that is under way."""

    skip: Callable[[], None]
    """Go on to the next source."""
    cancel: Callable[[], None]
    """End it; it is not heard of again."""


@dataclass(frozen=True, slots=True)
class FolderService:
    """What the page of folders asks of the program."""

    load: Callable[[Account, Secret | None, Callable[[FolderList | Problem], None]], Callable[[], None]]
    """List the folders of an account, then call back once, perhaps at once; returns what cancels it.

    A secret of None means the stored one. After the cancel nothing is reported.
    """
    most: Callable[[Account], int | None]
    """How many connections its server takes at once, as far as that was learnt."""


@dataclass(frozen=True, slots=True)
class SettingsServices:
    """Callables given by the app; all of them return at once."""

    apply: Callable[[Settings, Mapping[AccountId, Secret], Callable[[str | None], None]], None]
    """Save and use these settings, then call back once: with None, or with one sentence of what failed.

    The secrets are those that were typed anew. `Account.secret` says where each belongs: that of an account
    with `SecretSource.ASK` is for this run's memory only and must not be stored.
    """

    check: Callable[
        [Account, Secret | None, Callable[[CheckResult], None], Callable[[bool], None]], Callable[[], None]
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

    report: Callable[[Account, Sequence[CheckResult], Mapping[str, str]], str] | None = None
    """The last test as a text that can be sent to others; the mapping are versions to be named in it, too. None: no
    report is offered.
    """

    folders: FolderService | None = None
    """None: folders are shown as the settings name them."""

    play_sound: Callable[[str, Callable[[str], None]], None] | None = None
    """Let a sound be heard, as `tray.mail.model.toast` knows them; then a sentence of why it cannot be, perhaps.
    None: the page offers no such thing.
    """

    take_over: (
        Callable[[Sequence[Account], Callable[[candidates.ImportCandidate], None]], Callable[[], None]] | None
    ) = None
    """Look for accounts of other programs beside those given, then call back once; returns what cancels it, after
    which nothing is reported. None: nothing is looked for.
    """

    online_title: Callable[[str, Callable[[str], None]], Callable[[], None]] | None = None
    """What the desktop calls its online account of that id, empty where it does not know, called back once, perhaps at
    once; returns what cancels it, after which nothing is reported. None: accounts are shown by their ids.
    """

    type_proxy_password: Callable[[AccountId, Secret | None], None] | None = None
    """What stands in the field of a proxy's password, under the key that keeps it, for whatever is asked of the
    network before the settings are applied; None when that is over. None: no password of a proxy is asked for.
    """

    open_page: Callable[[str, Callable[[], None]], None] | None = None
    """Open an address in the browser; calls back where none could be started, at once or some seconds later. None: no
    page is offered.
    """

    starts_at_login: Callable[[], bool] | None = None
    """Look whether the desktop starts the program at log-in, which others may have changed. None: the settings know."""

    sign_in: SignInService | None = None
    """None: one cannot sign in with OAuth2."""

    try_opening: Callable[[Account], None] | None = None
    """Do what a click on the newest mail of such an account would do. None: the page offers no such thing."""


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
        [Account, str, bool, Callable[[Progress], None], Callable[[Secret | Problem], None]],
        Callable[[], None],
    ]
    """Sign in for the account with that provider, by a device code where True; reports what the user has to do, then
    what to keep or what went wrong; returns what cancels it, after which nothing is reported."""

    open_page: Callable[[str, Callable[[], None]], None]
    """Open an address in the browser; calls back where none could be started, at once or some seconds later."""


@dataclass(frozen=True, slots=True)
class TrayCommands:
    """Given to whoever shows the summary; none of them blocks or raises, and failures are told elsewhere."""

    open_message: Callable[[MessageKey], None]
    open_mail: Callable[[], None]
    """Open the mail program or webmail."""
    open_account: Callable[[AccountId], None]
    """Open the mail of that account, by its own command, its webmail or the mail program."""
    check_now: Callable[[], None]
    pause: Callable[[float | None], None]
    """For so many seconds, or until resumed (None)."""
    pause_until_tomorrow: Callable[[], None]
    resume: Callable[[], None]
    mark_all_read: Callable[[], None]
    give_password: Callable[[AccountId], None]
    """Ask the user for the credentials of that account."""
    show_certificate: Callable[[AccountId], None]
    """Show the certificate that keeps that account from being watched, to be trusted or not."""
    mute: Callable[[AccountId, bool], None]
    """Have that account tell of no mail, or of every one again."""
    open_settings: Callable[[], None]
    open_about: Callable[[], None]
    quit: Callable[[], None]
    choose_folders: Callable[[AccountId], None] = lambda _: None
    """Show the folders of that account, to choose which are watched."""
