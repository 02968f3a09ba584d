"""Which rule matches, and who is important."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.mail.make import account, message
from tray.imap.types import INBOX, Address, MailboxName
from tray.mail.policy.rules import first_match, is_important, is_important_person, makes_important, matches
from tray.mail.settings.rules import Announce, Rule, header_names, needs_size
from tray.mail.settings.settings import Settings

WORK = account()
NOW = 100_000.0
HEADERS = (
    ("to", "team@example.org"),
    ("cc", "All <all@example.org>"),
    ("list-id", "News <news.example.org>"),
)
MAIL = replace(message(5, subject="Lunch on Friday?", date=NOW - 7200), headers=HEADERS, size=20_000)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, True),
        ({"account": ("work",)}, True),
        ({"account": ("A1",)}, True),
        ({"account": ("home",)}, False),
        ({"folder": ("Lists", "inbox")}, True),
        ({"folder": ("Lists",)}, False),
        ({"sender": ("ANNA@example",)}, True),
        ({"sender": ("berg",)}, True),
        ({"sender": ("boss@",)}, False),
        ({"subject": ("friday",)}, True),
        ({"subject": ("saturday", "FRIDAY")}, True),
        ({"subject": ("saturday",)}, False),
        ({"to": ("team@",)}, True),
        ({"to": ("all@",)}, True),
        ({"to": ("news",)}, False),
        ({"list_id": ("news.example.org",)}, True),
        ({"list_id": ("other.example.org",)}, False),
        ({"headers": ("List-Id: NEWS",)}, True),
        ({"headers": ("List-Id:",)}, True),
        ({"headers": ("X-Other:",)}, False),
        ({"headers": ("List-Id: nothing", "To: team")}, True),
        ({"larger_than": 20}, True),
        ({"larger_than": 21}, False),
        ({"older_than": 2}, True),
        ({"older_than": 3}, False),
        ({"sender": ("anna",), "subject": ("saturday",)}, False),
        ({"sender": ("anna",), "subject": ("lunch",)}, True),
    ],
)
def test_a_rule_matches_where_each_of_its_conditions_holds(
    conditions: dict[str, Any], expected: bool
) -> None:
    assert matches(Rule("r", **conditions), WORK, INBOX, MAIL, NOW) is expected


def test_what_was_not_fetched_matches_nothing() -> None:
    bare = message(5, date=None)
    for conditions in ({"to": ("a",)}, {"larger_than": 1}, {"older_than": 1}, {"headers": ("To:",)}):
        assert not matches(Rule("r", **conditions), WORK, INBOX, bare, NOW)  # type: ignore[arg-type]


def test_the_first_rule_that_matches_decides() -> None:
    rules = (Rule("other", subject=("x",)), Rule("first", subject=("lunch",)), Rule("second"))
    found = first_match(rules, WORK, INBOX, MAIL, NOW)
    assert found is rules[1]
    assert first_match(rules[:1], WORK, INBOX, MAIL, NOW) is None


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("Anna@Example.org", True),
        ("@example.org", True),
        ("anna berg", True),
        ("anna", False),
        ("example.org", False),
        ("@other.org", False),
    ],
)
def test_people_are_known_by_address_domain_or_whole_name(person: str, expected: bool) -> None:
    assert is_important_person(("nobody@x.org", person), Address("Anna Berg", "anna@example.org")) is expected


def test_a_sender_without_name_and_address_is_nobody() -> None:
    assert not is_important_person(("@", "a"), Address("", ""))


@pytest.mark.parametrize(
    ("rules", "important", "expected"),
    [
        ((), (), False),
        ((), ("Anna Berg",), True),
        ((Rule("r", notify=Announce.URGENT),), (), True),
        ((Rule("r", folder=("Lists",), notify=Announce.URGENT),), (), False),
        ((Rule("r", sound="bell"),), ("Anna Berg",), True),
        ((Rule("r", notify=Announce.SILENT),), ("Anna Berg",), False),
        ((Rule("r", notify=Announce.COUNT),), ("Anna Berg",), False),
    ],
)
def test_a_line_is_important_by_rule_or_person(
    rules: tuple[Rule, ...], important: tuple[str, ...], expected: bool
) -> None:
    settings = Settings(rules=rules, important=important)
    assert is_important(settings, WORK, INBOX, MAIL) is expected
    assert makes_important(settings) or not expected


def test_rules_that_never_make_important_are_not_tried_on_every_line() -> None:
    assert not makes_important(Settings(rules=(Rule("r"), Rule("s", notify=Announce.COUNT))))


def test_only_what_rules_name_is_fetched() -> None:
    assert header_names(()) == frozenset()
    assert header_names((Rule("r", sender=("a",)),)) == frozenset()
    named = (Rule("a", to=("me",)), Rule("b", list_id=("x",)), Rule("c", headers=("X-Priority: 1",)))
    assert header_names(named) == {"to", "cc", "list-id", "x-priority"}
    assert not needs_size(named)
    assert needs_size((*named, Rule("d", larger_than=5)))


def test_another_folder_is_another_folder() -> None:
    assert not matches(Rule("r", folder=("INBOX",)), WORK, MailboxName("Lists"), MAIL, NOW)
