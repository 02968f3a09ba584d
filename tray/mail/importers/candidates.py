"""Accounts of other programs as they can be imported."""

from __future__ import annotations

import enum
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tray.i18n import tr
from tray.imap.text import display_safe, misleading, unseen_in_code
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.account import DEFAULT_PORTS, Account, AccountId, Login, SecretSource, Security
from tray.mail.model.host_names import host_key, is_loopback
from tray.mail.settings.checks import account_errors, free_name
from tray.mail.settings.fields import ACCOUNT, PORT_MAX, PORT_MIN
from tray.mail.setup.providers import SignInMethod
from tray.values import dataclass

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
    """The program that has the account; the value is its name on the command line."""

    ONLINE = "online-accounts"
    THUNDERBIRD = "thunderbird"
    MBSYNC = "mbsync"
    GOIMAPNOTIFY = "goimapnotify"
    GEARY = "geary"
    MAILNAG = "mailnag"

    @property
    def title(self) -> str:
        """The name to display."""
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
    """One account of another program, complete but for its id and, usually, its secret."""

    account: Account
    origin: SourceProgram
    place: str
    """The file that has it, to display; empty for none."""
    notes: tuple[str, ...] = ()
    """Sentences: what differs from the other program, and what is missing."""
    off: bool = False
    """Whether it is disabled in the other program."""
    present: bool = False
    """Whether the settings have an account of the same user on the same server."""
    same_as: SourceProgram | None = None
    """The program with a better offer for the same user on the same server."""

    @property
    def selected(self) -> bool:
        """Whether it is imported by default."""
        return not (self.present or self.same_as or self.off)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The accounts of a file, or of all files, and the sentences about those that cannot be imported."""

    offers: tuple[ForeignAccount, ...] = ()
    complaints: tuple[str, ...] = ()
    """One sentence for each account, or file, that cannot be used."""

    @property
    def selected(self) -> tuple[ForeignAccount, ...]:
        """The accounts that are imported by default."""
        return tuple(offer for offer in self.offers if offer.selected)

    @staticmethod
    def of(found: Iterable[ForeignAccount | str]) -> ImportResult:
        """The result with the accounts and the sentences of `found`."""
        entries = list(found)
        return ImportResult(
            tuple(entry for entry in entries if isinstance(entry, ForeignAccount)),
            tuple(entry for entry in entries if isinstance(entry, str)),
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where accounts are read: a file of a program."""

    program: SourceProgram
    place: str
    """The file, of any characters; empty for none."""

    def complaint(self, sentence: str, name: str | None = None) -> str:
        """`sentence` about the file, or about the account called `name` in it."""
        account = "" if name is None else f"“{display_safe(name, _NAME_LIMIT)}”: "
        return f"{self.program.title}, {display_safe(self.place) or 'D-Bus'}: {account}{sentence}"

    def entry(
        self,
        *,
        name: str,
        host: str,
        user: str,
        email: str = "",
        port: object = None,
        security: Security = Security.TLS,
        mailboxes: Iterable[str] = (),
        notes: Iterable[str] = (),
        off: bool = False,
        command: str = "",
        **more: Any,
    ) -> ForeignAccount | str:
        """An offer with the values of a file, adapted to the settings of Mailbell, or a complaint.

        Cleartext to another machine becomes STARTTLS, with a note. A `command` that prints the secret is kept
        unchanged, or refused where it has invisible characters: what runs must be what was shown.
        """
        host, user, email = clean(host).rstrip("."), clean(user), clean(email)
        notes = list(notes)
        if off:
            notes.append(tr("It is switched off there."))
        if security is Security.NONE and not is_loopback(host):
            security = Security.STARTTLS
            notes.append(tr("It is not always encrypted there; here it has to be."))
        if "@" not in email:
            email = user if "@" in user else ""
        name = display_safe(name, _NAME_LIMIT) or email or user or host
        command = command.strip()
        if command:
            more |= {"secret": SecretSource.COMMAND, "password_command": command}
        if len(command) > _VALUE_LIMIT:
            return self.complaint(
                tr("its password command is too long to be shown; add the account by hand."), name
            )
        if code := unseen_in_code(command):
            sentence = tr(
                "its password command holds a character that cannot be seen ({code}); add the account by hand."
            )
            return self.complaint(sentence.format(code=code), name)
        known_port = number(port)
        account = Account(
            id=AccountId(""),
            name=name,
            email=email,
            host=host,
            user=user or email,
            port=known_port
            if known_port is not None and PORT_MIN <= known_port <= PORT_MAX
            else DEFAULT_PORTS[security],
            security=security,
            mailboxes=_mailboxes(mailboxes),
            **more,
        )
        return ForeignAccount(account, self.program, display_safe(self.place), tuple(notes), off=off)


