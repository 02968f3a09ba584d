"""Converts an exception to the Problem shown to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet import error as failures
from twisted.internet.defer import CancelledError

from tray.imap.errors import CommandRefused, LocalProtocolError, RemoteProtocolError, SaslError
from tray.mail.model.account import Login
from tray.mail.model.secret import SecretUnavailable
from tray.mail.presentation.problem_texts import connection as texts
from tray.mail.presentation.problem_texts import login as login_texts
from tray.net import errors
from tray.net.problems.server_refusals import refusal_problem
from tray.net.problems.tls_failures import tls_problem

if TYPE_CHECKING:
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem

_LOST = (
    failures.ConnectionClosed,
    failures.ConnectingCancelledError,
    OSError,
    errors.Stopped,
    CancelledError,
)
_NAME = (failures.DNSLookupError, failures.UnknownHostError)


def problem_of(error: BaseException, account: Account, mailbox: MailboxName | None = None) -> Problem:
    """The problem for any `error`; contains no secret, and no text of unknown errors."""
    if isinstance(error, (SecretUnavailable, errors.ActionFailed)):
        return error.problem
    if isinstance(error, CommandRefused):
        return refusal_problem(error, account, mailbox)
    return (
        tls_problem(error, account)
        or _proxy_problem(error, account)
        or _unreachable(error, account)
        or _protocol_problem(error, account)
        or texts.internal(error)
    )


def _proxy_problem(error: BaseException, account: Account) -> Problem | None:
    if not account.proxy:
        return None
    from tray.net.problems.proxy_failures import proxy_problem  # most accounts have none

    return proxy_problem(error, account)


def _unreachable(error: BaseException, account: Account) -> Problem | None:
    if isinstance(error, _NAME):
        return texts.name_not_found(account.host)
    if isinstance(error, failures.ConnectionRefusedError):
        return texts.connection_refused(account)
    if isinstance(error, (failures.TimeoutError, failures.TCPTimedOutError)):
        return texts.no_answer(account)
    if isinstance(error, errors.DeadlineExceeded):
        return texts.stopped_answering(account.host)
    if isinstance(error, failures.ConnectError):
        return texts.no_route(account.host)
    return texts.connection_lost(account.host) if isinstance(error, _LOST) else None


def _protocol_problem(error: BaseException, account: Account) -> Problem | None:
    """Breaches of IMAP by one side, and mailboxes that cannot be used as requested."""
    match error:
        case RemoteProtocolError():
            return texts.malformed(account.host, error)
        case SaslError():
            return texts.malformed_login(account.host, error)
        case LocalProtocolError():
            return texts.unsendable(error)
        case errors.NoLoginMethod():
            by_certificate = account.login is Login.CERTIFICATE
            return (login_texts.no_certificate_login if by_certificate else login_texts.no_login_method)(
                account.host
            )
        case errors.MailboxChanged():
            return texts.mailbox_renumbered()
        case errors.MailboxReadOnly():
            return texts.mailbox_read_only()
        case _:
            return None
