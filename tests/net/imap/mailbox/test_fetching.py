"""One message of which the server does not tell keeps nobody from the others, and is not asked for again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.net.faulty import REFUSAL, Faulty
from tests.net.wire import row
from tray.imap.errors import CommandRefused
from tray.net.imap.mailbox.fetching import TRIES
from tray.net.watch.idle_loop import RENEWAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.task import Clock

    from tests.net.session_fixture import SessionFixture

refusals = pytest.mark.parametrize("refusal", [REFUSAL, "BAD internal error", "NO"])


def shown(life: SessionFixture) -> list[int]:
    return [message.uid for message in life.state.latest]


@refusals
@pytest.mark.parametrize("bad", [{10}, {14}, {12}, {10, 14}, {12, 13, 14}, {11, 13}])
def test_the_others_are_shown(clock: Clock, refusal: str, bad: set[int]) -> None:
    server = Faulty(clock, [7, 8, 9, 10, 11, 12, 13, 14], bad, refusal)
    life = server.connect()
    assert not life.end
    assert shown(life) == [uid for uid in reversed(server.uids) if uid not in bad][:3]
    assert life.arrivals == []
    assert len(server.asked) < 15
    assert all(server.fetches(uid) <= 5 for uid in bad)


@refusals
@pytest.mark.parametrize("new", [[15], [15, 16, 17], [15, 18, 40], [14, 15]])
def test_the_others_of_new_mail_are_announced_once_and_the_watch_goes_on(
    clock: Clock, refusal: str, new: list[int]
) -> None:
    server = Faulty(clock, [10, 11, 12], {15}, refusal)
    life = server.connect()
    server.deliver(*new)
    good = [f"Mail {uid}" for uid in new if uid != 15]
    server.titles = lambda number, uid: row(number, uid, f"Mail {uid}")
    assert len(life.arrivals) == len(good)
    server.deliver(50)
    assert life.arrivals[-1] == "Mail 50"
    for _ in range(5):
        server.pass_time(RENEWAL)
    server.asked.clear()
    for uid in (51, 52):
        server.deliver(uid)
        server.pass_time(RENEWAL)
    assert life.arrivals[-3:] == ["Mail 50", "Mail 51", "Mail 52"]
    assert len(life.arrivals) == len(good) + 3
    assert server.fetches(15) == 0
    assert not life.end
    assert server.sessions == 1


def test_a_bad_one_in_a_burst_of_a_thousand(clock: Clock) -> None:
    server = Faulty(clock, [5], {700, 1001})
    life = server.connect()
    server.unseen = 1000
    server.titles = lambda number, uid: row(number, uid, f"Mail {uid}")
    server.asked.clear()
    server.deliver(*range(6, 1006))
    assert not life.end
    assert len(server.asked) < 60
    assert len(life.arrivals) == len(set(life.arrivals)) == 199 or len(life.arrivals) == 200
    assert "Mail 1005" in life.arrivals
    assert life.state.unseen == 1000
    assert life.reports[-1].passed_over or any(report.passed_over for report in life.reports)


@pytest.mark.parametrize("esearch", [True, False])
@pytest.mark.parametrize(("unseen", "passed_over"), [(1000, 800), (0, 0)])
def test_messages_missed_beyond_the_limit_are_counted(
    clock: Clock, unseen: int, passed_over: int, *, esearch: bool
) -> None:
    server = Faulty(clock, [5])
    life = server.connect()
    server.wire.close()
    server.uids += range(6, 1006)
    server.unseen = unseen
    if not esearch:
        server.answer = lambda said: ("BAD what",) if "RETURN (COUNT)" in said else None
    again = server.connect(life.state)
    assert [report.passed_over for report in again.reports] == [passed_over]


def test_it_is_announced_when_it_can_be_fetched_at_last(clock: Clock) -> None:
    """The mark stays below it meanwhile: whoever came behind it is not told of twice."""
    server = Faulty(clock, [10], {12})
    server.titles = lambda number, uid: row(number, uid, f"Mail {uid}")
    life = server.connect()
    server.deliver(11, 12, 13)
    assert life.arrivals == ["Mail 11", "Mail 13"]
    assert life.state.announced_uid == 11
    server.deliver(14)
    server.bad.clear()
    server.pass_time(30)
    assert life.arrivals == ["Mail 11", "Mail 13", "Mail 14", "Mail 12"]
    server.wire.close()
    again = server.connect(life.state)
    assert again.arrivals == []
    assert shown(again) == [14, 13, 12]


def test_it_is_asked_for_a_bounded_number_of_times(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.bad = {13}
    server.asked.clear()
    server.deliver(13)
    for _ in range(100):
        server.pass_time(20)
    assert server.fetches(13) <= TRIES + 2
    server.asked.clear()
    server.wire.close()
    server.connect(life.state)
    server.deliver(14)
    assert server.fetches(13) == 0


def test_a_bad_message_that_was_known_is_not_taken_for_gone(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.bad = {11}
    server.wire.close()
    again = server.connect(life.state)
    assert shown(again) == [12, 11, 10]
    server.pass_time(RENEWAL)
    server.pass_time(RENEWAL)
    assert shown(again) == [12, 11, 10]


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        ({9, 10, 11, 12, 13, 14}, REFUSAL),
        ({14}, "NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)"),
    ],
)
def test_a_server_that_refuses_every_fetch_or_has_a_limit_is_left_alone_for_a_while(
    clock: Clock, bad: set[int], refusal: str
) -> None:
    server = Faulty(clock, [9, 10, 11, 12, 13, 14], bad, refusal)
    life = server.connect()
    assert isinstance(life.end[0], CommandRefused)
    assert not server.memory.unfetched.uids
    assert len(server.asked) < (20 if refusal is REFUSAL else 6)


def test_where_search_is_refused_as_well_the_mailbox_is_read_anew(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.bad = {13}
    server.answer = lambda said: (
        ("NO not now",) if said.startswith("UID SEARCH 1") or "SEARCH UID" in said else None
    )
    server.asked.clear()
    server.deliver(13)
    assert 'EXAMINE "INBOX"' in server.asked
    assert isinstance(life.end[0], CommandRefused)


def test_rows_that_make_no_sense_are_taken_as_they_are_where_search_is_refused(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12])
    life = server.connect()
    server.answer = lambda said: ("NO not now",) if "SEARCH UID" in said else None
    server.titles = lambda number, uid: "* 4 FETCH (UID" if uid == 13 else row(number, uid)
    server.deliver(13, 14)
    assert life.arrivals == ["Hello"]
    assert not life.end


def test_a_server_that_closes_and_then_refuses_everything_is_left_alone(clock: Clock) -> None:
    server = Faulty(clock, [8, 9, 10, 11, 12, 13], {8, 9, 10, 11, 12, 13})
    server.closes = True
    server.connect()
    server.connect()
    assert server.memory.unfetched.one_by_one
    server.closes = False
    life = server.connect()
    assert isinstance(life.end[0], CommandRefused)
    assert not server.memory.unfetched.uids


def test_a_mailbox_that_holds_nothing_but_a_bad_message_is_watched(clock: Clock) -> None:
    server = Faulty(clock, [10], {10})
    life = server.connect()
    assert not life.end
    server.deliver(11)
    assert shown(life) == [11]


def test_rows_before_a_refusal_are_used(clock: Clock) -> None:
    """Scalix, RFC 2180: somebody else has deleted some of them."""
    server = Faulty(clock, [10, 11, 12])
    refused = "NO Some of the requested messages no longer exist."
    life = server.connect()

    def answer(said: str) -> tuple[str, ...] | None:
        return (row(3, 13, "News"), refused) if said.startswith("UID FETCH 13:*") else None

    server.answer = answer
    server.deliver(13)
    assert life.arrivals == ["News"]
    assert not life.end
    server.answer = lambda said: (
        (row(2, 11), row(3, 12), row(4, 13), refused) if said.startswith("FETCH") else None
    )
    server.wire.close()
    again = server.connect(life.state)
    assert shown(again) == [13, 12, 11]
    assert not again.end


@pytest.mark.parametrize("bad", [{10}, {14}, {12}, {11, 14}])
def test_a_connection_that_is_closed_at_it_is_made_again_a_few_times(clock: Clock, bad: set[int]) -> None:
    server = Faulty(clock, [7, 8, 9, 10, 11, 12, 13, 14], bad)
    server.closes = True
    state = None
    for _ in range(12):
        life = server.connect(state, titles=5)
        state = life.state
        if not life.end:
            server.pass_time(60)
        if not life.end:
            break
    assert not life.end
    assert server.sessions <= 2 + 2 * len(bad) + 2
    assert shown(life) == [uid for uid in reversed(server.uids) if uid not in bad][:5]
    server.asked.clear()
    for _ in range(5):
        server.pass_time(RENEWAL)
    server.wire.close()
    again = server.connect(state)
    assert not again.end
    assert all(server.fetches(uid) == 0 for uid in bad)


def test_a_new_message_at_which_the_connection_is_closed_hides_no_other(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12], {13})
    server.closes = True
    server.titles = lambda number, uid: row(number, uid, f"Mail {uid}")
    life = server.connect()
    server.deliver(13, 14)
    arrivals = list(life.arrivals)
    for _ in range(12):
        if not life.end:
            server.pass_time(RENEWAL)
        if life.end:
            life = server.connect(life.state)
            arrivals += life.arrivals
    assert arrivals == ["Mail 14"]
    assert server.sessions <= 6
    server.deliver(15)
    assert life.arrivals[-1] == "Mail 15"


def test_lines_lost_while_nothing_is_fetched_blame_no_message(clock: Clock) -> None:
    server = Faulty(clock, [10, 11, 12])
    state = None
    for _ in range(5):
        state = server.connect(state).state
        server.wire.close()
    assert not server.memory.unfetched.uids
    assert not server.memory.unfetched.one_by_one


# Messages without headers.


@pytest.mark.parametrize(
    "section",
    ["", " BODY[HEADER] NIL", ' BODY[HEADER] ""', " BODY[HEADER] {0}\r\n", " BODY[HEADER] {2}\r\n\r\n"],
)
def test_a_title_that_does_not_come_at_first_is_asked_for_soon(clock: Clock, section: str) -> None:
    server = Faulty(clock, [10, 11])
    life = server.connect()
    server.titles = lambda number, uid: f"* {number} FETCH (UID {uid} FLAGS (){section})"
    server.deliver(12)
    assert life.arrivals == []
    server.titles = lambda number, uid: row(number, uid, f"Mail {uid}")
    server.pass_time(3)
    assert life.arrivals == ["Mail 12"]
    server.deliver(13)
    assert life.arrivals == ["Mail 12", "Mail 13"]


def test_a_message_without_headers_is_announced_without_a_title_in_the_end(clock: Clock) -> None:
    server = Faulty(clock, [10, 11])
    life = server.connect()

    def titles(number: int, uid: int) -> str:
        return row(number, uid, f"Mail {uid}") if uid != 12 else f"* {number} FETCH (UID 12 FLAGS ())"

    server.titles = titles
    server.deliver(12, 13)
    assert life.arrivals == ["Mail 13"]
    server.pass_time(10)
    server.pass_time(25)
    assert life.arrivals == ["Mail 13", ""]
    assert shown(life) == [13, 12, 11]
    server.asked.clear()
    for _ in range(5):
        server.pass_time(RENEWAL)
    server.wire.close()
    again = server.connect(life.state)
    server.pass_time(RENEWAL)
    assert shown(again) == [13, 12, 11]
    assert again.arrivals == []
    assert (
        sum("BODY" in said and 12 in server._named(said) for said in server.asked) == 1
    )  # the new session's


def test_a_message_that_leaves_before_its_title_comes_is_forgotten(clock: Clock) -> None:
    server = Faulty(clock, [10, 11])
    life = server.connect()
    server.titles = lambda number, uid: f"* {number} FETCH (UID {uid} FLAGS ())"
    server.deliver(12)
    server.uids.remove(12)
    server.wire.s("* 3 EXPUNGE")
    server.pass_time(3)
    assert not server.memory.unfetched.uids
    assert not life.end


# Rows that make no sense.


@pytest.mark.parametrize(
    "title",
    [
        lambda number, uid: row(number, uid, f"Mail {uid}").replace(f"UID {uid} ", ""),
        lambda _, uid: row(1, uid, f"Mail {uid}"),
        lambda number, uid: "\r\n".join([row(number, uid, f"Mail {uid}")] * 2),
    ],
    ids=["without UIDs", "all with one number", "each twice"],
)
def test_odd_responses_are_understood_if_messages_are_requested_singly(
    clock: Clock, title: Callable[[int, int], str]
) -> None:
    server = Faulty(clock, [10, 11, 12])
    server.titles = title
    life = server.connect()
    assert shown(life) == [12, 11, 10]
    server.deliver(13)
    assert life.arrivals == ["Mail 13"]
    assert not life.end


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("UID 12 ", "UID 0 "),
        ("UID 12 ", ""),
        ("UID 12 ", "UID NIL "),
        ("* 3 FETCH", "* 0 FETCH"),
        ("* 3 FETCH", "* x FETCH"),
        ("* 3 FETCH", "* 2 FETCH"),
        (row(3, 12, "Mail 12"), "* 3 FETCH (UID"),
        ("FLAGS ()", "FLAGS NIL"),
        ('"17-Jul-2026 02:44:25 +0000"', "NIL"),
        ("(SUBJECT FROM DATE MESSAGE-ID)", '("SUBJECT" "FROM" "DATE" "MESSAGE-ID")'),
    ],
)
def test_a_row_that_makes_no_sense_is_asked_for_again(clock: Clock, right: str, wrong: str) -> None:
    server = Faulty(clock, [10, 11, 12])
    garbled = []

    def titles(number: int, uid: int) -> str:
        text = row(number, uid, f"Mail {uid}")
        if uid != 12 or garbled:
            return text
        garbled.append(1)
        return text.replace(right, wrong)

    server.titles = titles
    life = server.connect()
    assert not life.end
    assert shown(life) == [12, 11, 10]
