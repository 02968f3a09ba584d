"""Brings the parts up in the one order that works, and runs until quit."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from tray.boot.screen import start_qt

if TYPE_CHECKING:
    from tray.desktop.storage.paths import Paths
    from tray.mail.settings.settings import Settings


_SETTLED = 3.0
"""Seconds after which the start is over and garbage is collected as usual."""


def run(paths: Paths, settings: Settings, *, demo: bool, log_level: str) -> int:
    """Run the notifier and return its exit code; raises `NoScreen` where Qt cannot be loaded."""
    gc.disable()  # while thousands of lasting objects are made, looking for garbage among them only costs time
    from tray.desktop.storage import logs

    logs.set_up(log_level.upper(), paths.log_file)
    application = start_qt(lambda: _clear_away(paths) if demo else None)

    from tray.boot import excepthook, qt_reactor

    excepthook.install()
    reactor = qt_reactor.install()  # before anything imports twisted.internet.reactor
    _bridge_twisted_log()

    from tray.app.application import Application

    mailbell = Application(reactor, paths, settings, demo=demo)
    reactor.callWhenRunning(mailbell.start)
    reactor.callLater(_SETTLED, _collect_garbage_again)
    reactor.addSystemEventTrigger("before", "shutdown", mailbell.stop)
    # At log-out the session manager asks the application to go; Qt answers by quitting its loop.
    application.commitDataRequest.connect(lambda manager: manager.setRestartHint(manager.RestartNever))
    reactor.run()
    return 0


def _clear_away(paths: Paths) -> None:
    """Leave nothing of a demonstration behind that could not start."""
    import shutil

    shutil.rmtree(paths.state, ignore_errors=True)


def _collect_garbage_again() -> None:
    gc.collect()
    gc.freeze()  # what is left lasts as long as we do
    gc.enable()


def complain(sentence: str) -> None:
    """Show why the program cannot start to a person who clicked it and sees no terminal."""
    application = start_qt()
    from PyQt5.QtCore import Qt
    from PyQt5.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Warning, "Mailbell", sentence, QMessageBox.Close)
    box.setTextFormat(Qt.PlainText)
    box.finished.connect(application.quit)
    box.show()
    application.exec_()


def _bridge_twisted_log() -> None:
    """Send Twisted's own log where ours goes: errors that were not handled must not vanish."""
    from twisted.logger import (
        FilteringLogObserver,
        LogLevel,
        LogLevelFilterPredicate,
        STDLibLogObserver,
        globalLogBeginner,
    )

    # zope's interfaces are unknown to the type checker.
    ours: Any = STDLibLogObserver("twisted")
    warnings: Any = LogLevelFilterPredicate(defaultLogLevel=LogLevel.warn)
    filtered: Any = FilteringLogObserver(ours, [warnings])
    globalLogBeginner.beginLoggingTo([filtered], redirectStandardIO=False)
