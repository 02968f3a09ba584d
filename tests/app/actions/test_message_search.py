"""A search on all servers: results as they come, and a sentence for each server that could not search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.house import House
from tests.fakes.values import VALIDITY, account, key, mail, pending
from tray.imap.errors import CommandRefused
from tray.imap.types import INBOX, MailboxName, Uid
from tray.mail.model.account import AccountId
from tray.mail.model.action import MessageAction
from tray.mail.model.message import MessageKey
from tray.mail.model.status import Problem, ProblemKind
from tray.net.errors import ActionFailed

LISTS = MailboxName("Lists")


@pytest.fixture
def house():
    house = House(account("work", mailboxes=(INBOX, LISTS)), account("home"), account("off", enabled=False))
    house.results = []
    return house


def on_gmail(uid, gmail_id):
    return replace(mail(uid, date=float(gmail_id)), gmail_id=gmail_id)


def searches(house, name):
    return [search for watcher in house.watchers if watcher.account.id == name for search in watcher.searches]


def test_results_are_told_as_they_come_newest_first(house):
    house.search.start("Köln", None, house.results.append)
    inbox, lists = searches(house, "work")
    (home,) = searches(house, "home")
    assert house.results[-1].waiting == 2
    inbox.found(VALIDITY, (mail(1, date=10.0), mail(2, date=30.0)))
    home.found(VALIDITY, (mail(3, date=20.0),))
    assert [line.key for line in house.results[-1].lines] == [key(2), key(3, "home"), key(1)]
    inbox.end()
    home.end()
    assert house.results[-1].waiting == 1
    lists.end()
    assert house.results[-1].waiting == 0
    assert house.results[-1].problems == ()
    assert house.search.message_id(key(2)) == mail(2).envelope.message_id
    assert house.search.message_id(key(9)) == ""


def test_one_account_may_be_searched(house):
    house.search.start("Köln", AccountId("home"), house.results.append)
    assert not searches(house, "work")
    assert house.results[-1].waiting == 1


def test_copies_of_one_message_are_one_hit_and_an_account_has_fifty(house):
    house.search.start("Köln", AccountId("work"), house.results.append)
    inbox, lists = searches(house, "work")
    inbox.found(VALIDITY, tuple(on_gmail(uid, uid) for uid in range(1, 61)))
    lists.found(VALIDITY, (on_gmail(7, 60),))
    lines = house.results[-1].lines
    assert [line.date for line in lines] == [float(date) for date in range(60, 10, -1)]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            CommandRefused("UID SEARCH", "NO", "BADCHARSET", "no"),
            "Work: imap.example.org can only search for letters without accents.",
        ),
        (CommandRefused("UID SEARCH", "NO", "", "not now"), "Work: imap.example.org says: not now."),
        (TimeoutError(), "Work: Only the newest mails were searched: the server takes long."),
        (ActionFailed(Problem(ProblemKind.UNREACHABLE, "It is paused.")), "Work: It is paused."),
    ],
)
def test_a_server_that_cannot_search_is_told_in_words(house, error, sentence):
    house.search.start("Köln", AccountId("work"), house.results.append)
    for search in searches(house, "work"):
        search.end(error)
    assert house.results[-1].problems == (sentence,)
    assert house.results[-1].waiting == 0


def test_nothing_is_told_of_a_search_that_was_cancelled_or_followed_by_another(house):
    cancel = house.search.start("Köln", AccountId("home"), house.results.append)
    cancel()
    (home,) = searches(house, "home")
    home.found(VALIDITY, (mail(1),))
    home.end()
    assert len(house.results) == 1
    house.search.start("Bonn", AccountId("home"), house.results.append)
    house.search.start("Aachen", AccountId("home"), house.results.append)
    assert [search.is_over for search in searches(house, "home")] == [True, True, False]


@pytest.mark.parametrize("text", ["", "  ", "\x00\r\n"])
def test_a_search_for_nothing_finds_nothing(house, text):
    house.search.start(text, None, house.results.append)
    assert house.results[-1].lines == ()
    assert house.results[-1].waiting == 0


def test_while_the_window_is_open_more_is_read_and_kept_in_memory_only(house):
    house.report(*(mail(uid) for uid in range(1, 31)))
    house.mail_service.list_more(True)
    house.mail_service.list_more(True)
    assert house.watcher("work", INBOX).calls == [("show", 100)]
    assert house.mail_service.extra_items().listing
    house.report(*(mail(uid) for uid in range(1, 131)), covers=Uid(31))
    (work, _) = house.mail_service.summary().accounts
    assert (len(work.latest), len(work.listed)) == (10, 130)
    assert len(house.store.kept["work", INBOX].latest) == 10
    assert house.store.kept["work", INBOX].more == ()
    house.mail_service.list_more(False)
    (work, _) = house.mail_service.summary().accounts
    assert work.listed == work.latest
    assert house.watcher("work", INBOX).calls == [("show", 100), ("show", 10)]


def test_what_was_found_is_shown_as_if_pending_actions_were_done(house):
    """Also after they are done: the search is not made again."""
    house.mail_service.start()
    house.search.start("Köln", None, house.results.append)
    inbox, _ = searches(house, "work")
    inbox.found(VALIDITY, (mail(1, "Bill"), mail(2, "Lunch?")))
    house.actions.act(MessageAction.ARCHIVE, [key(2)])
    assert [line.key for line in house.results[-1].lines] == [key(1)]
    assert house.mail_service.summary().undo.sentence == "Archived “Lunch?”"
    house.actions.undo()
    assert [line.key for line in house.results[-1].lines] == [key(2), key(1)]
    house.actions.act(MessageAction.READ, [key(1)])
    house.actions.act(MessageAction.DELETE, [key(2)])
    house.clock.advance(10)
    assert house.store.queued == {}
    assert [(line.key, line.unseen) for line in house.results[-1].lines] == [(key(1), False)]


ALL = MailboxName("[Gmail]/All Mail")


@pytest.fixture
def gmail(house):
    """A search of which the folder with all mail is open."""
    house.watcher("work", INBOX).capabilities = frozenset({"X-GM-EXT-1"})
    house.report(on_gmail(1, 100), on_gmail(2, 200))
    house.search.start("Köln", None, house.results.append)
    ((search, opened),) = house.all_mail.searches
    opened(ALL)
    house.everywhere = search
    return house


def in_all_mail(uid):
    return MessageKey(AccountId("work"), ALL, VALIDITY, Uid(uid))


def test_archived_mail_is_found_where_the_server_shows_all_mail_in_one_folder(gmail):
    gmail.everywhere.found(VALIDITY, (on_gmail(70, 300),))
    assert [line.key for line in gmail.results[-1].lines] == [in_all_mail(70)]
    for search in searches(gmail, "work"):
        search.end()
    searches(gmail, "home")[0].end()
    assert gmail.results[-1].waiting == 1
    gmail.everywhere.end()
    assert gmail.results[-1].waiting == 0
    assert gmail.search.message(in_all_mail(70)).gmail_id == 300


@pytest.mark.parametrize("first", ["inbox", "all"])
def test_a_mail_of_a_watched_folder_is_found_there_and_once(gmail, first):
    """Else an action on it would be done in the wrong folder."""
    inbox = searches(gmail, "work")[0]
    found = [(gmail.everywhere, on_gmail(70, 300)), (inbox, on_gmail(3, 300))]
    for search, message in found if first == "all" else reversed(found):
        search.found(VALIDITY, (message,))
    assert [line.key for line in gmail.results[-1].lines] == [key(3)]


def test_a_mail_that_is_known_from_a_watched_folder_is_that_one(gmail):
    """The search of that folder may still be under way."""
    gmail.everywhere.found(VALIDITY, (on_gmail(70, 200), on_gmail(71, 300)))
    assert [line.key for line in gmail.results[-1].lines] == [in_all_mail(71), key(2)]


def test_what_is_archived_in_the_results_does_not_come_back_as_another_hit(gmail):
    gmail.everywhere.found(VALIDITY, (on_gmail(70, 200),))
    action = pending(MessageAction.ARCHIVE, 2)
    gmail.search.on_action_done(action, action.uids)
    gmail.search.show_again()
    assert gmail.results[-1].lines == ()


def test_without_gmail_ids_copies_are_recognised_by_their_headers(gmail):
    inbox = searches(gmail, "work")[0]
    inbox.found(VALIDITY, (mail(3),))
    gmail.everywhere.found(VALIDITY, (replace(mail(3), uid=Uid(70)), mail(4)))
    assert {line.key for line in gmail.results[-1].lines} == {key(3), in_all_mail(4)}


def test_a_search_that_is_ended_ends_the_connection(gmail):
    gmail.search.start("Bonn", AccountId("home"), gmail.results.append)
    assert gmail.all_mail.ended == ["work"]
    gmail.everywhere.found(VALIDITY, (on_gmail(70, 300),))
    assert gmail.results[-1].lines == ()
