"""What would have been done with earlier messages, for whoever edits rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.policy.decision import Presence, circumstances_at, decide
from tray.mail.policy.explanations import Explanation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.toast import Arrival
    from tray.mail.settings.settings import Settings


def try_settings(settings: Settings, arrivals: Iterable[Arrival]) -> tuple[Explanation, ...]:
    """The decision about each message, newest first, as if it arrived at its own time with these settings.

    A rule about the age matches none then, and what the desktop said at that time is not known.
    """
    accounts = {account.id: account for account in settings.accounts}
    found: list[Explanation] = []
    for arrival in arrivals:
        account = accounts.get(arrival.key.account)
        if account is not None:
            envelope = arrival.message.envelope
            at = envelope.date or 0.0
            circumstances = circumstances_at(settings, at, paused=False, presence=Presence())
            decision = decide(settings, account, arrival, circumstances, at)
            sender = envelope.sender.name or envelope.sender.address
            found.append(Explanation(at, arrival.key, account.name, sender, envelope.subject, decision))
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))
