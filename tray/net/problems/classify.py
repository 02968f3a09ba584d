"""What an exception means for the person whose mail it is: one sentence what is wrong, one what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet import error as failures
from twisted.internet.defer import CancelledError

from tray.imap.errors import CommandRefused, LocalProtocolError, RemoteProtocolError, SaslError
from tray.mail.model.account import Login
from tray.mail.model.secret import SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind
from tray.net import errors
from tray.net.problems.server_refusals import refusal_problem
from tray.net.problems.tls_failures import tls_problem

if TYPE_CHECKING:
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account

_LOST = (
    failures.ConnectionClosed,
    failures.ConnectingCancelledError,
    OSError,
    errors.Stopped,
    CancelledError,
)
_NAME = (failures.DNSLookupError, failures.UnknownHostError)


def problem_of(error: BaseException, account: Account, mailbox: MailboxName | None = None) -> Problem:
    """The words for `error`, whatever it is; never holds a secret, nor text of an error that we do not know."""
    if isinstance(error, (SecretUnavailable, errors.ActionFailed)):
        return error.problem
    if isinstance(error, CommandRefused):
        return refusal_problem(error, account, mailbox)
    return (
        tls_problem(error, account)
        or _at_proxy(error, account)
        or _unreachable(error, account)
        or _misspoken(error, account)
        or Problem(
            ProblemKind.INTERNAL,
            f"Something inside the program went wrong ({type(error).__name__}).",
            "It tries again by itself; please report it if it stays.",
        )
    )


def _at_proxy(error: BaseException, account: Account) -> Problem | None:
    if not account.proxy:
        return None
    from tray.net.problems.proxy_failures import proxy_problem  # most accounts have none

    return proxy_problem(error, account)


def _unreachable(error: BaseException, account: Account) -> Problem | None:
    host, port = account.host, account.port
    kind = ProblemKind.UNREACHABLE
    if isinstance(error, _NAME):
        return Problem(
            ProblemKind.NAME_NOT_FOUND,
            f"The server {host} was not found.",
            "Check its name in the account's settings, and that this computer is online.",
        )
    if isinstance(error, failures.ConnectionRefusedError):
        return Problem(
            kind,
            f"{host} refused the connection on port {port}.",
            "Check port and encryption in the account's settings; the server may also be down for a while.",
        )
    if isinstance(error, (failures.TimeoutError, failures.TCPTimedOutError)):
        return Problem(
            kind,
            f"{host} did not answer on port {port}.",
            "Check that this computer is online and that no firewall is in the way.",
        )
    if isinstance(error, errors.DeadlineExceeded):
        return Problem(kind, f"{host} stopped answering.", "It is tried again by itself.")
    if isinstance(error, failures.ConnectError):
        return Problem(
            kind, f"There is no way through the network to {host}.", "Check that this computer is online."
        )
    if isinstance(error, _LOST):
        return Problem(kind, f"The connection to {host} was lost.", "It is made again by itself.")
    return None


def _misspoken(error: BaseException, account: Account) -> Problem | None:
    if isinstance(error, RemoteProtocolError):
        return Problem(
            ProblemKind.PROTOCOL,
            f"{account.host} does not speak IMAP as it should: {error}.",
            "Check that host and port are those of the IMAP server.",
        )
    if isinstance(error, SaslError):
        return Problem(
            ProblemKind.PROTOCOL,
            f"{account.host} did not keep to the rules of logging in: {error}.",
            "Nothing is known to be wrong with your password; ask the provider if it stays.",
        )
    if isinstance(error, LocalProtocolError):
        return Problem(
            ProblemKind.REFUSED,
            f"User name, password or mailbox cannot be sent: {error}.",
            "Enter them again in the account's settings.",
        )
    if isinstance(error, errors.NoLoginMethod) and account.login is Login.CERTIFICATE:
        return Problem(
            ProblemKind.SERVER,
            f"{account.host} takes no log-in by certificate (EXTERNAL) on this connection.",
            "Log in by password, or ask whoever runs the server whether this port takes certificates.",
        )
    if isinstance(error, errors.NoLoginMethod):
        return Problem(
            ProblemKind.SERVER,
            f"{account.host} offers no way to log in that can be used here.",
            "Check the encryption in the account's settings: many servers take passwords over TLS only.",
        )
    if isinstance(error, errors.MailboxChanged):
        return Problem(
            ProblemKind.MAILBOX,
            "The mailbox was renumbered by its server, so nothing was changed.",
            "Try again in a moment.",
        )
    if isinstance(error, errors.MailboxReadOnly):
        return Problem(ProblemKind.MAILBOX, "The server lets nobody change this mailbox.")
    return None
