"""From the greeting to a logged-in connection, and LOGOUT; a secret goes out only where that is safe."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from twisted.internet.defer import CancelledError

from tray import __version__
from tray.imap import commands
from tray.imap.commands import LiteralSupport
from tray.imap.errors import CommandRefused, LocalProtocolError, LoginRefused
from tray.imap.sasl.choice import choose_mechanism, may_be_the_mechanism
from tray.imap.sasl.mechanism import CramMd5, External
from tray.imap.sasl.scram import ScramSha256
from tray.mail.model.account import Login, Security
from tray.mail.model.secret import RenewableSecret
from tray.mail.model.secret_filter import SecretFilter
from tray.mail.model.status import ProblemKind
from tray.net.clock import Timer
from tray.net.errors import NoLoginMethod, PreAuthenticated, StartTlsMissing, Stopped
from tray.net.imap.sasl_exchange import SaslExchange
from tray.net.problems.server_refusals import is_unexplained, refusal_problem
from tray.net.tls.verification import tls_creator

if TYPE_CHECKING:
    from collections.abc import Collection

    from twisted.internet.defer import Deferred

    from tray.imap.commands import Request
    from tray.imap.sasl.mechanism import Mechanism
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.clock import Clock
    from tray.net.imap.protocol import MailProtocol

log = logging.getLogger(__name__)

OFTEN_ENOUGH = 2
"""Refusals in a row after which a mechanism is no longer tried first: one may have been an accident."""
_PROVING = frozenset({CramMd5.name, ScramSha256.name})


async def await_greeting(protocol: MailProtocol, account: Account) -> bool:
    """Wait for the greeting, do STARTTLS where the account asks for it; whether the server has us logged in already.

    PREAUTH is believed over TLS, and where the account asks for no encryption. Raises StartTlsMissing,
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


def hide(protocol: MailProtocol, account: Account, secret: Secret) -> SecretFilter:
    """From now on, no text of this server is shown that repeats `secret`."""
    clean = protocol.clean
    if not isinstance(clean, SecretFilter):
        clean = protocol.clean = SecretFilter((), (account.user, account.email, account.host))
    clean.add(secret)
    return clean


async def authenticate(
    protocol: MailProtocol, account: Account, secret: Secret, refusals: dict[str, int] | None = None
) -> None:
    """Log in by the best way that the server offers (SASL, else LOGIN); afterwards the capabilities are known.

    A refusal is followed by one more try at most: by the next mechanism over TLS, where the first may have been
    refused for its own sake (`tray.imap.sasl.may_be_the_mechanism`), or with another access token, if there is one.
    `refusals` counts how often in a row a mechanism was refused where the next one worked; after `OFTEN_ENOUGH` times
    it is not tried first any more.

    Raises CommandRefused, SaslError, LocalProtocolError, NoLoginMethod, SecretUnavailable, or the reason of the
    connection's end.
    """
    refusals = {} if refusals is None else refusals
    avoided = {name for name, times in refusals.items() if times >= OFTEN_ENOUGH}
    offered = await capabilities(protocol)
    mechanism = _best_mechanism(protocol, account, secret, offered, avoided)
    name = mechanism.name if mechanism is not None else ""
    try:
        await _try(protocol, account, secret, mechanism)
        refusals.pop(name, None)
    except CommandRefused as error:
        try:
            following = _next_mechanism(protocol, account, secret, (mechanism, offered, avoided), error)
        except (NoLoginMethod, LocalProtocolError):
            await _try_another_token(protocol, account, secret, avoided, error)
        else:
            protocol.capabilities = protocol.capabilities or offered
            await _try_next(protocol, account, secret, following, error)
            refusals[name] = refusals.get(name, 0) + 1
    await capabilities(protocol)


def _best_mechanism(
    protocol: MailProtocol, account: Account, secret: Secret, offered: frozenset[str], avoided: set[str]
) -> Mechanism | None:
    """The mechanism to begin with, None for the LOGIN command; the avoided ones where there is no other."""
    try:
        return _usable_mechanism(protocol, account, secret, offered, avoided)
    except NoLoginMethod:
        return _usable_mechanism(protocol, account, secret, offered, ())


def _next_mechanism(
    protocol: MailProtocol,
    account: Account,
    secret: Secret,
    tried: tuple[Mechanism | None, frozenset[str], set[str]],
    error: CommandRefused,
) -> Mechanism | None:
    """What may work where `error` refused the mechanism that was tried; raises NoLoginMethod where nothing will."""
    mechanism, offered, avoided = tried
    if (
        mechanism is None
        or not protocol.encrypted
        or account.login is Login.CERTIFICATE
        or not may_be_the_mechanism(mechanism, error.status, error.code)
        or not is_unexplained(error, account)
    ):
        raise NoLoginMethod(account.host)
    return _usable_mechanism(protocol, account, secret, offered, {*avoided, mechanism.name})


