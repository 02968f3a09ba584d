"""What opens a mailbox is sent with the log-in: where that is safe, and what becomes of it where it fails."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from twisted.internet.error import ConnectionDone, ConnectionLost

from tests.net.accounts import PASSWORD, STARTTLS, TLS
from tests.net.session_fixture import COUNT
from tests.net.watch.test_watcher import World
from tests.net.wire import TITLES, Wire, row
from tray.mail.model.account import Login
from tray.mail.model.status import Connecting, NeedsCredentials, ProblemKind, Waiting, Watching
from tray.net.imap.mailbox.fetching import CATCH_UP
from tray.net.watch.connections.retry import GOOD_AFTER
from tray.net.watch.early_start import EARLY_DEADLINE

pytestmark = pytest.mark.usefixtures("nothing_unhandled")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.mail.model.account import Account

PLAIN = f"$a AUTHENTICATE PLAIN {b64encode(f'{chr(0)}anna{chr(0)}{PASSWORD}'.encode()).decode()}"
EXAMINE = '$ex EXAMINE "INBOX"'
ID = '$id ID ("name" "Mailbell" "version" "0.1.0")'
KNOWN = f"$f UID FETCH 10:{10 + CATCH_UP} {TITLES}"
BEFORE = "IMAP4rev1 SASL-IR AUTH=PLAIN"
IN = "$a OK [CAPABILITY IMAP4rev1 IDLE ESEARCH] in"
OPENED = "* 1 EXISTS", "* OK [UIDVALIDITY 7] v", "* OK [UIDNEXT 11] n", "$ex OK [READ-ONLY]"


def accept(world: World, greeting: str = f"* OK [CAPABILITY {BEFORE}] hi", chop: int | None = None) -> Wire:
    world.reactor.names = {TLS.host: ["192.0.2.1"]}  # no second address is tried
    del world.reactor.tcpClients[1:]
    wire = world.reactor.accept(chop)
    if world.watcher.account.security is TLS.security:
        wire.protocol.handshakeCompleted()
    return wire.s(greeting)


def lose(world: World, wire: Wire) -> None:
    """The connection ends after a good session, and the next one is asked for."""
    world.reactor.advance(GOOD_AFTER)
    wire.sent()
    wire.close(ConnectionLost())
    world.reactor.advance(0.1)


@pytest.fixture
def known(world: World) -> Iterator[World]:
    """A program that starts again: the mailbox is known, the server is not."""
    world.watcher.start()
    world.watch()
    state = world.state
    again = World()
    again.state = state
    again.watcher.start()
    yield again
    again.watcher.stop()
    again.reactor.pump([3, 0])


def test_an_unknown_mailbox_is_opened_with_the_log_in(world: World) -> None:
    world.watcher.start()
    wire = accept(world, f"* OK [CAPABILITY {BEFORE} ID] hi")
    assert len(wire.transport.writes) == 1
    wire.c(PLAIN, ID, EXAMINE)
    wire.s(IN, "* ID NIL", "$id OK", *OPENED).c(f"$f FETCH 1:1 {TITLES}", f"$n {COUNT}", "$idle IDLE")
    wire.s(row(1, 10), "$f OK", "* ESEARCH (TAG x) UID COUNT 1", "$n OK", "+ idling").c()
    assert isinstance(world.status, Watching)


def test_a_known_mailbox_is_read_with_the_log_in_and_its_titles_wait_for_no_count(
    known: World, chop: int | None
) -> None:
    """Whether the server counts by ESEARCH is not known before the log-in."""
    wire = accept(known, chop=chop).c(PLAIN, EXAMINE, KNOWN)
    wire.s(IN, *OPENED, row(1, 10), "$f OK").c(f"$n {COUNT}", "$idle IDLE")
    assert [report.unseen for report in known.reports] == [None]
    assert isinstance(known.status, Watching)
    wire.s("* ESEARCH (TAG x) UID COUNT 1", "$n OK", "+ idling").c()
    assert [report.unseen for report in known.reports] == [None, 1]


def test_a_count_that_comes_before_the_titles_is_told_after_them(known: World, chop: int | None) -> None:
    """Before them, what is unread among them would be counted twice."""
    wire = accept(known, chop=chop).c(PLAIN, EXAMINE, KNOWN)
    wire.s(IN, "* 2 EXISTS", "* OK [UIDVALIDITY 7] v", "* OK [UIDNEXT 12] n", "$ex OK [READ-ONLY]")
    wire.c(f"$n {COUNT}", "$idle IDLE").s("* ESEARCH (TAG x) UID COUNT 2", "$n OK")
    wire.s(row(1, 10), row(2, 11, "New"), "$f OK", "+ idling").c()
    assert [report.unseen for report in known.reports] == [None, 2]
    assert known.state.unseen == 2


def test_after_a_reconnect_it_is_counted_with_the_log_in_too(world: World, chop: int | None) -> None:
    world.watcher.start()
    lose(world, world.watch())
    wire = accept(world, chop=chop).c(PLAIN, EXAMINE, KNOWN, f"$n {COUNT}")
    wire.s(IN, *OPENED, row(1, 10), "$f OK", "* ESEARCH (TAG x) UID COUNT 3", "$n OK").c("$idle IDLE")
    assert world.reports[-1].unseen == 3
    assert wire.s("+ idling").c().protocol.queue.is_idling


def test_a_server_without_esearch_is_asked_for_the_status(known: World) -> None:
    wire = accept(known).c(PLAIN, EXAMINE, KNOWN)
    wire.s("$a OK [CAPABILITY IMAP4rev1 IDLE] in").c('$st STATUS "INBOX" (MESSAGES UNSEEN)', "$idle IDLE")
    wire.s(*OPENED, row(1, 10), "$f OK", '* STATUS "INBOX" (MESSAGES 1 UNSEEN 4)', "$st OK").c()
    assert [report.unseen for report in known.reports] == [None, 4]
    lose(known, wire.s("+ idling"))
    accept(known).c(PLAIN, '$st STATUS "INBOX" (MESSAGES UNSEEN)', EXAMINE, KNOWN)


def test_an_unknown_mailbox_of_a_server_without_esearch_is_counted_with_its_titles(world: World) -> None:
    world.watcher.start()
    wire = accept(world).c(PLAIN, EXAMINE)
    wire.s("$a OK [CAPABILITY IMAP4rev1] in").c('$st STATUS "INBOX" (MESSAGES UNSEEN)')
    wire.s(*OPENED).c(f"$f FETCH 1:1 {TITLES}")
    wire.s('* STATUS "INBOX" (MESSAGES 1 UNSEEN 1)', "$st OK", row(1, 10), "$f OK")
    assert [report.unseen for report in world.reports] == [1]


def test_what_comes_before_the_capabilities_is_not_lost(known: World) -> None:
    """They are asked for; all else was answered meanwhile, and a message has come."""
    wire = accept(known).c(PLAIN, EXAMINE, KNOWN)
    wire.s("$a OK in", *OPENED, row(1, 10), "$f OK", "* 2 EXISTS").c("$c CAPABILITY")
    wire.s("* CAPABILITY IMAP4rev1 IDLE ESEARCH", "$c OK")
    served = wire.serve(lambda said: (row(1, 10), row(2, 11, "New"), "OK") if "FETCH" in said else ("OK",))
    assert f"UID FETCH 12:* {TITLES}" in served  # what was told is looked at
    assert [message.uid for message in known.state.latest] == [11, 10]


def test_id_is_sent_after_the_log_in_where_it_was_not_offered_before(world: World) -> None:
    """NetEase opens no mailbox without it: then EXAMINE is sent again."""
    world.watcher.start()
    wire = accept(world).c(PLAIN, EXAMINE)
    wire.s("$a OK [CAPABILITY IMAP4rev1 IDLE ESEARCH ID] in").c(ID)
    wire.s("$ex NO [CANNOT] Unsafe Login", "$id OK").c(ID, EXAMINE)
    wire.s("$id OK", *OPENED).c(f"$f FETCH 1:1 {TITLES}", f"$n {COUNT}", "$idle IDLE")


def test_labels_of_gmail_that_are_offered_after_the_log_in_are_fetched(known: World) -> None:
    wire = accept(known).c(PLAIN, EXAMINE, KNOWN)
    wire.s("$a OK [CAPABILITY IMAP4rev1 ESEARCH X-GM-EXT-1] in").c(f"$n {COUNT}")
    wire.s(*OPENED, row(1, 10), "$f OK")
    assert "X-GM-MSGID" in wire.sent()[0]


@pytest.mark.parametrize(
    ("offered", "account"),
    [
        ("AUTH=PLAIN", TLS),  # not in one line
        ("SASL-IR AUTH=LOGIN", TLS),
        ("SASL-IR AUTH=CRAM-MD5", TLS),
        ("SASL-IR AUTH=SCRAM-SHA-256", TLS),
        ("SASL-IR AUTH=XOAUTH2", replace(TLS, login=Login.TOKEN)),  # a refusal is a challenge
        ("", TLS),  # LOGIN, with a password that needs a literal
    ],
)
def test_nothing_is_sent_behind_what_the_server_may_answer_by_a_challenge(
    offered: str, account: Account
) -> None:
    world = World(account)
    world.watcher.start()
    wire = accept(world, f"* OK [CAPABILITY IMAP4rev1 {offered}] hi")
    (line,) = wire.sent()
    assert line.split()[1] in {"AUTHENTICATE", "LOGIN"}
    world.watcher.stop()
    world.reactor.pump([3, 0])


def test_starttls_comes_first(known: World) -> None:
    world = World(STARTTLS)
    world.state = known.state
    world.watcher.start()
    wire = accept(world, f"* OK [CAPABILITY {BEFORE} STARTTLS] hi").c("$s STARTTLS").s("$s OK").c()
    wire.protocol.handshakeCompleted()
    wire.c("$c CAPABILITY").s(f"* CAPABILITY {BEFORE}", "$c OK").c(PLAIN, EXAMINE, KNOWN)
    wire.s(IN, *OPENED, row(1, 10), "$f OK").serve(world.reply)
    lose(world, wire)
    wire = accept(world, f"* OK [CAPABILITY {BEFORE} STARTTLS] hi").c("$s STARTTLS").s("$s OK").c()
    wire.protocol.handshakeCompleted()
    wire.c(PLAIN, EXAMINE, KNOWN, f"$n {COUNT}")  # what was offered over TLS is known by now
    world.watcher.stop()
    world.reactor.pump([3, 0])


def test_a_refused_log_in_is_told_and_what_was_behind_it_is_not_sent_again(world: World) -> None:
    world.watcher.start()
    wire = accept(world).c(PLAIN, EXAMINE)
    wire.s("$a NO [AUTHENTICATIONFAILED] no", "$ex BAD not now").c()
    assert isinstance(world.status, NeedsCredentials)
    assert world.status.problem.kind is ProblemKind.REFUSED


def test_after_a_refusal_the_next_mechanism_is_alone(world: World) -> None:
    world.watcher.start()
    wire = accept(world).c(PLAIN, EXAMINE)
    wire.s("$a NO no").c('$b LOGIN "anna" {7}').s("$ex BAD not now").c()
    wire.s("+ go").c(PASSWORD).s("$b OK [CAPABILITY IMAP4rev1 IDLE ESEARCH] in").c(EXAMINE)
    wire.s(*OPENED)
    assert "FETCH" in wire.sent()[0]


@pytest.mark.parametrize("offered", ["IDLE ESEARCH", "IDLE"])
def test_a_count_that_is_refused_with_the_log_in_is_not_made_in_another_way(
    world: World, offered: str
) -> None:
    world.watcher.start()
    wire = accept(world).c(PLAIN, EXAMINE)
    wire.s(f"$a OK [CAPABILITY IMAP4rev1 {offered}] in").owed = [f"{wire.tags['$ex']} EXAMINE", *wire.sent()]
    wire.serve(world.reply)
    assert isinstance(world.status, Watching)
    lose(world, wire)
    wire = accept(world)
    log_in, *behind = wire.sent()
    assert len(behind) == 3
    refused = (f"{line.split()[0]} BAD not now" for line in behind)
    wire.s(f"{log_in.split()[0]} NO no").c('$b LOGIN "anna" {7}').s(*refused).c()
    wire.s("+ go").c(PASSWORD).s("$b NO no").c()
    assert isinstance(world.status, NeedsCredentials)


def test_a_server_that_logs_in_slowly_refuses_what_is_behind_it_and_gets_that_again(known: World) -> None:
    """As Twisted's own server: it takes the commands up at once."""
    wire = accept(known).c(PLAIN, EXAMINE, KNOWN).s("$ex BAD log in first", "$f BAD log in first").c()
    wire.s(IN).c(EXAMINE).s(*OPENED).c(KNOWN).s(row(1, 10), "$f OK")
    assert [message.uid for message in known.state.latest] == [10]


