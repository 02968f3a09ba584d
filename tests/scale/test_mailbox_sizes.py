"""Each step costs the same in a mailbox of 10,000 and of 1,000,000 messages, all unread: commands, bytes and memory."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.scale.house import ScaleHouse
from tests.scale.large_server import CAPABILITY
from tray.imap.types import Uid
from tray.mail.model.action import MessageAction
from tray.mail.model.uid_set import UidSet
from tray.net.watch.idle_loop import CHECK_BURST, RENEWAL

MEMORY_LIMIT = 3_000_000
"""Bytes of Python's objects at any time of a step; a number for each of a million messages would take more."""
TINY, SMALL, LARGE, LARGEST = 10, 10_000, 100_000, 1_000_000
WITHOUT = ["", "NOTIFY", "ESEARCH", "IDLE"]
"""What the server does not have."""
BURST = 10_000


def new_mail(house):
    house.server.deliver()


def burst(house):
    house.server.deliver(count=BURST)


def killed_session(house):
    house.server.drop()


def mail_during_an_outage(house):
    house.server.mailboxes["INBOX"].deliver(3)
    house.server.drop()


def many_mails_during_an_outage(house):
    house.server.mailboxes["INBOX"].deliver(BURST)
    house.server.drop()


def renewal(house):
    house.server.settle(RENEWAL + 5)


def check_now(house):
    house.mail_service.check_now()


def oldest_expunged(house):
    house.server.expunge(1)


def newest_expunged(house):
    house.server.expunge(house.server.mailboxes["INBOX"].size)


def read_elsewhere(house):
    mailbox = house.server.mailboxes["INBOX"]
    mailbox.read |= UidSet.of([Uid(mailbox.uid(mailbox.size))])
    house.server.tell(mailbox, f"* {mailbox.size} FETCH (FLAGS (\\Seen))")


def all_read_elsewhere(house):
    mailbox = house.server.mailboxes["INBOX"]
    mailbox.read = UidSet.between(Uid(1), Uid(mailbox.uid_next - 1))
    house.server.tell(mailbox, f"* {mailbox.size} FETCH (FLAGS (\\Seen))")


def renumbered(house):
    house.server.mailboxes["INBOX"].uid_validity += 1
    house.server.drop()


def window(house):
    house.mail_service.list_more(wanted=True)
    house.server.settle()
    house.mail_service.list_more(wanted=False)


def search(house):
    house.search.start("Mail", None, lambda _: None)


def acted(house, action):
    (account,) = house.mail_service.summary().accounts
    house.actions.act(action, [account.latest[0].key])
    house.server.settle(30)  # some may be undone


def read_here(house):
    acted(house, MessageAction.READ)


def archived(house):
    acted(house, MessageAction.ARCHIVE)


def next_run(house):
    house.again().stop()


STEPS = [
    new_mail,
    burst,
    killed_session,
    mail_during_an_outage,
    many_mails_during_an_outage,
    renewal,
    check_now,
    oldest_expunged,
    newest_expunged,
    read_elsewhere,
    all_read_elsewhere,
    renumbered,
    window,
    search,
    read_here,
    archived,
    next_run,
]


def cost(step, size, without):
    """What goes over the wire at the start and in `step`, and the most memory that is used meanwhile."""
    tracemalloc.start()
    try:
        house = ScaleHouse.with_mailbox(size, CAPABILITY.replace(without, "") if without else CAPABILITY)
        step(house)
        house.server.settle()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    house.stop()
    return house.server.lines, peak


@pytest.mark.parametrize(
    "without", WITHOUT, ids=lambda without: f"without {without}" if without else "with all"
)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_a_step_costs_the_same_in_a_mailbox_of_any_size(step, without):
    small, peak = cost(step, SMALL, without)
    assert peak < MEMORY_LIMIT
    for size in (LARGEST,) if without else (LARGE, LARGEST):
        lines, peak = cost(step, size, without)
        assert lines == small
        assert peak < MEMORY_LIMIT
    if (
        not without
    ):  # else up to 5,000 numbers are asked for, and of more unread messages only how many they are
        tiny, _ = cost(step, TINY, without)
        assert len("".join(tiny)) <= len("".join(small))


def test_marking_very_many_as_read_takes_no_more_memory():
    """Its commands are in proportion to what is marked; one answer would be longer than a line may be."""
    house = ScaleHouse.with_mailbox(LARGE)
    tracemalloc.start()
    try:
        house.actions.mark_all_read(house.mail_service.watches, LARGE)
        house.server.settle()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    (account,) = house.mail_service.summary().accounts
    assert account.unseen == 0
    assert house.refused == []
    assert peak < 3 * MEMORY_LIMIT  # the numbers of one of the parts in which they are looked for
    house.stop()


def test_a_burst_of_single_mails_is_looked_at_now_and_then_and_told_as_one():
    house = ScaleHouse.with_mailbox(TINY)
    house.server.lines.clear()
    for _ in range(BURST):
        house.server.deliver()
        house.server.serve()
    house.server.settle(60)
    fetched = sum("FETCH #:* (UID FLAGS INTERNALDATE" in line for line in house.server.lines)
    assert fetched <= CHECK_BURST + 2
    (account,) = house.mail_service.summary().accounts
    assert account.unseen == TINY + BURST
    (toast,) = house.toasts.shown.values()
    assert f"{BURST}" in toast.summary
    house.stop()
