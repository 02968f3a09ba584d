"""The one function that decides whether a message is announced, when and how, and why."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.mail.model.toast import SILENT, ToastContent
from tray.mail.policy.rules import counts_as_important, first_match
from tray.mail.settings.rules import Announce
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.toast import Arrival
    from tray.mail.settings.rules import Rule
    from tray.mail.settings.settings import Settings

_CONTENTS = tuple(ToastContent)
"""From all to nothing."""


@dataclass(frozen=True, slots=True)
class Presence:
    """What the desktop says of its user, as far as it can be asked."""

    do_not_disturb: bool = False
    full_screen: bool = False
    """A window is full screen, or the desktop's presentation mode is on."""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds now for all messages."""

    paused: bool = False
    quiet: bool = False
    """Whether it is within the general quiet hours."""
    quiet_accounts: frozenset[AccountId] = frozenset()
    """The accounts within whose own quiet hours it is."""
    presence: Presence = Presence()


class When(enum.Enum):
    """When a message is announced."""

    NOW = "now"
    LATER = "later"
    """When what it waits for is over, together with all others that wait."""
    NEVER = "never"
    """It is counted and listed only."""


class Reason(enum.Enum):
    """Why a decision was made; `explanations` has a sentence for each."""

    NEW = "new"
    IMPORTANT = "important"
    RULE = "rule"
    WAITED = "waited"
    REMINDER = "reminder"
    TOASTS_OFF = "toasts off"
    MUTED = "muted"
    PAUSED = "paused"
    ACCOUNT_OFF = "account off"
    LOCKED = "locked"
    DO_NOT_DISTURB = "do not disturb"
    FULL_SCREEN = "full screen"
    QUIET_HOURS = "quiet hours"
    ACCOUNT_QUIET_HOURS = "quiet hours of the account"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a message."""

    when: When
    reason: Reason
    rule: Rule | None = None
    """The rule that matched; its actions are done once, when the message arrives."""
    content: ToastContent = ToastContent.PREVIEW
    sound: str = SILENT
    important: bool = False

    def applied_to(self, arrival: Arrival) -> Arrival:
        """`arrival` as it is to be announced."""
        return replace(arrival, content=self.content, sound=self.sound, important=self.important)


def decide(
    settings: Settings, account: Account, arrival: Arrival | None, circumstances: Circumstances, now: float
) -> Decision:
    """What is done with a message of `account`; None stands for one of which only the number is known.

    `now` (Unix seconds) is what the age of a message is measured by. What the user switched off goes first, then the
    rule; important messages do not wait, except in a pause.
    """
    rule, important = None, False
    if arrival is not None:
        message = arrival.message
        rule = first_match(settings.rules, account, arrival.key.mailbox, message, now)
        important = counts_as_important(settings, rule, message.envelope.sender)
    never = _why_never(settings, account, rule)
    if never is not None:
        return Decision(When.NEVER, never, rule)
    later = _why_later(settings, account, circumstances, important=important)
    if later is not None:
        return Decision(When.LATER, later, rule, important=important)
    reason = Reason.RULE if rule is not None else Reason.IMPORTANT if important else Reason.NEW
    if reason is Reason.RULE and rule is not None and important and rule.notify is not Announce.URGENT:
        reason = Reason.IMPORTANT
    content = settings.toast_content
    if circumstances.presence.locked:
        content = max(content, settings.when_locked, key=_CONTENTS.index)
    sound = account.sound or settings.sound
    if rule is not None:
        sound = SILENT if rule.notify is Announce.SILENT else rule.sound or sound
    return Decision(When.NOW, reason, rule, content, sound, important)


def depends_on_presence(settings: Settings) -> bool:
    """Whether it matters with these settings what the desktop says of its user."""
    return (
        settings.follow_do_not_disturb
        or settings.quiet_when_full_screen
        or _CONTENTS.index(settings.when_locked) > _CONTENTS.index(settings.toast_content)
    )


def _why_never(settings: Settings, account: Account, rule: Rule | None) -> Reason | None:
    if not settings.toasts:
        return Reason.TOASTS_OFF
    if account.muted:
        return Reason.MUTED
    if rule is not None and (rule.notify is Announce.COUNT or rule.removes):
        return Reason.RULE
    return None


def _why_later(
    settings: Settings, account: Account, circumstances: Circumstances, *, important: bool
) -> Reason | None:
    presence = circumstances.presence
    if circumstances.paused:
        return Reason.PAUSED
    if not account.enabled:
        return Reason.ACCOUNT_OFF
    if presence.locked and settings.when_locked is ToastContent.NOTHING:
        return Reason.LOCKED
    if important:
        return None
    if presence.do_not_disturb and settings.follow_do_not_disturb:
        return Reason.DO_NOT_DISTURB
    if presence.full_screen and settings.quiet_when_full_screen:
        return Reason.FULL_SCREEN
    if circumstances.quiet:
        return Reason.QUIET_HOURS
    if account.id in circumstances.quiet_accounts:
        return Reason.ACCOUNT_QUIET_HOURS
    return None


def circumstances_at(settings: Settings, now: float, *, paused: bool, presence: Presence) -> Circumstances:
    """The circumstances at `now` (Unix seconds), by local time."""
    hours = {account.id: account.quiet_hours for account in settings.accounts if account.quiet_hours}
    if not (hours or settings.quiet_hours):
        return Circumstances(paused=paused, presence=presence)
    from tray.mail.settings.quiet_hours import is_quiet  # noqa: PLC0415 -- most users have none

    return Circumstances(
        paused,
        bool(settings.quiet_hours) and is_quiet(settings.quiet_hours, now),
        frozenset(account for account, spans in hours.items() if is_quiet(spans, now)),
        presence,
    )
