"""Finding the server of an address: which sources are asked, which is the best, and the candidate in each answer."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import TYPE_CHECKING

from tray.mail.model.account import Security
from tray.mail.model.host_names import host_key, is_host_name
from tray.mail.setup.providers import Provider, Providers, SignInMethod, UserForm
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import Account
    from tray.mail.setup.autoconfig import Config

SOURCE_TIMEOUT = 5.0
"""Seconds until sources that have not answered are left."""
NAMES_TIMEOUT = 3.0
"""Seconds until a name server that has not answered is left."""


class Source(enum.Enum):
    """Where the server of an address may be found, the best first."""

    SHIPPED = enum.auto()
    """The list that comes with Mailbell; no network is used."""
    AUTOCONFIG = enum.auto()
    """The domain's own file, over https."""
    SERVICES = enum.auto()
    """SRV records of the domain (RFC 6186)."""
    EXCHANGERS = enum.auto()
    """MX records of the domain, matched against the list that comes with Mailbell."""
    DATABASE = enum.auto()
    """Thunderbird's public database: a third party, which learns the domain."""
    USUAL_NAMES = enum.auto()
    """``imap.`` and ``mail.`` before the domain, where they show a good certificate."""
    OPEN_AUTOCONFIG = enum.auto()
    """The domain's own file over http, which may have been changed on the network."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A server that was found, and the values for its account."""

    host: str
    port: int
    security: Security
    user: str
    source: Source
    provider: Provider | None = None
    """The provider of the server, None for an unknown one."""
    webmail: str = ""
    oauth_only: bool = False
    """Whether the server is known to take no passwords."""
    to_confirm: bool = False
    """Whether the user has to confirm it: the server is in another domain, and the source cannot be authenticated
    (RFC 6186, section 6)."""


@dataclass(frozen=True, slots=True)
class NoImap:
    """The provider is known to have no IMAP."""

    provider: Provider


@dataclass(frozen=True, slots=True)
class NoNetwork:
    """No name can be looked up now, and nobody else has answered: there may be a server."""


DiscoveryResult = Candidate | NoImap


