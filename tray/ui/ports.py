"""The protocols through which windows, menus and dialogs call the application; `tray.app` implements them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tray.imap.types import MailboxName
    from tray.mail.folders.folders import FolderList
    from tray.mail.importers.candidates import ImportResult
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.action import MessageAction
    from tray.mail.model.message import MessageKey
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import CheckResult, Problem
    from tray.mail.model.toast import Arrival
    from tray.mail.oauth.flows import Progress
    from tray.mail.policy.explanations import Explanation
    from tray.mail.presentation.summary import SearchResults, Summary
    from tray.mail.settings.oauth_clients import OAuthProvider
    from tray.mail.settings.settings import Settings
    from tray.mail.setup.discovery import Attempt, DiscoveryResult, NoNetwork


class SettingsStore(Protocol):
    """Reads and saves the settings for the dialog."""

    def apply(
        self, settings: Settings, secrets: Mapping[AccountId, Secret], done: Callable[[str | None], None]
    ) -> bool:
        """Save and use these settings, then call back once: with None, or with one sentence about what failed.

        Returns whether they were saved; what failed then is that a secret, or the start at log-in, was not kept.
        The secrets are those that were typed anew. `Account.secret` says where each belongs: that of an account
        with `SecretSource.ASK` is kept in memory for this run only and must not be stored.
        """

    def present(self) -> Settings:
        """The settings in use now; what is applied later is compared with these."""

    def starts_at_login(self) -> bool:
        """Whether the desktop starts the program at log-in now; other programs may have changed that."""

    def new_account_id(self) -> AccountId:
        """An id for a new account that was never used before."""


# What takes a while calls back once, perhaps before the call returns, and returns what cancels it: then it calls back
# no more. A secret of None means the stored one.


class AccountTests(Protocol):
    """Tests accounts against their servers."""

    def check(
        self,
        account: Account,
        secret: Secret | None,
        on_step: Callable[[CheckResult], None],
        on_done: Callable[[bool], None],
    ) -> Callable[[], None]:
        """Report each step of the test, then whether all succeeded."""

    def report(
        self, account: Account, results: Sequence[CheckResult], more_versions: Mapping[str, str]
    ) -> str:
        """The last test as a text that can be sent to others, without secrets; it names `more_versions`, too."""

    def program_report(self, summary: Summary | None, more_versions: Mapping[str, str]) -> str:
        """Versions, and all accounts with their present state, as a text that can be sent to others."""


class RunningSearch(Protocol):
    """A search for a server that is under way."""

    def skip(self) -> None:
        """Skip the present source."""

    def cancel(self) -> None:
        """End the search."""


class ServerSearch(Protocol):
    """Looks for the server of an address."""

    def known(self, email: str) -> DiscoveryResult | None:
        """What the list that comes with Mailbell says of the address; nothing is asked of anybody."""

    def discover(
        self,
        email: str,
        ask_thunderbird: bool,
        on_attempt: Callable[[Attempt], None],
        on_done: Callable[[DiscoveryResult | NoNetwork | None], None],
    ) -> RunningSearch:
        """Report each source that is asked, then the result; `ask_thunderbird`: ask its public database, too."""


class FolderLists(Protocol):
    """Lists the folders of an account."""

    def load(
        self, account: Account, secret: Secret | None, done: Callable[[FolderList | Problem], None]
    ) -> Callable[[], None]:
        """List the folders."""

    def connection_limit(self, account: Account) -> int | None:
        """How many connections its server accepts at once; None while that is unknown."""


class OtherPrograms(Protocol):
    """Accounts that other programs and the desktop have."""

    def find_accounts(
        self, accounts: Sequence[Account], on_found: Callable[[ImportResult], None]
    ) -> Callable[[], None]:
        """Look for accounts that are not among those given."""

    def online_title(self, online_account: str, on_title: Callable[[str], None]) -> Callable[[], None]:
        """Look for the desktop's name of its online account of that id; empty where it has no such account."""


