"""What is said when the first accounts were added."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tray.mail.model.account import Account, AccountId, Login, SecretSource
from tray.ui.settings.settings_dialog import first_account_text

WORK = Account(AccountId("w"), "Work", "jane@example.org", "mail.example.org", "jane")
CLUB = Account(AccountId("c"), "Club", "jane@club.example", "imap.club.example", "jane")
CLOSE = "You can close this window; Mailbell keeps running."


def test_an_account_that_has_all_it_needs():
    assert first_account_text([WORK], {"w"}) == f"Your account was added. {CLOSE}"


@pytest.mark.parametrize(
    ("secret", "wanted"),
    [
        (SecretSource.KEYRING, "asks for its password"),
        (SecretSource.FILE, "asks for its password"),
        (SecretSource.ASK, "asks for its password"),
        (SecretSource.OAUTH, "asks you to sign in"),
    ],
)
def test_an_account_that_lacks_its_secret_says_where_it_is_given(secret, wanted):
    text = first_account_text([replace(WORK, secret=secret)], ())
    assert text == f"Your account was added. The tray menu {wanted}. You can close this window."


@pytest.mark.parametrize(
    "change",
    [
        {"secret": SecretSource.COMMAND},
        {"secret": SecretSource.ONLINE},
        {"login": Login.CERTIFICATE},
        {"enabled": False},
    ],
)
def test_nothing_is_asked_for_what_needs_nothing(change):
    assert "asks" not in first_account_text([replace(WORK, **change)], ())


def test_of_several_those_that_lack_something_are_counted():
    assert first_account_text([WORK, CLUB], {"w", "c"}) == f"Your 2 accounts were added. {CLOSE}"
    assert "The tray menu asks for the password or sign-in of 1 of them." in first_account_text(
        [WORK, CLUB], {"w"}
    )
    assert "The tray menu asks for the passwords or sign-ins of 2 of them." in first_account_text(
        [WORK, CLUB], ()
    )
