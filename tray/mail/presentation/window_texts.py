"""What the window says about accounts: its status line, its bar, and what stands where there is no mail."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING

from tray.i18n import tr, trn
from tray.mail.model.status import (
    Connecting,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Waiting,
    Watching,
    needs_attention,
    problem_in,
)
from tray.mail.presentation.message_texts import sender_text
from tray.mail.presentation.times import ago, ahead, since, until, when_past
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tray.mail.presentation.summary import AccountSummary, Summary

_OUT_OF_REACH = frozenset({ProblemKind.NAME_NOT_FOUND, ProblemKind.UNREACHABLE})


class Mark(enum.Enum):
    """The symbol before a line."""

    GOOD = "good"
    WARN = "warn"
    """The user is to do something."""
    OFFLINE = "offline"
    QUIET = "quiet"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One line about an account, or about several."""

    mark: Mark
    text: str
    short: str = ""
    """The same in fewer words, for a narrow window; empty where there are none."""
    retry: bool = False
    """Whether the user can have it tried now."""


@dataclass(frozen=True, slots=True)
class StatusTexts:
    """What the foot of the window says."""

    lines: tuple[StatusLine, ...]
    """Accounts in trouble, then all others together."""
    details: tuple[StatusLine, ...] = ()
    """A line for each account; empty where `lines` say it all."""


def status_texts(summary: Summary, now: float) -> StatusTexts:
    """The status of all accounts."""
    accounts = summary.accounts
    each = tuple(_status_line(account, now) for account in accounts)
    if len(accounts) <= 1:
        return StatusTexts(each)
    bad = tuple(line for line in each if line.mark is Mark.WARN)
    rest = [account for account, line in zip(accounts, each, strict=True) if line.mark is not Mark.WARN]
    lines = bad
    if rest:
        lines += (_together(rest, everything=len(rest) == len(accounts), now=now),)
    return StatusTexts(lines, each)


def _status_line(account: AccountSummary, now: float) -> StatusLine:
    status, name = account.status, account.name
    if needs_attention(status):
        problem = problem_in(status)
        if isinstance(status, Watching) and problem is not None:
            text = tr("{account}: {text}").format(account=name, text=problem.brief or problem.sentence)
        else:
            text = tr("{account}: not confirmed {since}").format(
                account=name, since=since(_since(account), now)
            )
        return StatusLine(Mark.WARN, text)
    match status:
        case Watching():
            return _watched(account, status, now)
        case Waiting(problem=problem, until=again):
            when = ahead(again - now) if again - now >= 1 else tr("now")
            reason = problem.brief or problem.sentence
            text = tr("{account}: trying again {when}. {reason}").format(
                account=name, when=when, reason=reason
            )
            mark = Mark.OFFLINE if problem.kind in _OUT_OF_REACH else Mark.WAITING
            return StatusLine(mark, text, retry=True)
        case Paused(until=ends):
            text = tr("{account}: paused") if ends is None else tr("{account}: paused {until}")
            return StatusLine(Mark.QUIET, text.format(account=name, until=until(ends or now, now)))
        case _:
            return StatusLine(Mark.WAITING, tr("{account}: connecting…").format(account=name))


def _since(account: AccountSummary) -> float:
    """Since when the account is not confirmed."""
    status = account.status
    return status.since if isinstance(status, (Waiting, NeedsCredentials, Connecting, Paused)) else 0.0


def _watched(account: AccountSummary, status: Watching, now: float) -> StatusLine:
    name, when = account.name, ago(now - status.last_confirmed)
    quiet = _quiet(account, now)
    if quiet:
        text = tr("{account}: {quiet}, confirmed {ago}").format(account=name, quiet=quiet, ago=when)
        return StatusLine(Mark.QUIET, text)
    if status.remark is not None:
        text = tr("{account}: confirmed {ago}. {remark}").format(
            account=name, ago=when, remark=status.remark.brief or status.remark.sentence
        )
        return StatusLine(Mark.WAITING, text)
    text = (
        tr("{account}: confirmed {ago}")
        if status.push
        else tr("{account}: confirmed {ago}, asked once a minute")
    )
    return StatusLine(Mark.GOOD, text.format(account=name, ago=when))


def _quiet(account: AccountSummary, now: float) -> str:
    """Why the account shows no toasts now; empty where it does."""
    if account.muted:
        return tr("muted")
    if account.quiet_hours:
        from tray.mail.settings.quiet_hours import ends_at  # noqa: PLC0415 -- most accounts have none

        end = ends_at(account.quiet_hours, now)
        if end is not None:
            return (
                tr("always quiet") if math.isinf(end) else tr("quiet {until}").format(until=until(end, now))
            )
    return ""


def _together(accounts: Sequence[AccountSummary], *, everything: bool, now: float) -> StatusLine:
    """One line for several accounts of which none needs the user."""
    count = len(accounts)
    statuses = [account.status for account in accounts]
    confirmed = [status.last_confirmed for status in statuses if isinstance(status, Watching)]
    if all(_out_of_reach(account) for account in accounts):
        last = min(_since(account) for account in accounts)
        text = tr("Confirmed {ago}, {when}").format(ago=ago(now - last), when=when_past(last, now))
        return StatusLine(Mark.OFFLINE, text, tr("Confirmed {ago}").format(ago=ago(now - last)), retry=True)
    if all(isinstance(status, Paused) for status in statuses):
        return StatusLine(
            Mark.QUIET, trn("{n} account, paused", "{n} accounts, paused", count).format(n=count)
        )
    if len(confirmed) == count:
        span = _within(now - min(confirmed))
        text = trn("{n} account, confirmed {span}", "{n} accounts, all confirmed {span}", count)
        short = tr("All confirmed {span}").format(span=span) if everything else ""
        return StatusLine(Mark.GOOD, text.format(n=count, span=span), short)
    text = trn("{n} account, {connected} connected", "{n} accounts, {connected} connected", count)
    text = text.format(n=count, connected=len(confirmed))
    waits = any(isinstance(status, Waiting) for status in statuses)
    return StatusLine(Mark.WAITING, text, retry=waits)


