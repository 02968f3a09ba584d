"""The texts about mail and accounts in the tray, the menu, the window and on the command line."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.status import Connecting, NeedsCredentials, Paused, Problem, Status, Waiting, Watching
from tray.mail.presentation.times import ago, ahead, at, clock, until
from tray.mail.presentation.toasts import sender_text, subject_text, truncate

if TYPE_CHECKING:
    from tray.mail.presentation.summary import AccountSummary, MessageLine, Summary

UNSEEN_MARK = "● "
_GAP = "  "
_NAME_LIMIT = 40
_TOOLTIP_LINE = 100
_TOOLTIP_ACCOUNTS = 12
_SENDER_AT_LEAST = 8
_NO_MARKUP = str.maketrans({"<": "‹", ">": "›", "&": "＆"})


@dataclass(frozen=True, slots=True)
class MessageLineParts:
    """One message, cut to fit, in parts; plain text: for a menu the ``&`` has to be doubled."""

    mark: str
    """``● `` before an unseen mail, else empty."""
    sender: str
    subject: str
    when: str
    """Empty where the mail has no date."""

    @property
    def line(self) -> str:
        """The parts as one line."""
        return self.mark + _GAP.join(part for part in (self.sender, self.subject, self.when) if part)


def credentials_line(account: AccountSummary) -> str:
    """What a click does for an account that needs credentials."""
    wanted = tr("Sign in for {name}…") if account.signs_in else tr("Enter the password for {name}…")
    return wanted.format(name=account.name)


def message_line_parts(message: MessageLine, now: float, limit: int) -> MessageLineParts:
    """`message` in parts that together make a line of at most `limit` characters (40 or more)."""
    mark = UNSEEN_MARK if message.unseen else ""
    when = at(message.date, now)
    room = limit - len(mark) - len(_GAP) - (len(_GAP) + len(when) if when else 0)
    sender, subject = sender_text(message.sender), subject_text(message.subject)
    # A short subject leaves its room to the sender; a long one leaves the sender a third.
    sender = truncate(sender, max(room - len(subject), room // 3, _SENDER_AT_LEAST))
    return MessageLineParts(
        mark=mark, sender=sender, subject=truncate(subject, room - len(sender)), when=when
    )


def message_line(message: MessageLine, now: float, limit: int) -> str:
    """`message` as one line, such as ``● Anna Berg  Lunch?  14:05``."""
    return message_line_parts(message, now, limit).line


def unseen_text(count: int) -> str:
    """How many mails are unseen, in words."""
    return trn("{n} unseen", "{n} unseen", count).format(n=count) if count else tr("no unseen mail")


def headline(summary: Summary, now: float) -> str:
    """What is said of all accounts together, after the program's name."""
    if summary.paused:
        return _paused(summary.paused_until, now)
    return unseen_text(summary.unseen) if summary.accounts else tr("no account is set up")


def tooltip(summary: Summary, now: float) -> str:
    """The tray icon's tooltip: a headline, then a line for each account; bounded.

    Some panels (and Qt) read it as markup, others show it as it is, and none says which: the characters of markup
    are replaced by some that look alike.
    """
    lines = [tr("Mailbell — {headline}").format(headline=headline(summary, now))]
    lines += [
        truncate(_tooltip_line(account, now), _TOOLTIP_LINE)
        for account in summary.accounts[:_TOOLTIP_ACCOUNTS]
    ]
    more = len(summary.accounts) - _TOOLTIP_ACCOUNTS
    if more > 0:
        lines.append(trn("and {n} more account", "and {n} more accounts", more).format(n=more))
    return "\n".join(lines).translate(_NO_MARKUP)


def _tooltip_line(account: AccountSummary, now: float) -> str:
    line = account_line(account, now)
    if not isinstance(account.status, Watching):
        return line
    # By the clock: the tooltip is made when something changes and read later, when "just now" would be wrong.
    confirmed = clock(account.status.last_confirmed)
    return tr("{line}, confirmed at {time}").format(line=line, time=confirmed)


def account_line(account: AccountSummary, now: float) -> str:
    """One account in a line: its count while all is well, else what keeps it from watching."""
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


def quiet_text(account: AccountSummary, now: float) -> str:
    """Why an account shows no toasts although it is watched, such as ``quiet until 07:00``; empty where it does."""
    if account.muted:
        return tr("muted")
    if not account.quiet_hours:
        return ""
    from tray.mail.settings.quiet_hours import ends_at  # noqa: PLC0415 -- most accounts have none

    end = ends_at(account.quiet_hours, now)
    if end is None:
        return ""
    return tr("always quiet") if math.isinf(end) else tr("quiet until {time}").format(time=until(end, now))


def _count(account: AccountSummary, now: float) -> str:
    count, quiet = unseen_text(account.unseen), quiet_text(account, now)
    return tr("{count}, {quiet}").format(count=count, quiet=quiet) if quiet else count


def status_sentence(status: Status, now: float) -> str:
    """How an account is doing, whole: what is wrong and what to do, or when it was last confirmed."""
    match status:
        case Connecting():
            return tr("Connecting…")
        case Watching(remark=Problem() as remark):
            plain = status_sentence(replace(status, remark=None), now)
            return tr("{status}. {remark}").format(status=plain, remark=_problem(remark))
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
            return _capitalized(_paused(status.until, now))
        case _:
            return tr("Switched off in the settings")


def _problem(problem: Problem) -> str:
    return f"{problem.sentence} {problem.advice}" if problem.advice else problem.sentence


def _paused(ends: float | None, now: float) -> str:
    return (
        tr("paused until you resume")
        if ends is None
        else tr("paused until {time}").format(time=until(ends, now))
    )


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
