"""Mail providers that we know: where their IMAP is, and what they want of whoever signs in."""

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
_NAME_MOST = 253
_PORT_MOST = 65_535


class UserForm(enum.Enum):
    """What the server wants as user name."""

    ADDRESS = "address"
    LOCAL_PART = "local-part"
    """What stands before the ``@``; only for addresses in the provider's own domains."""


class SignInMethod(enum.Enum):
    """What a mail program signs in with."""

    PASSWORD = "password"  # noqa: S105 -- names of ways, not passwords
    """That of the account."""
    APP_PASSWORD_WITH_2FA = "app-password-with-2fa"  # noqa: S105
    """That of the account, unless two-step sign-in is on."""
    APP_PASSWORD = "app-password"  # noqa: S105
    """One that is made for this program alone: the account's own is refused."""
    OWN_PASSWORD = "own-password"  # noqa: S105
    """One for mail programs, or for the mailbox, that is not the account's."""
    OAUTH = "oauth"
    """No password is taken at all."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider; each field is a key of its table in ``resources/providers``."""

    id: str
    """Short name that never changes."""
    name: str
    """What people call it."""
    domains: tuple[str, ...] = ()
    """Domains of its addresses; ``*.example.org`` are those beneath."""
    mx: tuple[str, ...] = ()
    """Ends of the names of its mail exchangers, by which a domain of the user's own is recognised."""
    host: str = ""
    """The IMAP server; empty where there is none, `notes` say why."""
    other_hosts: tuple[str, ...] = ()
    """Further names of the IMAP server, as found in accounts that were set up elsewhere."""
    port: int = 993
    security: Security = Security.TLS
    user: UserForm = UserForm.ADDRESS
    webmail: str = ""
    """https address."""
    sign_in: SignInMethod = SignInMethod.PASSWORD
    password_url: str = ""
    """https address where the password that `sign_in` speaks of is made."""
    oauth: str = ""
    """Whose OAuth2 sign-in it offers, such as ``google``; empty for none."""
    notes: tuple[str, ...] = ()
    """English sentences: what has to be switched on, what is special."""


class ProviderError(Exception):
    """A table of a provider cannot be used; the text says which and why."""


class Providers:
    """All that we know, found by address domain, mail exchanger or server."""

    def __init__(self, providers: Iterable[Provider] = ()) -> None:
        self._all = tuple(providers)
        self._by_domain = {domain: each for each in self._all for domain in each.domains}
        self._by_mx = {suffix: each for each in self._all for suffix in each.mx}
        self._by_host: dict[str, Provider] = {}
        for each in self._all:
            for host in filter(None, (each.host, *each.other_hosts)):
                self._by_host.setdefault(host, each)

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def by_domain(self, domain: str) -> Provider | None:
        """Whose addresses end in ``@domain``."""
        found = self._by_domain.get(domain)
        if found is not None:
            return found
        return next(
            (each for above in _above(domain) if (each := self._by_domain.get(_ANY + above)) is not None),
            None,
        )

    def by_exchangers(self, names: Iterable[str]) -> Provider | None:
        """Who takes the mail for these mail exchangers, the preferred one first; the longest suffix counts."""
        for name in names:
            for suffix in (name, *_above(name)):
                if suffix in self._by_mx:
                    return self._by_mx[suffix]
        return None

    def by_host(self, host: str) -> Provider | None:
        """Whose IMAP server `host` is."""
        return self._by_host.get(host_key(host))


def parse(*documents: Mapping[str, object]) -> Providers:
    """The providers of TOML documents (plain dicts, lists and values); raises ProviderError."""
    providers: list[Provider] = []
    taken: set[str] = set()
    for document in documents:
        tables = document.get(_TABLE, [])
        if not isinstance(tables, list) or len(document) > (_TABLE in document):
            raise ProviderError(f"only tables [[{_TABLE}]] stand in a file of providers")
        for table in tables:
            provider = _provider(table)
            for key in (f"id {provider.id}", *provider.domains, *(f"mx {each}" for each in provider.mx)):
                if key in taken:
                    raise ProviderError(f"{provider.id}: {key} stands there twice")
                taken.add(key)
            providers.append(provider)
    return Providers(providers)


def is_host_name(text: str) -> bool:
    """Whether `text` is a full DNS name in lower case (RFC 1123, 2.1), and no address."""
    return len(text) <= _NAME_MOST and bool(_NAME.fullmatch(text)) and not text.rpartition(".")[2].isdigit()


def _provider(table: object) -> Provider:
    if not isinstance(table, dict):
        raise ProviderError(f"only tables [[{_TABLE}]] stand in a file of providers")
    place = table.get("id", "?")
    values = shipped_tables.read_row(table, Provider, _READERS, ProviderError)
    if not values.get("id") or not values.get("name"):
        raise ProviderError(f"{place}: id and name are needed")
    provider = Provider(**values)
    if not provider.host and not provider.notes:
        raise ProviderError(f"{place}: without a host, notes have to say why")
    if not provider.domains and not provider.mx:
        raise ProviderError(f"{place}: nothing leads to it")
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
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _PORT_MOST:
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


def _above(name: str) -> Iterator[str]:
    """The domains above `name`, the nearest first."""
    rest = name
    while rest:
        _, _, rest = rest.partition(".")
        if rest:
            yield rest
