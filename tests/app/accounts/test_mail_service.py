"""Reports become states and toasts, and new settings reach the watchers, on fake watchers and toasts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.defer import Deferred

from tests.app.house import House
from tests.fakes.ports import FakeWatcher
from tests.fakes.values import VALIDITY, account, key, mail, pending
from tray.imap.types import INBOX, SEEN, MailboxName, Uid, UidValidity
from tray.mail.arrivals.mailbox_state import MailboxReport
from tray.mail.model.account import AccountId
from tray.mail.model.action import MessageAction
from tray.mail.model.status import (
    Connecting,
    Disabled,
    NeedsCredentials,
    Paused,
    Problem,
    ProblemKind,
    Waiting,
    Watching,
)
from tray.mail.model.toast import ToastAction
from tray.mail.presentation.colours import ACCOUNT_COLOURS
from tray.mail.settings.settings import Settings

WORK, HOME = account("work"), account("home")


@pytest.fixture
def house():
    house = House(WORK, HOME)
    house.mail_service.start()
    return house


def test_first_sight_announces_nothing(house):
    """A new account must not greet with fifty toasts."""
    house.report(mail(1), mail(2), unseen=2)
    assert house.toasts.shown == {}
    assert house.mail_service.summary().unseen == 2


def test_a_new_mail_is_toasted_once_and_then_kept_on_disk(house):
    house.report(mail(1), unseen=1)
    house.report(mail(2), unseen=2)
    house.report(mail(2), unseen=2)
    (toast,) = house.toasts.shown.values()
    assert toast.messages == (key(2),)
    assert house.store.kept["work", INBOX].announced_uid == 2


def test_until_the_toast_is_handed_over_the_mark_stays_below_it(house):
    """A crash may repeat a toast, never lose one."""
    house.report(mail(1))
    house.toasts.hand_over_at_once = False
    house.report(mail(2))
    assert house.store.kept["work", INBOX].announced_uid == 1
    house.toasts.hand_over()
    assert house.store.kept["work", INBOX].announced_uid == 2


def test_the_disk_is_not_waited_for_while_a_toast_is_under_way(house):
    """And is written once for what was reported and announced in the meantime."""
    house.report(mail(1))
    house.saves, house.toasts.hand_over_at_once, before = False, False, house.store.writes
    house.report(mail(2))
    assert house.store.writes == before
    house.toasts.hand_over()
    house.mail_service.save()
    assert house.store.writes == before + 1
    house.report(mail(3))
    house.mail_service.save()
    assert Uid(3) in {message.uid for message in house.store.kept["work", INBOX].latest}


def test_a_mail_read_elsewhere_loses_its_toast_and_its_mark_in_the_count(house):
    house.report(mail(1, seen=True))
    house.report(mail(2), unseen=1)
    house.report(flags=((Uid(2), frozenset({SEEN})),), covers=Uid(1), unseen=0)
    assert house.toasts.shown == {}
    assert house.mail_service.summary().unseen == 0


def test_with_toasts_switched_off_mails_are_counted_and_marked_but_not_toasted():
    """And not announced all at once when toasts are switched on again."""
    house = House(WORK, toasts=False)
    house.mail_service.start()
    house.report(mail(1))
    house.report(mail(2), unseen=2)
    assert house.toasts.shown == {}
    assert house.store.kept["work", INBOX].announced_uid == 2


def test_the_account_is_named_where_there_are_several(house):
    house.report(mail(1))
    house.report(mail(2))
    assert next(iter(house.toasts.shown.values())).origin == "Work"
    alone = House(WORK, replace(HOME, enabled=False))
    alone.report(mail(1))
    alone.report(mail(2))
    assert "Work" not in next(iter(alone.toasts.shown.values())).body


def test_toasts_and_summary_show_an_account_in_the_same_colour(house):
    house.report(mail(1))
    house.report(mail(2))
    (toast,) = house.toasts.shown.values()
    colours = [shown.colour for shown in house.mail_service.summary().accounts]
    assert colours == list(ACCOUNT_COLOURS[:2])
    assert toast.colour == colours[0]


def test_the_last_words_of_a_removed_account_are_not_heard(house):
    """Its watcher says goodbye for up to two seconds; nothing of it stays on the disk."""
    house.report(mail(1))
    assert house.store.kept.keys() == {("work", INBOX)}
    house.mail_service.apply_settings(Settings(accounts=(HOME,)))
    house.report(mail(2), of=WORK)
    assert house.announcements.state("work", INBOX) is None
    assert house.store.kept == {}


def test_an_account_that_did_not_change_is_not_disturbed_by_new_settings(house):
    house.mail_service.apply_settings(Settings(accounts=(HOME, WORK), toasts=False))
    assert house.watcher("work").calls == ["start"]
    assert [part.id for part in house.mail_service.summary().accounts] == ["home", "work"]


def test_what_the_tray_shows_of_an_account_is_made_anew_where_it_differs(house):
    """And only there: at rest a server says all the time that it is there, and nothing else changes."""
    house.report(mail(1), mail(2), unseen=2)

    def shown():
        return house.mail_service.summary().accounts[0]

    before = shown()
    house.watcher("work").on_status(Watching(5, 6))
    assert shown() == replace(before, status=Watching(5, 6))
    assert shown().latest is before.latest
    office = replace(WORK, name="Office")
    take(house, office)
    assert shown().name == "Office"
    take(house, office, titles=1)
    assert [line.key for line in shown().latest] == [key(2)]
    take(house, WORK, important=(mail(2).envelope.sender.address,))
    assert [line.important for line in shown().latest] == [True, True]
    take(house, WORK)
    assert not any(line.important for line in shown().latest)
    house.report(mail(1), mail(2, seen=True), unseen=1)
    assert [line.unseen for line in shown().latest] == [False, True]
    house.actions.act(MessageAction.ARCHIVE, [key(1)])
    assert shown().unseen == 0


LISTS, PYTHON = MailboxName("Lists"), MailboxName("Lists/Python")


def take(house, account, **settings):
    house.mail_service.apply_settings(Settings(accounts=(account, HOME), **settings))


def watchers(house, mailbox=INBOX):
    return [each for each in house.watchers if (each.account.id, each.mailbox) == ("work", mailbox)]


def test_another_connection_is_made_anew_and_remembers_what_was_told(house):
    house.report(mail(5))
    take(house, replace(WORK, port=1993))
    first, second = watchers(house)
    assert first.calls == ["start", "stop"]
    assert second.calls == ["start"]
    assert house.announcements.state("work", INBOX).announced_uid == 5


def test_what_does_not_touch_the_connection_does_not_end_it(house):
    house.report(mail(5))
    office = replace(
        WORK,
        name="Office",
        email="office@example.org",
        colour="#ff0000",
        sound="none",
        webmail="https://example.org",
        open_command="open",
        quiet_hours=("mon-fri 22:00-07:00",),
    )
    take(house, office)
    (watcher,) = watchers(house)
    assert watcher.calls == ["start"]
    assert house.mail_service.current_account(WORK) is office
    assert house.mail_service.summary().accounts[0].name == "Office"
    house.report(mail(6))
    assert next(iter(house.toasts.shown.values())).origin == "Office"


def test_an_account_that_is_muted_or_gone_is_known_as_it_was(house):
    take(house, replace(WORK, muted=True))
    assert watchers(house)[0].calls == ["start"]
    house.report(mail(1))
    house.report(mail(2), unseen=2)
    assert house.toasts.shown == {}
    house.mail_service.apply_settings(Settings(accounts=(HOME,)))
    assert house.mail_service.current_account(WORK) is WORK


def test_a_new_secret_is_tried_at_once_where_one_was_waited_for(house):
    watchers(house)[0].on_status(NeedsCredentials(1.0, Problem(ProblemKind.REFUSED, "Refused.")))
    for name in ("work", "home", "gone"):
        house.mail_service.secret_given(name)
    assert watchers(house)[0].calls == ["start", "check"]
    assert house.watcher("home").calls == ["start"]


def test_more_titles_are_read_on_the_connection_that_is_there(house):
    take(house, WORK, titles=20)
    take(house, WORK, titles=20)
    take(house, WORK, titles=2)
    (watcher,) = watchers(house)
    assert watcher.calls == ["start", ("show", 20), ("show", 2)]


def test_a_folder_more_leaves_the_others_alone_and_announces_nothing_at_first_sight(house):
    house.report(mail(1))
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    take(house, both)
    assert watchers(house)[0].calls == ["start"]
    (lists,) = watchers(house, LISTS)
    assert lists.calls == ["start"]
    house.mail_service.on_report(both, LISTS, MailboxReport(VALIDITY, (mail(7), mail(8)), unseen=2))
    assert house.toasts.shown == {}
    house.report(mail(20, date=2_000_000.0), unseen=2)
    assert len(house.toasts.shown) == 1
    assert house.mail_service.summary().unseen == 4


def test_a_folder_less_is_left_and_no_longer_heard_or_counted(house):
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    take(house, both)
    house.report(mail(1), unseen=1)
    house.mail_service.on_report(both, LISTS, MailboxReport(VALIDITY, (mail(7),), unseen=1))
    (lists,) = watchers(house, LISTS)
    lists.on_status(Waiting(1.0, 2.0, Problem(ProblemKind.MAILBOX, "Gone.")))
    take(house, WORK)
    assert lists.calls == ["start", "stop"]
    before = len(house.statuses)
    lists.on_status(Waiting(1.0, 2.0, Problem(ProblemKind.MAILBOX, "Gone.")))
    house.mail_service.on_report(both, LISTS, MailboxReport(VALIDITY, (mail(8),), unseen=2))
    assert len(house.statuses) == before
    assert house.toasts.shown == {}
    assert house.mail_service.summary().unseen == 1
    assert isinstance(house.mail_service.summary().accounts[0].status, Connecting)
    house.report(mail(2, date=2_000_000.0), unseen=2)
    assert len(house.toasts.shown) == 1, "INBOX is heard as before"


def test_a_folder_that_is_watched_again_is_seen_for_the_first_time(house):
    """What came while nobody watched it is no news, whether the program ran meanwhile or not."""
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    take(house, both)
    house.mail_service.on_report(both, LISTS, MailboxReport(VALIDITY, (mail(7),), unseen=1))
    take(house, WORK)
    again = replace(WORK, mailboxes=(LISTS, INBOX))
    take(house, again)
    house.mail_service.on_report(again, LISTS, MailboxReport(VALIDITY, (mail(7), mail(8), mail(9)), unseen=3))
    assert house.toasts.shown == {}
    house.mail_service.on_report(
        again, LISTS, MailboxReport(VALIDITY, (mail(10, date=2_000_000.0),), unseen=4)
    )
    assert len(house.toasts.shown) == 1
    assert house.store.kept["work", LISTS].announced_uid == 10


def test_a_folder_that_is_added_while_all_is_paused_is_paused(house):
    house.mail_service.pause(Paused(since=1.0, until=5.0))
    take(house, replace(WORK, mailboxes=(INBOX, LISTS)))
    (lists,) = watchers(house, LISTS)
    assert lists.calls == ["start", ("pause", 5.0)]
    house.mail_service.pause(None)
    assert lists.calls[-1] == "resume"
    take(house, replace(WORK, mailboxes=(INBOX, LISTS, PYTHON)))
    assert watchers(house, PYTHON)[0].calls == ["start"]


def test_a_folder_that_is_added_before_the_start_waits_for_it():
    """Settings may be loaded anew before anything is watched."""
    house = House(WORK)
    house.mail_service.apply_settings(Settings(accounts=(replace(WORK, mailboxes=(INBOX, LISTS)),)))
    assert [watcher.calls for watcher in house.watchers] == [[], []]
    house.mail_service.start()
    assert [watcher.calls for watcher in house.watchers] == [["start"], ["start"]]


def test_an_account_moved_to_another_server_is_a_new_mailbox(house):
    """Its UIDVALIDITY may be the same by chance."""
    house.report(mail(5))
    house.mail_service.apply_settings(Settings(accounts=(replace(WORK, host="imap.other.example"), HOME)))
    assert house.announcements.state("work", INBOX) is None


def test_a_pause_reaches_every_account_and_those_added_meanwhile(house):
    house.mail_service.pause(Paused(since=1.0, until=None))
    fresh = account("fresh")
    house.mail_service.apply_settings(Settings(accounts=(WORK, HOME, fresh)))
    assert ("pause", None) in house.watcher("work").calls
    assert ("pause", None) in house.watcher("fresh").calls
    assert house.mail_service.summary().paused
    house.mail_service.pause(None)
    assert house.watcher("work").calls[-1] == "resume"


def test_an_account_that_is_switched_off_is_neither_watched_nor_shown(house):
    """From the start, or from now on."""
    off = replace(WORK, enabled=False)
    from_the_start = House(off, HOME)
    from_the_start.mail_service.start()
    assert watchers(from_the_start) == []
    take(house, off)
    assert watchers(house)[0].calls == ["start", "stop"]
    for each in (from_the_start, house):
        assert [part.id for part in each.mail_service.summary().accounts] == ["home"]
        assert each.mail_service.watch("work").status == Disabled()


def test_a_status_reaches_the_summary_and_whoever_listens(house):
    house.watcher("work").on_status(Watching(since=5.0, last_confirmed=6.0))
    assert house.mail_service.summary().accounts[0].status == Watching(since=5.0, last_confirmed=6.0)
    assert [watch.account.id for watch in house.statuses] == ["work"]


def test_an_answer_that_says_nothing_new_is_a_confirmation(house):
    watcher = house.watcher("work")
    watcher.on_status(Watching(since=5.0, last_confirmed=6.0))
    house.changes.clear()
    watcher.on_status(Watching(since=5.0, last_confirmed=36.0))
    assert (house.changes, house.confirmations) == ([], [True])
    watcher.on_status(Watching(since=5.0, last_confirmed=66.0, push=False))
    assert (house.changes, house.confirmations) == ([True], [True])


def test_the_answer_that_the_user_waits_for_is_a_change(house):
    """Else the tooltip would say that the server was not heard, though it was just asked."""
    watcher = house.watcher("work")
    watcher.on_status(Watching(since=5.0, last_confirmed=6.0))
    house.mail_service.check_now()
    house.changes.clear()
    for confirmed in (7.0, 8.0):
        watcher.on_status(Watching(since=5.0, last_confirmed=confirmed))
    assert (house.changes, house.confirmations) == ([True], [True])


def test_a_report_of_what_is_known_changes_nothing(house):
    """As at each renewal."""
    for _ in range(2):
        house.report(mail(1), unseen=1, covers=1)
        changes = len(house.changes)
    assert changes == 1
    house.report(unseen=0)
    assert len(house.changes) == 2


def test_check_now_and_stop_reach_every_watcher(house):
    house.mail_service.check_now()
    fired = []
    house.mail_service.stop().addCallback(fired.append)
    assert fired
    for watcher in house.watchers:
        assert watcher.calls == ["start", "check", "stop"]


def test_an_action_is_sent_where_its_folder_is_watched(house):
    watch = house.mail_service.watch("work")
    assert watch.perform(pending(MessageAction.READ, 3), pytest.fail) is not None
    assert house.watcher("work").calls[-1] == ("read", (3,))
    assert watch.perform(pending(MessageAction.READ, 3, mailbox=LISTS), pytest.fail) is None


def test_a_mail_that_is_moved_to_another_watched_mailbox_is_toasted_once(house):
    lists = LISTS
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    take(house, both)
    hello = mail(2, "hello", message_id="<h@x>", date=1_000_000.0)
    house.report(mail(1))
    house.mail_service.on_report(both, lists, MailboxReport(VALIDITY, (mail(7),)))
    house.report(hello)
    assert len(house.toasts.shown) == 1
    house.report(gone=frozenset({Uid(2)}))
    house.mail_service.on_report(both, lists, MailboxReport(VALIDITY, (replace(hello, uid=Uid(8)),)))
    assert house.toasts.shown == {}
    assert house.store.kept["work", lists].announced_uid == 8


def test_a_toast_that_waits_for_a_void_number_is_made_anew(house):
    """The mailbox was renumbered while there was no notification server."""
    house.report(mail(1, "old"))
    house.toasts.hand_over_at_once = False
    house.report(mail(2, "new"))
    old, new = replace(mail(1, "old"), uid=Uid(8)), replace(mail(2, "new"), uid=Uid(9))
    house.mail_service.on_report(WORK, INBOX, MailboxReport(UidValidity(8), (old, new)))
    (toast,) = house.toasts.shown.values()
    assert toast.messages == (key(9, validity=8),)
    assert house.store.kept["work", INBOX].announced_uid == 8
    house.toasts.hand_over()
    assert house.store.kept["work", INBOX].announced_uid == 9


def test_an_old_mail_that_was_never_read_is_told_of_where_it_comes_to(house):
    """A collector brings it late, or it was moved there from below the titles: never miss a mail."""
    house.report(mail(1))
    house.report(mail(2, message_id="<old@x>", date=500_000.0))
    assert [each.uid for toast in house.toasts.shown.values() for each in toast.messages] == [2]


class Lingering(FakeWatcher):
    """A watcher whose server takes its time to say goodbye."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.over = Deferred()

    def stop(self):
        self.calls.append("stop")
        return self.over