@pytest.mark.parametrize("end", ["deadline", "closed", "goodbye", "challenge"])
def test_a_server_that_cannot_bear_it_gets_one_after_the_other_from_then_on(known: World, end: str) -> None:
    """What came behind the log-in is lost, the connection is closed, or the log-in is not understood."""
    wire = accept(known).c(PLAIN, EXAMINE, KNOWN)
    if end == "deadline":
        wire.s(IN)
        known.reactor.advance(EARLY_DEADLINE)
        known.reactor.advance(0.1)
    elif end == "closed":
        wire.s(IN).close(ConnectionDone())
        known.reactor.advance(1)
    else:
        wire.s("* BYE one at a time" if end == "goodbye" else "+ what?")
        known.reactor.advance(3)
        known.reactor.advance(3)
    wire = accept(known).c(PLAIN).s(IN)
    wire.c(EXAMINE, KNOWN, f"$n {COUNT}", "$idle IDLE")
    wire.s(*OPENED, row(1, 10), "$f OK", "* ESEARCH (TAG x) UID COUNT 1", "$n OK", "+ idling")
    assert isinstance(known.status, Watching)
    lose(known, wire)
    accept(known).c(PLAIN)


def test_a_connection_that_was_lost_with_the_log_in_is_no_reason_where_it_worked_before(world: World) -> None:
    world.watcher.start()
    lose(world, world.watch())
    accept(world).close(ConnectionLost())
    assert isinstance(world.status, Waiting)
    world.reactor.advance(1)
    wire = accept(world).c(PLAIN).s(IN)
    wire.serve(world.reply)
    lose(world, wire)
    accept(world).c(PLAIN, EXAMINE, KNOWN, f"$n {COUNT}")


