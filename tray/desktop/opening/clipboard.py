"""Puts a one-time code on the clipboard, and takes it off again after a while."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PyQt5.QtCore import QMimeData, QObject, QProcess, QProcessEnvironment
from PyQt5.QtGui import QClipboard, QGuiApplication

from tray.desktop.bus import single_shot
from tray.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable

_HELD_FOR = 60_000
"""Milliseconds after which the text is taken off the clipboard."""
_END_LIMIT = 500
"""Milliseconds that the end of the program waits for wl-copy."""
_NOT_REMEMBERED = "x-kde-passwordManagerHint", b"secret"
"""By this Klipper and other clipboard managers know what to leave out of their history."""


class Clipboard(QObject):
    """Holds one text for a minute, or until something else is copied.

    On Wayland Qt can only copy while a window has the keyboard, and says nothing when it did not (seen on Sway 1.7).
    The program wl-copy can always: by the protocols wlr-data-control and ext-data-control, else by a window of its own.
    It keeps the text in a file of its own until it is taken off.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._copier: QProcess | None = None
        self._cleared: Callable[[], None] = lambda: None
        self._clear_due = single_shot(self, self.clear, _HELD_FOR)

    def copy(
        self,
        text: str,
        done: Callable[[str], None],
        cleared: Callable[[], None] = lambda: None,
        *,
        secret: bool = True,
    ) -> None:
        """Copy `text`; `done` is called with nothing, or with a sentence where that failed, which may be later.

        `cleared` is called when the clipboard no longer holds it. A text that is not `secret` stays there.
        """
        self._clear_due.stop()
        self._text, self._cleared = text if secret else "", cleared
        if secret:
            self._clear_due.start()
        if QGuiApplication.platformName().startswith("wayland"):
            self._start_copier(text, done)
        else:
            data = QMimeData()
            data.setText(text)
            if secret:
                data.setData(*_NOT_REMEMBERED)
            _clipboard().setMimeData(data)
            done("")

    def clear(self) -> None:
        """Take the text off the clipboard, if it still holds it."""
        if not self._text:
            return
        if self._copier is not None:
            # Ends the copier, which removes its file. Klipper fills an empty clipboard from its history, which has the
            # code because wl-copy 2.1 cannot mark it as secret (seen on Plasma 5.27): a space is left alone.
            QProcess.startDetached("wl-copy", [" "] if _has_klipper() else ["--clear"])
        elif _clipboard().text() == self._text:
            _clipboard().clear()
        self._forget()

    def stop(self) -> None:
        """The program ends: take the text off the clipboard."""
        self.clear()
        for copier in self.findChildren(QProcess):  # also one that a later text has replaced
            copier.waitForFinished(_END_LIMIT)
            copier.blockSignals(True)  # what outlives the limit is ended with this object

    def _start_copier(self, text: str, done: Callable[[str], None]) -> None:
        # A copier before this one ends as soon as this one has the clipboard.
        self._copier = copier = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        if "XDG_RUNTIME_DIR" in os.environ:  # in memory, for versions that look at it
            environment.insert("TMPDIR", os.environ["XDG_RUNTIME_DIR"])
        copier.setProcessEnvironment(environment)

        def started() -> None:
            copier.write(text.encode())
            copier.closeWriteChannel()
            done("")

        def finished(code: int, status: QProcess.ExitStatus) -> None:
            copier.deleteLater()
            if self._copier is not copier:
                return
            self._copier = None
            self._forget()
            if code or status == QProcess.CrashExit:
                done(tr("wl-copy could not put it on the clipboard."))

        def failed(error: QProcess.ProcessError) -> None:
            if error == QProcess.FailedToStart:  # then it never finishes
                copier.deleteLater()
                self._copier = None
                self._forget()
                done(tr("On this desktop that takes the program wl-copy. Install the package wl-clipboard."))

        copier.started.connect(started)
        copier.finished.connect(finished)
        copier.errorOccurred.connect(failed)
        copier.setStandardOutputFile(QProcess.nullDevice())
        copier.setStandardErrorFile(QProcess.nullDevice())
        copier.start("wl-copy", ["--foreground"])

    def _forget(self) -> None:
        self._clear_due.stop()
        self._text = ""
        cleared, self._cleared = self._cleared, lambda: None
        cleared()


def _has_klipper() -> bool:
    return "KDE" in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")


def _clipboard() -> QClipboard:
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    return clipboard
