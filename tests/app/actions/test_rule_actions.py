"""What rules do with new messages beside announcing them, and reminders."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from twisted.internet.task import Clock

from tests.app.house import House
from tests.fakes.values import account, key, mail
from tray.app.actions.rule_actions import RuleActions
from tray.imap.types import INBOX, SEEN, MailboxName, Uid
from tray.mail.model.action import MessageAction
from tray.mail.policy.decision import Reason
from tray.mail.settings.rules import Rule
from tray.mail.settings.settings import Settings

WORK = account("work")
LISTS = MailboxName("Lists")


class RulesFixture(House):
    """A mail service whose gate applies rules; actions and commands are only noted."""

    def __init__(self, **settings):
        self.acted, self.ran = [], []
        super().__init__(WORK, **settings)
        queue = SimpleNamespace(act=lambda *what, **how: self.acted.append((*what, how)))
        self.rules = RuleActions(self.clock, queue, lambda: self.mail_service.settings, pytest.fail)
        self.rules._commands = SimpleNamespace(
            run=lambda argv, facts: self.ran.append((argv, facts)), stop=lambda: self.ran.append("stop")
        )
        self.mail_service._gate.connect(self.rules.on_new)
        self.mail_service.start()
        self.report(mail(1))

    @property
    def told(self):
        return [toast.messages for toast in self.toasts.shown.values()]


def test_a_rule_marks_as_read_and_moves_after_the_report_without_an_offer_to_undo():
    rule = Rule("r", subject=("mail",), mark_read=True, move_to=LISTS)
    fixture = RulesFixture(rules=(rule,))
    fixture.report(mail(2), mail(3))
    assert fixture.acted == []
    fixture.clock.advance(0)
    keys = [key(2), key(3)]
    assert fixture.acted == [
        (MessageAction.READ, keys, None, {"offer_undo": False}),
        (MessageAction.MOVE, keys, LISTS, {"offer_undo": False}),
    ]
    assert fixture.told == []
    assert fixture.store.kept["work", INBOX].announced_uid == 3


def test_what_is_there_already_is_not_moved():
    fixture = RulesFixture(rules=(Rule("r", move_to=INBOX),))
    fixture.report(mail(2))
    fixture.clock.advance(0)
    assert fixture.acted == []


def test_rules_act_also_on_a_muted_account():
    fixture = RulesFixture(rules=(Rule("r", mark_read=True),), toasts=False)
    fixture.report(mail(2))
    fixture.clock.advance(0)
    assert len(fixture.acted) == 1


def test_commands_are_run_once_for_each_new_message():
    rule = Rule("Bell", subject=("mail 2",), command="ring 'very loud'")
    fixture = RulesFixture(rules=(rule,), new_mail_command="note")
    fixture.report(mail(2))
    fixture.report(mail(2), mail(3))
    assert [argv for argv, _ in fixture.ran] == [("note",), ("ring", "very loud"), ("note",)]
    assert fixture.ran[1][1]["MAILBELL_RULE"] == "Bell"
    assert fixture.told == [(key(2),), (key(3),)]
    fixture.rules.stop()
    assert fixture.ran[-1] == "stop"


@pytest.fixture
def snoozed():
    """A message that was announced and snoozed for an hour."""
    fixture = RulesFixture()
    fixture.report(mail(2))
    fixture.gate = fixture.mail_service._gate
    fixture.gate.snooze(fixture.mail_service.arrivals_of([key(2)]), 3600)
    assert fixture.told == []
    return fixture


def test_a_message_that_is_still_unread_is_announced_again(snoozed):
    snoozed.clock.advance(3599)
    assert snoozed.told == []
    snoozed.clock.advance(1)
    assert snoozed.told == [(key(2),)]
    assert snoozed.gate.explanations()[0].decision.reason is Reason.REMINDER
    assert snoozed.clock.getDelayedCalls() == []


def test_one_that_was_read_is_not(snoozed):
    snoozed.report(flags=((Uid(2), frozenset({SEEN})),))
    assert snoozed.clock.getDelayedCalls() == []
    snoozed.clock.advance(3600)
    assert snoozed.told == []


def test_one_whose_folder_is_no_longer_watched_is_not(snoozed):
    snoozed.mail_service.apply_settings(Settings(accounts=(account("work", mailboxes=(LISTS,)),)))
    snoozed.clock.advance(3600)
    assert snoozed.told == []


def test_snoozed_again_it_comes_later(snoozed):
    snoozed.clock.advance(1800)
    snoozed.gate.snooze(snoozed.mail_service.arrivals_of([key(2)]), 3600)
    snoozed.clock.advance(3599)
    assert snoozed.told == []
    snoozed.clock.advance(1)
    assert snoozed.told == [(key(2),)]


def test_a_machine_that_slept_reminds_when_it_is_looked_at(snoozed):
    snoozed.clock.rightNow += 9000
    snoozed.gate.release_due()
    assert snoozed.told == [(key(2),)]


def test_a_stopped_program_reminds_of_nothing(snoozed):
    snoozed.gate.stop()
    assert snoozed.clock.getDelayedCalls() == []


def test_only_unread_messages_that_are_known_are_snoozed(snoozed):
    assert snoozed.mail_service.arrivals_of([key(9), key(1, "nobody")]) == []


def test_no_clock_runs_without_rules():
    clock = Clock()
    RuleActions(clock, None, Settings, pytest.fail).stop()
    assert clock.getDelayedCalls() == []
