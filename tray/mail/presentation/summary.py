"""The values that the tray shows."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.mail.model.account import SecretSource
from tray.mail.model.message import MessageKey, listing_date
from tray.mail.model.status import Disabled, Paused, Watching, needs_attention
from tray.mail.presentation.message_texts import shown_sender
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tray.imap.types import MailboxName
    from tray.mail.arrivals.mailbox_state import MailboxState
    from tray.mail.model.account import Account, AccountId
    from tray.mail.model.action import RefusedAction, UndoOffer
    from tray.mail.model.message import Message
    from tray.mail.model.status import Status


LISTED = 100
"""The newest messages of each account that a window lists."""
LISTED_UNREAD = 200
"""Unread messages of each account that a window lists, older ones among them."""


class IconState(enum.Enum):
    """The picture of the icon; the value is its name in ``resources/icons``."""

    QUIET = "quiet"
    """No unseen message."""
    UNSEEN = "unseen"
    TROUBLE = "trouble"
    """A problem needs the user: credentials, a certificate, a mailbox that cannot be opened."""
    PAUSED = "paused"
    OFFLINE = "offline"
    """No account is watched now; connecting or waiting to try again."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message, as menu, window and scripts show it."""

    key: MessageKey
    sender: str
    subject: str
    date: float | None
    unseen: bool
    flagged: bool = False
    important: bool = False
    """Whether the user's rules count it as important."""
    address: str = ""
    """The sender's address."""
    preview: str = ""
    """The first line of the text; empty where it was not fetched."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search on the servers has found so far."""

    lines: tuple[MessageLine, ...] = ()
    """Newest first."""
    waiting: int = 0
    """Servers that have not answered yet."""
    problems: tuple[str, ...] = ()
    """A sentence for each server that could not search."""


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One account, as menu, window and scripts show it."""

    id: AccountId
    name: str
    status: Status
    unseen: int
    latest: tuple[MessageLine, ...]
    """As many as the settings say, for menu and command line; newest first."""
    listed: tuple[MessageLine, ...] = ()
    """For the window: the newest 100 and all unread ones up to 200 while it is open, else those of `latest`."""
    colour: str = ""
    """``#rrggbb``, or empty for none."""
    muted: bool = False
    quiet_hours: tuple[str, ...] = ()
    """See `tray.mail.settings.quiet_hours`."""
    secret: SecretSource = SecretSource.KEYRING
    """Where its password or token comes from."""


@dataclass(frozen=True, slots=True)
class Summary:
    """All accounts, for icon, tooltip, menu, window and ``mailbell status``."""

    icon: IconState
    unseen: int
    accounts: tuple[AccountSummary, ...]
    """In the user's order; disabled accounts are left out."""
    paused: bool = False
    paused_until: float | None = None
    """Unix seconds; None where not paused or paused until resumed."""
    undo: UndoOffer | None = None
    refused: tuple[RefusedAction, ...] = ()
    """What servers have refused and the user has not closed, the newest first."""


def message_line(key: MessageKey, message: Message, *, important: bool = False) -> MessageLine:
    """The line of one message."""
    envelope = message.envelope
    return MessageLine(
        key,
        shown_sender(envelope.sender),
        envelope.subject,
        envelope.date,
        message.unseen,
        flagged=message.flagged,
        important=important,
        address=envelope.sender.address,
        preview=message.preview,
    )


def none_important(_mailbox: MailboxName, _message: Message) -> bool:
    """Marks no message as important."""
    return False


def account_summary(
    account: Account,
    status: Status,
    mailboxes: Mapping[MailboxName, MailboxState],
    titles: int,
    important: Callable[[MailboxName, Message], bool] = none_important,
) -> AccountSummary:
    """The summary of one account: the unseen count of its mailboxes, and the `titles` newest messages of them all.

    They are sorted by date, because UIDs need not rise with it. On Gmail one message is in many mailboxes: by its
    X-GM-MSGID it is one line, and counted once where it is among the newest. Copies on other servers are messages of
    their own. `important` says which messages are marked as such.
    """
    found = [
        (message, MessageKey(account.id, name, state.uid_validity, message.uid))
        for name, state in mailboxes.items()
        for message in (*state.latest, *state.more)
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
        latest.append(message_line(key, message, important=important(key.mailbox, message)))
    return AccountSummary(
        id=account.id,
        name=account.name,
        status=status,
        unseen=max(unseen, 0),
        latest=tuple(latest[:titles]),
        listed=_listed(latest) if any(each.more for each in mailboxes.values()) else tuple(latest[:titles]),
        colour=account.colour,
        muted=account.muted,
        quiet_hours=account.quiet_hours,
        secret=account.secret,
    )


def _listed(lines: list[MessageLine]) -> tuple[MessageLine, ...]:
    """The newest lines, and further unread ones up to `LISTED_UNREAD` of them all."""
    shown = lines[:LISTED]
    unread = [line for line in lines[LISTED:] if line.unseen]
    return (*shown, *unread[: max(0, LISTED_UNREAD - sum(line.unseen for line in shown))])


def summarize(accounts: Sequence[AccountSummary], pause: Paused | None) -> Summary:
    """The summary of all accounts; `pause` where the user paused the whole program."""
    shown = tuple(account for account in accounts if not isinstance(account.status, Disabled))
    unseen = sum(account.unseen for account in shown)
    return Summary(
        icon=_icon([account.status for account in shown], unseen, paused=pause is not None),
        unseen=unseen,
        accounts=shown,
        paused=pause is not None,
        paused_until=pause.until if pause is not None else None,
    )


def without_confirmations(summary: Summary) -> Summary:
    """The same but for when servers have answered last, which changes while nothing happens."""
    accounts = (
        replace(account, status=replace(account.status, last_confirmed=0.0))
        if isinstance(account.status, Watching)
        else account
        for account in summary.accounts
    )
    return replace(summary, accounts=tuple(accounts))


def _icon(statuses: Sequence[Status], unseen: int, *, paused: bool) -> IconState:
    """The most important state of all accounts."""
    if any(needs_attention(status) for status in statuses):
        return IconState.TROUBLE
    if paused or (statuses and all(isinstance(status, Paused) for status in statuses)):
        return IconState.PAUSED
    if statuses and not any(isinstance(status, Watching) for status in statuses):
        return IconState.OFFLINE
    return IconState.UNSEEN if unseen else IconState.QUIET
