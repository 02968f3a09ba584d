"""What is kept of what the server tells of mails."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from tests.net.wire import result
from tray.imap import commands
from tray.imap.errors import RemoteProtocolError
from tray.imap.events import Fetched, SearchResult
from tray.imap.types import INBOX, SEEN, Flag, SequenceNumber, Uid
from tray.net.imap.mailbox.fetched_messages import FetchedMessages
from tray.net.imap.mailbox.selected_mailbox import SelectedMailbox

HEADERS = b"Subject: Hello\r\nFrom: Bob <bob@example.org>\r\nDate: Mon, 1 Feb 2024 10:11:12 +0000\r\n\r\n"
FIRST = SequenceNumber(1)


def test_what_comes_in_two_responses_is_one_row() -> None:
    """Later flags count; a date of the server's goes before the sender's, whenever it comes."""
    fetched = FetchedMessages()
    fetched.add(Uid(5), Fetched(FIRST, Uid(5), frozenset(), None, HEADERS, 7))
    assert fetched.all()[Uid(5)].message.envelope.date == 1706782272
    fetched.add(Uid(5), Fetched(FIRST, Uid(5), frozenset({SEEN}), 1000.0))
    message = fetched.all()[Uid(5)].message
    assert (message.flags, message.envelope.date, message.envelope.subject) == ({SEEN}, 1000.0, "Hello")
    assert message.gmail_id == 7


def test_a_row_without_headers_is_no_message() -> None:
    fetched = FetchedMessages()
    fetched.add(Uid(5), Fetched(FIRST, Uid(5), frozenset()))
    assert fetched.all()[Uid(5)].message is None


def test_of_too_many_the_newest_stay() -> None:
    fetched = FetchedMessages()
    for uid in range(1, 20_001):
        fetched.add(Uid(uid), Fetched(SequenceNumber(uid), Uid(uid), frozenset({Flag(f"flag{uid}")})))
    kept = fetched.all()
    assert 2000 <= len(kept) <= 4000
    assert max(kept) == 20_000
    assert min(kept) == 20_001 - len(kept)


def test_one_mail_told_of_for_ever_is_one_row() -> None:
    fetched = FetchedMessages()
    fetched.add(Uid(1), Fetched(FIRST, Uid(1), frozenset()))
    for _ in range(10_000):
        fetched.add(Uid(2), Fetched(SequenceNumber(2), Uid(2), None, None, HEADERS))
    assert set(fetched.all()) == {1, 2}
    fetched.clear()
    assert fetched.all() == {}


def test_a_row_may_not_be_larger_than_all_together() -> None:
    """Flags and texts count with their length."""
    fetched = FetchedMessages()
    for uid in range(1, 1001):
        flags = frozenset(Flag("x" * 60 + str(number)) for number in range(50))
        fetched.add(Uid(uid), Fetched(SequenceNumber(uid), Uid(uid), flags, None, b"Subject: " + b"a" * 5000))
    assert len(fetched.all()) < 600


def test_one_place_holds_one_mail_until_others_leave() -> None:
    fetched = FetchedMessages()
    fetched.add(Uid(5), Fetched(FIRST, Uid(5), frozenset()))
    fetched.positions_moved()
    fetched.add(Uid(6), Fetched(FIRST, Uid(6), frozenset()))
    with pytest.raises(RemoteProtocolError, match="two UIDs"):
        fetched.add(Uid(7), Fetched(FIRST, Uid(7), frozenset()))


def test_numbers_that_nobody_asked_for_are_not_kept(whole) -> None:
    """They would heap up."""
    selected = SelectedMailbox(whole.protocol, INBOX)
    whole.on_event = selected.handle
    for _ in range(40):
        selected.handle(SearchResult(tuple(range(1, 10_000))))
    uids = result(Deferred.fromCoroutine(selected.hits(commands.search_unseen(None, 9))))
    (line,) = whole.sent()
    whole.s("* SEARCH 3 5", f"{line.split()[0]} OK")
    assert uids == [(3, 5)]
    endless = result(Deferred.fromCoroutine(selected.hits(commands.search_unseen(None, 9))))
    numbers = " ".join(map(str, range(1, 9000)))
    for _ in range(40):
        whole.s(f"* SEARCH {numbers}")
    assert isinstance(endless[0], RemoteProtocolError)
    assert whole.transport.aborted
