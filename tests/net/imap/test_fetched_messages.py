"""What is kept of what the server tells of mails."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from tests.net.wire import result
from tray.imap.errors import RemoteProtocolError
from tray.imap.events import Fetched, SearchResult
from tray.imap.types import INBOX, SEEN, Flag, SequenceNumber, Uid
from tray.net.imap.selected_mailbox import FetchedMessages, SelectedMailbox

HEADERS = b"Subject: Hello\r\nFrom: Bob <bob@example.org>\r\nDate: Mon, 1 Feb 2024 10:11:12 +0000\r\n\r\n"
FIRST = SequenceNumber(1)


def test_what_comes_in_two_responses_is_one_row() -> None:
    """Later flags count; a date of the server's goes before the sender's, whenever it comes."""
    rows = FetchedMessages()
    rows.add(Uid(5), Fetched(FIRST, Uid(5), frozenset(), None, HEADERS, 7))
    assert rows.all()[Uid(5)].message.envelope.date == 1706782272
    rows.add(Uid(5), Fetched(FIRST, Uid(5), frozenset({SEEN}), 1000.0))
    message = rows.all()[Uid(5)].message
    assert (message.flags, message.envelope.date, message.envelope.subject) == ({SEEN}, 1000.0, "Hello")
    assert message.gmail_id == 7


def test_a_row_without_headers_is_no_message() -> None:
    rows = FetchedMessages()
    rows.add(Uid(5), Fetched(FIRST, Uid(5), frozenset()))
    assert rows.all()[Uid(5)].message is None


def test_of_too_many_the_newest_stay() -> None:
    rows = FetchedMessages()
    for uid in range(1, 20_001):
        rows.add(Uid(uid), Fetched(SequenceNumber(uid), Uid(uid), frozenset({Flag(f"flag{uid}")})))
    kept = rows.all()
    assert 2000 <= len(kept) <= 4000
    assert max(kept) == 20_000
    assert min(kept) == 20_001 - len(kept)


def test_one_mail_told_of_for_ever_is_one_row() -> None:
    rows = FetchedMessages()
    rows.add(Uid(1), Fetched(FIRST, Uid(1), frozenset()))
    for _ in range(10_000):
        rows.add(Uid(2), Fetched(SequenceNumber(2), Uid(2), None, None, HEADERS))
    assert set(rows.all()) == {1, 2}
    rows.clear()
    assert rows.all() == {}


def test_a_row_may_not_be_larger_than_all_together() -> None:
    """Flags and texts count with their length."""
    rows = FetchedMessages()
    for uid in range(1, 1001):
        flags = frozenset(Flag("x" * 60 + str(number)) for number in range(50))
        rows.add(Uid(uid), Fetched(SequenceNumber(uid), Uid(uid), flags, None, b"Subject: " + b"a" * 5000))
    assert len(rows.all()) < 600


def test_one_place_holds_one_mail_until_others_leave() -> None:
    rows = FetchedMessages()
    rows.add(Uid(5), Fetched(FIRST, Uid(5), frozenset()))
    rows.positions_moved()
    rows.add(Uid(6), Fetched(FIRST, Uid(6), frozenset()))
    with pytest.raises(RemoteProtocolError, match="two UIDs"):
        rows.add(Uid(7), Fetched(FIRST, Uid(7), frozenset()))


def test_numbers_that_nobody_asked_for_are_not_kept(whole) -> None:
    """They would heap up."""
    view = SelectedMailbox(whole.protocol, INBOX)
    whole.on_event = view.handle
    for _ in range(40):
        view.handle(SearchResult(tuple(range(1, 10_000))))
    uids = result(Deferred.fromCoroutine(view.unseen_uids(Uid(9))))
    (line,) = whole.sent()
    whole.s("* SEARCH 3 5", f"{line.split()[0]} OK")
    assert uids == [(3, 5)]
    endless = result(Deferred.fromCoroutine(view.unseen_uids(Uid(9))))
    numbers = " ".join(map(str, range(1, 9000)))
    for _ in range(40):
        whole.s(f"* SEARCH {numbers}")
    assert isinstance(endless[0], RemoteProtocolError)
    assert whole.transport.aborted
