"""AUTH of an SMTP server (RFC 4954), by the mechanisms that log in to IMAP servers, too."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from tray.imap.errors import RemoteProtocolError, SaslError
from tray.imap.sasl.choice import choose_mechanism, may_be_the_mechanism
from tray.imap.sasl.mechanism import PROVING, External, decode_challenge
from tray.mail.model.account import Login
from tray.mail.model.secret import RenewableSecret
from tray.mail.model.secret_filter import SecretFilter
from tray.net.errors import NoLoginMethod
from tray.net.smtp.errors import SmtpRefused

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tray.imap.sasl.mechanism import Mechanism
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.net.smtp.connection import SmtpConnection

_COMMAND_LIMIT = (
    512  # bytes of a command with its line end; a longer first response waits for 334 (RFC 4954, 4)
)
_CHALLENGE, _LOGGED_IN = 334, 235


async def log_in(
    connection: SmtpConnection, account: Account, secret: Secret, extensions: Mapping[str, str]
) -> SecretFilter:
    """Log in over TLS; returns the filter for all that the server says after it.

    After a refusal there is at most one more attempt: with another access token if there is one, else with the next
    mechanism if the first one may be the reason. Raises SmtpRefused, SaslError, NoLoginMethod, LocalProtocolError, or
    the reason of the connection's end.
    """
    assert connection.encrypted
    clean = SecretFilter((), (account.user, account.email, account.host))
    clean.add(secret)
    offered = frozenset(f"AUTH={name}" for name in extensions.get("AUTH", "").split())
    mechanism = _mechanism(account, secret, offered, ())
    try:
        await _exchange(connection, mechanism, clean)
    except SmtpRefused as error:
        if error.temporary:
            raise
        another = await secret.another() if isinstance(secret, RenewableSecret) else None
        if another is not None:
            clean.add(another)
            following = _mechanism(account, another, offered, ())
        elif may_be_the_mechanism(mechanism, "NO", "AUTHENTICATIONFAILED"):
            try:
                following = _mechanism(account, secret, offered, {mechanism.name})
            except NoLoginMethod:
                raise error from None
        else:
            raise
        await _exchange(connection, following, clean)
    return clean


def _mechanism(
    account: Account, secret: Secret, offered: frozenset[str], without: Collection[str]
) -> Mechanism:
    if account.login is Login.CERTIFICATE:
        if "AUTH=EXTERNAL" in offered:
            return External(account.user)
        raise NoLoginMethod(account.host)
    mechanism = choose_mechanism(
        {*offered, "LOGINDISABLED"},  # there is no command LOGIN
        account.user,
        secret.reveal(),
        token=account.uses_token,
        host=account.host,
        port=account.port,
        encrypted=True,
        without=without,
    )
    if mechanism is None or not offered:
        raise NoLoginMethod(account.host)
    return mechanism


async def _exchange(connection: SmtpConnection, mechanism: Mechanism, clean: SecretFilter) -> None:
    """AUTH until the server's decision; raises SmtpRefused or SaslError."""
    first = mechanism.start()
    line = f"AUTH {mechanism.name}"
    if first is not None:
        _note(clean, mechanism, first)
        initial = f"{line} {_encoded(first) or '='}"  # "=" stands for nothing (RFC 4954, 4)
        if len(initial) + 2 <= _COMMAND_LIMIT:
            line, first = initial, None
    answer = await connection.command(line)
    while answer.code == _CHALLENGE:
        try:
            if first is not None:
                response, first = first, None
            else:
                response = mechanism.respond(decode_challenge(answer.lines[-1]))
        except (SaslError, RemoteProtocolError) as error:
            refused = await connection.command("*")  # cancels (RFC 4954, 4)
            if mechanism.failure:  # the server's reason for its refusal
                raise SmtpRefused("log-in", refused, clean(mechanism.failure)) from None
            raise SaslError(str(error)) from error
        _note(clean, mechanism, response)
        answer = await connection.command(_encoded(response))
    if answer.code != _LOGGED_IN:
        raise SmtpRefused("log-in", answer, clean(mechanism.failure or answer.text))
    if not mechanism.verified:
        raise SaslError("the server did not prove that it knows the password")


def _note(clean: SecretFilter, mechanism: Mechanism, sent: bytes | None) -> None:
    if sent is not None and mechanism.name in PROVING:
        clean.add_exchange(sent)


def _encoded(response: bytes) -> str:
    return b64encode(response).decode("ascii")
