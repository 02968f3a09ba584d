"""The clock of this computer: certificates and quiet hours depend on it."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from tray.cli.doctor.bus_questions import NoBus, questions
from tray.cli.doctor.finding import note, ok, problem
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.cli.doctor.finding import Finding
    from tray.desktop.storage.paths import Paths

_NAME, _PATH = "org.freedesktop.timedate1", "/org/freedesktop/timedate1"
_TOLERANCE = 24 * 3600
"""Seconds by which a file may be newer than the clock: an archive may have been unpacked in another time zone."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What was seen; times are Unix seconds."""

    now: float
    zone: str
    """The name of the time zone, with its distance from UTC."""
    newest_file: float
    """When the newest of the program's files was written."""
    synchronised: bool | None = None
    """Whether it follows a time server; None where nobody knows."""


def look(paths: Paths) -> Clock:
    """Look at the clock, and ask systemd-timedated whether it follows a time server."""
    moment = datetime.now().astimezone()
    synchronised = None
    try:
        with questions("SYSTEM") as bus:
            value = bus.value(_NAME, _PATH, _NAME, "NTPSynchronized")
            synchronised = value if isinstance(value, bool) else None
    except NoBus:
        pass
    files = (Path(__file__), paths.state_file, paths.log_file, paths.settings_file)
    return Clock(time.time(), f"{moment.tzname()}, UTC{moment:%z}", max(map(_written, files)), synchronised)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def findings(clock: Clock) -> list[Finding]:
    """What it means."""
    if clock.newest_file > clock.now + _TOLERANCE:
        return [
            problem(
                tr(
                    "The clock is wrong: it says {now}, but files of Mailbell were written on {later}."
                ).format(now=_text(clock.now), later=_text(clock.newest_file)),
                _set(),
            )
        ]
    found = [
        ok(tr("The clock says {now}; the time zone is {zone}.").format(now=_text(clock.now), zone=clock.zone))
    ]
    if clock.synchronised:
        found.append(ok(tr("It follows a time server.")))
    elif clock.synchronised is False:
        found.append(
            note(
                tr("It does not follow a time server."),
                tr("Switch automatic time on in the desktop's settings, or by: timedatectl set-ntp true"),
            )
        )
    return found


def against_certificates(clock: float, dates: list[tuple[str, float, float]]) -> list[Finding]:
    """What certificates say of the clock: `dates` has the server, and the Unix seconds of begin and end of each."""
    off = [(host, first, last) for host, first, last in dates if not first <= clock <= last]
    if not dates or not off:
        return [ok(tr("The certificates of the servers are valid at that time."))] if dates else []
    host, first, last = off[0]
    sentence = tr(
        "The clock and the certificate of {host} do not fit: it is valid {first} to {last}, and the clock says {now}."
    )
    found = sentence.format(host=host, first=_text(first), last=_text(last), now=_text(clock))
    advice = tr("Compare the clock with another one. If it is right, the certificate has to be renewed.")
    early = any(clock < first for _, first, _ in off)
    is_clock = early or (len(off) == len(dates) > 1)  # a single one has simply expired
    return [problem(found, advice) if is_clock else note(found, advice)]


def _text(when: float) -> str:
    return datetime.fromtimestamp(when, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def _set() -> str:
    return tr("Set the clock, best by switching automatic time on in the desktop's settings.")
