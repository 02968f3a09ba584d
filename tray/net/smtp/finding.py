"""Finds the outgoing server of an account: known, in its autoconfig file, in DNS, or under a usual name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred

from tray.mail.settings.outgoing import parse, submission_account
from tray.mail.setup.autoconfig import AutoconfigError, read
from tray.mail.setup.discovery import SOURCE_TIMEOUT, Source, autoconfig_urls, domain_of
from tray.mail.setup.outgoing import (
    configured_outgoing,
    known_outgoing,
    served_outgoing,
    service_names,
    usual_outgoing,
)
from tray.net.smtp.submission import greeted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    from tray.mail.model.account import Account
    from tray.mail.settings.outgoing import Outgoing
    from tray.mail.setup.providers import Providers
    from tray.net.proxy.route import ProxySecret
    from tray.net.setup.network import Network

log = logging.getLogger(__name__)

GREETING_TIMEOUT = 10.0
"""Seconds that a server which nobody has named gets to show itself."""


async def find_outgoing(
    reactor: Any,
    account: Account,
    providers: Providers,
    network: Network | None = None,
    proxy_secret: ProxySecret | None = None,
) -> Outgoing | None:
    """The first server that begins TLS with a trusted certificate and takes log-ins; None if there is none.

    What the settings or the list that comes with Mailbell have is not tried first. Only the account's own domain is
    asked, and nobody beside its proxy where it has one.
    """
    known = parse(account.outgoing) or known_outgoing(account, providers)
    if known is not None:
        return known
    async for candidate in _candidates(reactor, account, network):
        if await _takes_log_ins(reactor, submission_account(account, candidate), proxy_secret):
            log.info("Account %s: an outgoing server was found", account.id)
            return candidate
    return None


async def _candidates(reactor: Any, account: Account, network: Network | None) -> AsyncIterator[Outgoing]:
    if domain_of(account.email) and not account.proxy:
        if network is None:
            from tray.net.setup.network import Network

            network = Network(reactor)
        for url in autoconfig_urls(Source.AUTOCONFIG, account.email):
            data = await _within(reactor, network.fetch(url), SOURCE_TIMEOUT)
            try:
                found = configured_outgoing(read(data, account.email)) if data is not None else []
            except AutoconfigError:
                found = []
            for outgoing in found:
                yield outgoing
        records = [
            await _within(reactor, network.services(name), SOURCE_TIMEOUT) for name in service_names(account)
        ]
        for outgoing in served_outgoing(account, *(each or () for each in records)):
            yield outgoing
    for outgoing in usual_outgoing(account):
        yield outgoing


async def _takes_log_ins(reactor: Any, account: Account, proxy_secret: ProxySecret | None) -> bool:
    async def offers() -> bool:
        async with greeted(reactor, account, proxy_secret) as (_, extensions):
            return "AUTH" in extensions

    return bool(await _within(reactor, offers(), GREETING_TIMEOUT))


async def _within(reactor: Any, asked: Awaitable[Any], seconds: float) -> Any:
    """The answer; None where it does not come in time, or fails for a reason of the network."""
    answer: Deferred[Any] = Deferred.fromCoroutine(asked)  # type: ignore[arg-type]
    answer.addTimeout(seconds, reactor)
    try:
        return await answer
    except CancelledError:
        raise
    except (TypeError, AttributeError, LookupError, AssertionError):  # a mistake in this program
        raise
    except Exception as error:  # noqa: BLE001 -- the next place is asked
        log.debug("No outgoing server there: %s", type(error).__name__)
        return None
