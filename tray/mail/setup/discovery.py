"""Finding the server of an address: which sources are asked, in which order, and what each answer amounts to."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tray.mail.model.account import Security
from tray.mail.model.host_names import host_key
from tray.mail.setup.providers import Provider, Providers, SignInMethod, UserForm, is_host_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.mail.model.account import Account
    from tray.mail.setup.autoconfig import Config

PATIENCE = 5.0
"""Seconds that a source has."""


class Source(enum.Enum):
    """Who may know the server of an address."""

    SHIPPED = enum.auto()
    """The list that comes with Mailbell: nobody is asked."""
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
    """The domain's own file over http, which anybody on the way may have written."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A server that may be filled in."""

    host: str
    port: int
    security: Security
    user: str
    source: Source
    provider: Provider | None = None
    """Whose server it is, where it is one that we know."""
    webmail: str = ""
    oauth_only: bool = False
    """Whether it takes no passwords, as far as is known."""
    to_confirm: bool = False
    """Whether the user has to agree: the server is in another domain, and who said so cannot be proven
    (RFC 6186, section 6)."""


@dataclass(frozen=True, slots=True)
class NoImap:
    """The provider is known to have no IMAP."""

    provider: Provider


Found = Candidate | NoImap


class State(enum.Enum):
    """How far a source got."""

    ASKING = enum.auto()
    FOUND = enum.auto()
    NOTHING = enum.auto()
    """It answered, or cannot be reached: it knows nothing."""
    REFUSED = enum.auto()
    """It answered, and the answer would weaken security."""
    LATE = enum.auto()
    SKIPPED = enum.auto()


@dataclass(frozen=True, slots=True)
class Attempt:
    """News of a source, for whoever watches."""

    source: Source
    state: State


class TooWeak(Exception):  # noqa: N818 -- says what the answer is
    """The answer names only servers without encryption."""


@dataclass(frozen=True, slots=True)
class Service:
    """One SRV record (RFC 2782)."""

    priority: int
    weight: int
    host: str
    port: int


def domain_of(email: str) -> str:
    """The domain of `email` as DNS has it; empty where no server can be looked for."""
    local, _, domain = email.strip().rpartition("@")
    name = host_key(domain)
    return name if local and is_host_name(name) else ""


def plan(*, ask_database: bool = False) -> tuple[Source, ...]:
    """The sources in the order in which they are asked; who answers first is believed.

    What can be proven goes before what cannot, what was said before what is guessed.
    """
    return tuple(source for source in Source if ask_database or source is not Source.DATABASE)


def addresses(source: Source, email: str) -> tuple[str, ...]:
    """Where the autoconfig file of a source may lie, the best first.

    The mail address goes to the domain itself and over https alone.
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


def shipped(email: str, providers: Providers) -> Found | None:
    """What the list that comes with Mailbell knows."""
    provider = providers.by_domain(domain_of(email))
    return None if provider is None else _of_provider(provider, email, Source.SHIPPED)


def exchanged(email: str, exchangers: Iterable[tuple[int, str]], providers: Providers) -> Found | None:
    """Which known provider takes the mail of the domain; `exchangers` are (preference, host) (RFC 5321, 5.1)."""
    names = [host_key(host) for _, host in sorted(exchangers)]
    provider = providers.by_exchangers(names)
    return None if provider is None else _of_provider(provider, email, Source.EXCHANGERS)


def configured(email: str, config: Config, source: Source, providers: Providers) -> Candidate | None:
    """The best server of an autoconfig file; raises TooWeak where all that it has are servers without encryption.

    Of a file that anybody on the way may have written, only the server is used: it proves itself by its
    certificate and is shown, and confirmed where it is in another domain. A webmail address would be opened by a
    click later on, when nobody thinks of that file any more.
    """
    if not config.servers:
        if config.weak:
            raise TooWeak
        return None
    proven = source is not Source.OPEN_AUTOCONFIG
    best = next((each for each in config.servers if each.password), config.servers[0])
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
    return _judged(candidate, email, providers, proven=proven)


def served(
    email: str, implicit: Iterable[Service], upgraded: Iterable[Service], providers: Providers
) -> Candidate | None:
    """The server that SRV records name; `implicit` are those of ``_imaps``, `upgraded` of ``_imap``.

    TLS from the beginning goes before STARTTLS, whatever the priorities (RFC 8314, 5.1 over RFC 6186, 3.4). The
    user name is the whole address (RFC 6186, section 4).
    """
    for services, security in ((implicit, Security.TLS), (upgraded, Security.STARTTLS)):
        offered = [
            replace(each, host=host)
            for each in services
            if is_host_name(host := host_key(each.host)) and each.port  # "." says: not offered
        ]
        if offered:
            # RFC 2782 draws lots by weight, to spread load; one account is better always the same.
            best = min(offered, key=lambda each: (each.priority, -each.weight, each.host))
            candidate = Candidate(best.host, best.port, security, email.strip(), Source.SERVICES)
            return _judged(candidate, email, providers, proven=False)
    return None


def usual_names(email: str) -> tuple[str, ...]:
    """Names that mail servers commonly have, the likelier first."""
    domain = domain_of(email)
    return f"imap.{domain}", f"mail.{domain}"


def guessed(email: str, host: str) -> Candidate:
    """A server with a usual name, which showed a good certificate."""
    return Candidate(host, 993, Security.TLS, email.strip(), Source.USUAL_NAMES)


def applied(candidate: Candidate, account: Account) -> Account:
    """`account` with the server that was found; what the candidate does not know stays."""
    return replace(
        account,
        host=candidate.host,
        port=candidate.port,
        security=candidate.security,
        user=candidate.user,
        webmail=account.webmail or candidate.webmail,
    )


def _of_provider(provider: Provider, email: str, source: Source) -> Found:
    if not provider.host:
        return NoImap(provider)
    own = source is Source.SHIPPED  # with a domain of one's own, the part before the @ is unique to nobody
    local = provider.user is UserForm.LOCAL_PART and own
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


def _judged(candidate: Candidate, email: str, providers: Providers, *, proven: bool) -> Candidate:
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
