"""What the tests of the accounts mean."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.cli.doctor.finding import Finding, Mark, note, ok, problem
from tray.i18n import tr, trn
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.status import CheckStep
from tray.mail.presentation.times import day

if TYPE_CHECKING:
    from tray.cli.doctor.servers import Test
    from tray.mail.model.account import Account
    from tray.mail.model.certificate import Certificate
    from tray.mail.model.status import CheckResult

_SLOW = 5.0
"""Seconds that a step takes at most where nothing is the matter."""
_SOON = 14
"""Days before the end of a certificate; most are renewed by themselves a month before."""
_DAY = 86_400
_STEPS = tuple(CheckStep)
_BY_DATE = {CertificateErrorKind.EXPIRED, CertificateErrorKind.NOT_YET_VALID}


def of_account(test: Test, now: float) -> list[Finding]:
    """What the test of an account means; `now` in Unix seconds."""
    found = []
    for step, seconds in test.steps:
        if step.problem is not None and test.not_tried:
            found.append(_not_tried(test))
        else:
            found.append(_step(step, seconds))
        if step.certificate is not None:
            found.append(_validity(step.certificate, test.account, now))
    if test.late:
        passed = len({step.step for step, _ in test.steps})
        found.append(_late(_STEPS[min(passed, len(_STEPS) - 1)], test.account))
    return found


def _step(step: CheckResult, seconds: float) -> Finding:
    facts = tuple(f"{caption}: {text}" for caption, text in step.facts)
    sentence = tr("{sentence} ({seconds} s)").format(sentence=step.sentence, seconds=f"{seconds:.2f}")
    if step.problem is not None:
        what = problem(step.problem.sentence, step.problem.advice)
        if step.problem.server_text:
            said = tr("The server said: {text}").format(text=step.problem.server_text)
            what = replace(what, found=f"{what.found} {said}")
        return replace(what, details=facts)
    if step.warning:
        return Finding(Mark.NOTE, sentence, "", facts)
    if seconds > _SLOW:
        return Finding(Mark.NOTE, sentence, tr("That is slow; if it stays so, look at the network."), facts)
    return ok(sentence, *facts)


def _not_tried(test: Test) -> Finding:
    command = f"mailbell account check {shlex.quote(test.account.name)}"
    return note(
        tr("The log-in was not tried. {reason}").format(reason=test.not_tried),
        tr("To try it: {command}").format(command=command),
    )


def _validity(certificate: Certificate, account: Account, now: float) -> Finding:
    left = int((certificate.not_after - now) // _DAY)
    last = day(certificate.not_after)
    if account.pinned:
        return ok(tr("You trusted this certificate yourself; it is valid until {date}.").format(date=last))
    if left >= _SOON:
        return ok(tr("Its certificate is valid until {date}.").format(date=last))
    sentence = trn(
        "Its certificate ends in {n} day, on {date}.", "Its certificate ends in {n} days, on {date}.", left
    )
    return note(
        sentence.format(n=left, date=last),
        tr("Most servers renew it by themselves in time; if this one is your own, look at it."),
    )


def _late(step: CheckStep, account: Account) -> Finding:
    sentences = {
        CheckStep.NAME: tr("The name {host} was not found in time."),
        CheckStep.CONNECT: tr("{host} did not answer in time."),
        CheckStep.ENCRYPT: tr("{host} answered, but did not begin to encrypt in time."),
        CheckStep.LOGIN: tr("{host} did not answer the log-in in time."),
        CheckStep.MAILBOX: tr("{host} did not open the folders in time."),
        CheckStep.IDLE: tr("{host} did not begin to announce new mail in time."),
    }
    return problem(
        sentences[step].format(host=account.host),
        tr("Try again later; if it stays, look whether a firewall or another network is in the way."),
    )


def certificate_dates(tests: list[Test]) -> list[tuple[str, float, float]]:
    """The server, the begin and the end (Unix seconds) of each certificate that was trusted or refused by its dates."""
    found = []
    for test in tests:
        for step, _ in test.steps:
            shown = step.certificate
            if step.problem is not None and step.problem.certificate is not None:
                refused = step.problem.certificate
                shown = refused if {*refused.errors} & _BY_DATE else shown
            if shown is not None and not test.account.pinned:
                found.append((test.account.host, shown.not_before, shown.not_after))
    return found
