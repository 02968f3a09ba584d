"""The page about what a click on a mail opens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.keyboard import focused, keys, shown
from tests.ui.services import FakePreviews
from tray.mail.model.account import Account, AccountId
from tray.ui.account.pages.when_clicked import WhenClickedPage

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")


@pytest.fixture
def page(qapp):

    def page(account=WORK, previews=None):
        page = WhenClickedPage(account, previews or FakePreviews())
        page.changed.connect(lambda: page.follow(page.read(account)))
        return page

    return page


def test_what_is_typed_is_what_is_opened(page):
    made = page()
    shown(made)
    assert made.effect.text() == "opens the mail program of the desktop."
    made.webmail.setFocus()
    keys("https://mail.example.org/")
    assert made.effect.text() == "opens the web page in the browser."
    made.command.setFocus()
    keys("thunderbird -mail {message_id}")
    assert made.effect.text() == "runs your command."
    account = made.read(WORK)
    assert (account.webmail, account.open_command) == (
        "https://mail.example.org/",
        "thunderbird -mail {message_id}",
    )


def test_what_cannot_be_opened_cannot_be_tried(page):
    previews = FakePreviews()
    made = page(replace(WORK, open_command="open '"), previews)
    assert made.effect.text() == "opens nothing yet: see above."
    assert not made.try_button.isEnabled()
    made.command.setText("open {uid}")
    made.try_button.click()
    assert previews.opened == [replace(WORK, open_command="open {uid}")]


def test_the_placeholders_are_told_to_eye_and_ear(page):
    made = page()
    shown(made)
    made.command.setFocus()
    for name in ("{uid}", "{mailbox}", "{message_id}", "{account}", "{email}"):
        assert name in focused().accessibleDescription()


def test_the_webmail_of_a_known_provider_is_filled_in_unless_there_is_an_own_one(page):
    made = page()
    made.suggest(replace(WORK, webmail="https://web.example.org/"))
    assert made.read(WORK).webmail == "https://web.example.org/"
    shown(made)
    keys("Alt+M", "own")
    made.suggest(replace(WORK, webmail="https://other.example.org/"))
    assert "own" in made.read(WORK).webmail
