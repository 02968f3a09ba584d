"""Makes access tokens of what is kept of sign-ins: renewed in time, once for all mailboxes, kept before use."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from tray.mail.model.secret import RenewableSecret, SecretUnavailable
from tray.mail.model.status import ProblemKind
from tray.mail.oauth import flows
from tray.mail.oauth.token_set import TokenSet
from tray.mail.presentation import sign_in_texts
from tray.net.oauth.authorize import sign_in_problem
from tray.net.oauth.token_endpoint import ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem
    from tray.net.oauth.authorize import OAuthClientCredentials
    from tray.net.oauth.token_endpoint import TokenEndpoint

log = logging.getLogger(__name__)

KEEPING = 10.0
"""Seconds that a keyring has to show or to keep something; its prompt may be open, and mail is waiting."""
PROVEN_AFTER = 120.0
"""Seconds for which a token that came in place of a refused one, and is refused itself, is not replaced again."""


@dataclass(frozen=True, slots=True)
class TokenPorts:
    """What the making of tokens needs of the world."""

    reactor: Any
    now: Callable[[], float]
    """Unix seconds."""
    kept: Callable[[Account], Awaitable[Secret]]
    """What is kept of the account's sign-in; raises SecretUnavailable."""
    seen: Callable[[Account], Awaitable[Secret | None]]
    """The same, None where that cannot be asked for without disturbing the user."""
    keep: Callable[[Account, Secret], Deferred[None]]
    """Fails with SecretUnavailable."""
    program: Callable[[str], Awaitable[OAuthClientCredentials]]
    """As whom we ask that provider; raises SecretUnavailable where the settings do not say."""
    server: Callable[[Account], Awaitable[TokenEndpoint]]
    """By the way that the account's connections take; raises SecretUnavailable."""


