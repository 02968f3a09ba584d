"""Finds the mail server of an address: asks sources side by side, and waits while a better one may answer."""

from __future__ import annotations

import logging
from dataclasses import field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from twisted.internet import error as failures
from twisted.internet.defer import CancelledError, Deferred, DeferredList

from tray.mail.setup import discovery
from tray.mail.setup.autoconfig import AutoconfigError, read
from tray.mail.setup.discovery import (
    NAMES_TIMEOUT,
    SOURCE_TIMEOUT,
    Attempt,
    NoNetwork,
    Source,
    State,
    TooWeak,
)
from tray.net.clock import Timer
from tray.net.errors import NoNameServer
from tray.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Sequence

    from twisted.python.failure import Failure

    from tray.mail.setup.discovery import Candidate, DiscoveryResult
    from tray.mail.setup.providers import Providers
    from tray.net.setup.network import Network

log = logging.getLogger(__name__)

_LOOK_UPS = 3  # of services and exchangers
_UNANSWERED = (
    CancelledError,
    failures.DNSLookupError,
    failures.UnknownHostError,
    failures.TimeoutError,
    failures.NoRouteError,
)
"""What is no sign that anybody can be reached."""


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
) -> DiscoveryResult | NoNetwork | None:
    """The server of `email`, or None; NoNetwork where nobody answers. Raises only what `on_attempt` raises.

    It ends within `SOURCE_TIMEOUT`, or `NAMES_TIMEOUT` where no name server answers. `on_attempt` is told of the source
    that is waited for.

    Only the user's own domain is asked, and if `ask_thunderbird` Thunderbird's database, which then learns the domain.
    Cancelling the Deferred that runs this cancels all requests.
    """
    if not discovery.domain_of(email):
        return None
    search = _Search(reactor, email, providers, network, skip or Skip())
    first, *others = discovery.sources_to_ask(ask_database=ask_thunderbird)
    found = await search.ask([first], on_attempt) or await search.ask(others, on_attempt)
    if found is None or isinstance(found, NoNetwork):
        log.info("The search for a mail server found nothing")
    return found


