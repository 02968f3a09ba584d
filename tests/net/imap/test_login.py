"""From greeting to log-in: no password byte leaves before it is safe."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.defer import Deferred

from tests.net.accounts import CLEAR, PASSWORD, SECRET, STARTTLS, TLS
from tests.net.wire import Wire, result
from tray.imap.errors import CommandRefused, LocalProtocolError, LoginRefused, RemoteProtocolError, SaslError
from tray.mail.model.account import Account, Login
from tray.mail.model.secret import RenewableSecret, Secret
from tray.net.errors import DeadlineExceeded, NoLoginMethod, PreAuthenticated, StartTlsMissing
from tray.net.imap.connection import GREETING_DEADLINE
from tray.net.imap.login import authenticate, await_greeting

if TYPE_CHECKING:
    from twisted.internet.task import Clock

TOKEN = replace(TLS, login=Login.TOKEN)
PLAIN = b64encode(f"\0anna\0{PASSWORD}".encode()).decode()
HUNTER = b64encode(b"\0anna\0hunter2").decode()


def enter(wire: Wire, account: Account, secret: Secret = SECRET, *, tls: bool = True) -> list[Any]:
    """The way in; over TLS that is taken for granted where `tls`."""

    async def way() -> str:
        if not await await_greeting(wire.protocol, account):
            await authenticate(wire.protocol, account, secret)
        return "in"

    if tls:
        wire.protocol.secure("creator")
        wire.protocol.handshakeCompleted()
    return result(Deferred.fromCoroutine(way()))


@pytest.fixture
def bare(clock: Clock, chop: int | None) -> Wire:
    return Wire(clock, chop)


def play(wire: Wire, dialogue: tuple[str, ...]) -> None:
    """Lines of the client, each after ``C``, and of the server."""
    for line in dialogue:
        side, _, text = line.partition(" ")
        wire.c(text) if side == "C" else wire.s(line)


ASKED = "* CAPABILITY IMAP4rev1 IDLE", "$2 OK"
LITERAL = 'C $1 LOGIN "anna" {7}', "+ ok", f"C {PASSWORD}"


@pytest.mark.parametrize(
    ("offered", "dialogue"),
    [
        ("SASL-IR AUTH=PLAIN", (f"C $1 AUTHENTICATE PLAIN {PLAIN}", "$1 OK [CAPABILITY IMAP4rev1 IDLE] in")),
        ("AUTH=PLAIN", ("C $1 AUTHENTICATE PLAIN", "+", f"C {PLAIN}", "$1 OK in", "C $2 CAPABILITY", *ASKED)),
        (
            "SASL-IR AUTH=LOGIN",  # the server speaks first
            (
                *("C $1 AUTHENTICATE LOGIN", "+ VXNlcm5hbWU6", f"C {b64encode(b'anna').decode()}"),
                *("+ UGFzc3dvcmQ6", f"C {b64encode(PASSWORD.encode()).decode()}"),
                *("* CAPABILITY IMAP4rev1 IDLE", "$1 OK"),
            ),
        ),
        ("", (*LITERAL, "$1 OK [CAPABILITY IMAP4rev1 IDLE] in")),  # hard case 30
    ],
)
def test_the_mechanism_is_one_that_the_server_offers(
    bare: Wire, offered: str, dialogue: tuple[str, ...]
) -> None:
    done = enter(bare, TLS)
    play(bare, (f"* OK [CAPABILITY IMAP4rev1 {offered}] hi", *dialogue))
    assert done == ["in"]
    assert bare.protocol.capabilities == {"IMAP4REV1", "IDLE"}


@pytest.mark.parametrize("answer", ["OK", "BAD unknown command", "NO no"])
def test_capabilities_are_requested_if_the_greeting_has_none_and_may_stay_unknown(
    bare: Wire, answer: str
) -> None:
    """Then the server can do what RFC 3501 requires; they are requested again after the login."""
    done = enter(bare, TLS, Secret("plain"))
    play(bare, ("* OK hi", "C $1 CAPABILITY", f"$1 {answer}", 'C $2 LOGIN "anna" "plain"', "$2 OK in"))
    play(bare, ("C $3 CAPABILITY", f"$3 {answer}"))
    assert done == ["in"]
    assert bare.protocol.capabilities == {"IMAP4REV1"}


PLAIN_LOGIN = 'C $1 LOGIN "anna" "hunter2"'
INVALID = ("C $1 AUTHENTICATE LOGIN", "+ %%%", "C *", "+ more", "C *")


@pytest.mark.parametrize(
    ("offered", "dialogue", "error", "text"),
    [
        ("LOGINDISABLED", (), NoLoginMethod, TLS.host),  # hard case 20
        ("", (PLAIN_LOGIN, "$1 NO [AUTHENTICATIONFAILED] wrong"), CommandRefused, "wrong"),
        ("", (PLAIN_LOGIN, "$1 NO hunter2 is wrong"), CommandRefused, "LOGIN refused: NO "),
        (
            "",
            (PLAIN_LOGIN, "* BYE Too many connections"),
            CommandRefused,
            "Too many connections",
        ),  # hard case 17
        ("AUTH=LOGIN", (*INVALID, "$1 OK"), SaslError, ""),
        ("AUTH=LOGIN", (*INVALID, "$1 BAD cancelled"), SaslError, ""),
        # A challenge where none is due.
        (
            "SASL-IR AUTH=PLAIN",
            (f"C $1 AUTHENTICATE PLAIN {HUNTER}", "+ e30=", "C *", "$1 NO"),
            SaslError,
            "",
        ),
    ],
)
def test_a_login_fails_with_the_servers_reason(
    bare: Wire, offered: str, dialogue: tuple[str, ...], error: type, text: str
) -> None:
    done = enter(bare, TLS, Secret("hunter2"))
    play(bare, (f"* OK [CAPABILITY IMAP4rev1 {offered}] hi", *dialogue))
    bare.close()
    assert [type(outcome) for outcome in done] == [error]
    assert str(done[0]).endswith(text)
    assert "hunter2" not in str(done[0])


def test_a_server_that_does_not_prove_itself_is_not_believed(bare: Wire) -> None:
    """SCRAM: OK before the server has shown that it knows the password."""
    done = enter(bare, TLS, Secret("plain"))
    bare.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256] hi")
    bare.s(f"{bare.sent()[0].split()[0]} OK welcome")
    assert [type(outcome) for outcome in done] == [SaslError]
    assert "prove" in str(done[0])


def test_bye_instead_of_the_capabilities_ends_the_login(bare: Wire) -> None:
    done = enter(bare, TLS)
    bare.s("* OK hi").c("$1 CAPABILITY").s("* BYE enough").close()
    assert [(type(outcome), outcome.status) for outcome in done] == [(CommandRefused, "BYE")]


def test_a_password_that_cannot_be_carried_is_our_own_error(bare: Wire) -> None:
    """Hard case 30: CR LF."""
    done = enter(bare, TLS, Secret("a\r\nb"))
    bare.s("* OK [CAPABILITY IMAP4rev1] hi").c()
    assert isinstance(done[0], LocalProtocolError)
    assert "a\r\nb" not in str(done[0])


def test_starttls_first_and_nothing_told_before_it_is_believed(bare: Wire) -> None:
    """Hard case 20: capabilities before TLS are discarded."""
    done = enter(bare, STARTTLS, tls=False)
    bare.s("* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] hi").c("$1 STARTTLS").s("$1 OK begin").c()
    assert len(bare.transport.creators) == 1
    bare.protocol.handshakeCompleted()
    bare.c("$2 CAPABILITY").s("* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN", "$2 OK")
    bare.c(f"$3 AUTHENTICATE PLAIN {PLAIN}").s("$3 OK [CAPABILITY IMAP4rev1] in")
    assert done == ["in"]
    assert not bare.clock.getDelayedCalls()


@pytest.mark.parametrize(
    "greeting",
    [
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi",
        "* OK [ALERT] [CAPABILITY STARTTLS] hi",
        "* OK (CAPABILITY)",
    ],
)
def test_without_starttls_no_password_byte_leaves(bare: Wire, greeting: str) -> None:
    """Hard case 20."""
    done = enter(bare, STARTTLS, tls=False)
    bare.s(greeting)
    sent = bare.sent()
    if sent:
        assert [line.split(" ", 1)[1] for line in sent] == ["CAPABILITY"]
        bare.s("* CAPABILITY IMAP4rev1 AUTH=PLAIN", f"{sent[0].split()[0]} OK")
    assert [type(outcome) for outcome in done] == [StartTlsMissing]
    bare.c()


@pytest.mark.parametrize("injected", [b"* CAPABILITY FORGED\r\n", b"x", b"0002 OK [CAPABILITY FORGED]\r\n"])
def test_bytes_behind_the_ok_of_starttls_end_it(clock: Clock, injected: bytes) -> None:
    """Hard case 21."""
    wire = Wire(clock)
    done = enter(wire, STARTTLS, tls=False)
    wire.s("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi").c("$1 STARTTLS")
    wire.raw(f"{wire.tags['$1']} OK begin\r\n".encode() + injected)
    assert [type(outcome) for outcome in done] == [RemoteProtocolError]
    assert wire.transport.aborted
    assert not wire.transport.creators
    wire.c()


def test_a_refused_starttls_ends_it(bare: Wire) -> None:
    done = enter(bare, STARTTLS, tls=False)
    bare.s("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi").c("$1 STARTTLS").s("$1 NO not today").c()
    assert [type(outcome) for outcome in done] == [CommandRefused]


def test_a_handshake_behind_starttls_that_never_ends(bare: Wire) -> None:
    """Hard case 16."""
    done = enter(bare, STARTTLS, tls=False)
    bare.s("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi").c("$1 STARTTLS").s("$1 OK begin")
    bare.clock.advance(GREETING_DEADLINE)
    assert [type(outcome) for outcome in done] == [DeadlineExceeded]
    assert done[0].what == "TLS handshake"


def test_a_log_in_that_is_said_to_be_done_in_clear_is_not_believed(bare: Wire) -> None:
    """Hard case 22: encryption was asked for, and cannot be had any more (RFC 9051, 11.1)."""
    done = enter(bare, STARTTLS, tls=False)
    bare.s("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome").c()
    assert [type(outcome) for outcome in done] == [PreAuthenticated]
    assert bare.transport.aborted


@pytest.mark.parametrize(("account", "tls"), [(TLS, True), (CLEAR, False)])
def test_a_server_may_know_us_already_over_tls_and_where_no_encryption_was_asked_for(
    bare: Wire, account: Account, tls: bool
) -> None:
    done = enter(bare, account, tls=tls)
    bare.s("* PREAUTH welcome").c("$1 CAPABILITY").s("* CAPABILITY IMAP4rev1 IDLE", "$1 OK")
    assert done == ["in"]
    assert bare.protocol.capabilities == {"IMAP4REV1", "IDLE"}


def test_loopback_in_clear_may_log_in(bare: Wire) -> None:
    enter(bare, CLEAR, tls=False)
    bare.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi").c(f"$1 AUTHENTICATE PLAIN {PLAIN}")


@pytest.mark.parametrize(("mechanism", "farewell"), [("XOAUTH2", ""), ("OAUTHBEARER", "AQ==")])
def test_a_long_token_goes_on_one_line_and_its_refusal_is_acknowledged(
    bare: Wire, mechanism: str, farewell: str
) -> None:
    """Hard case 31."""
    done = enter(bare, TOKEN, Secret("t" * 2048))
    bare.s(f"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH={mechanism}] hi")
    (line,) = bare.sent()
    assert len(line) > 2700
    bare.tags["$1"] = line.split()[0]
    bare.s("+ " + b64encode(b'{"status":"400"}').decode()).c(farewell) if farewell else bare.s("+ e30=")
    assert farewell or bare.transport.value() == b"\r\n"
    bare.s("$1 NO [AUTHENTICATIONFAILED] Invalid credentials")
    assert (done[0].command, done[0].code) == ("AUTHENTICATE", "AUTHENTICATIONFAILED")


def renewable(text: str, *others: str) -> RenewableSecret:
    """A token, and those that follow it."""

    async def another() -> Secret | None:
        return renewable(others[0], *others[1:]) if others else None

    return RenewableSecret(text, another)


def bearer(token: str) -> str:
    return b64encode(f"user=anna\x01auth=Bearer {token}\x01\x01".encode()).decode()


HI_XOAUTH2 = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi"
REFUSAL = "+ " + b64encode(b'{"status":"401"}').decode()


def test_a_token_that_is_refused_early_is_followed_by_one_other_on_the_same_connection(bare: Wire) -> None:
    done = enter(bare, TOKEN, renewable("old", "new", "newer"))
    bare.s(HI_XOAUTH2).c(f"$1 AUTHENTICATE XOAUTH2 {bearer('old')}").s(REFUSAL).c("").s("$1 NO no")
    bare.c("$2 CAPABILITY").s("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2", "$2 OK")
    bare.c(f"$3 AUTHENTICATE XOAUTH2 {bearer('new')}").s(REFUSAL).c("").s("$3 NO no")
    assert [type(outcome) for outcome in done] == [LoginRefused]
    assert done[0].failure == '{"status":"401"}'


@pytest.mark.parametrize("said", ["NO [UNAVAILABLE] Later.", "NO Too many connections"])
def test_a_server_that_is_busy_does_not_cost_a_token(bare: Wire, said: str) -> None:
    done = enter(bare, TOKEN, renewable("old", "new"))
    bare.s(HI_XOAUTH2).c(f"$1 AUTHENTICATE XOAUTH2 {bearer('old')}").s(f"$1 {said}")
    assert [type(outcome) for outcome in done] == [CommandRefused]


def test_a_server_that_repeats_the_token_in_its_refusal_is_not_quoted(bare: Wire) -> None:
    done = enter(bare, TOKEN, Secret("hunter2"))
    bare.s(HI_XOAUTH2).c(f"$1 AUTHENTICATE XOAUTH2 {bearer('hunter2')}")
    bare.s("+ " + b64encode(b'{"status":"401","token":"hunter2"}').decode()).c("").s("$1 NO no")
    assert [type(outcome) for outcome in done] == [CommandRefused]
    assert "hunter2" not in repr(done[0])


@pytest.mark.parametrize("tagged", ["NO no", "BAD cancelled"])
def test_a_scram_error_is_a_refusal(bare: Wire, tagged: str) -> None:
    """RFC 5802, 7: not a server that breaks the rules, whatever it says to our giving up."""
    done = enter(bare, TLS, Secret("plain"))
    bare.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256] hi")
    tag = bare.sent()[0].split()[0]
    bare.s("+ " + b64encode(b"e=unknown-user").decode()).c("*").s("+ more").c("*").s(f"{tag} {tagged}")
    assert [type(outcome) for outcome in done] == [LoginRefused]
    assert (done[0].status, done[0].failure) == ("NO", "unknown-user")


@pytest.mark.parametrize(
    "greeting",
    [
        "* OK",
        "* OK [X-UNKNOWN] hi",
        "* OK [X-UNKNOWN (a b] c] hi",
        "* OK [UNKNOWN-CTE odd thing here] hi",
        "* OK [CAPABILITY",
        "* OK [] hi",
        "* OK [ALERT] [X] [Y",
        "* OK [CAPABILITY] hi",
        "* ok [alert] hi",
        "* OK hi [CAPABILITY IMAP4rev1 AUTH=EVIL]",
    ],
)
def test_an_odd_greeting_is_a_greeting(bare: Wire, greeting: str) -> None:
    done = enter(bare, TLS, Secret("plain"))
    bare.s(greeting)
    if bare.protocol.capabilities is None:
        bare.c("$0 CAPABILITY").s("* CAPABILITY IMAP4rev1 AUTH= X=Y=Z + LITERAL+X", "$0 OK [X-ODD (] done")
    bare.c('$1 LOGIN "anna" "plain"').s("$1 OK [X-NEW] in").c("$2 CAPABILITY")
    bare.s("* CAPABILITY IMAP4rev1 IDLE", "$2 OK")
    assert done == ["in"]
