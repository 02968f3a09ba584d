"""A mechanism that only looks offered is followed by the next: once, over TLS, and not for a wrong password."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost

from tests.net.accounts import CLEAR, TLS
from tests.net.watch.test_watcher import World
from tests.net.wire import Wire, result
from tray.imap.errors import CommandRefused, LoginRefused, SaslError
from tray.mail.model.account import Login
from tray.mail.model.secret import RenewableSecret, Secret
from tray.mail.model.status import ProblemKind
from tray.net.imap.login import authenticate, await_greeting
from tray.net.problems import problem_of

if TYPE_CHECKING:
    from typing import Any

    from twisted.internet.task import Clock

    from tray.mail.model.account import Account

SECRET = Secret("pencil")
PLAIN = b64encode(b"\0anna\0pencil").decode()
TOKEN = replace(TLS, login=Login.TOKEN)
SCRAM_PLAIN = "SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN"


class LogIn:
    """A log-in over TLS, or in clear, to a server that offers something."""

    def __init__(self, clock: Clock, offered: str, account: Account = TLS, secret: Secret = SECRET) -> None:
        self.wire = Wire(clock)
        self.in_vain: dict[str, int] = {}
        self.account = account
        self.offered = offered
        self.done: list[Any] = []
        if account is not CLEAR:
            self.wire.protocol.secure("creator")
            self.wire.protocol.handshakeCompleted()
        self.begin(secret)
        self.wire.s(f"* OK [CAPABILITY IMAP4rev1 {offered}] hi")

    def begin(self, secret: Secret = SECRET) -> None:
        async def way() -> str:
            if not self.wire.protocol.greeting.is_set:
                await await_greeting(self.wire.protocol, self.account)
            await authenticate(self.wire.protocol, self.account, secret, self.in_vain)
            return "in"

        self.done = result(Deferred.fromCoroutine(way()))

    def sent(self) -> str:
        """The one line that was sent, less its tag."""
        (line,) = self.wire.sent()
        self.tag, _, said = line.partition(" ")
        return said

    def answer(self, said: str) -> None:
        self.wire.s(f"{self.tag} {said}")

    def scram(self, *, salt: str = "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096") -> str:
        """SCRAM, up to our proof, which is given as it went out."""
        mechanism, first = self.sent().removeprefix("AUTHENTICATE ").split()
        assert mechanism == "SCRAM-SHA-256"
        nonce = b64decode(first).decode().partition(",r=")[2]
        self.wire.s("+ " + b64encode(f"r={nonce}more,{salt}".encode()).decode())
        (proof,) = self.wire.sent()
        assert b",p=" in b64decode(proof)
        return proof


@pytest.mark.parametrize("answer", ["NO authentication failed", "NO [AUTHENTICATIONFAILED] no", "BAD what?"])
@pytest.mark.parametrize("proved", [False, True])
def test_scram_that_only_looks_offered_is_followed_by_plain(clock: Clock, proved: bool, answer: str) -> None:
    """GNU mailutils and Dovecot with hashed passwords: with a salt that was made up, or at the first word."""
    login = LogIn(clock, SCRAM_PLAIN)
    if proved:
        login.scram()
    else:
        login.sent()
    login.answer(answer)
    assert login.sent() == f"AUTHENTICATE PLAIN {PLAIN}"
    login.answer("OK [CAPABILITY IMAP4rev1] in")
    assert login.done == ["in"]
    assert login.in_vain == {"SCRAM-SHA-256": 1}


def test_what_worked_twice_is_tried_first_from_then_on(clock: Clock) -> None:
    """Some servers count refusals, and lock the account after some; but one refusal may be an accident."""
    login = LogIn(clock, SCRAM_PLAIN)
    for again in (1, 2):
        assert login.sent().startswith("AUTHENTICATE SCRAM-SHA-256")
        login.answer("NO no")
        assert login.sent() == f"AUTHENTICATE PLAIN {PLAIN}"
        login.answer(f"OK [CAPABILITY IMAP4rev1 {SCRAM_PLAIN}] in")
        assert login.in_vain == {"SCRAM-SHA-256": again}
        login.begin()
    assert login.sent() == f"AUTHENTICATE PLAIN {PLAIN}"


def test_a_log_in_that_goes_well_makes_earlier_refusals_forgotten(clock: Clock) -> None:
    login = LogIn(clock, "SASL-IR AUTH=PLAIN")
    for _ in range(3):
        login.sent()
        login.answer("NO no")
        login.sent()
        login.answer("OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] in")
        login.begin()
        assert login.sent().startswith("AUTHENTICATE PLAIN")
        login.answer("OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] in")
        assert not login.in_vain
        login.begin()
    login.wire.sent()


def test_what_did_not_work_is_tried_again_where_there_is_nothing_else(clock: Clock) -> None:
    login = LogIn(clock, "LOGINDISABLED SASL-IR AUTH=PLAIN")
    login.sent()
    login.wire.protocol.abort(ConnectionError())
    again = LogIn.__new__(LogIn)
    again.wire, again.account, again.in_vain = Wire(clock), TLS, {"PLAIN": 5}
    again.wire.protocol.secure("creator")
    again.wire.protocol.handshakeCompleted()
    again.begin()
    again.wire.s("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED SASL-IR AUTH=PLAIN] hi")
    assert again.sent() == f"AUTHENTICATE PLAIN {PLAIN}"


@pytest.mark.parametrize(
    ("offered", "after"),
    [
        ("AUTH=PLAIN", 'LOGIN "anna" "pencil"'),
        ("AUTH=PLAIN AUTH=CRAM-MD5", 'LOGIN "anna" "pencil"'),
        ("AUTH=PLAIN AUTH=LOGIN", "AUTHENTICATE LOGIN"),
        ("AUTH=PLAIN AUTH=CRAM-MD5 LOGINDISABLED", "AUTHENTICATE CRAM-MD5"),
        ("AUTH=LOGIN", 'LOGIN "anna" "pencil"'),
        ("AUTH=CRAM-MD5", 'LOGIN "anna" "pencil"'),
    ],
)
@pytest.mark.parametrize("answer", ["NO AUTHENTICATE failed", "BAD unknown command", "NO [CANNOT] no"])
def test_each_mechanism_is_followed_by_the_next(clock: Clock, offered: str, after: str, answer: str) -> None:
    login = LogIn(clock, offered)
    assert login.sent().startswith("AUTHENTICATE ")
    login.answer(answer)
    assert login.sent() == after
    if after.startswith("LOGIN"):
        login.answer("OK [CAPABILITY IMAP4rev1] in")
        assert login.done == ["in"]


@pytest.mark.parametrize(
    ("offered", "answer"),
    [
        # The password was looked at.
        ("SASL-IR AUTH=PLAIN", "NO [AUTHENTICATIONFAILED] Invalid credentials"),
        ("SASL-IR AUTH=PLAIN AUTH=LOGIN", "NO [AUTHENTICATIONFAILED] Invalid credentials"),
        # Another reason is given.
        ("SASL-IR AUTH=PLAIN", "NO [UNAVAILABLE] Temporary authentication failure"),
        ("SASL-IR AUTH=PLAIN", "NO Too many login attempts"),
        ("SASL-IR AUTH=PLAIN", "NO [ALERT] Account exceeded command or bandwidth limits. (Failure)"),
        ("SASL-IR AUTH=PLAIN", "NO [ALERT] Application-specific password required"),
        ("SASL-IR AUTH=PLAIN", "BAD User is authenticated but not connected."),
        ("SASL-IR AUTH=PLAIN", "NO [EXPIRED] renew it"),
        ("SASL-IR AUTH=PLAIN", "NO Your account is not enabled for IMAP use."),
        ("SASL-IR AUTH=PLAIN", "NO Client didn't present valid SSL certificate"),
        (SCRAM_PLAIN, "NO [UNAVAILABLE] later"),
        (SCRAM_PLAIN, "NO [INUSE] later"),
        # There is no other way.
        ("SASL-IR AUTH=PLAIN LOGINDISABLED", "NO no"),
        ("", "NO no"),
    ],
)
def test_no_second_log_in_where_the_first_tells_why_or_there_is_no_other_way(
    clock: Clock, offered: str, answer: str
) -> None:
    """Accounts are locked after some wrong passwords."""
    login = LogIn(clock, offered)
    login.sent()
    login.answer(answer)
    login.wire.c()
    assert [type(outcome) for outcome in login.done] == [CommandRefused]
    assert not login.in_vain


ENDS = "OK [CAPABILITY IMAP4rev1] in", "NO no", "BAD no"
ERRORS = "invalid-proof", "unknown-user", "channel-bindings-dont-match", "no-resources"
FINALS = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "v=", "nonsense"


@pytest.mark.parametrize(
    ("final", "end", "error"),
    [
        *((f"e={name}", "NO [AUTHENTICATIONFAILED] no", LoginRefused) for name in ERRORS),
        *((final, end, SaslError) for final in FINALS for end in ENDS),
    ],
)
def test_after_a_scram_error_about_the_password_or_without_proof_the_password_is_not_sent(
    clock: Clock, final: str, end: str, error: type
) -> None:
    """RFC 5802, 7. A server with another signature, whoever it is, never gets the password as it is."""
    login = LogIn(clock, SCRAM_PLAIN)
    login.scram()
    login.wire.s("+ " + b64encode(final.encode()).decode()).c("*")
    login.answer(end)
    login.wire.c()
    assert [type(outcome) for outcome in login.done] == [error]


def test_a_scram_error_that_names_neither_does_not(clock: Clock) -> None:
    login = LogIn(clock, SCRAM_PLAIN)
    login.scram()
    login.wire.s("+ " + b64encode(b"e=other-error").decode()).c("*")
    login.answer("BAD cancelled")
    assert login.sent() == f"AUTHENTICATE PLAIN {PLAIN}"


@pytest.mark.parametrize("salt", ["s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", "s=,i=4096"])
def test_scram_that_makes_no_sense_is_not_followed_by_the_password_in_plain(clock: Clock, salt: str) -> None:
    login = LogIn(clock, SCRAM_PLAIN)
    nonce = b64decode(login.sent().split()[2]).decode().partition(",r=")[2]
    login.wire.s("+ " + b64encode(f"r={nonce}more,{salt}".encode()).decode()).c("*")
    login.answer("NO no")
    login.wire.c()
    assert [type(outcome) for outcome in login.done] == [SaslError]


def test_in_clear_nothing_follows(clock: Clock) -> None:
    """Not even where the account allows it: the mechanism that shows the password to nobody was offered."""
    login = LogIn(clock, SCRAM_PLAIN, CLEAR)
    login.sent()
    login.answer("NO no")
    login.wire.c()
    assert [type(outcome) for outcome in login.done] == [CommandRefused]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("NO failed", "NO [AUTHENTICATIONFAILED] Invalid password", "Invalid password"),
        ("NO failed", "BAD unknown command", "failed"),
        ("BAD what?", "NO wrong", "wrong"),
        ("NO failed", "* BYE bye", "failed"),
        ("NO failed", "* BYE Too many connections", "Too many connections"),
        ("NO failed", "NO [UNAVAILABLE] later", "later"),
    ],
)
def test_of_two_refusals_the_more_telling_one_is_told_and_there_is_no_third_log_in(
    clock: Clock, first: str, second: str, told: str
) -> None:
    login = LogIn(clock, "SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN")
    login.sent()
    login.answer(first)
    assert login.sent() == f"AUTHENTICATE PLAIN {PLAIN}"
    if second.startswith("*"):
        login.wire.s(second)
        login.wire.close()
    else:
        login.answer(second)
    login.wire.c()
    assert [outcome.text for outcome in login.done] == [told]
    assert not login.in_vain


def test_a_connection_that_ends_with_the_second_try_is_the_refusal_that_was_said(clock: Clock) -> None:
    """Taken for a lost connection, it would be made again, and refused again, for ever."""
    login = LogIn(clock, SCRAM_PLAIN)
    login.sent()
    login.answer("NO no")
    login.sent()
    login.wire.close()
    assert [problem_of(outcome, TLS).kind for outcome in login.done] == [ProblemKind.REFUSED]


def bearer(token: str) -> str:
    return b64encode(f"user=anna\x01auth=Bearer {token}\x01\x01".encode()).decode()


def test_a_token_goes_by_the_other_mechanism_where_the_first_is_not_known(clock: Clock) -> None:
    login = LogIn(clock, "SASL-IR AUTH=OAUTHBEARER AUTH=XOAUTH2", TOKEN)
    assert login.sent().startswith("AUTHENTICATE OAUTHBEARER ")
    login.answer("NO Unsupported authentication mechanism")
    assert login.sent() == f"AUTHENTICATE XOAUTH2 {bearer('pencil')}"
    login.answer("OK [CAPABILITY IMAP4rev1] in")
    assert login.done == ["in"]


@pytest.mark.parametrize(
    "offered", ["SASL-IR AUTH=OAUTHBEARER AUTH=PLAIN", "SASL-IR AUTH=XOAUTH2 AUTH=PLAIN"]
)
def test_a_token_is_never_sent_as_a_password(clock: Clock, offered: str) -> None:
    login = LogIn(clock, offered, TOKEN)
    login.sent()
    login.answer("BAD what?")
    login.wire.c()
    assert [type(outcome) for outcome in login.done] == [CommandRefused]


def test_a_token_that_was_looked_at_goes_by_no_other_mechanism(clock: Clock) -> None:
    """But another token may take its place, if there is one; all in all there are two log-ins."""

    async def another() -> Secret:
        return Secret("newer")

    login = LogIn(clock, "SASL-IR AUTH=OAUTHBEARER AUTH=XOAUTH2", TOKEN, RenewableSecret("old", another))
    login.sent()
    login.wire.s("+ " + b64encode(b'{"status":"invalid_token"}').decode()).c("AQ==")
    login.answer("NO no")
    assert login.sent() == "CAPABILITY"
    login.wire.s(f"* CAPABILITY IMAP4rev1 {login.offered}")
    login.answer("OK")
    assert login.sent().startswith("AUTHENTICATE OAUTHBEARER ")
    login.answer("NO [AUTHENTICATIONFAILED] no")
    login.wire.c()
    assert [type(outcome) for outcome in login.done] == [CommandRefused]


def test_a_watcher_begins_with_what_worked_before() -> None:
    world = World()
    world.watcher.start()
    for refused in (True, True, False):
        wire = world.greet()
        lines = wire.sent()
        assert (lines[0].split()[1] == "AUTHENTICATE") is refused
        if refused:
            for _ in range(2):  # with EXAMINE behind it, and alone
                wire.s(*(f"{line.split()[0]} BAD what?" for line in lines))
                lines = wire.sent()
        (line,) = lines
        assert line.split()[1] == "LOGIN"
        wire.s("+ go").sent()
        wire.s(f"{line.split()[0]} OK [CAPABILITY IMAP4rev1 IDLE ESEARCH] in").serve(world.reply)
        wire.close(ConnectionLost())
        world.reactor.advance(1)
    world.watcher.stop()
    world.reactor.pump([3, 0])
