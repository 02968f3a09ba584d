"""The program, unchanged, that also does as standard input says.

``python -m tests.scale.soak_program ARGUMENTS…`` takes the arguments of ``mailbell``. The lines are ``reconnect N`` and
``windows N``, which do so N times; ``objects -``, which counts the objects that Python's garbage collector looks at;
``holders TEXT``, which counts, and names, those that hold a string with that text. ``done`` and the number
answer.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from PyQt5.QtWidgets import QApplication

from tray.cli import main as run_command

_TURN = 0.02
"""Seconds in which Qt draws and Twisted reads."""


def main() -> None:
    """Run it with an application that listens."""
    import tray.boot.qt_reactor

    install = tray.boot.qt_reactor.install

    def install_and_listen() -> Any:
        reactor = install()
        from tray.app import application

        application.Application = _listening(application.Application, reactor)  # type: ignore[misc]
        return reactor

    tray.boot.qt_reactor.install = install_and_listen
    sys.exit(run_command())


def _listening(base: Any, reactor: Any) -> Any:
    from twisted.internet.defer import Deferred
    from twisted.internet.stdio import StandardIO
    from twisted.internet.task import deferLater
    from twisted.protocols.basic import LineReceiver

    from tray.mail.model.status import Watching

    class Listening(base):
        def start(self) -> None:
            super().start()
            StandardIO(Orders(self))

        def all_watching(self) -> bool:
            return all(isinstance(watch.status, Watching) for watch in self._mail_service.watches)

    async def turn() -> None:
        await deferLater(reactor, _TURN)

    class Orders(LineReceiver):
        delimiter = b"\n"

        def __init__(self, application: Listening) -> None:
            self.application = application

        def lineReceived(self, line: bytes) -> None:
            name, given = line.decode().split()
            work = getattr(self, name)(given)
            done = Deferred.fromCoroutine(work).addCallback(lambda number: self.sendLine(b"done %d" % number))
            done.addErrback(lambda failure: failure.printTraceback())

        async def objects(self, _: str) -> int:
            gc.collect()
            return len(gc.get_objects())

        async def holders(self, text: str) -> int:
            await turn()  # without the line that was read
            gc.unfreeze()
            gc.collect()
            found = [each for each in gc.get_objects() if _holds(each, text)]
            for each in found:
                print("holder:", type(each), str(each)[:300], flush=True)
                print(
                    "   held by",
                    [type(one) for one in gc.get_referrers(each) if one is not found],
                    flush=True,
                )
            return len(found)

        async def reconnect(self, count: str) -> int:
            for _ in range(int(count)):
                await self._reconnect()
            return int(count)

        async def _reconnect(self) -> None:
            service = self.application._mail_service
            for watch in service.watches:
                for mailbox in watch._mailboxes.values():
                    mailbox.watcher._protocol.transport.abortConnection()
            await turn()
            service.check_now()
            while not self.application.all_watching():
                await turn()

        async def windows(self, count: str) -> int:
            for _ in range(int(count)):
                await self._windows()
            return int(count)

        async def _windows(self) -> None:
            program = self.application._tray_commands.program
            for open_it in (program.show_window, program.open_settings):
                open_it()
                for _ in range(5):
                    await turn()
            for window in QApplication.topLevelWidgets():
                if window.isVisible() and window.isWindow():
                    window.close()
            await turn()

    return Listening


def _holds(container: object, text: str) -> bool:
    return any(
        isinstance(each, str) and text in each and each is not text for each in gc.get_referents(container)
    )


if __name__ == "__main__":
    main()
