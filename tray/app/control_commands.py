"""The commands that the command line may send to the running instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.mail.presentation.status_json import status_record
from tray.mail.settings.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.accounts.mail_service import MailService
    from tray.app.accounts.pause import Pause
    from tray.app.actions.program_actions import ProgramActions
    from tray.app.settings.settings_service import SettingsService

_MAX_PAUSE = 527_040
"""Minutes: a year."""


class ControlCommands:
    """Executes requests."""

    def __init__(
        self, mail_service: MailService, pause: Pause, settings: SettingsService, program: ProgramActions
    ) -> None:
        self._pause = pause
        self._commands: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            "status": lambda _: {"status": status_record(mail_service.summary())},
            "check": lambda _: mail_service.check_now(),
            "pause": self._pause_for_minutes,
            "resume": lambda _: pause.resume(),
            "reload": lambda _: settings.reload(),
            "show": lambda _: program.show_window(),
            "quit": lambda _: program.quit(),  # after the reply was sent
        }
        """Each is called with the request, and gives the contents of the reply besides ``ok``."""

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply: ``ok``, and ``error`` as a sentence where it is false."""
        name = request.get("command")
        command = self._commands.get(name) if isinstance(name, str) else None
        if command is None:
            unknown = tr("The running Mailbell does not know the command {command!r}.")
            return {"ok": False, "error": unknown.format(command=name)}
        try:
            return {"ok": True, **(command(request) or {})}
        except (SettingsError, _InvalidRequestError) as error:
            return {"ok": False, "error": str(error)}

    def _pause_for_minutes(self, request: dict[str, Any]) -> None:
        """Pause for ``minutes``, or until resumed where there are none."""
        minutes = request.get("minutes")
        if minutes is not None and not (isinstance(minutes, int | float) and 0 < minutes <= _MAX_PAUSE):
            raise _InvalidRequestError(tr("A pause is 1 to 527040 minutes (a year) long."))
        self._pause.pause(None if minutes is None else minutes * 60.0)


class _InvalidRequestError(Exception):
    """The request is not valid; the text is a sentence for the user."""
