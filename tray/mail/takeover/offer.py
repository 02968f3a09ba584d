"""An account that another program has, as it can be taken over."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import display_safe, misleading, unseen_in_code
from tray.imap.types import INBOX, MailboxName
from tray.mail.account import DEFAULT_PORTS, Account, AccountId, Login, SecretSource, Security
from tray.mail.account_checks import is_loopback
from tray.mail.fields import PORT_MAX, PORT_MIN

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 200
"""Accounts that are read from one file."""
_NAME_MOST = 80
_VALUE_MOST = 1000
_NUMBER = re.compile(r"[0-9]{1,5}")


class Origin(enum.Enum):
    """Which program has the account; the value is what the command line calls it."""

    ONLINE = "online-accounts"
    THUNDERBIRD = "thunderbird"
    MBSYNC = "mbsync"
    GOIMAPNOTIFY = "goimapnotify"
    GEARY = "geary"
    MAILNAG = "mailnag"

    @property
    def title(self) -> str:
        """What people call it."""
        return tr("Online Accounts") if self is Origin.ONLINE else _TITLES[self]


_TITLES = {
    Origin.THUNDERBIRD: "Thunderbird",
    Origin.MBSYNC: "mbsync",
    Origin.GOIMAPNOTIFY: "goimapnotify",
    Origin.GEARY: "Geary",
    Origin.MAILNAG: "Mailnag",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One account that was found; it is ready but for its id and, mostly, its secret."""

    account: Account
    origin: Origin
    place: str
    """The file that it stands in, for people; empty for none."""
    notes: tuple[str, ...] = ()
    """Sentences: what is done otherwise than there, and what is missing."""
    off: bool = False
    """Whether it is switched off there."""
    there: bool = False
    """Whether we have an account of the same user on the same server."""
    same_as: Origin | None = None
    """Whose offer is a better one for the same user on the same server."""

    @property
    def source(self) -> str:
        """The program's name."""
        return self.origin.title

    @property
    def note(self) -> str:
        """All that is to be said of it, in one text."""
        return " ".join(self.notes)

    @property
    def usual(self) -> bool:
        """Whether it is taken over unless the user says otherwise."""
        return not (self.there or self.same_as or self.off)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file held."""

    offers: tuple[Offer, ...] = ()
    complaints: tuple[str, ...] = ()
    """A sentence for each account, or file, that cannot be used."""

    @staticmethod
    def of(found: Iterable[Offer | str]) -> Reading:
        """Offers and complaints, told apart."""
        offers: list[Offer] = []
        complaints: list[str] = []
        for each in found:
            if isinstance(each, str):
                complaints.append(each)
            else:
                offers.append(each)
        return Reading(tuple(offers), tuple(complaints))


def build(  # one argument for each fact that such files hold
    origin: Origin,
    place: str,
    *,
    name: str,
    host: str,
    user: str,
    email: str = "",
    port: int | None = None,
    security: Security = Security.TLS,
    mailboxes: Iterable[str] = (),
    notes: Iterable[str] = (),
    off: bool = False,
) -> Offer:
    """An offer of what stands there, made fit for our settings.

    A connection that is not encrypted there, and leaves this machine, must be encrypted here, with a note.
    """
    host, user, email = clean(host).rstrip("."), clean(user), clean(email)
    notes = list(notes)
    if security is Security.NONE and not is_loopback(host):
        security = Security.STARTTLS
        notes.append(tr("It is not sure to be encrypted there; here it has to be, by STARTTLS."))
    if "@" not in email:
        email = user if "@" in user else ""
    account = Account(
        id=AccountId(""),
        name=display_safe(name, _NAME_MOST) or email or user or host,
        email=email,
        host=host,
        user=user or email,
        port=port if port is not None and PORT_MIN <= port <= PORT_MAX else DEFAULT_PORTS[security],
        security=security,
        mailboxes=_mailboxes(mailboxes),
    )
    return Offer(account, origin, place, tuple(notes), off=off)


def noted(offer: Offer, *notes: str) -> Offer:
    """The offer with further notes."""
    return replace(offer, notes=(*offer.notes, *notes))


def with_command(offer: Offer, command: str, login: Login) -> Offer | str:
    """The offer with the command that prints its secret, as it stands there; a complaint where it hides something.

    Nothing is taken out of it: what runs must be what is shown.
    """
    text = command.strip()
    code = unseen_in_code(text)
    if code or len(text) > _VALUE_MOST:
        wrong = tr(
            "its password command holds a character that cannot be seen ({code}); add the account by hand."
        )
        if not code:
            wrong = tr("its password command is too long to be shown; add the account by hand.")
        return named(offer.origin, offer.place, offer.account.name) + wrong.format(code=code)
    account = replace(offer.account, secret=SecretSource.COMMAND, password_command=text, login=login)
    return replace(offer, account=account)


def clean(text: object) -> str:
    """A text fit for a setting; empty where there is none, or one that cannot be meant."""
    if not isinstance(text, str) or len(text) > _VALUE_MOST or misleading(text):
        return ""
    return text.strip()


def number(value: object) -> int | None:
    """A port that stands there as a number or as digits; None for none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value)
    return None


def legible(place: str) -> str:
    """A path that can be shown: a file's name may hold anything."""
    return display_safe(place)


def unnamed(origin: Origin, place: str) -> str:
    """How a file is named at the beginning of a complaint."""
    return tr("{program}, {place}: ").format(program=origin.title, place=place)


def named(origin: Origin, place: str, name: str) -> str:
    """How an account in a file is named at the beginning of a complaint."""
    return unnamed(origin, place) + tr("“{account}”: ").format(account=display_safe(name, _NAME_MOST))


def _mailboxes(names: Iterable[str]) -> tuple[MailboxName, ...]:
    found: dict[MailboxName, None] = {}
    for name in names:
        if cleaned := clean(name):
            found[INBOX if cleaned.lower() == INBOX.lower() else MailboxName(cleaned)] = None
    return tuple(found)[:MOST] or (INBOX,)
