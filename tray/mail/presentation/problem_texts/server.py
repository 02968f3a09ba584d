"""Problems in NO, BAD and BYE of a server, except those of a log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.problem_texts.connection import tries_again

if TYPE_CHECKING:
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account


def cannot_now(host: str, command: str, server_text: str) -> Problem:
    """`command` (empty for the connection) was refused for a temporary reason with `server_text`."""
    sentence = tr("{host} cannot do it now ({command}).") if command else tr("{host} cannot do it now.")
    return Problem(
        ProblemKind.SERVER, sentence.format(host=host, command=command), tries_again(), server_text
    )


def connection_ended(host: str, server_text: str) -> Problem:
    """BYE."""
    return Problem(
        ProblemKind.SERVER,
        tr("{host} ended the connection.").format(host=host),
        tr("Mailbell will connect again."),
        server_text,
    )


def starttls_refused(account: Account, server_text: str) -> Problem:
    """The server offers STARTTLS and refuses it."""
    return Problem(
        ProblemKind.UNTRUSTED,
        tr("{host} refused to encrypt the connection (STARTTLS) on port {port}.").format(
            host=account.host, port=account.port
        ),
        tr("Choose TLS, usually on port 993, in the account's settings; no password was sent."),
        server_text,
    )


def traffic_limit(account: Account, server_text: str) -> Problem:
    """The account has used up the traffic or the commands that the server allows in a time."""
    return Problem(
        ProblemKind.TRAFFIC,
        tr("{host} has a limit on traffic, and {user} has reached it for now.").format(
            host=account.host, user=account.user
        ),
        tr("Mailbell will try again after a while; what other mail programs read counts as well."),
        server_text,
    )


def too_many_logins(host: str, server_text: str) -> Problem:
    """There were too many log-ins in a time."""
    return Problem(
        ProblemKind.TOO_OFTEN,
        tr("{host} accepts no log-in for a while: there were too many.").format(host=host),
        tr(
            "Mailbell will try again; if it keeps failing, check whether another program logs in with an old password."
        ),
        server_text,
    )


def too_many_connections(host: str, server_text: str) -> Problem:
    """There are too many connections at once."""
    return Problem(
        ProblemKind.TOO_MANY,
        tr("{host} says that there are too many connections.").format(host=host),
        tr("Close another mail program, or wait: Mailbell will try again."),
        server_text,
    )


def over_quota(account: Account, server_text: str) -> Problem:
    """The mailbox is full (RFC 5530, OVERQUOTA; RFC 9208)."""
    return Problem(
        ProblemKind.OVER_QUOTA,
        tr("The mailbox of {user} on {host} is full: new mail may be rejected.").format(
            user=account.user, host=account.host
        ),
        tr("Delete mails that are no longer needed, and empty the trash."),
        server_text,
    )


def mailbox_missing(mailbox: MailboxName | None, server_text: str) -> Problem:
    """NONEXISTENT (RFC 5530), or a text with that meaning."""
    sentence = (
        tr("The folder {mailbox} does not exist on the server.")
        if mailbox
        else tr("The folder does not exist on the server.")
    )
    return _mailbox(sentence, mailbox, server_text)


def mailbox_elsewhere(mailbox: MailboxName | None, server_text: str) -> Problem:
    """REFERRAL (RFC 2193)."""
    sentence = (
        tr("The folder {mailbox} is on another server.")
        if mailbox
        else tr("The folder is on another server.")
    )
    return _mailbox(sentence, mailbox, server_text)


def mailbox_refused(mailbox: MailboxName | None, server_text: str) -> Problem:
    """SELECT, EXAMINE or STATUS was refused for another reason."""
    sentence = tr("The folder {mailbox} cannot be opened.") if mailbox else tr("The folder cannot be opened.")
    return _mailbox(sentence, mailbox, server_text)


def _mailbox(sentence: str, mailbox: MailboxName | None, server_text: str) -> Problem:
    return Problem(
        ProblemKind.MAILBOX,
        sentence.format(mailbox=mailbox),
        tr("Choose the folders to watch in the account's settings."),
        server_text,
    )
