"""Plays a sound where the notification daemon does not, and when somebody wants to hear it before choosing it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

from PyQt5.QtCore import QObject, QProcess, QTimer

from tray.assets import resource
from tray.i18n import tr
from tray.mail.model.toast import BUILT_IN, SILENT, is_sound_file

Failed = Callable[[str], None]
"""Hears one sentence of why nothing was to be heard."""

_PLAYERS = (("canberra-gtk-play", "-f"), ("pw-play",), ("paplay",), ("aplay", "-q"))
"""What plays a file, the one first that heeds the desktop's own volume of event sounds."""
_DEFAULT = "message-new-email"
_LONGEST = 10_000
"""Milliseconds; whoever chose a whole song hears its beginning."""


def sound_file(sound: str) -> str:
    """The whole path of what `sound` names as a file; empty where it names none."""
    if sound == BUILT_IN:
        return str(resource("sounds/mailbell.wav"))
    return os.path.expanduser(sound) if is_sound_file(sound) else ""  # noqa: PTH111 -- a home that is not known stays as it is


def command(sound: str, which: Callable[[str], str | None] = shutil.which) -> list[str] | None:
    """What to run to hear `sound`; None where this machine has nothing that plays it.

    A name of the sound theme needs a program that knows themes.
    """
    path = sound_file(sound)
    if path:
        return next(([found, *options, path] for name, *options in _PLAYERS if (found := which(name))), None)
    found = which("canberra-gtk-play")
    return [found, "-i", sound or _DEFAULT] if found else None


class SoundPlayer(QObject):
    """One sound at a time; no call blocks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playing: QProcess | None = None

    def play(self, sound: str, failed: Failed = lambda _sentence: None) -> None:
        """Play it, unless one is to be heard already; `failed` hears why it cannot be."""
        if sound == SILENT:
            return
        path = sound_file(sound)
        if path and not os.path.isfile(path):  # noqa: PTH113 -- Path's raises where a folder may not be looked into
            failed(tr("There is no sound file {path}. Choose another one.").format(path=path))
            return
        argv = command(sound)
        if argv is None:
            failed(_nothing_plays(sound))
            return
        if self._playing is None:
            self._start(argv, sound, failed)

    def stop(self) -> None:
        """Be silent."""
        if self._playing is not None:
            self._playing.kill()

    def _start(self, argv: list[str], sound: str, failed: Failed) -> None:
        self._playing = process = QProcess(self)

        def ended() -> None:
            if self._playing is process:
                self._playing = None
                process.deleteLater()

        def finished(code: int, status: QProcess.ExitStatus) -> None:
            was_played = self._playing is process
            ended()
            if was_played and status == QProcess.NormalExit and code:
                failed(
                    tr("The sound could not be played. Choose another one, or look at the sound settings.")
                )

        def broken(error: QProcess.ProcessError) -> None:
            if error == QProcess.FailedToStart:  # then it never finishes
                ended()
                failed(_nothing_plays(sound))

        process.finished.connect(finished)
        process.errorOccurred.connect(broken)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.start(argv[0], argv[1:])
        limit = QTimer(process)  # goes with it
        limit.setSingleShot(True)
        limit.timeout.connect(process.kill)
        limit.start(_LONGEST)


def _nothing_plays(sound: str) -> str:
    if sound_file(sound):
        return tr("No program that plays sounds was found. Install canberra-gtk-play, pw-play or paplay.")
    return tr("The sounds of the desktop are played by canberra-gtk-play. Install it, or choose a file.")
