"""Opens a mail where the user wants it: in the browser, by a command, or in the desktop's mail program."""

from __future__ import annotations

import logging
import os
import shutil
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QProcess, QUrl
from PyQt5.QtGui import QDesktopServices

from tray.i18n import tr
from tray.mail.opening import OpenMailProgram, OpenUrl, RunCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from subprocess import Popen

    from tray.mail.opening import How

log = logging.getLogger(__name__)

_TOKEN = "XDG_ACTIVATION_TOKEN"  # noqa: S105 -- of Wayland's xdg-activation: lets a window come to the front
_QUERY = ("query", "default", "x-scheme-handler/mailto")
_PATIENCE = 3000
"""Milliseconds for the desktop to name its mail program."""


class Opener(QObject):
    """Starts programs that live on without us; what fails is told to `failed` as a sentence."""

    def __init__(self, failed: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failed = failed
        self._started: list[Popen[bytes]] = []

    def open(self, how: How, token: str = "") -> bool:
        """Open it; `token` is the activation token of the click that asked for it, if there is one.

        False where nothing could be started; True where it was, or where that is not known yet.
        """
        match how:
            case OpenUrl(url):
                return self._open_url(url, token)
            case RunCommand(argv, environment):
                return self._run(argv, token, environment)
            case OpenMailProgram():
                self._open_mail_program(token)
        return True

    def _open_url(self, url: str, token: str) -> bool:
        target = QUrl(url, QUrl.StrictMode)
        if not target.isValid() or target.scheme() not in {"http", "https"}:
            self._failed(
                tr("The webmail address is not one of the web. Correct it in the account's settings.")
            )
            return False
        if not self._hand_to_desktop(target, token):
            self._failed(
                tr("No browser could be started. Choose a default browser in the desktop's settings.")
            )
            return False
        return True

    def _hand_to_desktop(self, target: QUrl, token: str) -> bool:
        """Through xdg-open where it is, which Qt would use too but cannot hand a token to; else as Qt knows how."""
        launcher = shutil.which("xdg-open")
        if launcher is not None:
            return self._run((launcher, bytes(target.toEncoded().data()).decode("ascii")), token)
        return QDesktopServices.openUrl(target)

    def _run(self, argv: tuple[str, ...], token: str, facts: Mapping[str, str] | None = None) -> bool:
        import subprocess

        self._started = [process for process in self._started if process.poll() is None]  # no zombies stay
        environment = {**os.environ, **(facts or {}), **({_TOKEN: token} if token else {})}
        try:
            process = subprocess.Popen(  # noqa: S603 -- the user's own command, without a shell
                argv,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError):  # ValueError: a NUL in an argument
            sentence = tr("The program {program} could not be started. Correct it in the account's settings.")
            self._failed(sentence.format(program=argv[0]))
            return False
        self._started.append(process)
        return True

    def _open_mail_program(self, token: str) -> None:
        """Ask the desktop for its mail program without waiting for the answer, which takes a tenth of a second."""
        if shutil.which("xdg-mime") is None:
            self._compose(token)
            return
        query = QProcess(self)

        def answered() -> None:
            entry = bytes(query.readAllStandardOutput().data()).decode("utf-8", "replace").strip()
            query.deleteLater()
            launcher = shutil.which("gtk-launch")
            if not (entry.endswith(".desktop") and launcher and self._run((launcher, entry), token)):
                self._compose(token)

        query.finished.connect(answered)
        query.start("xdg-mime", list(_QUERY))
        _end_after(query, _PATIENCE)

    def _compose(self, token: str) -> None:
        """An empty mailto: brings up whatever handles mail, if only by a new message."""
        if not self._hand_to_desktop(QUrl("mailto:"), token):
            sentence = tr(
                "No mail program could be started. Choose one in the desktop's settings, or give a webmail address."
            )
            self._failed(sentence)


def _end_after(process: QProcess, milliseconds: int) -> None:
    from PyQt5.QtCore import QTimer

    timer = QTimer(process)  # goes with it
    timer.setSingleShot(True)
    timer.timeout.connect(process.kill)
    timer.start(milliseconds)
