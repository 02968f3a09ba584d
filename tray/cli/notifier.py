"""``mailbell``: starts the notifier, or hands over to the one that runs already."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tray.cli.control_client import ask
from tray.cli.exit_codes import DONE, CommandFailed
from tray.cli.profile import load_settings, paths_of

if TYPE_CHECKING:
    import argparse

    from tray.desktop.paths import Paths
    from tray.desktop.single_instance import InstanceLock


def run(arguments: argparse.Namespace) -> int:
    """Run until quit; a second start brings the first one's window up and leaves."""
    if not arguments.demo:
        return _run(arguments)
    # A fresh folder for a while: nothing of the demo is kept, and the user's own profile is not touched.
    arguments.profile = Path(tempfile.mkdtemp(prefix="mailbell-demo-"))
    try:
        return _run(arguments)
    finally:
        shutil.rmtree(arguments.profile, ignore_errors=True)


def _run(arguments: argparse.Namespace) -> int:
    from tray.desktop.single_instance import InstanceLock

    paths = paths_of(arguments)
    lock = InstanceLock(paths.lock)
    if not _alone(lock, paths):
        ask(paths.socket, "show")
        print("Mailbell is running already; its window is shown.")
        return DONE
    try:
        _need_a_screen()
        try:
            settings = load_settings(paths)
        except CommandFailed as failure:
            if not sys.stderr.isatty():
                from tray.boot.run import complain

                complain(str(failure))
            raise
        from tray.boot.run import run as boot

        return boot(paths, settings, demo=arguments.demo, log_level=arguments.log_level)
    finally:
        lock.release()


def _alone(lock: InstanceLock, paths: Paths) -> bool:
    try:
        return lock.acquire()
    except OSError as error:
        raise CommandFailed(
            f"Mailbell cannot write to {paths.runtime}: {error.strerror}. "
            "Make it writable, or choose another folder with --profile."
        ) from None


def _need_a_screen() -> None:
    """Say it in words: Qt would abort the process where there is no screen."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise CommandFailed("There is no screen to run on. Start Mailbell from a graphical session.")
