"""The mail providers that Mailbell ships: their IMAP servers, and how one signs in there."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tray.mail.model.account import Security
from tray.mail.model.host_names import host_key
from tray.mail.settings import shipped_tables
from tray.mail.settings.shipped_tables import read_text, read_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TABLE = "provider"
_ANY = "*."
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_NAME_LIMIT = 253
_PORT_MAX = 65_535


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


class ProviderError(Exception):
    """The table of a provider is invalid; the text says which one and why."""


class Providers:
    """All providers, found by address domain, mail exchanger or server."""

    def __init__(self, providers: Iterable[Provider] = ()) -> None:
        self._all = tuple(providers)
        self._by_domain = {domain: provider for provider in self._all for domain in provider.domains}
        self._by_mx = {suffix: provider for provider in self._all for suffix in provider.mx}
        self._by_host: dict[str, Provider] = {}
        for provider in self._all:
            for host in filter(None, (provider.host, *provider.other_hosts)):
                self._by_host.setdefault(host, provider)

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

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


def parse(*documents: Mapping[str, object]) -> Providers:
    """The providers of TOML documents (plain dicts, lists and values); raises ProviderError."""
    providers: list[Provider] = []
    taken: set[str] = set()
    for document in documents:
        tables = document.get(_TABLE, [])
        if not isinstance(tables, list) or len(document) > (_TABLE in document):
            raise ProviderError(f"a file of providers has only tables [[{_TABLE}]]")
        for table in tables:
            provider = _provider(table)
            for key in (f"id {provider.id}", *provider.domains, *(f"mx {suffix}" for suffix in provider.mx)):
                if key in taken:
                    raise ProviderError(f"{provider.id}: {key} is there twice")
                taken.add(key)
            providers.append(provider)
    return Providers(providers)


def is_host_name(text: str) -> bool:
    """Whether `text` is a full DNS name in lower case (RFC 1123, 2.1), and no address."""
    return len(text) <= _NAME_LIMIT and bool(_NAME.fullmatch(text)) and not text.rpartition(".")[2].isdigit()


def _provider(table: object) -> Provider:
    if not isinstance(table, dict):
        raise ProviderError(f"a file of providers has only tables [[{_TABLE}]]")
    place = table.get("id", "?")
    values = shipped_tables.read_row(table, Provider, _READERS, ProviderError)
    if not values.get("id") or not values.get("name"):
        raise ProviderError(f"{place}: id and name are needed")
    provider = Provider(**values)
    if not provider.host and not provider.notes:
        raise ProviderError(f"{place}: without a host, notes must say why")
    if not provider.domains and not provider.mx:
        raise ProviderError(f"{place}: it has neither domains nor mx")
    return provider


def _name(text: str) -> str:
    if not is_host_name(text):
        raise ValueError
    return text


def _domains(value: object) -> tuple[str, ...]:
    texts = read_texts(value)
    for text in texts:
        _name(text.removeprefix(_ANY))
    return texts


def _host(value: object) -> str:
    text = read_text(value)
    return text if text == "127.0.0.1" else _name(text)  # a bridge on this machine


def _hosts(value: object) -> tuple[str, ...]:
    return tuple(_name(text) for text in read_texts(value))


def _port(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _PORT_MAX:
        raise ValueError
    return value


def _security(value: object) -> Security:
    security = Security(value)
    if security is Security.NONE:
        raise ValueError
    return security


def _web(value: object) -> str:
    text = read_text(value)
    scheme, _, rest = text.partition("://")
    host, slash, _ = rest.partition("/")
    if scheme != "https" or not slash or not is_host_name(host):
        raise ValueError
    return text


_READERS: dict[str, Any] = {
    "domains": _domains,
    "mx": _domains,
    "host": _host,
    "other_hosts": _hosts,
    "port": _port,
    "security": _security,
    "user": UserForm,
    "webmail": _web,
    "sign_in": SignInMethod,
    "password_url": _web,
    "notes": read_texts,
}


def _parents(name: str) -> Iterator[str]:
    """The parent domains of `name`, the nearest first."""
    rest = name
    while rest := rest.partition(".")[2]:
        yield rest
