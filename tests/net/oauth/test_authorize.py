"""Signing in: at a real authorisation server with a browser's client, and by the clock where that would take long."""

from __future__ import annotations

import gc
import queue
import socket
import threading
import time
import warnings
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.net.loopback import certificates, run, serving
from tests.real.authorization_server import AuthorizationServerFixture, browse, ended_at
from tests.real.authorization_server_program import CLIENT_SECRET, CONFIDENTIAL, PUBLIC
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.model.status import ProblemKind
from tray.mail.oauth.flows import EnterCode, MalformedOAuthAnswer, OAuthClientCredentials
from tray.net.oauth.authorize import SignInPorts, authorize
from tray.net.oauth.token_endpoint import NoAnswer, TokenEndpoint


@pytest.fixture(scope="module")
def running():
    """One server for all, as it starts within half a second."""
    with AuthorizationServerFixture() as oauth_server:
        yield oauth_server


@pytest.fixture
def oauth_server(running):
    """As it behaves by default."""
    running.change(answer=None, issuer="", life=3600, rotate=True, slow=0)
    return running


def signed_in(program, step, *, device=False, server=TokenEndpoint, pasted=None):
    """Sign in for real; `step` is done in another thread, as the user does it."""

    users = []

    async def main(reactor):
        def progress(said):
            users.append(threading.Thread(target=step, args=(said,), daemon=True))
            users[0].start()

        ports = SignInPorts(reactor, server(reactor), time.time, progress, pasted)
        return await authorize(ports, program, "anna@example.org", device=device)

    try:
        return run(main)
    finally:
        for user in users:
            user.join(10)


def refused(program, step, **more):
    with pytest.raises(SecretUnavailable) as caught:
        signed_in(program, step, **more)
    return caught.value.problem


def test_through_the_browser_with_pkce_state_and_issuer(oauth_server):
    oauth_server.change(issuer=oauth_server.url)
    pages = []
    program = OAuthClientCredentials(oauth_server.provider(issuer=oauth_server.url), PUBLIC)
    tokens = signed_in(program, lambda step: pages.append(browse(step.url)))
    assert tokens.refresh
    assert tokens.expires == pytest.approx(time.time() + 3600, abs=60)
    assert "close this window" in pages[0]


def test_a_program_with_a_client_secret_shows_it(oauth_server):
    program = OAuthClientCredentials(oauth_server.provider(), CONFIDENTIAL, Secret(CLIENT_SECRET))
    assert signed_in(program, lambda step: browse(step.url)).access
    wrong = replace(program, secret=Secret("wrong"))
    assert "Check client id" in refused(wrong, lambda step: browse(step.url)).advice


def test_the_browser_comes_back_to_localhost_where_the_provider_wants_that(oauth_server):
    program = OAuthClientCredentials(oauth_server.provider(redirect="http://localhost"), PUBLIC)
    asked = []

    def step(said):
        asked.append(parse_qs(urlsplit(said.url).query)["redirect_uri"][0])
        browse(said.url)

    assert signed_in(program, step).access
    assert asked[0].startswith("http://localhost:")
    assert not asked[0].endswith("/")


def test_who_says_no_in_the_browser_reads_why_here(oauth_server):
    oauth_server.change(answer="deny")
    pages = []
    problem = refused(
        OAuthClientCredentials(oauth_server.provider(), PUBLIC), lambda step: pages.append(browse(step.url))
    )
    assert "not allowed" in problem.sentence
    assert "did not allow it" in pages[0]


def test_an_answer_of_another_server_is_not_taken(oauth_server):
    oauth_server.change(issuer="https://evil.example.org")
    program = OAuthClientCredentials(oauth_server.provider(issuer=oauth_server.url), PUBLIC)
    assert "another server" in refused(program, lambda step: browse(step.url)).sentence


