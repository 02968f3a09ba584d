"""What a command is told of a new message, in its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.settings.open_message import message_id_of, variable

if TYPE_CHECKING:
    from tray.mail.model.account import Account
    from tray.mail.model.toast import Arrival
    from tray.mail.settings.rules import Rule


def variables(account: Account, arrival: Arrival, rule: Rule | None) -> dict[str, str]:
    """The variables ``MAILBELL_ACCOUNT`` and so on; texts are decoded and safe to display, each may be empty."""
    envelope = arrival.message.envelope
    facts = {
        "account": account.name,
        "email": account.email,
        "mailbox": arrival.key.mailbox,
        "uid": str(arrival.key.uid),
        "message_id": message_id_of(envelope.message_id),
        "from": envelope.sender.address,
        "from_name": envelope.sender.name,
        "subject": envelope.subject,
        "date": "" if envelope.date is None else str(int(envelope.date)),
        "rule": "" if rule is None else rule.name,
    }
    return {variable(name): value.replace("\0", "") for name, value in facts.items()}
