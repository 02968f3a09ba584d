"""The secrets of accounts: read and written off the reactor's thread, remembered only where that spares a prompt."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tray.app.credentials.worker_thread import WorkerThread
from tray.desktop.secrets.sources import SecretSources
from tray.i18n import tr
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable
from tray.net.deferreds import SharedCalls

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.status import Problem

    Provider = Callable[[Account, Secret | None], Awaitable[Secret]]
    """Makes the secret for one log-in, such as an access token, from the stored secret or from a draft not stored yet.

    Raises `SecretUnavailable`.
    """

log = logging.getLogger(__name__)

_MADE_ANEW = frozenset({SecretSource.COMMAND, SecretSource.ONLINE})
"""Sources that are asked at each log-in, because their tokens expire; they may take long."""


class SecretStore:
    """The secrets of accounts, and the passwords of proxies.

    A proxy's password is stored under a separate account, made by `tray.mail.settings.proxy.credential_account`.
    """

    def __init__(
        self,
        sources: SecretSources,
        keyring: WorkerThread,
        files: WorkerThread,
        others: WorkerThread | None = None,
    ) -> None:
        """Call `sources`, which may block, in three threads, so that files do not wait for a prompt or a command.

        `others` runs commands and asks the desktop for its online accounts; without it `files` does.
        """
        self._sources = sources
        self._keyring = keyring
        self._files = files
        self._others = others or files
        self._providers: dict[SecretSource, Provider] = {}
        self._on_change: list[Callable[[AccountId], None]] = []
        self._remembered: dict[AccountId, Secret] = {}
        self._drafts: dict[AccountId, Secret] = {}
        self._changes: dict[AccountId, int] = {}  # how often its secret was set, refused or removed
        self._under_way: SharedCalls[Secret] = SharedCalls()
        self._reads = 0  # how often the keyring was asked for a secret
        self._refused: tuple[int, KeyringUnavailable] | None = (
            None  # its last refusal, and `_reads` at that time
        )

    @classmethod
    def of_profile(cls, call_from_thread: Callable[..., Any], paths: Paths) -> SecretStore:
        """The store of a profile, answering through `call_from_thread`; a thread begins with its first call."""
        return cls(
            SecretSources(paths.keyring_service, paths.secret_file),
            WorkerThread(call_from_thread, "keyring"),
            WorkerThread(call_from_thread, "files"),
            WorkerThread(call_from_thread, "secret", at_once=True),
        )

    def set_provider(
        self, source: SecretSource, provider: Provider, on_change: Callable[[AccountId], None] | None = None
    ) -> None:
        """Have `provider` make the secrets of accounts with that `source` for each log-in, such as access tokens.

        `on_change` is called when other code has written or removed the stored secret of such an account.
        """
        self._providers[source] = provider
        if on_change is not None:
            self._on_change.append(on_change)

    async def login_secret(self, account: Account, draft: Secret | None = None) -> Secret:
        """The secret for a log-in of `account`, made from `draft` if there is one, else from the stored secret.

        Raises `SecretUnavailable`, with the reason as a sentence.
        """
        if account.login is Login.CERTIFICATE:
            return Secret("")  # the certificate is enough
        provider = self._providers.get(account.secret)
        if provider is not None:
            return await provider(account, draft)
        return await self.read(account) if draft is None else draft

    async def read(self, account: Account) -> Secret:
        """The stored secret of `account`; raises `SecretUnavailable`.

        A secret that is set or removed while this one is being read takes precedence.
        """
        while True:
            remembered = self._remembered.get(account.id)
            if remembered is not None:
                return remembered
            changes = self._changes.get(account.id, 0)
            try:
                secret = await self._fetch(account)
            except SecretUnavailable:
                if account.id not in self._remembered:
                    raise
                continue
            if self._changes.get(account.id, 0) == changes:
                if account.secret.in_keyring:
                    # A reconnect must not depend on a keyring that was locked or restarted meanwhile.
                    self._remembered[account.id] = secret
                return secret

    async def read_draft(self, account: Account) -> Secret:
        """The secret typed into a dialog for `account`, else the stored one; raises `SecretUnavailable`."""
        draft = self._drafts.get(account.id)
        return await self.read(account) if draft is None else draft

    def set_draft(self, account: AccountId, secret: Secret | None) -> None:
        """Set the secret typed into a dialog; None: the dialog is closed, or its field is empty."""
        if secret is None:
            self._drafts.pop(account, None)
        else:
            self._drafts[account] = secret

    async def peek(self, account: Account) -> Secret | None:
        """The secret of `account` in the keyring; None where there is none, or the keyring would prompt the user."""

        def look() -> Secret | None:
            try:
                return self._sources.read(account) if self._sources.keyring_is_open() else None
            except SecretUnavailable:
                return None

        try:
            return await self._keyring.run(look)
        except KeyringUnavailable:  # it vanished meanwhile
            return None

    def write(self, account: Account, secret: Secret) -> Deferred[None]:
        """Store `secret` as the account's settings say; fires when it is stored, fails with `SecretUnavailable`."""
        self._announce_change(account.id)
        return self.write_renewed(account, secret)

    def write_renewed(self, account: Account, secret: Secret) -> Deferred[None]:
        """As `write`, for a secret that the account's provider has made: its `on_change` is not called."""
        self._remember(account.id, secret)
        return self._thread_for(account).run(lambda: self._sources.write(account, secret))

    def check_writable(self, account: Account) -> Deferred[None]:
        """Fires if a secret of `account` could be stored, fails with `SecretUnavailable` if not."""
        return self._thread_for(account).run(lambda: self._sources.check_writable(account))

    def remove(self, account: Account) -> Deferred[Problem | None]:
        """Remove the account's secret everywhere; fires with None, or with a problem if it may still be stored."""
        self._remembered.pop(account.id, None)
        self._count_change(account.id)
        self._announce_change(account.id)
        done: Deferred[Any] = self._thread_for(account).run(lambda: self._sources.remove(account))
        return done.addErrback(_not_removed)

    def use_for_this_run(self, account: AccountId, secret: Secret) -> None:
        """Use `secret` until the program ends."""
        self._remember(account, secret)
        self._announce_change(account)

    def remembers(self, account: AccountId) -> bool:
        """Whether a secret of the account is in memory."""
        return account in self._remembered

    def forget(self, account: AccountId) -> None:
        """Drop the account's secret from memory; the stored one stays."""
        if self._remembered.pop(account, None) is not None:
            self._count_change(account)

    def forget_refused(self, account: Account, tried: Collection[Secret] | None) -> bool:
        """Drop a refused secret from memory: one of `tried`, or any where that is None. The stored one stays.

        Returns whether there is a newer secret that was not tried: it was entered while the old one was being refused.
        """
        newest = self._remembered.get(account.id)
        if newest is None or account.secret in self._providers:
            return False
        if tried is not None and newest not in tried:
            return True
        self.forget(account.id)
        return False

    def keyring_is_open(self) -> Deferred[bool]:
        """Whether the keyring would answer without a prompt."""
        return self._keyring.run(self._sources.keyring_is_open)

    def keyring_vanished(self) -> None:
        """Fail all pending requests to the keyring: they will not be answered."""
        self._keyring.give_up(
            KeyringUnavailable.because(tr("The keyring is gone."), tr("Look whether the keyring is running."))
        )

    def close(self) -> None:
        """End all commands, and wait for nothing: calls under way return no result."""
        for thread in (self._keyring, self._files, self._others):
            thread.close()
        self._sources.close()

    def _fetch(self, account: Account) -> Deferred[Secret]:
        if account.secret in _MADE_ANEW:
            # All folders of an account connect at once, and a command may ask for a passphrase: once is enough.
            return self._under_way.join(
                account, lambda: self._others.run(lambda: self._sources.read(account))
            )
        if not account.secret.in_keyring:
            return self._files.run(lambda: self._sources.read(account))
        self._reads += 1
        number = self._reads
        return self._keyring.run(lambda: self._read_keyring(account, number))

    def _read_keyring(self, account: Account, number: int) -> Secret:
        """Called in the thread. After a dismissed prompt the user is not asked again for each other account."""
        if self._refused is not None and number <= self._refused[0]:
            raise KeyringUnavailable(self._refused[1].problem)
        try:
            return self._sources.read(account)
        except KeyringUnavailable as error:
            self._refused = self._reads, error
            raise

    def _remember(self, account: AccountId, secret: Secret) -> None:
        self._remembered[account] = secret
        self._count_change(account)

    def _count_change(self, account: AccountId) -> None:
        self._changes[account] = self._changes.get(account, 0) + 1

    def _announce_change(self, account: AccountId) -> None:
        for on_change in self._on_change:
            on_change(account)

    def _thread_for(self, account: Account) -> WorkerThread:
        return self._keyring if account.secret.in_keyring else self._files


def _not_removed(failure: Failure) -> Problem:
    failure.trap(SecretUnavailable)
    log.warning("A secret could not be removed: %s", type(failure.value).__name__)
    problem: Problem = failure.value.problem  # type: ignore[union-attr]
    return problem
