"""The right of one mailbox to a connection, as a watcher without a budget has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred, succeed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.mail.status import Trouble

    Told = Callable[[float, Trouble], None]


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
        """Mechanisms that the server offers and that did not work for this user, see `tray.net.opening.log_in`."""
        return {}

    def leave(self) -> None:
        """The connection is gone, or was never made; without effect when there was no turn."""
