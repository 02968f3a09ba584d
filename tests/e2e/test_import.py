"""Accounts of other programs, imported and used on a real Dovecot."""

from __future__ import annotations

import shutil

import pytest

from tests.rig.bus import PrivateBus, short_folder
from tests.rig.online_accounts import NOT_AUTHORIZED, OnlineAccounts

PREFERENCES = """\
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "imap.example.net");
user_pref("mail.server.server1.userName", "jane@example.net");
user_pref("mail.server.server1.name", "Home");
user_pref("mail.server.server1.socketType", 3);
"""


@pytest.fixture
def home(program, tmp_path, dovecot):
    """A home folder with configurations of mbsync and Thunderbird."""
    home = tmp_path / "home"
    (home / "secret").write_text(dovecot.password + "\n", "utf-8")
    (home / ".mbsyncrc").write_text(
        f"IMAPAccount work\nHost {dovecot.host}\nPort {dovecot.port_tls}\nUser {dovecot.user}\n"
        f'PassCmd "+cat \\"$HOME/secret\\""\nTLSType IMAPS\nCertificateFile {dovecot.ca_file}\n',
        "utf-8",
    )
    profile = home / ".thunderbird/x.default"
    profile.mkdir(parents=True)
    (profile.parent / "profiles.ini").write_text("[Profile0]\nPath=x.default\n", "utf-8")
    (profile / "prefs.js").write_text(PREFERENCES, "utf-8")
    return home


@pytest.fixture
def session(program):
    """A session bus for a user without a screen, and the desktop's online accounts on it."""
    folder = short_folder()
    with PrivateBus(folder) as bus, OnlineAccounts(bus.address) as service:
        program.env["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        yield service
    shutil.rmtree(folder)


def in_the_clear(dovecot):
    """How the desktop names this server, whose certificate it could not check."""
    return {"host": f"{dovecot.host}:{dovecot.port_starttls}", "user": dovecot.user, "ImapUseSsl": False}


def test_an_account_of_mbsync_is_taken_over_with_its_command(home, program):
    """And works; what needs a password says so."""
    listed = program.run("account", "import")
    assert listed.returncode == 0
    assert "mbsync: work" in listed.stdout
    assert "thunderbird: Home" in listed.stdout
    assert program.run("account", "list").stdout.startswith("There is no account yet.")

    assert 'Command: cat "$HOME/secret"' in listed.stdout

    refused = program.run("account", "import", "work")
    assert refused.returncode == 2
    assert 'cat "$HOME/secret"' in refused.stdout
    assert "Add --yes" in refused.stderr
    assert program.run("account", "list").stdout.startswith("There is no account yet.")

    taken = program.run("account", "import", "work", "--yes")
    assert (taken.returncode, taken.stderr) == (0, "")
    checked = program.run("account", "check", "work")
    assert (checked.returncode, checked.stderr) == (0, "")

    assert (
        'The account "Home" is imported. The tray menu will ask'
        in program.run("account", "import", "--all").stdout
    )
    assert "not here already" in program.run("account", "import", "--all").stdout
    assert program.run("account", "check", "Home").returncode != 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "nobody"), 'No program has an account "nobody"'),
        (("import", "--from", "geary", "work"), "Known: none."),
        (("add", "--online-account", "x"), 'no online account "x" with IMAP. Known: none.'),
        (("add", "--online-account", "x", "--host", "y"), "--host cannot be used with --online-account"),
    ],
)
def test_a_wrong_choice_is_said(home, program, arguments, words):
    done = program.run("account", *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_two_accounts_of_one_name_are_told_apart_by_their_program(home, program, dovecot):
    (home / ".config/isyncrc").parent.mkdir()
    (home / ".config/isyncrc").write_text("IMAPAccount Home\nHost other.example\nUser joe\n", "utf-8")
    done = program.run("account", "import", "Home")
    assert "Choose one with --from thunderbird, --from mbsync" in done.stderr
    assert program.run("account", "import", "--from", "mbsync", "Home").returncode == 0
    assert "is here already" in program.run("account", "import", "--from", "mbsync", "home").stderr


def test_an_online_account_is_added_and_used(program, dovecot, session):
    """Its password stays with the desktop."""
    dovecot.deliver("From the desktop")
    session.add("account_1", email="anna@example.org", secret=dovecot.password, **in_the_clear(dovecot))
    added = program.run("account", "add", "--online-account", "account_1", "--name", "Desk")
    assert (added.returncode, added.stderr) == (0, "")
    assert program.run("subjects").stdout == "From the desktop\n"
    session.refuse["GetPassword"] = NOT_AUTHORIZED
    refused = program.run("subjects")
    assert refused.returncode != 0
    assert "Open Online Accounts" in refused.stderr


def test_an_account_goes_on_when_its_user_has_signed_in_at_the_desktop(recorder, program, dovecot):
    """By itself."""
    with OnlineAccounts(recorder.bus.address) as service:
        service.add("account_1", email="anna@example.org", secret=dovecot.password, **in_the_clear(dovecot))
        service.refuse["GetPassword"] = NOT_AUTHORIZED
        taken = program.run("account", "import", "--from", "online-accounts", "--all")
        assert (taken.returncode, taken.stderr) == (0, "")
        program.start()
        program.wait_state("needs-credentials")
        del service.refuse["GetPassword"]
        service.signed_in("account_1")
        program.wait_state("watching")
