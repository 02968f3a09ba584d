"""``mailbell status | check | pause | resume | quit``: commands for the running instance."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from tray.cli.control_client import UNREADABLE, ask
from tray.cli.exit_codes import DONE, CommandFailed
from tray.cli.profile import paths_of

if TYPE_CHECKING:
    import argparse


def status(arguments: argparse.Namespace) -> int:
    """Print how the accounts are doing."""
    record = ask(paths_of(arguments).socket, "status").get("status")
    if arguments.json:
        print(json.dumps(record, ensure_ascii=False, indent=2))
        return DONE
    from tray.mail.record import status_text

    try:
        text = status_text(record, time.time())  # type: ignore[arg-type]
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError):  # of another version
        raise CommandFailed(UNREADABLE) from None
    print(text)
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Have it look for mail now."""
    ask(paths_of(arguments).socket, "check")
    return DONE


def pause(arguments: argparse.Namespace) -> int:
    """Pause it, for some minutes or until resumed."""
    ask(paths_of(arguments).socket, "pause", minutes=arguments.minutes)
    return DONE


def resume(arguments: argparse.Namespace) -> int:
    """End the pause."""
    ask(paths_of(arguments).socket, "resume")
    return DONE


def leave(arguments: argparse.Namespace) -> int:
    """End it."""
    ask(paths_of(arguments).socket, "quit")
    return DONE
