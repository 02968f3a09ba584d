"""From the greeting to a logged-in connection: STARTTLS, log-in, capabilities; a secret goes out only when safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray import __version__
from tray.imap import commands
from tray.imap.commands import Literals
from tray.imap.errors import CommandRefused, LoginRefused
from tray.mail.account import Login, Security
from tray.mail.secret import RenewableSecret
from tray.mail.status import TroubleKind
from tray.net.conversation import Conversation
from tray.net.errors import NoLoginMethod, PreAuthenticated, StartTlsMissing
from tray.net.login_words import is_token
from tray.net.refusals import refusal
from tray.net.trust import creator_for

if TYPE_CHECKING:
    from tray.imap.commands import Request
    from tray.imap.sasl import Mechanism
    from tray.mail.account import Account
    from tray.mail.secret import Secret
    from tray.net.protocol import MailProtocol


async def greeted(protocol: MailProtocol, account: Account) -> bool:
    """Wait for the greeting, do STARTTLS where the account asks for it; whether the server has us logged in already.

    Raises StartTlsMissing, PreAuthenticated, CommandRefused (BYE), or the reason of the connection's end.
    """
    greeting = await protocol.greeting.wait()
    if greeting.status == "PREAUTH":
        if protocol.encrypted:
            return True
        error = PreAuthenticated(account.host)
        protocol.abort(error)
        raise error
    if account.security is Security.STARTTLS:
        if "STARTTLS" not in await capabilities(protocol):
            raise StartTlsMissing(account.host)
        await protocol.upgrade(creator_for(account))
    return False


async def log_in(protocol: MailProtocol, account: Account, secret: Secret) -> None:
    """Log in by the best way that the server offers (SASL, else LOGIN); afterwards the capabilities are known.

    Where the server no longer takes an access token, another is tried once, if there is one.

    Raises CommandRefused, SaslError, LocalProtocolError, NoLoginMethod, SecretUnavailable, or the reason of the
    connection's end.
    """
    try:
        await _try(protocol, account, secret)
    except CommandRefused as error:
        another = None
        if isinstance(secret, RenewableSecret) and refusal(error, account, None).kind is TroubleKind.REFUSED:
            another = await secret.another()
        if another is None:
            raise
        await _try(protocol, account, another)
    await capabilities(protocol)


async def _try(protocol: MailProtocol, account: Account, secret: Secret) -> None:
    offered = await capabilities(protocol)
    mechanism = _mechanism(account, secret, offered, encrypted=protocol.encrypted)
    if mechanism is None and (account.login is not Login.PASSWORD or "LOGINDISABLED" in offered):
        raise NoLoginMethod(account.host)
    protocol.capabilities = None  # a log-in changes them
    try:
        if mechanism is not None:
            await Conversation(mechanism, initial="SASL-IR" in offered).hold(protocol)
        else:
            await protocol.request(commands.login(account.user, secret.reveal(), literals(offered)))
    except CommandRefused as error:
        said = f"{error.text} {error.failure}" if isinstance(error, LoginRefused) else error.text
        if (
            secret and secret.reveal() in said
        ):  # no server should, but its text goes to the screen and to the log
            raise CommandRefused(error.command, error.status, error.code, "") from None
        raise


def _mechanism(
    account: Account, secret: Secret, offered: frozenset[str], *, encrypted: bool
) -> Mechanism | None:
    from tray.imap.sasl import External, choose

    if account.login is Login.CERTIFICATE:
        return External(account.user) if encrypted and "AUTH=EXTERNAL" in offered else None
    return choose(
        offered,
        account.user,
        secret.reveal(),
        token=is_token(account),
        host=account.host,
        port=account.port,
        # What the account allows to go in clear, `forbid_cleartext` has judged before the connection was made.
        encrypted=encrypted or account.security is Security.NONE,
    )


async def capabilities(protocol: MailProtocol) -> frozenset[str]:
    """What the server can, as told by itself or asked for now."""
    if protocol.capabilities is None:
        await protocol.request(commands.capability())
    return protocol.capabilities or frozenset()


def literals(offered: frozenset[str]) -> Literals:
    """How literals may be sent (RFC 7888)."""
    if "LITERAL+" in offered:
        return Literals.PLUS
    return Literals.MINUS if "LITERAL-" in offered else Literals.SYNC


def introduction() -> Request:
    """ID (RFC 2971), for servers that offer it: NetEase opens no mailbox for a nameless client."""
    return commands.client_id({"name": "Mailbell", "version": __version__})
