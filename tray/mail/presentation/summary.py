"""Everything that the tray shows, as one value."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tray.mail.model.account import SecretSource
from tray.mail.model.message import MessageKey, listing_date
from tray.mail.model.status import Disabled, Paused, Watching, needs_user
from tray.mail.presentation.sender import shown_sender

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.message import Message
    from tray.mail.model.status import Status


class IconState(enum.Enum):
    """What the icon says at a glance; the value names its picture in ``resources/icons``."""

    QUIET = "quiet"
    """Nothing new."""
    UNSEEN = "unseen"
    TROUBLE = "trouble"
    """Something asks for the user: credentials, trust, a broken mailbox."""
    PAUSED = "paused"
    OFFLINE = "offline"
    """No account is watched now; connecting or waiting to try again."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One line of the menu."""

    key: MessageKey
    sender: str
    subject: str
    date: float | None
    unseen: bool


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One account's part of the menu."""

    id: AccountId
    name: str
    status: Status
    unseen: int
    latest: tuple[MessageLine, ...]
    """Newest first."""
    colour: str = ""
    """``#rrggbb``, or empty for none."""
    muted: bool = False
    quiet_hours: tuple[str, ...] = ()
    """As the account has them; see `tray.mail.settings.quiet_hours`."""
    signs_in: bool = False
    """Whether one signs in for it in the browser, and has no password to enter."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What icon, tooltip, menu, the window and ``mailbell status`` show."""

    icon: IconState
    unseen: int
    accounts: tuple[AccountSummary, ...]
    """In the user's order; disabled accounts are left out."""
    paused: bool = False
    paused_until: float | None = None
    """Unix seconds; None where not paused or paused until resumed."""


def account_summary(
    account: Account, status: Status, mailboxes: Mapping[MailboxName, MailboxState], titles: int
) -> AccountSummary:
    """What is shown of one account: its mailboxes together, and the `titles` newest messages of them all.

    They are ordered by date: UIDs need not rise with it. Gmail shows one message in many mailboxes: by its X-GM-MSGID
    it is one line, and is counted once where it is among the newest. A copy on another server is a message of its own.
    """
    found = [
        (message, MessageKey(account.id, name, state.uid_validity, message.uid))
        for name, state in mailboxes.items()
        for message in state.latest
    ]
    found.sort(key=lambda pair: listing_date(pair[0]), reverse=True)
    latest: list[MessageLine] = []
    gmail_ids: set[int] = set()
    unseen = sum(state.unseen for state in mailboxes.values())
    for message, key in found:
        if message.gmail_id is not None:
            if message.gmail_id in gmail_ids:
                unseen -= message.unseen
                continue
            gmail_ids.add(message.gmail_id)
        latest.append(_title(message, key))
    return AccountSummary(
        id=account.id,
        name=account.name,
        status=status,
        unseen=max(unseen, 0),
        latest=tuple(latest[:titles]),
        colour=account.colour,
        muted=account.muted,
        quiet_hours=account.quiet_hours,
        signs_in=account.secret is SecretSource.OAUTH,
    )


def _title(message: Message, key: MessageKey) -> MessageLine:
    envelope = message.envelope
    return MessageLine(
        key=key,
        sender=shown_sender(envelope.sender),
        subject=envelope.subject,
        date=envelope.date,
        unseen=message.unseen,
    )


def summarize(accounts: Sequence[AccountSummary], pause: Paused | None) -> Summary:
    """All accounts as one value; `pause` where the user paused the whole program."""
    shown = tuple(account for account in accounts if not isinstance(account.status, Disabled))
    unseen = sum(account.unseen for account in shown)
    return Summary(
        icon=_icon([account.status for account in shown], unseen, paused=pause is not None),
        unseen=unseen,
        accounts=shown,
        paused=pause is not None,
        paused_until=pause.until if pause is not None else None,
    )


def _icon(statuses: Sequence[Status], unseen: int, *, paused: bool) -> IconState:
    """The first that holds, from what asks most for the user to what asks least."""
    if any(needs_user(status) for status in statuses):
        return IconState.TROUBLE
    if paused or (statuses and all(isinstance(status, Paused) for status in statuses)):
        return IconState.PAUSED
    if statuses and not any(isinstance(status, Watching) for status in statuses):
        return IconState.OFFLINE
    return IconState.UNSEEN if unseen else IconState.QUIET
