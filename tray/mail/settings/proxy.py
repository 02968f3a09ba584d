"""The proxy of an account: its text in the settings, and the key of its password in the secret store."""

from __future__ import annotations

import enum
import re
from dataclasses import replace
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from tray.i18n import tr
from tray.imap.text import display_safe
from tray.mail.model.account import AccountId, Login, SecretSource
from tray.mail.model.host_names import BadHost, ascii_host, host_key
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import Account

TOR_HOST = "127.0.0.1"
TOR_PORT = 9050
"""Tor's usual SOCKS port; the Tor Browser's own Tor uses 9150."""
_USER_LIMIT = 255
"""Octets of a user name (RFC 1929, 2)."""
_PORT_MAX = 65535
_FORM = re.compile(
    r"(?P<scheme>[a-z0-9+.-]+)://(?:(?P<user>[^/]*)@)?(?P<host>\[[^\]]*\]|[^\s:/?#@\[\]]+)(?::(?P<port>\d+))?/?",
    re.ASCII | re.IGNORECASE,
)
_TOR = re.compile(r"tor(?::(?P<port>\d+))?", re.ASCII | re.IGNORECASE)


class ProxyKind(enum.Enum):
    """The protocol of a proxy."""

    TOR = "tor"
    """SOCKS5 to Tor on this machine; each account has circuits of its own."""
    SOCKS5 = "socks5"
    """RFC 1928; the proxy resolves names."""
    HTTP = "http"
    """CONNECT (RFC 9110, 9.3.6); the proxy resolves names."""


class BadProxy(ValueError):  # noqa: N818
    """A text that is no valid proxy; the exception's text is one sentence for the user and never repeats it."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """Address and user of a proxy; `str` gives the text that `parse` accepts."""

    kind: ProxyKind
    host: str = TOR_HOST
    """A name, or an address without brackets."""
    port: int = TOR_PORT
    user: str = ""
    """Empty for a proxy without authentication."""

    def __str__(self) -> str:
        if self.kind is ProxyKind.TOR:
            return "tor" if self.port == TOR_PORT else f"tor:{self.port}"
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        return f"{self.kind.value}://{user}{self.place}"

    @property
    def place(self) -> str:
        """``host:port``, for texts and for the protocol."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str) -> Proxy | None:
    """The proxy that `text` names, None for an empty one; raises BadProxy.

    ``socks5://[user@]host:port``, ``http://[user@]host:port``, ``tor`` or ``tor:port``; ``socks5h``, curl's
    name for a SOCKS proxy that resolves names, is the same as ``socks5``, because names are always resolved there.
    """
    text = text.strip()
    if not text:
        return None
    tor = _TOR.fullmatch(text)
    if tor is not None:
        return Proxy(ProxyKind.TOR, port=_port(tor["port"] or str(TOR_PORT)))
    found = _FORM.fullmatch(text)
    if found is None:
        raise BadProxy(tr("Write the proxy like socks5://host:port or http://host:port, or tor."))
    kind = {"socks5": ProxyKind.SOCKS5, "socks5h": ProxyKind.SOCKS5, "http": ProxyKind.HTTP}.get(
        found["scheme"].lower()
    )
    if kind is None:
        raise BadProxy(tr("Only SOCKS5, HTTP and Tor are known here: write socks5://, http:// or tor."))
    if ":" in (found["user"] or ""):
        raise BadProxy(
            tr(
                "A password does not belong into the proxy's address: write the user name alone, and enter the "
                "password in the account's settings, from where it goes into the keyring."
            )
        )
    if not found["port"]:
        raise BadProxy(tr("Write the port of the proxy behind its name, such as socks5://host:1080."))
    return Proxy(kind, _host(found["host"]), _port(found["port"]), _user(found["user"] or ""))


def proxy_error(text: str) -> str | None:
    """The sentence that says why `text` is no valid proxy, None where it is one."""
    try:
        proxy = parse(text)
        if proxy is not None:
            ascii_host(proxy.host)
    except (BadProxy, BadHost) as error:
        return str(error)
    return None


def credential_account(account: Account) -> Account | None:
    """The account under whose id the secret store keeps the password of the proxy of `account`.

    None where the proxy has no user name. The password is in the keyring, or in the file if the account's own is; the
    key contains the proxy, so that no other proxy gets it after a change of the settings. Raises BadProxy.
    """
    proxy = parse(account.proxy)
    if proxy is None or not proxy.user:
        return None
    source = SecretSource.FILE if account.secret is SecretSource.FILE else SecretSource.KEYRING
    return replace(
        account,
        id=proxy_id(account.id, proxy),
        name=tr("{account} (proxy)").format(account=account.name),
        email="",
        host=proxy.host,
        port=proxy.port,
        user=proxy.user,
        proxy="",
        login=Login.PASSWORD,
        secret=source,
    )


def with_credential_accounts(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """`accounts`, with the credential accounts of their proxies."""
    return tuple(
        owner
        for account in accounts
        for owner in (account, None if proxy_error(account.proxy) else credential_account(account))
        if owner is not None
    )


def proxy_id(account: AccountId, proxy: Proxy) -> AccountId:
    """The key of the password for `proxy` in the secret store."""
    return AccountId(f"{account}/proxy/{replace(proxy, host=host_key(proxy.host))}")


def _port(digits: str) -> int:
    if len(digits) > len(str(_PORT_MAX)) or not 0 < int(digits) <= _PORT_MAX:
        raise BadProxy(tr("The port of the proxy is a number from 1 to {most}.").format(most=_PORT_MAX))
    return int(digits)


def _host(host: str) -> str:
    if not host.startswith("["):
        if not host.isprintable() or display_safe(host) != host:
            raise BadProxy(tr("The name of the proxy has odd characters."))
        return host
    try:
        if isinstance(ip_address(host[1:-1]), IPv6Address):
            return host[1:-1]
    except ValueError:
        pass
    raise BadProxy(tr("Only an IPv6 address stands in brackets, such as socks5://[::1]:1080."))


def _user(quoted: str) -> str:
    user = unquote(quoted)
    # In HTTP a colon separates user name and password (RFC 7617, 2).
    if not user.isprintable() or ":" in user or len(user.encode()) > _USER_LIMIT:
        raise BadProxy(tr("This user name cannot be sent to a proxy: it is too long, or has odd characters."))
    return user
