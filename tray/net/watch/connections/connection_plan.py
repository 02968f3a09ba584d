"""Which mailboxes of an account have a connection of their own, and how the others are watched: pure."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tray.imap.types import MailboxName

CONNECTIONS = 5
"""Connections of one account. Dovecot accepts 10 of a user and an address; other mail programs need theirs."""


class Way(enum.Enum):
    """How a mailbox is watched."""

    OWN = "own"
    """By a connection of its own: with IDLE, or polled where the server has none."""
    NOTIFY = "notify"
    """Over the connection of another mailbox: the server tells what happens (NOTIFY, RFC 5465)."""
    STATUS = "status"
    """Over the connection of another mailbox: STATUS is requested once a minute."""


def plan(
    offered: Collection[str], mailboxes: Sequence[MailboxName], limit: int | None
) -> dict[MailboxName, Way]:
    """The way of each of `mailboxes`, which begin with those that have most mail.

    `offered` are the capabilities of the server; `limit` is how many connections it accepts, if that is known. The
    first mailbox has a connection of its own, which those share that have none. With NOTIFY these are all others.
    Without IDLE a second connection would see no mail earlier.
    """
    if "IDLE" not in offered:
        return _ways(mailboxes, 1, Way.STATUS)
    if "NOTIFY" in offered:
        return _ways(mailboxes, 1, Way.NOTIFY)
    return _ways(mailboxes, CONNECTIONS if limit is None else max(1, min(limit, CONNECTIONS)), Way.STATUS)


def _ways(mailboxes: Sequence[MailboxName], own: int, others: Way) -> dict[MailboxName, Way]:
    return {mailbox: Way.OWN if at < own else others for at, mailbox in enumerate(mailboxes)}
