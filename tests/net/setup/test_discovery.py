"""Looking for a server: all sources at once, within their time, and the best that answers."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.error import DNSLookupError, NoRouteError
from twisted.internet.task import Clock

from tests.net.wire import result
from tray.mail.model.account import Security
from tray.mail.setup.discovery import (
    Attempt,
    Candidate,
    NoImap,
    NoNetwork,
    Service,
    Source,
    State,
    sources_to_ask,
)
from tray.mail.setup.providers import Provider, Providers
from tray.net.errors import NoNameServer
from tray.net.setup.discovery import Skip, discover

EMAIL = "anna@example.org"
FILE = (
    b"<clientConfig><emailProvider><incomingServer type='imap'><hostname>imap.example.org</hostname>"
    b"<port>993</port><socketType>SSL</socketType></incomingServer></emailProvider></clientConfig>"
)
WEAK = FILE.replace(b"SSL", b"plain")
PROVIDERS = Providers(
    [
        Provider("big", "Big", ("big.com",), ("mx.big.com",), "imap.big.com"),
        Provider("none", "None", ("none.com",), notes=("It has none.",)),
    ]
)


class Question:
    """Something that was asked of the network, to be answered by the test."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.cancelled = False
        self.answer: Deferred[Any] = Deferred(self._cancel)

    def _cancel(self, _: object) -> None:
        self.cancelled = True


class Net:
    """Our port to the network: remembers who is asked."""

    def __init__(self) -> None:
        self.open: list[Question] = []
        self.asked: list[str] = []

    def _ask(self, what: str) -> Deferred[Any]:
        question = Question(what)
        self.open.append(question)
        self.asked.append(what)
        return question.answer

    async def fetch(self, url: str) -> bytes:
        return await self._ask(url)

    async def services(self, name: str) -> list[Service]:
        return await self._ask(name)

    async def exchangers(self, domain: str) -> list[tuple[int, str]]:
        return await self._ask(f"MX {domain}")

    async def greets(self, host: str) -> bool:
        return await self._ask(f"IMAP {host}")


class Search:
    """A search under way."""

    def __init__(self, email: str = EMAIL, providers: Providers = PROVIDERS, **options: Any) -> None:
        self.clock = Clock()
        self.net = Net()
        self.skip = Skip()
        self.attempts: list[Attempt] = []
        self.running = Deferred.fromCoroutine(
            discover(
                self.clock, email, providers, self.attempts.append, self.skip, network=self.net, **options
            )
        )
        self.done = result(self.running)

    def answer(self, *answers: Any) -> Search:
        """Answer what is open, in order; an exception is a failure, ... leaves it open."""
        questions = self.net.open[: len(answers)]
        assert len(questions) == len(answers), [each.what for each in questions]
        for question, answer in zip(questions, answers, strict=True):
            if answer is ...:
                continue
            self.net.open.remove(question)
            if isinstance(answer, Exception):
                question.answer.errback(answer)
            else:
                question.answer.callback(answer)
        return self

    @property
    def states(self) -> dict[Source, State]:
        return {each.source: each.state for each in self.attempts}


def test_a_provider_that_is_known_is_found_without_asking_anybody() -> None:
    search = Search("anna@big.com")
    assert [each.host for each in search.done] == ["imap.big.com"]
    assert search.net.asked == []
    assert search.attempts == [
        Attempt(Source.SHIPPED, State.ASKING),
        Attempt(Source.SHIPPED, State.FOUND),
    ]
    assert not search.clock.getDelayedCalls()


def test_a_provider_without_imap_ends_the_search() -> None:
    (found,) = Search("anna@none.com").done
    assert isinstance(found, NoImap)


@pytest.mark.parametrize("email", ["", "anna", "anna@localhost", "anna@192.0.2.1"])
def test_without_a_domain_nobody_is_asked(email: str) -> None:
    search = Search(email)
    assert (search.done, search.attempts, search.net.asked) == ([None], [], [])


NO_FILE = (Refused(), Refused())
NO_NAMES = (NoNameServer(), NoNameServer(), NoNameServer())
ALL = [
    "https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=anna%40example.org",
    "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml",
    "_imaps._tcp.example.org",
    "_imap._tcp.example.org",
    "MX example.org",
    "IMAP imap.example.org",
    "IMAP mail.example.org",
    "http://autoconfig.example.org/mail/config-v1.1.xml",
]


def test_all_are_asked_at_once_and_nobody_but_the_own_domain() -> None:
    assert Search().net.asked == ALL


def test_the_best_that_answers_ends_the_search() -> None:
    search = Search()
    questions = [*search.net.open]
    (found,) = search.answer(FILE, Refused()).done
    assert found == Candidate("imap.example.org", 993, Security.TLS, EMAIL, Source.AUTOCONFIG)
    assert list(search.states) == [Source.SHIPPED, Source.AUTOCONFIG]
    assert all(question.cancelled for question in questions[2:])
    assert not search.clock.getDelayedCalls()


def test_the_other_place_of_the_file_is_as_good() -> None:
    (found,) = Search().answer(b"<html/>", FILE).done
    assert found.source is Source.AUTOCONFIG


def test_where_none_has_it_each_was_told_in_order() -> None:
    search = Search().answer(*NO_FILE, [], Refused(), [], False, Refused(), Refused())
    assert search.done == [None]
    assert [each.source for each in search.attempts if each.state is State.ASKING] == list(sources_to_ask())
    assert set(search.states.values()) == {State.NOTHING}
    assert not search.clock.getDelayedCalls()


def test_a_better_source_that_answers_later_is_preferred() -> None:
    search = Search().answer(..., ..., ..., ..., [(10, "a.mx.big.com")])
    assert search.done == []
    (found,) = search.answer(Refused(), FILE).done
    assert found.source is Source.AUTOCONFIG