def test_who_stops_in_the_middle_of_it_has_shown_nothing_of_the_server(world: World) -> None:
    world.watcher.start()
    accept(world).c(PLAIN, EXAMINE)
    world.watcher.restart()
    world.reactor.advance(1)
    assert isinstance(world.status, Connecting)
    accept(world).c(PLAIN, EXAMINE)


@pytest.mark.parametrize("answered", [(), OPENED])
@pytest.mark.parametrize("tag", ["$a", "b$ex"])
def test_a_server_that_reads_wrongly_what_is_behind_the_log_in_gets_the_log_in_alone_from_then_on(
    known: World, answered: tuple[str, ...], tag: str
) -> None:
    """As Cyrus 3.6.1, which is known by its greeting unless that is switched off."""
    wire = accept(known).c(PLAIN, EXAMINE, KNOWN)
    second = wire.tags["$a"] if tag == "$a" else f"b{wire.tags['$ex']}"
    wire.s(IN, *answered, f"{second} BAD Already authenticated")
    assert wire.transport.aborted
    known.reactor.advance(0)
    known.reactor.advance(0.1)
    wire = accept(known).c(PLAIN).s(IN)
    wire.c(EXAMINE, KNOWN, f"$n {COUNT}", "$idle IDLE")
    wire.s(*OPENED, row(1, 10), "$f OK", "* ESEARCH (TAG x) UID COUNT 1", "$n OK", "+ idling")
    wire.s("x9 OK what was that?")
    assert isinstance(known.status, Watching)
    lose(known, wire)
    accept(known).c(PLAIN)