class State(enum.Enum):
    """How far a source got."""

    ASKING = enum.auto()
    FOUND = enum.auto()
    NOTHING = enum.auto()
    """It has no server for this address, or cannot be reached."""
    REFUSED = enum.auto()
    """Its answer would weaken security."""
    LATE = enum.auto()
    SKIPPED = enum.auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A source and its new state."""

    source: Source
    state: State


class TooWeak(Exception):  # noqa: N818
    """The answer names only servers without encryption."""


@dataclass(frozen=True, slots=True)
class Service:
    """One SRV record (RFC 2782)."""

    priority: int
    weight: int
    host: str
    port: int


def domain_of(email: str) -> str:
    """The domain of `email` in ASCII; empty where `email` has no domain that DNS can have."""
    local, _, domain = email.strip().rpartition("@")
    name = host_key(domain)
    return name if local and is_host_name(name) else ""


def clean_address(text: str) -> str:
    """The address in what was pasted, such as ``Jane <jane@example.org>``: without white space and angle brackets."""
    bracketed = text.rpartition("<")[2].partition(">")[0] if "<" in text else text
    return "".join(bracketed.split()).replace(">", "").removeprefix("mailto:")


def sources_to_ask(*, ask_database: bool = False) -> tuple[Source, ...]:
    """The sources, the best first: what it says is used.

    Authenticated sources are before others, guesses last.
    """
    return tuple(source for source in Source if ask_database or source is not Source.DATABASE)


def autoconfig_urls(source: Source, email: str) -> tuple[str, ...]:
    """The URLs of the autoconfig file of `source`, the best first.

    The mail address is sent to the domain itself only, and over https only.
    """
    from urllib.parse import quote  # noqa: PLC0415 -- only where somebody adds an account

    domain = domain_of(email)
    if source is Source.AUTOCONFIG:
        return (
            f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={quote(email.strip(), safe='')}",
            f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
        )
    if source is Source.DATABASE:
        return (f"https://autoconfig.thunderbird.net/v1.1/{domain}",)
    return (f"http://autoconfig.{domain}/mail/config-v1.1.xml",)


def shipped_result(email: str, providers: Providers) -> DiscoveryResult | None:
    """The result from the list that comes with Mailbell, None for an unknown domain."""
    provider = providers.by_domain(domain_of(email))
    return None if provider is None else _of_provider(provider, email, Source.SHIPPED)


def result_by_exchangers(
    email: str, exchangers: Iterable[tuple[int, str]], providers: Providers
) -> DiscoveryResult | None:
    """The result for the known provider that runs the `exchangers`, (preference, host) (RFC 5321, 5.1)."""
    names = [host_key(host) for _, host in sorted(exchangers)]
    provider = providers.by_exchangers(names)
    return None if provider is None else _of_provider(provider, email, Source.EXCHANGERS)


def candidate_by_autoconfig(
    email: str, config: Config, source: Source, providers: Providers
) -> Candidate | None:
    """The best server of an autoconfig file; raises TooWeak where it names only servers without encryption.

    Of a file that was fetched without TLS only the server is used: its certificate is verified, it is shown, and
    confirmed by the user where it is in another domain. Nothing would verify a webmail address.
    """
    if not config.servers:
        if config.weak:
            raise TooWeak
        return None
    proven = source is not Source.OPEN_AUTOCONFIG
    best = next((server for server in config.servers if server.password), config.servers[0])
    user = best.user if proven or best.user == email.strip().rpartition("@")[0] else ""
    candidate = Candidate(
        best.host,
        best.port,
        best.security,
        user or email.strip(),
        source,
        webmail=config.webmail if proven else "",
        oauth_only=proven and best.oauth and not best.password,
    )
    return _with_provider(candidate, email, providers, proven=proven)


def candidate_by_services(
    email: str, implicit: Iterable[Service], upgraded: Iterable[Service], providers: Providers
) -> Candidate | None:
    """The server that SRV records name; `implicit` are those of ``_imaps``, `upgraded` of ``_imap``.

    Implicit TLS is preferred to STARTTLS, whatever the priorities (RFC 8314, 5.1 over RFC 6186, 3.4). The user name
    is the whole address (RFC 6186, section 4).
    """
    for services, security in ((implicit, Security.TLS), (upgraded, Security.STARTTLS)):
        offered = [
            replace(service, host=host)
            for service in services
            if is_host_name(host := host_key(service.host)) and service.port  # "." means: not offered
        ]
        if offered:
            # RFC 2782 chooses at random by weight, to spread load; for one account the same choice each time is better.
            best = min(offered, key=lambda service: (service.priority, -service.weight, service.host))
            candidate = Candidate(best.host, best.port, security, email.strip(), Source.SERVICES)
            return _with_provider(candidate, email, providers, proven=False)
    return None


def usual_names(email: str) -> tuple[str, ...]:
    """Names that mail servers commonly have, the most common first."""
    domain = domain_of(email)
    return f"imap.{domain}", f"mail.{domain}"


def usual_candidate(email: str, host: str) -> Candidate:
    """The candidate for a server with a usual name whose certificate was verified."""
    return Candidate(host, 993, Security.TLS, email.strip(), Source.USUAL_NAMES)


def applied(candidate: Candidate, account: Account) -> Account:
    """`account` with the values of `candidate`; a webmail address that it has already stays."""
    return replace(
        account,
        host=candidate.host,
        port=candidate.port,
        security=candidate.security,
        user=candidate.user,
        webmail=account.webmail or candidate.webmail,
    )


def _of_provider(provider: Provider, email: str, source: Source) -> DiscoveryResult:
    if not provider.host:
        return NoImap(provider)
    # With the user's own domain, the provider has other users with the same local part.
    local = provider.user is UserForm.LOCAL_PART and source is Source.SHIPPED
    user = email.strip()
    return Candidate(
        provider.host,
        provider.port,
        provider.security,
        user.rpartition("@")[0] if local else user,
        source,
        provider,
        provider.webmail,
        oauth_only=provider.sign_in is SignInMethod.OAUTH,
    )


def _with_provider(candidate: Candidate, email: str, providers: Providers, *, proven: bool) -> Candidate:
    provider = providers.by_host(candidate.host)
    domain = domain_of(email)
    inside = candidate.host == domain or candidate.host.endswith(f".{domain}")
    return replace(
        candidate,
        provider=provider,
        webmail=candidate.webmail or (provider.webmail if provider else ""),
        oauth_only=candidate.oauth_only or (provider is not None and provider.sign_in is SignInMethod.OAUTH),
        to_confirm=not (proven or inside or provider is not None),
    )
