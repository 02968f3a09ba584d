"""Greeting, STARTTLS, login and LOGOUT; a secret is sent only where that is safe."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from twisted.internet.defer import CancelledError

from tray import __version__
from tray.imap import commands
from tray.imap.errors import CommandRefused, LocalProtocolError, LoginRefused
from tray.imap.sasl.choice import choose_mechanism, may_be_the_mechanism
from tray.imap.sasl.mechanism import ONE_LINE, PROVING, External
from tray.mail.model.account import Login, Security
from tray.mail.model.secret import RenewableSecret
from tray.mail.model.secret_filter import SecretFilter
from tray.mail.model.status import ProblemKind
from tray.net.clock import Timer
from tray.net.errors import NoLoginMethod, PreAuthenticated, StartTlsMissing, Stopped
from tray.net.imap.connection import ignore
from tray.net.imap.factory import connect
from tray.net.imap.sasl_exchange import exchange_sasl
from tray.net.tls.verification import tls_creator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from twisted.internet.defer import Deferred

    from tray.imap.commands import Request
    from tray.imap.events import Event
    from tray.imap.sasl.mechanism import Mechanism
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol
    from tray.net.proxy.route import ProxySecret

log = logging.getLogger(__name__)

REFUSAL_LIMIT = 2
"""Refusals in a row after which a mechanism is no longer tried first."""
LOGOUT_DEADLINE = 1.5
"""Seconds that LOGOUT may take."""


@asynccontextmanager
async def logged_in(
    reactor: Clock,
    account: Account,
    secret: Secret,
    on_event: Callable[[Event], object],
    proxy_secret: ProxySecret | None = None,
) -> AsyncIterator[MailProtocol]:
    """A logged-in connection; LOGOUT at the end, or at an exception the connection is aborted.

    Raises errors that `tray.net.problems.problem_of` describes.
    """
    protocol = await connect(reactor, account, on_event, proxy_secret=proxy_secret)
    try:
        if not await await_greeting(protocol, account):
            await authenticate(protocol, account, secret)
        yield protocol
        await logout(reactor, protocol)
    finally:
        protocol.abort(Stopped())


async def await_greeting(protocol: MailProtocol, account: Account) -> bool:
    """Wait for the greeting, and do STARTTLS if the account requires it; whether the connection is logged in already.

    PREAUTH is accepted over TLS, and if the account requires no encryption. Raises StartTlsMissing,
    PreAuthenticated, CommandRefused (BYE), or the reason of the connection's end.
    """
    greeting = await protocol.greeting.wait()
    if greeting.status == "PREAUTH":
        if protocol.encrypted or account.security is Security.NONE:
            await capabilities(protocol)
            return True
        error = PreAuthenticated(account.host)
        protocol.abort(error)
        raise error
    if account.security is Security.STARTTLS:
        if "STARTTLS" not in await capabilities(protocol):
            raise StartTlsMissing(account.host)
        await protocol.upgrade(tls_creator(account))
    return False


def hide_secret(protocol: MailProtocol, account: Account, secret: Secret) -> SecretFilter:
    """Filter `secret` out of all texts of this server."""
    clean = protocol.clean
    if not isinstance(clean, SecretFilter):
        clean = protocol.clean = SecretFilter((), (account.user, account.email, account.host))
    clean.add(secret)
    return clean


class Behind(Protocol):
    """Commands to be sent in the same write as a log-in."""

    def send(self, offered: frozenset[str]) -> None:
        """Send them; `offered` are the capabilities before the log-in."""

    def drop(self) -> None:
        """The log-in was refused, and so they are."""


async def authenticate(
    protocol: MailProtocol,
    account: Account,
    secret: Secret,
    refusals: dict[str, int] | None = None,
    behind: Behind | None = None,
) -> None:
    """Log in by the best mechanism that the server offers (SASL, else LOGIN); afterwards the capabilities are known.

    After a refusal there is at most one more attempt: with the next mechanism over TLS, if the mechanism may be the
    reason (`tray.imap.sasl.choice.may_be_the_mechanism`), or with another access token, if there is one. `refusals`
    counts how often in a row a mechanism was refused and the next one worked; after `REFUSAL_LIMIT` times it is no
    longer tried first. `behind` is sent with the first attempt, if that is one line without a challenge.

    Raises CommandRefused, SaslError, LocalProtocolError, NoLoginMethod, SecretUnavailable, or the reason of the
    connection's end.
    """
    refusals = {} if refusals is None else refusals
    avoided = {name for name, times in refusals.items() if times >= REFUSAL_LIMIT}
    attempts = _Attempts(protocol, account, secret, avoided)
    offered = await capabilities(protocol)
    mechanism = attempts.first_mechanism(offered)
    name = mechanism.name if mechanism is not None else ""
    try:
        await attempts.log_in(mechanism, behind)
        refusals.pop(name, None)
    except CommandRefused as error:
        if behind is not None:
            behind.drop()
            protocol.queue.refuse_all(error)
        try:
            following = attempts.next_mechanism(mechanism, offered, error)
        except (NoLoginMethod, LocalProtocolError):
            await attempts.log_in_with_another_token(error)
        else:
            protocol.capabilities = protocol.capabilities or offered
            log.info("Account %s: login was refused; the next mechanism is tried once", account.id)
            try:
                await attempts.log_in(following)
            except CancelledError:
                raise
            except Exception as second:  # noqa: BLE001 -- any error of the second attempt
                raise (second if _is_clearer(second, account) else error) from None
            refusals[name] = refusals.get(name, 0) + 1
    await capabilities(protocol)


class _Attempts:
    """Attempts to log in on one connection; a mechanism is None for the LOGIN command."""

    def __init__(self, protocol: MailProtocol, account: Account, secret: Secret, avoided: set[str]) -> None:
        self._protocol = protocol
        self._account = account
        self._secret = secret
        self._avoided = avoided

    def first_mechanism(self, offered: frozenset[str]) -> Mechanism | None:
        """The mechanism to begin with, an avoided one if there is no other; raises NoLoginMethod if there is none."""
        try:
            return self._usable_mechanism(offered, self._avoided)
        except NoLoginMethod:
            return self._usable_mechanism(offered, ())

    def next_mechanism(
        self, tried: Mechanism | None, offered: frozenset[str], error: CommandRefused
    ) -> Mechanism | None:
        """The mechanism to try after `error` refused `tried`; raises NoLoginMethod if there is none."""
        from tray.mail.presentation.problem_texts.refusals import is_unexplained

        if (
            tried is None
            or not self._protocol.encrypted
            or self._account.login is Login.CERTIFICATE
            or not may_be_the_mechanism(tried, error.status, error.code)
            or not is_unexplained(error, self._account)
        ):
            raise NoLoginMethod(self._account.host)
        return self._usable_mechanism(offered, {*self._avoided, tried.name})

    def _usable_mechanism(self, offered: frozenset[str], without: Collection[str]) -> Mechanism | None:
        account, encrypted = self._account, self._protocol.encrypted
        if account.login is Login.CERTIFICATE:
            if encrypted and "AUTH=EXTERNAL" in offered:
                return External(account.user)
            raise NoLoginMethod(account.host)
        mechanism = choose_mechanism(
            offered,
            account.user,
            self._secret.reveal(),
            token=account.uses_token,
            host=account.host,
            port=account.port,
            # `forbid_cleartext` has checked before whether the account allows cleartext.
            encrypted=encrypted or account.security is Security.NONE,
            without=without,
        )
        if mechanism is None and (account.uses_token or "LOGINDISABLED" in offered):
            raise NoLoginMethod(account.host)
        return mechanism

    async def log_in(self, mechanism: Mechanism | None, behind: Behind | None = None) -> None:
        """One attempt; raises CommandRefused, SaslError, or the reason of the connection's end."""
        protocol = self._protocol
        offered = await capabilities(protocol)
        protocol.capabilities = None  # a login changes them
        clean = hide_secret(protocol, self._account, self._secret)
        if mechanism is None:
            request = commands.login(self._account.user, self._secret.reveal())
            with protocol.queue.together():
                logged_in = protocol.request(request)
                if behind is not None and len(request.chunks) == 1:
                    behind.send(offered)
            await logged_in
            return
        initial = "SASL-IR" in offered
        if initial and behind is not None and mechanism.name in ONE_LINE:
            with protocol.queue.together():
                logged_in = protocol.request(commands.authenticate(mechanism.name, mechanism.start()))
                behind.send(offered)
            await logged_in
            return
        sent = clean.add_exchange if mechanism.name in PROVING else ignore
        try:
            await exchange_sasl(protocol, mechanism, initial=initial, sent=sent)
        except LoginRefused as error:
            if clean(error.failure):
                raise
            raise CommandRefused(
                error.command, error.status, error.code, error.text, argument=error.argument
            ) from None

    async def log_in_with_another_token(self, error: CommandRefused) -> None:
        """Log in with another access token; raises `error` if there is none."""
        from tray.mail.presentation.problem_texts.refusals import refusal_problem

        another = None
        kind = refusal_problem(error, self._account, None).kind
        if isinstance(self._secret, RenewableSecret) and kind is ProblemKind.REFUSED:
            another = await self._secret.another()
        if another is None:
            raise error
        self._secret = another
        await self.log_in(self.first_mechanism(await capabilities(self._protocol)))