async def _try_next(
    protocol: MailProtocol,
    account: Account,
    secret: Secret,
    mechanism: Mechanism | None,
    first: CommandRefused,
) -> None:
    """Log in by the next mechanism; raises the clearer one of both refusals."""
    log.info("Account %s: a log-in was refused; the next mechanism is tried, once", account.id)
    try:
        await _try(protocol, account, secret, mechanism)
    except CancelledError:
        raise
    except Exception as second:  # noqa: BLE001 -- whatever ends the second try, one of both is told
        raise (second if _is_clearer(second, account) else first) from None


def _is_clearer(second: Exception, account: Account) -> bool:
    """Whether a second refusal explains more than the first: not where the server only closes, or knows no command."""
    if not isinstance(second, CommandRefused):
        return False
    if second.status == "BYE":
        return refusal_problem(second, account, None).kind is not ProblemKind.SERVER
    return second.status == "NO" or not is_unexplained(second, account)


async def _try_another_token(
    protocol: MailProtocol, account: Account, secret: Secret, avoided: set[str], error: CommandRefused
) -> None:
    another = None
    if (
        isinstance(secret, RenewableSecret)
        and refusal_problem(error, account, None).kind is ProblemKind.REFUSED
    ):
        another = await secret.another()
    if another is None:
        raise error
    offered = await capabilities(protocol)
    await _try(protocol, account, another, _best_mechanism(protocol, account, another, offered, avoided))


async def _try(protocol: MailProtocol, account: Account, secret: Secret, mechanism: Mechanism | None) -> None:
    offered = await capabilities(protocol)
    protocol.capabilities = None  # a log-in changes them
    clean = hide(protocol, account, secret)
    if mechanism is None:
        await protocol.request(commands.login(account.user, secret.reveal(), literals(offered)))
        return
    sent = clean.add_exchange if mechanism.name in _PROVING else _nothing
    try:
        await SaslExchange(mechanism, initial="SASL-IR" in offered, sent=sent).run(protocol)
    except LoginRefused as error:
        if clean(error.failure):
            raise
        raise CommandRefused(
            error.command, error.status, error.code, error.text, argument=error.argument
        ) from None


def _usable_mechanism(
    protocol: MailProtocol,
    account: Account,
    secret: Secret,
    offered: frozenset[str],
    without: Collection[str],
) -> Mechanism | None:
    """The mechanism to use, None for the LOGIN command; raises NoLoginMethod where neither can be used."""
    mechanism = _choose(account, secret, offered, without, encrypted=protocol.encrypted)
    if mechanism is None and (
        account.uses_token or account.login is Login.CERTIFICATE or "LOGINDISABLED" in offered
    ):
        raise NoLoginMethod(account.host)
    return mechanism


def _choose(
    account: Account, secret: Secret, offered: frozenset[str], without: Collection[str], *, encrypted: bool
) -> Mechanism | None:
    if account.login is Login.CERTIFICATE:
        return External(account.user) if encrypted and "AUTH=EXTERNAL" in offered else None
    return choose_mechanism(
        offered,
        account.user,
        secret.reveal(),
        token=account.uses_token,
        host=account.host,
        port=account.port,
        # What the account allows to go in clear, `forbid_cleartext` has judged before the connection was made.
        encrypted=encrypted or account.security is Security.NONE,
        without=without,
    )


async def capabilities(protocol: MailProtocol) -> frozenset[str]:
    """The capabilities as last announced, or as asked for now; IMAP4rev1 alone where CAPABILITY is refused."""
    if protocol.capabilities is None:
        try:
            await protocol.request(commands.capability())
        except CommandRefused as error:
            if error.status == "BYE":
                raise
            log.info("CAPABILITY was refused with %s", error.status)
        protocol.capabilities = protocol.capabilities or frozenset({"IMAP4REV1"})
    return protocol.capabilities


def literals(offered: frozenset[str]) -> LiteralSupport:
    """How literals may be sent (RFC 7888)."""
    if "LITERAL+" in offered:
        return LiteralSupport.PLUS
    return LiteralSupport.MINUS if "LITERAL-" in offered else LiteralSupport.SYNC


def id_request() -> Request:
    """ID (RFC 2971), for servers that offer it: NetEase opens no mailbox for a nameless client."""
    return commands.client_id("Mailbell", __version__)


def _nothing(_: bytes) -> None:
    """PLAIN and the like send the secret as it is, and that is hidden already."""


LOGOUT_DEADLINE = 1.5
"""Seconds that LOGOUT may take."""


def logout(clock: Clock, protocol: MailProtocol) -> Deferred[None]:
    """LOGOUT; fires within `LOGOUT_DEADLINE`, never fails, and the connection is gone."""
    # Not the deadline of the command alone: it may have to wait for others before it is sent.
    late = Timer(clock)
    late.set(LOGOUT_DEADLINE, protocol.abort, Stopped())

    def gone(_: object) -> None:
        late.clear()
        protocol.abort(Stopped())

    return protocol.request(commands.logout(), LOGOUT_DEADLINE).addBoth(gone)
