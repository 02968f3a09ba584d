"""What the tests of the accounts mean."""

from __future__ import annotations

import pytest

from tests.fakes.values import account
from tray.cli.doctor.finding import Mark
from tray.cli.doctor.mail.servers import Test, certificate_dates, of_account
from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.status import CheckResult, CheckStep, Problem, ProblemKind

DAY = 86_400
NOW = 1_800_000_000.0
WORK = account(host="imap.example.org")


def certificate(days, *errors, host="imap.example.org"):
    """One that is valid for so many days more."""
    return Certificate(host, host, (host,), "CA", NOW - 9 * DAY, NOW + days * DAY, "a" * 64, False, errors)


def case(*steps, of=WORK, late=False, not_tried="", seconds=0.1):
    return Test(of, [(step, seconds) for step in steps], late, not_tried)


def found(seen):
    return of_account(seen, NOW)


def encrypted(days):
    return CheckResult(CheckStep.ENCRYPT, "Encrypted.", certificate=certificate(days))


def test_each_step_is_shown_with_its_time_and_its_facts():
    step = CheckResult(CheckStep.CONNECT, "It answers.", facts=(("greeting", "OK"),))
    (shown,) = found(case(step, seconds=0.124))
    assert (shown.mark, shown.found, shown.details) == (Mark.OK, "It answers. (0.12 s)", ("greeting: OK",))


def test_a_slow_step_and_one_with_a_restriction_are_noted():
    step = CheckResult(CheckStep.IDLE, "No IDLE.", warning=True)
    assert [each.mark for each in found(case(step))] == [Mark.NOTE]
    assert [each.mark for each in found(case(CheckResult(CheckStep.NAME, "Found."), seconds=6.0))] == [
        Mark.NOTE
    ]


def test_a_step_that_failed_says_what_to_do_and_what_the_server_said():
    refused = Problem(ProblemKind.REFUSED, "The password is refused.", "Enter it.", "no such user")
    (shown,) = found(case(CheckResult(CheckStep.LOGIN, refused.sentence, refused)))
    assert (shown.mark, shown.advice) == (Mark.PROBLEM, "Enter it.")
    assert shown.found == "The password is refused. The server said: no such user"


def test_a_log_in_that_was_left_out_is_no_problem():
    problem = Problem(ProblemKind.NO_SECRET, "locked")
    left_out = case(CheckResult(CheckStep.LOGIN, "locked", problem), not_tried="The keyring is locked.")
    (shown,) = found(left_out)
    assert shown.mark is Mark.NOTE
    assert shown.found == "The log-in was not tried. The keyring is locked."
    assert shown.advice == "To try it: mailbell account check Work"


@pytest.mark.parametrize(
    ("days", "mark", "words"),
    [(90, Mark.OK, "valid until"), (14, Mark.OK, "valid until"), (13.5, Mark.NOTE, "ends in 13 days"),
     (1.5, Mark.NOTE, "ends in 1 day,")],
)  # fmt: skip
def test_a_certificate_that_ends_soon_is_noted(days, mark, words):
    shown = found(case(encrypted(days)))[1]
    assert shown.mark is mark
    assert words in shown.found


def test_a_certificate_that_the_user_trusted_may_end():
    shown = found(case(encrypted(2), of=account(pinned="a" * 64)))[1]
    assert shown.mark is Mark.OK
    assert "You trusted" in shown.found


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "was not found in time"),
        ((CheckStep.NAME,), "did not answer in time"),
        ((CheckStep.NAME, CheckStep.CONNECT), "did not begin to encrypt"),
        ((CheckStep.NAME, CheckStep.CONNECT, CheckStep.ENCRYPT), "the log-in"),
        (tuple(CheckStep)[:4], "open the folders"),
        (tuple(CheckStep)[:5], "announce new mail"),
    ],
)
def test_a_server_that_hangs_is_told_by_the_step(steps, words):
    shown = found(case(*(CheckResult(step, "Fine.") for step in steps), late=True))[-1]
    assert shown.mark is Mark.PROBLEM
    assert words in shown.found


def test_the_clock_is_compared_with_certificates_that_count():
    def refused(*errors):
        shown = certificate(-1, *errors)
        problem = Problem(ProblemKind.UNTRUSTED, "no", certificate=shown)
        return case(CheckResult(CheckStep.ENCRYPT, "no", problem))

    by_date = refused(CertificateErrorKind.EXPIRED)
    by_name = refused(CertificateErrorKind.WRONG_HOST)
    pinned = case(encrypted(5), of=account(pinned="a" * 64))
    cases = [case(encrypted(5)), by_date, by_name, pinned, case(CheckResult(CheckStep.NAME, "Found."))]
    assert certificate_dates(cases) == [
        ("imap.example.org", NOW - 9 * DAY, NOW + 5 * DAY),
        ("imap.example.org", NOW - 9 * DAY, NOW - DAY),
    ]
