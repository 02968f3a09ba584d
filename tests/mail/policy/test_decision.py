"""What is done with a message, for every circumstance, and the sentence that says why."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.mail.make import account, arrival
from tray.imap.types import MailboxName
from tray.mail.model.account import AccountId
from tray.mail.model.toast import ToastContent
from tray.mail.policy.decision import Circumstances, Presence, Reason, When, circumstances_at, decide
from tray.mail.policy.explanations import HISTORY_LIMIT, Explanation, History, outcome, try_settings, why
from tray.mail.settings.rules import Announce, Rule
from tray.mail.settings.settings import Settings

if TYPE_CHECKING:
    from tray.mail.policy.decision import Decision

NOW = 1_000_000.0
WORK = account(sound="bell")
DISTURBED = Presence(do_not_disturb=True)
FULL_SCREEN = Presence(full_screen=True)
LOCKED = Presence(locked=True)
QUIET = Circumstances(quiet=True)
OWN_QUIET = Circumstances(quiet_accounts=frozenset({WORK.id}))
ANNA = ("anna@example.org",)


def rule(**values: Any) -> tuple[Rule, ...]:
    return (Rule("r", **values),)


@pytest.mark.parametrize(
    ("settings", "of", "circumstances", "when", "reason", "sentence"),
    [
        ({}, {}, Circumstances(), When.NOW, Reason.NEW, "at once, because it was new"),
        ({"toasts": False}, {}, Circumstances(), When.NEVER, Reason.TOASTS_OFF, "switched off"),
        ({}, {"muted": True}, Circumstances(), When.NEVER, Reason.MUTED, "“Account a1” is muted"),
        ({"important": ANNA}, {"muted": True}, QUIET, When.NEVER, Reason.MUTED, "muted"),
        ({}, {}, Circumstances(paused=True), When.LATER, Reason.PAUSED, "end of the pause"),
        ({"important": ANNA}, {}, Circumstances(paused=True), When.LATER, Reason.PAUSED, "pause"),
        ({}, {"enabled": False}, Circumstances(), When.LATER, Reason.ACCOUNT_OFF, "is switched on"),
        ({}, {}, QUIET, When.LATER, Reason.QUIET_HOURS, "end of the quiet hours."),
        ({}, {}, OWN_QUIET, When.LATER, Reason.ACCOUNT_QUIET_HOURS, "quiet hours of “Account a1”"),
        ({"important": ANNA}, {}, QUIET, When.NOW, Reason.IMPORTANT, "Anna Berg is important"),
        ({"important": ANNA}, {}, OWN_QUIET, When.NOW, Reason.IMPORTANT, "important"),
        ({}, {}, Circumstances(presence=DISTURBED), When.LATER, Reason.DO_NOT_DISTURB, "is off"),
        ({"important": ANNA}, {}, Circumstances(presence=DISTURBED), When.NOW, Reason.IMPORTANT, ""),
        (
            {"follow_do_not_disturb": False},
            {},
            Circumstances(presence=DISTURBED),
            When.NOW,
            Reason.NEW,
            "",
        ),
        ({}, {}, Circumstances(presence=FULL_SCREEN), When.LATER, Reason.FULL_SCREEN, "full screen"),
        (
            {"quiet_when_full_screen": False},
            {},
            Circumstances(presence=FULL_SCREEN),
            When.NOW,
            Reason.NEW,
            "",
        ),
        ({}, {}, Circumstances(presence=LOCKED), When.NOW, Reason.NEW, ""),
        (
            {"when_locked": ToastContent.NOTHING, "important": ANNA},
            {},
            Circumstances(presence=LOCKED),
            When.LATER,
            Reason.LOCKED,
            "unlocked",
        ),
        ({"rules": rule()}, {}, Circumstances(), When.NOW, Reason.RULE, "“r” had it announced."),
        ({"rules": rule()}, {}, QUIET, When.LATER, Reason.QUIET_HOURS, ""),
        ({"rules": rule(), "important": ANNA}, {}, QUIET, When.NOW, Reason.IMPORTANT, ""),
        (
            {"rules": rule(notify=Announce.SILENT), "important": ANNA},
            {},
            QUIET,
            When.LATER,
            Reason.QUIET_HOURS,
            "",
        ),
        (
            {"rules": rule(notify=Announce.SILENT)},
            {},
            Circumstances(),
            When.NOW,
            Reason.RULE,
            "without a sound",
        ),
        ({"rules": rule(notify=Announce.URGENT)}, {}, QUIET, When.NOW, Reason.RULE, "as urgent"),
        ({"rules": rule(notify=Announce.COUNT)}, {}, QUIET, When.NEVER, Reason.RULE, "only counted"),
        ({"rules": rule(mark_read=True)}, {}, QUIET, When.NEVER, Reason.RULE, "marked it as read"),
        ({"rules": rule(move_to="Lists")}, {}, QUIET, When.NEVER, Reason.RULE, "moved it to Lists"),
    ],
)
def test_every_circumstance_has_its_decision_and_its_sentence(
    settings: dict[str, Any],
    of: dict[str, Any],
    circumstances: Circumstances,
    when: When,
    reason: Reason,
    sentence: str,
) -> None:
    found = decide(Settings(**settings), replace(WORK, **of), arrival(1), circumstances, NOW)
    assert (found.when, found.reason) == (when, reason)
    assert sentence in why(found, "Account a1", "Anna Berg")
    assert outcome(found)


@pytest.mark.parametrize(
    ("settings", "presence", "content", "sound", "important"),
    [
        ({}, Presence(), ToastContent.PREVIEW, "bell", False),
        ({"toast_content": ToastContent.SENDER}, Presence(), ToastContent.SENDER, "bell", False),
        ({}, LOCKED, ToastContent.COUNT, "bell", False),
        (
            {"toast_content": ToastContent.COUNT, "when_locked": ToastContent.PREVIEW},
            LOCKED,
            ToastContent.COUNT,
            "bell",
            False,
        ),
        ({"rules": rule(sound="ping")}, Presence(), ToastContent.PREVIEW, "ping", False),
        ({"rules": rule(notify=Announce.SILENT)}, Presence(), ToastContent.PREVIEW, "none", False),
        ({"rules": rule(notify=Announce.URGENT)}, Presence(), ToastContent.PREVIEW, "bell", True),
        ({"important": ANNA}, Presence(), ToastContent.PREVIEW, "bell", True),
    ],
)
def test_what_a_toast_shows_and_how_it_sounds(
    settings: dict[str, Any], presence: Presence, content: ToastContent, sound: str, important: bool
) -> None:
    found = decide(Settings(**settings), WORK, arrival(1), Circumstances(presence=presence), NOW)
    shown = found.applied_to(arrival(1))
    assert (shown.content, shown.sound, shown.important) == (content, sound, important)


def test_an_account_without_a_sound_has_the_general_one() -> None:
    found = decide(Settings(sound="ping"), account(), arrival(1), Circumstances(), NOW)
    assert found.sound == "ping"


def test_of_uncounted_messages_no_rule_decides() -> None:
    settings = Settings(rules=rule(notify=Announce.COUNT))
    assert decide(settings, WORK, None, Circumstances(), NOW).when is When.NOW
    assert decide(settings, WORK, None, QUIET, NOW).when is When.LATER


def test_quiet_hours_are_general_and_of_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    night = ("00:00-06:00",)
    settings = Settings(accounts=(account(), account(id=AccountId("a2"), quiet_hours=night)))
    assert circumstances_at(settings, 0.0, paused=True, presence=LOCKED) == Circumstances(
        paused=True, quiet_accounts=frozenset({AccountId("a2")}), presence=LOCKED
    )
    assert circumstances_at(Settings(quiet_hours=night), 0.0, paused=False, presence=Presence()).quiet
    assert not circumstances_at(Settings(), 0.0, paused=False, presence=Presence()).quiet
    assert not circumstances_at(
        Settings(quiet_hours=night), 7 * 3600.0, paused=False, presence=Presence()
    ).quiet


def decision(when: When = When.NOW, reason: Reason = Reason.NEW) -> Decision:
    return replace(decide(Settings(), WORK, arrival(1), Circumstances(), NOW), when=when, reason=reason)


def test_the_history_has_each_change_of_a_decision_once_newest_first() -> None:
    history = History()
    for moment, each in enumerate(
        (
            decision(When.LATER, Reason.PAUSED),
            decision(When.LATER, Reason.PAUSED),
            decision(reason=Reason.WAITED),
        )
    ):
        history.add(float(moment), arrival(1), each)
    newest, oldest = history.newest_first()
    assert (newest.at, newest.decision.reason, oldest.at) == (2.0, Reason.WAITED, 0.0)
    assert isinstance(newest, Explanation)
    assert (newest.account, newest.sender, newest.subject) == ("Account a1", "Anna Berg", "Mail 1")
    assert newest.sentence == "It had waited, and was announced afterwards."


def test_the_history_is_bounded() -> None:
    history = History()
    for uid in range(1, 3 * HISTORY_LIMIT):
        history.add(NOW, arrival(uid), decision())
    entries = history.newest_first()
    assert len(entries) == HISTORY_LIMIT
    assert entries[0].key.uid == 3 * HISTORY_LIMIT - 1
    assert len(history._last) <= HISTORY_LIMIT + 1


@pytest.mark.parametrize(
    ("settings", "circumstances", "expected"),
    [
        ({}, Circumstances(), "Announced"),
        ({}, QUIET, "Announced later"),
        ({"toasts": False}, QUIET, "Only counted"),
        ({"important": ANNA}, QUIET, "Announced as important"),
        ({"rules": rule(notify=Announce.SILENT)}, Circumstances(), "Announced without a sound (rule “r”)"),
        ({"rules": rule(notify=Announce.COUNT)}, Circumstances(), "Only counted (rule “r”)"),
        ({"rules": rule(mark_read=True)}, Circumstances(), "Marked as read (rule “r”)"),
        ({"rules": rule(move_to="Lists", mark_read=True)}, QUIET, "Moved to Lists (rule “r”)"),
    ],
)
def test_what_is_done_is_said_in_a_few_words(
    settings: dict[str, Any], circumstances: Circumstances, expected: str
) -> None:
    assert outcome(decide(Settings(**settings), WORK, arrival(1), circumstances, NOW)) == expected


def test_rules_are_tried_on_messages_of_known_accounts_newest_first_at_their_time() -> None:
    settings = Settings(accounts=(account(),), rules=(Rule("r", subject=("mail 2",), notify=Announce.COUNT),))
    old, new = arrival(1, date=NOW), arrival(2, date=NOW + 5)
    tried = try_settings(settings, (old, new, arrival(3, "nobody"), arrival(4, date=None)))
    assert [(each.at, outcome(each.decision)) for each in tried] == [
        (NOW + 5, "Only counted (rule “r”)"),
        (NOW, "Announced"),
        (0.0, "Announced"),
    ]


def test_a_reminder_says_so() -> None:
    assert "reminded" in why(decision(reason=Reason.REMINDER), "Work", "Anna")


def test_a_rule_of_a_folder_leaves_other_folders_alone() -> None:
    settings = Settings(rules=(Rule("r", folder=("Lists",), notify=Announce.COUNT),))
    elsewhere = arrival(1)
    there = replace(elsewhere, key=replace(elsewhere.key, mailbox=MailboxName("Lists")))
    assert decide(settings, WORK, elsewhere, Circumstances(), NOW).when is When.NOW
    assert decide(settings, WORK, there, Circumstances(), NOW).when is When.NEVER