def _is_clearer(second: Exception, account: Account) -> bool:
    """Whether a second refusal explains more than the first one."""
    from tray.mail.presentation.problem_texts.refusals import is_unexplained, refusal_problem

    if not isinstance(second, CommandRefused):
        return False
    if second.status == "BYE":
        return refusal_problem(second, account, None).kind is not ProblemKind.SERVER
    return second.status == "NO" or not is_unexplained(second, account)


async def capabilities(protocol: MailProtocol) -> frozenset[str]:
    """The capabilities as last announced, else by CAPABILITY; only IMAP4rev1 if that is refused."""
    if protocol.capabilities is None:
        try:
            await protocol.request(commands.capability())
        except CommandRefused as error:
            if error.status == "BYE":
                raise
            log.info("CAPABILITY was refused with %s", error.status)
        protocol.capabilities = protocol.capabilities or frozenset({"IMAP4REV1"})
    return protocol.capabilities


def id_request() -> Request:
    """ID (RFC 2971), for servers that offer it: NetEase opens no mailbox without."""
    return commands.client_id("Mailbell", __version__)


def logout(clock: Clock, protocol: MailProtocol) -> Deferred[None]:
    """LOGOUT, and close the connection; fires within `LOGOUT_DEADLINE`, never fails."""
    # The deadline of the command is not enough: it may have to wait for others before it is sent.
    timer = Timer(clock)
    timer.set(LOGOUT_DEADLINE, protocol.abort, Stopped())

    def close(_: object) -> None:
        timer.clear()
        protocol.abort(Stopped())

    return protocol.request(commands.logout(), LOGOUT_DEADLINE).addBoth(close)
