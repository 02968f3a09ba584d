"""Rules in the settings file."""

from __future__ import annotations

import pytest

from tray.mail.settings.rules import Announce, Rule, header_parts
from tray.mail.settings.settings import Settings, SettingsError, parse, to_document, warnings

NEWS = {"name": "News", "list_id": ["news.example.org"], "notify": "count"}
BOSS = {"name": "Boss", "sender": "boss@example.org", "headers": ["X-Priority: 1"], "larger_than": 5}


def test_rules_are_read_in_order_and_written_as_they_were() -> None:
    settings = parse({"rule": [NEWS, BOSS]})
    assert settings.rules == (
        Rule("News", list_id=("news.example.org",), notify=Announce.COUNT),
        Rule("Boss", sender=("boss@example.org",), headers=("X-Priority: 1",), larger_than=5),
    )
    assert to_document(settings) == {"rule": [NEWS, {**BOSS, "sender": ["boss@example.org"]}]}
    assert parse(to_document(settings)) == settings


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({}, "rules must be written as tables, each under a line [[rule]]"),
        ([{}], "rule 1: name is missing"),
        ([{"name": ""}], "rule 1: name must be text in quotes, without line breaks and characters"),
        ([NEWS, NEWS], 'rule "News": it stands there twice; remove one'),
        ([{**NEWS, "notify": "loud"}], 'rule "News": notify must be "notify", "silent", "urgent" or "count"'),
        ([{**NEWS, "notify": ["count"]}], "notify must be"),
        ([{**NEWS, "sender": 5}], "sender must be a text in quotes, or a list of them, not 5"),
        ([{**NEWS, "sender": [""]}], "sender must be"),
        ([{**NEWS, "headers": "X-Priority"}], "headers must be headers such as"),
        (
            [{**NEWS, "command": "'unclosed"}],
            'rule "News": command: A quote in this command is not closed: add the closing quote, or ',
        ),
        ([{"name": f"r{number}"} for number in range(201)], "there are more than 200 rules"),
    ],
)
def test_a_mistake_is_named(rules: object, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse({"rule": rules})
    assert sentence in str(refused.value)


def test_an_unknown_key_of_a_rule_is_named() -> None:
    assert warnings({"rule": [{**NEWS, "sendr": "x"}]}) == (
        'rule "News": unknown setting "sendr"; did you mean "sender"?',
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("X-Priority: 1", ("x-priority", "1")),
        ("X-Spam :", ("x-spam", "")),
        ("no header", ("", "")),
    ],
)
def test_a_header_has_a_name_and_a_text(header: str, expected: tuple[str, str]) -> None:
    assert header_parts(header) == expected


@pytest.mark.parametrize("people", [["Anna Berg", "@example.org"], []])
def test_important_people_are_a_list(people: list[str]) -> None:
    assert parse({"important": people}) == Settings(important=tuple(people))


@pytest.mark.parametrize("people", ["Anna", [""], [5], ["a\u202eb"]])
def test_important_people_that_are_none_are_refused(people: object) -> None:
    with pytest.raises(SettingsError):
        parse({"important": people})


@pytest.mark.parametrize("command", ["", "notify-me --now", "sh -c 'echo \"$MAILBELL_FROM\"'"])
def test_a_command_is_words_in_closed_quotes(command: str) -> None:
    assert parse({"new_mail_command": command}).new_mail_command == command


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("ring 'it", "new_mail_command: A quote in this command is not closed: add the closing quote, or a "),
        ("ring\u200b", "new_mail_command: There is a character in it that cannot be seen (U+200B): type it"),
        (5, "new_mail_command must be a command in quotes, with every quote in it closed; empty for none"),
    ],
)
def test_what_is_wrong_in_a_command_is_said_without_it(command: object, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse({"new_mail_command": command})
    assert str(refused.value).startswith(sentence)
    assert "ring" not in str(refused.value)


def test_a_toast_shows_something_while_the_screen_is_not_locked() -> None:
    assert parse({"when_locked": "nothing"}).when_locked.value == "nothing"
    with pytest.raises(SettingsError):
        parse({"toast_content": "nothing"})
