"""Access tokens of what is kept of sign-ins: renewed in time, once for all mailboxes, kept before use."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tray.mail.model.secret import RenewableSecret, SecretUnavailable
from tray.mail.model.status import ProblemKind
from tray.mail.oauth import flows
from tray.mail.oauth.token_set import TokenSet
from tray.mail.presentation import sign_in_texts
from tray.net.deferreds import SharedCalls
from tray.net.oauth.token_endpoint import ask_for_tokens, explain_failures

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.mail.oauth.flows import OAuthClientCredentials
    from tray.net.oauth.token_endpoint import TokenEndpoint

log = logging.getLogger(__name__)

STORE_TIMEOUT = 10.0
"""Seconds that a keyring has to show or to keep something; its prompt may be open, and mail is waiting."""
PROVEN_AFTER = 120.0
"""Seconds for which a token that came in place of a refused one, and is refused itself, is not replaced again."""


class TokenStore(Protocol):
    """Where sign-ins are kept."""

    def read(self, account: Account) -> Awaitable[Secret]:
        """What is kept of the account's sign-in; raises SecretUnavailable."""

    def peek(self, account: Account) -> Awaitable[Secret | None]:
        """The same, None where that cannot be read without disturbing the user."""

    def write_renewed(self, account: Account, secret: Secret) -> Deferred[None]:
        """Keep it; fails with SecretUnavailable."""


class AuthorizationServers(Protocol):
    """By what providers know this program, and where they are asked."""

    def client_credentials(self, provider: str) -> Awaitable[OAuthClientCredentials]:
        """By the settings, for a provider's id; raises SecretUnavailable where those do not say."""

    def token_endpoint(self, account: Account) -> Awaitable[TokenEndpoint]:
        """By the way that the account's connections take; raises SecretUnavailable."""


@dataclass(slots=True, repr=False, eq=False)
class _SignIn:
    """What is known of the present sign-in of one account."""

    tokens: TokenSet | None = None
    """As they were read or renewed last."""
    refused: str = ""
    """The access token that the mail server did not accept."""
    replacement: str = ""
    """The access token that came in place of such a one."""
    final: tuple[str, OAuthClientCredentials, Problem] | None = None
    """What was asked with when the provider refused for good, and its words."""


class AccessTokens:
    """The access tokens of all accounts that were signed in for."""

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
        """An access token that is good for a while, or that of a sign-in `draft` for a test and not kept yet.

        Raises SecretUnavailable.
        """
        if draft is not None:
            tokens = _parse(account, draft)
            if not tokens.alive(self._now()):  # to renew it might use up what is about to be kept
                raise SecretUnavailable(sign_in_texts.sign_in_again(tokens.provider))
            return RenewableSecret(tokens.access, _nothing_else)
        tokens = await self._current(account)
        if not tokens.fresh(self._now()) or self._sign_in(account).refused == tokens.access:
            # The renewal goes on where whoever waits for it is cancelled: the refresh token may be used up already.
            tokens = await self._renewals.join(
                account.id, lambda: Deferred.fromCoroutine(self._renew(account, tokens))
            )

        async def another() -> Secret | None:
            return await self._after_refusal(account, tokens)

        return RenewableSecret(tokens.access, another)

    def forget(self, account: AccountId) -> None:
        """Begin anew with what is kept: somebody has signed in, or the account is gone."""
        self._sign_ins.pop(account, None)

    def _sign_in(self, account: Account) -> _SignIn:
        """The present one; another object after `forget`."""
        return self._sign_ins.setdefault(account.id, _SignIn())

    async def _current(self, account: Account) -> TokenSet:
        known = self._sign_in(account).tokens
        if known is None:
            known = _parse(account, await self._store.read(account))
            self._sign_in(account).tokens = known
        return known

    async def _after_refusal(self, account: Account, refused: TokenSet) -> Secret | None:
        """The mail server does not accept this one: another, where that may help; None for give up."""
        current = await self._current(account)
        sign_in = self._sign_in(account)
        newer = current.access != refused.access or await self._read_newer(account, refused)
        if not newer and sign_in is self._sign_in(account):
            in_vain = sign_in.replacement == refused.access
            if not refused.refresh or (in_vain and self._now() - refused.obtained < PROVEN_AFTER):
                return None
            sign_in.refused = refused.access
        return await self.access_token(account)

    async def _renew(self, account: Account, tokens: TokenSet) -> TokenSet:
        """The next tokens; those of a new sign-in where somebody signs in meanwhile, for then the old one is over."""
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
            raise SecretUnavailable(sign_in.final[2])  # only another sign-in helps
        try:
            fresh = await explain_failures(name, self._ask(account, client, tokens))
        except SecretUnavailable as error:
            if error.problem.kind is ProblemKind.REFUSED:
                sign_in.final = tokens.refresh, client, error.problem
            elif tokens.alive(self._now()) and sign_in.refused != tokens.access:
                return tokens  # it ends soon, and is as good as any until then
            raise
        if sign_in is not self._sign_in(account):
            return fresh  # not to be kept in place of what was signed in with since
        log.info("Account %s: its access token was renewed", account.id)
        if sign_in.refused == tokens.access:
            sign_in.refused, sign_in.replacement = "", fresh.access
        sign_in.tokens, sign_in.final = fresh, None
        await self._keep(account, fresh)
        return fresh

    async def _read_newer(self, account: Account, than: TokenSet) -> bool:
        """Whether somebody else, such as the command line, has kept newer tokens meanwhile; then they are ours."""

        async def peek() -> Secret | None:
            return await self._store.peek(account)

        # Behind somebody else's prompt, which may stay open for long, it is not waited for.
        sign_in = self._sign_in(account)
        secret = await Deferred.fromCoroutine(peek()).addTimeout(
            STORE_TIMEOUT, self._reactor, onTimeoutCancel=lambda *_: None
        )
        if secret is None or sign_in is not self._sign_in(account):  # what was seen is older
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

    async def _keep(self, account: Account, tokens: TokenSet) -> None:
        """A refresh token may be good for one use only: the next one is in the keyring before anybody goes on."""
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
    except ValueError as error:
        raise SecretUnavailable(sign_in_texts.no_sign_in(account.name)) from error


async def _nothing_else() -> Secret | None:
    return None
