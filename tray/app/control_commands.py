"""What other programs may ask for: one list of commands for the socket of the command line and the session bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.mail.model.action import MessageAction
from tray.mail.presentation.status_json import message_key, status_record
from tray.mail.settings.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.accounts.mail_service import MailService
    from tray.app.accounts.pause import Pause
    from tray.app.actions.message_actions import MessageActions
    from tray.app.actions.program_actions import ProgramActions
    from tray.app.settings.settings_service import SettingsService
    from tray.mail.model.message import MessageKey

_MAX_PAUSE = 527_040
"""Minutes: a year."""
_MAX_MESSAGES = 200
"""Of one request."""
_NOT_FOR_SCRIPTS = {MessageAction.MOVE, MessageAction.ANSWERED}
_ACTIONS = {action.value: action for action in MessageAction if action not in _NOT_FOR_SCRIPTS}


class ControlCommands:
    """Executes requests."""

    def __init__(
        self,
        mail_service: MailService,
        pause: Pause,
        settings: SettingsService,
        messages: MessageActions,
        program: ProgramActions,
    ) -> None:
        self._pause = pause
        self._messages = messages
        self._commands: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            "status": lambda _: {"status": status_record(mail_service.summary())},
            "check": lambda _: mail_service.check_now(),
            "pause": self._pause_for_minutes,
            "resume": lambda _: pause.resume(),
            "open": self._open,
            "act": self._act,
            "mark-all-read": lambda _: messages.mark_all_read(),
            "undo": lambda _: messages.undo(),
            "reload": lambda _: settings.reload(),
            "show": lambda _: program.show_window(),
            "quit": lambda _: program.quit(),  # after the reply was sent
        }
        """Each is called with the request, and gives the contents of the reply besides ``ok``."""

    def execute(self, request: dict[str, Any]) -> dict[str, Any]:
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

    def _open(self, request: dict[str, Any]) -> None:
        """Open the ``message`` of that id, or the mail program where there is none."""
        message = request.get("message")
        token = request.get("token")
        if message is None:
            self._messages.open_mail(token if isinstance(token, str) else "")
        else:
            self._messages.open_message(_key(message), token if isinstance(token, str) else "")

    def _act(self, request: dict[str, Any]) -> None:
        """Do the ``action`` with the ``messages`` of those ids."""
        action, messages = request.get("action"), request.get("messages")
        if not isinstance(action, str) or action not in _ACTIONS:
            raise _InvalidRequestError(
                tr("An action is one of {actions}.").format(actions=", ".join(_ACTIONS))
            )
        if not isinstance(messages, list) or not 0 < len(messages) <= _MAX_MESSAGES:
            raise _InvalidRequestError(
                tr("Name 1 to {limit} messages, by the id that 'mailbell status --json' prints.").format(
                    limit=_MAX_MESSAGES
                )
            )
        self._messages.act_unasked(_ACTIONS[action], tuple(_key(message) for message in messages))


def _key(message: object) -> MessageKey:
    try:
        return message_key(message if isinstance(message, str) else "")
    except ValueError:
        sentence = tr("{message!r} is not the id of a message, as 'mailbell status --json' prints it.")
        raise _InvalidRequestError(sentence.format(message=message)) from None


class _InvalidRequestError(Exception):
    """The request is not valid; the text is a sentence for the user."""
