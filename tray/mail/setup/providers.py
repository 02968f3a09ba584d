"""The mail providers that Mailbell ships: their IMAP servers, and how one signs in there."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from tray.mail.model.account import Security
from tray.mail.model.host_names import host_key
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ANY = "*."


class UserForm(enum.Enum):
    """The form of the user name that the server expects."""

    ADDRESS = "address"
    LOCAL_PART = "local-part"
    """The part before the ``@``; only for addresses in the provider's own domains."""


class SignInMethod(enum.Enum):
    """What a mail program signs in with."""

    PASSWORD = "password"  # noqa: S105 -- names of methods, not passwords
    """The account's password."""
    APP_PASSWORD_WITH_2FA = "app-password-with-2fa"  # noqa: S105
    """The account's password, or an application password where two-step sign-in is on."""
    APP_PASSWORD = "app-password"  # noqa: S105
    """A password made for this program; the account's own is refused."""
    OWN_PASSWORD = "own-password"  # noqa: S105
    """A password for mail programs, or for the mailbox, that differs from the account's."""
    OAUTH = "oauth"
    """No password is accepted."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider; each field is a key of its table in ``resources/providers``."""

    id: str
    """Short name that never changes."""
    name: str
    """The name to display."""
    domains: tuple[str, ...] = ()
    """Domains of its addresses; ``*.example.org`` stands for all subdomains."""
    mx: tuple[str, ...] = ()
    """Suffixes of its mail exchangers' names, from which a provider of other domains is recognised."""
    host: str = ""
    """The IMAP server; empty where there is none (`notes` say why)."""
    other_hosts: tuple[str, ...] = ()
    """Further names of the IMAP server, found in accounts of other programs."""
    port: int = 993
    security: Security = Security.TLS
    outgoing: str = ""
    """Its outgoing server (`tray.mail.settings.outgoing`), where its name does not follow from `host`."""
    user: UserForm = UserForm.ADDRESS
    webmail: str = ""
    """https address."""
    sign_in: SignInMethod = SignInMethod.PASSWORD
    password_url: str = ""
    """https address of the page that creates the password for `sign_in`."""
    oauth: str = ""
    """The id of its `OAuthProvider`, such as ``google``; empty for none."""
    notes: tuple[str, ...] = ()
    """English sentences: what has to be switched on first, what else the user should know."""


_READERS: dict[str, Any] = {
    **dict.fromkeys(("domains", "mx", "other_hosts", "notes"), tuple),
    "security": Security,
    "user": UserForm,
    "sign_in": SignInMethod,
}


class Providers:
    """All providers, found by address domain, mail exchanger or server."""

    def __init__(self, providers: Iterable[Provider] = ()) -> None:
        self._by_domain: dict[str, Provider] = {}
        self._by_mx: dict[str, Provider] = {}
        self._by_host: dict[str, Provider] = {}
        for provider in providers:
            self._by_domain |= dict.fromkeys(provider.domains, provider)
            self._by_mx |= dict.fromkeys(provider.mx, provider)
            for host in filter(None, (provider.host, *provider.other_hosts)):
                self._by_host.setdefault(host, provider)

    def by_domain(self, domain: str) -> Provider | None:
        """The provider whose addresses end in ``@domain``."""
        names = (domain, *(_ANY + parent for parent in _parents(domain)))
        return next((self._by_domain[name] for name in names if name in self._by_domain), None)

    def by_exchangers(self, names: Iterable[str]) -> Provider | None:
        """The provider of the mail exchangers `names`, the preferred one first; the longest suffix counts."""
        for name in names:
            for suffix in (name, *_parents(name)):
                if suffix in self._by_mx:
                    return self._by_mx[suffix]
        return None

    def by_host(self, host: str) -> Provider | None:
        """The provider whose IMAP server `host` is."""
        return self._by_host.get(host_key(host))


def parse(*documents: Mapping[str, Any]) -> tuple[Provider, ...]:
    """The providers of the TOML documents in ``resources/providers``, whose values a test checks."""
    return tuple(
        Provider(**{key: _READERS[key](value) if key in _READERS else value for key, value in table.items()})
        for document in documents
        for table in document["provider"]
    )


def _parents(name: str) -> Iterator[str]:
    """The parent domains of `name`, the nearest first."""
    rest = name
    while rest := rest.partition(".")[2]:
        yield rest
