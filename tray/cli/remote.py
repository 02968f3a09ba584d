"""``mailbell status | check | pause | resume | quit``: commands for the running instance."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from tray.cli.control_client import UNREADABLE
from tray.cli.exit_codes import DONE, CommandFailed
from tray.cli.profile import paths_of
from tray.cli.running import ask_running

if TYPE_CHECKING:
    import argparse


def status(arguments: argparse.Namespace) -> int:
    """Print how the accounts are doing."""
    record = ask_running(paths_of(arguments), "status").get("status")
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
    ask_running(paths_of(arguments), "check")
    return DONE


def pause(arguments: argparse.Namespace) -> int:
    """Pause it, for some minutes or until resumed."""
    ask_running(paths_of(arguments), "pause", minutes=arguments.minutes)
    return DONE


def resume(arguments: argparse.Namespace) -> int:
    """End the pause."""
    ask_running(paths_of(arguments), "resume")
    return DONE


def leave(arguments: argparse.Namespace) -> int:
    """End it."""
    ask_running(paths_of(arguments), "quit")
    return DONE
