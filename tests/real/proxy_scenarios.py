"""What the net room does through real proxies to a real Dovecot; each scenario runs in a process of its own.

``python -m tests.real.proxy_scenarios NAME``; a scenario that raises fails.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.real.proxies import Microsocks, Tinyproxy
from tests.real.scenarios import ScenarioFixture, run_one
from tray.imap.types import INBOX
from tray.mail.model.account import Account, Security
from tray.mail.model.secret import Secret
from tray.mail.model.status import CheckResult, CheckStep, NeedsCredentials, ProblemKind, Waiting
from tray.net.imap.mailbox.subjects import newest_subjects
from tray.net.setup.account_check import AccountCheck

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.real.proxies import RealProxy

HIDDEN = "p:äss wörd"


class ProxyFixture(ScenarioFixture):
    """A server behind a proxy; notes every name that is looked up here."""

    def __init__(self, reactor: Any, **options: Any) -> None:
        super().__init__(reactor, **options)
        self.looked_up: list[str] = []
        self.proxy_password = HIDDEN
        self.asked: list[Account] = []
        resolver = reactor.nameResolver

        class RecordingResolver:
            def resolveHostName(_, receiver: Any, hostName: str, *more: Any, **named: Any) -> Any:  # noqa: N803, N805
                self.looked_up.append(hostName)
                return resolver.resolveHostName(receiver, hostName, *more, **named)

        from twisted.internet.interfaces import IHostnameResolver
        from zope.interface import directlyProvides

        noting = RecordingResolver()
        directlyProvides(noting, IHostnameResolver)
        reactor.installNameResolver(noting)

    async def proxy_secret(self, kept: Account) -> Secret:
        self.asked.append(kept)
        return Secret(self.proxy_password)

    def through(self, proxy: str) -> None:
        self.account = replace(self.account, proxy=proxy)

    async def check(self) -> list[CheckResult]:
        steps: list[CheckResult] = []
        await AccountCheck(self.reactor, self.account, self.secret, steps.append, self.proxy_secret).run()
        return steps


def socks(proxy: RealProxy) -> str:
    return f"socks5://{proxy.user + '@' if proxy.user else ''}127.0.0.1:{proxy.port}"


def http(proxy: RealProxy) -> str:
    return f"http://{proxy.user + '@' if proxy.user else ''}127.0.0.1:{proxy.port}"


async def _watched(fixture: ProxyFixture, proxy: RealProxy) -> None:
    """TLS and IDLE through it, killed and back, and nothing around it."""
    fixture.server.deliver("Old")
    fixture.watch()
    await fixture.watching()
    fixture.server.deliver("By push")
    await fixture.until(lambda: fixture.arrivals == ["By push"])
    proxy.kill()
    await fixture.until(lambda: isinstance(fixture.statuses[-1], Waiting))
    fixture.server.deliver("Missed")
    waiting: list[Waiting] = []
    await fixture.until(
        lambda: (
            isinstance(fixture.statuses[-1], Waiting)
            and "refused the connection" in fixture.statuses[-1].problem.sentence
        )
    )
    waiting.append(fixture.statuses[-1])
    assert waiting[0].problem.kind is ProblemKind.UNREACHABLE, waiting
    proxy.start()
    began = time.monotonic()
    await fixture.watching()
    await fixture.until(lambda: fixture.arrivals == ["By push", "Missed"])
    assert time.monotonic() - began < 5
    messages = await newest_subjects(
        fixture.reactor, fixture.account, INBOX, Secret(fixture.password), 3, fixture.proxy_secret
    )
    assert [message.envelope.subject for message in messages] == ["Missed", "By push", "Old"]
    steps = await fixture.check()
    assert all(step.problem is None for step in steps), steps
    assert "is looked up by the proxy" in steps[0].sentence
    assert "through" in steps[1].sentence
    assert set(fixture.looked_up) <= {"127.0.0.1"}, fixture.looked_up


async def through_socks5(reactor: Any) -> None:
    """A SOCKS5 proxy that asks nobody who he is."""
    fixture = ProxyFixture(reactor)
    try:
        with Microsocks() as proxy:
            fixture.through(socks(proxy))
            await _watched(fixture, proxy)
            assert not fixture.asked
    finally:
        await fixture.close()


async def through_socks5_with_password(reactor: Any) -> None:
    """With user name and password (RFC 1929), and the wrong one."""
    fixture = ProxyFixture(reactor)
    try:
        with Microsocks("an%na", HIDDEN) as proxy:
            fixture.through(f"socks5://an%25na@127.0.0.1:{proxy.port}")
            await _watched(fixture, proxy)
            assert {account.id for account in fixture.asked} == {f"a/proxy/{fixture.account.proxy}"}
            fixture.proxy_password = "wrong"
            step = (await fixture.check())[-1]
            assert step.step is CheckStep.CONNECT
            assert step.problem is not None
            assert step.problem.kind is ProblemKind.PROXY_REFUSED
            assert "mail password was not sent" in step.problem.advice
            fixture.through(f"socks5://127.0.0.1:{proxy.port}")
            step = (await fixture.check())[-1]
            assert "asks for a user name" in step.sentence, step
    finally:
        await fixture.close()


async def through_http(reactor: Any) -> None:
    """CONNECT, without a log-in; STARTTLS as well; a port that the proxy forbids; a server that is not there."""
    fixture = ProxyFixture(reactor)
    try:
        with Tinyproxy(fixture.account.port) as proxy:
            fixture.through(http(proxy))
            await _watched(fixture, proxy)
            fixture.account = replace(
                fixture.account, port=fixture.server.port_starttls, security=Security.STARTTLS
            )
            step = (await fixture.check())[-1]
            assert step.problem is not None
            assert step.problem.kind is ProblemKind.PROXY
            assert "does not allow" in step.sentence, step
            await fixture.watcher.stop()
            fixture.watcher = None
            with Tinyproxy(fixture.account.port) as other:
                fixture.through(http(other))
                steps = await fixture.check()
                assert all(step.problem is None for step in steps), steps
            with Tinyproxy(other.port) as third:  # leads to where nobody is any more
                fixture.account = replace(fixture.account, port=other.port)
                fixture.through(http(third))
                step = (await fixture.check())[-1]
                assert step.problem is not None
                assert step.problem.kind is ProblemKind.UNREACHABLE, step
    finally:
        await fixture.close()


async def through_http_with_password(reactor: Any) -> None:
    """Basic; refused, the watcher asks the user instead of trying again and again."""
    fixture = ProxyFixture(reactor)
    fixture.proxy_password = "geheim1"
    try:
        with Tinyproxy(fixture.account.port, "anna", "geheim1") as proxy:
            fixture.through(http(proxy))
            await _watched(fixture, proxy)
            fixture.proxy_password = "wrong"
            proxy.kill()
            proxy.start()
            await fixture.until(lambda: isinstance(fixture.statuses[-1], NeedsCredentials))
            refused = fixture.statuses[-1]
            assert refused.problem.kind is ProblemKind.PROXY_REFUSED, refused
            fixture.proxy_password = "geheim1"
            fixture.watcher.check_now()
            await fixture.watching()
            fixture.through(f"http://127.0.0.1:{proxy.port}")
            step = (await fixture.check())[-1]
            assert "asks for a user name" in step.sentence, step
    finally:
        await fixture.close()


async def wrong_kind(reactor: Any) -> None:
    """A SOCKS proxy taken for an HTTP one, the other way round, and the mail server for a proxy."""
    from tray.net.proxy import route

    route.SOCKS_DEADLINE = 1.0  # an HTTP proxy waits for the end of a line that a SOCKS client never sends
    fixture = ProxyFixture(reactor)
    try:
        with Microsocks() as one, Tinyproxy(fixture.account.port) as two:
            ports = fixture.server.port_starttls, fixture.server.port_tls
            for proxy in (
                f"http://127.0.0.1:{one.port}",
                f"socks5://127.0.0.1:{two.port}",
                f"http://127.0.0.1:{ports[0]}",
                f"socks5://127.0.0.1:{ports[0]}",
                f"http://127.0.0.1:{ports[1]}",
            ):
                fixture.through(proxy)
                step = (await fixture.check())[-1]
                assert step.step is CheckStep.CONNECT, (proxy, step)
                assert step.problem is not None
                assert "port of the proxy" in step.problem.advice, (proxy, step)
    finally:
        await fixture.close()


async def tor_that_is_not_running(reactor: Any) -> None:
    """Words that say what to start; and one on another port, with the account's id for a user name."""
    fixture = ProxyFixture(reactor)
    try:
        with Microsocks(fixture.account.id, "mailbell") as proxy:
            fixture.through(f"tor:{proxy.port}")
            steps = await fixture.check()
            assert all(step.problem is None for step in steps), steps
            assert "Tor" in steps[0].sentence
        step = (await fixture.check())[-1]
        assert step.problem is not None
        assert "Start Tor" in step.problem.advice, step
    finally:
        await fixture.close()


SCENARIOS: dict[str, Callable[[Any], Awaitable[None]]] = {
    scenario.__name__: scenario
    for scenario in (
        through_socks5,
        through_socks5_with_password,
        through_http,
        through_http_with_password,
        wrong_kind,
        tor_that_is_not_running,
    )
}


if __name__ == "__main__":
    sys.exit(run_one(SCENARIOS[sys.argv[1]]))
