"""What ``mailbell status`` prints."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.mail.make import key, problem
from tray.imap.types import INBOX
from tray.mail.model.account import AccountId
from tray.mail.model.status import Connecting, Disabled, Paused, Waiting, Watching
from tray.mail.presentation.status_json import message_id, message_key, status_record, status_text
from tray.mail.presentation.summary import AccountSummary, IconState, MessageLine, Summary

NOW = 1_795_352_700.0


def summary(*accounts):
    return Summary(IconState.QUIET, 0, accounts)


WORK = AccountSummary(
    AccountId("a1"),
    "Work",
    Watching(NOW - 600.4, NOW - 125),
    1,
    (
        MessageLine(key(2), "Anna Berg", "Lunch?", NOW, unseen=True),
        MessageLine(key(1), "", "", None, unseen=False),
    ),
)
HOME = AccountSummary(
    AccountId("a2"),
    "Home",
    Waiting(NOW - 5, NOW + 40, problem()),
    0,
    (MessageLine(key(3), "A", "B", 1e30, unseen=False),),
)


def test_the_record_has_the_promised_shape():
    assert status_record(summary(WORK)) == {
        "state": "none",
        "unseen": 0,
        "accounts": [
            {
                "name": "Work",
                "state": "watching",
                "since": "2026-11-22T12:54:59Z",
                "last_confirmed": "2026-11-22T13:02:55Z",
                "paused_until": None,
                "folders_announced": 0,
                "folders_checked": 0,
                "error": None,
                "unseen": 1,
                "latest": [
                    {
                        "id": message_id(key(2)),
                        "subject": "Lunch?",
                        "from": "Anna Berg",
                        "date": "2026-11-22T13:05:00Z",
                        "mailbox": INBOX,
                        "uid": 2,
                        "unseen": True,
                    },
                    {
                        "id": message_id(key(1)),
                        "subject": "",
                        "from": "",
                        "date": None,
                        "mailbox": INBOX,
                        "uid": 1,
                        "unseen": False,
                    },
                ],
            }
        ],
    }


def test_a_failing_account_tells_its_error_and_what_is_unknown_is_null():
    (home,) = status_record(summary(HOME))["accounts"]
    assert (home["state"], home["error"], home["last_confirmed"]) == ("waiting", "The server refused.", None)
    assert home["latest"][0]["date"] is None
    (off,) = status_record(summary(AccountSummary(AccountId("a"), "Off", Disabled(), 0, ())))["accounts"]
    assert (off["state"], off["since"]) == ("disabled", None)


def test_the_text_is_made_from_the_record_as_it_crosses_the_socket():
    record = json.loads(json.dumps(status_record(summary(WORK, HOME))))
    assert status_text(record, NOW).splitlines() == [
        "Work: watching, 1 unread, last confirmed 2 minutes ago",
        "  ● Anna Berg  Lunch?  14:05",
        "    (no sender)  (no subject)",
        "Home: waiting, no unread mail",
        "  ! The server refused.",
        "    A  B",
    ]


@pytest.mark.parametrize(
    ("watching", "numbers", "line"),
    [
        ({"told": 1}, (1, 0), "  New mail in 1 more folder is announced over this connection"),
        ({"told": 29}, (29, 0), "  New mail in 29 more folders is announced over this connection"),
        ({"asked": 1}, (0, 1), "  1 more folder is checked once a minute over this connection"),
        ({"told": 1, "asked": 3}, (1, 3), "  3 more folders are checked once a minute over this connection"),
    ],
)
def test_how_folders_share_a_connection_is_told(watching, numbers, line):
    account = AccountSummary(AccountId("a"), "Work", Watching(NOW - 60, NOW - 125, **watching), 1, ())
    record = json.loads(json.dumps(status_record(summary(account))))
    (told,) = record["accounts"]
    assert (told["folders_announced"], told["folders_checked"]) == numbers
    assert status_text(record, NOW).splitlines() == [
        "Work: watching, 1 unread, last confirmed 2 minutes ago",
        line,
    ]
    del told["folders_announced"], told["folders_checked"]  # of a running program of an older version
    assert status_text(record, NOW) == "Work: watching, 1 unread, last confirmed 2 minutes ago"


def test_the_text_without_accounts_or_titles():
    assert status_text(status_record(summary()), NOW) == "No account is set up."
    new = AccountSummary(AccountId("a"), "New", Connecting(NOW), 0, ())
    assert status_text(status_record(summary(new)), NOW) == "New: connecting, no unread mail"


def test_a_pause_tells_its_end():
    def paused(until):
        account = AccountSummary(AccountId("a"), "Work", Paused(NOW - 60, until), 0, ())
        return json.loads(json.dumps(status_record(summary(account))))

    assert paused(NOW + 1800)["accounts"][0]["paused_until"] == "2026-11-22T13:35:00Z"
    assert status_text(paused(NOW + 1800), NOW) == "Work: paused until 14:35, no unread mail"
    assert status_text(paused(None), NOW) == "Work: paused until resumed, no unread mail"
    of_before = paused(NOW + 1800)
    del of_before["accounts"][0]["paused_until"]
    assert status_text(of_before, NOW) == "Work: paused, no unread mail"


@pytest.mark.parametrize("mailbox", ["INBOX", "Lists/py thon", "Ä/ß %2F \t", "a" * 300])
def test_a_message_is_named_in_one_word_and_found_by_it(mailbox):
    named = replace(key(7), mailbox=mailbox)
    text = message_id(named)
    assert " " not in text
    assert message_key(text) == named


@pytest.mark.parametrize("text", ["", "x", "a/1/2", "a/1/x/INBOX", "a/x/2/INBOX", "a/1/2/b/c"])
def test_what_names_no_message_is_refused(text):
    with pytest.raises(ValueError):
        message_key(text)


@pytest.mark.parametrize(
    ("icon", "state"),
    [
        (IconState.QUIET, "none"),
        (IconState.UNSEEN, "unread"),
        (IconState.TROUBLE, "trouble"),
        (IconState.PAUSED, "paused"),
        (IconState.OFFLINE, "offline"),
    ],
)
def test_the_states_are_those_that_scripts_rely_on(icon, state):
    assert status_record(Summary(icon, 0, ()))["state"] == state
