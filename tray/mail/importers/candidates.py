"""An account that another program has, as it can be imported."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.imap.text import display_safe, misleading, unseen_in_code
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import DEFAULT_PORTS, Account, AccountId, Login, SecretSource, Security
from tray.mail.model.host_names import host_key, is_loopback
from tray.mail.settings.checks import account_errors, free_name
from tray.mail.settings.fields import ACCOUNT, PORT_MAX, PORT_MIN
from tray.mail.setup.providers import SignInMethod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tray.mail.settings.fields import Setting
    from tray.mail.setup.providers import Providers

LIMIT = 200
"""Accounts that are read from one file."""
_NAME_LIMIT = 80
_VALUE_LIMIT = 1000
_NUMBER = re.compile(r"[0-9]{1,5}")


class SourceProgram(enum.Enum):
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
        return tr("Online Accounts") if self is SourceProgram.ONLINE else _TITLES[self]


_TITLES = {
    SourceProgram.THUNDERBIRD: "Thunderbird",
    SourceProgram.MBSYNC: "mbsync",
    SourceProgram.GOIMAPNOTIFY: "goimapnotify",
    SourceProgram.GEARY: "Geary",
    SourceProgram.MAILNAG: "Mailnag",
}


@dataclass(frozen=True, slots=True)
class ForeignAccount:
    """One account that was found; it is ready but for its id and, mostly, its secret."""

    account: Account
    origin: SourceProgram
    place: str
    """The file that it stands in, for people; empty for none."""
    notes: tuple[str, ...] = ()
    """Sentences: what is done otherwise than there, and what is missing."""
    off: bool = False
    """Whether it is switched off there."""
    there: bool = False
    """Whether we have an account of the same user on the same server."""
    same_as: SourceProgram | None = None
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
        """Whether it is imported unless the user says otherwise."""
        return not (self.there or self.same_as or self.off)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one file held."""

    offers: tuple[ForeignAccount, ...] = ()
    complaints: tuple[str, ...] = ()
    """A sentence for each account, or file, that cannot be used."""

    @staticmethod
    def of(found: Iterable[ForeignAccount | str]) -> ImportResult:
        """Offers and complaints, told apart."""
        offers: list[ForeignAccount] = []
        complaints: list[str] = []
        for each in found:
            if isinstance(each, str):
                complaints.append(each)
            else:
                offers.append(each)
        return ImportResult(tuple(offers), tuple(complaints))


def build(  # one argument for each fact that such files hold
    origin: SourceProgram,
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
) -> ForeignAccount:
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
        name=display_safe(name, _NAME_LIMIT) or email or user or host,
        email=email,
        host=host,
        user=user or email,
        port=port if port is not None and PORT_MIN <= port <= PORT_MAX else DEFAULT_PORTS[security],
        security=security,
        mailboxes=_mailboxes(mailboxes),
    )
    return ForeignAccount(account, origin, place, tuple(notes), off=off)


def with_note(offer: ForeignAccount, *notes: str) -> ForeignAccount:
    """The offer with further notes."""
    return replace(offer, notes=(*offer.notes, *notes))


def with_command(offer: ForeignAccount, command: str, login: Login) -> ForeignAccount | str:
    """The offer with the command that prints its secret, as it stands there; a complaint where it hides something.

    Nothing is taken out of it: what runs must be what is shown.
    """
    text = command.strip()
    code = unseen_in_code(text)
    if code or len(text) > _VALUE_LIMIT:
        wrong = tr(
            "its password command holds a character that cannot be seen ({code}); add the account by hand."
        )
        if not code:
            wrong = tr("its password command is too long to be shown; add the account by hand.")
        return account_prefix(offer.origin, offer.place, offer.account.name) + wrong.format(code=code)
    account = replace(offer.account, secret=SecretSource.COMMAND, password_command=text, login=login)
    return replace(offer, account=account)


def clean(text: object) -> str:
    """A text fit for a setting; empty where there is none, or one that cannot be meant."""
    if not isinstance(text, str) or len(text) > _VALUE_LIMIT or misleading(text):
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


def displayable_path(place: str) -> str:
    """A path that can be shown: a file's name may hold anything."""
    return display_safe(place)


def file_prefix(origin: SourceProgram, place: str) -> str:
    """How a file is named at the beginning of a complaint."""
    return f"{origin.title}, {place}: "


def account_prefix(origin: SourceProgram, place: str, name: str) -> str:
    """How an account in a file is named at the beginning of a complaint."""
    return f"{file_prefix(origin, place)}“{display_safe(name, _NAME_LIMIT)}”: "


def _mailboxes(names: Iterable[str]) -> tuple[MailboxName, ...]:
    found: dict[MailboxName, None] = {}
    for name in names:
        if cleaned := clean(name):
            found[INBOX if cleaned.lower() == INBOX.lower() else MailboxName(cleaned)] = None
    return tuple(found)[:LIMIT] or (INBOX,)


