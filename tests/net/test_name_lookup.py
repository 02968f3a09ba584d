"""Looking up hosts: one without an answer delays no other, and no exit."""

from __future__ import annotations

import socket
import subprocess
import sys
import textwrap
import threading
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IResolutionReceiver
from twisted.internet.task import Clock
from zope.interface import implementer

from tests.net.accounts import TLS
from tests.net.loopback import run
from tests.net.wire import result
from tray.mail.model.status import CheckStep
from tray.net import name_lookup
from tray.net.name_lookup import DEADLINE, NameLookups
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
        self.begun: list[Callable[[], None]] = []
        self.answer: Any = [V4]
        self.lookups = self.nameResolver = NameLookups(self)

    def getaddrinfo(self, *_: object) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def callFromThread(self, call: Callable[..., None], *arguments: object) -> None:
        self.callLater(0, call, *arguments)

    def ask(self, name: str, **more: Any) -> Receiver:
        receiver = Receiver()
        self.lookups.resolveHostName(receiver, name, portNumber=993, **more)  # type: ignore[arg-type]
        return receiver

    def end(self, place: int = 0) -> None:
        """Run that thread to its end."""
        self.begun.pop(place)()
        self.advance(0)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    made = Threads()

    class FakeThread:
        def __init__(self, target: Callable[[], None], name: str, daemon: bool) -> None:
            assert name
            assert daemon
            self.target = target

        def start(self) -> None:
            made.begun.append(self.target)

    monkeypatch.setattr(name_lookup, "Thread", FakeThread)
    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    return made


def test_addresses_of_both_kinds_are_given(threads: Threads) -> None:
    threads.answer = [V6, V4, (socket.AF_UNIX, 0, 0, "", ("x",))]
    asked = threads.ask("both")
    assert asked.resolution.name == "both"
    assert not asked.completed
    threads.end()
    assert asked.found == [IPv6Address("TCP", "fe80::1", 993, 0, 2), IPv4Address("TCP", "192.0.2.1", 993)]
    assert asked.completed == 1
    assert not threads.getDelayedCalls()


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_what_is_unknown_or_no_name_has_no_addresses(threads: Threads, error: Exception) -> None:
    threads.answer = error
    asked = threads.ask("nowhere")
    threads.end()
    assert (asked.found, asked.completed) == ([], 1)


def test_a_look_up_without_an_answer_ends_by_its_deadline(threads: Threads) -> None:
    silent = threads.ask("silent")
    other = threads.ask("a.example.org")
    threads.end(1)
    assert other.found
    threads.advance(DEADLINE)
    assert (silent.found, silent.completed) == ([], 1)
    threads.end()  # late
    assert (silent.found, silent.completed) == ([], 1)
    assert not threads.getDelayedCalls()


def test_a_machine_without_another_thread_finds_nothing(
    threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(**_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(name_lookup, "Thread", no_thread)
    receiver = threads.ask("a.example.org")
    threads.advance(0)
    assert (receiver.found, receiver.completed) == ([], 1)


def test_a_cancelled_look_up_gives_nothing(threads: Threads) -> None:
    asked = threads.ask("a.example.org")
    asked.resolution.cancel()
    asked.resolution.cancel()
    threads.end()
    threads.advance(DEADLINE)
    assert not asked.completed


def test_hosts_that_hang_delay_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real threads: forty hosts without an answer are looked up, then a good one."""
    release = threading.Event()

    def getaddrinfo(name: bytes, *_: object) -> Any:
        if name != b"good.example.org":
            release.wait(60)
        return [V4]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def main(reactor: Any) -> Any:
        reactor.installNameResolver(NameLookups(reactor))
        for number in range(40):
            Deferred.fromCoroutine(look_up(reactor, f"hangs{number}.example.org")).addErrback(lambda _: None)
        found = await look_up(reactor, "good.example.org")
        assert reactor.threadpool is None
        return found

    try:
        assert run(main) == ["192.0.2.1"]
    finally:
        release.set()


def test_an_account_check_reports_a_name_server_without_an_answer(threads: Threads) -> None:
    steps: list[Any] = []
    done = result(Deferred.fromCoroutine(AccountCheck(threads, TLS, None, steps.append).run()))  # type: ignore[arg-type]
    threads.advance(DEADLINE)
    assert done == [False]
    assert [step.step for step in steps] == [CheckStep.NAME]
    assert TLS.host in steps[0].sentence


def test_a_look_up_that_hangs_does_not_delay_the_exit() -> None:
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

        from tray.cli.reactor import run
        run(main)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
