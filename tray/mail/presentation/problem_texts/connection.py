"""Problems of connections to a server, and of servers that violate the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account


def tries_again() -> str:
    """The advice where there is nothing to do but wait."""
    return tr("Mailbell will try again.")


def name_not_found(host: str) -> Problem:
    """DNS has no address for `host`."""
    return Problem(
        ProblemKind.NAME_NOT_FOUND,
        tr("The server {host} was not found.").format(host=host),
        tr("Check its name in the account's settings, and that this computer is online."),
    )


def connection_refused(account: Account) -> Problem:
    """Nothing listens on the port."""
    return Problem(
        ProblemKind.UNREACHABLE,
        tr("{host} refused the connection on port {port}.").format(host=account.host, port=account.port),
        tr("Check port and encryption in the account's settings; the server may also be down for a while."),
    )


def no_answer(account: Account) -> Problem:
    """No connection was made in time."""
    return Problem(
        ProblemKind.UNREACHABLE,
        tr("{host} did not answer on port {port}.").format(host=account.host, port=account.port),
        tr("Check that this computer is online and that no firewall is in the way."),
    )


def stopped_answering(host: str) -> Problem:
    """A command had no answer in time."""
    return Problem(ProblemKind.UNREACHABLE, tr("{host} stopped answering.").format(host=host), tries_again())


def no_route(host: str) -> Problem:
    """The network has no route to the server."""
    return Problem(
        ProblemKind.UNREACHABLE,
        tr("There is no route to {host} in the network.").format(host=host),
        tr("Check that this computer is online."),
    )


def connection_lost(host: str) -> Problem:
    """The connection ended without BYE."""
    return Problem(
        ProblemKind.UNREACHABLE,
        tr("The connection to {host} was lost.").format(host=host),
        tr("Mailbell will connect again."),
    )


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


def malformed(host: str, detail: object) -> Problem:
    """A response of the server is not IMAP; `detail` is the parser's text in English."""
    return Problem(
        ProblemKind.PROTOCOL,
        tr("{host} sent what is not IMAP: {detail}.").format(host=host, detail=detail),
        tr("Check that host and port are those of the IMAP server."),
    )


def malformed_login(host: str, detail: object) -> Problem:
    """The server violated a SASL mechanism; `detail` is the mechanism's text in English."""
    return Problem(
        ProblemKind.PROTOCOL,
        tr("{host} broke the rules of logging in: {detail}.").format(host=host, detail=detail),
        tr("Your password may well be right; ask the provider if this keeps happening."),
    )


def unsendable(detail: object) -> Problem:
    """An entered value cannot be written in IMAP; `detail` is the encoder's text in English."""
    return Problem(
        ProblemKind.REFUSED,
        tr("The user name, password or folder cannot be sent: {detail}.").format(detail=detail),
        tr("Enter them again in the account's settings."),
    )


def mailbox_renumbered() -> Problem:
    """UIDVALIDITY changed before flags were stored."""
    return Problem(
        ProblemKind.MAILBOX,
        tr("The server has renumbered the messages of this folder, so nothing was changed."),
        tr("Try again in a moment."),
    )


def mailbox_read_only() -> Problem:
    """The server opened the mailbox as READ-ONLY."""
    return Problem(ProblemKind.MAILBOX, tr("The server does not allow changes in this folder."))


def alert(host: str, text: str, server_text: str) -> Problem:
    """An ALERT of the server (RFC 3501, 7.1): `text` is the part of `server_text` to display."""
    return Problem(ProblemKind.ALERT, tr("{host} says: {text}").format(host=host, text=text), "", server_text)


def internal(error: object) -> Problem:
    """A bug; only the type of `error` is shown, because its text may contain anything."""
    return Problem(
        ProblemKind.INTERNAL,
        tr("Something inside Mailbell went wrong ({error}).").format(error=type(error).__name__),
        tr("Mailbell will try again; please report it if it keeps happening."),
    )
