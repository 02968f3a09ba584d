"""Finds the mail server of an address: asks sources one after the other, each with a time limit."""

from __future__ import annotations

import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError, Deferred, DeferredList

from tray.mail.setup import discovery
from tray.mail.setup.autoconfig import AutoconfigError, read
from tray.mail.setup.discovery import SOURCE_TIMEOUT, Attempt, Source, State, TooWeak
from tray.net.clock import Timer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    from twisted.python.failure import Failure

    from tray.mail.setup.discovery import Candidate, DiscoveryResult
    from tray.mail.setup.providers import Providers
    from tray.net.setup.network import Network

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
    search = _Search(reactor, email, providers, network, skip or Skip())
    for source in discovery.sources_to_ask(ask_database=ask_thunderbird):
        on_attempt(Attempt(source, State.ASKING))
        state, found = await search.ask(source)
        on_attempt(Attempt(source, state))
        if found is not None:
            return found
    log.info("The search for a mail server found nothing")
    return None


class _Search:
    def __init__(
        self, reactor: Any, email: str, providers: Providers, network: Network | None, skip: Skip
    ) -> None:
        self._reactor = reactor
        self._email = email
        self._domain = discovery.domain_of(email)
        self._providers = providers
        self._given_network = network
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

    @cached_property
    def _network(self) -> Network:
        from tray.net.setup.network import Network  # most servers are found without it

        return self._given_network or Network(self._reactor)

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

    async def _all(self, requests: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
        """All answers; None for each request that failed or was too late."""
        answers: dict[int, Any] = {}
        deferreds = [Deferred.fromCoroutine(request) for request in requests]
        for place, deferred in enumerate(deferreds):
            deferred.addCallbacks(partial(answers.__setitem__, place), _log_failure)
        complete: Deferred[Any] = Deferred()  # ignores the end of the list after it was cancelled
        DeferredList(deferreds).chainDeferred(complete)
        try:
            await complete
        except CancelledError:
            if self._ended is None:  # `discover` itself was cancelled
                raise
        finally:
            for deferred in deferreds:
                deferred.cancel()
        return [answers.get(place) for place in range(len(deferreds))]


def _log_failure(failure: Failure) -> None:
    """Log why a source did not answer; as an error if the reason is a mistake in this program."""
    if failure.check(TypeError, AttributeError, LookupError, AssertionError):
        log.error("A source could not be asked", exc_info=failure.value)
    else:
        log.debug("A source did not answer: %s", type(failure.value).__name__)
