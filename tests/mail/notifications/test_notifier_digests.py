"""One sound for what comes together, and one toast for what is gathered."""

from __future__ import annotations

from tests.mail.make import arrival, batch, key
from tests.mail.notifications.test_notifier import a_digest, arrivals, shown, told
from tray.mail.model.toast import Withdraw
from tray.mail.notifications.notifier import MESSAGES_LIMIT, closed, feed, summarize_held, withdraw
from tray.mail.notifications.state import EMPTY


def sounds(outcome):
    return [order.toast.sound for order in shown(outcome)]


def test_one_sound_within_ten_seconds():
    outcome = feed(EMPTY, arrivals(1, 2), 0.0)
    assert sounds(outcome) == ["", "none"]
    outcome = feed(outcome.state, arrivals(3), 9.0)
    assert sounds(outcome) == ["none"]
    assert sounds(feed(outcome.state, arrivals(4), 9.9)) == ["none"]
    assert sounds(feed(outcome.state, arrivals(4), 10.0)) == [""]
    silent = arrival(1, sound="none")
    assert sounds(feed(EMPTY, [silent, arrival(2, "a2", sound="bell")], 0.0)) == ["none", "bell"]


def test_an_update_of_a_digest_is_silent():
    state, _ = a_digest()
    outcome = feed(state, arrivals(5), 20.0)
    assert sounds(outcome) == [""]  # another burst
    state, _ = a_digest()
    outcome = feed(state, arrivals(5), 2.0)
    assert sounds(outcome) == ["none"]


def test_what_is_gathered_is_one_toast_however_few_they_are():
    (order,) = summarize_held(EMPTY, arrivals(1, 2), 0.0).orders
    assert (told(order), order.toast.summary) == ([1, 2], "2 new mails")
    (order,) = summarize_held(EMPTY, arrivals(1), 0.0).orders
    assert (told(order), order.toast.summary) == ([1], "Anna Berg")
    outcome = summarize_held(EMPTY, arrivals(1), 0.0, 4)
    assert shown(outcome)[0].toast.summary == "5 new mails"
    assert summarize_held(outcome.state, arrivals(1), 20.0).orders == ()


def test_what_comes_right_after_what_was_gathered_joins_it():
    outcome = summarize_held(EMPTY, arrivals(1, 2), 0.0)
    outcome = feed(outcome.state, arrivals(3), 5.0)
    (order,) = outcome.orders
    assert told(order) == [1, 2, 3]


def test_mails_of_which_nothing_is_known_are_gathered_by_their_number():
    outcome = summarize_held(EMPTY, [], 0.0, 3)
    (order,) = outcome.orders
    assert (order.toast.summary, order.toast.messages) == ("3 new mails", ())
    assert withdraw(outcome.state, [key(9)], 5.0).orders == ()
    outcome = feed(outcome.state, arrivals(1), 5.0)
    (order,) = outcome.orders
    assert (order.toast.summary, told(order)) == ("4 new mails", [1])


def test_a_digest_that_was_never_shown_goes_on_to_count_when_its_mails_were_read():
    """Nobody was announced the others yet."""
    first = feed(EMPTY, [*arrivals(1, 2), batch(300)], 0.0).state
    (digest,) = first.toasts
    outcome = withdraw(first, [key(1), key(2)], 5.0, {digest.key: 0})
    (order,) = outcome.orders
    assert (order.toast.summary, order.toast.key) == ("300 new mails", digest.key)
    assert withdraw(outcome.state, [batch(300)], 7.0, {digest.key: 0}).orders == (Withdraw(digest.key),)
    assert withdraw(first, [key(1), key(2)], 5.0).orders == (Withdraw(digest.key),)  # it was shown


def test_of_what_a_digest_has_forgotten_fewer_are_counted_when_some_were_read():
    first = summarize_held(EMPTY, arrivals(1), 0.0, 40).state
    (digest,) = first.toasts
    (order,) = withdraw(first, [key(1)], 5.0, {digest.key: 15}).orders
    assert order.toast.summary == "25 new mails"
    assert withdraw(first, [key(1)], 5.0, {digest.key: 40}).orders == (Withdraw(digest.key),)


def test_a_batch_that_waited_to_join_a_digest_that_was_closed_has_one_of_its_own():
    first = feed(EMPTY, arrivals(1, 2, 3, 4), 0.0).state
    joined = feed(first, [batch(300)], 0.1)
    assert joined.orders == ()
    (digest,) = joined.state.toasts
    assert withdraw(joined.state, [key(uid) for uid in range(1, 5)], 0.15).orders == ()
    outcome = closed(joined.state, digest.key, 0.16)
    (order,) = outcome.orders
    assert (order.toast.summary, order.toast.key != digest.key) == ("300 new mails", True)


def test_toasts_that_only_count_are_forgotten_in_time():
    """However many there are: no daemon need tell that one was closed."""
    batches = counts = EMPTY
    for number in range(MESSAGES_LIMIT + 20):
        batches = feed(batches, [batch(300, serial=number)], number * 20.0).state
        counts = summarize_held(counts, [], number * 20.0, 3).state
    assert len(batches.toasts) == len(counts.toasts) == MESSAGES_LIMIT


def test_messages_that_are_only_counted_begin_a_burst_as_others_do():
    counted = feed(EMPTY, [batch(5)], 0.0)
    keys = [
        [order.toast.key for order in shown(feed(counted.state, arrivals(1), now))] for now in (5.0, 15.0)
    ]
    assert keys[0] == [shown(counted)[0].toast.key]
    assert keys[0] != keys[1]


def test_after_a_clock_was_set_back_there_is_a_sound_again():
    state = feed(EMPTY, arrivals(1), 100.0).state
    assert sounds(feed(state, arrivals(2), 100.5)) == ["none"]
    assert sounds(feed(state, arrivals(2), 99.5)) == [""]
