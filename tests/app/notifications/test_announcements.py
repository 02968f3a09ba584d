"""The announced UID on disk never passes a message that was not announced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.ports import FakeStore
from tests.fakes.values import VALIDITY, key, mail
from tray.app.notifications.announcements import Announcements
from tray.imap.types import INBOX, MailboxName, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxReport, MailboxState, advance, not_announced

PLACE = ("work", INBOX)
LISTS = MailboxName("Lists")
NOW = 1_000_000.0


def state(mark, *mails):
    return MailboxState(VALIDITY, mark, len(mails), mails)


class AnnouncementsFixture:
    """Announcements that are given reports as the mail service does it."""

    def __init__(self, store=None):
        self.store = store or FakeStore()
        self.complaints = []
        self.now = NOW
        self.announcements = Announcements(
            self.store, dict(self.store.kept), self.complaints.append, lambda: self.now
        )

    def report(self, *mails, mailbox=INBOX, account="work", validity=VALIDITY, **fields):
        """The keys to tell of, and those of which the toasts go."""
        announcements = self.announcements
        report = MailboxReport(UidValidity(validity), mails, **fields)
        change = advance(announcements.state(account, mailbox), report, 5, self.now)
        found = announcements.sort_arrivals(account, mailbox, change, report)
        announcements.save(account, mailbox)
        self.gone, self.batches = list(found.done), found.batches
        return [each for each, _ in found.new]

    def waits(self, mailbox=INBOX):
        """What a restart would tell of, of the mails up to UID 600."""
        state = self.store.kept["work", mailbox]
        return [*not_announced(state, 600)]

    def killed(self):
        """The next run, with what is on disk."""
        return AnnouncementsFixture(self.store)


@pytest.fixture
def fixture():
    """Two mailboxes that were seen before, with one mail each."""
    fixture = AnnouncementsFixture()
    assert fixture.report(mail(1, "old", message_id="<1@x>")) == []
    assert fixture.report(mail(1, "list", message_id="<2@x>"), mailbox=LISTS) == []
    return fixture


@pytest.fixture
def store(fixture):
    return fixture.store


@pytest.fixture
def announcements(fixture):
    return fixture.announcements


def lists(uid):
    return key(uid, mailbox=LISTS)


def test_a_mail_counts_as_told_on_disk_only_after_its_toast_was_handed_over(fixture, announcements, store):
    """A crash in between repeats the toast, and loses none."""
    assert fixture.report(mail(10), mail(11)) == [key(10), key(11)]
    assert store.kept[PLACE].announced_uid == 9
    assert (store.kept[PLACE].waiting_since, announcements.state(*PLACE).announced_uid) == (1010.0, 11)
    announcements.mark_announced([key(10)])
    assert store.kept[PLACE].announced_uid == 10
    announcements.mark_announced([key(11)])
    assert (store.kept[PLACE].waiting_since, store.kept[PLACE].announced_uid) == (None, 11)


def test_a_kill_before_the_toast_tells_of_it_again_and_a_kill_after_it_does_not(fixture):
    """The one window in which a mail may be announced twice is between the toast and the save."""
    fixture.report(mail(10))
    again = fixture.killed()
    assert again.report(mail(10)) == [key(10)]
    again.announcements.mark_announced([key(10)])
    assert again.killed().report(mail(10)) == []


def test_a_mail_that_was_told_of_before_an_older_one_is_not_announced_again(fixture, announcements):
    """Its toast was handed over while the older one waits: in quiet hours, or because it was dropped."""
    fixture.report(mail(10), mail(11), mail(12))
    announcements.mark_announced([key(11)])
    again = fixture.killed()
    assert again.report(mail(10), mail(11), mail(12)) == [key(10), key(12)]
    again.announcements.mark_announced([key(10), key(12)])
    assert again.killed().report(mail(10), mail(11), mail(12)) == []


def test_mails_that_are_only_counted_wait_for_the_digest_that_counts_them(fixture, announcements):
    """The newest were fetched; the announced UID passes the others when the digest was shown, not before."""
    assert fixture.report(mail(500), mail(501), passed_over=300) == [key(500), key(501)]
    (first,) = fixture.batches
    assert first.count == 300
    assert fixture.waits() == list(range(2, 502)) + list(range(502, 601))
    assert fixture.killed().report(mail(500), mail(501), passed_over=300) == [key(500), key(501)]
    fixture.report(mail(510), mail(511), passed_over=5)
    (second,) = fixture.batches
    announcements.mark_announced([key(500), key(501), first])
    assert fixture.waits()[:9] == [*range(502, 510), 510]  # the next digest counts them
    announcements.mark_announced([key(511), second])
    assert fixture.waits()[0] == 510
    announcements.mark_announced([key(510)])
    assert fixture.waits()[0] == 512
    assert fixture.killed().report(mail(510), mail(511)) == []


def test_what_is_counted_waits_though_all_that_was_read_of_it_is_known(fixture, announcements):
    """They were moved here with a new one below them, or have been read: nobody can tell."""
    known = [mail(uid, f"mail {uid}", message_id=f"<{uid}@x>") for uid in (10, 11)]
    fixture.report(*known, mailbox=LISTS)
    announcements.mark_announced([lists(10), lists(11)])
    moved = [replace(each, uid=each.uid + 490) for each in known]
    assert fixture.report(*moved, mail(502, seen=True), passed_over=300) == []
    assert [batch.count for batch in fixture.batches] == [300]
    assert fixture.waits()[:2] == [2, 3]
    assert 500 not in fixture.waits()
    again = fixture.killed()
    assert again.report(*moved, mail(502, seen=True), passed_over=300) == []
    again.announcements.mark_announced(again.batches)
    assert again.waits()[0] == 503
    again.killed().report(*moved, mail(502, seen=True))
    assert again.waits()[0] == 503


def test_what_is_counted_is_settled_when_nothing_in_its_mailbox_is_unread(fixture, announcements):
    """Somebody has read it all, elsewhere."""
    fixture.report(mail(500, seen=True), passed_over=300, unseen=300)
    batches = fixture.batches
    fixture.report(unseen=1)
    assert fixture.gone == []
    fixture.report(unseen=0)
    assert fixture.gone == [*batches]
    assert fixture.waits()[0] == 501
    announcements.mark_announced(batches)
    assert fixture.waits()[0] == 501


def test_counted_mails_that_are_not_told_of_wait_no_more(fixture, announcements):
    fixture.report(mail(500), passed_over=300)
    announcements.mark_announced([key(500), *fixture.batches])
    assert fixture.waits()[0] == 501


def test_counted_mails_are_forgotten_with_their_numbers(fixture, announcements, store):
    """A mailbox made anew has other mails; what was counted before is void."""
    fixture.report(mail(500), passed_over=300)
    batches = fixture.batches
    fixture.report(mail(1, "old", message_id="<1@x>"), validity=8)
    assert fixture.gone == [key(500), *batches]
    assert store.kept[PLACE].announced_uid == 1
    announcements.mark_announced([key(500), *batches])
    assert store.kept[PLACE].announced_uid == 1


def test_thousands_that_wait_take_little_room_and_all_are_announced(fixture, announcements, store):
    for first in range(10, 5010, 200):
        fixture.report(*(mail(uid, message_id=f"<{uid}@x>") for uid in range(first, first + 200)))
    assert len(announcements._duplicates._pending) == 2000
    assert len(announcements._mailboxes[PLACE].single.runs) == 1
    assert store.kept[PLACE].announced_uid == 9
    moved = replace(mail(5000, message_id="<5000@x>"), uid=2)
    assert fixture.report(moved, mailbox=LISTS) == []  # a copy of one that waits
    forgotten = replace(mail(10, message_id="<10@x>"), uid=3)
    assert fixture.report(forgotten, mailbox=LISTS) == [lists(3)]
    announcements.mark_announced([lists(3), *(key(uid) for uid in range(10, 5010))])
    assert store.kept[PLACE].announced_uid == 5009
    assert store.kept["work", LISTS].announced_uid == 3


def test_what_left_before_it_was_told_of_was_not_seen_before(fixture, announcements):
    """Also where too many wait for each of them to be known."""
    wave = [mail(uid, message_id=f"<{uid}@x>") for uid in range(10, 2510)]
    fixture.report(*wave)
    assert not any(each.uid == 10 for each in announcements._duplicates._pending)
    fixture.report(gone=frozenset(range(10, 2510)))
    assert fixture.report(replace(wave[-1], uid=2), mailbox=LISTS) == [lists(2)]


def test_what_waits_below_the_titles_and_is_read_again_was_not_seen_before(fixture):
    """The next catch-up reads it with what came since. A copy of it is the same mail, and may be seen first."""
    wave = [mail(uid, message_id=f"<{uid}@x>") for uid in range(10, 20)]
    fixture.report(*wave)
    fixture.report(*wave, mail(20))
    assert fixture.killed().report(replace(wave[0], uid=2), mailbox=LISTS) == [lists(2)]


def test_what_is_on_disk_already_is_not_written_again(fixture, announcements, store):
    """Idle renewals must not wake the disk."""
    before = store.writes
    announcements.save(*PLACE)
    fixture.report(mail(1, "old", message_id="<1@x>"))
    assert store.writes == before


def test_what_waits_for_its_toast_under_a_void_number_is_told_of_under_the_new_one(
    fixture, announcements, store
):
    fixture.report(mail(10, "waits", message_id="<w@x>"), mail(11, "told", message_id="<t@x>"))
    announcements.mark_announced([key(11)])
    again = (
        replace(mail(1, "old", message_id="<1@x>")),
        replace(mail(10, "waits", message_id="<w@x>"), uid=2),
        replace(mail(11, "told", message_id="<t@x>"), uid=3),
    )
    for run in (fixture.killed(), fixture):
        assert run.report(*again, validity=8) == [key(2, validity=8)]
    assert fixture.gone == [key(10)]
    announcements.mark_announced([key(10)])  # the old toast was on its way
    assert store.kept[PLACE].announced_uid == 1
    announcements.mark_announced([key(2, validity=8)])
    assert store.kept[PLACE].announced_uid == 3


def test_what_came_while_a_mailbox_was_made_anew_is_announced(fixture):
    assert fixture.report(
        mail(1, "old", message_id="<1@x>"), replace(mail(9, "new", message_id="<n@x>"), uid=2), validity=8
    ) == [key(2, validity=8)]


def test_a_mail_moved_in_from_another_watched_mailbox_is_not_announced(fixture, announcements):
    fixture.report(mail(10, "hello", message_id="<h@x>"))
    announcements.mark_announced([key(10)])
    for again in (fixture, fixture.killed()):
        assert again.report(replace(mail(10, "hello", message_id="<h@x>"), uid=2), mailbox=LISTS) == []
        assert again.report(replace(mail(1, "old", message_id="<1@x>"), uid=3), mailbox=LISTS) == []


@pytest.mark.parametrize(
    "forged",
    [
        mail(5, "other subject", message_id="<h@x>"),
        mail(5000, "hello", message_id="<h@x>"),
        replace(
            mail(10, "hello", message_id="<h@x>"),
            envelope=replace(
                mail(10, "hello", message_id="<h@x>").envelope,
                sender=mail(1).envelope.sender.__class__("", "m@x"),
            ),
        ),
    ],
)
def test_a_forged_message_id_silences_nothing(fixture, announcements, forged):
    fixture.report(mail(10, "hello", message_id="<h@x>"))
    announcements.mark_announced([key(10)])
    assert fixture.report(replace(forged, uid=2), mailbox=LISTS) == [lists(2)]


def test_two_mails_in_one_mailbox_are_two_however_alike(fixture, announcements):
    twin = mail(10, "hello", message_id="<h@x>")
    assert fixture.report(twin, replace(twin, uid=11)) == [key(10), key(11)]
    announcements.mark_announced([key(10), key(11)])
    assert fixture.report(replace(twin, uid=12)) == [key(12)]


def test_a_mail_that_left_and_comes_back_is_not_announced(fixture, announcements):
    fixture.report(mail(10, "hello", message_id="<h@x>"))
    announcements.mark_announced([key(10)])
    fixture.report(gone=frozenset({10}))
    assert fixture.gone == [key(10)]
    assert fixture.report(replace(mail(10, "hello", message_id="<h@x>"), uid=12)) == []
    assert fixture.killed().report(replace(mail(10, "hello", message_id="<h@x>"), uid=13)) == []


def test_a_copy_is_told_of_with_the_first(fixture, announcements, store):
    copy = replace(mail(10, "hello", message_id="<h@x>"), uid=2)
    assert fixture.report(mail(10, "hello", message_id="<h@x>")) == [key(10)]
    assert fixture.report(copy, mailbox=LISTS) == []
    assert store.kept["work", LISTS].announced_uid == 1
    again = fixture.killed()
    assert again.report(copy, mailbox=LISTS) == [lists(2)]  # whichever is seen first
    assert again.report(mail(10, "hello", message_id="<h@x>")) == []
    announcements.mark_announced([key(10)])
    assert store.kept["work", LISTS].announced_uid == 2
    assert store.kept[PLACE].announced_uid == 10


def test_a_copy_is_told_of_when_the_first_left_before_its_toast(fixture, announcements):
    """A filter on another computer moved it at once."""
    third = MailboxName("Third")
    fixture.report(mailbox=third)
    first = mail(10, "hello", message_id="<h@x>")
    fixture.report(first)
    fixture.report(replace(first, uid=2), mailbox=LISTS)
    fixture.report(replace(first, uid=3), mailbox=third)
    assert fixture.report(gone=frozenset({10})) == [lists(2)]
    assert fixture.gone == [key(10)]
    fixture.report(gone=frozenset({2}), mailbox=LISTS)
    assert fixture.gone == [lists(2)]
    announcements.mark_announced([key(3, mailbox=third)])
    assert fixture.store.kept["work", third].announced_uid == 3


def test_a_copy_that_is_read_or_left_is_forgotten_before_its_toast(fixture, announcements):
    """And one that is read takes the toast of the first along: the user knows it."""
    first = mail(10, "hello", message_id="<h@x>")
    fixture.report(first)
    fixture.report(replace(first, uid=2), mailbox=LISTS)
    fixture.report(gone=frozenset({2}), mailbox=LISTS)
    assert fixture.store.kept["work", LISTS].announced_uid == 2
    fixture.report(replace(first, uid=3), mailbox=LISTS)
    fixture.report(mail(10, "hello", message_id="<h@x>", seen=True))
    assert fixture.gone == [key(10), lists(3)]
    assert announcements.state_to_save("work", LISTS).announced_uid == 3


def test_one_gmail_mail_under_two_labels_is_told_of_once(fixture, announcements):
    labelled = replace(mail(10), gmail_id=77)
    assert fixture.report(labelled) == [key(10)]
    assert fixture.report(replace(mail(3, "another"), gmail_id=77), mailbox=LISTS) == []
    announcements.mark_announced([key(10)])
    assert fixture.report(replace(mail(4), gmail_id=77), mailbox=LISTS) == []
    assert fixture.report(replace(mail(10), uid=5, gmail_id=78), mailbox=LISTS) == [lists(5)]


def test_accounts_do_not_silence_one_another(fixture, announcements):
    """A mail to two addresses of mine came twice."""
    fixture.report(account="home")
    fixture.report(mail(10, "hello", message_id="<h@x>"))
    announcements.mark_announced([key(10)])
    assert fixture.report(mail(10, "hello", message_id="<h@x>"), account="home") == [key(10, "home")]


def test_of_an_account_whose_folders_go_nothing_is_forgotten_that_waits_in_another(fixture, announcements):
    hello = mail(10, "hello", message_id="<h@x>")
    for mailbox in (INBOX, LISTS):
        fixture.report(account="home", mailbox=mailbox)
    assert fixture.report(hello, account="home") == [key(10, "home")]
    assert fixture.report(replace(hello, uid=2), account="home", mailbox=LISTS) == []
    assert announcements.keep_only("work", [INBOX]) == []
    announcements.mark_announced([key(10, "home")])
    assert fixture.store.kept["home", LISTS].announced_uid == 2


def test_a_thousand_alike_are_announced(fixture):
    many = [replace(mail(10, "hello", message_id="<h@x>"), uid=uid) for uid in range(10, 1010)]
    assert len(fixture.report(*many)) == 1000


def test_a_mail_that_is_not_told_of_counts_as_told(fixture, announcements):
    first = mail(10, "hello", message_id="<h@x>")
    announcements.mark_announced(fixture.report(first))
    assert fixture.store.kept[PLACE].announced_uid == 10
    assert fixture.report(replace(first, uid=2), mailbox=LISTS) == []


@pytest.mark.expects_log("The disk is full")
def test_a_full_disk_is_said_once_and_tried_again(fixture, announcements, store):
    """Nothing is lost while we run: the next change tries again."""
    store.full = True
    first = mail(10, "hello", message_id="<h@x>")
    fixture.report(first)
    announcements.mark_announced([key(10)])
    assert fixture.complaints == ["The disk is full. Make room."]
    store.full = False
    announcements.save(*PLACE)
    assert store.kept[PLACE].announced_uid == 10
    store.full = True
    fixture.report(mail(11))
    assert len(fixture.complaints) == 2  # it was well in between
    store.full = False
    announcements.save(*PLACE)
    assert fixture.killed().report(replace(first, uid=2), mailbox=LISTS) == []


@pytest.mark.expects_log("The disk is full")
def test_what_was_met_cannot_be_read(store):
    fixture = AnnouncementsFixture(store)
    store.full = True
    assert fixture.report(mail(3, "old", message_id="<1@x>"), mailbox=LISTS) == [lists(3)]


def test_an_account_that_is_gone_is_forgotten_everywhere(fixture, announcements, store):
    """Its mails must not stay on the disk; where its id comes back, no mail was seen before."""
    fixture.report(mail(10, message_id="<h@x>"), mail(11, message_id="<seen@x>"))
    announcements.mark_announced([key(11)])
    announcements.forget("work")
    assert announcements.state(*PLACE) is None
    assert store.kept == {}
    announcements.mark_announced([key(10)])
    assert store.kept == {}
    fixture.report()
    assert fixture.report(mail(12, message_id="<seen@x>")) == [key(12)]


@pytest.mark.expects_log("The disk is full")
def test_forgetting_on_a_full_disk_does_no_harm(announcements, store):
    """The account is gone from memory; the row on disk belongs to nobody."""
    store.full = True
    announcements.forget("work")


@pytest.mark.expects_log("The disk is full")
def test_what_is_watched_is_said_to_the_store(announcements, store):
    """What is kept of other mailboxes goes in time; a full disk does no harm."""
    announcements.prune([PLACE])
    assert store.watched == {PLACE}
    store.full = True
    announcements.prune([PLACE])


def test_saving_a_mailbox_never_seen_writes_nothing(announcements, store):
    """A toast may be answered after its account was removed."""
    before = store.writes
    announcements.mark_announced([key(1, "nobody")])
    assert store.writes == before


@pytest.mark.parametrize(
    ("asked", "found"),
    [(key(10), "<a@b>"), (key(9), ""), (key(10, validity=8), ""), (key(10, "home"), "")],
)
def test_the_message_id_of_a_known_title_is_found(fixture, announcements, asked, found):
    """It opens the mail in a mail program; for a mail of another numbering it must not."""
    fixture.report(mail(10, message_id="<a@b>"))
    assert announcements.message_id(asked) == found
