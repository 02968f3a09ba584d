"""The texts about mail and accounts in the tray, the menu, the window and on the command line."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.account import SecretSource
from tray.mail.model.status import (
    Connecting,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Status,
    Waiting,
    Watching,
)
from tray.mail.presentation.message_texts import sender_text, subject_text, truncate
from tray.mail.presentation.times import ago, ahead, at, clock, until
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.presentation.summary import AccountSummary, MessageLine, Summary

UNSEEN_MARK = "● "
_GAP = "  "
_NAME_LIMIT = 40
_TOOLTIP_LINE_LIMIT = 100
_TOOLTIP_ACCOUNTS_LIMIT = 12
_SENDER_MIN = 8
_NO_MARKUP = str.maketrans({"<": "‹", ">": "›", "&": "＆"})


@dataclass(frozen=True, slots=True)
class MessageLineParts:
    """One message in truncated parts, in plain text; for a menu each ``&`` has to be doubled."""

    mark: str
    """``● `` for an unseen message, else empty."""
    sender: str
    subject: str
    when: str
    """Empty where the message has no date."""

    @property
    def line(self) -> str:
        """The parts as one line."""
        return self.mark + _GAP.join(part for part in (self.sender, self.subject, self.when) if part)


def credentials_line(account: AccountSummary) -> str:
    """The menu entry for an account that needs credentials."""
    text = tr("Enter the password for {name}…")
    if (
        isinstance(account.status, NeedsCredentials)
        and account.status.problem.kind is ProblemKind.PROXY_REFUSED
    ):
        text = tr("Enter the proxy password for {name}…")
    elif account.secret is SecretSource.OAUTH:
        text = tr("Sign in for {name}…")
    elif account.secret in {SecretSource.COMMAND, SecretSource.ONLINE}:  # Mailbell asks nobody for these
        text = tr("Try {name} again")
    return text.format(name=account.name)


def message_line_parts(message: MessageLine, now: float, limit: int) -> MessageLineParts:
    """`message` in parts that together make a line of at most `limit` characters (40 or more)."""
    mark = UNSEEN_MARK if message.unseen else ""
    when = at(message.date, now)
    room = limit - len(mark) - len(_GAP) - (len(_GAP) + len(when) if when else 0)
    sender, subject = sender_text(message.sender), subject_text(message.subject)
    # The sender gets the space that a short subject leaves, and at least a third.
    sender = truncate(sender, max(room - len(subject), room // 3, _SENDER_MIN))
    return MessageLineParts(
        mark=mark, sender=sender, subject=truncate(subject, room - len(sender)), when=when
    )


def message_line(message: MessageLine, now: float, limit: int) -> str:
    """`message` as one line, such as ``● Anna Berg  Lunch?  14:05``."""
    return message_line_parts(message, now, limit).line


def unseen_text(count: int) -> str:
    """The number of unread messages as a phrase."""
    return trn("{n} unread", "{n} unread", count).format(n=count) if count else tr("no unread mail")


def headline(summary: Summary, now: float) -> str:
    """The state of all accounts together."""
    if summary.paused:
        return _paused(summary.paused_until, now)
    return unseen_text(summary.unseen) if summary.accounts else tr("no account is set up")


def tooltip(summary: Summary, now: float) -> str:
    """The tray icon's tooltip: a headline, then one line for each account, within limits.

    Some panels (and Qt) interpret it as markup, others do not: the characters of markup are replaced by similar ones.
    """
    lines = [tr("Mailbell — {headline}").format(headline=headline(summary, now))]
    lines += [
        truncate(_tooltip_line(account, now), _TOOLTIP_LINE_LIMIT)
        for account in summary.accounts[:_TOOLTIP_ACCOUNTS_LIMIT]
    ]
    more = len(summary.accounts) - _TOOLTIP_ACCOUNTS_LIMIT
    if more > 0:
        lines.append(trn("and {n} more account", "and {n} more accounts", more).format(n=more))
    return "\n".join(lines).translate(_NO_MARKUP)


def _tooltip_line(account: AccountSummary, now: float) -> str:
    line = account_line(account, now)
    if not isinstance(account.status, Watching):
        return line
    # A time of day, because the tooltip may be read long after it was made.
    confirmed = clock(account.status.last_confirmed)
    return tr("{line}, confirmed at {time}").format(line=line, time=confirmed)


def account_line(account: AccountSummary, now: float) -> str:
    """One line for an account: its count while it is watched, else its problem or state."""
    match account.status:
        case Watching(remark=None):
            text = _count(account, now)
        case Watching(remark=Problem(sentence=sentence)):
            text = tr("{count}. {sentence}").format(count=_count(account, now), sentence=sentence)
        case Waiting(problem=problem) | NeedsCredentials(problem=problem):
            text = problem.brief or problem.sentence
        case _:
            text = status_sentence(account.status, now)
    return tr("{account}: {text}").format(account=truncate(account.name, _NAME_LIMIT), text=text)


def _count(account: AccountSummary, now: float) -> str:
    """The number of unseen messages, and why they show no toasts, such as ``quiet until 07:00``."""
    count, quiet = unseen_text(account.unseen), tr("muted") if account.muted else ""
    if account.quiet_hours and not quiet:
        from tray.mail.settings.quiet_hours import ends_at  # noqa: PLC0415 -- most accounts have none

        end = ends_at(account.quiet_hours, now)
        if end is not None:
            always = math.isinf(end)
            quiet = tr("always quiet") if always else tr("quiet {until}").format(until=until(end, now))
    return tr("{count}, {quiet}").format(count=count, quiet=quiet) if quiet else count


def status_sentence(status: Status, now: float) -> str:
    """The whole status of an account: the problem with its advice, or the time of the last confirmation."""
    match status:
        case Connecting():
            return tr("Connecting…")
        case Watching(remark=Problem() as remark):
            plain = status_sentence(replace(status, remark=None), now)
            return tr("{status}. {remark}").format(status=plain, remark=_problem(remark))
        case Watching(told=told, asked=asked) if told or asked:
            plain = status_sentence(replace(status, told=0, asked=0), now)
            return tr("{status}. {remark}").format(status=plain, remark=sharing_text(told, asked))
        case Watching(push=True):
            return tr("Connected, last confirmed {ago}").format(ago=ago(now - status.last_confirmed))
        case Watching():
            return tr("Connected, asking from time to time, last confirmed {ago}").format(
                ago=ago(now - status.last_confirmed)
            )
        case Waiting() if status.until > now:
            return tr("Trying again {when}: {problem}").format(
                when=ahead(max(status.until - now, 1)), problem=_problem(status.problem)
            )
        case Waiting():
            return tr("Trying again now: {problem}").format(problem=_problem(status.problem))
        case NeedsCredentials():
            return _problem(status.problem)
        case Paused():
            text = _paused(status.until, now)
            return text[:1].upper() + text[1:]
        case _:
            return tr("Switched off in the settings")


def sharing_text(told: int, asked: int) -> str:
    """How the folders are watched that have no connection of their own; empty where there are none."""
    if not (told or asked):
        return ""
    if asked:
        return trn(
            "{n} more folder is checked once a minute over this connection",
            "{n} more folders are checked once a minute over this connection",
            asked,
        ).format(n=asked)
    return trn(
        "New mail in {n} more folder is announced over this connection",
        "New mail in {n} more folders is announced over this connection",
        told,
    ).format(n=told)


def _problem(problem: Problem) -> str:
    return f"{problem.sentence} {problem.advice}" if problem.advice else problem.sentence


def _paused(ends: float | None, now: float) -> str:
    return (
        tr("paused until you resume") if ends is None else tr("paused {until}").format(until=until(ends, now))
    )
