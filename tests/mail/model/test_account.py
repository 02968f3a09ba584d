"""What of an account matters to its connections, and the colours and sounds that it may have."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.mail.make import account
from tray.mail.model.account import (
    Account,
    AccountId,
    Login,
    SecretSource,
    Security,
)
from tray.mail.model.toast import is_custom_sound, is_sound, is_sound_file

FREE = {
    "name",
    "email",
    "mailboxes",
    "webmail",
    "open_command",
    "outgoing",
    "colour",
    "sound",
    "muted",
    "quiet_hours",
}


def test_what_is_not_set_keeps_its_meaning():
    """A settings file leaves out what has its default: with another one, the accounts of old files would change."""
    one = Account(AccountId("a1"), "Work", "", "imap.example.org", "me")
    assert (one.port, one.security, one.mailboxes) == (993, Security.TLS, ("INBOX",))
    assert (one.login, one.secret) == (Login.PASSWORD, SecretSource.KEYRING)
    assert (one.enabled, one.muted, one.allow_cleartext) == (True, False, False)
    empty = (
        "password_command ca_file pinned webmail open_command oauth online_account proxy client_certificate"
    )
    assert not any(getattr(one, name) for name in f"{empty} client_key colour sound quiet_hours".split())


def test_what_outlives_the_program_is_known():
    kept = {source for source in SecretSource if source.is_kept}
    assert kept == {SecretSource.KEYRING, SecretSource.OAUTH, SecretSource.FILE}
    assert {source for source in SecretSource if source.in_keyring} == kept - {SecretSource.FILE}


@pytest.mark.parametrize("name", [field.name for field in fields(Account)])
def test_only_what_the_server_sees_matters(name):
    here = account()
    value = getattr(here, name)
    there = replace(here, **{name: (not value) if isinstance(value, bool) else object()})
    assert (here.connection_key == there.connection_key) is (name in FREE)


@pytest.mark.parametrize(
    ("sound", "custom"), [("", False), ("none", False), ("bell", True), ("mailbell", True)]
)
def test_only_what_somebody_chose_is_played_for_a_silent_desktop(sound, custom):
    assert is_custom_sound(sound) is custom


@pytest.mark.parametrize(
    ("sound", "valid", "file"),
    [
        ("", True, False),
        ("none", True, False),
        ("message-new-email", True, False),
        ("b" * 100, True, False),
        ("b" * 101, False, False),
        ("Ding", False, False),
        ("ding/dong", False, False),
        ("-i", False, False),
        ("/usr/share/Ding dong.oga", True, True),
        ("~/ding.wav", True, True),
        ("~jane/ding.wav", False, False),
        ("/tmp/a\nb", False, True),
    ],
)
def test_a_sound_is_a_constant_a_name_or_a_path(sound, valid, file):
    assert (is_sound(sound), is_sound_file(sound)) == (valid, file)
