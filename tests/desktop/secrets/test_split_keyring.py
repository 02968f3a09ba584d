"""Long secrets in a keyring of short entries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.errors import PasswordDeleteError

from tray.desktop.secrets.split_keyring import SplitKeyring

LIMIT = 2560


class ShortKeyring:
    """Refuses what the Credential Manager does; ends after so many writes."""

    def __init__(self, writes=1000):
        self.entries, self.writes = {}, writes

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        assert len(password.encode("utf-16-le")) <= LIMIT
        if not self.writes:
            raise OSError
        self.writes -= 1
        self.entries[service, username] = password

    def delete_password(self, service, username):
        try:
            del self.entries[service, username]
        except KeyError:
            raise PasswordDeleteError(username) from None


TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=4000)


@given(TEXT, TEXT)
def test_what_was_written_last_is_read_and_what_was_removed_is_gone(first, second):
    short = ShortKeyring()
    keyring = SplitKeyring(short)
    for text in (first, second):
        keyring.set_password("mailbell", "ada", text)
        assert keyring.get_password("mailbell", "ada") == text
    assert keyring.get_password("mailbell", "grace") is None
    keyring.delete_password("mailbell", "ada")
    assert short.entries == {}
    with pytest.raises(PasswordDeleteError):
        keyring.delete_password("mailbell", "ada")


def test_a_password_stands_as_it_is_in_one_entry():
    short = ShortKeyring()
    SplitKeyring(short).set_password("mailbell", "ada", "hush-hush")
    assert short.entries == {("mailbell", "ada"): "hush-hush"}


def test_a_shorter_secret_leaves_no_parts_of_a_longer_one():
    short = ShortKeyring()
    keyring = SplitKeyring(short)
    keyring.set_password("mailbell", "ada", "x" * 4000)
    assert len(short.entries) == 8
    keyring.set_password("mailbell", "ada", "y" * 1300)
    assert len(short.entries) == 3
    assert keyring.get_password("mailbell", "ada") == "y" * 1300


def test_parts_of_two_secrets_are_none():
    """Better another sign-in than a token that is none."""
    short = ShortKeyring()
    keyring = SplitKeyring(short)
    keyring.set_password("mailbell", "ada", "x" * 4000)
    short.writes = 2
    with pytest.raises(OSError):
        keyring.set_password("mailbell", "ada", "y" * 4000)
    assert keyring.get_password("mailbell", "ada") is None
