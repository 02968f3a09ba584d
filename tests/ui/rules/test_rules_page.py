"""The page of the rules, and the one that says why somebody was told."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from tests.mail.make import account, arrival
from tests.ui.services import FakeHistory, FakeStore
from tray.mail.policy.explanations import try_settings
from tray.mail.settings.open_command import quote_not_closed
from tray.mail.settings.rules import Announce, Rule
from tray.mail.settings.settings import Settings
from tray.ui.rows.changes import Changes
from tray.ui.rules.rules_page import RulesPage
from tray.ui.rules.why_page import WhyPage

NEWS = Rule("News", subject=("weekly",), notify=Announce.COUNT)
BOSS = Rule("Boss", sender=("boss@",))
ARRIVALS = (arrival(1, subject="Weekly offers"), arrival(2, subject="Lunch?", date=60.0))


class Store(FakeStore):
    """Applies at once."""

    def apply(self, settings, secrets, done):
        self.settings = settings
        done(None)


@pytest.fixture
def opened(qapp):
    pages = []

    def opened(*rules):
        changes = Changes(Store(settings=Settings(accounts=(account(),), rules=rules)))
        page = RulesPage(changes, FakeHistory(arrivals=ARRIVALS), "Quiet and privacy")
        page.kept = changes
        page.show()
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
        page.deleteLater()


def rules(page):
    return page.kept.settings.rules


def lines(listed):
    return [listed.item(row).text() for row in range(listed.count())]


def write(page, field, text):
    line = page.rows.rows[field].control.line
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key_Return)


def test_each_rule_is_tried_on_the_mails_of_the_last_week(opened):
    page = opened(NEWS)
    assert [line.splitlines()[1] for line in lines(page.trial)] == ["Announced", "Only counted (rule “News”)"]
    write(page, "subject", "lunch; nothing")
    assert rules(page) == (Rule("News", subject=("lunch", "nothing"), notify=Announce.COUNT),)
    assert [line.splitlines()[1] for line in lines(page.trial)] == ["Only counted (rule “News”)", "Announced"]


def test_without_rules_there_is_only_the_button_that_makes_one(opened):
    page = opened()
    assert not any(widget.isVisible() for widget in page._editors)
    assert not any(made.isEnabled() for made in (page.up_button, page.down_button, page.remove_button))
    page.add_button.click()
    page.add_button.click()
    assert [rule.name for rule in rules(page)] == ["New rule", "New rule 2"]
    assert page._editors[0].isVisible()
    assert page.list.currentRow() == 1


def test_rules_are_moved_and_removed(opened):
    page = opened(NEWS, BOSS)
    assert not page.up_button.isEnabled()
    page.down_button.click()
    assert rules(page) == (BOSS, NEWS)
    assert (page.list.currentRow(), page.rows.rule) == (1, NEWS)
    page.up_button.click()
    page.remove_button.click()
    assert rules(page) == (BOSS,)
    page.remove_button.click()
    assert (rules(page), page.list.count()) == ((), 0)


def test_what_a_setting_does_not_accept_is_said_and_not_applied(opened):
    page = opened(NEWS)
    write(page, "command", "sh 'unclosed")
    row = page.rows.rows["command"]
    assert row.error.text() == quote_not_closed()
    assert rules(page) == (NEWS,)
    write(page, "command", "ring")
    assert row.error.text() == ""
    assert rules(page)[0].command == "ring"


def test_two_rules_never_have_one_name(opened):
    page = opened(NEWS, BOSS)
    write(page, "name", "boss")
    assert [rule.name for rule in rules(page)] == ["boss 2", "Boss"]


def test_every_field_of_a_rule_has_a_row_that_shows_it(opened):
    page = opened(NEWS, BOSS)
    assert set(page.rows.rows) == set(Rule.__dataclass_fields__)
    page.list.setCurrentRow(1)
    assert page.rows.rows["sender"].control.line.text() == "boss@"
    assert page.rows.rows["subject"].control.line.text() == ""


def test_it_says_why_each_message_was_announced_or_not(qapp):
    told = try_settings(Settings(accounts=(account(),), rules=(NEWS,)), ARRIVALS)
    page = WhyPage(FakeHistory(told), "Quiet and privacy")
    newest, oldest = lines(page.list)
    assert newest.endswith("Anna Berg – Lunch?\nIt was announced at once, because it was new.")
    assert oldest.endswith("Weekly offers\nThe rule “News” had it only counted.")
    assert lines(WhyPage(FakeHistory(), "Quiet").list) == ["No mail has come yet."]
