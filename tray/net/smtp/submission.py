"""Hands one mail to the outgoing server of an account: TLS, log-in, envelope, mail (RFC 6409, RFC 5321)."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory

from tray.mail.model.account import Security
from tray.net.deferreds import suppress_unhandled
from tray.net.errors import StartTlsMissing, Stopped
from tray.net.proxy.route import route_of
from tray.net.smtp.connection import DEADLINE, SmtpConnection
from tray.net.smtp.errors import DeliveryUnknown, NoInternationalMail, SmtpRefused, TooLarge
from tray.net.smtp.log_in import log_in
from tray.net.tls.verification import tls_creator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.reply.reply import Reply
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret

MAIL_DEADLINE = 300.0
"""Seconds for the answer to a mail, which is checked for spam and viruses first; RFC 5321, 4.5.3.2.6, allows 600."""
_NAME = "[127.0.0.1]"
"""What EHLO says of this machine, whose name and address are no business of the server (RFC 5321, 4.1.4)."""

Extensions = dict[str, str]
"""The keywords of EHLO in upper case, each with its parameters."""


async def submit(
    reactor: Clock,
    account: Account,
    secret: Secret,
    reply: Reply,
    before_mail: Callable[[], object],
    proxy_secret: ProxySecret | None = None,
) -> None:
    """Hand the mail of `reply` to the server of `account`, a `submission_account`.

    `before_mail` is called when the server has agreed to everything but the mail itself: from then on, only its answer
    says whether it has accepted it.
    Raises SmtpRefused, TooLarge, NoInternationalMail, DeliveryUnknown, or what `tray.net.imap.login.logged_in` raises.
    """
    async with greeted(reactor, account, proxy_secret) as (connection, extensions):
        clean = await log_in(connection, account, secret, extensions)

        async def must(line: str, stage: str, code: int = 250) -> None:
            answer = await connection.command(line)
            if answer.code // 10 != code // 10:
                raise SmtpRefused(stage, answer, clean(answer.text))  # type: ignore[arg-type]

        await must(f"MAIL FROM:<{reply.sender}>{_parameters(reply, extensions)}", "sender")
        await must(f"RCPT TO:<{reply.recipient}>", "recipient")
        await must("DATA", "mail", 354)
        before_mail()
        try:
            answer = await connection.send(_stuffed(reply.mail), "mail", MAIL_DEADLINE)
        except Exception as error:
            raise DeliveryUnknown(error) from error
        if not answer.positive:
            raise SmtpRefused("mail", answer, clean(answer.text))


@asynccontextmanager
async def greeted(
    reactor: Clock, account: Account, proxy_secret: ProxySecret | None = None
) -> AsyncIterator[tuple[SmtpConnection, Extensions]]:
    """An encrypted connection after EHLO, and what the server offers; QUIT at the end.

    Raises SmtpRefused, StartTlsMissing, or why there is no connection.
    """
    creator = tls_creator(account)
    route = await route_of(account, proxy_secret)
    factory = Factory.forProtocol(partial(SmtpConnection, reactor))
    factory.noisy = False
    endpoint = route.endpoint(reactor, account.host, account.port)
    connection: SmtpConnection = await endpoint.connect(factory)
    try:
        yield connection, await _opened(connection, account, creator)
    except BaseException:
        connection.abort(Stopped())
        raise
    else:
        Deferred.fromCoroutine(connection.end())  # what was sent is sent: nobody waits for it


async def _opened(connection: SmtpConnection, account: Account, creator: object) -> Extensions:
    """Greeting, TLS and EHLO, in the order that the account's security asks for."""
    if account.security is Security.TLS:
        with suppress_unhandled(connection.greeting):
            await connection.secure(creator)
    answer = await connection.greeting
    if not answer.positive:
        raise SmtpRefused("greeting", answer, answer.text)
    extensions = await _hello(connection)
    if account.security is Security.TLS:
        return extensions
    if "STARTTLS" not in extensions or not (await connection.command("STARTTLS")).positive:
        raise StartTlsMissing(account.host)
    await connection.secure(creator)
    return await _hello(connection)  # what was offered before may come from an attacker (RFC 3207, 4.2)


async def _hello(connection: SmtpConnection) -> Extensions:
    answer = await connection.command(f"EHLO {_NAME}", deadline=DEADLINE)
    if not answer.positive:
        raise SmtpRefused("greeting", answer, answer.text)
    found: Extensions = {}
    for line in answer.lines[1:]:
        text = line.decode("ascii", "replace").strip().upper()
        keyword, _, parameters = text.partition(" ")
        if keyword.startswith("AUTH="):  # as servers wrote it before RFC 2554
            keyword, parameters = "AUTH", f"{keyword.removeprefix('AUTH=')} {parameters}"
        found[keyword] = f"{found.get(keyword, '')} {parameters}".strip()
    return found


def _parameters(reply: Reply, extensions: Mapping[str, str]) -> str:
    """The parameters of MAIL: SIZE (RFC 1870), SMTPUTF8 (RFC 6531) with BODY (RFC 6152)."""
    parameters = ""
    if "SIZE" in extensions:
        limit = extensions["SIZE"]
        if limit.isascii() and limit.isdigit() and 0 < int(limit[:18]) < len(reply.mail):
            raise TooLarge(f"{len(reply.mail)} bytes of {limit}")
        parameters += f" SIZE={len(reply.mail)}"
    if not (reply.sender.isascii() and reply.recipient.isascii() and reply.mail.isascii()):
        if not {"SMTPUTF8", "8BITMIME"} <= extensions.keys():
            raise NoInternationalMail
        parameters += " BODY=8BITMIME SMTPUTF8"
    return parameters


def _stuffed(mail: bytes) -> bytes:
    """The mail as it is sent after DATA (RFC 5321, 4.5.2)."""
    ended = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    dotted = ended.replace(b"\r\n.", b"\r\n..")
    return (b"." if dotted.startswith(b".") else b"") + dotted + b".\r\n"
