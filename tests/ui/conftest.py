"""Real Qt for the tests of the windows: one QApplication, and no message of Qt's goes unnoticed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from PyQt5.QtCore import QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PyQt5.QtWidgets import QApplication, QDialog

from tests.ui.keyboard import in_use
from tests.ui.summaries import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HARMLESS = (
    "QStandardPaths: ",  # no XDG_RUNTIME_DIR, or one with wide permissions
    "This plugin does not support",  # the offscreen platform cannot raise a window or move the focus
    "QObject::connect: No such signal QPlatformNativeInterface::systemTrayWindowChanged",  # no X11, no XEmbed
)


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The QApplication of the test run."""
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(["mailbell-tests"])
    assert isinstance(application, QApplication)
    application.setQuitOnLastWindowClosed(False)
    return application


@pytest.fixture(autouse=True)
def qt_messages(qapp: QApplication) -> Iterator[list[str]]:
    """Fails the test during which Qt complained."""
    said: list[str] = []

    def note(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if not message.startswith(_HARMLESS):
            said.append(message)

    before = qInstallMessageHandler(note)
    yield said
    qInstallMessageHandler(before)
    assert said == []


@pytest.fixture(autouse=True)
def no_window_left(qapp: QApplication, qt_messages: list[str]) -> Iterator[None]:
    """Closes and deletes the windows of the test: the garbage collector would do so in the midst of another one."""
    yield
    close_windows(qapp)


def close_windows(qapp: QApplication) -> None:
    """Close all windows, without the question whether to discard what was typed, and delete them."""
    for window in qapp.topLevelWidgets():
        if isinstance(window, QDialog):
            window.done(QDialog.DialogCode.Rejected)
        if window.parent() is None:
            window.hide()
            window.deleteLater()
    in_use.clear()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def spin(qapp: QApplication) -> Callable[[Callable[[], bool]], None]:
    """Runs Qt's loop until a condition holds, five seconds at most."""

    def until(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, "the condition never came true"
            qapp.processEvents()

    return until


@pytest.fixture
def recorder() -> Recorder:
    """Commands that write down what they were asked for."""
    return Recorder()
