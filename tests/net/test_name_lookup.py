"""Looking up hosts: whoever is silent for one of them holds up no other, nor the exit."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IResolutionReceiver
from twisted.internet.task import Clock
from zope.interface import implementer

from tests.net.accounts import TLS
from tests.net.loopback import run
from tests.net.wire import result
from tray.mail.model.status import CheckStep
from tray.net.name_lookup import DEADLINE, RETRY_DELAY, NameLookups
from tray.net.setup.account_check import AccountCheck, look_up

if TYPE_CHECKING:
    from collections.abc import Callable

V4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))
V6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1", 0, 0, 2))


@implementer(IResolutionReceiver)
class Receiver:
    """Who waits for addresses."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.completed = 0

    def resolutionBegan(self, resolution: Any) -> None:
        self.resolution = resolution

    def addressResolved(self, address: Any) -> None:
        assert not self.completed
        self.found.append(address)

    def resolutionComplete(self) -> None:
        self.completed += 1


class Threads(Clock):
    """A reactor whose threads are run by the test, one at a time and in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[tuple[str, Callable[[], None]]] = []
        self.answers: dict[str, Any] = {}
        self.lookups = NameLookups(self, self.getaddrinfo, self.start)

    def start(self, call: Callable[[], None], name: str) -> None:
        self.begun.append((name.rpartition(" ")[2], call))

    def getaddrinfo(self, name: str, port: int, family: int, kind: int) -> Any:
        answer = self.answers.get(name, [V4])
        if isinstance(answer, Exception):
            raise answer
        return answer

    def callFromThread(self, call: Callable[..., None], *arguments: object) -> None:
        self.callLater(0, call, *arguments)

    def ask(self, name: str, **more: Any) -> Receiver:
        receiver = Receiver()
        self.lookups.resolveHostName(receiver, name, portNumber=993, **more)  # type: ignore[arg-type]
        return receiver

    def end(self, place: int = 0) -> None:
        """Let that thread come back."""
        self.begun.pop(place)[1]()
        self.advance(0)


def test_addresses_of_both_kinds_are_told() -> None:
    threads = Threads()
    threads.answers["both"] = [V6, V4, (socket.AF_UNIX, 0, 0, "", ("x",))]
    asked = threads.ask("both")
    assert not asked.completed
    threads.end()
    assert asked.found == [IPv6Address("TCP", "fe80::1", 993, 0, 2), IPv4Address("TCP", "192.0.2.1", 993)]
    assert asked.completed == 1
    assert not threads.getDelayedCalls()


@pytest.mark.parametrize("name", ["192.0.2.7", "2001:db8::7"])
def test_an_address_is_asked_of_nobody(name: str) -> None:
    threads = Threads()
    asked = threads.ask(name)
    assert [address.host for address in asked.found] == [name]
    assert not threads.begun


def test_a_host_is_asked_for_once_for_all_who_wait_for_it() -> None:
    threads = Threads()
    asked = [threads.ask("a.example.org") for _ in range(10)]
    assert len(threads.begun) == 1
    threads.end()
    assert all(each.found and each.completed == 1 for each in asked)
    assert not threads.lookups._hosts


def test_another_kind_of_address_is_another_question() -> None:
    threads = Threads()
    threads.ask("a.example.org")
    threads.ask("a.example.org", addressTypes=[IPv6Address])
    assert len(threads.begun) == 2


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_what_is_unknown_or_no_name_has_no_addresses(error: Exception) -> None:
    threads = Threads()
    threads.answers["nowhere"] = error
    asked = threads.ask("nowhere")
    threads.end()
    assert (asked.found, asked.completed) == ([], 1)


def test_whoever_is_not_answered_waits_no_longer_than_the_deadline() -> None:
    threads = Threads()
    asked = threads.ask("silent")
    threads.advance(DEADLINE)
    assert (asked.found, asked.completed) == ([], 1)
    threads.end()
    assert asked.completed == 1
    assert not threads.lookups._hosts


def test_a_host_is_asked_for_anew_where_the_first_thread_hangs() -> None:
    """The network may have come back meanwhile; the answer that comes first counts, a late failure does not."""
    threads = Threads()
    first = threads.ask("a.example.org")
    threads.advance(RETRY_DELAY)
    second = threads.ask("a.example.org")
    assert len(threads.begun) == 2
    threads.answers["a.example.org"] = socket.gaierror(-3, "the old name server is away")
    threads.end()
    assert not first.completed
    threads.answers["a.example.org"] = [V4]
    threads.end()
    assert first.found
    assert second.found


def test_a_host_that_nobody_ever_answers_for_has_few_threads() -> None:
    threads = Threads()
    for _ in range(24 * 60):
        threads.ask("silent")
        threads.advance(60)
    assert len(threads.begun) < 10
    assert not threads.getDelayedCalls()


def test_a_machine_without_another_thread_finds_nothing() -> None:
    def none_left(_call: Callable[[], None], _name: str) -> None:
        raise RuntimeError("can't start new thread")

    clock = Threads()
    lookups = NameLookups(clock, clock.getaddrinfo, none_left)
    receiver = Receiver()
    lookups.resolveHostName(receiver, "a.example.org")  # type: ignore[arg-type]
    clock.advance(0)
    assert (receiver.found, receiver.completed) == ([], 1)


def test_whoever_has_cancelled_hears_nothing() -> None:
    threads = Threads()
    asked = threads.ask("a.example.org")
    asked.resolution.cancel()
    threads.end()
    assert not asked.completed


@pytest.mark.parametrize("seed", range(40))
def test_in_whatever_order_threads_come_back_everybody_is_answered_once(seed: int) -> None:
    """Threads that fail, hang or answer, in any order, while time goes on and new questions come."""
    schedule = random.Random(seed)
    threads = Threads()
    names = ["a", "b", "c"]
    asked: list[Receiver] = []
    good: list[Receiver] = []
    for _ in range(150):
        what = schedule.random()
        if what < 0.35:
            asked.append(threads.ask(schedule.choice(names)))
        elif what < 0.7 and threads.begun:
            name = schedule.choice(names)
            threads.answers[name] = schedule.choice([[V4], [V4, V6], socket.gaierror(-3, "away")])
            threads.end(schedule.randrange(len(threads.begun)))
        elif what < 0.95:
            threads.advance(schedule.choice([0.1, 1, 5, 40]))
        else:  # a host of its own, whatever the others do
            threads.begun.reverse()
            good.append(threads.ask(f"good{len(good)}"))
            threads.end(next(at for at, (name, _) in enumerate(threads.begun) if name.startswith("good")))
            assert good[-1].found
    while threads.begun:
        threads.end(schedule.randrange(len(threads.begun)))
    assert all(each.completed == 1 for each in asked)
    assert not threads.getDelayedCalls()
    assert not threads.lookups._hosts


def hanging(release: threading.Event, good: str) -> Callable[..., Any]:
    def getaddrinfo(name: str, *_: object) -> Any:
        if name != good:
            release.wait(60)
        return [V4]

    return getaddrinfo


def test_hosts_that_hang_hold_up_no_other() -> None:
    """Real threads: forty hosts are asked for that nobody answers for, then a good one."""
    release = threading.Event()

    async def main(reactor: Any) -> Any:
        reactor.installNameResolver(NameLookups(reactor, hanging(release, "good.example.org")))
        for number in range(40):
            Deferred.fromCoroutine(look_up(reactor, f"hangs{number}.example.org")).addErrback(lambda _: None)
        found = await look_up(reactor, "good.example.org")
        assert reactor.threadpool is None
        return found

    try:
        assert run(main) == ["192.0.2.1"]
    finally:
        release.set()


def test_an_account_check_says_so_where_the_name_server_is_silent() -> None:
    threads = Threads()
    threads.nameResolver = threads.lookups  # type: ignore[attr-defined]
    steps: list[Any] = []
    done = result(Deferred.fromCoroutine(AccountCheck(threads, TLS, None, steps.append).run()))  # type: ignore[arg-type]
    threads.advance(DEADLINE)
    assert done == [False]
    assert [step.step for step in steps] == [CheckStep.NAME]
    assert TLS.host in steps[0].sentence


def test_a_look_up_that_finds_nothing_fails() -> None:
    threads = Threads()
    threads.nameResolver = threads.lookups  # type: ignore[attr-defined]
    done = result(Deferred.fromCoroutine(look_up(threads, "silent")))
    threads.advance(DEADLINE)
    assert isinstance(done[0], DNSLookupError)


@pytest.mark.parametrize("way", ["command", "notifier"])
def test_a_look_up_that_hangs_does_not_hold_up_the_exit(way: str) -> None:
    program = """
        import socket, time
        socket.getaddrinfo = lambda *_: time.sleep(600)

        async def main(reactor):
            from twisted.internet.defer import Deferred
            from tray.net.setup.account_check import look_up
            Deferred.fromCoroutine(look_up(reactor, "hangs.example.org")).addErrback(lambda _: None)
            pause = Deferred()
            reactor.callLater(0.2, pause.callback, None)
            await pause
            print("done")

        if {way!r} == "command":
            from tray.cli.reactor import run
            run(main)
        else:
            import sys
            from PyQt5.QtWidgets import QApplication
            application = QApplication(sys.argv[:1])
            from tray.boot import qt_reactor
            reactor = qt_reactor.install()
            from tray.net.name_lookup import NameLookups
            reactor.installNameResolver(NameLookups(reactor))
            from twisted.internet.defer import Deferred
            reactor.callWhenRunning(lambda: Deferred.fromCoroutine(main(reactor)).addBoth(lambda _: reactor.stop()))
            reactor.run()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program).replace("{way!r}", repr(way))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
