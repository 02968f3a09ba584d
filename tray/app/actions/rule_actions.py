"""What is done with new messages beside announcing them: the actions of a rule, and the user's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.action import MessageAction
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.actions.action_queue import ActionQueue
    from tray.desktop.opening.mail_commands import MailCommands
    from tray.imap.types import MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.message import MessageKey
    from tray.mail.model.toast import Arrival
    from tray.mail.settings.rules import Rule
    from tray.mail.settings.settings import Settings
    from tray.net.clock import Clock


class RuleActions:
    """Collects the actions of one report, and queues them after it: they change what the report is about."""

    def __init__(
        self,
        clock: Clock,
        queue: ActionQueue,
        settings: Callable[[], Settings],
        complain: Callable[[str], None],
    ) -> None:
        """`complain` is called with a sentence where a command cannot be started."""
        self._queue = queue
        self._settings = settings
        self._complain = complain
        self._commands: MailCommands | None = None
        self._waiting: dict[tuple[MessageAction, MailboxName | None], list[MessageKey]] = {}
        self._timer = Timer(clock)

    def on_new(self, account: Account, arrival: Arrival, rule: Rule | None) -> None:
        """Do what `rule` says with a new message, and run the command for all new messages."""
        if rule is not None and rule.removes:
            from tray.imap.types import MailboxName

            if rule.mark_read:
                self._waiting.setdefault((MessageAction.READ, None), []).append(arrival.key)
            if rule.move_to and rule.move_to != arrival.key.mailbox:
                target = MailboxName(rule.move_to)
                self._waiting.setdefault((MessageAction.MOVE, target), []).append(arrival.key)
            self._timer.set(0.0, self._queue_waiting)
        commands = (self._settings().new_mail_command, "" if rule is None else rule.command)
        for command in filter(None, commands):
            self._run(command, account, arrival, rule)

    def stop(self) -> None:
        """Queue nothing more, and end the commands that run."""
        self._timer.clear()
        if self._commands is not None:
            self._commands.stop()

    def _queue_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for (action, target), keys in waiting.items():
            self._queue.act(action, keys, target, offer_undo=False)

    def _run(self, command: str, account: Account, arrival: Arrival, rule: Rule | None) -> None:
        from tray.mail.policy.facts import variables
        from tray.mail.settings.open_command import command_parts

        argv = command_parts(command)
        if not argv:
            return
        if self._commands is None:
            from tray.desktop.opening.mail_commands import MailCommands

            self._commands = MailCommands(self._complain)
        self._commands.run(argv, variables(account, arrival, rule))
