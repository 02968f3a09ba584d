"""The servers of the accounts: each is tested as on its page of the settings, all side by side; what it means."""

from __future__ import annotations

import shlex
import time
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, TimeoutError, gatherResults  # noqa: A004 -- Twisted's name

from tray.app.credentials.worker_thread import WorkerThread
from tray.cli.doctor.finding import Finding, Mark, note, ok, problem
from tray.desktop.secrets import keyring
from tray.desktop.secrets.sources import SecretSources
from tray.i18n import tr, trn
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable, recorded
from tray.mail.model.status import CheckStep
from tray.mail.presentation.times import day
from tray.net.setup.account_check import AccountCheck
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.desktop.storage.paths import Paths
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


class NotTried(SecretUnavailable):
    """The secret cannot be had without a prompt, a command or a renewal: the log-in is left out."""


@dataclass(slots=True)
class Test:
    """The test of one account."""

    __test__ = False  # for pytest

    account: Account
    steps: list[tuple[CheckResult, float]] = field(default_factory=list)
    """Each step with the seconds that it took."""
    late: bool = False
    """Whether the step after the last one did not end in time."""
    not_tried: str = ""
    """Why the log-in was left out."""
    used: list[Secret] = field(default_factory=list)
    """What a report must not repeat."""


def silent_secret(paths: Paths, account: Account) -> Secret:
    """The secret of `account`, or of its proxy, if it can be read without disturbing anybody.

    Raises `NotTried` where the user might be prompted, a command would run or a token would be renewed, and
    SecretUnavailable where there is none.
    """
    sources = SecretSources(paths.keyring_service, paths.secret_file)
    if account.secret is SecretSource.COMMAND:
        raise NotTried.because(tr("Its password comes from a command, which may ask something."))
    if account.secret is SecretSource.ONLINE:
        raise NotTried.because(
            tr("Its password comes from the desktop's online accounts, which may ask something.")
        )
    if account.secret is SecretSource.ASK:
        raise NotTried.because(tr("Its password is asked for at each start of Mailbell."))
    if not account.secret.in_keyring:
        return sources.read(account)
    try:
        secret = keyring.read_silently(paths.keyring_service, account.id)
    except KeyringUnavailable as error:
        raise NotTried.because(error.problem.sentence) from None
    if secret is None:
        return sources.read(account)  # raises what says so
    if account.secret is SecretSource.OAUTH:
        raise NotTried.because(tr("It would renew the sign-in."))
    return secret


class Tests:
    """Tests accounts side by side."""

    __test__ = False  # for pytest

    def __init__(self, reactor: Any, secret: Callable[[Account], Secret], limit: float) -> None:
        """`secret` may block: it is called in threads. Each account may take `limit` seconds."""
        self._reactor = reactor
        self._secret = secret
        self._limit = limit
        self._threads = WorkerThread(reactor.callFromThread, "doctor", at_once=True)

    async def run(self, accounts: Sequence[Account]) -> list[Test]:
        """The tests of `accounts`, in their order; within the limit, and raises nothing."""
        return list(await gatherResults([self._test(account) for account in accounts]))

    def _test(self, account: Account) -> Deferred[Test]:
        test, done = Test(account), Deferred[Test]()
        began = [time.monotonic()]

        def on_step(step: CheckResult) -> None:
            now = time.monotonic()
            if not test.late:
                test.steps.append((step, now - began[0]))
            began[0] = now

        async def secret(owner: Account) -> Secret:
            if owner.login is Login.CERTIFICATE and owner.id == account.id:
                return Secret("")  # the certificate is enough
            try:
                reading = self._threads.run(lambda: self._secret(owner))
                return recorded(await reading.addTimeout(self._limit / 2, self._reactor), test.used)
            except NotTried as reason:
                test.not_tried = reason.problem.sentence
                raise
            except TimeoutError:
                test.not_tried = tr("Its password could not be read in time.")
                raise NotTried.because(test.not_tried) from None

        check = AccountCheck(self._reactor, account, secret, on_step, secret)
        running = Deferred.fromCoroutine(check.run())

        def end(_result: Any) -> None:
            if not done.called:
                timer.cancel()
                done.callback(test)

        def give_up() -> None:
            test.late = True
            done.callback(test)
            running.cancel()

        timer = self._reactor.callLater(self._limit, give_up)
        running.addBoth(end)
        return done


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
