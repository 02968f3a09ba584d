"""Where the outgoing server of an account may be: known, named by its own domain, or under a usual name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tray.mail.model.account import Security
from tray.mail.model.host_names import host_key, is_host_name, is_loopback
from tray.mail.settings.outgoing import STARTTLS_PORT, TLS_PORT, Outgoing, parse
from tray.mail.setup.discovery import domain_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import Account
    from tray.mail.setup.autoconfig import Config
    from tray.mail.setup.discovery import Service
    from tray.mail.setup.providers import Providers

_INCOMING = ("imap", "imaps", "imap4", "mail", "secureimap", "mx", "in")
"""What the names of servers begin with that have a brother for outgoing mail."""


def known_outgoing(account: Account, providers: Providers) -> Outgoing | None:
    """The outgoing server that the list that comes with Mailbell has for this account."""
    provider = providers.by_domain(domain_of(account.email))
    if provider is None or host_key(provider.host) != host_key(account.host):
        provider = providers.by_host(account.host)
    if provider is not None and is_loopback(account.host) and provider.port != account.port:
        return None  # another program on this machine than that of the provider
    return None if provider is None else parse(provider.outgoing)


def configured_outgoing(config: Config) -> list[Outgoing]:
    """The servers of an autoconfig file that came over TLS from the account's own domain."""
    return [Outgoing(server.host, server.port, server.security) for server in config.outgoing]


def service_names(account: Account) -> tuple[str, str]:
    """The names of the SRV records: TLS from the beginning (RFC 8314, 5.1), and STARTTLS (RFC 6186, 3.1)."""
    domain = domain_of(account.email)
    return f"_submissions._tcp.{domain}", f"_submission._tcp.{domain}"


def served_outgoing(
    account: Account, implicit: Iterable[Service], upgraded: Iterable[Service]
) -> list[Outgoing]:
    """The servers that SRV records name, within the account's domain or on its IMAP server.

    Nobody vouches for the records, and nobody is asked: a server elsewhere gets no password (RFC 6186, 6).
    """
    domain = domain_of(account.email)
    found = []
    for services, security in ((implicit, Security.TLS), (upgraded, Security.STARTTLS)):
        for service in sorted(services, key=lambda each: (each.priority, -each.weight, each.host)):
            host = host_key(service.host)
            inside = host == host_key(account.host) or f".{host}".endswith(f".{domain}")
            if is_host_name(host) and inside and service.port:
                found.append(Outgoing(host, service.port, security))
    return found


def usual_outgoing(account: Account) -> list[Outgoing]:
    """Servers under the names that are usual beside the IMAP server, and in the domain of the address."""
    host, domain = host_key(account.host), domain_of(account.email)
    first, _, rest = host.partition(".")
    hosts = [host]
    if is_host_name(host) and is_host_name(rest) and first in _INCOMING:
        hosts.insert(0, f"smtp.{rest}")
    if domain:
        hosts.append(f"smtp.{domain}")
    return [
        Outgoing(each, port, security)
        for each in dict.fromkeys(hosts)
        for port, security in ((TLS_PORT, Security.TLS), (STARTTLS_PORT, Security.STARTTLS))
    ]
