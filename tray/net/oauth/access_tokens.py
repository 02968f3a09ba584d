"""Access tokens of stored sign-ins: renewed in time, once for all mailboxes, and stored before use."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tray.mail.model.secret import RenewableSecret, SecretUnavailable
from tray.mail.model.status import ProblemKind
from tray.mail.oauth import flows
from tray.mail.oauth.flows import NewerTokenSet, TokenSet
from tray.mail.presentation.setup import sign_in_texts
from tray.net.deferreds import SharedCalls
from tray.net.oauth.token_endpoint import ask_for_tokens, explain_failures
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.oauth.flows import OAuthClientCredentials
    from tray.net.oauth.token_endpoint import TokenEndpoint

log = logging.getLogger(__name__)

STORE_TIMEOUT = 10.0
"""Seconds that a keyring has to read or to write a secret; its prompt may be open, and log-ins wait."""
PROVEN_AFTER = 120.0
"""Seconds for which a token that replaced a refused one is not replaced again if it is refused, too."""


class TokenStore(Protocol):
    """Stores sign-ins."""

    def read(self, account: Account) -> Awaitable[Secret]:
        """The stored sign-in of the account; raises SecretUnavailable."""

    def peek(self, account: Account) -> Awaitable[Secret | None]:
        """The same, None if that needs a prompt."""

    def write_renewed(self, account: Account, secret: Secret) -> Deferred[None]:
        """Store it; fails with SecretUnavailable."""


class AuthorizationServers(Protocol):
    """Client credentials and token endpoints of providers."""

    def client_credentials(self, provider: str) -> Awaitable[OAuthClientCredentials]:
        """Those for a provider's id, from the settings; raises SecretUnavailable if there are none."""

    def token_endpoint(self, account: Account) -> Awaitable[TokenEndpoint]:
        """By the route of the account's connections; raises SecretUnavailable."""


@dataclass(slots=True, repr=False, eq=False)
class _SignIn:
    """The state of the current sign-in of one account."""

    tokens: TokenSet | None = None
    """As last read or renewed."""
    refused: str = ""
    """The access token that the mail server refused."""
    replacement: str = ""
    """The access token that replaced a refused one."""
    final: tuple[str, OAuthClientCredentials, Problem] | None = None
    """Refresh token and client of the request that the provider refused finally, and the problem."""


