"""Runs of UIDs are sets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.mail.make import key
from tray.mail.model.uid_set import MessageKeySet, above, below, each, holds, runs_of, union, without

sets = st.sets(st.integers(1, 30))


@given(sets, sets, st.integers(0, 31))
def test_runs_are_sets(one, other, uid):
    """Whatever is asked of them."""
    first, second = runs_of(one), runs_of(other)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(first))
    assert set(each(first)) == one
    assert set(each(union(first, second))) == one | other
    assert without(first, second) == runs_of(one - other)
    assert above(first, uid) == runs_of(each for each in one if each > uid)
    assert below(first, uid) == runs_of(each for each in one if each < uid)
    assert holds(first, uid) == (uid in one)


@given(sets, sets)
def test_mails_are_kept_by_where_they_stand(one, other):
    """And come back whole."""
    kept = MessageKeySet(key(uid) for uid in one)
    kept.add(key(uid, "b2") for uid in other)
    assert set(kept) == {key(uid) for uid in one} | {key(uid, "b2") for uid in other}
    kept.take_out(MessageKeySet(key(uid) for uid in other))
    assert set(kept) == {key(uid) for uid in one - other} | {key(uid, "b2") for uid in other}