@pytest.mark.parametrize("tag", ["DONE", "x9"])
def test_a_later_answer_to_nothing_is_no_sign_of_it(known: World, tag: str) -> None:
    """Such as to DONE, where the server had ended IDLE by itself."""
    wire = accept(known).c(PLAIN, EXAMINE, KNOWN).s(IN).c(f"$n {COUNT}", "$idle IDLE")
    wire.s(*OPENED, row(1, 10), "$f OK", "* ESEARCH (TAG x) UID COUNT 1", "$n OK", "+ idling")
    wire.s(f"{tag} BAD unknown command")
    assert not wire.transport.aborted


@pytest.mark.parametrize(
    "greeting",
    [
        "Courier-IMAP ready. Copyright 1998-2019 Double Precision, Inc.",
        "mail.example.org Cyrus IMAP 3.6.1-Debian-3.6.1-4+deb12u5 server ready",
    ],
)
def test_courier_and_cyrus_get_the_log_in_alone(known: World, greeting: str) -> None:
    """They lose what is behind it, as we would find out after some seconds."""
    greeting = f"* OK [CAPABILITY {BEFORE}] {greeting}"
    accept(known, greeting).c(PLAIN).s(IN).c(EXAMINE, KNOWN, f"$n {COUNT}", "$idle IDLE")


