"""The servers of the accounts: each is tested as on its page of the settings, all side by side, with a time limit."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, TimeoutError, gatherResults  # noqa: A004 -- Twisted's name

from tray.app.credentials.worker_thread import WorkerThread
from tray.desktop.secrets import keyring
from tray.desktop.secrets.sources import SecretSources
from tray.i18n import tr
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.secret import KeyringUnavailable, Secret, SecretUnavailable, recorded
from tray.net.setup.account_check import AccountCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tray.desktop.storage.paths import Paths
    from tray.mail.model.account import Account
    from tray.mail.model.status import CheckResult


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
