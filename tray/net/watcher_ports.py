"""What a watcher needs of the world, and whom it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.net.renewal import Renewal
from tray.net.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tray.mail.account import Account
    from tray.mail.mailbox import MailboxReport, MailboxState
    from tray.mail.secret import Secret
    from tray.mail.status import Status, Trouble
    from tray.net.alarm import Clock
    from tray.net.route import ProxySecret


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
    renewal: Callable[[], Renewal] = Renewal
    """How long this account's connections may be silent."""
    learnt: Callable[[Renewal], None] = lambda _: None
    turn: Turn = Turn()  # noqa: RUF009 -- it holds nothing
    """The right to a connection, of this mailbox among the others of its server."""
    proxy_secret: ProxySecret | None = None
    """Gives the password of the account's proxy; raises SecretUnavailable. None where no proxy has one."""
    remark: Callable[[Trouble], None] = lambda _: None
    """Hears what the server wants the user to know, such as an ALERT; each time."""
