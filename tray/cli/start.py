"""``mailbell``: starts the notifier, or shows the window of the one that is running."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tray.cli.exit_codes import DONE, NOT_RUNNING, CommandFailed
from tray.cli.profile import load_settings, paths_of
from tray.desktop.storage.paths import PathsError
from tray.i18n import system_reason, tr

if TYPE_CHECKING:
    import argparse

    from tray.desktop.storage.instance_lock import InstanceLock
    from tray.desktop.storage.paths import Paths


def run(arguments: argparse.Namespace) -> int:
    """Run until quit; where Mailbell is running already, show its window and return."""
    if not arguments.demo:
        return _run(arguments)
    import shutil
    import tempfile

    # A temporary profile: nothing of the demo is kept, and the user's own profile is not changed.
    arguments.profile = Path(tempfile.mkdtemp(prefix="mailbell-demo-"))
    try:
        return _run(arguments)
    finally:
        shutil.rmtree(arguments.profile, ignore_errors=True)


def _run(arguments: argparse.Namespace) -> int:
    from tray.desktop.storage.instance_lock import InstanceLock

    paths = paths_of(arguments)
    lock = InstanceLock(paths.lock, lambda: paths.lock_elsewhere)
    if not _acquire(lock, paths):
        return _show_running(paths)
    try:
        if not _has_screen():
            raise CommandFailed(tr("There is no screen to run on. Start Mailbell from a graphical session."))
        try:
            settings = load_settings(paths)
        except CommandFailed as failure:
            _show(str(failure))
            raise
        from tray.boot.run import run as boot
        from tray.boot.screen import NoScreen

        try:
            return boot(paths, settings, demo=arguments.demo, log_level=arguments.log_level)
        except NoScreen as error:
            raise CommandFailed(str(error)) from None
    finally:
        lock.release()


def _acquire(lock: InstanceLock, paths: Paths) -> bool:
    try:
        acquired = lock.acquire(paths.socket)
    except PathsError as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        raise _not_writable(paths.lock, system_reason(error)) from None
    folder = paths.socket.parent  # must be writable, though the state may lie on a read-only disk
    if acquired and not os.access(folder, os.W_OK):
        raise _not_writable(folder, tr("the disk is read-only"))
    return acquired


def _not_writable(path: Path, reason: str | None) -> CommandFailed:
    return CommandFailed(
        tr(
            "Mailbell cannot write to {path}: {reason}. Make it writable, or choose another "
            "folder with --profile."
        ).format(path=path, reason=reason)
    )


def _show_running(paths: Paths) -> int:
    """Show the window of the running Mailbell; where that is on another screen, print on which."""
    from tray.cli.running_instance import ask_running
    from tray.desktop.storage.instance_lock import Holder, read_holder

    holder = read_holder(paths.lock)
    where = tr("in an unknown place") if holder is None else holder.where()
    if holder is not None and not holder.is_on_this_computer:
        raise CommandFailed(
            tr(
                "Mailbell is running already for this profile ({where}). Quit it there first, or "
                "choose another folder with --profile."
            ).format(where=where)
        )
    try:
        ask_running(paths, "show")
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING:
            raise
        if holder is not None and holder.process() != where:
            where = f"{where}, {holder.process()}"
        raise CommandFailed(
            tr(
                "Mailbell is running already ({where}), but does not listen. Try again in a moment; "
                "if that does not help, end that process."
            ).format(where=where)
        ) from None
    if holder is None or holder.shares_a_screen_with(Holder.here(paths.socket)):
        print(tr("Mailbell is running already; its window is shown."))
        return DONE
    sentence = tr("Mailbell is running already ({where}); its window is shown there.").format(where=where)
    print(sentence)
    if _has_screen():
        _show(sentence)
    return DONE


def _show(sentence: str) -> None:
    """Show `sentence` in a window, where the program was not started in a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():  # None in a program without a console on Windows
        from tray.boot.run import complain
        from tray.boot.screen import NoScreen

        with suppress(NoScreen):
            complain(sentence)


def _has_screen() -> bool:
    """Whether the environment names a screen; whether it can be used is known when Qt starts."""
    variables = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in variables)
