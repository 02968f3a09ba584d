"""Opens a message where the user wants it: in the browser, by a command, or in the desktop's mail program."""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt5 import sip
from PyQt5.QtCore import QObject, QProcess, QSocketNotifier, QStandardPaths, QTimer, QUrl
from PyQt5.QtGui import QDesktopServices

from tray.i18n import tr
from tray.mail.settings.open_message import RunCommand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from subprocess import Popen

    from tray.mail.settings.open_message import OpenTarget

log = logging.getLogger(__name__)

_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""The variables that let a window come to the front: of Wayland's xdg-activation, and of X11's startup notification.
Desktops hand out either as the token of a click."""
_QUERY = ("query", "default", "x-scheme-handler/mailto")
_QUERY_LIMIT = 3000
"""Milliseconds for the desktop to name its mail program."""
_ACTIVATE = "org.freedesktop.Application.Activate"
_PLAIN = re.compile(r"[\w.:;/+-]{1,300}", re.ASCII)
"""Tokens that can stand in single quotes: those of all desktops seen."""
_SOON = 20.0
"""Seconds within which an error of the program means that nothing was opened."""

OnFailure = Callable[[str], None]
"""Called with a sentence about why nothing was opened, perhaps some seconds later."""


class Opener(QObject):
    """Starts programs that run independently of Mailbell; `on_failure` is called for those that fail."""

    def __init__(self, on_failure: OnFailure, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_failure = on_failure
        self._started: list[Popen[bytes]] = []

    def open(self, target: OpenTarget, token: str = "", on_failure: OnFailure | None = None) -> None:
        """Open `target`; `token` is the activation token of the click that caused it, if there is one.

        `on_failure` is called instead of that of the constructor.
        """
        on_failure = self._on_failure if on_failure is None else on_failure
        match target:
            case RunCommand(argv, environment):
                report = partial(on_failure, _command_failed(argv[0]))
                self._run(argv, token, on_failure, report, environment)
            case None:
                self._open_mail_program(token, on_failure)
            case url:
                self._open_url(url, token, on_failure)

    def _open_url(self, url: str, token: str, on_failure: OnFailure) -> None:
        target = QUrl(url, QUrl.StrictMode)
        if not target.isValid() or target.scheme() not in {"http", "https"}:
            on_failure(tr("The webmail address is not one of the web. Correct it in the account's settings."))
            return
        sentence = tr("No browser could be started. Choose a default browser in the desktop's settings.")
        self._hand_to_desktop(target, token, partial(on_failure, sentence))

    def _hand_to_desktop(self, target: QUrl, token: str, on_failure: Callable[[], None]) -> None:
        """Open by xdg-open, to which Qt cannot pass a token; where it is missing, by Qt."""
        launcher = shutil.which("xdg-open")
        if launcher is not None:
            address = bytes(target.toEncoded().data()).decode("ascii")
            self._run((launcher, address), token, lambda _sentence: on_failure(), on_failure)
        elif not QDesktopServices.openUrl(target):
            on_failure()

    def _run(
        self,
        argv: tuple[str, ...],
        token: str,
        on_not_started: OnFailure,
        on_error: Callable[[], None],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        import subprocess

        self._started = [process for process in self._started if process.poll() is None]  # reaps zombies
        environment = {**os.environ, **(variables or {}), **(dict.fromkeys(_TOKENS, token) if token else {})}
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
            on_not_started(sentence.format(program=argv[0]))
            return
        self._started.append(process)
        self._watch(process, on_error)

    def _watch(self, process: Popen[bytes], on_error: Callable[[], None]) -> None:
        """Call `on_error` where `process` ends with an error within `_SOON`.

        xdg-open may run as long as the browser does. The kernel signals the end (pidfd_open(2), Linux 5.3); on other
        systems it is not detected.
        """
        started_at = time.monotonic()
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
            failed = process.wait() != 0  # returns at once
            if process in self._started:
                self._started.remove(process)
            if failed and time.monotonic() - started_at < _SOON:
                on_error()

        notifier.activated.connect(ended)

    def _open_mail_program(self, token: str, on_failure: OnFailure) -> None:
        """Start the desktop's mail program, once xdg-mime has named it, which takes a tenth of a second."""
        if shutil.which("xdg-mime") is None:
            self._compose(token, on_failure)
            return
        query = QProcess(self)
        compose = partial(self._compose, token, on_failure)

        def answered() -> None:
            if sip.isdeleted(query):  # the program ends, and with it the query, which reports that
                return
            entry = bytes(query.readAllStandardOutput().data()).decode("utf-8", "replace").strip()
            query.deleteLater()
            launch = _launcher(entry, token)
            if launch:
                self._run(launch, token, lambda _sentence: compose(), compose)
            else:
                compose()

        query.finished.connect(answered)
        query.start("xdg-mime", list(_QUERY))
        QTimer.singleShot(_QUERY_LIMIT, query.kill)  # not where the process object is deleted before

    def _compose(self, token: str, on_failure: OnFailure) -> None:
        """Open an empty mailto: address, which starts the mail program with a new message."""
        sentence = tr(
            "No mail program could be started. Choose one in the desktop's settings, or give a webmail address."
        )
        self._hand_to_desktop(QUrl("mailto:"), token, partial(on_failure, sentence))


def _launcher(entry: str, token: str) -> tuple[str, ...]:
    """What starts the program of a .desktop file of that name; empty where nothing can.

    gtk-launch replaces the token of the click by one of its own, which no desktop grants, as it has no window: on X11
    one of the time 0, which asks for no focus. gio (GLib 2.67) passes the environment on, but not to a program that is
    activated over the bus (Geary): this one gets the token by the call (Desktop Entry Specification, "D-Bus
    Activation").
    """
    if not entry.endswith(".desktop"):
        return ()
    path = QStandardPaths.locate(QStandardPaths.ApplicationsLocation, entry)
    gio, gdbus, gtk = shutil.which("gio"), shutil.which("gdbus"), shutil.which("gtk-launch")
    if gdbus and path and _PLAIN.fullmatch(token) and _is_activated(path):
        name = entry.removesuffix(".desktop")
        place = "/" + name.replace(".", "/").replace("-", "_")
        call = ("call", "--session", "--dest", name, "--object-path", place, "--method", _ACTIVATE)
        return gdbus, *call, f"{{'activation-token': <'{token}'>, 'desktop-startup-id': <'{token}'>}}"
    if gio and path:
        return gio, "launch", path
    return (gtk, entry) if gtk else ()


def _is_activated(path: str) -> bool:
    with suppress(OSError), Path(path).open(encoding="utf-8", errors="replace") as file:
        return any(line.replace(" ", "").rstrip() == "DBusActivatable=true" for line in file)
    return False


def _command_failed(program: str) -> str:
    sentence = tr("The program {program} ended with an error. Correct the command in the account's settings.")
    return sentence.format(program=program)
