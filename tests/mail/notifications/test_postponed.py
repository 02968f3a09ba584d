"""What waits for the end of quiet hours: known while there is room, counted beyond."""

from __future__ import annotations

from tests.mail.make import arrival, batch, key
from tray.mail.notifications.postponed import Postponed, PostponedArrivals


def held(*uids, batches=()):
    back = PostponedArrivals()
    back.add(Postponed(tuple(arrival(uid) for uid in uids), (), batches))
    return back


def uids(keys):
    return [one.uid for one in keys]


def test_what_is_held_back_is_released_once_and_in_order():
    back = held(1, 2, 2, 3, batches=(batch(4),))
    assert back
    released = back.release()
    assert uids(one.key for one in released.arrivals) == [1, 2, 3]
    assert (released.others, released.batches) == ((), (batch(4),))
    assert not back
    assert back.release().arrivals == ()


def test_what_was_read_meanwhile_is_not_released():
    back = held(1, 2, batches=(batch(4), batch(5, serial=2)))
    back.discard([key(1), key(9), key(2, "another"), batch(4)])
    assert back.release() == Postponed((arrival(2),), (), (batch(5, serial=2),))


def test_beyond_the_room_the_oldest_are_only_counted():
    back = held(*range(1, 204))
    back.discard([key(2)])
    released = back.release()
    assert uids(one.key for one in released.arrivals) == list(range(4, 204))
    assert uids(released.others) == [1, 3]
    back = held(*range(1, 202))
    back.discard([key(uid) for uid in range(2, 202)])
    assert back
    back.discard([key(1)])
    assert not back


def test_of_mailboxes_that_are_no_longer_watched_nothing_is_released():
    back = held(1, batches=(batch(4),))
    back.add(Postponed(others=(key(2), key(3, mailbox="Lists"))))
    back.keep_only(["Lists"])
    assert back.release() == Postponed((), (key(3, mailbox="Lists"),), ())


def test_what_belongs_to_one_account_is_found():
    both = Postponed((arrival(1), arrival(2, "a2")), (key(3), key(4, "a2")), (batch(5), batch(6, "a2")))
    assert both.of("a2") == Postponed((arrival(2, "a2"),), (key(4, "a2"),), (batch(6, "a2"),))
    assert both.of("a2").keys == (key(2, "a2"), key(4, "a2"), batch(6, "a2"))
