"""Problems of sending a reply: refusals of an outgoing server (RFC 5321, RFC 3463), and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tray.i18n import tr
from tray.mail.model.status import Problem, ProblemKind

if TYPE_CHECKING:
    from tray.mail.model.account import Account

    Stage = Literal["greeting", "log-in", "sender", "recipient", "mail"]

_TEXT_LIMIT = 160  # characters
_TOO_LARGE = 552
_SENDING_IS_OFF = "5.7.139"
"""Microsoft: SMTP is switched off for the account, or passwords for its domain."""


def refused(
    stage: Stage, code: int, enhanced: str, text: str, *, account: Account, sender: str, recipient: str
) -> Problem:
    """Why the outgoing server of `account` refused at `stage`; `text` is what it said, safe to display."""
    said = _said(text)
    if code // 100 == 4:  # noqa: PLR2004 -- RFC 5321, 4.2.1
        kind, sentence = ProblemKind.UNREACHABLE, tr("{host} does not take mail at the moment.")
        advice = tr("Try again in a while.")
    elif stage == "log-in" and enhanced == _SENDING_IS_OFF:
        kind, sentence = (
            ProblemKind.NOT_ALLOWED,
            tr("{host} does not let programs send mail for this account."),
        )
        advice = tr("Sending by SMTP has to be switched on at the provider.")
    elif stage == "log-in":
        kind, sentence = ProblemKind.REFUSED, tr("{host} refused to log in {user} for sending.")
        advice = tr("Some providers want an app password, or first have to be told that programs may send.")
    elif stage == "sender":
        kind, sentence = ProblemKind.SERVER, tr("{host} does not let you send from {sender}.")
        advice = ""
    elif stage == "recipient":
        kind, sentence, advice = ProblemKind.SERVER, tr("{host} does not accept the address {recipient}."), ""
    elif code == _TOO_LARGE:
        return too_large(account)
    else:
        kind, sentence, advice = ProblemKind.SERVER, tr("{host} does not accept the mail."), ""
    sentence = sentence.format(host=account.host, user=account.user, sender=sender, recipient=recipient)
    return Problem(kind, f"{sentence} {said}".strip(), advice, text)


def too_large(account: Account) -> Problem:
    """The mail has more bytes than the server takes."""
    return Problem(
        ProblemKind.SERVER, tr("{host} does not take mails as long as this.").format(host=account.host), ""
    )


def not_international(account: Account) -> Problem:
    """An address has letters that the server cannot carry."""
    sentence = tr("{host} cannot send to an address with letters other than a to z.")
    return Problem(ProblemKind.SERVER, sentence.format(host=account.host), "")


def not_confirmed(account: Account) -> Problem:
    """The connection ended between the end of the mail and the answer."""
    return Problem(
        ProblemKind.UNREACHABLE,
        tr("The connection to {host} ended before it said whether it has the mail.").format(
            host=account.host
        ),
        tr("It may have been sent. Look among your sent mails before you try again."),
    )


def malformed(account: Account, detail: str) -> Problem:
    """The server breaks the protocol; `detail` is in English."""
    return Problem(
        ProblemKind.PROTOCOL,
        tr("{host} sent what is not SMTP: {detail}.").format(host=account.host, detail=detail),
        tr("Check the outgoing server in the account's settings."),
    )


def not_found(account: Account) -> Problem:
    """No outgoing server is known for the account."""
    return Problem(
        ProblemKind.NAME_NOT_FOUND,
        tr("No outgoing server was found for {name}.").format(name=account.name),
        tr("Enter it in the account's settings, on the page of its server."),
    )


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    if len(text) > _TEXT_LIMIT:
        text = f"{text[: _TEXT_LIMIT - 1].rstrip()}…"
    sentence = tr("It says: {text}").format(text=text)
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
