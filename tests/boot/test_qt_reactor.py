"""Each defect of qt5reactor that we mend, shown in a process of its own: a reactor is installed once for good."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

PROLOGUE = """
import sys, time
from PyQt5.QtCore import QEventLoop, QTimer
from PyQt5.QtWidgets import QApplication, QDialog
application = QApplication(["test"])
application.setQuitOnLastWindowClosed(False)
from tray.boot.qt_reactor import install
reactor = install()
"""


def run(script, timeout=60, **variables):
    """Run a script on a fresh Qt and reactor; its standard output."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **variables}
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", PROLOGUE + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_stop_from_a_qt_slot_ends_the_program():
    """qt5reactor hangs here until something else wakes it."""
    assert run("""
        QTimer.singleShot(0, reactor.stop)
        reactor.run()
        print("ended")
    """) == ["ended"]


@pytest.mark.parametrize("how", ["application.quit", "reactor.stop"])
def test_what_shutdown_waits_for_is_carried_to_its_end(how):
    """qt5reactor abandons the triggers of the shutdown when Qt quits first."""
    assert run(f"""
        from twisted.internet.task import deferLater
        def goodbye():
            return deferLater(reactor, 0.05, print, "goodbye")
        reactor.addSystemEventTrigger("before", "shutdown", goodbye)
        QTimer.singleShot(0, {how})
        reactor.run()
        print("ended", reactor.running)
    """) == ["goodbye", "ended", "False"]


def test_quit_after_stop_does_no_harm():
    """The session manager may quit Qt while we are stopping already."""
    assert run("""
        def both():
            reactor.stop()
            application.quit()
        QTimer.singleShot(0, both)
        reactor.run()
        print("ended", reactor.running)
    """) == ["ended", "False"]


def test_the_reactor_does_not_wake_up_for_calls_that_were_cancelled_or_put_off():
    """Twisted does, at the time that they had at first: for the deadline of each command that was answered."""
    assert run("""
        cancelled, put_off = reactor.callLater(30, print), reactor.callLater(40, print, "later")
        assert 29 < reactor.timeout() <= 30
        put_off.reset(100)
        cancelled.cancel()
        assert 99 < reactor.timeout() <= 100
        assert reactor._cancellations == 0
        put_off.cancel()
        reactor.doIteration(0, fromqt=True)
        print(reactor.timeout(), reactor._timer.isActive())
    """) == ["None", "False"]


def test_a_call_reset_to_earlier_from_a_slot_comes_earlier():
    """qt5reactor keeps the timer that it had armed."""
    assert run("""
        call = reactor.callLater(60, reactor.stop)
        QTimer.singleShot(10, lambda: call.reset(0))
        reactor.run()
        print("ended")
    """) == ["ended"]


def test_timers_run_while_a_nested_qt_loop_does():
    """A native file dialog, opened from a timed call, froze every timer."""
    assert run("""
        loop = QEventLoop()
        def nest():
            reactor.callLater(0.02, loop.quit)
            loop.exec_()
            print("left")
            reactor.stop()
        reactor.callLater(0, nest)
        reactor.run()
        print("ended")
    """) == ["left", "ended"]


NESTED = """
import socket
from twisted.internet.protocol import Protocol

class Peer(Protocol):
    got = 0

    def dataReceived(self, data):
        self.got += 1
        if self.got == 1:
            {first}

ours, theirs = socket.socketpair()
for each in (ours, theirs):
    each.setblocking(False)
peer = Peer()

def nest():
    loop = QEventLoop()
    reactor.callLater(0.05, loop.quit)
    theirs.send(b"b")
    {nested}
    loop.exec_()
    print("left")
    reactor.callLater(0.05, reactor.stop)

from twisted.internet.tcp import Server
transport = Server(ours, peer, ("", 0), None, 1, reactor)
peer.makeConnection(transport)
transport.startReading()
theirs.send(b"a")
reactor.run()
print("ended")
"""


@pytest.mark.parametrize("first", ["nest()", "reactor.callLater(0, nest)"])
@pytest.mark.parametrize(
    "nested",
    [
        "peer.transport.stopReading()",
        "reactor.callLater(0.01, peer.transport.stopReading)",
        "reactor.callLater(0.01, peer.transport.abortConnection)",
        "peer.transport.write(b'x')",
        "theirs.close()",
    ],
)
def test_a_socket_may_be_let_go_of_in_a_nested_qt_loop(first, nested):
    """Qt deleted the notifier whose slot had opened the loop, and the slot crashed at its end."""
    script = NESTED.format(first=first, nested=nested)
    assert run(script, MALLOC_PERTURB_="165") == ["left", "ended"]


def test_calls_come_neither_early_nor_in_a_busy_loop():
    """The cut last millisecond made the timer fire too early and spin."""
    out = run("""
        rounds = 0
        original = reactor.runUntilCurrent
        def counted():
            global rounds
            rounds += 1
            original()
        reactor.runUntilCurrent = counted
        reactor.callLater(0.3, reactor.stop)
        reactor.run()
        print(rounds)
    """)
    assert int(out[0]) < 15


def test_iterate_takes_a_fraction_of_a_second():
    """`iterate(0.5)` raised TypeError."""
    assert run("""
        reactor.runReturn(installSignalHandlers=False)
        reactor.iterate(0.001)
        reactor.stop()
        while reactor.running:
            reactor.iterate(0.001)
        print("ended")
    """) == ["ended"]
