"""qt5reactor, by which Twisted and Qt share one loop, without its known defects.

Each override names the defect of qt5reactor 0.6.3 that it corrects; see docs/decisions/0002 for measurements.
"""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QEventLoop, Qt
from qt5reactor.core import QtReactor
from twisted.internet.main import installReactor

if TYPE_CHECKING:
    from twisted.internet.base import DelayedCall


class MailbellReactor(QtReactor):
    """The reactor of a program whose loop is Qt's."""

    def __init__(self) -> None:
        super().__init__()
        # A coarse timer was up to 278 ms late.
        self._timer.setTimerType(Qt.PreciseTimer)

    def stop(self) -> None:
        """Stop, also when called from a Qt slot, where the loop would not wake up."""
        super().stop()
        self.reactorInvocation()

    def _moveCallLaterSooner(self, call: DelayedCall) -> None:  # noqa: N802 -- Twisted's name
        """Wake the timer: a call that was reset to an earlier time from a slot was ignored."""
        super()._moveCallLaterSooner(call)
        self.reactorInvocation()

    def _iterate(self, delay: float | None = None, fromqt: bool = False) -> None:  # noqa: ARG002
        """Called in the slot of a notifier, once its socket was read or written: what is due comes in the next turn.

        It ran in that slot. A call that opens a nested Qt loop let the slot be called again, and if that ended the
        notifier, Qt deleted in the nested loop what the outer slot still used: the program crashed.
        """
        if self.threadCallQueue:
            self.reactorInvocation()
        else:
            self._arm()

    def iterate(self, delay: float | None = None, fromqt: bool = False) -> None:
        """Arm the timer before the calls run: one of them may open a nested Qt loop (a native file dialog)."""
        self._arm()
        super()._iterate(delay, fromqt)

    def doIteration(self, delay: float | None = None, fromqt: bool = False) -> None:  # noqa: N802
        """As the original, but for whole milliseconds only (``iterate(2.5)`` raised TypeError)."""
        super().doIteration(None if delay is None else math.ceil(delay), fromqt)
        self._arm()

    def timeout(self) -> float | None:
        """Seconds until the next delayed call that is to be called then; None if there is none.

        Twisted also counts one that was cancelled, or put off to a later time: each deadline of a command that was
        answered in time woke the program half a minute later.
        """
        self._insertNewDelayedCalls()
        calls = self._pendingTimedCalls
        while calls and (calls[0].cancelled or calls[0].delayed_time > 0):
            call = heappop(calls)
            if call.cancelled:
                self._cancellations -= 1
            else:
                call.activate_delay()
                heappush(calls, call)
        seconds: float | None = super().timeout()
        return seconds

    def _arm(self) -> None:
        """Arm the timer for the next delayed call, rounded up: cutting the last millisecond made it spin."""
        timeout = self.timeout()
        if timeout is None:
            self._timer.stop()
        else:
            self._timer.start(math.ceil(timeout * 1000))

    def run(self, installSignalHandlers: bool = True) -> None:  # noqa: N803 -- Twisted's name
        """Run until stopped; `QApplication.quit()` stops too, and shutdown is always carried to its end."""
        self._blockApp = QEventLoop()
        self.runReturn(installSignalHandlers)
        self._blockApp.exec_()
        if self.running and not self._stopped:
            self.stop()
        while self.running:
            # quit() has ended the loop, while the triggers of the shutdown are still running.
            self.qApp.processEvents(QEventLoop.WaitForMoreEvents)


def install() -> Any:
    """Install the reactor (a QApplication must exist) and return it.

    Raises `twisted.internet.error.ReactorAlreadyInstalledError` where something imported a reactor before.
    """
    reactor = MailbellReactor()
    installReactor(reactor)
    return reactor
