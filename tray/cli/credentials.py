"""What the accounts of a profile log in with: one way for all commands, whatever the account, and its proxy, want."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray.cli.exit_codes import CommandFailed
from tray.cli.reactor import in_thread, interruptible
from tray.cli.terminal import secrets_of, typed
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from twisted.internet.defer import Deferred

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account, AccountId
    from tray.mail.settings.oauth_clients import OAuthClient
    from tray.mail.settings.settings import Settings
    from tray.net.oauth.access_tokens import AccessTokens
    from tray.net.oauth.authorize import OAuthClientCredentials
    from tray.net.oauth.token_endpoint import TokenEndpoint

_MAY_HANG = frozenset({SecretSource.COMMAND, SecretSource.ONLINE})


class ProfileCredentials:
    """For one command, while the reactor runs; whatever has to be typed is asked for once."""

    def __init__(self, reactor: Any, paths: Paths, settings: Settings) -> None:
        self.reactor = reactor
        self._secrets = secrets_of(paths)
        self._clients = settings.oauth
        self._given: dict[AccountId, Secret] = {}
        self._begun: dict[
            AccountId, Deferred[Any]
        ] = {}  # commands that print a secret, begun before it is needed
        self._tokens: AccessTokens | None = None

    def give(self, account: Account, secret: Secret) -> None:
        """Use `secret`, which is not kept yet, for `account` or for the keeper of a proxy's password."""
        self._given[account.id] = secret

    async def secret(self, account: Account) -> Secret:
        """What `account` logs in with now; raises SecretUnavailable."""
        given = self._given.get(account.id)
        if account.login is Login.CERTIFICATE:
            return Secret("")
        if account.secret is SecretSource.OAUTH:
            return await self._made().access(account, given)
        if given is not None:
            return given
        if _is_typed(account):
            return self._typed(account)
        if account.secret not in _MAY_HANG:
            return self._kept(account)
        begun = self._begun.pop(account.id, None)
        outcome: Secret | BaseException = await (self._begin(account) if begun is None else begun)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def in_turn(self, accounts: Sequence[Account], use: Callable[[Account], Awaitable[None]]) -> None:
        """Await ``use(account)`` for one account after the other; one whose command hangs holds up no other."""
        from twisted.internet.defer import DeferredQueue

        late: DeferredQueue[Account] = DeferredQueue()
        at_once: list[Account] = []
        for account in accounts:
            if account.secret in _MAY_HANG and len(accounts) > 1:

                def put(outcome: Any, account: Account = account) -> Any:
                    late.put(account)
                    return outcome

                self._begun[account.id] = self._begin(account).addCallback(put)
            else:
                at_once.append(account)
        for account in at_once:
            await use(account)
        for _ in range(len(accounts) - len(at_once)):
            await use(await late.get())

    def _begin(self, account: Account) -> Deferred[Any]:
        """Ask whoever may take long, beside all else; fires with the secret, or with what was raised."""
        asked: Deferred[Any] = in_thread(self.reactor, lambda: self._secrets.read(account))
        return asked.addErrback(lambda failure: failure.value)

    def ask(self, account: Account) -> None:
        """Have typed what is asked for each time, while no connection has to wait for it."""
        if _is_typed(account) and account.id not in self._given:
            with suppress(SecretUnavailable):  # who asks again hears of it
                self._typed(account)

    async def proxy(self, keeper: Account) -> Secret:
        """The password for a proxy, by what `tray.mail.settings.proxy.credential_account` gives.

        Raises SecretUnavailable.
        """
        given = self._given.get(keeper.id)
        if given is not None:
            return given
        try:
            return self._kept(keeper)
        except SecretUnavailable:
            if not sys.stdin.isatty():
                raise
            return self._typed(keeper)

    def knows_client(self, provider: str) -> bool:
        """Whether the user has entered a client id for `provider`."""
        return any(client.id == provider for client in self._clients)

    async def program(self, provider: str) -> OAuthClientCredentials:
        """As whom we ask `provider` for tokens; raises SecretUnavailable where the settings do not say."""
        from tray.desktop.storage.shipped_tables import shipped_oauth_providers
        from tray.mail.settings.oauth_clients import credential_account
        from tray.net.oauth.authorize import program_for

        async def client_secret(client: OAuthClient) -> Secret | None:
            try:
                return self._kept(credential_account(client.id))
            except SecretUnavailable as error:
                if type(error) is not SecretUnavailable:
                    raise
                return None

        return await program_for(provider, self._clients, shipped_oauth_providers(), client_secret)

    async def token_server(self, account: Account) -> TokenEndpoint:
        """Whom we ask for tokens, by the way that the account's connections take; raises SecretUnavailable."""
        from tray.net.oauth.token_endpoint import TokenEndpoint
        from tray.net.proxy.route import route_of

        return TokenEndpoint(self.reactor, await route_of(account, self.proxy))

    def prove_place(self, account: Account) -> None:
        """See that a secret of `account` could be kept; raises SecretUnavailable."""
        with interruptible():
            self._secrets.check_writable(account)

    def _typed(self, account: Account) -> Secret:
        with interruptible():
            try:
                secret = self._given[account.id] = typed(account.name)
            except CommandFailed as nothing:
                raise SecretUnavailable(Problem(ProblemKind.NO_SECRET, str(nothing), "")) from None
        return secret

    def _kept(self, account: Account) -> Secret:
        with interruptible():
            return self._secrets.read(account)

    def _made(self) -> AccessTokens:
        from tray.net.oauth.access_tokens import AccessTokens, TokenPorts

        if self._tokens is None:
            self._tokens = AccessTokens(
                TokenPorts(
                    reactor=self.reactor,
                    now=time.time,
                    kept=self._read,
                    seen=_nothing_new,
                    keep=self._keep,
                    program=self.program,
                    server=self.token_server,
                )
            )
        return self._tokens

    async def _read(self, account: Account) -> Secret:
        return self._kept(account)

    def _keep(self, account: Account, secret: Secret) -> Deferred[None]:
        from twisted.internet.defer import maybeDeferred

        return maybeDeferred(self._secrets.write, account, secret)


def _is_typed(account: Account) -> bool:
    return (
        account.secret is SecretSource.ASK and account.login is not Login.CERTIFICATE and sys.stdin.isatty()
    )


async def _nothing_new(_: Account) -> Secret | None:
    return None  # it was read a moment ago
