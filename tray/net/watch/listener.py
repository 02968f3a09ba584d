"""What a watcher needs of the world, and whom it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, succeed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.model.status import Problem

    Told = Callable[[float, Problem], None]
    from collections.abc import Awaitable, Callable

    from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
    from tray.mail.model.account import Account
    from tray.mail.model.secret import Secret
    from tray.mail.model.status import Problem, Status
    from tray.net.clock import Clock
    from tray.net.proxy.route import ProxySecret


class Turn:
    """The right of one mailbox to a connection: without a budget, always and at once."""

    def take(
        self,
        waits: Told,  # noqa: ARG002 -- for those who wait
        give_way: Callable[[], None],  # noqa: ARG002
        back: Callable[[], None] | None = None,  # noqa: ARG002
    ) -> Deferred[None]:
        """Fires when a connection may be made.

        `waits` hears until when (on the reactor's clock) about it has to wait, and why; `give_way` is called when
        the connection, logged in, is to be ended for another mailbox; `back` when there is none, and another one was
        let in: who waits because nobody answered, may try again.
        """
        return succeed(None)

    def logged_in(self) -> None:
        """The server has accepted it."""

    def refused(self, error: Exception) -> None:
        """The server said that there are too many."""

    def hurried(self) -> None:
        """The server said that there were too many log-ins in too short a time."""

    def scouts(self) -> bool:
        """Whether this one is to find out, for all that wait for a server which nobody reaches, that it is back."""
        return True

    def in_vain(self) -> dict[str, int]:
        """Mechanisms that the server offers and that did not work for this user, see `tray.net.imap.login`."""
        return {}

    def leave(self) -> None:
        """The connection is gone, or was never made; without effect when there was no turn."""


@dataclass(frozen=True, slots=True)
class WatcherPorts:
    """What a watcher needs of the world, and whom it tells."""

    reactor: Clock
    secret: Callable[[Account], Awaitable[Secret]]
    """Raises SecretUnavailable."""
    known: Callable[[], MailboxState | None]
    report: Callable[[MailboxReport], None]
    status: Callable[[Status], None]
    random: Callable[[], float]
    now: Callable[[], float]
    """Unix seconds."""
    turn: Turn = Turn()  # noqa: RUF009 -- it holds nothing
    """The right to a connection, of this mailbox among the others of its server."""
    proxy_secret: ProxySecret | None = None
    """Gives the password of the account's proxy; raises SecretUnavailable. None where no proxy has one."""
    remark: Callable[[Problem], None] = lambda _: None
    """Hears what the server wants the user to know, such as an ALERT; each time."""
