"""Problems of connections to a server, and of servers that violate the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tray.i18n import tr, trn
from tray.mail.model.account import Login
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account


Fault = Literal[
    "name not found", "refused", "not connected", "no answer", "no route", "lost", "malformed", "malformed log-in",
    "unsendable", "no log-in method", "renumbered", "read-only", "already there", "no STARTTLS", "no encryption",
    "no certificate", "log-in before encryption",
]  # fmt: skip
"""Why a connection failed, or cannot be used."""


def failed(fault: Fault, account: Account, detail: str = "") -> Problem:
    """The problem of `fault`; `detail` is the text of a parser, encoder or mechanism, in English."""
    kind, sentence, advice = _wording(fault, by_certificate=account.login is Login.CERTIFICATE)
    return Problem(kind, sentence.format(host=account.host, port=account.port, detail=detail), advice)


def _wording(fault: Fault, *, by_certificate: bool) -> tuple[ProblemKind, str, str]:
    ask = tr("Ask the server's administrator; no password was sent.")
    # For a log-in by certificate the server needs AUTH=EXTERNAL.
    no_method, other_method = (
        (
            tr("{host} accepts no log-in by certificate (EXTERNAL) on this connection."),
            tr(
                "Log in by password, or ask the server's administrator whether this port accepts certificates."
            ),
        )
        if by_certificate
        else (
            tr("{host} offers no way to log in that can be used here."),
            tr(
                "Check the encryption in the account's settings: many servers accept passwords over TLS only."
            ),
        )
    )
    return {
        "name not found": (
            ProblemKind.NAME_NOT_FOUND,
            tr("The server {host} was not found."),
            tr("Check its name in the account's settings, and that this computer is online."),
        ),
        "refused": (
            ProblemKind.UNREACHABLE,
            tr("{host} refused the connection on port {port}."),
            tr(
                "Check port and encryption in the account's settings; the server may also be down for a while."
            ),
        ),
        "not connected": (
            ProblemKind.UNREACHABLE,
            tr("{host} did not answer on port {port}."),
            tr("Check that this computer is online and that no firewall is in the way."),
        ),
        "no answer": (
            ProblemKind.UNREACHABLE,
            tr("{host} stopped answering."),
            tr("Mailbell will try again."),
        ),
        "no route": (
            ProblemKind.UNREACHABLE,
            tr("There is no route to {host} in the network."),
            tr("Check that this computer is online."),
        ),
        "lost": (
            ProblemKind.UNREACHABLE,
            tr("The connection to {host} was lost."),
            tr("Mailbell will connect again."),
        ),
        "malformed": (
            ProblemKind.PROTOCOL,
            tr("{host} sent what is not IMAP: {detail}."),
            tr("Check that host and port are those of the IMAP server."),
        ),
        "malformed log-in": (
            ProblemKind.PROTOCOL,
            tr("{host} broke the rules of logging in: {detail}."),
            tr("Your password may well be right; ask the provider if this keeps happening."),
        ),
        "unsendable": (
            ProblemKind.REFUSED,
            tr("The user name, password or folder cannot be sent: {detail}."),
            tr("Enter them again in the account's settings."),
        ),
        "no log-in method": (ProblemKind.SERVER, no_method, other_method),
        "renumbered": (  # UIDVALIDITY changed before flags were stored
            ProblemKind.MAILBOX,
            tr("The server has renumbered the messages of this folder, so nothing was changed."),
            tr("Try again in a moment."),
        ),
        "read-only": (
            ProblemKind.MAILBOX,
            tr("The server does not allow changes in this folder."),
            "",
        ),
        "already there": (ProblemKind.MAILBOX, tr("It is in that folder already."), ""),
        "no STARTTLS": (
            ProblemKind.UNTRUSTED,
            tr("{host} does not offer encryption (STARTTLS) on port {port}."),
            tr("Choose TLS, usually on port 993, in the account's settings; no password was sent."),
        ),
        "no encryption": (
            ProblemKind.UNTRUSTED,
            tr("Without encryption anybody on the way to {host} could read the password."),
            tr("Choose TLS or STARTTLS in the account's settings."),
        ),
        "no certificate": (ProblemKind.UNTRUSTED, tr("{host} showed no certificate."), ask),
        "log-in before encryption": (  # PREAUTH before TLS (RFC 9051, 11.1)
            ProblemKind.UNTRUSTED,
            tr("{host} says that the log-in is already done, before the connection is encrypted."),
            ask,
        ),
    }[fault]


def not_watched() -> Problem:
    """The account is paused or disabled, so that nothing can be changed on the server."""
    return Problem(
        ProblemKind.UNREACHABLE, tr("This account is not being watched now."), tr("Resume it, and try again.")
    )


def waits_for_connection(host: str, limit: int, mailbox: MailboxName) -> Problem:
    """The server allows only `limit` connections, which other mailboxes use."""
    return Problem(
        ProblemKind.TOO_MANY,
        trn(
            "{host} allows only one connection now, so {mailbox} waits for its turn.",
            "{host} allows only {n} connections now, so {mailbox} waits for its turn.",
            limit,
        ).format(host=host, n=limit, mailbox=mailbox),
        tr(
            "It is checked from time to time. Close another mail program, or watch fewer folders of this account."
        ),
    )


def internal(error: object) -> Problem:
    """A bug; only the type of `error` is shown, because its text may contain anything."""
    return Problem(
        ProblemKind.INTERNAL,
        tr("Something inside Mailbell went wrong ({error}).").format(error=type(error).__name__),
        tr("Mailbell will try again; please report it if it keeps happening."),
    )
