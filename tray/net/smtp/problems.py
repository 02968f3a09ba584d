"""Converts an exception of `tray.net.smtp.submission` to the Problem shown to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.imap.errors import RemoteProtocolError
from tray.mail.presentation.problem_texts import sending
from tray.net.problems import problem_of
from tray.net.smtp.errors import DeliveryUnknown, NoInternationalMail, SmtpRefused, TooLarge

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem
    from tray.mail.reply.reply import Reply


def sending_problem(error: BaseException, account: Account, reply: Reply) -> Problem:
    """The problem for any `error` of sending `reply` by `account`, a `submission_account`; contains no secret."""
    match error:
        case SmtpRefused():
            return sending.refused(
                error.stage,
                error.code,
                error.enhanced,
                error.text,
                account=account,
                sender=reply.sender,
                recipient=reply.recipient,
            )
        case TooLarge():
            return sending.too_large(account)
        case NoInternationalMail():
            return sending.not_international(account)
        case DeliveryUnknown():
            return sending.not_confirmed(account)
        case RemoteProtocolError():
            return sending.malformed(account, str(error))
    return problem_of(error, account)
