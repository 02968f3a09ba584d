"""A server, a proxy or an authorisation server that repeats a secret, in whatever form, is not quoted anywhere."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest
from twisted.internet.error import ConnectionLost

from tests.mail.model.test_secret_filter import FORMS
from tests.net.accounts import CLEAR, PASSWORD, TLS
from tests.net.imap.test_second_mechanism import TOKEN, LogIn
from tests.net.oauth.test_access_tokens import ACCOUNT, problem
from tests.net.oauth.test_access_tokens import World as TokenWorld
from tests.net.watch.test_watcher import World
from tests.net.wire import Wire, result
from tray.imap import commands
from tray.imap.text import display_safe
from tray.mail.model.secret import RenewableSecret, Secret
from tray.net.errors import ProxyFailed
from tray.net.imap.login import hide_secret
from tray.net.problems import problem_of
from tray.net.proxy.handshakes import Handshake, http_connect

if TYPE_CHECKING:
    from typing import Any

    from twisted.internet.task import Clock

SAID = {name: display_safe(form("Tr0ub4dor &3")) for name, form in FORMS.items()}


def assert_unsaid(said: str, *shown: Any) -> None:
    """Not what was said, in none of what is shown; and that something is."""
    assert shown
    for each in shown:
        assert said not in str(each)
        assert "or &3" not in str(each)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "answer", ["$1 NO [AUTHENTICATIONFAILED] {}", "$1 BAD {}", "* BYE {}", "* BYE [ALERT] {}"]
)
def test_an_answer_to_the_log_in_is_not_quoted(clock: Clock, form: str, answer: str) -> None:
    login = LogIn(clock, "LOGINDISABLED AUTH=PLAIN SASL-IR", secret=Secret("Tr0ub4dor &3"))
    login.sent()
    login.wire.tags["$1"] = login.tag
    login.wire.s(answer.format(SAID[form]))
    login.wire.close()
    (error,) = login.done
    told = problem_of(error, TLS)
    assert_unsaid(SAID[form], error, repr(error), told)
    assert told.server_text == ""


@pytest.mark.parametrize("form", FORMS)
def test_what_is_said_later_on_the_connection_is_not_quoted_either(clock: Clock, form: str) -> None:
    """The program shows alerts, refusals of any command, and the text of a goodbye."""
    said = SAID[form]
    wire = Wire(clock)
    hide_secret(wire.protocol, CLEAR, Secret("Tr0ub4dor &3"))
    events: list[Any] = []
    wire.on_event = events.append
    wire.s(f"* OK [ALERT] {said}")
    done = result(wire.protocol.request(commands.noop()))
    wire.c("$1 NOOP").s(f"* NO [OVERQUOTA] {said}", f"$1 NO [X-Y] {said}", f"* BYE {said}").close()
    assert len(events) == 4
    assert_unsaid(said, *events, done, wire.protocol.greeting.value, wire.protocol.bye)


@pytest.mark.parametrize("form", ["as it is", "JSON", "base64", "XOAUTH2", "the last half"])
def test_the_reason_of_a_refused_token_is_not_quoted(clock: Clock, form: str) -> None:
    """It comes in base64 and in JSON, and what stands in it may be in base64 again."""
    token = "ya29." + "a0Ab" * 40
    login = LogIn(clock, "AUTH=XOAUTH2 SASL-IR", TOKEN, Secret(token))
    login.sent()
    said = FORMS[form](token)
    login.wire.s("+ " + b64encode(json.dumps({"status": "401", "said": said}).encode()).decode()).c("")
    login.answer("NO no")
    (error,) = login.done
    assert said not in str(problem_of(error, TOKEN))
    assert said not in repr(error)


def test_a_token_in_place_of_another_is_a_secret_as_well(clock: Clock) -> None:
    async def another() -> Secret:
        return Secret("second-token")

    login = LogIn(clock, "AUTH=XOAUTH2 SASL-IR", TOKEN, RenewableSecret("first-token", another))
    login.sent()
    login.answer("NO [AUTHENTICATIONFAILED] no")
    login.sent()
    login.wire.s("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2")
    login.answer("OK")
    login.sent()
    login.answer("NO neither first-token nor second-token")
    assert [outcome.text for outcome in login.done] == [""]


@pytest.mark.parametrize(
    "offered", ["AUTH=SCRAM-SHA-256 SASL-IR LOGINDISABLED", "AUTH=CRAM-MD5 LOGINDISABLED"]
)
def test_a_proof_is_not_quoted(clock: Clock, offered: str) -> None:
    """From it the password can be guessed, as often as somebody likes."""
    login = LogIn(clock, offered)
    if "CRAM-MD5" in offered:
        login.sent()
        login.wire.s("+ " + b64encode(b"<1896.697170952@postoffice.example.net>").decode())
        (proof,) = login.wire.sent()
    else:
        proof = login.scram()
    login.answer(f"NO {proof}?")
    (error,) = login.done
    assert proof not in str(error)
    assert error.text == ""


def test_a_referral_with_the_password_in_it_is_not_quoted(clock: Clock) -> None:
    login = LogIn(clock, "SASL-IR AUTH=PLAIN")
    login.sent()
    login.answer("NO [REFERRAL imap://anna:pencil@pencil.example/] go there")
    (error,) = login.done
    assert "pencil" not in repr(error)
    assert "pencil" not in str(problem_of(error, TLS))


def test_the_host_of_a_referral_before_tls_is_not_believed(clock: Clock) -> None:
    wire = Wire(clock)
    greeting = result(wire.protocol.greeting.wait())
    wire.s("* BYE [REFERRAL imap://evil.example/] go there")
    assert problem_of(greeting[0], TLS).sentence == (
        "mail.example.org says that the mail of anna is on another server now."
    )


def test_nothing_is_shown_logged_or_kept_of_what_a_watched_server_repeats(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    world = World()
    world.watcher.start()
    encoded = b64encode(f"\0anna\0{PASSWORD}".encode()).decode()
    wire = world.greet()
    wire.s(f"{wire.sent()[0].split()[0]} NO [AUTHENTICATIONFAILED] {encoded}")
    world.watcher.check_now()
    world.reactor.advance(0.1)
    wire = world.watch()
    wire.s(f"* NO [ALERT] {encoded}", "* NO [ALERT] pay your bill", f"* BYE {encoded}").close(
        ConnectionLost()
    )
    assert [each.server_text for each in world.alerts] == ["pay your bill"]
    shown = [*world.statuses, *world.alerts, *(record.getMessage() for record in caplog.records)]
    assert not [each for each in shown if encoded in str(each) or PASSWORD in str(each)]
    world.watcher.stop()


@pytest.mark.parametrize("form", FORMS)
def test_a_proxy_is_not_quoted(form: str) -> None:
    said = FORMS[form]("Tr0ub4dor &3").replace("\r", " ").replace("\n", " ")
    talk = Handshake(http_connect("h", 1, "joe", "Tr0ub4dor &3"))
    talk.start()
    with pytest.raises(ProxyFailed) as caught:
        talk.receive(f"HTTP/1.1 407 {said}\r\nProxy-Authenticate: Basic\r\n\r\n".encode())
    assert caught.value.text == ""


@pytest.mark.parametrize("secret", ["r0-refresh-token", "a0-access-token", "hush-hush-hush"])
def test_an_authorisation_server_is_not_quoted(secret: str) -> None:
    """What was sent to it, and the access token that it gave before."""
    world = TokenWorld()
    world.program = type(world.program)(world.program.provider, "client", Secret("hush-hush-hush"))
    world.kept = Secret(
        world.kept.reveal().replace('"r0"', '"r0-refresh-token"').replace('"a0"', '"a0-access-token"')
    )
    world.now += 4000
    for said in (secret, b64encode(secret.encode()).decode()):
        world.tokens.forget(TLS.id)
        world.answers.append((400, json.dumps({"error": "odd", "error_description": f"no {said}"}).encode()))
        told = problem(world.tokens.access_token(ACCOUNT))
        assert told.server_text == "odd"
        world.answers.append((400, json.dumps({"error": said, "error_description": "all is well"}).encode()))
        world.tokens.forget(TLS.id)
        assert problem(world.tokens.access_token(ACCOUNT)).server_text == "refused: all is well"
