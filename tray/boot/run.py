"""Starts Qt, the reactor and the application in the required order, and runs until quit."""

from __future__ import annotations

import gc
import logging
import sys
from typing import TYPE_CHECKING, Any

from tray.boot.screen import end_at_once_with_the_screen, start_qt
from tray.i18n import use_language

if TYPE_CHECKING:
    from types import TracebackType

    from tray.desktop.storage.paths import Paths
    from tray.mail.settings.settings import Settings

log = logging.getLogger(__name__)

_START_TIME = 3.0
"""Seconds after which garbage is collected as usual; `tray.cli` has switched that off."""


def run(paths: Paths, settings: Settings, *, demo: bool, log_level: str) -> int:
    """Run the notifier and return its exit code; raises `NoScreen` where Qt cannot be loaded."""
    use_language(settings.language)
    from tray.desktop.storage import logs

    logs.set_up(log_level.upper(), paths.log_file)
    application = start_qt(lambda: _remove_demo_profile(paths) if demo else None)

    sys.excepthook = _log_exception  # without one, PyQt5 calls abort() for an exception in a slot

    from tray.app.first_icon import FirstIcon

    first_icon = FirstIcon(settings)

    from tray.boot import qt_reactor

    reactor = qt_reactor.install()  # before anything imports twisted.internet.reactor
    application.processEvents()  # answers what the panel has asked of the icon meanwhile
    _bridge_twisted_log()

    from tray.app.application import HEAD_START, Application

    application.processEvents()
    mailbell = Application(reactor, paths, settings, first_icon, demo=demo)
    reactor.callWhenRunning(mailbell.start)
    # QtDBus is in use then; the module that it imports would delay the questions to the servers.
    reactor.callLater(HEAD_START, end_at_once_with_the_screen)
    reactor.callLater(_START_TIME, _collect_garbage_again)
    reactor.addSystemEventTrigger("before", "shutdown", mailbell.stop)
    # At log-out Qt quits its loop; the session manager must not start the program again.
    application.commitDataRequest.connect(lambda manager: manager.setRestartHint(manager.RestartNever))
    reactor.run()
    return 0


def _log_exception(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    log.error("A defect of Mailbell: %s", kind.__name__, exc_info=(kind, error, traceback))


def _remove_demo_profile(paths: Paths) -> None:
    import shutil

    shutil.rmtree(paths.state, ignore_errors=True)


def _collect_garbage_again() -> None:
    """The objects of the start are permanent: to look through a hundred thousand of them takes 50 ms, and frees few."""
    gc.freeze()
    gc.enable()


def complain(sentence: str) -> None:
    """Show in a window why the program cannot start, for users who see no terminal."""
    application = start_qt()
    from PyQt5.QtCore import Qt
    from PyQt5.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Warning, "Mailbell", sentence, QMessageBox.Close)
    box.setTextFormat(Qt.PlainText)
    box.finished.connect(application.quit)
    box.show()
    application.exec_()


def _bridge_twisted_log() -> None:
    """Send Twisted's log to the program's log, so that unhandled errors are visible."""
    from twisted.logger import (
        FilteringLogObserver,
        LogLevel,
        LogLevelFilterPredicate,
        STDLibLogObserver,
        globalLogBeginner,
    )

    # The type checker does not know zope's interfaces.
    observer: Any = STDLibLogObserver("twisted")
    warnings: Any = LogLevelFilterPredicate(defaultLogLevel=LogLevel.warn)
    filtered: Any = FilteringLogObserver(observer, [warnings])
    globalLogBeginner.beginLoggingTo([filtered], redirectStandardIO=False)
