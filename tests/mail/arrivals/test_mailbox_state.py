"""How reports change what we know of a mailbox: every mail is announced once, and none is missed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mail.make import NO_FLAGS, READ, VALIDITY, message, report, state
from tray.imap.types import DELETED, FLAGGED, SEEN, Uid, UidValidity
from tray.mail.arrivals.mailbox_state import (
    Change,
    MailboxReport,
    advance,
    may_have_missed,
    state_to_save,
)
from tray.mail.model.message import Preview
from tray.mail.model.uid_set import NO_UIDS, UidSet


def uids(messages):
    return [one.uid for one in messages]


@pytest.mark.parametrize(
    ("news", "after"),
    [
        (report(message(3), message(1, SEEN), message(2), uid_next=9), state(8, message(3), message(2))),
        (report(message(5)), state(5, message(5))),
        (report(message(5), uid_next=3), state(5, message(5))),  # a server may tell an old one
        (report(flags=((6, NO_FLAGS),)), state(6)),
        (report(uid_next=0), state(0)),
        (report(message(5), missing=frozenset({6})), state(6, message(5))),
        (report(), state(0)),
        (report(message(1), message(2, SEEN), unseen=70), state(2, message(1), message(2, SEEN), unseen=70)),
        (report(message(1), message(2, SEEN)), state(2, message(1), message(2, SEEN), unseen=1)),
        (
            report(message(1), message(2), flags=((1, READ),), gone=frozenset({2})),
            state(2, message(1, SEEN)),
        ),
    ],
)
def test_first_sight_announces_nothing(news, after):
    """Whoever adds an account is not flooded with what was there."""
    assert advance(None, news, 2) == Change(after, (), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("known", "news", "unseen"),
    [
        (state(4, message(4)), report(unseen=12), 12),
        (state(4, message(4), unseen=5), report(message(3)), 5),  # an old one that was in the count already
        (state(4, message(4), unseen=0), report(message(3)), 2),  # never less than the titles that wait
        (state(4, message(4, SEEN)), report(flags=((4, NO_FLAGS),)), 1),  # marked unread again
    ],
)
def test_the_servers_count_wins_else_what_is_known_is_counted(known, news, unseen):
    change = advance(known, news, 10)
    assert (change.state.unseen, change.arrivals) == (unseen, ())


def test_arrivals_are_the_unseen_above_the_mark_oldest_first():
    change = advance(
        state(4, message(4)), report(message(7), message(5), message(6, SEEN), message(8, DELETED)), 10
    )
    assert uids(change.arrivals) == [5, 7]
    assert change.state.announced_uid == 8
    assert uids(change.state.latest) == [8, 7, 6, 5, 4]
    assert change.state.unseen == 3


def test_the_same_report_again_announces_nothing():
    news = report(message(5), message(6))
    first = advance(state(4), news, 10)
    assert uids(first.arrivals) == [5, 6]
    assert advance(first.state, news, 10) == Change(first.state, (), frozenset(), frozenset())
    change = advance(state(4), report(message(5), message(5, FLAGGED)), 10)  # named twice in one report
    assert (change.arrivals, change.state.unseen) == ((message(5, FLAGGED),), 1)


def test_a_new_uid_with_fewer_messages_is_announced():
    change = advance(state(2, message(1), message(2)), report(message(3), gone=frozenset({1, 2})), 10)
    assert uids(change.arrivals) == [3]
    assert change.left == {1, 2}
    assert change.state.unseen == 1
    beyond = advance(state(4, message(4)), report(gone=frozenset({2, 4})), 10)
    assert (beyond.left, beyond.state) == ({2, 4}, state(4))


def test_new_mail_that_is_flagged_read_or_gone_in_the_same_report_is_not_announced():
    news = report(message(5), message(6), message(7), flags=((5, READ),), gone=frozenset({6}))
    change = advance(state(4), news, 10)
    assert uids(change.arrivals) == [7]
    assert change.state.announced_uid == 7
    assert uids(change.state.latest) == [7, 5]


def test_flags_of_a_mail_not_known_whole_do_not_move_the_mark():
    """Its envelope is still to come, and only then it can be announced."""
    change = advance(state(4), report(flags=((5, NO_FLAGS),)), 10)
    assert change.state == state(4)
    assert uids(advance(change.state, report(message(5)), 10).arrivals) == [5]


def test_a_mail_that_becomes_seen_or_deleted_is_read():
    known = state(4, message(1), message(2), message(3, SEEN), message(4))
    change = advance(known, report(message(2, DELETED), flags=((1, READ), (3, READ), (4, NO_FLAGS))), 10)
    assert change.read == {1, 2}
    assert change.left == frozenset()
    assert change.state.unseen == 1


def test_a_mail_beyond_the_titles_that_is_reported_read_is_read():
    """It may still have a toast."""
    change = advance(state(4, message(4), unseen=3), report(flags=((2, READ), (3, NO_FLAGS))), 10)
    assert change.read == {2}
    assert change.state == state(4, message(4), unseen=3)
    assert advance(state(4), report(message(2, SEEN)), 10).read == {2}


def test_covers_names_the_known_mails_that_are_gone():
    known = state(6, message(2), message(4), message(5), message(6))
    change = advance(known, report(message(5), flags=((6, NO_FLAGS),), covers=4), 10)
    assert change.left == {4}
    assert uids(change.state.latest) == [6, 5, 2]
    assert change.state.unseen == 3


def test_titles_are_the_newest_and_limited():
    assert uids(advance(state(4, message(3), message(4)), report(message(5)), 2).state.latest) == [5, 4]
    assert advance(state(4, message(4)), report(), 0).state.latest == ()


def test_a_renumbering_announces_nothing_that_is_known():
    before = state(90, message(89, date=1.0), message(90, date=2.0))
    again = (message(1, subject="Older", date=1.0), message(2, subject="Mail 90", date=2.0))
    change = advance(before, report(*again, validity=8, uid_next=3), 10)
    after = replace(state(2, *again), uid_validity=UidValidity(8), since=1.0)
    assert change == Change(after, (), frozenset(), frozenset(), renumbered=True)


def test_what_came_since_is_told_of_after_a_renumbering():
    news = (
        message(1, subject="Mail 90", date=5.0),
        message(2, subject="Older", date=4.9),
        message(3, date=5.0),
        message(4, SEEN, date=6.0),
        message(5, date=7.0),
        message(6, date=8.0),
        message(7, date=None),
    )
    change = advance(
        state(90, message(90, date=5.0)),
        report(*news, validity=8, flags=((5, READ),), gone=frozenset({6})),
        10,
    )
    assert uids(change.arrivals) == [3]
    assert change.state.announced_uid == 7


def test_what_was_not_told_of_is_told_of_after_a_renumbering():
    """The announced UID lies below what waits for its toast."""
    again = (message(1, subject="Mail 90", date=5.0), message(2, subject="Mail 91", date=6.0))
    half = state(90, message(90, date=5.0), message(91, date=6.0))
    assert uids(advance(half, report(*again, validity=8), 10).arrivals) == [2]
    none = replace(half, announced_uid=Uid(89))
    older = message(3, subject="Older", date=4.0)
    assert uids(advance(none, report(*again, older, validity=8), 10).arrivals) == [1, 2]


def test_after_a_renumbering_of_what_nothing_is_known_of_only_an_empty_mailbox_tells():
    """Titles that were lost with a damaged file, or that have no date, say nothing of what is new."""
    news = report(message(1), validity=8)
    assert uids(advance(state(5), news, 10).arrivals) == [1]
    assert advance(state(5, unseen=1), news, 10).arrivals == ()
    assert advance(state(5, message(5, date=None)), news, 10).arrivals == ()


def test_another_mail_under_a_known_uid_is_a_renumbering():
    """A mailbox deleted and made anew, on a server that gives it the old UIDVALIDITY."""

    def mail(uid, subject, date):
        made = message(uid, subject=subject, date=date)
        return replace(made, envelope=replace(made.envelope, message_id=f"<{subject}@x>"))

    before = state(2, mail(1, "a", 1.0), mail(2, "b", 2.0))
    change = advance(before, report(mail(1, "b", 2.0), mail(2, "c", 3.0)), 10)
    assert (uids(change.arrivals), change.left, change.renumbered) == ([2], {1, 2}, True)
    nameless = replace(message(1), envelope=replace(message(1).envelope, message_id=""))
    assert not advance(before, report(mail(2, "b", 9.0), nameless), 10).left


def test_what_may_have_been_missed():
    box = state(5, message(5, date=5.0))
    new, old = message(9, date=6.0), message(7, subject="Mail 5", date=5.0)
    assert not may_have_missed(None, VALIDITY, (new,), Uid(9))
    assert not may_have_missed(box, VALIDITY, (new,), Uid(1))
    assert not may_have_missed(box, VALIDITY, (new,), Uid(6))
    assert may_have_missed(box, VALIDITY, (new,), Uid(7))
    assert may_have_missed(box, UidValidity(8), (new,), Uid(7))
    assert not may_have_missed(box, UidValidity(8), (old, new), Uid(7))
    assert not may_have_missed(state(5, unseen=2), UidValidity(8), (new,), Uid(7))


def test_numbers_that_begin_anew_may_hide_mails_below_the_titles():
    known = state(50, message(50, date=900.0))
    newest = [message(20, date=1000.0), message(21, date=1001.0)]
    assert may_have_missed(known, VALIDITY, newest, Uid(20), Uid(22))
    assert not may_have_missed(known, VALIDITY, [message(20, date=100.0)], Uid(20), Uid(22))
    assert not may_have_missed(known, VALIDITY, newest, Uid(20), Uid(51))
    assert may_have_missed(known, VALIDITY, newest, Uid(20), Uid(50))
    assert not may_have_missed(known, VALIDITY, newest, Uid(1), Uid(22))


def test_uid_next_below_the_mark_lowers_it_where_nothing_known_is_above():
    """Put back from a backup: new mails get old UIDs and must not be swallowed."""
    known = state(9, message(4), message(8), message(9))
    change = advance(known, report(message(4), covers=1, uid_next=6), 10)
    assert (change.left, change.renumbered) == ({4, 8, 9}, True)
    assert change.state == replace(state(5, message(4)), since=1.0)
    assert uids(advance(change.state, report(message(6)), 10).arrivals) == [6]


@pytest.mark.parametrize(
    ("known", "news"),
    [
        # Told again from the opening of the session, or by a server that is wrong.
        (state(9, message(8), message(9)), report(uid_next=5)),
        (state(9, message(8), message(9)), report(message(9), uid_next=5)),
        (state(9, message(8), message(9)), report(flags=((9, NO_FLAGS),), covers=1, uid_next=5)),
        # The titles were deleted elsewhere; a mail below them was announced long ago.
        (state(9, message(9)), report(message(8), covers=1, uid_next=1)),
    ],
)
def test_an_old_uid_next_repeats_nothing(known, news):
    change = advance(known, news, 10)
    assert (change.arrivals, change.state.announced_uid, change.renumbered) == ((), 9, False)


def test_a_reused_uid_is_both_left_and_arrived():
    known = state(9, message(9, subject="old"))
    change = advance(known, report(message(9, subject="new"), uid_next=8), 10)
    assert change.left == {9}
    assert change.arrivals == (message(9, subject="new"),)
    assert change.state == replace(state(9, message(9, subject="new")), since=1.0)
    assert change.read == frozenset()


def test_the_uid_next_of_a_long_session_repeats_nothing_when_all_its_mails_are_deleted():
    """Mails 5 to 9 came after the opening, were announced and deleted: no such UID comes back."""
    older = (message(3, date=3.0), message(4, date=4.0))
    change = advance(state(9, message(9, date=9.0)), report(*older, covers=3, uid_next=5), 10)
    assert (change.arrivals, change.left) == ((), {9})
    assert uids(advance(change.state, report(message(10, date=10.0)), 10).arrivals) == [10]


def runs(*uids):
    return UidSet.of(map(Uid, uids))


def test_mails_of_a_mailbox_that_was_emptied_and_begins_anew_are_announced():
    """UID 1 again, the same UIDVALIDITY (against RFC 3501, 2.3.1.1)."""
    empty = advance(state(50, message(49), message(50)), report(covers=1, empty=True, unseen=0), 10).state
    for fields in ({"uid_next": 2}, {}, {"uid_next": 2, "covers": 1}):
        change = advance(empty, report(message(1), **fields), 10, 5.0)
        assert uids(change.arrivals) == [1]
        assert change.state.announced_uid == 1
        assert change.state.since > empty.since  # the announced UID of the UIDs before is void
        assert advance(change.state, report(message(1), **fields), 10).arrivals == ()
        assert uids(advance(change.state, report(message(2)), 10).arrivals) == [2]
    # It has outgrown the old numbers before anybody looked.
    assert uids(advance(empty, report(message(1), message(60)), 10).arrivals) == [1, 60]
    first = advance(None, report(empty=True, covers=1, uid_next=51), 10).state
    same = advance(first, report(unseen=0), 10).state
    assert uids(advance(same, report(message(7)), 10).arrivals) == [7]


def test_the_highest_uid_that_was_announced_counts_as_announced():
    """Read, its toast goes; given again in a mailbox that was emptied, it is another message."""
    flags = report(flags=((50, READ),))
    assert advance(state(50, message(50)), flags, 10).read == {50}
    assert advance(state(50), flags, 10).read == {50}
    assert advance(state(49), flags, 10).read == frozenset()
    empty = advance(state(1, message(1)), report(covers=1, empty=True, unseen=0), 10).state
    assert uids(advance(empty, report(message(1)), 10).arrivals) == [1]
    assert advance(state(1), report(message(1)), 10).arrivals == ()


def test_where_numbers_begin_anew_only_what_came_since_is_announced():
    """Of mails whose numbers tell nothing, the dates and the mails themselves do."""
    known = state(50, message(50, date=900.0), message(49, date=800.0))
    restored = [message(1, date=100.0), message(2, date=900.0, subject="Mail 50"), message(3, date=950.0)]
    change = advance(known, report(*restored, covers=1, uid_next=4), 10)
    assert uids(change.arrivals) == [3]
    assert change.left == {49, 50}
    seen = advance(known, report(message(3, SEEN, date=950.0), covers=1, uid_next=4), 10)
    assert seen.arrivals == ()
    # Nobody can know which of these waited before.
    unknown = advance(state(50, unseen=3), report(message(1), message(2), covers=1, uid_next=3), 10)
    assert unknown.arrivals == ()
    assert advance(state(9), report(uid_next=0), 10).state.announced_uid == 0


@pytest.mark.parametrize(
    "told",
    [
        report(empty=True, unseen=2, covers=1),  # it contradicts itself
        report(empty=True, unseen=0),  # the title is not named as gone
        report(gone=frozenset({50}), unseen=0),  # it was one of more, perhaps
    ],
)
def test_a_mailbox_that_may_hold_messages_does_not_begin_anew(told):
    kept = advance(state(50, message(50)), told, 10).state
    assert advance(kept, report(message(7)), 10).arrivals == ()


def test_the_mark_stays_below_a_mail_whose_title_has_not_come():
    first = advance(
        state(10, message(10)),
        report(message(11), message(13), awaited=frozenset({12}), missing=frozenset({12})),
        10,
    )
    assert uids(first.arrivals) == [11, 13]
    assert (first.state.announced_uid, first.state.announced_above) == (11, runs(13))
    second = advance(first.state, report(message(14), awaited=frozenset({12}), missing=frozenset({12})), 10)
    assert uids(second.arrivals) == [14]
    assert second.state.announced_uid == 11
    late = advance(second.state, report(message(12)), 10)
    assert uids(late.arrivals) == [12]
    assert advance(late.state, report(message(12), message(13), message(14), covers=10), 10).arrivals == ()
    given_up = advance(second.state, report(message(15)), 10)
    assert given_up.state.announced_uid == 15
    assert advance(given_up.state, report(message(12)), 10).arrivals == ()


def test_a_mail_whose_title_does_not_come_is_not_gone_nor_told_of_before_its_time():
    known = state(10, message(9), message(10))
    change = advance(known, report(message(10), covers=9, missing=frozenset({9}), awaited=frozenset({9})), 10)
    assert change.left == frozenset()
    assert change.state.announced_uid == 10  # 9 was announced
    assert uids(change.state.latest) == [10, 9]


def test_settled_keeps_the_mark_below_what_is_pending():
    known = state(9, message(9))
    assert state_to_save(known, NO_UIDS) == known
    assert state_to_save(known, runs(9, 7)).announced_uid == 6
    assert state_to_save(known, runs(12)).announced_uid == 9
    assert state_to_save(known, runs(8, 12)).announced_uid == 7
    assert state_to_save(known, runs(8, 9, 10, 11)).announced_uid == 7
    several = state_to_save(known, runs(4, 5, 6))
    assert (several.announced_uid, several.announced_above) == (3, runs(7, 8, 9))


def test_what_was_told_of_above_the_settled_mark_is_not_announced_again():
    """Its toast was handed over before that of an older mail."""
    saved = state_to_save(state(9, message(9)), runs(6, 8))
    assert (saved.announced_uid, saved.announced_above) == (5, runs(7, 9))
    assert state_to_save(saved, runs(5)).announced_above == runs(7, 9)
    change = advance(saved, report(*(message(uid) for uid in range(5, 11))), 10)
    assert uids(change.arrivals) == [6, 8, 10]
    assert change.state.announced_above == NO_UIDS
    partly = advance(saved, report(message(6), message(7)), 10)
    assert (uids(partly.arrivals), partly.state.announced_uid, partly.state.announced_above) == (
        [6],
        7,
        runs(9),
    )


def test_what_was_told_of_above_the_mark_is_bounded():
    saved = state_to_save(state(2000), runs(*range(1, 2000, 2)))
    assert saved.announced_uid == 0
    assert len(saved.announced_above.runs) == 200
    assert saved.announced_above.runs[0] == (2, 2)


def test_a_number_that_is_not_given_out_yet_cannot_have_been_announced():
    """Put back from a backup: the announced UID is low enough, what was announced above it is not."""
    saved = state_to_save(state(9), runs(3))
    change = advance(saved, report(message(4), message(6), uid_next=5), 10)
    assert uids(change.arrivals) == [6]


def test_pending_mails_are_told_again_after_a_restart_also_by_their_flags():
    """The titles were saved with them, so a session may ask for their flags only."""
    saved = state_to_save(state(9, message(8), message(9)), runs(9))
    change = advance(saved, report(flags=((8, NO_FLAGS), (9, NO_FLAGS))), 10)
    assert uids(change.arrivals) == [9]
    assert change.state == state(9, message(8), message(9))


def test_after_a_renumbering_what_waits_is_found_by_its_date():
    """What is not older than the oldest that waited, or has no date; fingerprints tell what of it was announced."""
    known = replace(state(5, message(5, date=900.0)), waiting_since=500.0)
    again = [message(1, date=499.0), message(2, date=500.0), message(3, date=None), message(4, date=900.0)]
    assert uids(advance(known, report(*again, validity=8), 10).arrivals) == [2, 3, 4]


def test_each_numbering_is_later_than_the_one_before():
    """Also where the clock was set back; otherwise it begins when it was first seen."""
    first = advance(None, report(message(1)), 10, 500.0).state
    assert first.since == 500.0
    again = advance(first, report(message(1), validity=8), 10, 700.0).state
    assert again.since == 700.0
    assert advance(again, report(message(1), validity=9), 10, 600.0).state.since == 701.0
    assert advance(first, report(message(2)), 10, 900.0).state.since == 500.0


# A small mail server: what happens in the mailbox, and in how much of it each report shows.
events = st.lists(
    st.tuples(
        st.sampled_from(
            ["deliver", "deliver", "read", "unread", "expunge", "look", "look whole", "look", "restart"]
        ),
        st.integers(0, 7),
    ),
    max_size=40,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(events, st.integers(1, 4))
def test_every_mail_is_announced_exactly_once(happenings, limit):
    box: dict[int, frozenset] = {}
    uid_next = 1
    seen_by_us: set[int] = set()
    told: list[int] = []
    expected: set[int] = set()
    known = advance(None, MailboxReport(VALIDITY, uid_next=Uid(1)), limit).state
    for what, which in [*happenings, ("look", 0)]:
        chosen = sorted(box)[which % len(box)] if box else None
        if what == "deliver":
            box[uid_next] = READ if which == 0 else NO_FLAGS
            uid_next += 1
        elif what in {"read", "unread"} and chosen:
            box[chosen] = READ if what == "read" else NO_FLAGS
        elif what == "expunge" and chosen:
            del box[chosen]
        elif what == "restart":
            known = state_to_save(known, NO_UIDS)
        elif what.startswith("look"):
            first = 1 if what == "look whole" else known.announced_uid + 1
            whole = [uid for uid in box if uid >= first or uid in sorted(box)[-1:]]
            news = MailboxReport(
                VALIDITY,
                tuple(message(uid, *box[uid], date=float(uid)) for uid in whole),
                flags=tuple((Uid(uid), flags) for uid, flags in box.items() if uid not in whole),
                covers=Uid(1),
                unseen=sum(flags == NO_FLAGS for flags in box.values()) if which % 2 else None,
                uid_next=Uid(max(uid_next - which, 1, *seen_by_us)) if which != 3 else None,
            )
            expected |= {uid for uid in box if uid not in seen_by_us and box[uid] == NO_FLAGS}
            seen_by_us |= box.keys()
            change = advance(known, news, limit)
            known = change.state
            told += uids(change.arrivals)
            if what == "look whole":
                assert uids(known.latest) == sorted(box, reverse=True)[:limit]
            assert {one.uid: one.flags for one in known.latest} == {
                uid: box[uid] for uid in uids(known.latest)
            }
    assert len(told) == len(set(told))
    assert set(told) == expected


@given(
    st.lists(st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=4), max_size=8),
    st.integers(0, 5),
)
def test_odd_reports_never_announce_twice(rounds, limit):
    known = state(3)
    told: list[int] = []
    for one in rounds:
        change = advance(known, report(*(message(uid, *(READ if read else ())) for uid, read in one)), limit)
        assert change.state.announced_uid >= known.announced_uid
        assert change.state.unseen >= sum(title.unseen for title in change.state.latest)
        assert len(change.state.latest) <= limit
        known = change.state
        told += uids(change.arrivals)
    assert len(told) == len(set(told))
    assert all(uid > 3 for uid in told)


# What a window lists, and previews.


def previewed(change: Change) -> dict[int, str]:
    listed = (*change.state.latest, *change.state.more)
    return {message.uid: message.preview + message.code for message in listed}


def test_further_messages_are_kept_in_memory_where_they_are_wanted():
    before = state(9, message(8), message(9), unseen=5)
    change = advance(before, report(message(9), message(8), message(3), message(5, SEEN)), 2, more=10)
    assert (uids(change.state.latest), uids(change.state.more)) == ([9, 8], [5, 3])
    assert (change.arrivals, change.state.unseen) == ((), 5)
    change = advance(change.state, report(flags=((3, READ),)), 2, more=10)
    assert (change.read, change.state.unseen) == ({3}, 4)
    change = advance(change.state, report(covers=4, flags=((8, NO_FLAGS), (9, NO_FLAGS))), 2, more=10)
    assert (change.left, uids(change.state.more)) == ({5}, [3])
    change = advance(change.state, report(gone=frozenset({9})), 2, more=10)
    assert (uids(change.state.latest), uids(change.state.more)) == ([8, 3], [])
    assert advance(change.state, report(message(2)), 1).state.more == ()


def test_a_first_report_and_a_renumbered_mailbox_have_further_messages_too():
    first = advance(None, report(message(1), message(2), message(3)), 1, more=1)
    assert (uids(first.state.latest), uids(first.state.more)) == ([3], [2])
    again = advance(first.state, report(message(1), message(2), validity=8), 1, more=1)
    assert (uids(again.state.latest), uids(again.state.more)) == ([2], [1])


def test_a_preview_comes_with_a_message_or_later_and_stays():
    news = report(message(3), previews=((3, Preview("Hello", "!")), (9, Preview("unknown"))))
    change = advance(state(2, message(2)), news, 5)
    assert previewed(change) == {3: "Hello!", 2: ""}
    assert [arrival.preview for arrival in change.arrivals] == ["Hello"]
    change = advance(change.state, report(message(3, SEEN), previews=((2, Preview("Later")),)), 5)
    assert previewed(change) == {3: "Hello!", 2: "Later"}
    assert previewed(advance(change.state, report(flags=((3, NO_FLAGS),)), 5)) == {3: "Hello!", 2: "Later"}
    assert previewed(advance(None, news, 5)) == {3: "Hello!"}


def test_previews_and_further_messages_are_never_saved():
    news = report(message(3), message(1), previews=((3, Preview("Hello", "482913")),))
    change = advance(state(2, message(2)), news, 2, more=5)
    saved = state_to_save(change.state, NO_UIDS)
    assert saved == replace(change.state, latest=(message(3), message(2)), more=())
