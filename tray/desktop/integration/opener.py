"""Opens a mail where the user wants it: in the browser, by a command, or in the desktop's mail program."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QObject, QProcess, QSocketNotifier, QUrl
from PyQt5.QtGui import QDesktopServices

from tray.i18n import tr
from tray.mail.settings.open_message import OpenMailProgram, OpenUrl, RunCommand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from subprocess import Popen

    from tray.mail.settings.open_message import OpenTarget

log = logging.getLogger(__name__)

_TOKEN = "XDG_ACTIVATION_TOKEN"  # noqa: S105 -- of Wayland's xdg-activation: lets a window come to the front
_QUERY = ("query", "default", "x-scheme-handler/mailto")
_PATIENCE = 3000
"""Milliseconds for the desktop to name its mail program."""
_SOON = 20.0
"""Seconds within which an error is one of opening."""

Failed = Callable[[str], None]
"""Hears one sentence of why nothing was opened, perhaps some seconds later."""


class Opener(QObject):
    """Starts programs that live on without us; what fails, at once or soon after, is told to `failed` as a sentence."""

    def __init__(self, failed: Failed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failed = failed
        self._started: list[Popen[bytes]] = []

    def open(self, how: OpenTarget, token: str = "", failed: Failed | None = None) -> None:
        """Open it; `token` is the activation token of the click that asked for it, if there is one.

        `failed` hears the sentence instead of whoever hears of all others.
        """
        told = self._failed if failed is None else failed
        match how:
            case OpenUrl(url):
                self._open_url(url, token, told)
            case RunCommand(argv, environment):
                self._run(argv, token, told, lambda: told(_command_failed(argv[0])), environment)
            case OpenMailProgram():
                self._open_mail_program(token, told)

    def _open_url(self, url: str, token: str, failed: Failed) -> None:
        target = QUrl(url, QUrl.StrictMode)
        if not target.isValid() or target.scheme() not in {"http", "https"}:
            failed(tr("The webmail address is not one of the web. Correct it in the account's settings."))
            return
        sentence = tr("No browser could be started. Choose a default browser in the desktop's settings.")
        self._hand_to_desktop(target, token, lambda: failed(sentence))

    def _hand_to_desktop(self, target: QUrl, token: str, failed: Callable[[], None]) -> None:
        """Through xdg-open where it is, which Qt would use too but cannot hand a token to; else as Qt knows how."""
        launcher = shutil.which("xdg-open")
        if launcher is not None:
            address = bytes(target.toEncoded().data()).decode("ascii")
            self._run((launcher, address), token, lambda _sentence: failed(), failed)
        elif not QDesktopServices.openUrl(target):
            failed()

    def _run(
        self,
        argv: tuple[str, ...],
        token: str,
        not_started: Failed,
        ended_badly: Callable[[], None],
        facts: Mapping[str, str] | None = None,
    ) -> None:
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
            not_started(sentence.format(program=argv[0]))
            return
        self._started.append(process)
        self._wait_for(process, ended_badly)

    def _wait_for(self, process: Popen[bytes], ended_badly: Callable[[], None]) -> None:
        """Hear of its end from the kernel (pidfd_open(2), Linux 5.3), however late that is; elsewhere nothing is heard.

        An end by an error says that nothing was opened, unless it comes late: xdg-open may stay for as long as the
        browser runs, and whoever reads would not know any more what it is about.
        """
        began = time.monotonic()
        try:
            descriptor = os.pidfd_open(process.pid)
        except (AttributeError, OSError):
            return
        number: Any = descriptor  # the stubs want a pointer
        notifier = QSocketNotifier(number, QSocketNotifier.Read, self)

        def ended() -> None:
            notifier.setEnabled(False)
            notifier.deleteLater()
            os.close(descriptor)
            bad = process.wait() != 0  # it has ended, so that this is no waiting
            if process in self._started:
                self._started.remove(process)
            if bad and time.monotonic() - began < _SOON:
                ended_badly()

        notifier.activated.connect(ended)

    def _open_mail_program(self, token: str, failed: Failed) -> None:
        """Ask the desktop for its mail program without waiting for the answer, which takes a tenth of a second."""
        if shutil.which("xdg-mime") is None:
            self._compose(token, failed)
            return
        query = QProcess(self)

        def compose() -> None:
            self._compose(token, failed)

        def answered() -> None:
            entry = bytes(query.readAllStandardOutput().data()).decode("utf-8", "replace").strip()
            query.deleteLater()
            launcher = shutil.which("gtk-launch")
            if entry.endswith(".desktop") and launcher:
                self._run((launcher, entry), token, lambda _sentence: compose(), compose)
            else:
                compose()

        query.finished.connect(answered)
        query.start("xdg-mime", list(_QUERY))
        _end_after(query, _PATIENCE)

    def _compose(self, token: str, failed: Failed) -> None:
        """An empty mailto: brings up whatever handles mail, if only by a new message."""
        sentence = tr(
            "No mail program could be started. Choose one in the desktop's settings, or give a webmail address."
        )
        self._hand_to_desktop(QUrl("mailto:"), token, lambda: failed(sentence))


def _command_failed(program: str) -> str:
    sentence = tr("The program {program} ended with an error. Correct the command in the account's settings.")
    return sentence.format(program=program)


def _end_after(process: QProcess, milliseconds: int) -> None:
    from PyQt5.QtCore import QTimer

    timer = QTimer(process)  # goes with it
    timer.setSingleShot(True)
    timer.timeout.connect(process.kill)
    timer.start(milliseconds)
