"""Finds the mail server of an address: asks sources one after the other, each with a time limit."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred, DeferredList

from tray.mail.model.account import Account, AccountId, Security
from tray.mail.setup import discovery
from tray.mail.setup.autoconfig import AutoconfigError, read
from tray.mail.setup.discovery import SOURCE_TIMEOUT, Attempt, Source, State, TooWeak
from tray.net.clock import Timer
from tray.net.errors import Stopped
from tray.net.imap.factory import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from twisted.python.failure import Failure

    from tray.mail.setup.discovery import Candidate, DiscoveryResult, Service
    from tray.mail.setup.providers import Providers

log = logging.getLogger(__name__)


class Skip:
    """Lets the user skip a source."""

    def __init__(self) -> None:
        self.skipped: Callable[[], None] | None = None
        """Set by `discover` while it asks a source."""

    def now(self) -> None:
        """Go on to the next source; no effect between sources."""
        if self.skipped is not None:
            self.skipped()


async def discover(
    reactor: Any,
    email: str,
    providers: Providers,
    on_attempt: Callable[[Attempt], None],
    skip: Skip | None = None,
    *,
    ask_thunderbird: bool = False,
    network: Network | None = None,
) -> DiscoveryResult | None:
    """The server of `email`, or None; raises only what `on_attempt` raises.

    Only the user's own domain is asked, and if `ask_thunderbird` Thunderbird's database, which then learns the domain.
    Cancelling the Deferred that runs this cancels all requests.
    """
    if not discovery.domain_of(email):
        return None
    search = _Search(reactor, email, providers, network or Network(reactor), skip or Skip())
    for source in discovery.sources_to_ask(ask_database=ask_thunderbird):
        on_attempt(Attempt(source, State.ASKING))
        state, found = await search.ask(source)
        on_attempt(Attempt(source, state))
        if found is not None:
            return found
    return None


class _Search:
    def __init__(self, reactor: Any, email: str, providers: Providers, network: Network, skip: Skip) -> None:
        self._email = email
        self._domain = discovery.domain_of(email)
        self._providers = providers
        self._network = network
        self._skip = skip
        self._timer = Timer(reactor)
        self._ended: State | None = None
        """Why the current source was cancelled."""

    async def ask(self, source: Source) -> tuple[State, DiscoveryResult | None]:
        """The outcome, and the server if one was found."""
        methods = {
            Source.SHIPPED: self._shipped,
            Source.SERVICES: self._served,
            Source.EXCHANGERS: self._exchanged,
            Source.USUAL_NAMES: self._guessed,
        }
        self._ended = None
        running: Deferred[DiscoveryResult | None] = Deferred.fromCoroutine(
            methods.get(source, self._configured)(source)
        )
        self._timer.set(SOURCE_TIMEOUT, self._end, State.LATE, running)
        self._skip.skipped = partial(self._end, State.SKIPPED, running)
        try:
            found = await running
        except TooWeak:
            return State.REFUSED, None
        finally:
            self._timer.clear()
            self._skip.skipped = None
        if found is None or self._ended is State.SKIPPED:
            return self._ended or State.NOTHING, None
        return State.FOUND, found

    def _end(self, state: State, running: Deferred[Any]) -> None:
        self._ended = state
        running.cancel()

    async def _shipped(self, _: Source) -> DiscoveryResult | None:
        return discovery.shipped_result(self._email, self._providers)

    async def _configured(self, source: Source) -> Candidate | None:
        weak = False
        addresses = discovery.autoconfig_urls(source, self._email)
        for data in await self._all([self._network.fetch(address) for address in addresses]):
            if data is None:
                continue
            try:
                found = discovery.candidate_by_autoconfig(
                    self._email, read(data, self._email), source, self._providers
                )
            except AutoconfigError as error:
                log.info("An autoconfig file cannot be used: %s", error)
            except TooWeak:
                weak = True
            else:
                if found is not None:
                    return found
        if weak:
            raise TooWeak
        return None

    async def _served(self, _: Source) -> Candidate | None:
        names = (f"_imaps._tcp.{self._domain}", f"_imap._tcp.{self._domain}")
        implicit, upgraded = await self._all([self._network.services(name) for name in names])
        return discovery.candidate_by_services(self._email, implicit or (), upgraded or (), self._providers)

    async def _exchanged(self, _: Source) -> DiscoveryResult | None:
        (exchangers,) = await self._all([self._network.exchangers(self._domain)])
        return discovery.result_by_exchangers(self._email, exchangers or (), self._providers)

    async def _guessed(self, _: Source) -> Candidate | None:
        names = discovery.usual_names(self._email)
        greeted = await self._all([self._network.greets(name) for name in names])
        for name, has_greeted in zip(names, greeted, strict=True):
            if has_greeted:
                return discovery.usual_candidate(self._email, name)
        return None

    async def _all(self, requests: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
        """All answers; None for each request that failed or was too late."""
        answers: list[Any] = [None] * len(requests)
        deferreds: list[Deferred[Any]] = [Deferred.fromCoroutine(request) for request in requests]
        for index, deferred in enumerate(deferreds):
            deferred.addCallbacks(partial(answers.__setitem__, index), _log_failure)
        complete: Deferred[None] = Deferred()

        def finish(_: object) -> None:
            if not complete.called:
                complete.callback(None)

        DeferredList(deferreds).addCallback(finish)
        try:
            await complete
        except CancelledError:
            if self._ended is None:  # `discover` itself was cancelled
                raise
        finally:
            for deferred in deferreds:
                deferred.cancel()
        return answers


def _log_failure(failure: Failure) -> None:
    """Log why a source did not answer; as an error if the reason is a mistake in this program."""
    if failure.check(TypeError, AttributeError, LookupError, AssertionError):
        log.error("A source could not be asked", exc_info=failure.value)
    else:
        log.debug("A source did not answer: %s", type(failure.value).__name__)


class Network:
    """Network access for discovery; each method may raise network errors. Libraries are imported when needed."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    async def fetch(self, url: str) -> bytes:
        """The small file at an https or http address."""
        from tray.net.setup.autoconfig import AutoconfigFetcher

        return await AutoconfigFetcher(self._reactor).get(url)

    async def services(self, name: str) -> list[Service]:
        """SRV records."""
        from tray.net.setup.dns import DnsRecords

        return await DnsRecords(self._reactor).services(name)

    async def exchangers(self, domain: str) -> list[tuple[int, str]]:
        """MX records."""
        from tray.net.setup.dns import DnsRecords

        return await DnsRecords(self._reactor).exchangers(domain)

    async def greets(self, host: str) -> bool:
        """Whether an IMAP server with a valid certificate sends a greeting at port 993."""
        return await greets(self._reactor, host)


async def greets(reactor: Any, host: str, port: int = 993, ca_file: str = "") -> bool:
    """Whether an IMAP server with a valid certificate sends a greeting over TLS; raises as `connect` does."""
    account = Account(AccountId(""), "", "", host, "", port, Security.TLS, ca_file=ca_file)
    protocol = await connect(reactor, account)
    try:
        return (await protocol.greeting.wait()).status in {"OK", "PREAUTH"}
    finally:
        protocol.abort(Stopped())