class Previews(Protocol):
    """Tries the sound and the command of a new message from the dialog."""

    def play_sound(self, sound: str, on_failure: Callable[[str], None]) -> None:
        """Play a sound of `tray.mail.model.toast`; calls back with a sentence where it cannot be played."""

    def send_test_notification(self) -> None:
        """Show a notification that is none of a message."""

    def open_newest(self, account: Account) -> None:
        """Do what a click on the newest message of such an account would do."""

    def ask_do_not_disturb(self, known: Callable[[bool], None]) -> None:
        """Ask the desktop whether it holds notifications back now; calls back once, later."""


class SignInService(Protocol):
    """Signs in with OAuth 2."""

    def known(self) -> tuple[OAuthProvider, ...]:
        """The providers to sign in with: those of the present settings and those that Mailbell ships."""

    def ready(self, provider: str) -> bool:
        """Whether the settings hold a client id for the provider of that id."""

    def for_host(self, host: str) -> tuple[str, bool]:
        """The id of the provider that signs in for an IMAP server, or empty; and whether it accepts nothing else."""

    def set_client(
        self, provider: str, client_id: str, secret: Secret | None, on_done: Callable[[str | None], None]
    ) -> None:
        """Keep client id and client secret (None: there is none), then call back with None or what failed."""

    def start(
        self,
        account: Account,
        provider: str,
        device: bool,
        on_progress: Callable[[Progress], None],
        on_done: Callable[[Secret | Problem], None],
    ) -> Callable[[], None]:
        """Sign in with that provider, by a device code where `device`.

        `on_progress` is called with what the user has to do, `on_done` with the secret to keep or the problem.
        """

    def open_page(self, url: str, on_failure: Callable[[], None]) -> None:
        """Open an address in the browser; `on_failure` is called where none could be started, at once or later."""


class MessageHistory(Protocol):
    """Messages that came, for whoever asks why he was told of one, or edits rules."""

    def explanations(self) -> tuple[Explanation, ...]:
        """What was done with the last few hundred messages of this run, and why; newest first."""

    def last_week(self) -> tuple[Arrival, ...]:
        """The messages of the last week, as far as they are known, oldest first."""


@dataclass(frozen=True, slots=True)
class SettingsServices:
    """The services that the settings and their pages call."""

    store: SettingsStore
    tests: AccountTests
    servers: ServerSearch
    folders: FolderLists
    others: OtherPrograms
    previews: Previews
    sign_in: SignInService

    type_proxy_password: Callable[[AccountId, Secret | None], None]
    """Called with the password of a proxy as it is typed, under the key that keeps it: tests and searches use it
    before the settings are applied. Called with None when it is no longer to be used.
    """
    add_account: Callable[[], None]
    """Open the first page, to add an account."""
    history: MessageHistory


class FirstPageCommands(Protocol):
    """What the first page asks of the program, beside the services of the settings."""

    def is_online(self) -> bool:
        """Whether this computer has a network; nothing is sent."""

    def has_tray(self) -> bool:
        """Whether the desktop has a place for the icon."""

    def choose_folders(self, account_id: AccountId) -> None:
        """Show the folders of that account, to choose which are watched."""

    def more_settings(self, draft: Account | None, secret: Secret | None) -> None:
        """Show all settings of a new account, filled in with what was typed: `draft`, and the password `secret`."""

    def watched_folders(self, account_id: AccountId) -> tuple[MailboxName, ...]:
        """The folders of that account that are watched now; empty where there is no such account."""

    def show_window(self) -> None:
        """Show the window with the newest messages, which says how to get a tray where there is none."""

    def draw(self) -> None:
        """Have the present summary shown once more."""


