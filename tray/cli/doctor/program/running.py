"""The running Mailbell of this profile: asked over its socket how it is doing."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from tray.cli.doctor.finding import note, ok, problem
from tray.cli.exit_codes import NOT_RUNNING, CommandFailed
from tray.cli.running_instance import ask_running, unreadable
from tray.i18n import tr
from tray.mail.presentation.status_json import status_text
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.cli.doctor.finding import Finding
    from tray.desktop.storage.paths import Paths


@dataclass(frozen=True, slots=True)
class Running:
    """What was seen."""

    process: int | None = None
    """The process that holds the profile; None where none does."""
    where: str = ""
    """Its screen or session."""
    status: dict[str, Any] | None = None
    """What it says of itself, as ``mailbell status --json``."""
    failure: str = ""
    """Why it said nothing, where it runs."""
    elsewhere: bool = False
    """Whether it runs on another computer, which cannot be asked from here."""


def look(paths: Paths) -> Running:
    """Ask it; raises nothing."""
    from tray.desktop.storage.instance_lock import read_holder

    holder = read_holder(paths.lock)
    try:
        status = ask_running(paths, "status").get("status")
    except CommandFailed as failure:
        if failure.code != NOT_RUNNING:
            return Running(holder.pid if holder else None, failure=str(failure))
        if holder is not None and not holder.is_on_this_computer:
            return Running(holder.pid, holder.where(), elsewhere=True)
        if holder is not None and _is_mailbell(holder.pid):
            return Running(holder.pid, holder.where(), failure=tr("it does not listen"))
        return Running()
    if not isinstance(status, dict):
        return Running(holder.pid if holder else None, failure=str(unreadable()))
    return Running(holder.pid if holder else None, holder.where() if holder else "", status)


def _is_mailbell(process: int) -> bool:
    """Whether the process is there and is one of ours, and not another that got the number of one that has ended."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as stream:  # noqa: PTH123 -- a line for the kernel
            return b"mailbell" in stream.read() or b"tray" in stream.read()
    except OSError:
        return False


def findings(running: Running, *, tested: bool, now: float | None = None) -> list[Finding]:
    """What it means; `tested`: whether its accounts are tested, too; `now` is in Unix seconds."""
    if running.elsewhere:
        return [
            note(
                tr("Mailbell may be running on another computer with this home: {where}.").format(
                    where=running.where
                ),
                tr("Quit it there first if you want it here."),
            )
        ]
    if running.failure:
        return [
            problem(
                tr("Mailbell is running, but cannot be asked: {reason}").format(reason=running.failure),
                tr(
                    "Try again in a moment; if that does not help, end process {number} and start Mailbell."
                ).format(number=running.process or "?"),
            )
        ]
    if running.status is None:
        return [
            note(tr("Mailbell is not running."), tr("Start it from the menu of programs, or by: mailbell"))
        ]
    place = running.where or str(running.process)
    found = [ok(tr("Mailbell is running ({place}).").format(place=place))]
    try:
        accounts = running.status["accounts"]
        moment = time.time() if now is None else now
        found += [_account(account, moment, tested=tested) for account in accounts]
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError):  # of another version
        found.append(
            problem(str(unreadable()), tr("It may be of another version: quit it and start it again."))
        )
    return found


def _account(account: dict[str, Any], now: float, *, tested: bool) -> Finding:
    lines = status_text({"accounts": [{**account, "error": None, "latest": []}]}, now).splitlines()
    text = ". ".join(map(str.strip, lines))
    if not account["error"]:
        return ok(text)
    text = f"{text}. {account['error']}"
    if tested:  # the test tells what to do, and counts as the problem
        return note(text, tr("Look at the test of this account below."))
    return problem(text, tr("To test it: {command}").format(command="mailbell account check"))


def process_of(running: Running) -> int | None:
    """The process of a Mailbell that runs on this computer."""
    is_here = running.status is not None and running.process is not None
    return running.process if is_here and os.name == "posix" else None
