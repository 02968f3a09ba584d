"""Which rule matches a message, and who is important."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tray.mail.settings.rules import Announce, header_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tray.imap.types import Address, MailboxName
    from tray.mail.model.account import Account
    from tray.mail.model.message import Message
    from tray.mail.settings.rules import Rule
    from tray.mail.settings.settings import Settings

_HOUR = 3600.0
_KILOBYTE = 1000


def first_match(
    rules: Iterable[Rule], account: Account, mailbox: MailboxName, message: Message, now: float
) -> Rule | None:
    """The first of `rules` that matches; `now` (Unix seconds) is what the age is measured by."""
    return next((rule for rule in rules if matches(rule, account, mailbox, message, now)), None)


def matches(rule: Rule, account: Account, mailbox: MailboxName, message: Message, now: float) -> bool:
    """Whether every condition that `rule` gives holds. What was not fetched of a message matches nothing."""
    envelope = message.envelope
    sender = (envelope.sender.address, envelope.sender.name)
    return (
        _is_one(rule.account, (account.name, account.id))
        and _is_one(rule.folder, (mailbox,))
        and _has_part(rule.sender, sender)
        and _has_part(rule.subject, (envelope.subject,))
        and _has_part(rule.to, _texts(message, ("to", "cc")))
        and _has_part(rule.list_id, _texts(message, ("list-id",)))
        and (not rule.headers or any(_has_header(message, header) for header in rule.headers))
        and (not rule.larger_than or (message.size or 0) >= rule.larger_than * _KILOBYTE)
        and (not rule.older_than or _age(envelope.date, now) >= rule.older_than * _HOUR)
    )


def makes_important(settings: Settings) -> bool:
    """Whether these settings can make any message important."""
    return bool(settings.important) or any(rule.notify is Announce.URGENT for rule in settings.rules)


def is_important(settings: Settings, account: Account, mailbox: MailboxName, message: Message) -> bool:
    """Whether a message in a list is marked as important; a rule about its age is left out."""
    rule = first_match(settings.rules, account, mailbox, message, message.envelope.date or 0.0)
    return counts_as_important(settings, rule, message.envelope.sender)


def counts_as_important(settings: Settings, rule: Rule | None, sender: Address) -> bool:
    """Whether a message that `rule` matched is important: a rule that has it silent or counted goes first."""
    announce = Announce.NOTIFY if rule is None else rule.notify
    if announce is not Announce.NOTIFY:
        return announce is Announce.URGENT
    return is_important_person(settings.important, sender)


def is_important_person(people: tuple[str, ...], sender: Address) -> bool:
    """Whether `sender` is among `people`: an address, ``@`` and a domain, or a name."""
    if not people:
        return False
    known = _folded(people)
    address = sender.address.casefold()
    return any(
        text and text in known for text in (address, _domain_of(address), sender.name.strip().casefold())
    )


@lru_cache(maxsize=4)
def _folded(people: tuple[str, ...]) -> frozenset[str]:
    return frozenset(person.casefold() for person in people)


def _domain_of(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return at + domain if local else ""


def _is_one(wanted: Collection[str], texts: Iterable[str]) -> bool:
    """Whether one of `texts` is among `wanted`, or nothing is wanted."""
    return not wanted or not {text.casefold() for text in wanted}.isdisjoint(
        text.casefold() for text in texts
    )


def _has_part(wanted: Collection[str], texts: Iterable[str]) -> bool:
    """Whether one of `texts` has one of `wanted` in it, or nothing is wanted."""
    if not wanted:
        return True
    folded = [text.casefold() for text in texts]
    return any(part.casefold() in text for part in wanted for text in folded)


def _texts(message: Message, names: Collection[str]) -> list[str]:
    return [text for name, text in message.headers if name in names]


def _has_header(message: Message, header: str) -> bool:
    name, part = header_parts(header)
    return any(part.casefold() in text.casefold() for text in _texts(message, (name,)))


def _age(date: float | None, now: float) -> float:
    return 0.0 if date is None else now - date
