"""Secrets for whoever logs in: fetched off the GUI thread, kept in memory only where that spares a prompt."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tray.app.credentials.worker_thread import ThreadForEach, WorkerThread
from tray.desktop.secrets.sources import SecretSources, prove_place
from tray.i18n import tr
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from tray.mail.model.account import Account, AccountId

    Maker = Callable[[Account, Secret | None], Awaitable[Secret]]
    """Gives what an account logs in with once, made of what is kept, or of what is given and not kept yet.

    Raises `SecretUnavailable`.
    """
    from collections.abc import Callable

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account

log = logging.getLogger(__name__)


class SecretStore:
    """Gives, keeps and forgets the secrets of accounts."""

    def __init__(
        self,
        secrets: SecretSources,
        keyring: WorkerThread,
        files: WorkerThread,
        commands: WorkerThread | ThreadForEach | None = None,
    ) -> None:
        """Ask `secrets`, whose calls may block, in the threads of `keyring`, of `files`, and of `commands`.

        No file has to wait until a keyring is unlocked or a command has ended. Without `commands`, `files` runs them.
        """
        self._secrets = secrets
        self._keyring = keyring
        self._files = files
        self._commands = commands or files
        self._makers: dict[SecretSource, Maker] = {}
        self._changed: list[Callable[[AccountId], None]] = []
        self._remembered: dict[AccountId, Secret] = {}
        self._changes: dict[AccountId, int] = {}  # how often its secret was given, refused or removed
        self._printing: dict[tuple[AccountId, str], list[Deferred[Secret]]] = {}  # who waits for a command
        self._asked = 0  # how often the keyring was asked for a secret
        self._refused: tuple[int, KeyringUnavailable] | None = (
            None  # its last refusal, and `_asked` at that time
        )

    def made_by(
        self, source: SecretSource, maker: Maker, changed: Callable[[AccountId], None] | None = None
    ) -> None:
        """Have the secrets of accounts with that `source` made for each log-in, such as access tokens.

        `changed` hears when somebody else has put, or removed, what the making begins with.
        """
        self._makers[source] = maker
        if changed is not None:
            self._changed.append(changed)

    async def get(self, account: Account, given: Secret | None = None) -> Secret:
        """What `account` logs in with, made of `given` instead of what is kept where that is not None.

        Raises `SecretUnavailable` with the reason in words.
        """
        if account.login is Login.CERTIFICATE:
            return Secret("")  # nobody is asked for what is not used
        maker = self._makers.get(account.secret)
        if maker is not None:
            return await maker(account, given)
        return await self.kept(account) if given is None else given

    async def kept(self, account: Account) -> Secret:
        """What is kept for `account`, as it is kept; raises `SecretUnavailable`.

        What is given or removed while this is fetched counts, not what was kept before.
        """
        while True:
            remembered = self._remembered.get(account.id)
            if remembered is not None:
                return remembered
            changes = self._changes.get(account.id, 0)
            try:
                secret = await self._fetched(account)
            except SecretUnavailable:
                if account.id not in self._remembered:
                    raise
                continue
            if self._changes.get(account.id, 0) == changes:
                if account.secret.in_keyring:
                    # A reconnect must not depend on a keyring that was locked or restarted meanwhile.
                    self._remembered[account.id] = secret
                return secret

    def _fetched(self, account: Account) -> Awaitable[Secret]:
        if account.secret is SecretSource.COMMAND:
            return self._printed(account)
        if not account.secret.in_keyring:
            return self._files.run(lambda: self._secrets.get(account))
        self._asked += 1
        number = self._asked
        return self._keyring.run(lambda: self._ask_keyring(account, number))

    def _printed(self, account: Account) -> Deferred[Secret]:
        """What the account's command prints. It is run anew each time: the tokens that it prints expire.

        Whoever asks while it runs gets the same: all folders of an account connect at once, and a command may ask for
        a passphrase.
        """
        key = account.id, account.password_command
        answer: Deferred[Secret] = Deferred()
        if key in self._printing:
            self._printing[key].append(answer)
            return answer
        self._printing[key] = [answer]

        def ended(outcome: Secret | Failure) -> None:
            for waiting in self._printing.pop(key):  # one that was cancelled does not mind
                if isinstance(outcome, Failure):
                    waiting.errback(outcome)
                else:
                    waiting.callback(outcome)

        self._commands.run(lambda: self._secrets.get(account)).addBoth(ended)
        return answer

    async def seen(self, account: Account) -> Secret | None:
        """What the keyring has for `account` now; None where it has nothing, or would disturb the user."""

        def look() -> Secret | None:
            try:
                return self._secrets.get(account) if self._secrets.keyring_is_open() else None
            except SecretUnavailable:
                return None

        try:
            return await self._keyring.run(look)
        except KeyringUnavailable:  # it went away meanwhile
            return None

    def keyring_gone(self) -> None:
        """Nobody will answer what it was asked: whoever waits for it is told so."""
        error = KeyringUnavailable(
            Problem(
                ProblemKind.NO_SECRET, tr("The keyring is gone."), tr("Look whether the keyring is running.")
            )
        )
        self._keyring.give_up(error)

    def keyring_is_open(self) -> Deferred[bool]:
        """Whether the keyring would answer without a prompt."""
        return self._keyring.run(self._secrets.keyring_is_open)

    def remember(self, account: AccountId, secret: Secret) -> None:
        """Use `secret` until the program ends."""
        self._give(account, secret)
        self._tell(account)

    def has(self, account: AccountId) -> bool:
        """Whether there is a secret for it in memory."""
        return account in self._remembered

    def refused(self, account: Account, tried: Collection[Secret] | None) -> bool:
        """One of `tried`, or whatever there is where that is None, was not accepted: it is not used again.

        Gives whether there is a newer one, which was not tried: given while the old one was on its way.
        """
        newest = self._remembered.get(account.id)
        if newest is None or account.secret in self._makers:
            return False
        if tried is not None and newest not in tried:
            return True
        self.drop(account.id)
        return False

    def drop(self, account: AccountId) -> None:
        """No longer use what is in memory: it was refused, or the account is gone."""
        if self._remembered.pop(account, None) is not None:
            self._count_change(account)

    def put(self, account: Account, secret: Secret) -> Deferred[None]:
        """Keep `secret` where the account says; fires when it is kept, fails with `SecretUnavailable`."""
        self._tell(account.id)
        return self.keep(account, secret)

    def keep(self, account: Account, secret: Secret) -> Deferred[None]:
        """As `put`, of what the maker of the account's secrets has made itself."""
        self._give(account.id, secret)
        return self._thread_for(account).run(lambda: self._secrets.put(account, secret))

    def prove_place(self, account: Account) -> Deferred[None]:
        """Fires when it is seen that a secret of `account` could be kept, fails with `SecretUnavailable`."""
        return self._thread_for(account).run(lambda: prove_place(self._secrets, account))

    def forget(self, account: Account) -> Deferred[Problem | None]:
        """Remove the account's secret everywhere; fires with what went wrong where it may still be kept."""
        self._remembered.pop(account.id, None)
        self._count_change(account.id)
        self._tell(account.id)
        done: Deferred[Any] = self._thread_for(account).run(lambda: self._secrets.forget(account))
        return done.addErrback(_not_removed)

    def _give(self, account: AccountId, secret: Secret) -> None:
        self._remembered[account] = secret
        self._count_change(account)

    def _count_change(self, account: AccountId) -> None:
        self._changes[account] = self._changes.get(account, 0) + 1

    def _tell(self, account: AccountId) -> None:
        for changed in self._changed:
            changed(account)

    def _thread_for(self, account: Account) -> WorkerThread:
        return self._keyring if account.secret.in_keyring else self._files

    def _ask_keyring(self, account: Account, number: int) -> Secret:
        """In the thread: a user who has just dismissed its prompt is not asked again for each other account."""
        if self._refused is not None and number <= self._refused[0]:
            raise KeyringUnavailable(self._refused[1].problem)
        try:
            return self._secrets.get(account)
        except KeyringUnavailable as error:
            self._refused = self._asked, error
            raise


