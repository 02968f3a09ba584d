"""Accounts, mails and keys for tests, with all that does not matter filled in."""

from __future__ import annotations

from tray.imap.types import INBOX, SEEN, Address, Envelope, Uid, UidValidity
from tray.mail.actions.pending import PendingAction
from tray.mail.model.account import Account, AccountId
from tray.mail.model.message import Message, MessageKey
from tray.mail.model.uid_set import UidSet

VALIDITY = UidValidity(7)


def account(name="work", **fields):
    """An account called `name`."""
    values = {
        "id": AccountId(name),
        "name": name.title(),
        "email": f"{name}@example.org",
        "host": "imap.example.org",
        "user": name,
    }
    return Account(**{**values, **fields})


def pending(action, *uids, due=0.0, number=1, mailbox=INBOX, validity=VALIDITY, **fields):
    """An action on mails of the account “work”."""
    uids = UidSet.of(map(Uid, uids))
    return PendingAction(
        number, action, AccountId("work"), mailbox, UidValidity(validity), uids, due, **fields
    )


def mail(uid, subject=None, *, seen=False, message_id="", date=None):
    """A mail with this UID."""
    date = 1000.0 + uid if date is None else date
    envelope = Envelope(subject or f"mail {uid}", Address("Ada", "ada@example.org"), date, message_id)
    return Message(Uid(uid), envelope, frozenset({SEEN} if seen else ()))


def key(uid, name="work", mailbox=INBOX, validity=VALIDITY):
    """The identity of a mail of the account called `name`."""
    return MessageKey(AccountId(name), mailbox, validity, Uid(uid))
