"""Several mailboxes over one connection: nothing is lost or reported twice, whatever comes to any of them meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from twisted.internet.error import ConnectionLost

from tests.fakes.values import pending
from tests.net.many_mailboxes import Box, Server
from tests.net.session_fixture import SessionFixture
from tests.net.wire import row
from tray.imap.errors import CommandRefused
from tray.imap.types import ExtraItems, MailboxName
from tray.mail.model.action import MessageAction
from tray.mail.model.uid_set import UidSet
from tray.net.errors import Stopped
from tray.net.watch.idle_loop import CHECK_BURST, POLL_INTERVAL, RENEWAL, SETTLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.internet.task import Clock

LISTS, WORK = MailboxName("Lists"), MailboxName("Work")


class Account:
    """INBOX, and others over its connection."""

    def __init__(self, server: Server, *others: MailboxName) -> None:
        self.server = server
        self.inbox = SessionFixture(server.wire)
        server.serve()
        self.others = {name: SessionFixture(server.wire, mailbox=name, first=self.inbox) for name in others}
        server.serve()

    def __getitem__(self, name: MailboxName) -> SessionFixture:
        return self.others[name]


@pytest.fixture
def server(clock: Clock, chop: int | None) -> Server:
    return Server(clock, chop=chop)


@pytest.fixture
def account(server: Server) -> Account:
    return Account(server, LISTS, WORK)


def test_all_are_read_over_one_connection_and_told_of_by_one_command(account: Account) -> None:
    assert [message.uid for message in account[LISTS].state.latest] == [5]
    assert [message.uid for message in account[WORK].state.latest] == [21, 20]
    assert account[WORK].state.unseen == 2
    assert account[LISTS].confirmed[-1] is account.inbox.confirmed[-1] is True
    assert account.server.selected == "INBOX"
    assert account.server.idle
    (notify,) = [
        each for each in account.server.commands if each.startswith("NOTIFY") and "mailboxes" in each
    ]
    assert notify.endswith(' (mailboxes ("Lists" "Work") (MessageNew MessageExpunge FlagChange MailboxName))')
    assert account.server.commands.count('ID ("name" "Mailbell" "version" "0.1.0")') == 1


def test_new_mail_in_another_mailbox_is_read_in_one_write_and_inbox_is_open_again(account: Account) -> None:
    account.server.boxes["Work"].deliver()
    before = len(account.server.wire.transport.writes)
    served = account.server.told("Work")
    assert account[WORK].arrivals == ["Mail 22"]
    assert account[WORK].state.unseen == 3
    assert account.inbox.arrivals == account[LISTS].arrivals == []
    assert [each.partition(" (")[0] for each in served] == [
        *("DONE", 'EXAMINE "Work"', "UID FETCH 22:*"),
        *("UID FETCH 20:*", "UID SEARCH RETURN"),
        *('EXAMINE "INBOX"', "UID FETCH 12:*"),
        *("UID FETCH 10:*", "UID SEARCH RETURN", 'STATUS "Work"', "IDLE"),
    ]
    assert len(account.server.wire.transport.writes) == before + 4
    assert account.server.told("Work") == []


@pytest.mark.parametrize("moment", ["EXAMINE", "UID FETCH 22:*", "UID FETCH 20:*", "UID SEARCH"])
@pytest.mark.parametrize("seen", [True, False], ids=["seen", "unseen"])
def test_mail_that_comes_while_another_mailbox_is_open_is_reported_once(
    account: Account, moment: str, seen: bool
) -> None:
    """In that mailbox, in INBOX and in a third one; the server notices it at once, or not before it is asked."""
    server = account.server
    server.boxes["Work"].deliver()

    def deliver() -> None:
        for box in server.boxes.values():
            box.deliver()
        if seen:
            server.wire.s("* 4 EXISTS", f"* STATUS Lists {server.boxes['Lists'].status}")

    server.meanwhile[moment] = deliver
    server.told("Work")
    server.told("Lists")
    assert account[WORK].arrivals == ["Mail 22", "Mail 23"]
    assert account.inbox.arrivals == ["Mail 12"]
    assert account[LISTS].arrivals == ["Mail 6"]
    assert account.server.selected == "INBOX"


@pytest.mark.parametrize("moment", ['EXAMINE "INBOX"', "UID FETCH 12:*", "STATUS", "IDLE"])
def test_mail_that_comes_while_inbox_is_opened_again_is_reported_once(account: Account, moment: str) -> None:
    server = account.server
    server.boxes["Work"].deliver()
    server.meanwhile[moment] = server.boxes["Work"].deliver
    server.told("Work")
    server.told("Work")
    assert account[WORK].arrivals == ["Mail 22", "Mail 23"]


def test_what_is_said_of_inbox_after_done_is_not_taken_for_the_other_mailbox(account: Account) -> None:
    """A message that NOTIFY sends, changed flags, and a number of messages that INBOX has."""
    server = account.server
    server.boxes["Work"].deliver()
    server.boxes["INBOX"].deliver()
    server.before['EXAMINE "Work"'] = [
        "* 3 EXISTS",
        row(3, 12, "Of INBOX"),
        "* 1 FETCH (UID 22 FLAGS (\\Seen))",
        "* 1 EXPUNGE",
    ]
    server.told("Work")
    assert account[WORK].arrivals == ["Mail 22"]
    assert account.inbox.arrivals == ["Mail 12"]
    assert account[WORK].state.unseen == 3


def test_what_follows_closed_is_of_the_other_mailbox_though_its_ok_comes_later(account: Account) -> None:
    """RFC 7162, 3.2.11; a Dovecot may send the OKs of several commands together."""
    server = account.server
    server.boxes["Work"].deliver()
    server.wire.s(f"* STATUS Work {server.boxes['Work'].status}")
    done, examine, fetch = server.wire.sent()
    server.wire.s(
        f"{server.idle} OK",
        *("* OK [CLOSED] Closed", "* 3 EXISTS", "* OK [UIDVALIDITY 7] v", "* OK [UIDNEXT 23] n"),
        row(3, 22, "Early"),
        *(f"{examine.split()[0]} OK", f"{fetch.split()[0]} OK"),
    )
    assert done == "DONE"
    assert account[WORK].arrivals == ["Early"]
    server.selected, server.idle = "Work", ""
    server.serve()
    assert server.selected == "INBOX"


def test_changed_flags_are_read_a_moment_later(account: Account) -> None:
    server = account.server
    server.boxes["Work"].flags[21] = "\\Seen"
    assert server.told("Work") == []
    server.wire.clock.advance(SETTLE)
    assert 'EXAMINE "Work"' in server.serve()
    assert account[WORK].state.unseen == 1
    assert not account[WORK].state.latest[0].unseen


def test_a_server_whose_status_counts_otherwise_than_its_search_is_looked_at_once_more_only(
    account: Account,
) -> None:
    """SEARCH leaves out what is marked as deleted."""
    server = account.server
    server.wire.s("* STATUS Work (UNSEEN 9)")
    server.wire.clock.advance(SETTLE)
    server.boxes["Work"].flags = dict.fromkeys((20, 21), "\\Seen")
    Box.unseen, plain = (
        property(lambda box: 5 if box is server.boxes["Work"] and server.selected == "INBOX" else 0),
        Box.unseen,
    )
    try:
        for _ in range(5):
            server.serve()
            server.wire.clock.advance(SETTLE)
    finally:
        Box.unseen = plain
    assert server.serve() == []
    assert server.commands.count('EXAMINE "Work"') == 3


@pytest.mark.parametrize(
    "line",
    [
        "* STATUS Other (MESSAGES 9 UIDNEXT 99 UNSEEN 9)",
        "* STATUS INBOX (MESSAGES 9 UIDNEXT 99 UNSEEN 9)",
        "* STATUS Work (MESSAGES 2 UIDNEXT 22 UIDVALIDITY 7 UNSEEN 2)",
        "* STATUS work (MESSAGES 2)",
        "* STATUS Work ()",
        "* STATUS Work (MESSAGES x)",
        "* STATUS Work",
    ],
)
def test_what_says_nothing_new_leads_to_nothing(account: Account, line: str) -> None:
    account.server.wire.s(line, line)
    account.server.wire.clock.advance(SETTLE)
    assert account.server.serve() == []


@pytest.mark.parametrize(
    "line",
    ["(UIDNEXT 9)", "(MESSAGES 1)", "(UIDVALIDITY 8)", "(UIDNEXT 99)", "(UNSEEN 7)", "(HIGHESTMODSEQ 5)"],
)
def test_a_lie_is_found_out_and_not_believed(account: Account, line: str) -> None:
    server = account.server
    server.wire.s("* STATUS Work (HIGHESTMODSEQ 4)", f"* STATUS Work {line}")
    server.wire.clock.advance(SETTLE)
    assert 'EXAMINE "Work"' in server.serve()
    assert account[WORK].arrivals == []
    assert [message.uid for message in account[WORK].state.latest] == [21, 20]
    server.wire.clock.advance(SETTLE)
    server.serve()
    server.wire.clock.advance(SETTLE)
    assert server.serve() == []


def test_a_mailbox_that_was_made_anew_is_read_again(account: Account) -> None:
    server = account.server
    server.boxes["Work"] = box = Box(1)
    box.validity = 8
    server.told("Work")
    assert account[WORK].state.uid_validity == 8
    assert [message.uid for message in account[WORK].state.latest] == [1]


def test_an_action_a_search_and_a_window_work_in_another_mailbox(account: Account) -> None:
    server = account.server
    done = account[WORK].act(pending(MessageAction.READ, 21))
    served = server.serve()
    assert served.index("UID STORE 21 +FLAGS.SILENT (\\Seen)") == served.index('SELECT "Work"') + 1
    assert done == [UidSet.of([21])]
    assert server.selected == "INBOX"
    account[WORK].extra = ExtraItems(listing=True)
    account[WORK].session.show(5)
    served = server.serve()
    assert any("BODY.PEEK[TEXT]" in each for each in served)
    assert server.selected == "INBOX"
    assert server.idle


def test_one_that_is_gone_ends_alone_and_one_that_is_watched_no_more_is_left_alone(account: Account) -> None:
    server = account.server
    server.refused['EXAMINE "Work"'] = "NO [NONEXISTENT] no such mailbox"
    server.boxes["Work"].deliver()
    server.told("Work")
    (error,) = account[WORK].end
    assert isinstance(error, CommandRefused)
    server.boxes["Lists"].deliver()
    server.told("Lists")
    assert account[LISTS].arrivals == ["Mail 6"]
    account[LISTS].session.end()
    assert isinstance(account[LISTS].end[0], Stopped)
    server.boxes["Lists"].deliver()
    assert server.told("Lists") == []
    assert not account.inbox.end
    server.wire.clock.advance(POLL_INTERVAL)
    account.inbox.session.probe()
    assert asked(server) == 0


def test_a_refused_status_shows_what_is_wrong(account: Account) -> None:
    server = account.server
    server.refused |= {"LIST": "NO", 'EXAMINE "Work"': "NO"}
    account.inbox.session.probe()
    server.serve()
    assert account[WORK].end
    assert not account[LISTS].end


def test_one_that_was_removed_is_missed_at_once_where_the_server_says_so_else_when_it_is_asked(
    account: Account,
) -> None:
    server = account.server
    server.refused |= {'EXAMINE "Work"': "NO", 'EXAMINE "Lists"': "NO"}
    server.wire.s('* LIST (\\HasNoChildren) "/" Lists', '* LIST (\\NoInferiors \\nonexistent) "/" Work')
    server.serve()
    assert account[WORK].end
    assert not account[LISTS].end
    del server.boxes["Lists"]
    server.wire.clock.advance(POLL_INTERVAL)
    server.serve()
    assert account[LISTS].end


def opened(server: Server) -> list[str]:
    """The mailboxes that were opened, in their order."""
    return [each.split('"')[1] for each in server.commands if each.startswith(("EXAMINE", "SELECT"))]


def while_inbox_is_read(account: Account, then: Callable[[], object]) -> None:
    """INBOX gets a mail; `then` is called when it has been fetched, before anything else is answered."""
    server = account.server
    server.boxes["INBOX"].deliver()
    server.commands.clear()
    server.meanwhile["UID FETCH 12:*"] = then
    server.wire.s("* 3 EXISTS").clock.advance(SETTLE)
    server.serve()


def test_one_with_new_mail_has_its_turn_before_one_that_waits_longer(account: Account) -> None:
    def both() -> None:
        account[WORK].session.show(5)
        account.server.boxes["Lists"].deliver()
        account.server.wire.s(f"* STATUS Lists {account.server.boxes['Lists'].status}")

    while_inbox_is_read(account, both)
    assert opened(account.server) == ["Lists", "Work", "INBOX"]
    assert account[LISTS].arrivals == ["Mail 6"]


def test_those_that_wait_have_their_turns_in_order(account: Account) -> None:
    def both() -> None:
        account[WORK].session.show(5)
        account[LISTS].session.show(5)

    while_inbox_is_read(account, both)
    assert opened(account.server) == ["Work", "Lists", "INBOX"]


@pytest.mark.parametrize(
    ("seconds", "order"),
    [
        (0.99, ["Work", "Lists", "INBOX"]),
        (1.0, ["Work", "INBOX", "Lists", "INBOX"]),
        (-0.1, ["Work", "INBOX", "Lists", "INBOX"]),
    ],
)
def test_inbox_is_closed_for_a_second_at_most(account: Account, seconds: float, order: list[str]) -> None:
    """Also where the clock was set back meanwhile."""
    clock: Any = account.server.wire.clock
    clock.advance(10)

    def both() -> None:
        account[WORK].session.show(5)
        account[LISTS].session.show(5)

        def passes() -> None:
            clock.rightNow += seconds

        account.server.meanwhile['EXAMINE "Work"'] = passes

    while_inbox_is_read(account, both)
    assert opened(account.server) == order


def test_one_that_waits_for_its_turn_can_leave_alone(account: Account) -> None:
    ends: list[Any] = []

    def leave() -> None:
        account[WORK].session.show(5)
        account[LISTS].session.show(5)
        account[WORK].session.end()
        ends.extend(account[WORK].end)

    while_inbox_is_read(account, leave)
    assert [type(error) for error in ends] == [Stopped]
    assert opened(account.server) == ["Lists", "INBOX"]
    assert not account[LISTS].end


def test_one_that_waits_for_its_turn_ends_with_the_connection(account: Account) -> None:
    lists = SessionFixture(account.server.wire, mailbox=MailboxName("More"), first=account.inbox)
    account[WORK].session.show(5)
    account.server.wire.close(ConnectionLost())
    for each in (account[WORK], lists):
        assert [type(error) for error in each.end] == [ConnectionLost]


def test_what_was_asked_for_is_answered_before_another_mailbox_is_opened(account: Account) -> None:
    """Such as a count that nobody waits for: the answer belongs to the mailbox that was open."""
    server, counts = account.server, []
    account.inbox.session.selected.count_unseen().addCallback(counts.append)
    server.boxes["Work"].deliver()
    server.wire.s(f"* STATUS Work {server.boxes['Work'].status}")

    def count() -> None:
        account[WORK].session.selected.count_unseen().addCallback(counts.append)

    server.meanwhile["UID FETCH 20:*"] = count
    server.serve()
    assert counts == [2, 3]
    assert account[WORK].arrivals == ["Mail 22"]
    assert server.selected == "INBOX"


def test_status_of_the_mailbox_that_is_open_says_nothing_new(account: Account) -> None:
    server = account.server
    server.commands.clear()
    server.boxes["Work"].deliver()
    server.before["UID FETCH 20:*"] = ["* STATUS Work (MESSAGES 9 UIDNEXT 99 UNSEEN 9)"]
    server.told("Work")
    assert opened(server) == ["Work", "INBOX"]


def test_a_mailbox_may_be_told_of_in_other_letters(account: Account) -> None:
    server = account.server
    server.boxes["Work"].deliver()
    server.wire.s(f"* STATUS WORK {server.boxes['Work'].status}")
    server.serve()
    assert account[WORK].arrivals == ["Mail 22"]


def test_what_is_said_of_inbox_is_not_taken_for_a_known_mailbox_that_is_opened_first(
    server: Server,
) -> None:
    """Its messages are requested in the write that opens it."""
    before = Account(server, WORK)[WORK].state
    again = Server(server.wire.clock, chop=server.wire.chop)
    again.before['EXAMINE "Work"'] = [row(2, 22, "Of INBOX")]
    inbox = SessionFixture(again.wire)
    again.serve()
    work = SessionFixture(again.wire, mailbox=WORK, state=before, first=inbox)
    again.serve()
    assert work.arrivals == []
    assert [message.uid for message in work.state.latest] == [21, 20]


def test_the_end_of_the_connection_ends_all(account: Account) -> None:
    account.server.boxes["Work"].deliver()
    account.server.wire.s(f"* STATUS Work {account.server.boxes['Work'].status}")
    account.server.wire.close()
    account.server.wire.clock.advance(0)
    assert account[WORK].end
    assert account[LISTS].end
    assert account.inbox.end
    assert not account.server.wire.clock.getDelayedCalls()


# When STATUS is requested.


def asked(server: Server) -> int:
    """How often STATUS of all was requested since it was last asked."""
    served = server.serve()
    return sum(each.startswith("LIST") or "STATUS" in each for each in served)


def test_without_notify_status_is_requested_once_a_minute(clock: Clock) -> None:
    server = Server(clock, "IMAP4rev1 IDLE ESEARCH ID")
    account = Account(server, LISTS, WORK)
    assert account[WORK].confirmed[-1] is False
    server.boxes["Work"].deliver()
    clock.advance(POLL_INTERVAL)
    served = server.serve()
    assert served[:4] == [
        *("DONE", 'STATUS "Lists" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)'),
        *('STATUS "Work" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)', "IDLE"),
    ]
    assert account[WORK].arrivals == ["Mail 22"]
    clock.advance(POLL_INTERVAL)
    assert asked(server) == 2


def test_without_idle_it_is_requested_too(clock: Clock) -> None:
    server = Server(clock, "IMAP4rev1 ESEARCH ID")
    account = Account(server, LISTS)
    server.boxes["Lists"].deliver()
    server.boxes["INBOX"].deliver()
    clock.advance(POLL_INTERVAL)
    server.serve()
    assert account[LISTS].arrivals == ["Mail 6"]
    assert account.inbox.arrivals == ["Mail 12"]


def test_with_notify_it_is_requested_until_the_server_has_told_of_a_change_and_then_at_the_renewal(
    account: Account,
) -> None:
    server = account.server
    server.wire.clock.advance(POLL_INTERVAL)
    assert asked(server) == 1
    server.boxes["Work"].deliver()
    server.told("Work")
    server.wire.clock.advance(POLL_INTERVAL)
    assert asked(server) == 0
    server.wire.clock.advance(RENEWAL)
    assert asked(server) == 1


def test_status_is_requested_also_where_idle_need_not_be_renewed(account: Account) -> None:
    server = account.server
    server.boxes["Work"].deliver()
    server.told("Work")
    server.wire.clock.advance(60)
    server.serve()
    said: list[str] = []
    for _ in range(4 * 9):
        server.wire.clock.advance(60)
        said += server.serve()
        server.wire.s("* OK Still here")
    assert 4 <= sum(each.startswith("LIST") or "STATUS" in each for each in said) <= 5
    assert sum(each.startswith("UID FETCH") for each in said) < 4


def test_a_server_that_does_not_tell_is_found_out(account: Account) -> None:
    server, found = account.server, []
    account.inbox.session.others.on_distrust = lambda: found.append(True)
    for number in range(3):
        server.boxes["Work"].deliver()
        server.wire.clock.advance(POLL_INTERVAL)
        server.serve()
        assert len(account[WORK].arrivals) == number + 1
    assert found == [True]


def test_once_untold_is_chance_and_told_again_it_is_forgotten(account: Account) -> None:
    server, found = account.server, []
    account.inbox.session.others.on_distrust = lambda: found.append(True)

    def untold() -> None:
        server.boxes["Work"].deliver()
        server.wire.clock.advance(RENEWAL)
        server.serve()

    for _ in range(3):
        server.boxes["Work"].deliver()
        server.told("Work")
        untold()
    assert not found
    untold()
    assert found


def test_a_server_that_has_not_told_once_is_asked_each_minute_again(account: Account) -> None:
    server = account.server
    server.boxes["Work"].deliver()
    server.told("Work")
    server.boxes["Work"].deliver()
    account.inbox.session.probe()
    server.serve()
    assert account[WORK].arrivals == ["Mail 22", "Mail 23"]
    server.wire.clock.advance(POLL_INTERVAL)
    assert asked(server) == 1


def test_where_notify_is_refused_later_the_others_are_asked_each_minute(account: Account) -> None:
    server = account.server
    server.boxes["Work"].deliver()
    server.told("Work")
    server.refused["NOTIFY"] = "NO not any more"
    account.inbox.extra = ExtraItems(size=True)
    account.inbox.session.probe()
    server.serve()
    assert account[WORK].confirmed[-1] is False
    server.wire.clock.advance(POLL_INTERVAL)
    assert asked(server) == 1


def test_one_that_is_watched_no_more_is_not_asked_for(account: Account) -> None:
    server = account.server
    server.commands.clear()
    account.inbox.session.probe()
    account[LISTS].session.end()
    server.serve()
    assert [each for each in server.commands if "STATUS" in each] == [
        'STATUS "Work" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)'
    ]
    assert not any('"Lists"' in each for each in server.commands if each.startswith("NOTIFY"))


def test_no_timer_is_left_when_the_last_one_has_gone(clock: Clock) -> None:
    server = Server(clock)
    account = Account(server)
    alone = len(clock.getDelayedCalls())
    other = SessionFixture(server.wire, mailbox=WORK, first=account.inbox)
    server.serve()
    assert len(clock.getDelayedCalls()) == alone + 1
    server.wire.s("* STATUS Work (UNSEEN 7)")  # to be looked at in a moment
    other.session.end()
    assert len(clock.getDelayedCalls()) == alone


def test_what_is_told_before_the_first_turn_is_read_in_it(account: Account) -> None:
    begun: list[SessionFixture] = []
    account.server.boxes["More"] = Box(1)

    def begin() -> None:
        begun.append(SessionFixture(account.server.wire, mailbox=MailboxName("More"), first=account.inbox))
        account.server.wire.s("* STATUS More (MESSAGES 9 UIDNEXT 99 UNSEEN 9)")

    while_inbox_is_read(account, begin)
    assert begun[0].state is not None
    assert opened(account.server) == ["More", "INBOX"]


def test_a_server_that_tells_of_changes_without_end_does_not_keep_the_program_busy(
    account: Account,
) -> None:
    server = account.server
    server.commands.clear()
    for number in range(100, 100 + 2 * CHECK_BURST):
        server.wire.s(f"* STATUS Work (UIDNEXT {number})")
        server.serve()
    assert CHECK_BURST - 5 < opened(server).count("Work") < CHECK_BURST


def test_the_end_of_notify_may_be_told_while_another_mailbox_is_open(account: Account) -> None:
    server = account.server
    server.commands.clear()
    server.boxes["Work"].deliver()
    server.before["UID FETCH 20:*"] = ["* OK [NOTIFICATIONOVERFLOW] too much"]
    server.told("Work")
    assert sum(each.startswith("NOTIFY") for each in server.commands) == 1


def test_what_is_told_of_one_while_another_is_asked_for_was_not_asked_for(account: Account) -> None:
    """In a burst of mail the server tells of many at once: it is still trusted, and no connections are added."""
    server, found = account.server, []
    account.inbox.session.others.on_distrust = lambda: found.append(True)
    for _ in range(3):
        server.boxes["Work"].deliver()

        def told_before_the_answer() -> None:
            server.boxes["Lists"].deliver()
            server.before["STATUS"] = [f"* STATUS Lists {server.boxes['Lists'].status}"]

        server.meanwhile['EXAMINE "INBOX"'] = told_before_the_answer
        server.told("Work")
    assert account[LISTS].arrivals == ["Mail 6", "Mail 7", "Mail 8"]
    assert not found
    server.wire.clock.advance(POLL_INTERVAL)
    assert asked(server) == 0


@pytest.mark.parametrize(
    ("answer", "notified"),
    [("NO [BADEVENT (MessageNew)] no", ["all", "few"]), ("NO no", ["all"])],
)
def test_a_refused_notify_is_tried_without_flags_and_then_not_again(
    clock: Clock, answer: str, notified: list[str]
) -> None:
    server = Server(clock)
    account = Account(server)
    server.refused["NOTIFY"] = answer
    server.commands.clear()
    lists = SessionFixture(server.wire, mailbox=LISTS, first=account.inbox)
    server.serve()
    sent = [each for each in server.commands if each.startswith("NOTIFY")]
    assert ["few" if each.endswith("MessageExpunge))") else "all" for each in sent] == notified
    assert lists.confirmed[-1] is False
    server.boxes["Lists"].deliver()
    clock.advance(POLL_INTERVAL)
    server.serve()
    assert lists.arrivals == ["Mail 6"]


def test_after_an_overflow_all_are_asked_for_and_notify_is_sent_again(account: Account) -> None:
    server = account.server
    server.boxes["Work"].deliver()
    server.commands.clear()
    server.before["UID FETCH"] = []
    server.wire.s("* OK [NOTIFICATIONOVERFLOW] too much")
    server.serve()
    assert sum(each.startswith("NOTIFY") for each in server.commands) == 1
    assert account[WORK].arrivals == ["Mail 22"]
    for _ in range(2):
        server.wire.s("* OK [NOTIFICATIONOVERFLOW] too much")
        server.serve()
    assert account[WORK].confirmed[-1] is False


@pytest.mark.parametrize(("count", "asked_again"), [(100, 0), (101, 1)])
def test_very_many_are_asked_for_again_soon_after_each_turn(
    clock: Clock, count: int, asked_again: int
) -> None:
    """A Dovecot tells of what happened during the turn up to half a minute late, and is still trusted."""
    server, found = Server(clock), []
    account = Account(server)
    names = [MailboxName(f"Folder{number}") for number in range(count)]
    server.boxes |= {name: Box(1) for name in names}
    many = [SessionFixture(server.wire, mailbox=name, first=account.inbox) for name in names]
    account.inbox.session.others.on_distrust = lambda: found.append(True)
    server.serve()
    clock.advance(1)
    server.serve()
    for number in range(0, 6, 2):
        server.boxes[names[number]].deliver()
        server.meanwhile["UID SEARCH"] = server.boxes[names[number + 1]].deliver
        server.told(names[number])
        clock.advance(0.5)
        served = server.serve()
        assert sum(each.startswith("LIST") for each in served) == asked_again
        assert many[number].arrivals == ["Mail 2"]
        assert many[number + 1].arrivals == ["Mail 2"] * bool(asked_again)
        clock.advance(0.5)  # the other one has had a turn, too
        server.serve()
        clock.advance(10)
        assert asked(server) == 0
    assert found == []


def test_inbox_has_its_turn_while_many_others_are_read(clock: Clock) -> None:
    """It is closed for about a second at most."""
    server = Server(clock)
    account = Account(server)
    names = [MailboxName(f"Folder{number}") for number in range(50)]
    server.boxes |= {name: Box(1) for name in names}
    many = [SessionFixture(server.wire, mailbox=name, first=account.inbox) for name in names]
    plain = server.answer

    def slowly(tag: str, said: str) -> None:
        clock.advance(0.02)
        plain(tag, said)

    server.answer = slowly  # type: ignore[method-assign]
    server.commands.clear()
    server.serve()
    assert all(each.state is not None for each in many)
    opened = [each for each in server.commands if each.startswith("EXAMINE")]
    between = "".join("i" if each == 'EXAMINE "INBOX"' else "o" for each in opened)
    assert max(map(len, between.split("i"))) < 30
    assert opened[-1] == 'EXAMINE "INBOX"'
