"""What the queue of replies calls, as protocols, and how it is told that something was not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tray.mail.model.status import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.account import Account
    from tray.mail.model.status import Problem
    from tray.mail.model.toast import Toast, ToastKey
    from tray.mail.reply.reply import Reply

_PASSING = frozenset(
    {ProblemKind.NAME_NOT_FOUND, ProblemKind.UNREACHABLE, ProblemKind.TOO_MANY, ProblemKind.TOO_OFTEN}
)
"""What may be over by itself."""


class Toasts(Protocol):
    """What is needed to tell the user: `NotificationService`."""

    def show_toast(self, toast: Toast) -> None:
        """Show a toast about a reply."""

    def withdraw(self, key: ToastKey) -> None:
        """Close it."""

    def copy_text(self, text: str, done: Callable[[str], None]) -> None:
        """Copy a text; `done` is called with a sentence where that failed."""


class Postman(Protocol):
    """What sends: `tray.app.actions.postman`."""

    async def send(self, account: Account, reply: Reply, before_mail: Callable[[], None]) -> str:
        """Send a reply; returns the outgoing server. Raises NotSent."""

    async def keep(self, account: Account, reply: Reply) -> bool:
        """Put its copy into the folder of sent mails; False where there is none. Raises NotSent."""


class NotSent(Exception):  # noqa: N818
    """A reply, or its copy, did not arrive; `problem` is the reason."""

    def __init__(self, problem: Problem, *, unknown: bool = False, passing: bool | None = None) -> None:
        super().__init__(problem.sentence)
        self.problem = problem
        self.unknown = unknown
        """Whether it may have arrived all the same."""
        self.passing = problem.kind in _PASSING and not unknown if passing is None else passing
        """Whether another attempt makes sense without the user."""
