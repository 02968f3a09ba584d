"""The commands that the command line may send to the running instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.mail.presentation.status_json import status_record
from tray.mail.settings.settings import SettingsError

if TYPE_CHECKING:
    from tray.app.accounts.mail_service import MailService
    from tray.app.accounts.pause import Pause
    from tray.app.actions import ProgramActions
    from tray.app.settings.settings_service import SettingsService

_MAX_PAUSE = 527_040
"""Minutes: a year."""


class ControlCommands:
    """Executes requests; each method returns the contents of the reply besides ``ok``."""

    def __init__(
        self, mail_service: MailService, pause: Pause, settings: SettingsService, program: ProgramActions
    ) -> None:
        self._mail_service = mail_service
        self._pause = pause
        self._settings = settings
        self._program = program
        self._methods = {
            "status": self.status,
            "check": self.check,
            "pause": self.pause,
            "resume": self.resume,
            "reload": self.reload,
            "show": self.show,
            "quit": self.quit,
        }

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply: ``ok``, and ``error`` as a sentence where it is false."""
        command = request.get("command")
        method = self._methods.get(command) if isinstance(command, str) else None
        if method is None:
            unknown = tr("The running Mailbell does not know the command {command!r}.")
            return {"ok": False, "error": unknown.format(command=command)}
        try:
            return {"ok": True, **method(request)}
        except (SettingsError, _InvalidRequestError) as error:
            return {"ok": False, "error": str(error)}

    def status(self, _request: dict[str, Any]) -> dict[str, Any]:
        """The status of all accounts."""
        return {"status": status_record(self._mail_service.summary())}

    def check(self, _request: dict[str, Any]) -> dict[str, Any]:
        """Check all accounts for new mail."""
        self._mail_service.check_now()
        return {}

    def pause(self, request: dict[str, Any]) -> dict[str, Any]:
        """Pause for ``minutes``, or until resumed where there are none."""
        minutes = request.get("minutes")
        if minutes is not None and not (isinstance(minutes, int | float) and 0 < minutes <= _MAX_PAUSE):
            raise _InvalidRequestError(tr("A pause is 1 to 527040 minutes (a year) long."))
        self._pause.pause(None if minutes is None else minutes * 60.0)
        return {}

    def resume(self, _request: dict[str, Any]) -> dict[str, Any]:
        """End the pause."""
        self._pause.resume()
        return {}

    def reload(self, _request: dict[str, Any]) -> dict[str, Any]:
        """Read the settings file again; raises `SettingsError` where it is broken."""
        self._settings.reload()
        return {}

    def show(self, _request: dict[str, Any]) -> dict[str, Any]:
        """Show the window with the newest messages."""
        self._program.show_window()
        return {}

    def quit(self, _request: dict[str, Any]) -> dict[str, Any]:
        """End the program after the reply was sent."""
        self._program.quit()
        return {}


class _InvalidRequestError(Exception):
    """The request is not valid; the text is a sentence for the user."""