def test_one_that_has_answered_is_used_as_soon_as_the_better_ones_have_nothing() -> None:
    search = Search().answer(..., ..., ..., ..., [(10, "a.mx.big.com")])
    search.answer(*NO_FILE)
    assert search.done == []
    (found,) = search.answer([], []).done
    assert (found.host, found.source) == ("imap.big.com", Source.EXCHANGERS)
    assert search.states[Source.SERVICES] is State.NOTHING


def test_thunderbirds_database_is_asked_only_when_wanted() -> None:
    search = Search(ask_thunderbird=True)
    assert search.net.asked[5] == "https://autoconfig.thunderbird.net/v1.1/example.org"
    (found,) = search.answer(*NO_FILE, [], [], [], FILE).done
    assert found.source is Source.DATABASE


def test_dns_names_the_server() -> None:
    (found,) = Search().answer(*NO_FILE, Refused(), [Service(0, 1, "mail.example.org", 143)]).done
    assert (found.host, found.security) == ("mail.example.org", Security.STARTTLS)


@pytest.mark.parametrize(
    ("greeted", "host"),
    [((True, True), "imap.example.org"), ((Refused(), True), "mail.example.org"), ((True, Refused()), "imap.example.org")],
)  # fmt: skip
def test_usual_names_are_probed(greeted: tuple[Any, Any], host: str) -> None:
    (found,) = Search().answer(*NO_FILE, [], [], [], *greeted).done
    assert (found.host, found.source) == (host, Source.USUAL_NAMES)


def test_an_answer_that_would_weaken_security_is_refused_and_the_search_goes_on() -> None:
    search = Search().answer(WEAK, WEAK)
    assert search.states[Source.AUTOCONFIG] is State.REFUSED
    assert search.states[Source.SERVICES] is State.ASKING
    assert Search().answer(WEAK, FILE).done[0].host == "imap.example.org"


def test_a_file_without_imap_servers_says_nothing() -> None:
    assert (
        Search().answer(FILE.replace(b"'imap'", b"'pop3'"), Refused()).states[Source.AUTOCONFIG]
        is State.NOTHING
    )


def test_all_silent_sources_together_have_five_seconds() -> None:
    search = Search()
    questions = [*search.net.open]
    search.clock.advance(3)
    search.clock.advance(1.9)
    assert search.states[Source.AUTOCONFIG] is State.ASKING
    assert not any(question.cancelled for question in questions)
    search.clock.advance(0.2)
    assert set(list(search.states.values())[1:]) == {State.LATE}
    assert search.done == [None]
    assert all(question.cancelled for question in questions)
    assert not search.clock.getDelayedCalls()


def test_a_worse_source_is_used_when_the_better_ones_are_late() -> None:
    search = Search().answer(..., ..., ..., ..., [(10, "a.mx.big.com")])
    search.clock.advance(3)
    search.clock.advance(2)
    assert search.done[0].source is Source.EXCHANGERS
    assert search.states[Source.AUTOCONFIG] is State.LATE


def test_half_an_answer_in_time_is_one() -> None:
    search = Search().answer(..., FILE)
    assert search.done == []
    search.clock.advance(3)
    search.clock.advance(2)
    assert search.done[0].host == "imap.example.org"
    assert search.states[Source.AUTOCONFIG] is State.FOUND


@pytest.mark.parametrize("late", [False, True])
def test_where_no_name_server_answers_three_seconds_are_all(late: bool) -> None:
    """It is not said that there is no server."""
    search = Search()
    search.clock.advance(3 if late else 2.9)
    search.answer(DNSLookupError(), ..., *NO_NAMES)
    if not late:
        assert search.done == []
        search.clock.advance(0.1)
    assert search.done == [NoNetwork()]
    assert search.states[Source.USUAL_NAMES] is State.LATE
    assert not search.clock.getDelayedCalls()


@pytest.mark.parametrize("answer", [Refused(), b"<html/>"])
def test_where_anybody_else_answers_names_can_be_looked_up(answer: object) -> None:
    """The system may ask other name servers than the file says."""
    search = Search().answer(answer, ..., *NO_NAMES)
    search.clock.advance(3)
    assert search.done == []
    search.clock.advance(2)
    assert search.done == [None]


def test_where_names_fail_at_once_and_so_does_all_else_the_network_is_missing() -> None:
    offline = NoRouteError()
    search = Search().answer(offline, DNSLookupError(), *NO_NAMES, offline, offline, DNSLookupError())
    assert search.done == [NoNetwork()]


def test_a_source_can_be_skipped() -> None:
    search = Search()
    first, second = search.net.open[:2]
    search.skip.now()
    assert search.states[Source.AUTOCONFIG] is State.SKIPPED
    assert search.states[Source.SERVICES] is State.ASKING
    assert first.cancelled
    assert second.cancelled
    search.answer(..., ..., [Service(0, 1, "imap.example.org", 993)], [])
    assert search.done[0].source is Source.SERVICES
    search.skip.now()  # nothing is being asked any more


def test_what_a_skipped_source_had_said_is_not_used() -> None:
    search = Search().answer(..., FILE)
    search.skip.now()
    assert search.states[Source.AUTOCONFIG] is State.SKIPPED


def test_a_cancel_ends_everything() -> None:
    search = Search()
    questions = [*search.net.open]
    search.running.cancel()
    assert [type(outcome) for outcome in search.done] == [CancelledError]
    assert all(question.cancelled for question in questions)
    assert not search.clock.getDelayedCalls()


@pytest.mark.expects_log("could not be asked")
def test_a_mistake_of_ours_is_told_and_does_no_harm() -> None:
    search = Search().answer(TypeError("oops"), FILE)
    assert search.done[0].host == "imap.example.org"