_SUPPLIED = {SecretSource.ONLINE, SecretSource.COMMAND}
_SOON = AccountId("new")
"""Stands for the id that an account gets when it is imported."""


@dataclass(frozen=True, slots=True)
class ImportCandidate:
    """All that was found."""

    offers: tuple[ForeignAccount, ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def usual(self) -> tuple[ForeignAccount, ...]:
        """Those that are imported unless the user says otherwise."""
        return tuple(offer for offer in self.offers if offer.usual)


def candidates(
    readings: Iterable[ImportResult], accounts: Sequence[Account], providers: Providers
) -> ImportCandidate:
    """The offers that can become accounts beside `accounts`, sorted by program, and what cannot."""
    offers: list[ForeignAccount] = []
    complaints: list[str] = []
    for reading in readings:
        complaints += reading.complaints
        for offer in reading.offers:
            ready = _with_sign_in(offer, providers)
            problem = _problem(ready.account)
            if problem is None:
                offers.append(ready)
            else:
                complaints.append(
                    account_prefix(ready.origin, ready.place or "D-Bus", ready.account.name) + problem
                )
    order = list(SourceProgram)
    offers.sort(key=lambda offer: order.index(offer.origin))  # stable: as they stand in their files
    return ImportCandidate(_marked(offers, accounts, providers), tuple(dict.fromkeys(complaints)))


def imported_accounts(
    offers: Iterable[ForeignAccount], accounts: Iterable[Account], new_id: Callable[[], AccountId]
) -> tuple[Account, ...]:
    """The accounts of chosen offers, with ids, and with names that nobody among `accounts` has."""
    taken = [account.name for account in accounts]
    found: list[Account] = []
    for offer in offers:
        name = free_name(offer.account.name, taken)
        taken.append(name)
        found.append(replace(offer.account, id=new_id(), name=name))
    return tuple(found)


def missing(account: Account) -> str:
    """A sentence on what the user will be asked for, or why for nothing."""
    if account.login is Login.CERTIFICATE:
        return tr("Its certificate signs in.")
    match account.secret:
        case SecretSource.COMMAND:
            return tr("The command there prints the password.")
        case SecretSource.ONLINE:
            return tr("The desktop signs in.")
        case SecretSource.OAUTH:
            return tr("The tray menu will ask you to sign in.")
        case _:
            return tr("The tray menu will ask for its password.")


def _with_sign_in(offer: ForeignAccount, providers: Providers) -> ForeignAccount:
    """With whose OAuth2 sign-in it is, as far as we know the provider; with a password where we do not."""
    account = offer.account
    provider = providers.by_host(account.host)
    wanted = account.secret is SecretSource.OAUTH
    only = provider is not None and provider.sign_in is SignInMethod.OAUTH
    if account.secret is SecretSource.KEYRING and only:
        wanted = True
    if not wanted:
        return offer
    if provider is not None and provider.oauth:
        return replace(offer, account=replace(account, secret=SecretSource.OAUTH, oauth=provider.oauth))
    note = tr(
        "It signs in by OAuth2 there, with a provider that Mailbell does not know: it needs a password here, "
        "or a command that prints tokens."
    )
    return with_note(replace(offer, account=replace(account, secret=SecretSource.KEYRING)), note)


def _problem(account: Account) -> str | None:
    """Why our settings would not take the account."""
    account = replace(account, id=_SOON)
    refused = next((setting.key for setting in ACCOUNT if not _taken(setting, account)), None)
    if refused is not None:
        return tr("{key} cannot be used as it stands there.").format(key=refused)
    return next(iter(account_errors(account, ()).values()), None)


def _taken(setting: Setting, account: Account) -> bool:
    try:
        setting.kind.read(setting.kind.write(getattr(account, setting.key)))
    except ValueError:
        return False
    return True


def _marked(
    offers: Sequence[ForeignAccount], accounts: Sequence[Account], providers: Providers
) -> tuple[ForeignAccount, ...]:
    """With what we have already, and what is offered twice: the one that needs no password is the better one."""
    ours = {_whose(account, providers) for account in accounts}
    best: dict[tuple[str, str], ForeignAccount] = {}
    for offer in sorted(offers, key=_rank):
        best.setdefault(_whose(offer.account, providers), offer)
    marked: list[ForeignAccount] = []
    for offer in offers:
        who = _whose(offer.account, providers)
        better = best[who]
        marked.append(replace(offer, there=who in ours, same_as=None if better is offer else better.origin))
    return tuple(marked)


def _rank(offer: ForeignAccount) -> tuple[bool, bool]:
    return offer.off, offer.account.secret not in _SUPPLIED


def _whose(account: Account, providers: Providers) -> tuple[str, str]:
    """Server and user; one name for a server that is known by several."""
    provider = providers.by_host(account.host)
    host = account.host if provider is None else provider.host
    return host_key(host), account.user.casefold()