def test_compression_is_never_asked_for(world: World) -> None:
    """It would cost memory on both sides (RFC 4978)."""
    world.watcher.start()
    wire = accept(world, f"* OK [CAPABILITY {BEFORE} COMPRESS=DEFLATE] hi").c(PLAIN, EXAMINE)
    wire.s("$a OK [CAPABILITY IMAP4rev1 IDLE ESEARCH COMPRESS=DEFLATE] in")
    wire.owed = [f"{wire.tags['$ex']} EXAMINE"]
    assert wire.serve(world.reply)[-1] == "IDLE"
    wire.s("* 2 EXISTS").serve(world.reply)
    assert not any(b"COMPRESS" in written.upper() for written in wire.transport.writes)


def test_another_uidvalidity_is_told_behind_the_log_in(known: World, chop: int | None) -> None:
    """Hard case 8: what was fetched with it is thrown away."""
    wire = accept(known, chop=chop).c(PLAIN, EXAMINE, KNOWN)
    wire.s(IN).c(f"$n {COUNT}", "$idle IDLE")
    wire.s(
        "* 1 EXISTS", "* OK [UIDVALIDITY 8] v", "* OK [UIDNEXT 11] n", "$ex OK", row(1, 10, "Other"), "$f OK"
    )
    wire.s("* ESEARCH (TAG x) UID COUNT 1", "$n OK", "+ idling").c(
        "DONE", f"$g FETCH 1:1 {TITLES}", "$i IDLE"
    )
    wire.s("$idle OK", row(1, 1, "Mine"), "$g OK", "+ idling").c()
    assert [message.envelope.subject for message in known.state.latest] == ["Mine"]
    assert known.state.uid_validity == 8


def test_a_server_that_minds_pipelining_gets_the_log_in_alone(world: World) -> None:
    world.watcher.start()
    world.watcher._pipelining = False
    wire = world.watch()
    world.watcher._pipelining = False
    lose(world, wire)
    accept(world).c(PLAIN)
