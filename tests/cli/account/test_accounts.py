"""Changing an account from the command line: what can be typed, and what is said of what cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.values import account
from tray.cli import main
from tray.cli.account.accounts import with_settings
from tray.cli.exit_codes import USAGE, CommandFailed
from tray.cli.profile import save_settings
from tray.desktop.storage.paths import for_profile
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.account import Login, Security
from tray.mail.settings.settings import Settings

WORK = account("work")


@pytest.mark.parametrize(
    ("word", "field", "value"),
    [
        ("muted=yes", "muted", True),
        ("muted=OFF", "muted", False),
        ("port=1993", "port", 1993),
        ("colour=#2457D6", "colour", "#2457d6"),
        ("colour=", "colour", ""),
        ("sound=none", "sound", "none"),
        ("quiet-hours=mon-fri 22:00-7:00; sat,sun 0:00-24:00", "quiet_hours",
         ("mon-fri 22:00-07:00", "sat,sun 00:00-24:00")),
        ('quiet_hours=["22:00-07:00"]', "quiet_hours", ("22:00-07:00",)),
        ("quiet_hours=", "quiet_hours", ()),
        ("mailboxes=inbox;Lists, all", "mailboxes", ("INBOX", "Lists, all")),
        ("login=token", "login", Login.TOKEN),
        ("open_command=thunderbird -mail mid:{message_id}", "open_command", "thunderbird -mail mid:{message_id}"),
        ("webmail=https://m.example.org/?a=b", "webmail", "https://m.example.org/?a=b"),
    ],
)  # fmt: skip
def test_every_kind_of_setting_can_be_typed(word, field, value):
    assert getattr(with_settings(WORK, [word]), field) == value


def test_the_port_follows_the_security_unless_it_is_an_own_one():
    assert with_settings(WORK, ["security=starttls"]).port == 143
    assert with_settings(WORK, ["security=starttls", "port=1143"]).port == 1143
    assert with_settings(account("work", port=1993), ["security=starttls"]).port == 1993
    assert with_settings(WORK, ["security=starttls"]).security is Security.STARTTLS


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("muted=maybe", "muted must be true or false, not 'maybe'"),
        ("port=many", "port must be a whole number from 1 to 65535, not 'many'"),
        ("colour=blue", "colour must be a colour such as"),
        ("quiet_hours=at night", "quiet_hours must be a list of quiet hours such as"),
        ('quiet_hours=["22:00', "quiet_hours must be a list of quiet hours such as"),
        ("security=ssl", "security must be"),
        ("proxy=\x00hunter2", "proxy must be"),
        ("id=new", "There is no setting 'id'"),
        ("colours=#000000", "The settings are: name, email"),
        ("muted", "Write KEY=VALUE"),
        ("password=hunter2", "A password is no setting"),
        ("PASSWORD", "A password is no setting"),
    ],
)
def test_what_cannot_be_is_said(word, says):
    with pytest.raises(CommandFailed) as failure:
        with_settings(WORK, [word])
    assert says in str(failure.value)
    assert "hunter2" not in str(failure.value)
    assert failure.value.code == USAGE


@pytest.fixture
def profile(tmp_path):
    paths = for_profile(tmp_path / "p")
    SettingsFile(paths.settings_file).save(Settings(accounts=(WORK, account("home"))))

    def typed(*words):
        return main(["--profile", str(tmp_path / "p"), "account", "set", *words])

    typed.paths = paths
    return typed


def test_the_account_is_changed_in_the_file(profile, capsys):
    assert profile("Work", "muted=yes", "name=Office") == 0
    assert capsys.readouterr().out == 'The account "Office" is changed.\n'
    kept = SettingsFile(profile.paths.settings_file).load().accounts
    assert [(each.name, each.muted) for each in kept] == [("Office", True), ("Home", False)]
    assert profile("Office", "muted=on") == 0
    assert "like that already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Work", "name=Home"), "Another account has this name"),
        (("Work", "webmail=mail.example.org"), "must begin with https://"),
        (("Nobody", "muted=yes"), 'There is no account "Nobody"'),
    ],
)
def test_what_would_be_wrong_changes_nothing(profile, capsys, words, says):
    before = profile.paths.settings_file.read_bytes()
    assert profile(*words) == USAGE
    assert says in capsys.readouterr().err
    assert profile.paths.settings_file.read_bytes() == before


def test_a_readable_password_needs_a_profile_of_its_own(profile, capsys, monkeypatch):
    monkeypatch.setattr("tray.cli.profile.paths_of", lambda _: profile.paths)
    assert main(["account", "set", "Work", "secret=insecure-file"]) == USAGE
    assert "needs a profile of its own" in capsys.readouterr().err


def test_what_others_changed_while_a_command_was_at_work_is_not_undone(profile):
    """A sign-in takes minutes, and the test of many accounts longer; somebody mutes one from the tray meanwhile."""
    file = SettingsFile(profile.paths.settings_file)
    before = file.load()
    work, home = before.accounts
    file.save(replace(before, accounts=(work, replace(home, muted=True), account("new"))))
    save_settings(profile.paths, replace(before, accounts=(replace(work, pinned="ab" * 32), home)), before)
    kept = file.load().accounts
    assert [(each.id, each.muted, bool(each.pinned)) for each in kept] == [
        ("work", False, True),
        ("home", True, False),
        ("new", False, False),
    ]
