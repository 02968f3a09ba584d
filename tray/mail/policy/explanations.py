"""Why a message was announced or not, in a sentence; the last few hundred decisions; what rules would have done."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.policy.decision import Presence, Reason, When, circumstances_at, decide
from tray.mail.settings.rules import Announce
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import AccountId
    from tray.mail.model.message import MessageKey
    from tray.mail.model.toast import Arrival
    from tray.mail.policy.decision import Decision
    from tray.mail.settings.rules import Rule
    from tray.mail.settings.settings import Settings

HISTORY_LIMIT = 300
"""Explanations that are kept, in memory only."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was done with one message, and why."""

    at: float
    """Unix seconds."""
    key: MessageKey
    account: str
    """The name of its account."""
    sender: str
    subject: str
    decision: Decision

    @property
    def sentence(self) -> str:
        """The reason, for the user."""
        return why(self.decision, self.account, self.sender)


class History:
    """The last decisions, bounded by `HISTORY_LIMIT`."""

    def __init__(self) -> None:
        self._entries: deque[Explanation] = deque(maxlen=HISTORY_LIMIT)
        self._last: dict[MessageKey, Decision] = {}

    def add(self, now: float, arrival: Arrival, decision: Decision) -> None:
        """Keep a decision, unless it is the last one about that message once more."""
        before = self._last.get(arrival.key)
        if before is not None and (before.when, before.reason) == (decision.when, decision.reason):
            return
        self._entries.append(_explanation(now, arrival, arrival.account_name, decision))
        self._last[arrival.key] = decision
        if len(self._last) > HISTORY_LIMIT:
            self._last = {kept.key: kept.decision for kept in self._entries}

    def forget(self, account: AccountId) -> None:
        """Drop the decisions about messages of an account."""
        self._entries = deque(
            (kept for kept in self._entries if kept.key.account != account), maxlen=HISTORY_LIMIT
        )
        self._last = {key: last for key, last in self._last.items() if key.account != account}

    def newest_first(self) -> tuple[Explanation, ...]:
        """All of them."""
        return tuple(reversed(self._entries))


def try_settings(settings: Settings, arrivals: Iterable[Arrival]) -> tuple[Explanation, ...]:
    """What would have been done with earlier messages, newest first, as if each arrived at its own time.

    A rule about the age matches none then, and what the desktop said at that time is not known.
    """
    accounts = {account.id: account for account in settings.accounts}
    found: list[Explanation] = []
    for arrival in arrivals:
        account = accounts.get(arrival.key.account)
        if account is not None:
            at = arrival.message.envelope.date or 0.0
            circumstances = circumstances_at(settings, at, paused=False, presence=Presence())
            decision = decide(settings, account, arrival, circumstances, at)
            found.append(_explanation(at, arrival, account.name, decision))
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _explanation(at: float, arrival: Arrival, account: str, decision: Decision) -> Explanation:
    envelope = arrival.message.envelope
    sender = envelope.sender.name or envelope.sender.address
    return Explanation(at, arrival.key, account, sender, envelope.subject, decision)


def why(decision: Decision, account: str, sender: str) -> str:
    """The sentence for a decision about a message of that account and sender."""
    rule = decision.rule
    if decision.reason is Reason.RULE and rule is not None:
        return _by_rule(rule)
    sentence = {
        Reason.NEW: tr("It was announced at once, because it was new."),
        Reason.IMPORTANT: tr("It was announced at once, because {sender} is important to you."),
        Reason.WAITED: tr("It had waited, and was announced afterwards."),
        Reason.REMINDER: tr("It was announced again, because you wanted to be reminded."),
        Reason.TOASTS_OFF: tr("It was only counted, because notifications are switched off."),
        Reason.MUTED: tr("It was only counted, because “{account}” is muted."),
        Reason.PAUSED: tr("It waits for the end of the pause."),
        Reason.ACCOUNT_OFF: tr("It waits until “{account}” is switched on."),
        Reason.LOCKED: tr("It waits until the screen is unlocked."),
        Reason.DO_NOT_DISTURB: tr("It waits until “Do not disturb” of the desktop is off."),
        Reason.FULL_SCREEN: tr("It waits until no window is full screen and no presentation runs."),
        Reason.QUIET_HOURS: tr("It waits for the end of the quiet hours."),
        Reason.ACCOUNT_QUIET_HOURS: tr("It waits for the end of the quiet hours of “{account}”."),
    }[decision.reason]
    return sentence.format(account=account, sender=sender)


def outcome(decision: Decision) -> str:
    """What is done with a message, in a few words, and by which rule."""
    rule = decision.rule
    if rule is not None and rule.removes and decision.when is When.NEVER:
        done = tr("Moved to {folder}").format(folder=rule.move_to) if rule.move_to else tr("Marked as read")
    elif decision.when is When.NEVER:
        done = tr("Only counted")
    elif decision.when is When.LATER:
        done = tr("Announced later")
    elif decision.important:
        done = tr("Announced as important")
    elif rule is not None and rule.notify is Announce.SILENT:
        done = tr("Announced without a sound")
    else:
        done = tr("Announced")
    if rule is None:
        return done
    return tr("{outcome} (rule “{rule}”)").format(outcome=done, rule=rule.name)


def _by_rule(rule: Rule) -> str:
    if rule.move_to:
        return tr("The rule “{rule}” moved it to {folder}.").format(rule=rule.name, folder=rule.move_to)
    if rule.mark_read:
        return tr("The rule “{rule}” marked it as read.").format(rule=rule.name)
    sentence = {
        Announce.NOTIFY: tr("The rule “{rule}” had it announced."),
        Announce.SILENT: tr("The rule “{rule}” had it announced without a sound."),
        Announce.URGENT: tr("The rule “{rule}” had it announced as urgent."),
        Announce.COUNT: tr("The rule “{rule}” had it only counted."),
    }[rule.notify]
    return sentence.format(rule=rule.name)
