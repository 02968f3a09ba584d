"""``mailbell install-desktop-files`` and ``remove-desktop-files``, for whoever has it from pipx or uv."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tray.cli.exit_codes import DONE, OTHER, USAGE, CommandFailed
from tray.desktop.start.desktop_files import DesktopFiles, installed_by_package
from tray.i18n import system_reason, tr, trn

if TYPE_CHECKING:
    import argparse

    from tray.desktop.start.desktop_files import Outcome


def install(arguments: argparse.Namespace) -> int:
    """Add menu entry, icons, man page and completions to the user's own desktop."""
    from tray.desktop.start.autostart import AutostartError, running_command

    _refuse_profile(arguments)
    entry = installed_by_package()
    if entry is not None:
        print(tr("Mailbell's package has installed these files already, such as {file}.").format(file=entry))
        return DONE
    try:
        command = running_command()
    except AutostartError:
        raise CommandFailed(
            tr(
                "Mailbell does not know by which command it was started. Start it by its path, such as "
                "~/.local/bin/mailbell install-desktop-files."
            )
        ) from None
    files = DesktopFiles()
    try:
        outcome = files.install(command)
    except OSError as error:
        raise _not_written(files, error) from error
    if outcome.changed:
        print(
            tr("Menu entry, icons, man page and completions were written to {folder}.").format(
                folder=files.folder
            )
        )
        if os.environ.get("SHELL", "").endswith("zsh"):
            folder = files.folder / "zsh" / "site-functions"
            print(tr("For completion by zsh, add this line to ~/.zshrc, before compinit:"))
            print(f"fpath=({folder} $fpath)")
    elif not outcome.left:
        print(tr("Menu entry, icons, man page and completions are there already."))
    return _left(files, outcome)


def remove(arguments: argparse.Namespace) -> int:
    """Remove what `install` added."""
    _refuse_profile(arguments)
    files = DesktopFiles()
    try:
        outcome = files.remove()
    except OSError as error:
        raise _not_written(files, error) from error
    if outcome.changed:
        count = len(outcome.changed)
        print(
            trn("{n} file was removed from {folder}.", "{n} files were removed from {folder}.", count).format(
                n=count, folder=files.folder
            )
        )
    elif not outcome.left:
        print(tr("There is nothing to remove: 'mailbell install-desktop-files' has written nothing here."))
    return _left(files, outcome)


def _refuse_profile(arguments: argparse.Namespace) -> None:
    if sys.platform in {"win32", "darwin"}:
        raise CommandFailed(tr("This system has no such files: they are for the desktops of Linux and BSD."))
    if arguments.profile is not None:
        raise CommandFailed(
            tr("These files are the same for all profiles. Run the command without --profile."), USAGE
        )


def _not_written(files: DesktopFiles, error: OSError) -> CommandFailed:
    sentence = tr("The files in {folder} cannot be changed: {reason}. Mend that, and run the command again.")
    return CommandFailed(sentence.format(folder=files.folder, reason=system_reason(error)))


def _left(files: DesktopFiles, outcome: Outcome) -> int:
    """Say what was left as it is; the exit code."""
    if not outcome.left:
        return DONE
    print(
        "mailbell: "
        + tr("These files are not, or no longer, what this command writes, and were left as they are:"),
        file=sys.stderr,
    )
    for name in outcome.left:
        print(f"  {files.folder / name}", file=sys.stderr)
    return OTHER
