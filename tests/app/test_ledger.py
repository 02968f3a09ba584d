"""The mark on disk never passes a mail that was not told of."""

from __future__ import annotations

import pytest

from tests.fakes.ports import FakeStore
from tests.fakes.values import VALIDITY, key, mail
from tray.app.ledger import Ledger
from tray.imap.types import INBOX
from tray.mail.mailbox import MailboxState

PLACE = ("work", INBOX)


def state(mark, *mails):
    return MailboxState(VALIDITY, mark, len(mails), mails)


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
def complaints():
    return []


@pytest.fixture
def ledger(store, complaints):
    return Ledger(store, {}, complaints.append)


def test_a_mail_counts_as_told_on_disk_only_after_its_toast_was_handed_over(ledger, store):
    """A crash in between repeats the toast, and loses none."""
    ledger.await_telling([key(10), key(11)])
    ledger.update(*PLACE, state(11, mail(11), mail(10)))
    ledger.save(*PLACE)
    assert store.kept[PLACE].announced_uid == 9
    ledger.told([key(10)])
    assert store.kept[PLACE].announced_uid == 10
    ledger.told([key(11)])
    assert store.kept[PLACE].announced_uid == 11


def test_in_memory_the_mark_moves_at_once(ledger):
    """Or the next report would announce the mail again."""
    ledger.await_telling([key(10)])
    ledger.update(*PLACE, state(10))
    assert ledger.state(*PLACE).announced_uid == 10


def test_what_is_on_disk_already_is_not_written_again(ledger, store):
    """Idle renewals must not wake the disk."""
    ledger.update(*PLACE, state(10))
    ledger.save(*PLACE)
    ledger.save(*PLACE)
    assert store.writes == 1


def test_a_renumbered_mailbox_waits_for_nobody(ledger, store):
    """UIDs of another UIDVALIDITY mean nothing."""
    ledger.await_telling([key(900)])
    ledger.update(*PLACE, state(3), rebased=True)
    ledger.save(*PLACE)
    assert store.kept[PLACE].announced_uid == 3


@pytest.mark.expects_log("The disk is full")
def test_a_full_disk_is_said_once_and_tried_again(ledger, store, complaints):
    """Nothing is lost while we run: the next change tries again."""
    store.full = True
    ledger.update(*PLACE, state(10))
    ledger.save(*PLACE)
    ledger.save(*PLACE)
    assert complaints == ["The disk is full. Make room."]
    store.full = False
    ledger.save(*PLACE)
    assert store.kept[PLACE].announced_uid == 10


def test_an_account_that_is_gone_is_forgotten_everywhere(ledger, store):
    """Its id may never come back, but its mails must not stay on the disk."""
    ledger.await_telling([key(10)])
    ledger.update(*PLACE, state(10))
    ledger.save(*PLACE)
    ledger.forget("work")
    assert ledger.state(*PLACE) is None
    assert store.kept == {}


@pytest.mark.expects_log("The disk is full")
def test_forgetting_on_a_full_disk_does_no_harm(ledger, store):
    """The account is gone from memory; the row on disk belongs to nobody."""
    store.full = True
    ledger.forget("work")


def test_saving_a_mailbox_never_seen_writes_nothing(ledger, store):
    """A toast may be answered after its account was removed."""
    ledger.told([key(1)])
    assert store.writes == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [(key(10), "<a@b>"), (key(9), ""), (key(10, validity=8), ""), (key(10, "home"), "")],
)
def test_the_message_id_of_a_known_title_is_found(ledger, asked, found):
    """It opens the mail in a mail program; for a mail of another numbering it must not."""
    ledger.update(*PLACE, state(10, mail(10, message_id="<a@b>")))
    assert ledger.message_id(asked) == found
