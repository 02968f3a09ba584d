"""Converts an exception to the Problem shown to the user; its sentences are imported when there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenSSL import SSL
from twisted.internet import error as failures
from twisted.internet.defer import CancelledError

from tray.imap.errors import CommandRefused, LocalProtocolError, RemoteProtocolError, SaslError
from tray.mail.model.secret import SecretUnavailable
from tray.net import errors

if TYPE_CHECKING:
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem
    from tray.mail.presentation.problem_texts.connection import Fault

_FAULTS: tuple[tuple[type[BaseException], Fault], ...] = (
    (failures.DNSLookupError, "name not found"),
    (failures.UnknownHostError, "name not found"),
    (failures.ConnectionRefusedError, "refused"),
    (failures.TimeoutError, "not connected"),
    (failures.TCPTimedOutError, "not connected"),
    (errors.DeadlineExceeded, "no answer"),
    (failures.ConnectingCancelledError, "lost"),
    (failures.ConnectError, "no route"),
    (failures.ConnectionClosed, "lost"),
    (errors.Stopped, "lost"),
    (CancelledError, "lost"),
    (OSError, "lost"),
    (RemoteProtocolError, "malformed"),
    (SaslError, "malformed log-in"),
    (LocalProtocolError, "unsendable"),
    (errors.NoLoginMethod, "no log-in method"),
    (errors.MailboxChanged, "renumbered"),
    (errors.MailboxReadOnly, "read-only"),
    (errors.AlreadyThere, "already there"),
    (errors.StartTlsMissing, "no STARTTLS"),
    (errors.CleartextRefused, "no encryption"),
    (errors.CertificateUnverified, "no certificate"),
    (errors.PreAuthenticated, "log-in before encryption"),
)
"""Each class before those that it is derived from."""
_FINAL = (errors.MailboxChanged, errors.MailboxReadOnly, errors.AlreadyThere, LocalProtocolError)
"""Faults of an action that would fail again."""


def problem_of(error: BaseException, account: Account, mailbox: MailboxName | None = None) -> Problem:
    """The problem for any `error`; contains no secret, and no text of unknown errors."""
    from tray.mail.presentation.problem_texts import connection, tls
    from tray.mail.presentation.problem_texts.refusals import refusal_problem

    match error:
        case SecretUnavailable() | errors.ActionFailed():
            return error.problem
        case CommandRefused():
            return refusal_problem(error, account, mailbox)
        case errors.CertificateRefused():
            return tls.certificate_refused(error.certificate)
        case errors.RootsUnusable():
            return tls.roots_unusable(error.path, error.fault, error.cause)
        case errors.IdentityUnusable():
            return tls.identity_unusable(error.path, error.fault, error.cause)
        case SSL.Error():
            return tls.handshake_failed(str(error), account)
    problem = _proxy_problem(error, account) if account.proxy else None
    if problem is not None:
        return problem
    fault = next((fault for kind, fault in _FAULTS if isinstance(error, kind)), None)
    return connection.internal(error) if fault is None else connection.failed(fault, account, str(error))


def not_watched() -> Problem:
    """Nothing is watched now."""
    from tray.mail.presentation.problem_texts import connection

    return connection.not_watched()


def action_failed(
    error: BaseException, account: Account, mailbox: MailboxName, *, begun: bool = True
) -> errors.ActionFailed:
    """What is said of an action of the user that failed with `error`; `begun`: whether commands may have been sent."""
    if isinstance(error, errors.ActionFailed):  # there was no connection
        return error
    if isinstance(error, CommandRefused) and error.status != "BYE":
        from tray.mail.presentation.problem_texts.actions import refused_action

        return errors.ActionFailed(refused_action(error, account), refused=True, begun=begun)
    refused = isinstance(error, _FINAL)
    return errors.ActionFailed(problem_of(error, account, mailbox), refused=refused, begun=begun)


def search_problem(error: Exception, account: Account, text: str) -> str:
    """Why the mail of `account` was not searched for `text`, or not all of it: a sentence for the user."""
    from tray.mail.presentation.problem_texts.actions import refused_search, search_took_long

    if isinstance(error, TimeoutError):
        return search_took_long()
    if isinstance(error, CommandRefused) and error.status != "BYE":
        return refused_search(error, account, text)
    problem = problem_of(error, account)
    return problem.brief or problem.sentence


def _proxy_problem(error: BaseException, account: Account) -> Problem | None:
    from tray.mail.presentation.problem_texts import proxy as texts  # most accounts have none
    from tray.mail.settings.proxy import BadProxy, parse

    if isinstance(error, BadProxy):
        return texts.unusable(error)
    if not isinstance(error, errors.ProxyFailed):
        return None
    proxy = parse(account.proxy)
    assert proxy is not None  # as the caller checks
    host, port = (error.server, None) if error.server else (account.host, account.port)
    return texts.failed(error.fault, proxy, host, port, error.text)
