"""What the settings show of messages that came: implements `tray.ui.ports.MessageHistory`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tray.app.accounts.mail_service import MailService
    from tray.app.notifications.gate import NotificationGate
    from tray.mail.model.toast import Arrival
    from tray.mail.policy.explanations import Explanation

_WEEK = 7 * 24 * 3600.0


@dataclass(frozen=True)
class MessageHistory:
    """The last decisions, and the messages of the last week."""

    gate: NotificationGate
    mail_service: MailService
    now: Callable[[], float]

    def explanations(self) -> tuple[Explanation, ...]:
        """See `MessageHistory.explanations`."""
        return self.gate.explanations()

    def last_week(self) -> tuple[Arrival, ...]:
        """See `MessageHistory.last_week`."""
        return tuple(self.mail_service.arrivals_since(self.now() - _WEEK))
