"""Looking for a server: one source after the other, each with its time."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.task import Clock

from tests.net.wire import result
from tray.mail.model.account import Security
from tray.mail.setup.discovery import Attempt, Candidate, NoImap, Service, Source, State, sources_to_ask
from tray.mail.setup.providers import Provider, Providers
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
        questions, self.net.open = self.net.open, []
        assert len(questions) == len(answers), [each.what for each in questions]
        for question, answer in zip(questions, answers, strict=True):
            if isinstance(answer, Exception):
                question.answer.errback(answer)
            elif answer is ...:
                self.net.open.append(question)
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


def test_the_first_that_answers_ends_the_search() -> None:
    search = Search().answer(FILE, Refused())
    (found,) = search.done
    assert found == Candidate("imap.example.org", 993, Security.TLS, EMAIL, Source.AUTOCONFIG)
    assert list(search.states) == [Source.SHIPPED, Source.AUTOCONFIG]
    assert not search.clock.getDelayedCalls()


def test_the_other_place_of_the_file_is_as_good() -> None:
    (found,) = Search().answer(b"<html/>", FILE).done
    assert found.source is Source.AUTOCONFIG


def test_all_sources_in_order_and_nobody_but_the_own_domain() -> None:
    search = Search()
    search.answer(Refused(), Refused())
    search.answer([], Refused())
    search.answer([])
    search.answer(False, Refused())
    search.answer(Refused())
    assert search.done == [None]
    assert [each.source for each in search.attempts if each.state is State.ASKING] == list(sources_to_ask())
    assert set(search.states.values()) == {State.NOTHING}
    assert search.net.asked == [
        "https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=anna%40example.org",
        "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml",
        "_imaps._tcp.example.org", "_imap._tcp.example.org",
        "MX example.org",
        "IMAP imap.example.org", "IMAP mail.example.org",
        "http://autoconfig.example.org/mail/config-v1.1.xml",
    ]  # fmt: skip


def test_thunderbirds_database_is_asked_only_when_wanted() -> None:
    search = Search(ask_thunderbird=True)
    search.answer(Refused(), Refused()).answer([], []).answer([])
    assert search.net.asked[-1] == "https://autoconfig.thunderbird.net/v1.1/example.org"
    (found,) = search.answer(FILE).done
    assert found.source is Source.DATABASE


def test_dns_names_the_server() -> None:
    search = Search().answer(Refused(), Refused())
    (found,) = search.answer(Refused(), [Service(0, 1, "mail.example.org", 143)]).done
    assert (found.host, found.security) == ("mail.example.org", Security.STARTTLS)


def test_the_mail_exchangers_tell_the_provider() -> None:
    search = Search().answer(Refused(), Refused()).answer([], [])
    (found,) = search.answer([(10, "a.mx.big.com")]).done
    assert (found.host, found.source) == ("imap.big.com", Source.EXCHANGERS)


@pytest.mark.parametrize(
    ("greeted", "host"),
    [((True, True), "imap.example.org"), ((Refused(), True), "mail.example.org"), ((True, Refused()), "imap.example.org")],
)  # fmt: skip
def test_usual_names_are_probed(greeted: tuple[Any, Any], host: str) -> None:
    search = Search().answer(Refused(), Refused()).answer([], []).answer([])
    (found,) = search.answer(*greeted).done
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


def test_a_silent_source_has_five_seconds() -> None:
    search = Search()
    first, second = search.net.open
    search.clock.advance(4.9)
    assert search.states[Source.AUTOCONFIG] is State.ASKING
    search.net.open = []
    search.clock.advance(0.2)
    assert search.states[Source.AUTOCONFIG] is State.LATE
    assert first.cancelled
    assert second.cancelled
    search.clock.advance(4.9)  # the next one has five of its own
    assert search.states[Source.SERVICES] is State.ASKING


def test_half_an_answer_in_time_is_one() -> None:
    search = Search().answer(..., FILE)
    assert search.done == []
    search.clock.advance(5.1)
    assert search.done[0].host == "imap.example.org"
    assert search.states[Source.AUTOCONFIG] is State.FOUND


def test_a_source_can_be_skipped() -> None:
    search = Search()
    questions, search.net.open = search.net.open, []
    search.skip.now()
    assert search.states[Source.AUTOCONFIG] is State.SKIPPED
    assert search.states[Source.SERVICES] is State.ASKING
    assert all(question.cancelled for question in questions)
    search.answer([Service(0, 1, "imap.example.org", 993)], [])
    assert search.done[0].source is Source.SERVICES
    search.skip.now()  # nothing is being asked any more


def test_what_a_skipped_source_had_said_is_not_used() -> None:
    search = Search().answer(..., FILE)
    search.net.open = []
    search.skip.now()
    assert search.states[Source.AUTOCONFIG] is State.SKIPPED


def test_a_cancel_ends_everything() -> None:
    search = Search()
    questions = search.net.open
    search.running.cancel()
    assert [type(outcome) for outcome in search.done] == [CancelledError]
    assert all(question.cancelled for question in questions)
    assert len(search.net.asked) == 2
    assert not search.clock.getDelayedCalls()


@pytest.mark.expects_log("could not be asked")
def test_a_mistake_of_ours_is_told_and_does_no_harm() -> None:
    search = Search().answer(TypeError("oops"), FILE)
    assert search.done[0].host == "imap.example.org"
