"""How long a sign-in is waited for, and how often is asked."""

from __future__ import annotations

import json
import socket
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.task import Clock

from tests.net.loopback import run
from tray.mail.model.secret import SecretUnavailable
from tray.mail.model.status import ProblemKind
from tray.mail.oauth.flows import OAuthClientCredentials, OpenPage, TokenSet
from tray.mail.settings.oauth_clients import OAuthProvider
from tray.net.oauth.authorize import SignInPorts, authorize
from tray.net.oauth.loopback import TIMEOUT
from tray.net.oauth.token_endpoint import NoAnswer


class Script:
    """A server whose answers are written down."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def post(self, url, form):
        self.asked.append(form)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            return fail(answer)
        return answer if isinstance(answer, Deferred) else succeed((200, json.dumps(answer).encode()))


CODE = {
    "device_code": "dc", "user_code": "AB-CD", "verification_uri": "https://big.com/d", "interval": 5, "expires_in": 60,
}  # fmt: skip
BIG = OAuthProvider(
    "big", "Big Mail", "https://big.com/a", "https://big.com/t", "https://big.com/d", scopes=("m",)
)
PENDING, SLOW = {"error": "authorization_pending"}, {"error": "slow_down"}
TOKEN = {"access_token": "a", "refresh_token": "r"}


def polling(*answers):
    """A sign-in by code against these answers: its clock, its server, and what came of it."""
    clock, server, out = Clock(), Script(CODE, *answers), []
    ports = SignInPorts(clock, server, lambda: 1.0, lambda _: None)
    running = Deferred.fromCoroutine(authorize(ports, OAuthClientCredentials(BIG, "client"), "", device=True))
    running.addBoth(out.append)
    return clock, server, out, running


def asked_at(clock, server, seconds):
    """The seconds at which the server was polled."""
    times = []
    for _ in range(seconds):
        before = len(server.asked)
        clock.advance(1)
        times += [clock.seconds()] * (len(server.asked) - before)
    return times


def test_polling_keeps_the_interval_and_slows_down_when_told():
    """RFC 8628, 3.5: five seconds more, for good."""
    clock, server, out, _ = polling(PENDING, SLOW, PENDING, TOKEN)
    assert asked_at(clock, server, 40) == [5, 10, 20, 30]
    assert out == [TokenSet("big", "a", 1.0, None, "r")]


def test_polling_backs_off_while_offline():
    clock, server, out, _ = polling(NoAnswer("big.com", untrusted=False), PENDING, TOKEN)
    assert asked_at(clock, server, 40) == [5, 15, 25]
    assert out[0].access == "a"


def test_polling_ends_with_the_code():
    clock, server, out, _ = polling(PENDING)
    assert asked_at(clock, server, 90)[-1] <= 60
    assert "expired" in out[0].value.problem.sentence


def test_polling_ends_at_once_where_somebody_is_in_the_way():
    clock, server, out, _ = polling(NoAnswer("big.com", untrusted=True))
    assert asked_at(clock, server, 20) == [5]
    assert out[0].value.problem.kind is ProblemKind.UNTRUSTED


def test_a_cancel_ends_the_polling():
    clock, server, out, running = polling(PENDING)
    clock.advance(6)
    running.cancel()
    assert out[0].check(CancelledError)
    assert asked_at(clock, server, 20) == []
    assert clock.getDelayedCalls() == []


def test_nobody_comes_back_from_the_browser():
    """After ten minutes nobody listens any more."""
    patience, listening = [], []

    async def main(reactor):
        class Hasty:
            seconds = reactor.seconds

            def callLater(self, delay, call, *args, **more):
                patience.append(delay)
                return reactor.callLater(0.05, call, *args, **more)

            def listenTCP(self, *args, **more):
                return reactor.listenTCP(*args, **more)

        def progress(step):
            assert isinstance(step, OpenPage)
            redirect = parse_qs(urlsplit(step.url).query)["redirect_uri"][0]
            listening.append(urlsplit(redirect).port)

        ports = SignInPorts(Hasty(), Script(TOKEN), time.time, progress)
        return await authorize(ports, OAuthClientCredentials(BIG, "client"), "", device=False)

    with pytest.raises(SecretUnavailable) as caught:
        run(main)
    assert patience == [TIMEOUT]
    assert "in time" in caught.value.problem.sentence
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listening[0]), timeout=5)