def _within(seconds: float) -> str:
    """The span of time in which all were confirmed, rounded up."""
    minutes = max(1, math.ceil(seconds / 60))
    return trn("in the last minute", "in the last {n} minutes", minutes).format(n=minutes)


def _out_of_reach(account: AccountSummary) -> bool:
    return isinstance(account.status, Waiting) and account.status.problem.kind in _OUT_OF_REACH


class BarKind(enum.Enum):
    """What a bar is about, which decides its symbol and its button."""

    ACCOUNT = "account"
    """An account needs the user."""
    OFFLINE = "offline"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class BarTexts:
    """The bar above the list."""

    kind: BarKind
    headline: str
    text: str = ""
    details: str = ""
    """What the server said; empty where it said nothing."""
    account: AccountSummary | None = None
    """Of `BarKind.ACCOUNT`."""


def bar_texts(summary: Summary, now: float) -> BarTexts | None:
    """The worst of what there is to say; None where all is well."""
    for account in summary.accounts:
        problem = problem_in(account.status)
        if problem is not None and needs_attention(account.status):
            return _account_bar(account, problem, alone=len(summary.accounts) == 1)
    if summary.paused:
        ends = summary.paused_until
        headline = tr("Paused") if ends is None else tr("Paused {until}").format(until=until(ends, now))
        return BarTexts(BarKind.PAUSED, headline)
    if summary.accounts and all(_out_of_reach(account) for account in summary.accounts):
        last = min(_since(account) for account in summary.accounts)
        text = tr(
            "This is your mail as it was {when}. Mailbell goes on by itself as soon as there is a connection again."
        )
        return BarTexts(
            BarKind.OFFLINE, _offline_headline(summary.accounts), text.format(when=when_past(last, now))
        )
    return None


def _account_bar(account: AccountSummary, problem: Problem, *, alone: bool) -> BarTexts:
    headline = tr("{account}: {text}").format(account=account.name, text=problem.brief or problem.sentence)
    parts = [problem.advice, "" if alone else tr("Mail of the other accounts goes on coming.")]
    return BarTexts(
        BarKind.ACCOUNT, headline, " ".join(part for part in parts if part), problem.server_text, account
    )


def _offline_headline(accounts: Sequence[AccountSummary]) -> str:
    """A single server that does not answer may be the fault of the server."""
    problem = problem_in(accounts[0].status)
    if len(accounts) == 1 and problem is not None and problem.kind is ProblemKind.UNREACHABLE:
        return problem.brief or problem.sentence
    return tr("No network")


class EmptyKind(enum.Enum):
    """Why the list is empty, which decides picture and button."""

    NO_ACCOUNT = "no-account"
    CONNECTING = "connecting"
    ALL_READ = "all-read"
    NO_MAIL = "no-mail"
    NOTHING_FOUND = "nothing-found"


@dataclass(frozen=True, slots=True)
class EmptyTexts:
    """What stands in the list while it is empty."""

    kind: EmptyKind
    headline: str
    text: str = ""


def nothing_found(words: str, *, on_servers: bool) -> EmptyTexts:
    """After a search without a result, here only or also `on_servers`."""
    text = (
        tr("No mail in the watched folders has “{words}” in it.")
        if on_servers
        else tr("No mail shown here has “{words}” in it.")
    )
    return EmptyTexts(EmptyKind.NOTHING_FOUND, tr("Nothing found"), text.format(words=words))


def empty_texts(summary: Summary, accounts: Sequence[AccountSummary], now: float) -> EmptyTexts:
    """What to say where none of the chosen `accounts` has a message to show."""
    if not summary.accounts:
        return EmptyTexts(EmptyKind.NO_ACCOUNT, tr("Welcome to Mailbell"), tr("No mail is watched yet."))
    lines = [line for account in accounts for line in account.listed]
    if lines:
        newest = max(lines, key=lambda line: line.date or 0.0)
        when = when_past(newest.date, now)
        last = tr("The last one came {when}, from {sender}.") if when else tr("The newest is from {sender}.")
        last = last.format(when=when, sender=sender_text(newest.sender))
        text = tr("New mail comes here by itself.") + "\n" + last
        return EmptyTexts(EmptyKind.ALL_READ, tr("All read"), text)
    if any(isinstance(account.status, Connecting) for account in accounts):
        return EmptyTexts(EmptyKind.CONNECTING, tr("Fetching the latest mail…"))
    return EmptyTexts(EmptyKind.NO_MAIL, tr("No mail"), tr("When some comes, it is here at once."))


def search_text(words: str, local: int, found: int, waiting: int | None) -> str:
    """The status line of a search.

    `local` messages here have the words in them; servers have `found` more, and `waiting` of them have not answered
    yet: None where none was asked.
    """
    if waiting is None:
        text = trn("{n} mail here has “{words}” in it", "{n} mails here have “{words}” in them", local)
        return text.format(n=local, words=words)
    if waiting:
        return trn("Searching on {n} server…", "Searching on {n} servers…", waiting).format(n=waiting)
    total = local + found
    return trn(
        "{n} found, {more} of them on the server", "{n} found, {more} of them on the server", total
    ).format(n=total, more=found)
