"""The keyring: which one, and whether it can be read now. It is never asked for a password, and never unlocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.cli.doctor.bus_questions import NoBus, questions
from tray.cli.doctor.finding import Finding, Mark, note, ok
from tray.desktop.secrets import keyring as library
from tray.desktop.secrets.keyring import KeyringState
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.mail.model.status import Problem

_SERVICE = "org.freedesktop.secrets"


@dataclass(frozen=True, slots=True)
class Keyring:
    """What was seen."""

    backend: str = ""
    """That of the keyring library."""
    state: KeyringState | None = None
    program: str = ""
    """The program behind it, where it is on the bus."""
    problem: Problem | None = None
    """Why it cannot be used."""


def look() -> Keyring:
    """Ask the bus, then the keyring library; raises `NoBus` where the bus hangs, as the library would."""
    from tray.mail.model.secret import KeyringUnavailable

    program = ""
    try:
        with questions() as bus:
            program = bus.program(_SERVICE)
    except NoBus as error:
        if error.hangs:
            raise
    try:
        backend, state = library.state()
    except KeyringUnavailable as error:
        return Keyring(problem=error.problem)
    return Keyring(backend, state, program)


def findings(keyring: Keyring, *, needed: bool) -> list[Finding]:
    """What it means; `needed`: whether a password or token of an account lies in it."""
    bad = Mark.PROBLEM if needed else Mark.NOTE
    if keyring.problem is not None:
        return [Finding(bad, keyring.problem.sentence, keyring.problem.advice)]
    name = keyring.program or keyring.backend
    if keyring.state is KeyringState.LOCKED:
        return [
            Finding(
                bad,
                tr("The keyring is locked ({name}).").format(name=name),
                tr(
                    "Unlock it, for example by logging out and in again; Mailbell goes on by itself. "
                    "If it is locked at each log-in, give it the password that you log in with."
                ),
            )
        ]
    if keyring.state is KeyringState.EMPTY:
        return [ok(tr("There is no keyring yet; the first password makes one ({name}).").format(name=name))]
    if keyring.state is KeyringState.UNKNOWN:
        return [
            note(
                tr("The keyring is {name}; it was not read, because it might ask for a password.").format(
                    name=name
                )
            )
        ]
    return [ok(tr("The keyring is open ({name}).").format(name=name), keyring.backend)]