@dataclass(eq=False, slots=True)
class _Asked:
    """A source that is being asked."""

    source: Source
    over: Deferred[None] = field(default_factory=Deferred)
    running: Deferred[None] | None = None
    ended: State | None = None
    """Why it was cancelled."""
    state: State = State.ASKING
    found: DiscoveryResult | None = None


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
        self._asked: list[_Asked] = []
        self._silent = 0
        """Requests to name servers that were not answered."""
        self._reached = False
        """Whether anybody has answered, be it with a refusal."""
        self._had_time = False
        """Whether name servers have had their time."""

    async def ask(
        self, sources: Sequence[Source], on_attempt: Callable[[Attempt], None]
    ) -> DiscoveryResult | NoNetwork | None:
        """The best that these have, asked at once; the answer of one is used when all before it have ended."""
        self._asked = [_Asked(source) for source in sources]
        for asked in self._asked:
            self._begin(asked)
        self._timer.set(NAMES_TIMEOUT, self._names_had_time)
        try:
            for asked in self._asked:
                on_attempt(Attempt(asked.source, State.ASKING))
                self._skip.skipped = partial(self._end, State.SKIPPED, [asked])
                await asked.over
                on_attempt(Attempt(asked.source, asked.state))
                if asked.found is not None:
                    return asked.found
        finally:
            self._timer.clear()
            self._skip.skipped = None
            self._end(State.SKIPPED, self._asked)
        if self._silent == _LOOK_UPS and not self._reached:
            log.info("No name server answers")
            return NoNetwork()
        return None

    def _begin(self, asked: _Asked) -> None:
        methods = {
            Source.SHIPPED: self._shipped,
            Source.SERVICES: self._served,
            Source.EXCHANGERS: self._exchanged,
            Source.USUAL_NAMES: self._guessed,
        }

        def found(result: DiscoveryResult | None) -> None:
            if asked.ended is not State.SKIPPED:
                asked.found = result
            asked.state = State.FOUND if asked.found is not None else asked.ended or State.NOTHING
            asked.over.callback(None)

        def failed(failure: Failure) -> None:
            if failure.check(TooWeak):
                asked.state = State.REFUSED
                asked.over.callback(None)
            else:
                asked.over.errback(failure)

        method = methods.get(asked.source, self._configured)
        asked.running = Deferred.fromCoroutine(method(asked)).addCallbacks(found, failed)

    def _end(self, state: State, sources: Iterable[_Asked]) -> None:
        for asked in sources:
            if asked.state is State.ASKING and asked.ended is None and asked.running is not None:
                asked.ended = state
                asked.running.cancel()

    def _names_had_time(self) -> None:
        self._had_time = True
        self._timer.set(SOURCE_TIMEOUT - NAMES_TIMEOUT, self._end, State.LATE, self._asked)
        self._end_without_names()

    def _end_without_names(self) -> None:
        """Wait for nobody else where no name can be looked up."""
        if self._had_time and self._silent == _LOOK_UPS and not self._reached:
            self._end(State.LATE, self._asked)

    @cached_property
    def _network(self) -> Network:
        from tray.net.setup.network import Network  # most servers are found without it

        return self._given_network or Network(self._reactor)

    async def _shipped(self, _: _Asked) -> DiscoveryResult | None:
        return discovery.shipped_result(self._email, self._providers)

    async def _configured(self, asked: _Asked) -> Candidate | None:
        weak = False
        addresses = discovery.autoconfig_urls(asked.source, self._email)
        for data in await self._all(asked, [self._network.fetch(address) for address in addresses]):
            if data is None:
                continue
            try:
                found = discovery.candidate_by_autoconfig(
                    self._email, read(data, self._email), asked.source, self._providers
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

    async def _served(self, asked: _Asked) -> Candidate | None:
        names = (f"_imaps._tcp.{self._domain}", f"_imap._tcp.{self._domain}")
        implicit, upgraded = await self._all(asked, [self._network.services(name) for name in names])
        return discovery.candidate_by_services(self._email, implicit or (), upgraded or (), self._providers)

    async def _exchanged(self, asked: _Asked) -> DiscoveryResult | None:
        (exchangers,) = await self._all(asked, [self._network.exchangers(self._domain)])
        return discovery.result_by_exchangers(self._email, exchangers or (), self._providers)

    async def _guessed(self, asked: _Asked) -> Candidate | None:
        names = discovery.usual_names(self._email)
        greeted = await self._all(asked, [self._network.greets(name) for name in names])
        for name, has_greeted in zip(names, greeted, strict=True):
            if has_greeted:
                return discovery.usual_candidate(self._email, name)
        return None

    async def _all(self, asked: _Asked, requests: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
        """All answers; None for each request that failed or was too late."""
        answers: dict[int, Any] = {}
        deferreds = [Deferred.fromCoroutine(request) for request in requests]
        for place, deferred in enumerate(deferreds):
            deferred.addCallbacks(partial(self._on_answer, answers, place), self._on_failure)
        complete: Deferred[Any] = Deferred()  # ignores the end of the list after it was cancelled
        DeferredList(deferreds).chainDeferred(complete)
        try:
            await complete
        except CancelledError:
            if asked.ended is None:  # `discover` itself was cancelled
                raise
        finally:
            for deferred in deferreds:
                deferred.cancel()
        return [answers.get(place) for place in range(len(deferreds))]

    def _on_answer(self, answers: dict[int, Any], place: int, answer: Any) -> None:
        self._reached = True
        answers[place] = answer

    def _on_failure(self, failure: Failure) -> None:
        _log_failure(failure)
        if failure.check(NoNameServer):
            self._silent += 1
            self._end_without_names()
        elif not failure.check(*_UNANSWERED):
            self._reached = True


def _log_failure(failure: Failure) -> None:
    """Log why a source did not answer; as an error if the reason is a mistake in this program."""
    if failure.check(TypeError, AttributeError, LookupError, AssertionError):
        log.error("A source could not be asked", exc_info=failure.value)
    else:
        log.debug("A source did not answer: %s", type(failure.value).__name__)
