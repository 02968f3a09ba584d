"""The secrets of a profile's accounts and their proxies, for all commands."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, DeferredQueue

from tray.app.credentials.secret_store import SecretStore
from tray.app.credentials.sign_in import SignIn
from tray.cli.exit_codes import CommandFailed
from tray.cli.reactor import interruptible
from tray.cli.terminal import typed
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import SecretUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.settings.settings import Settings

_MAY_HANG = frozenset({SecretSource.COMMAND, SecretSource.ONLINE})


class ProfileCredentials:
    """The secrets for one command, while the reactor runs; each is typed at most once."""

    def __init__(self, reactor: Any, paths: Paths, settings: Settings) -> None:
        self.reactor = reactor
        self.settings = settings
        self.secret_store = SecretStore.of_profile(reactor.callFromThread, paths)
        self.sign_in = SignIn(reactor, self.secret_store, lambda: settings.oauth, self.proxy)
        self._drafts: dict[AccountId, Secret] = {}
        self._begun: dict[AccountId, Deferred[Any]] = {}
        """Secrets that are being read ahead from commands and the desktop; fires with the exception, too."""

    def use(self, account: Account, secret: Secret) -> None:
        """Use `secret`, which is not kept yet, for `account`, or for the account that stands for a proxy."""
        self._drafts[account.id] = secret

    async def secret(self, account: Account) -> Secret:
        """The secret with which `account` logs in now; raises SecretUnavailable."""
        begun = self._begun.pop(account.id, None)
        if begun is not None:
            outcome: Secret | BaseException = await begun
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome
        if _is_typed(account) and account.id not in self._drafts:
            self._type(account)
        return await self.secret_store.login_secret(account, self._drafts.get(account.id))

    async def in_turn(self, accounts: Sequence[Account], use: Callable[[Account], Awaitable[None]]) -> None:
        """Await ``use(account)`` for one account after the other; a slow password command does not delay the others."""
        late: DeferredQueue[Account] = DeferredQueue()
        at_once: list[Account] = []
        for account in accounts:
            if account.secret in _MAY_HANG and len(accounts) > 1:

                def put(outcome: Any, account: Account = account) -> Any:
                    late.put(account)
                    return outcome

                asked = Deferred.fromCoroutine(self.secret_store.login_secret(account))
                asked.addErrback(lambda failure: failure.value)
                self._begun[account.id] = asked.addCallback(put)
            else:
                at_once.append(account)
        for account in at_once:
            await use(account)
        for _ in range(len(accounts) - len(at_once)):
            await use(await late.get())

    def ask(self, account: Account) -> None:
        """Let the user type a password that is not stored, before a connection is opened."""
        if _is_typed(account) and account.id not in self._drafts:
            with suppress(SecretUnavailable):  # `secret` raises it again
                self._type(account)

    async def proxy(self, account: Account) -> Secret:
        """The password of a proxy, given by `tray.mail.settings.proxy.credential_account`; raises SecretUnavailable."""
        draft = self._drafts.get(account.id)
        if draft is not None:
            return draft
        try:
            return await self.secret_store.read(account)
        except SecretUnavailable:
            if not sys.stdin.isatty():
                raise
            return self._type(account)

    def _type(self, account: Account) -> Secret:
        with interruptible():
            try:
                secret = self._drafts[account.id] = typed(account.name)
            except CommandFailed as nothing:
                raise SecretUnavailable.because(str(nothing)) from None
        return secret


def _is_typed(account: Account) -> bool:
    return (
        account.secret is SecretSource.ASK and account.login is not Login.CERTIFICATE and sys.stdin.isatty()
    )