def test_the_address_at_which_another_computers_browser_ended_is_an_answer(oauth_server):
    """Judged as if the browser had brought it; and nobody is heard any more when it is over."""
    steps, said, over = queue.Queue(), [], []

    def pasted(take):
        end = ended_at(steps.get(timeout=10).url)
        said.extend(take(wrong) for wrong in ("what?", "http://[", end.replace("state=", "state=x")))
        said.append(take(end))
        return lambda: over.append(True)

    assert signed_in(OAuthClientCredentials(oauth_server.provider(), PUBLIC), steps.put, pasted=pasted).access
    assert ["is not the address" in (each or "") for each in said] == [True, True, True, False]
    assert over == [True]


def test_a_code_of_somebody_else_is_refused_by_the_server(oauth_server):
    """PKCE: whoever has stolen the code has not the verifier."""
    program = OAuthClientCredentials(oauth_server.provider(), PUBLIC)

    def step(said):
        browse(said.url.replace("code_challenge=", "code_challenge=x"))

    assert refused(program, step).kind is ProblemKind.REFUSED


def test_by_a_code_on_another_device(oauth_server):
    steps = []

    def step(said):
        steps.append(said)
        oauth_server.type_code(said.code)

    tokens = signed_in(OAuthClientCredentials(oauth_server.provider(), PUBLIC), step, device=True)
    assert tokens.refresh
    assert isinstance(steps[0], EnterCode)
    assert steps[0].url.startswith(oauth_server.url)


def test_who_says_no_on_the_other_device_reads_why_here(oauth_server):
    program = OAuthClientCredentials(oauth_server.provider(), PUBLIC)
    problem = refused(program, lambda said: oauth_server.type_code(said.code, allow=False), device=True)
    assert "not allowed" in problem.sentence


def test_a_client_id_that_is_not_known_is_said_at_once(oauth_server):
    problem = refused(OAuthClientCredentials(oauth_server.provider(), "unknown"), lambda _: None, device=True)
    assert "client id" in problem.sentence


def test_a_way_that_there_is_not_is_said(oauth_server):
    program = OAuthClientCredentials(oauth_server.provider(device="", authorize=""), PUBLIC)
    assert "browser" in refused(program, lambda _: None).sentence
    assert "code" in refused(program, lambda _: None, device=True).sentence


def test_a_port_that_is_taken_is_said(oauth_server):
    with socket.create_server(("127.0.0.1", 0)) as other:
        redirect = f"http://127.0.0.1:{other.getsockname()[1]}/"
        problem = refused(
            OAuthClientCredentials(oauth_server.provider(redirect=redirect), PUBLIC), lambda _: None
        )
    assert redirect in problem.sentence
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # closes the socket, which Twisted 24.11 leaves open where the port is taken


def test_a_server_that_is_away_is_unreachable(oauth_server):
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}/"
    problem = refused(
        OAuthClientCredentials(oauth_server.provider(device=url), PUBLIC), lambda _: None, device=True
    )
    assert (problem.kind, problem.kind.needs_credentials) == (ProblemKind.UNREACHABLE, False)


URL = "https://login.big.com:{port}/token"


def post(reactor, port, folder):
    return TokenEndpoint(reactor, ca_file=str(folder / "ca.pem")).post(URL.format(port=port), {"a": "b&c"})


def read_form(wire):
    request = b""
    while b"a=b%26c" not in request and (more := wire.recv(65536)):
        request += more


def test_over_tls_a_server_is_asked_only_if_it_can_be_trusted(tmp_path):
    """And its answer is bounded, and no redirect is followed."""
    answers = [
        b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"error":"invalid"}',
        b"HTTP/1.1 302 Found\r\nLocation: https://login.big.com/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 100_000,
    ]

    def answer(wire):
        read_form(wire)
        wire.sendall(answers.pop(0))

    context = certificates(tmp_path, "login.big.com")
    with serving(answer, context) as port:
        with pytest.raises(NoAnswer) as caught:
            run(lambda reactor: TokenEndpoint(reactor).post(URL.format(port=port), {"a": "b&c"}))
        assert (caught.value.untrusted, caught.value.host) == (True, "login.big.com")
        assert run(lambda reactor: post(reactor, port, tmp_path)) == (200, b'{"error":"invalid"}')
        assert run(lambda reactor: post(reactor, port, tmp_path))[0] == 302
        with pytest.raises(MalformedOAuthAnswer):
            run(lambda reactor: post(reactor, port, tmp_path))