def clean(text: object) -> str:
    """A text that is valid for a setting; empty for any other value."""
    if not isinstance(text, str) or len(text) > _VALUE_LIMIT or misleading(text):
        return ""
    return text.strip()


def number(value: object) -> int | None:
    """A port from a number or from digits; None for any other value."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value)
    return None


def _mailboxes(names: Iterable[str]) -> tuple[MailboxName, ...]:
    found: dict[MailboxName, None] = {}
    for name in names:
        if cleaned := clean(name):
            found[INBOX if cleaned.lower() == INBOX.lower() else MailboxName(cleaned)] = None
    return tuple(found)[:LIMIT] or (INBOX,)


_SUPPLIED = {SecretSource.ONLINE, SecretSource.COMMAND}
"""Sources that need no input of the user."""


def candidates(
    readings: Iterable[ImportResult], accounts: Sequence[Account], providers: Providers
) -> ImportResult:
    """The offers that can become accounts beside `accounts`, sorted by program, and the complaints about others."""
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
                complaints.append(Source(ready.origin, ready.place).complaint(problem, ready.account.name))
    order = list(SourceProgram)
    offers.sort(key=lambda offer: order.index(offer.origin))  # stable: in the order of their files
    return ImportResult(_marked(offers, accounts, providers), tuple(dict.fromkeys(complaints)))


def imported_accounts(
    offers: Iterable[ForeignAccount], accounts: Iterable[Account], new_id: Callable[[], AccountId]
) -> tuple[Account, ...]:
    """The accounts of the chosen offers, with ids, and with names that differ from those of `accounts`."""
    taken = [account.name for account in accounts]
    found: list[Account] = []
    for offer in offers:
        name = free_name(offer.account.name, taken)
        taken.append(name)
        found.append(replace(offer.account, id=new_id(), name=name))
    return tuple(found)


def missing(account: Account) -> str:
    """A sentence about the secret that the user will be asked for, or why none is needed."""
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
    """The offer with the OAuth2 provider of its server, or with a password where that is unknown."""
    account = offer.account
    provider = providers.by_host(account.host)
    oauth_only = provider is not None and provider.sign_in is SignInMethod.OAUTH
    wanted = {SecretSource.OAUTH, SecretSource.KEYRING} if oauth_only else {SecretSource.OAUTH}
    if account.secret not in wanted:
        return offer
    if provider is not None and provider.oauth:
        return replace(offer, account=replace(account, secret=SecretSource.OAUTH, oauth=provider.oauth))
    note = tr(
        "It signs in by OAuth2 there, with a provider that Mailbell does not know: it needs a password here, "
        "or a command that prints tokens."
    )
    account = replace(account, secret=SecretSource.KEYRING)
    return replace(offer, account=account, notes=(*offer.notes, note))


def _problem(account: Account) -> str | None:
    """The sentence why the account is invalid in the settings, None where it is valid."""
    account = replace(account, id=AccountId("new"))
    refused = next((setting.key for setting in ACCOUNT if not _is_valid(setting, account)), None)
    if refused is not None:
        return tr("{key} cannot be used as it stands there.").format(key=refused)
    return next(iter(account_errors(account, ()).values()), None)


def _is_valid(setting: Setting, account: Account) -> bool:
    try:
        setting.kind.read(setting.kind.write(getattr(account, setting.key)))
    except ValueError:
        return False
    return True


def _marked(
    offers: Sequence[ForeignAccount], accounts: Sequence[Account], providers: Providers
) -> tuple[ForeignAccount, ...]:
    """The offers with `present` and `same_as`; of two for one user, the one that needs no password is better."""
    present = {_user_key(account, providers) for account in accounts}
    best: dict[tuple[str, str], ForeignAccount] = {}
    for offer in sorted(offers, key=_rank):
        best.setdefault(_user_key(offer.account, providers), offer)
    marked: list[ForeignAccount] = []
    for offer in offers:
        key = _user_key(offer.account, providers)
        better = best[key]
        marked.append(
            replace(offer, present=key in present, same_as=None if better is offer else better.origin)
        )
    return tuple(marked)


def _rank(offer: ForeignAccount) -> tuple[bool, bool]:
    return offer.off, offer.account.secret not in _SUPPLIED


def _user_key(account: Account, providers: Providers) -> tuple[str, str]:
    """Server and user, with one name for each server of a known provider."""
    provider = providers.by_host(account.host)
    host = account.host if provider is None else provider.host
    return host_key(host), account.user.casefold()
