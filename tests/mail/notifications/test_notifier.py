"""Toasts: each mail told once, floods in one digest, nothing left on the screen that was dealt with."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.make import arrival, batch, key
from tray.mail.model.toast import Show, ToastKey, Withdraw
from tray.mail.notifications.notifier import (
    MESSAGES_LIMIT,
    UPDATE_INTERVAL,
    closed,
    feed,
    on_time,
    withdraw,
)
from tray.mail.notifications.state import EMPTY, NotifierState, ToastStyle


def arrivals(*uids):
    return [arrival(uid) for uid in uids]


def keys(*uids):
    return {key(uid) for uid in uids}


def told(order):
    return [message.uid for message in order.toast.messages]


def shown(outcome):
    return [order for order in outcome.orders if isinstance(order, Show)]


def a_digest(now=0.0):
    """Four mails at once, and the key of the digest that tells of them."""
    outcome = feed(EMPTY, arrivals(1, 2, 3, 4), now)
    (order,) = outcome.orders
    return outcome.state, order.toast.key


def test_up_to_three_mails_have_a_toast_each():
    outcome = feed(EMPTY, arrivals(1, 2), 100.0)
    assert [told(order) for order in outcome.orders] == [[1], [2]]
    assert outcome.ask_again is None
    outcome = feed(outcome.state, arrivals(3), 109.0)
    assert [told(order) for order in outcome.orders] == [[3]]
    assert len({toast.key for toast in outcome.state.toasts}) == 3


def test_a_mail_fed_twice_is_told_once():
    assert feed(EMPTY, [], 0.0).orders == on_time(EMPTY, 0.0).orders == ()
    outcome = feed(EMPTY, arrivals(1, 1), 0.0)
    assert [told(order) for order in outcome.orders] == [[1]]
    assert feed(outcome.state, arrivals(1), 1.0).orders == ()


def test_the_fourth_arrival_makes_a_digest_that_takes_the_place_of_the_singles():
    outcome = feed(EMPTY, arrivals(1, 2, 3), 0.0)
    first, second, third = (order.toast.key for order in outcome.orders)
    outcome = feed(outcome.state, arrivals(4), 9.9)
    digest, *rest = outcome.orders
    assert told(digest) == [1, 2, 3, 4]
    assert digest.replaces == third
    assert rest == [Withdraw(first), Withdraw(second)]
    assert (digest.toast.summary, digest.toast.body) == ("4 new mails", "Anna Berg")
    (order,) = feed(EMPTY, arrivals(1, 2, 3, 4), 0.0).orders
    assert (told(order), order.replaces) == ([1, 2, 3, 4], None)


def test_the_settings_say_how_many_become_a_digest():
    style = ToastStyle(digest_from=2)
    (order,) = feed(EMPTY, arrivals(1), 0.0, style=style).orders
    assert told(order) == [1]
    (order,) = feed(EMPTY, arrivals(1, 2), 0.0, style=style).orders
    assert told(order) == [1, 2]
    seven = feed(EMPTY, arrivals(*range(1, 8)), 0.0, style=ToastStyle(digest_from=8))
    assert [told(order) for order in seven.orders] == [[uid] for uid in range(1, 8)]
    assert told(feed(seven.state, arrivals(8), 1.0, style=ToastStyle(digest_from=8)).orders[0]) == list(
        range(1, 9)
    )


def lunch(uid, **more):
    return arrival(uid, subject="Re: Lunch?" if uid > 1 else "Lunch?", **more)


def test_a_reply_joins_the_toast_of_its_conversation():
    outcome = feed(EMPTY, [lunch(1), arrival(7)], 0.0)
    first = outcome.orders[0].toast.key
    outcome = feed(outcome.state, [lunch(2)], 600.0)
    (order,) = outcome.orders
    assert (told(order), order.toast.key, order.toast.summary) == ([1, 2], first, "Anna Berg, 2 mails")
    assert order.toast.sound == ""
    (order,) = withdraw(outcome.state, keys(1), 700.0).orders
    assert (told(order), order.toast.summary, order.toast.sound) == ([2], "Anna Berg", "none")
    assert withdraw(outcome.state, keys(1, 2), 700.0).orders == (Withdraw(first),)


def test_a_conversation_is_updated_at_most_four_times_a_second_and_is_no_flood():
    outcome = feed(EMPTY, [lunch(1)], 0.0)
    orders = list(outcome.orders)
    for uid in range(2, 20):
        outcome = feed(outcome.state, [lunch(uid)], uid * UPDATE_INTERVAL / 10)
        orders += outcome.orders
    assert [told(order)[-1] for order in orders] == [1, 10]
    assert outcome.ask_again == 2 * UPDATE_INTERVAL
    (order,) = on_time(outcome.state, 2 * UPDATE_INTERVAL).orders
    assert told(order) == list(range(1, 20))
    assert order.toast.sound == "none"  # there was one within ten seconds


def test_a_conversation_that_comes_at_once_is_one_toast():
    outcome = feed(EMPTY, [lunch(1), *arrivals(7, 8), lunch(2), lunch(3)], 0.0)
    assert [told(order) for order in outcome.orders] == [[1, 2, 3], [7], [8]]


def test_a_conversation_goes_into_a_digest_with_what_waits_to_join_it():
    outcome = feed(EMPTY, [lunch(1), *arrivals(7, 8)], 0.0)
    outcome = feed(outcome.state, [lunch(2)], 0.1)
    assert outcome.orders == ()
    digest, *_rest = feed(outcome.state, arrivals(9), 0.15).orders
    assert told(digest) == [1, 2, 7, 8, 9]


def test_a_reply_to_a_closed_toast_has_its_own():
    outcome = feed(EMPTY, [lunch(1)], 0.0)
    state = feed(outcome.state, [lunch(2)], 0.1).state
    (order,) = closed(state, outcome.orders[0].toast.key, 0.15).orders
    assert told(order) == [2]


def test_slow_arrivals_stay_single():
    state = EMPTY
    for uid in range(1, 9):
        outcome = feed(state, arrivals(uid), uid * 4.0)
        state = outcome.state
        assert [told(order) for order in outcome.orders] == [[uid]]


def test_toasts_older_than_the_window_stay_out_of_the_digest():
    outcome = feed(feed(EMPTY, arrivals(1), 0.0).state, arrivals(2, 3, 4, 5), 10.0)
    assert [told(order) for order in outcome.orders] == [[2, 3, 4, 5]]
    assert outcome.orders[0].replaces is None


def test_mails_of_which_only_the_number_is_known_are_counted_in_the_digest():
    """After a burst of thousands only the newest are read, and the digest says how many there were."""
    outcome = feed(EMPTY, [*arrivals(9), batch(9_800)], 0.0)
    (order,) = outcome.orders
    assert order.toast.summary == "9801 new mails"
    assert told(order) == [9]
    outcome = feed(outcome.state, [*arrivals(10), batch(99, serial=2)], 2.0)
    (order,) = outcome.orders
    assert order.toast.summary == "9901 new mails"


def test_toasts_that_nobody_could_show_become_one_digest_however_slowly_the_mails_come():
    """A daemon that was away for an hour is not greeted by a toast for each mail."""
    state, held = EMPTY, set()
    for uid in range(1, 4):
        outcome = feed(state, arrivals(uid), uid * 60.0, held=held)
        state = outcome.state
        held |= {order.toast.key for order in outcome.orders}
    outcome = feed(state, arrivals(4), 240.0, held=held)
    digest, *withdrawn = outcome.orders
    assert told(digest) == [1, 2, 3, 4]
    assert digest.replaces in held
    assert {digest.replaces, *(order.key for order in withdrawn)} == held
    outcome = feed(outcome.state, arrivals(5), 300.0, held={digest.toast.key})
    (order,) = outcome.orders
    assert order.toast.key == digest.toast.key
    assert told(order) == [1, 2, 3, 4, 5]
    (order,) = feed(outcome.state, arrivals(6), 360.0).orders
    assert told(order) == [6]


@pytest.mark.parametrize("number", [4, 20, 200])
def test_many_mails_are_told_in_the_turn_in_which_they_come_as_one_is(number):
    """A digest is not late because it is one."""
    outcome = feed(EMPTY, arrivals(*range(1, number + 1)), 0.0)
    assert [told(order) for order in outcome.orders] == [[*range(1, number + 1)]]
    assert outcome.ask_again is None


@pytest.mark.parametrize("shown_for", [UPDATE_INTERVAL, 1.0, 9.9])
def test_a_mail_that_joins_a_digest_is_told_as_soon_as_one_that_has_its_own_toast(shown_for):
    state, digest = a_digest()
    (order,) = feed(state, arrivals(5), shown_for).orders
    assert (order.toast.key, told(order)) == (digest, [1, 2, 3, 4, 5])


def test_a_digest_grows_in_place_at_most_four_times_a_second():
    state, digest = a_digest()
    outcome = feed(state, arrivals(5), 0.05)
    assert outcome.orders == ()
    assert outcome.ask_again == UPDATE_INTERVAL == 1 / 4
    outcome = feed(outcome.state, arrivals(6), 0.18)
    assert on_time(outcome.state, 0.19).orders == ()
    outcome = on_time(outcome.state, UPDATE_INTERVAL)
    (order,) = outcome.orders
    assert order.toast.key == digest
    assert order.replaces is None
    assert told(order) == [1, 2, 3, 4, 5, 6]
    assert outcome.ask_again is None
    (order,) = feed(outcome.state, arrivals(7), 8.0).orders
    assert order.toast.key == digest


@given(st.floats(0, 2e9))
def test_when_it_is_asked_again_the_update_is_due(now):
    """However the sum of the times is rounded."""
    state, _ = a_digest(now)
    outcome = feed(state, arrivals(5), now)
    (order,) = on_time(outcome.state, outcome.ask_again).orders
    assert told(order) == [1, 2, 3, 4, 5]


def test_after_ten_quiet_seconds_a_new_burst_begins():
    state, digest = a_digest()
    outcome = feed(state, arrivals(5), 10.0)
    assert [told(order) for order in outcome.orders] == [[5]]
    (order, *_rest) = feed(outcome.state, arrivals(6, 7, 8), 11.0).orders
    assert order.toast.key != digest
    assert told(order) == [5, 6, 7, 8]


def test_a_digest_that_is_late_is_shown_with_the_next_burst():
    state, _ = a_digest()
    state = feed(state, arrivals(5), 0.1).state
    outcome = feed(state, arrivals(6), 30.0)
    assert sorted(told(order) for order in shown(outcome)) == [[1, 2, 3, 4, 5], [6]]


def test_a_read_mail_takes_its_toast_away():
    outcome = feed(EMPTY, arrivals(1, 2), 0.0)
    first = outcome.orders[0].toast.key
    outcome = withdraw(outcome.state, keys(1, 77), 1.0)
    assert outcome.orders == (Withdraw(first),)
    assert withdraw(outcome.state, keys(1), 1.0).orders == ()


def test_a_digest_shrinks_in_place_and_goes_with_its_last_mail():
    state, digest = a_digest()
    outcome = withdraw(state, keys(1, 3), 0.1)
    assert outcome.orders == ()
    outcome = on_time(outcome.state, outcome.ask_again)
    assert told(outcome.orders[0]) == [2, 4]
    assert outcome.orders[0].toast.summary == "2 new mails"
    outcome = withdraw(outcome.state, keys(2), 5.0)
    assert outcome.orders[0].toast.summary == "1 new mail"
    outcome = withdraw(outcome.state, keys(4), 5.1)
    assert outcome.orders == (Withdraw(digest),)
    assert outcome.state.toasts == ()
    assert outcome.ask_again is None


def test_a_mail_read_before_the_digest_was_updated_is_never_shown():
    state, _ = a_digest()
    state = feed(state, arrivals(5, 6), 0.1).state
    outcome = on_time(withdraw(state, keys(5), 0.15).state, UPDATE_INTERVAL)
    assert told(outcome.orders[0]) == [1, 2, 3, 4, 6]


def test_a_closed_toast_is_not_resurrected():
    outcome = feed(EMPTY, arrivals(1, 2, 3), 0.0)
    state = closed(outcome.state, outcome.orders[1].toast.key, 1.0).state
    digest, *rest = feed(state, arrivals(4), 2.0).orders
    assert told(digest) == [1, 3, 4]
    assert len(rest) == 1
    assert withdraw(state, keys(2), 3.0).orders == ()


def test_after_all_were_closed_one_mail_is_a_single_toast():
    """A digest of one mail would only be a worse toast."""
    outcome = feed(EMPTY, arrivals(1, 2, 3), 0.0)
    state = outcome.state
    for order in outcome.orders:
        state = closed(state, order.toast.key, 1.0).state
    (order,) = feed(state, arrivals(4), 2.0).orders
    assert order.toast.summary == "Anna Berg"


def test_mails_that_waited_to_join_a_closed_digest_are_told_at_once():
    state, digest = a_digest()
    (order,) = feed(closed(state, digest, 1.0).state, arrivals(5, 6), 2.0).orders
    assert (told(order), order.toast.key != digest) == ([5, 6], True)
    state = feed(state, arrivals(5, 6), 0.1).state
    outcome = closed(state, digest, 0.15)
    assert [told(order) for order in outcome.orders] == [[5, 6]]
    assert outcome.orders[0].toast.key != digest
    assert outcome.ask_again is None


def test_closing_an_unknown_toast_changes_nothing():
    state, _ = a_digest()
    assert closed(state, ToastKey("other"), 1.0).state == state


def test_a_clock_set_back_delays_nothing():
    state, _ = a_digest(now=5000.0)
    state = feed(state, arrivals(5), 5000.1).state
    outcome = on_time(state, 1400.0)
    assert told(outcome.orders[0]) == [1, 2, 3, 4, 5]
    assert [told(order) for order in feed(outcome.state, arrivals(6), 1401.0).orders] == [[6]]


def test_memory_is_bounded_and_counts_remain_right():
    outcome = feed(EMPTY, arrivals(*range(1, 1001)), 0.0)
    (order,) = outcome.orders
    assert len(order.toast.messages) == 1000
    assert remembered(outcome.state) == MESSAGES_LIMIT
    outcome = feed(outcome.state, arrivals(1001), 2.0)
    assert outcome.orders[0].toast.summary == "1001 new mails"
    assert len(outcome.orders[0].toast.messages) == 501
    outcome = withdraw(outcome.state, keys(1001), 4.0)
    assert outcome.orders[0].toast.summary == "1000 new mails"


def test_many_mails_that_wait_are_shown_before_their_time():
    state, _ = a_digest()
    outcome = feed(state, arrivals(*range(5, 400)), 0.1)
    assert told(outcome.orders[0]) == list(range(1, 400))


def test_old_single_toasts_are_forgotten_first():
    state = EMPTY
    for uid in range(1, MESSAGES_LIMIT + 6):
        state = feed(state, arrivals(uid), uid * 20.0).state
    assert remembered(state) == MESSAGES_LIMIT
    assert withdraw(state, keys(5), 1e6).orders == ()
    assert len(withdraw(state, keys(6), 1e6).orders) == 1


def remembered(state: NotifierState) -> int:
    return sum(len(toast.shown) + len(toast.pending) for toast in state.toasts)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("feed"), st.integers(0, 6), st.floats(0, 1)),
        st.tuples(st.just("feed many"), st.integers(200, 700), st.floats(0, 4)),
        st.tuples(st.just("withdraw"), st.integers(0, 30), st.floats(0, 4)),
        st.tuples(st.just("close"), st.integers(0, 9), st.floats(0, 4)),
        st.tuples(st.just("tick"), st.just(0), st.floats(0, 12)),
        st.tuples(st.just("clock back"), st.just(0), st.just(-3600.0)),
    ),
    max_size=30,
)


@settings(max_examples=200)
@given(steps)
def test_each_mail_is_told_once_and_nothing_stays(happenings):
    """A screen that obeys the orders: first tellings, updates, and what is left in the end."""
    state, now, uid = EMPTY, 1e6, 0
    fed: set = set()
    gone: set = set()
    first_told: set = set()
    screen: dict = {}
    last_digest: dict = {}

    def obey(outcome):
        for order in outcome.orders:
            if isinstance(order, Withdraw):
                screen.pop(order.key, None)
                continue
            messages = set(order.toast.messages)
            assert len(messages) == len(order.toast.messages)
            assert messages <= fed - gone
            again = messages & first_told
            on_screen = set().union(*(toast.messages for toast in screen.values()))
            assert again <= on_screen, "a mail came back that was dealt with"
            first_told.update(messages)
            if order.replaces is not None:
                assert order.replaces in screen
                del screen[order.replaces]
            if order.toast.key in last_digest and 0 <= now - last_digest[order.toast.key] < UPDATE_INTERVAL:
                assert len(messages - again) > 250
            last_digest[order.toast.key] = now
            screen[order.toast.key] = order.toast
        waiting = {mail.key for toast in outcome.state.toasts for mail in toast.pending}
        assert fed - gone - first_told == waiting - gone
        assert bool(waiting) <= (outcome.ask_again is not None)
        assert outcome.ask_again is None or now < outcome.ask_again <= now + UPDATE_INTERVAL
        assert remembered(outcome.state) <= MESSAGES_LIMIT
        assert {toast.key for toast in outcome.state.toasts} <= screen.keys()
        shown_keys = [message for toast in screen.values() for message in toast.messages]
        assert len(shown_keys) == len(set(shown_keys))
        return outcome.state

    for what, number, later in happenings:
        now += later
        if what.startswith("feed"):
            new = [
                arrival(one, subject="Re: Lunch?" if one % 3 else "")
                for one in range(uid + 1, uid + 1 + number)
            ]
            uid += number
            fed |= {one.key for one in new}
            state = obey(feed(state, new, now))
        elif what == "withdraw":
            some = keys(*range(max(uid - number, 1), uid - number // 3 + 1))
            gone |= some & fed
            state = obey(withdraw(state, some, now))
        elif what == "close" and screen:
            chosen = sorted(screen)[number % len(screen)]
            del screen[chosen]
            state = obey(closed(state, chosen, now))
        else:
            state = obey(on_time(state, now))
    gone |= fed
    outcome = withdraw(state, fed, now)
    assert outcome.state.toasts == ()
    assert outcome.ask_again is None
    assert {order.key for order in outcome.orders} == {toast.key for toast in state.toasts}
