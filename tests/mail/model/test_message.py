"""Which messages are unread, and where they stand in lists."""

from __future__ import annotations

import pytest

from tests.mail.make import message
from tray.imap.types import ANSWERED, DELETED, SEEN
from tray.mail.model.message import listing_date


@pytest.mark.parametrize(
    ("flags", "unseen"),
    [((), True), ((ANSWERED,), True), ((SEEN,), False), ((DELETED,), False), ((SEEN, DELETED), False)],
)
def test_a_message_is_unread_unless_it_was_seen_or_is_to_be_deleted(flags, unseen):
    assert message(1, *flags).unseen is unseen


@pytest.mark.parametrize(("date", "listed"), [(5.0, 5.0), (None, 0.0)])
def test_a_message_without_a_date_is_listed_as_the_oldest(date, listed):
    assert listing_date(message(1, date=date)) == listed