@pytest.fixture
def slow():
    """A house with two accounts of two folders on one server, and one on another, whose goodbyes take a while."""
    house = House(*SLOW, watcher=Lingering)
    house.mail_service.start()
    return house


SLOW = (
    replace(WORK, mailboxes=(INBOX, LISTS)),
    account("two", mailboxes=(INBOX, LISTS)),
    account("other", host="imap.other.example", mailboxes=(INBOX, LISTS)),
)


def begun(house):
    """The connections that there are, or are begun."""
    return [
        (watcher.account.id, watcher.mailbox)
        for watcher in house.watchers
        if "start" in watcher.calls and not ("stop" in watcher.calls and watcher.over.called)
    ]


CHANGES = {
    "port": {"port": 1993},
    "host": {"host": "imap.new.example"},
    "user": {"user": "joe"},
    "proxy": {"proxy": "socks5://proxy:1080"},
    "certificate": {"pinned": "ab" * 32},
    "folder": {"mailboxes": (INBOX, PYTHON)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_new_connection_is_begun_when_the_old_one_has_ended(slow, change):
    """Both together may be more than the server takes, which would be taken for a lower limit."""
    work, *others = SLOW
    new = replace(work, **CHANGES[change])
    slow.mail_service.apply_settings(Settings(accounts=(new, *others)))
    fresh = slow.watchers[6:]
    assert [watcher.calls for watcher in fresh] == [[]] * len(fresh)
    slow.mail_service.check_now()
    slow.mail_service.watch("work").on_network_back()
    slow.mail_service.pause(Paused(1.0, 9.0))
    assert [watcher.calls for watcher in fresh] == [[]] * len(fresh)
    *first, last = [watcher for watcher in slow.watchers if "stop" in watcher.calls]
    for watcher in first:
        watcher.over.callback(None)
    assert [watcher.calls for watcher in fresh] == [[]] * len(fresh)
    last.over.errback(ValueError())  # in whatever way it ends
    assert [watcher.calls for watcher in fresh] == [["start", ("pause", 9.0)]] * len(fresh)


@pytest.mark.parametrize("then", ["changed", "removed", "program ended"])
def test_what_is_changed_again_before_the_old_connection_has_ended_is_never_begun(slow, then):
    work, *others = SLOW
    slow.mail_service.apply_settings(Settings(accounts=(replace(work, port=1993), *others)))
    if then == "program ended":
        slow.mail_service.stop()
    else:
        again = [replace(work, port=2993)] if then == "changed" else []
        slow.mail_service.apply_settings(Settings(accounts=(*again, *others)))
    for watcher in slow.watchers:
        if "stop" in watcher.calls:
            watcher.over.callback(None)
    ports = [watcher.account.port for watcher in slow.watchers if watcher.calls[:1] == ["start"]]
    assert ports == [993] * 6 + [2993] * (2 if then == "changed" else 0)


@pytest.mark.parametrize("between", ["removed", "switched off"])
def test_an_account_that_comes_back_waits_for_its_own_goodbye(slow, between):
    """Whether under its old key or as a new account on the same server; one on another server waits for nobody."""
    work, two, other = SLOW
    gone = (two, other) if between == "removed" else (replace(work, enabled=False), two, other)
    slow.mail_service.apply_settings(Settings(accounts=gone))
    again = replace(work, id=AccountId("again"), name="Again")
    elsewhere = account("elsewhere", host="imap.else.example")
    back = (again, elsewhere) if between == "removed" else (work, elsewhere)
    slow.mail_service.apply_settings(Settings(accounts=(two, other, *back)))
    fresh = slow.watchers[6:]
    assert [(each.account.id, each.calls) for each in fresh] == [
        (back[0].id, []),
        (back[0].id, []),
        ("elsewhere", ["start"]),
    ]
    for watcher in slow.watchers[:2]:
        watcher.over.callback(None)
    assert [each.calls for each in fresh] == [["start"]] * 3


def test_the_end_waits_for_connections_that_were_left_before(slow):
    """The program ends when every server was told goodbye, or has had its time."""
    slow.mail_service.apply_settings(Settings(accounts=SLOW[1:]))
    fired = []
    slow.mail_service.stop().addCallback(fired.append)
    for watcher in slow.watchers:
        assert fired == []
        watcher.over.callback(None)
    assert fired
    assert begun(slow) == []


def wait_for_each_other(house, account):
    """A mail in both mailboxes: that in INBOX waits for the toast of the one in Lists, which nobody shows yet."""
    news = {"message_id": "<n@x>", "date": 1_000_000.0}
    house.arrives(INBOX, mail(1, "old", message_id="<1@x>"), covers=1)
    house.arrives(LISTS, mail(1, "list", message_id="<2@x>"), covers=1)
    house.toasts.hand_over_at_once = False
    house.arrives(LISTS, mail(2, "News", **news))
    house.arrives(INBOX, mail(2, "News", **news))
    assert [toast.messages for toast in house.toasts.shown.values()] == [(key(2, mailbox=LISTS),)]
    assert house.mail_service.watch("work").account is account


@pytest.mark.parametrize("also", [{}, {"port": 1993}, {"name": "Office"}])
def test_a_copy_that_waited_is_told_of_when_the_folder_of_the_other_is_left(also):
    """It is there, and unread; its mark stays below it until it was told of."""
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    house = House(both)
    house.mail_service.start()
    wait_for_each_other(house, both)
    house.mail_service.apply_settings(Settings(accounts=(replace(both, mailboxes=(INBOX,), **also),)))
    assert [toast.messages for toast in house.toasts.shown.values()] == [(key(2),)]
    assert house.store.kept["work", INBOX].announced_uid == 1
    house.toasts.hand_over()
    assert house.store.kept["work", INBOX].announced_uid == 2


def test_nothing_is_told_of_an_account_that_is_removed_or_moved_to_another_server():
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    for after in ((), (replace(both, mailboxes=(INBOX,), host="imap.other.example"),)):
        house = House(both)
        house.mail_service.start()
        wait_for_each_other(house, both)
        house.mail_service.apply_settings(Settings(accounts=after))
        assert house.toasts.shown == {}


def test_of_three_copies_one_is_told_of_for_those_that_stay():
    all_three = replace(WORK, mailboxes=(INBOX, LISTS, PYTHON))
    house = House(all_three)
    house.mail_service.start()
    house.arrives(PYTHON, mail(1, "python", message_id="<3@x>"), covers=1)
    wait_for_each_other(house, all_three)
    house.arrives(PYTHON, mail(2, "News", message_id="<n@x>", date=1_000_000.0))
    house.mail_service.apply_settings(Settings(accounts=(replace(all_three, mailboxes=(INBOX, PYTHON)),)))
    assert [toast.messages for toast in house.toasts.shown.values()] == [(key(2),)]
    house.toasts.hand_over()
    marks = [house.store.kept["work", mailbox].announced_uid for mailbox in (INBOX, PYTHON)]
    assert marks == [2, 2]


@pytest.mark.parametrize("deleted", [True, False])
def test_a_copy_that_was_read_meanwhile_is_not_told_of_when_the_other_goes(deleted):
    both = replace(WORK, mailboxes=(INBOX, LISTS))
    house = House(both)
    house.mail_service.start()
    wait_for_each_other(house, both)
    house.arrives(INBOX, flags=((Uid(2), frozenset({SEEN})),))
    if deleted:
        house.arrives(LISTS, gone=frozenset({Uid(2)}))
    else:
        house.mail_service.apply_settings(Settings(accounts=(replace(both, mailboxes=(INBOX,)),)))
    assert house.toasts.shown == {}


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, False),
        ({"toast_buttons": (ToastAction.REPLY,)}, True),
        ({"toast_buttons": (ToastAction.REPLY,), "toasts": False}, False),
    ],
)
def test_what_a_reply_needs_is_fetched_only_where_somebody_replies(settings, wanted):
    headers = House(WORK, **settings).mail_service.extra_items().headers
    assert ({"reply-to", "references", "auto-submitted", "list-post"} <= headers) is wanted
