"""The steps of testing an account."""

from __future__ import annotations

from tray.mail.model.status import CheckResult, CheckStep


def test_steps_are_in_the_order_in_which_they_are_taken():
    assert [step.value for step in CheckStep] == ["name", "connect", "encrypt", "login", "mailbox", "idle"]


def test_a_step_that_worked_has_no_trouble():
    assert CheckResult(CheckStep.NAME, "Found.").problem is None
