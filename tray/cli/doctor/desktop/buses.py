"""Message buses: that of the session, and that of the machine with logind and NetworkManager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.cli.doctor.bus_questions import NoBus, questions
from tray.cli.doctor.finding import note, ok, problem
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.cli.doctor.finding import Finding

_LOGIND, _NETWORK = "org.freedesktop.login1", "org.freedesktop.NetworkManager"


@dataclass(frozen=True, slots=True)
class Buses:
    """What was seen; a bus is None, or says whether it hangs where it cannot be used."""

    session: NoBus | None = None
    system: NoBus | None = None
    logind: bool = False
    network: bool = False
    """Whether NetworkManager runs."""


def look() -> Buses:
    """Ask both buses."""
    session = system = None
    logind = network = False
    try:
        with questions():
            pass
    except NoBus as error:
        session = error
    try:
        with questions("SYSTEM") as bus:
            logind, network = bus.has(_LOGIND), bus.has(_NETWORK)
    except NoBus as error:
        system = error
    return Buses(session, system, logind, network)


def findings(buses: Buses, *, has_screen: bool) -> list[Finding]:
    """What it means; on a console without a screen nothing is missed without a session bus."""
    return [_session(buses.session, has_screen=has_screen), *_system(buses)]


def _session(bus: NoBus | None, *, has_screen: bool) -> Finding:
    if bus is None:
        return ok(tr("The session bus answers."))
    if bus.hangs:
        return problem(tr("The session bus does not answer."), tr("Log out of the desktop and in again."))
    if not has_screen:
        return note(tr("There is no session bus here, as on a console or over ssh."))
    return problem(
        tr("There is no session bus, so notifications, tray and keyring cannot be reached."),
        tr("Start Mailbell from the desktop itself, not by sudo, su or ssh."),
    )


def _system(buses: Buses) -> list[Finding]:
    if buses.system is not None:
        sentence = (
            tr("The system bus does not answer.") if buses.system.hangs else tr("There is no system bus.")
        )
        return [note(sentence, _without_signals())]
    found = []
    if buses.logind:
        found.append(ok(tr("logind tells Mailbell when the computer goes to sleep and wakes up.")))
    else:
        found.append(note(tr("logind does not run."), _without_signals()))
    if buses.network:
        found.append(ok(tr("NetworkManager tells Mailbell when the network changes.")))
    else:
        found.append(
            ok(
                tr(
                    "NetworkManager does not run: Mailbell notices another network when a server does not answer."
                )
            )
        )
    return found


def _without_signals() -> str:
    return tr(
        "Nothing has to be done: after sleep Mailbell notices by the clock and by servers that do not answer."
    )
