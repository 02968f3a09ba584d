"""Notifications: the program that shows them, what it can do, and one for a try where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray import APPLICATION_ID
from tray.cli.doctor.bus_questions import Questions, questions
from tray.cli.doctor.finding import note, ok, problem
from tray.i18n import tr
from tray.values import dataclass

if TYPE_CHECKING:
    from tray.cli.doctor.finding import Finding

_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


@dataclass(frozen=True, slots=True)
class Daemon:
    """What was seen of the notification daemon."""

    runs: bool = False
    starts: bool = False
    """Whether the bus starts one with the first notification."""
    name: str = ""
    version: str = ""
    capabilities: tuple[str, ...] | None = None
    """None where it does not answer."""
    test_shown: bool | None = None
    """Whether it took the notification for a try; None where none was wanted."""


def look(*, test: bool) -> Daemon:
    """Ask the daemon, and show a notification with `test`, which may start it. Raises `NoBus`."""
    with questions() as bus:
        shown = _show(bus) if test else None
        runs, name, version, capabilities = bus.has(_NAME), "", "", None
        if runs:
            match bus.ask(_NAME, _PATH, _NAME, "GetServerInformation"):
                case (str(name), str(), str(version), str()):
                    pass
            match bus.ask(_NAME, _PATH, _NAME, "GetCapabilities"):
                case ([*found],):
                    capabilities = tuple(sorted(str(each) for each in found))
        return Daemon(runs, bus.could_start(_NAME), name, version, capabilities, shown)


def _show(bus: Questions) -> bool:
    body = tr("This is how Mailbell tells you of new mail.")
    hints = {"desktop-entry": ("s", APPLICATION_ID)}
    answer = bus.ask(
        _NAME, _PATH, _NAME, "Notify", "susssasa{sv}i", "Mailbell", 0, APPLICATION_ID, "Mailbell", body, [],
        hints, -1, start=True,
    )  # fmt: skip
    return answer is not None


def findings(daemon: Daemon) -> list[Finding]:
    """What it means."""
    found = []
    if daemon.runs and daemon.capabilities is None:
        found.append(
            problem(tr("The program that shows notifications does not answer."), tr("Log out and in again."))
        )
    elif daemon.runs:
        found += _running(daemon, daemon.capabilities or ())
    elif daemon.starts:
        found.append(ok(tr("The desktop starts the program for notifications with the first one.")))
    else:
        found.append(
            problem(
                tr("No program here shows notifications; Mailbell keeps them until one is started."),
                tr("Start one, such as xfce4-notifyd, mako, swaync or dunst."),
            )
        )
    if daemon.test_shown:
        found.append(
            note(
                tr("A test notification was sent."),
                tr("If you do not see it, look whether “do not disturb” is on in your desktop."),
            )
        )
    elif daemon.test_shown is False:
        found.append(problem(tr("The test notification was refused."), tr("Log out and in again.")))
    return found


def _running(daemon: Daemon, capabilities: tuple[str, ...]) -> list[Finding]:
    name = f"{daemon.name} {daemon.version}".strip() or tr("A program without a name")
    can = tr("capabilities: {list}").format(list=", ".join(capabilities))
    found = [ok(tr("{name} shows notifications.").format(name=name), can)]
    if "actions" not in capabilities:
        found.append(
            note(
                tr("Its notifications have no buttons."),
                tr("What a button does can be done in Mailbell's window."),
            )
        )
    return found