class MessageCommands(Protocol):
    """What tray menu and window do with messages; none of these blocks or raises: failures are shown as a toast."""

    # The token is that of the click (xdg-activation), where the desktop gave one: what is opened comes to the front.

    def open_message(self, key: MessageKey, token: str = "") -> None:
        """Open one message."""

    def open_mail(self, token: str = "") -> None:
        """Open the mail program or webmail."""

    def open_account(self, account_id: AccountId, token: str = "") -> None:
        """Open the mail of that account: by its own command, its webmail or the mail program."""

    def mark_all_read(self, account_id: AccountId | None = None) -> None:
        """Mark all unread messages of that account, or of all accounts, as read on their servers."""

    def act(
        self, action: MessageAction, keys: Sequence[MessageKey], target: MailboxName | None = None
    ) -> None:
        """Do `action` on their servers; `target` is the mailbox of MOVE.

        What is shown changes at once (`Summary`), with an offer to undo it in `Summary.undo`; where a server refuses,
        it is shown as before again, with the reason in `Summary.refused`. DELETE moves to the trash, or removes for
        good where the settings say so: ask before.
        """

    def snooze(self, keys: Sequence[MessageKey]) -> None:
        """Remind of these messages in an hour, if they are unread then."""

    def undo(self) -> None:
        """Undo what `Summary.undo` offers; no effect where it offers nothing any more."""

    def retry_refused(self) -> None:
        """Try once more all that `Summary.refused` says."""

    def dismiss_refused(self) -> None:
        """Show `Summary.refused` no longer."""

    def move_targets(
        self, account_id: AccountId, done: Callable[[FolderList | Problem], None]
    ) -> Callable[[], None]:
        """List the folders to which a message of that account can be moved; as `FolderLists.load`."""

    def list_more(self, wanted: bool) -> None:
        """Whether the window is open: `AccountSummary.listed` then has more messages, with previews."""

    def search(
        self, text: str, account_id: AccountId | None, found: Callable[[SearchResults], None]
    ) -> Callable[[], None]:
        """Search the watched mailboxes of one account or of all (None) for `text`, on their servers.

        `found` is called with all results so far each time there are more, the last time with nothing `waiting`; the
        newest 50 of each account are found. A new search, and what this one returns, ends it. Only watched mailboxes
        are searched: a hit elsewhere could be neither opened nor changed.
        """


class AccountCommands(Protocol):
    """What tray menu and window do with accounts; none of these blocks or raises."""

    def check_now(self) -> None:
        """Check all accounts for new mail."""

    def ask_credentials_or_retry(self, account_id: AccountId) -> None:
        """Ask the user for the credentials of that account, or try again where they come from elsewhere."""

    def show_certificate(self, account_id: AccountId) -> None:
        """Show the untrusted certificate of that account's server, so that the user can pin it."""

    def choose_folders(self, account_id: AccountId) -> None:
        """Show the folders of that account, to choose which are watched."""

    def open_settings(self, account_id: AccountId) -> None:
        """Open the settings of that account."""

    def mute(self, account_id: AccountId, muted: bool) -> None:
        """Show no notification for that account, or show them again."""


class PauseCommands(Protocol):
    """Begins and ends the pause of all accounts."""

    def pause(self, seconds: float | None) -> None:
        """Pause for so many seconds, or until resumed (None)."""

    def pause_until_tomorrow(self) -> None:
        """Pause until tomorrow morning."""

    def resume(self) -> None:
        """End the pause."""


class ProgramCommands(Protocol):
    """What tray menu and window do with the program itself."""

    def show_window(self) -> None:
        """Show the window with the newest messages, or bring it to the front."""

    def toggle_window(self) -> None:
        """Show that window, or close it where it is open."""

    def open_settings(self) -> None:
        """Open the settings."""

    def add_account(self) -> None:
        """Open the first page, to add an account."""

    def open_about(self) -> None:
        """Show the name, the version and the licence."""

    def quit(self) -> None:
        """End the program."""


class WindowSizes(Protocol):
    """Remembers the size of the window with the newest messages; never raises."""

    def last(self) -> tuple[int, int] | None:
        """Width and height in logical pixels; None where nothing is remembered."""

    def keep(self, width: int, height: int) -> None:
        """Remember this size."""