class AccessTokens:
    """The access tokens of all accounts that were signed in for."""

    def __init__(self, ports: TokenPorts) -> None:
        self._ports = ports
        self._now: dict[AccountId, TokenSet] = {}
        self._refused: dict[AccountId, str] = {}  # an access token that the mail server did not take
        self._in_place: dict[AccountId, str] = {}  # the one that came in place of such a one
        self._renewing: dict[AccountId, list[Deferred[TokenSet]]] = {}
        self._over: dict[
            AccountId, tuple[tuple[str, OAuthClientCredentials], Problem]
        ] = {}  # what no question can mend
        self._sign_ins: dict[AccountId, int] = {}  # how often somebody else has put or removed one

    async def access(self, account: Account, given: Secret | None = None) -> Secret:
        """An access token that has a while to live, or that of a sign-in `given` for a test and not kept yet.

        Raises SecretUnavailable.
        """
        if given is not None:
            tokens = _read(account, given)
            if not tokens.alive(self._ports.now()):  # to renew it might use up what is about to be kept
                raise SecretUnavailable(sign_in_texts.sign_in_again(tokens.provider))
            return RenewableSecret(tokens.access, _nothing_else)
        tokens = await self._kept(account)
        if not tokens.fresh(self._ports.now()) or self._refused.get(account.id) == tokens.access:
            tokens = await self._renewed(account, tokens)
        return self._given(account, tokens)

    def forget(self, account: AccountId) -> None:
        """Begin anew with what is kept: somebody has signed in, or the account is gone."""
        self._sign_ins[account] = self._sign_in(account) + 1
        self._now.pop(account, None)
        self._refused.pop(account, None)
        self._in_place.pop(account, None)
        self._over.pop(account, None)

    def _sign_in(self, account: AccountId) -> int:
        return self._sign_ins.get(account, 0)

    def _given(self, account: Account, tokens: TokenSet) -> Secret:
        async def another() -> Secret | None:
            return await self._after_refusal(account, tokens)

        return RenewableSecret(tokens.access, another)

    async def _after_refusal(self, account: Account, refused: TokenSet) -> Secret | None:
        """The mail server does not take this one: another, where that may help; None for give up."""
        present = await self._kept(account)
        sign_in = self._sign_in(account.id)
        newer = present.access != refused.access or await self._look(account, refused)
        if not newer and sign_in == self._sign_in(account.id):
            in_vain = self._in_place.get(account.id) == refused.access
            if not refused.refresh or (in_vain and self._ports.now() - refused.obtained < PROVEN_AFTER):
                return None
            self._refused[account.id] = refused.access
        return await self.access(account)

    async def _kept(self, account: Account) -> TokenSet:
        known = self._now.get(account.id)
        if known is None:
            known = self._now[account.id] = _read(account, await self._ports.kept(account))
        return known

    async def _renewed(self, account: Account, tokens: TokenSet) -> TokenSet:
        """The next token set; whoever asks meanwhile gets the same.

        The asking goes on where whoever waits for it is cancelled: the refresh token may be used up already.
        """
        turn: Deferred[TokenSet] = Deferred()
        waiting = self._renewing.get(account.id)
        if waiting is not None:
            waiting.append(turn)
            return await turn
        waiting = self._renewing[account.id] = [turn]

        def ended(outcome: TokenSet | Failure) -> None:
            del self._renewing[account.id]
            for each in waiting:  # one that was cancelled does not mind
                if not isinstance(outcome, Failure):
                    each.callback(outcome)
                elif isinstance(outcome.value, SecretUnavailable):
                    each.errback(SecretUnavailable(outcome.value.problem))
                else:
                    each.errback(outcome)

        Deferred.fromCoroutine(self._renew(account, tokens)).addBoth(ended)
        return await turn

    async def _renew(self, account: Account, tokens: TokenSet) -> TokenSet:
        """What the answer is where nobody signs in meanwhile, else what that gives: the old sign-in is over."""
        sign_in = self._sign_in(account.id)
        try:
            fresh = await self._next_set(account, tokens, sign_in)
        except SecretUnavailable:
            if sign_in == self._sign_in(account.id):
                raise
        else:
            if sign_in == self._sign_in(account.id):
                return fresh
        return await self._kept(account)

    async def _next_set(self, account: Account, tokens: TokenSet, sign_in: int) -> TokenSet:
        if await self._look(account, tokens):
            tokens = self._now[account.id]
            if tokens.fresh(self._ports.now()):
                return tokens
        program = await self._ports.program(tokens.provider)
        if sign_in != self._sign_in(account.id):
            return tokens
        name = program.provider.name
        if not tokens.refresh:
            raise SecretUnavailable(sign_in_texts.sign_in_again(name))
        asked = tokens.refresh, program
        over = self._over.get(account.id)
        if over is not None and over[0] == asked:  # it was said for good; only another sign-in helps
            raise SecretUnavailable(over[1])
        try:
            fresh = await sign_in_problem(name, self._ask(account, tokens, program))
        except SecretUnavailable as error:
            if error.problem.kind is ProblemKind.REFUSED:
                self._over[account.id] = asked, error.problem
            elif tokens.alive(self._ports.now()) and self._refused.get(account.id) != tokens.access:
                return tokens  # it ends soon, and is as good as any until then
            raise
        if sign_in != self._sign_in(account.id):
            return fresh  # not to be kept in place of what was signed in with since
        log.info("Account %s: its access token was renewed", account.id)
        self._now[account.id] = fresh
        if self._refused.pop(account.id, None) == tokens.access:
            self._in_place[account.id] = fresh.access
        self._over.pop(account.id, None)
        await self._keep(account, fresh)
        return fresh

    async def _look(self, account: Account, than: TokenSet) -> bool:
        """Whether somebody else, such as the command line, has kept a newer set meanwhile; then it is ours."""

        async def seen() -> Secret | None:
            return await self._ports.seen(account)

        # Behind somebody else's prompt, which may stay open for long, it is not waited for.
        sign_in = self._sign_in(account.id)
        secret = await Deferred.fromCoroutine(seen()).addTimeout(
            KEEPING, self._ports.reactor, onTimeoutCancel=lambda *_: None
        )
        if sign_in != self._sign_in(account.id):
            return False  # what was seen is older
        try:
            newer = None if secret is None else TokenSet.from_secret(secret)
        except ValueError:
            newer = None
        if newer is None or newer.obtained <= than.obtained:
            return False
        self._now[account.id] = newer
        return True

    async def _ask(self, account: Account, tokens: TokenSet, program: OAuthClientCredentials) -> TokenSet:
        server = await self._ports.server(account)
        form = program.signed(flows.renewal(tokens, program.client_id))
        now = self._ports.now
        return await ask(
            server,
            program.provider.token,
            form,
            lambda status, body: flows.tokens(tokens.provider, status, body, now(), tokens),
            (tokens.access,),
        )

    async def _keep(self, account: Account, tokens: TokenSet) -> None:
        """A refresh token may be good for one use only: the next one is in the keyring before anybody goes on."""
        kept = self._ports.keep(account, tokens.to_secret())
        done: Deferred[None] = Deferred()

        def tell(outcome: object) -> None:
            if not done.called:
                done.callback(None)
            if outcome is not None:
                log.warning("The renewed sign-in of account %s could not be kept", account.id)

        kept.addBoth(tell)
        await done.addTimeout(KEEPING, self._ports.reactor, onTimeoutCancel=lambda *_: None)


def _read(account: Account, secret: Secret) -> TokenSet:
    try:
        return TokenSet.from_secret(secret)
    except ValueError as error:
        raise SecretUnavailable(sign_in_texts.no_sign_in(account.name)) from error


async def _nothing_else() -> Secret | None:
    return None
