"""Short builders for the values that these tests are about."""

from __future__ import annotations

from typing import Any

from tray.imap.types import INBOX, SEEN, Address, Envelope, Flag, MailboxName, Uid, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState
from tray.mail.model.account import Account, AccountId
from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.message import Message, MessageKey, UncountedBatch
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.model.toast import Arrival, ToastContent

VALIDITY = UidValidity(7)
NO_FLAGS: frozenset[Flag] = frozenset()
READ = frozenset({SEEN})
SHA256 = "0123456789abcdef" * 4


def envelope(
    subject: str = "Lunch?",
    name: str = "Anna Berg",
    address: str = "anna@example.org",
    date: float | None = 0.0,
) -> Envelope:
    return Envelope(subject=subject, sender=Address(name, address), date=date, message_id="<1@example.org>")


def message(
    uid: int, *flags: Flag, subject: str = "", gmail_id: int | None = None, date: float | None = 0.0
) -> Message:
    return Message(Uid(uid), envelope(subject or f"Mail {uid}", date=date), frozenset(flags), gmail_id)


def key(uid: int, account: str = "a1", mailbox: str = INBOX) -> MessageKey:
    return MessageKey(AccountId(account), MailboxName(mailbox), VALIDITY, Uid(uid))


def arrival(
    uid: int,
    account: str = "a1",
    *,
    show_account: bool = False,
    colour: str = "",
    sound: str = "",
    preview: str = "",
    mailbox: str = INBOX,
    content: ToastContent = ToastContent.PREVIEW,
    important: bool = False,
    **texts: Any,
) -> Arrival:
    told = Message(Uid(uid), envelope(**{"subject": f"Mail {uid}", **texts}), NO_FLAGS, preview=preview)
    where = key(uid, account, mailbox)
    return Arrival(where, f"Account {account}", told, show_account, colour, sound, content, important)


def batch(number: int, account: str = "a1", serial: int = 1) -> UncountedBatch:
    return UncountedBatch(AccountId(account), INBOX, serial, number)


def account(**values: Any) -> Account:
    return Account(
        **{
            "id": AccountId("a1"),
            "name": "Work",
            "email": "me@example.org",
            "host": "imap.example.org",
            "user": "me@example.org",
            **values,
        }
    )


def state(mark: int, *messages: Message, unseen: int | None = None) -> MailboxState:
    latest = tuple(sorted(messages, key=lambda one: -one.uid))
    count = sum(one.unseen for one in messages) if unseen is None else unseen
    return MailboxState(VALIDITY, Uid(mark), count, latest)


def report(*messages: Message, validity: int = VALIDITY, **values: Any) -> MailboxReport:
    return MailboxReport(UidValidity(validity), messages, **values)


def problem(
    kind: ProblemKind = ProblemKind.UNREACHABLE, sentence: str = "The server refused.", advice: str = ""
) -> Problem:
    return Problem(kind, sentence, advice)


def certificate(
    *errors: CertificateErrorKind, self_signed: bool = False, hosts: tuple[str, ...] = ("mail.local",)
) -> Certificate:
    return Certificate(
        "mail.example.org",
        "Server",
        hosts,
        "Root",
        0.0,
        86_400.0 * 365,
        SHA256,
        self_signed,
        errors,
        "cd" * 32,
        99,
    )
