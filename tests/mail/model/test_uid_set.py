"""Sets of UIDs behave as sets, and keep runs."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.mail.make import key
from tray.mail.model.uid_set import MessageKeySet, UidSet

sets = st.sets(st.integers(1, 30))


@given(sets, sets, st.integers(0, 31))
def test_a_uid_set_is_a_set_of_few_runs(one, other, uid):
    first, second = UidSet.of(one), UidSet.of(other)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(first.runs))
    assert list(first) == sorted(one)
    assert bool(first) == bool(one)
    assert first | second == UidSet.of(one | other)
    assert first - second == UidSet.of(one - other)
    assert first.above(uid) == UidSet.of(each for each in one if each > uid)
    assert first.below(uid) == UidSet.of(each for each in one if each < uid)
    assert (uid in first) == (uid in one)


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_run_holds_both_ends(first, last):
    assert list(UidSet.between(first, last)) == list(range(first, last + 1))
    assert bool(UidSet.between(first, last)) is (first <= last)


def test_the_highest_uid_is_not_below_another():
    """2 ** 32 - 1 (RFC 3501, 9)."""
    assert UidSet.of([3, 2**32 - 1]).below(5) == UidSet.of([3])
    assert list(UidSet.of([3, 2**32 - 1]).above(5)) == [2**32 - 1]


@given(sets, sets)
def test_messages_are_kept_by_where_they_stand(one, other):
    kept = MessageKeySet(key(uid) for uid in one)
    kept.add(key(uid, "b2") for uid in other)
    assert set(kept) == {key(uid) for uid in one} | {key(uid, "b2") for uid in other}
    assert [uid for uid in range(1, 31) if key(uid) in kept] == sorted(one)
    assert kept.matching(lambda account, _mailbox: account == "b2") == [
        key(uid, "b2") for uid in sorted(other)
    ]
    kept.remove(MessageKeySet(key(uid) for uid in other))
    assert set(kept) == {key(uid) for uid in one - other} | {key(uid, "b2") for uid in other}
    kept.remove(MessageKeySet(key(uid, "b2") for uid in other))
    assert bool(kept) == bool(one - other)
