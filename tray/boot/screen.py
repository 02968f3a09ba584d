"""Starts Qt; where it can use no screen, prints a sentence instead of aborting."""

from __future__ import annotations

import logging
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tray import APPLICATION_ID
from tray.i18n import catalogue_language, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PyQt5.QtWidgets import QApplication

log = logging.getLogger(__name__)

EXIT_CODE = 1
"""Of a program that could not start, as in `tray.cli.exit_codes`."""
_VARIABLES = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
_USED_UP = ("DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN")
"""Of the click that started Mailbell. A browser that inherits the id hours later stays behind the other windows, for
the time of that click is in it (Startup Notification Protocol)."""
_LIBRARY = r"\b(lib[\w.+-]+\.so(?:\.\d+)*): [a-z]"


class NoScreen(Exception):  # noqa: N818 -- shown to the user, not a defect
    """Qt cannot be used; the text contains the reason and advice."""


def start_qt(before_leaving: Callable[[], None] = lambda: None) -> QApplication:
    """Make the QApplication on the first platform that can be used; raises `NoScreen` where Qt cannot be loaded.

    Qt aborts the process where none can be used; there this ends it itself, with `EXIT_CODE`, after a sentence on
    standard error and a call of `before_leaving`.
    """
    try:
        from PyQt5.QtCore import QCoreApplication, Qt, QtMsgType, qInstallMessageHandler
        from PyQt5.QtWidgets import QApplication
    except ImportError as error:
        raise NoScreen(_missing(str(error)) or str(error)) from error
    messages: list[str] = []

    def on_message(kind: QtMsgType, _context: Any, text: str) -> None:
        messages.append(text)
        if kind == QtMsgType.QtFatalMsg:  # Qt aborts as soon as this returns
            print(f"mailbell: {_why(os.environ)}", file=sys.stderr, flush=True)  # noqa: T201
            before_leaving()
            os._exit(EXIT_CODE)

    QCoreApplication.setAttribute(Qt.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.AA_UseHighDpiPixmaps)
    QCoreApplication.setAttribute(Qt.AA_DisableWindowContextHelpButton)  # a "?" that would do nothing here
    # An argument, because all programs started by Mailbell would inherit the variable.
    choice = ["-platform", ";".join(platforms(os.environ))] if sys.platform.startswith("linux") else []
    before = qInstallMessageHandler(on_message)
    try:
        application = QApplication([*sys.argv[:1], *choice])
    finally:
        qInstallMessageHandler(before)
    for name in _USED_UP:
        os.environ.pop(name, None)
    for text in messages:
        log.info("Message of Qt: %s", text)
    _warn_of_another_platform(application.platformName())
    application.setApplicationName("mailbell")
    # No display name: Qt would put it behind every window's title.
    application.setDesktopFileName(APPLICATION_ID)
    application.setQuitOnLastWindowClosed(False)
    _translate_qt(application)
    return application


def _translate_qt(application: QApplication) -> None:
    """Translate Qt's own texts, such as those of file dialogs, into the language of Mailbell, where Qt has it."""
    language = catalogue_language()
    if not language:
        return
    from PyQt5.QtCore import QLibraryInfo, QTranslator

    translator = QTranslator(application)
    if translator.load(f"qtbase_{language}", QLibraryInfo.location(QLibraryInfo.TranslationsPath)):
        application.installTranslator(translator)


def platforms(environment: Mapping[str, str]) -> list[str]:
    """The names of Qt's platforms to try, one after another, until one can be used.

    Those of QT_QPA_PLATFORM come first. Without the variable Qt 5 tries a single one: X11 on GNOME, where it may be
    missing, and Wayland elsewhere, where the compositor may have ended.
    """
    wanted = _wanted(environment)
    usual = ["xcb", "wayland"]
    desktops = ":".join(environment.get(name, "") for name in ("XDG_CURRENT_DESKTOP", "XDG_SESSION_DESKTOP"))
    if environment.get("XDG_SESSION_TYPE") == "wayland" and "gnome" not in desktops.lower():
        usual.reverse()
    named = {name.partition(":")[0] for name in wanted}
    return wanted + [name for name in usual if name not in named]


def _wanted(environment: Mapping[str, str]) -> list[str]:
    return [name.strip() for name in environment.get("QT_QPA_PLATFORM", "").split(";") if name.strip()]


def _warn_of_another_platform(running: str) -> None:
    wanted = [name.partition(":")[0] for name in _wanted(os.environ)]
    if wanted and running not in wanted:
        log.warning(
            "%s",
            tr(
                "Qt cannot start on “{wanted}”, which QT_QPA_PLATFORM asks for; Mailbell runs on “{running}” instead. "
                "Correct that variable."
            ).format(wanted=os.environ["QT_QPA_PLATFORM"], running=running),
        )


def _why(environment: Mapping[str, str]) -> str:
    """Why no platform could be used."""
    missing = _missing(_loading_error())
    if missing:
        return missing
    known = ", ".join(f"{name}={environment[name]}" for name in _VARIABLES if environment.get(name))
    return tr(
        "The screen cannot be reached ({variables}). Start Mailbell from a graphical session, or correct these "
        "variables."
    ).format(variables=known)


def _loading_error() -> str:
    """The loader's error for Qt's plug-in for X11, which needs libraries of the system; Qt itself does not give it."""
    import ctypes

    from PyQt5.QtCore import QLibraryInfo

    try:
        ctypes.CDLL(f"{QLibraryInfo.location(QLibraryInfo.PluginsPath)}/platforms/libqxcb.so")
    except OSError as error:
        return str(error)
    return ""


def _missing(error: str) -> str:
    """The sentence about the library that `error` names as missing; empty where it names none."""
    found = re.search(_LIBRARY, error)
    if found is None:
        return ""
    return tr(
        "A library that Qt needs is missing: {library}. Install it; on Debian and Ubuntu by: apt install {package}"
    ).format(library=found[1], package=debian_package(found[1]))


def debian_package(library: str) -> str:
    """The package of a shared library by the Debian Policy (8.1), as libxcb-icccm4 has libxcb-icccm.so.4."""
    name, _, version = library.lower().partition(".so")
    version = version.removeprefix(".").partition(".")[0]
    return f"{name}-{version}" if name[-1:].isdigit() and version else f"{name}{version}"


def end_at_once_with_the_screen() -> None:
    """From now on C's ``exit()`` ends the process without the destructors of libraries; Python's end is as ever.

    Qt calls it where the X server or the Wayland compositor has ended, in whatever call finds that out. If that call
    came from Python, it waits for the thread of QtDBus, which waits for Python's lock: the program hung for ever, and
    held the place of the one that the next log-in starts. Only glibc can (``on_exit(3)``). To be called when QtDBus is
    in use: what is registered last comes first.
    """
    if sys.platform != "linux":
        return
    from ctypes import CDLL

    libc = CDLL(None)
    with suppress(AttributeError):
        libc.on_exit(libc._exit, None)  # noqa: SLF001 -- a name of C