class AccessTokens:
    """The access tokens of all accounts with a sign-in."""

    def __init__(
        self, reactor: Any, now: Callable[[], float], store: TokenStore, servers: AuthorizationServers
    ) -> None:
        """`now` gives Unix seconds."""
        self._reactor = reactor
        self._now = now
        self._store = store
        self._servers = servers
        self._sign_ins: dict[AccountId, _SignIn] = {}
        self._renewals: SharedCalls[TokenSet] = SharedCalls()

    async def access_token(self, account: Account, draft: Secret | None = None) -> Secret:
        """An access token that is valid for a while, or that of `draft`, a sign-in that is not stored yet.

        Raises SecretUnavailable.
        """
        if draft is not None:
            tokens = _parse(account, draft)
            if not tokens.alive(self._now()):  # a renewal might invalidate what will be stored
                raise SecretUnavailable(sign_in_texts.sign_in_again(tokens.provider))
            return RenewableSecret(tokens.access, _no_other)
        tokens = await self._current(account)
        if not tokens.fresh(self._now()) or self._sign_in(account).refused == tokens.access:
            # The renewal goes on if the caller is cancelled: the refresh token may have been used.
            tokens = await self._renewals.join(
                account.id, lambda: Deferred.fromCoroutine(self._renew(account, tokens))
            )

        async def another() -> Secret | None:
            return await self._after_refusal(account, tokens)

        return RenewableSecret(tokens.access, another)

    def forget(self, account: AccountId) -> None:
        """Discard the state: there is a new sign-in, or the account was removed."""
        self._sign_ins.pop(account, None)

    def _sign_in(self, account: Account) -> _SignIn:
        """The current state; another object after `forget`."""
        return self._sign_ins.setdefault(account.id, _SignIn())

    async def _current(self, account: Account) -> TokenSet:
        tokens = self._sign_in(account).tokens
        if tokens is None:
            tokens = _parse(account, await self._store.read(account))
            self._sign_in(account).tokens = tokens
        return tokens

    async def _after_refusal(self, account: Account, refused: TokenSet) -> Secret | None:
        """Another token after the mail server refused one; None if that would not help."""
        current = await self._current(account)
        sign_in = self._sign_in(account)
        newer = current.access != refused.access or await self._read_newer(account, refused)
        if not newer and sign_in is self._sign_in(account):
            was_replacement = sign_in.replacement == refused.access
            if not refused.refresh or (was_replacement and self._now() - refused.obtained < PROVEN_AFTER):
                return None
            sign_in.refused = refused.access
        return await self.access_token(account)

    async def _renew(self, account: Account, tokens: TokenSet) -> TokenSet:
        """The next tokens; those of a new sign-in if there is one meanwhile."""
        sign_in = self._sign_in(account)
        try:
            fresh = await self._next_tokens(account, sign_in, tokens)
        except SecretUnavailable:
            if sign_in is self._sign_in(account):
                raise
        else:
            if sign_in is self._sign_in(account):
                return fresh
        return await self._current(account)

    async def _next_tokens(self, account: Account, sign_in: _SignIn, tokens: TokenSet) -> TokenSet:
        if await self._read_newer(account, tokens):
            tokens = await self._current(account)
            if tokens.fresh(self._now()):
                return tokens
        client = await self._servers.client_credentials(tokens.provider)
        if sign_in is not self._sign_in(account):
            return tokens
        name = client.provider.name
        if not tokens.refresh:
            raise SecretUnavailable(sign_in_texts.sign_in_again(name))
        if sign_in.final is not None and sign_in.final[:2] == (tokens.refresh, client):
            raise SecretUnavailable(sign_in.final[2])  # only a new sign-in helps
        try:
            fresh = await explain_failures(name, self._ask(account, client, tokens))
        except SecretUnavailable as error:
            if error.problem.kind is ProblemKind.REFUSED:
                sign_in.final = tokens.refresh, client, error.problem
            elif tokens.alive(self._now()) and sign_in.refused != tokens.access:
                return tokens  # it is valid for a while
            raise
        if sign_in is not self._sign_in(account):
            return fresh  # not stored, because there is a new sign-in
        log.info("Account %s: its access token was renewed", account.id)
        if sign_in.refused == tokens.access:
            sign_in.refused, sign_in.replacement = "", fresh.access
        sign_in.tokens, sign_in.final = fresh, None
        await self._write(account, fresh)
        return fresh

    async def _read_newer(self, account: Account, than: TokenSet) -> bool:
        """Whether another process, such as the command line, has stored newer tokens; if so, they are used."""

        async def peek() -> Secret | None:
            return await self._store.peek(account)

        # With a time limit, because the prompt of another program may stay open.
        sign_in = self._sign_in(account)
        secret = await Deferred.fromCoroutine(peek()).addTimeout(
            STORE_TIMEOUT, self._reactor, onTimeoutCancel=lambda *_: None
        )
        if secret is None or sign_in is not self._sign_in(account):  # the stored tokens are older
            return False
        try:
            newer = TokenSet.from_secret(secret)
        except ValueError:
            return False
        if newer.obtained <= than.obtained:
            return False
        sign_in.tokens = newer
        return True

    async def _ask(self, account: Account, client: OAuthClientCredentials, tokens: TokenSet) -> TokenSet:
        server = await self._servers.token_endpoint(account)
        return await ask_for_tokens(server, client, flows.renewal(client, tokens), self._now, tokens)

    async def _write(self, account: Account, tokens: TokenSet) -> None:
        """Store the tokens before they are used: the old refresh token may be invalid."""
        done: Deferred[None] = Deferred()

        def end(outcome: object) -> None:
            if isinstance(outcome, Failure):
                log.warning("The renewed sign-in of account %s could not be kept", account.id)
            done.callback(None)  # ignored after the timeout

        self._store.write_renewed(account, tokens.to_secret()).addBoth(end)
        await done.addTimeout(STORE_TIMEOUT, self._reactor, onTimeoutCancel=lambda *_: None)


def _parse(account: Account, secret: Secret) -> TokenSet:
    try:
        return TokenSet.from_secret(secret)
    except NewerTokenSet as error:
        raise SecretUnavailable(sign_in_texts.newer_sign_in(account.name)) from error
    except ValueError as error:
        raise SecretUnavailable(sign_in_texts.no_sign_in(account.name)) from error


async def _no_other() -> Secret | None:
    return None
