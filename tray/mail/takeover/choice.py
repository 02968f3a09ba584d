"""What can be taken over of all that was found, beside the accounts that we have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.i18n import tr
from tray.mail.account import Account, AccountId, Login, SecretSource
from tray.mail.account_checks import free_name, problems
from tray.mail.fields import ACCOUNT
from tray.mail.host_names import host_key
from tray.mail.providers import SignIn
from tray.mail.takeover.offer import Offer, Origin, Reading, named, noted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tray.mail.fields import Setting
    from tray.mail.providers import Providers

_SUPPLIED = {SecretSource.ONLINE, SecretSource.COMMAND}
_SOON = AccountId("new")
"""Stands for the id that an account gets when it is taken over."""


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found."""

    offers: tuple[Offer, ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def usual(self) -> tuple[Offer, ...]:
        """Those that are taken over unless the user says otherwise."""
        return tuple(offer for offer in self.offers if offer.usual)


def settle(readings: Iterable[Reading], accounts: Sequence[Account], providers: Providers) -> Found:
    """The offers that can become accounts beside `accounts`, sorted by program, and what cannot."""
    offers: list[Offer] = []
    complaints: list[str] = []
    for reading in readings:
        complaints += reading.complaints
        for offer in reading.offers:
            ready = _with_sign_in(offer, providers)
            trouble = _trouble(ready.account)
            if trouble is None:
                offers.append(ready)
            else:
                complaints.append(named(ready.origin, ready.place or "D-Bus", ready.account.name) + trouble)
    order = list(Origin)
    offers.sort(key=lambda offer: order.index(offer.origin))  # stable: as they stand in their files
    return Found(_marked(offers, accounts, providers), tuple(dict.fromkeys(complaints)))


def accepted(
    offers: Iterable[Offer], accounts: Iterable[Account], new_id: Callable[[], AccountId]
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


def _with_sign_in(offer: Offer, providers: Providers) -> Offer:
    """With whose OAuth2 sign-in it is, as far as we know the provider; with a password where we do not."""
    account = offer.account
    provider = providers.by_host(account.host)
    wanted = account.secret is SecretSource.OAUTH
    only = provider is not None and provider.sign_in is SignIn.OAUTH
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
    return noted(replace(offer, account=replace(account, secret=SecretSource.KEYRING)), note)


def _trouble(account: Account) -> str | None:
    """Why our settings would not take the account."""
    account = replace(account, id=_SOON)
    refused = next((setting.key for setting in ACCOUNT if not _taken(setting, account)), None)
    if refused is not None:
        return tr("{key} cannot be used as it stands there.").format(key=refused)
    return next(iter(problems(account, ()).values()), None)


def _taken(setting: Setting, account: Account) -> bool:
    try:
        setting.kind.read(setting.kind.write(getattr(account, setting.key)))
    except ValueError:
        return False
    return True


def _marked(offers: Sequence[Offer], accounts: Sequence[Account], providers: Providers) -> tuple[Offer, ...]:
    """With what we have already, and what is offered twice: the one that needs no password is the better one."""
    ours = {_whose(account, providers) for account in accounts}
    best: dict[tuple[str, str], Offer] = {}
    for offer in sorted(offers, key=_rank):
        best.setdefault(_whose(offer.account, providers), offer)
    marked: list[Offer] = []
    for offer in offers:
        who = _whose(offer.account, providers)
        better = best[who]
        marked.append(replace(offer, there=who in ours, same_as=None if better is offer else better.origin))
    return tuple(marked)


def _rank(offer: Offer) -> tuple[bool, bool]:
    return offer.off, offer.account.secret not in _SUPPLIED


def _whose(account: Account, providers: Providers) -> tuple[str, str]:
    """Server and user; one name for a server that is known by several."""
    provider = providers.by_host(account.host)
    host = account.host if provider is None else provider.host
    return host_key(host), account.user.casefold()