def _not_removed(failure: Failure) -> Problem:
    failure.trap(SecretUnavailable)
    log.warning("A secret could not be removed: %s", type(failure.value).__name__)
    problem: Problem = failure.value.problem  # type: ignore[union-attr]
    return problem


class ProxyPasswords:
    """Gives passwords by what `tray.mail.settings.proxy.credential_account` gives for an account."""

    def __init__(self, secret_store: SecretStore) -> None:
        """Those that are kept, `secret_store` has."""
        self._secret_store = secret_store
        self._typed: dict[AccountId, Secret] = {}

    def type(self, key: AccountId, secret: Secret | None) -> None:
        """What stands in a dialog's field now; None: the dialog is closed, or the field empty."""
        if secret is None:
            self._typed.pop(key, None)
        else:
            self._typed[key] = secret

    async def kept(self, keeper: Account) -> Secret:
        """For an account that is watched; raises `SecretUnavailable`."""
        return await self._secret_store.kept(keeper)

    async def tried(self, keeper: Account) -> Secret:
        """For an account in a dialog: what was typed there, else what is kept; raises `SecretUnavailable`."""
        typed = self._typed.get(keeper.id)
        return await self._secret_store.kept(keeper) if typed is None else typed


class Safe:
    """The secrets that are kept, the passwords of proxies, and the threads that ask for them."""

    def __init__(self, call_from_thread: Callable[..., Any], paths: Paths) -> None:
        """Answer through `call_from_thread`; no thread begins before it is asked something."""
        self._secrets = SecretSources(paths.keyring_service, paths.secret_file)
        keyring = WorkerThread(call_from_thread, "keyring")
        files = WorkerThread(call_from_thread, "files")
        commands = ThreadForEach(call_from_thread, "password command")
        self._desktop = ThreadForEach(call_from_thread, "online account")
        self._threads = keyring, files, commands, self._desktop
        self.secret_store = SecretStore(self._secrets, keyring, files, commands)
        self.proxies = ProxyPasswords(self.secret_store)

    def ask_desktop(self, account: Account) -> Deferred[Secret]:
        """What the desktop has for its online account; fails with `SecretUnavailable`.

        The desktop may ask the network for it, and nobody else has to wait for that.
        """
        return self._desktop.run(lambda: self._secrets.get(account))

    def close(self) -> None:
        """Wait for nobody: what is under way ends unheard, and no command is left behind."""
        for thread in self._threads:
            thread.close()
        self._secrets.close()
