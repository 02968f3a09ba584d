"""Plays sounds where the notification daemon does not, and in the settings."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QObject, QProcess, QTimer

from tray.assets import resource
from tray.i18n import tr
from tray.mail.model.toast import BUILT_IN, SILENT, is_sound_file

OnFailure = Callable[[str], None]
"""Called with a sentence about why the sound was not played."""

_PLAYERS = (("canberra-gtk-play", "-f"), ("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
"""Programs that play a file; the first one uses the desktop's volume of event sounds, the last one is that of macOS."""
_DEFAULT = "message-new-email"
_LIMIT = 10_000
"""Milliseconds after which a sound is ended."""


def sound_file(sound: str) -> str:
    """The path of the file that `sound` names; empty for a name of the sound theme."""
    if sound == BUILT_IN:
        return str(resource("sounds/mailbell.wav"))
    return os.path.expanduser(sound) if is_sound_file(sound) else ""  # noqa: PTH111 -- a home that is not known stays as it is


def command(sound: str, which: Callable[[str], str | None] = shutil.which) -> list[str] | None:
    """The command that plays `sound`; None where this machine has no program for it.

    A name of the sound theme needs a program that supports themes.
    """
    path = sound_file(sound)
    if path:
        return next(([found, *options, path] for name, *options in _PLAYERS if (found := which(name))), None)
    found = which("canberra-gtk-play")
    return [found, "-i", sound or _DEFAULT] if found else None


class SoundPlayer(QObject):
    """Plays one sound at a time, without blocking."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playing: QProcess | None = None

    def play(self, sound: str, on_failure: OnFailure = lambda _sentence: None) -> None:
        """Play `sound`, unless one is being played; `on_failure` is called where that is impossible."""
        if sound == SILENT:
            return
        path = sound_file(sound)
        if path and not os.path.isfile(path):  # noqa: PTH113 -- Path's raises where a folder may not be looked into
            on_failure(tr("There is no sound file {path}. Choose another one.").format(path=path))
            return
        if sys.platform == "win32":
            _play_on_windows(path, on_failure)
            return
        argv = command(sound)
        if argv is None:
            on_failure(_nothing_plays(sound))
            return
        if self._playing is None:
            self._start(argv, sound, on_failure)

    def stop(self) -> None:
        """End the sound that is being played."""
        if self._playing is not None:
            self._playing.kill()

    def _start(self, argv: list[str], sound: str, on_failure: OnFailure) -> None:
        self._playing = process = QProcess(self)

        def ended() -> None:
            if self._playing is process:
                self._playing = None
                process.deleteLater()

        def finished(code: int, status: QProcess.ExitStatus) -> None:
            was_played = self._playing is process
            ended()
            if was_played and status == QProcess.NormalExit and code:
                on_failure(_cannot_play())

        def broken(error: QProcess.ProcessError) -> None:
            if error == QProcess.FailedToStart:  # then it never finishes
                ended()
                on_failure(_nothing_plays(sound))

        process.finished.connect(finished)
        process.errorOccurred.connect(broken)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.start(argv[0], argv[1:])
        QTimer.singleShot(_LIMIT, process.kill)  # not where the process object is deleted before


def _play_on_windows(path: str, on_failure: OnFailure) -> None:
    """Play a file, or where `path` is empty the sound for new mail that the user has chosen for Windows."""
    windows: Any = importlib.import_module("winsound")  # which type checkers know on Windows only
    kind = windows.SND_FILENAME if path else windows.SND_ALIAS
    try:
        windows.PlaySound(path or "MailBeep", kind | windows.SND_ASYNC)
    except RuntimeError:
        on_failure(_cannot_play())


def _cannot_play() -> str:
    return tr("The sound could not be played. Choose another one, or look at the sound settings.")


def _nothing_plays(sound: str) -> str:
    if sound_file(sound):
        return tr("No program that plays sounds was found. Install canberra-gtk-play, pw-play or paplay.")
    return tr("The sounds of the desktop are played by canberra-gtk-play. Install it, or choose a file.")
