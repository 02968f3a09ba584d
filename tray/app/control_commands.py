"""What the command line may ask of the running instance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tray.mail.presentation.status_json import status_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.presentation.summary import Summary


_LONGEST_PAUSE = 527_040
"""Minutes: a year."""


@dataclass(frozen=True)
class ControlCommands:
    """One callable for each command that can be sent."""

    summary: Callable[[], Summary]
    check_now: Callable[[], None]
    pause: Callable[[float | None], None]
    resume: Callable[[], None]
    reload: Callable[[], None]
    show: Callable[[], None]
    quit: Callable[[], None]


async def answer(commands: ControlCommands, request: dict[str, Any]) -> dict[str, Any]:
    """Carry out one request and give the reply: ``ok``, and ``error`` as a sentence where it is false."""
    match request.get("command"):
        case "status":
            return {"ok": True, "status": status_record(commands.summary())}
        case "check":
            commands.check_now()
        case "pause":
            minutes = request.get("minutes")
            if minutes is not None and not (
                isinstance(minutes, int | float) and 0 < minutes <= _LONGEST_PAUSE
            ):
                return {"ok": False, "error": "A pause is 1 to 527040 minutes (a year) long."}
            commands.pause(None if minutes is None else minutes * 60.0)
        case "resume":
            commands.resume()
        case "reload":
            commands.reload()
        case "show":
            commands.show()
        case "quit":
            commands.quit()
        case other:
            return {"ok": False, "error": f"The running Mailbell does not know the command {other!r}."}
    return {"ok": True}
