"""Accounts of Thunderbird, as its files have them."""

from __future__ import annotations

import time
from functools import partial

import pytest

from tests.mail.importers import reading
from tests.mail.importers.reading import values
from tray.mail.importers.candidates import SourceProgram
from tray.mail.importers.thunderbird import PROFILES_LIMIT, Profile, profiles
from tray.mail.model.account import SecretSource, Security

PROFILES = """\
[Install8C6EA6B2F5E1F2A]
Default=q1w2e3r4.default-release
Locked=1

[Profile1]
Name=default
IsRelative=1
Path=a1b2c3d4.default
Default=1

[Profile0]
Name=work
IsRelative=0
Path=/srv/mail/work

[General]
StartWithLastProfile=1
Version=2
"""

PREFERENCES = r"""// Mozilla User Preferences

user_pref("app.update.lastUpdateTime.addon-background-update-timer", 1700000000);
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account2.identities", "id1,id2");
user_pref("mail.account.account2.server", "server2");
user_pref("mail.account.account3.identities", "id3");
user_pref("mail.account.account3.server", "server3");
user_pref("mail.account.account4.server", "server4");
user_pref("mail.accountmanager.accounts", "account2,account1,account3,account4,account9");
user_pref("mail.identity.id1.useremail", "jane@example.org");
user_pref("mail.identity.id2.useremail", "info@example.org");
user_pref("mail.identity.id3.useremail", "jane.doe@gmail.com");
user_pref("mail.server.server1.hostname", "Local Folders");
user_pref("mail.server.server1.type", "none");
user_pref("mail.server.server1.userName", "nobody");
user_pref("mail.server.server2.hostname", "imap.old.example.org");
user_pref("mail.server.server2.realhostname", "imap.example.org");
user_pref("mail.server.server2.name", "J\u00e4ne \"W\x6Frk\"");
user_pref("mail.server.server2.port", 143);
user_pref("mail.server.server2.socketType", 2);
user_pref("mail.server.server2.type", "imap");
user_pref("mail.server.server2.userName", "old");
user_pref("mail.server.server2.realuserName", "jane");
user_pref("mail.server.server3.authMethod", 10);
user_pref("mail.server.server3.hostname", "imap.gmail.com");
user_pref("mail.server.server3.name", "jane.doe@gmail.com");
user_pref("mail.server.server3.port", 993);
user_pref("mail.server.server3.socketType", 3);
user_pref("mail.server.server3.type", "imap");
user_pref("mail.server.server3.userName", "jane.doe@gmail.com");
user_pref("mail.server.server4.hostname", "pop.example.org");
user_pref("mail.server.server4.type", "pop3");
"""


def preferences(**server):
    """A file with one account of one server."""
    lines = [
        'user_pref("mail.accountmanager.accounts", "account1");',
        'user_pref("mail.account.account1.server", "server1");',
    ]
    facts = {"type": '"imap"', "hostname": '"imap.example.org"', "userName": '"jane"', **server}
    lines += [f'user_pref("mail.server.server1.{key}", {value});' for key, value in facts.items() if value]
    return "\n".join(lines) + "\n"


only = partial(reading.only, SourceProgram.THUNDERBIRD)


def test_profiles_are_named_by_their_file():
    assert profiles(PROFILES) == (
        Profile("default", "a1b2c3d4.default", relative=True),
        Profile("work", "/srv/mail/work", relative=False),
    )


def test_profiles_are_bounded_and_fit_to_be_paths():
    text = "".join(f"[Profile{each}]\nPath=p{each}\n" for each in range(100)) + "[Profile]\nPath=a\0b\n"
    assert len(profiles(text)) == PROFILES_LIMIT
    assert profiles("[Profile0]\nName=x\n[Profile1]\nPath=a\0b\n") == ()


def test_accounts_come_in_their_order_and_only_those_of_imap():
    found = reading.read(SourceProgram.THUNDERBIRD, PREFERENCES)
    assert found.complaints == ()
    work, google = found.offers
    assert values(work, "name email host user port security secret") == [
        *('Jäne "Work"', "jane@example.org", "imap.example.org", "jane", 143, Security.STARTTLS),
        SecretSource.KEYRING,
    ]
    assert work.place == "~/file"
    assert values(google, "port security secret") == [993, Security.TLS, SecretSource.OAUTH]


@pytest.mark.parametrize(
    ("facts", "security", "port"),
    [
        ({"socketType": "3"}, Security.TLS, 993),
        ({"socketType": "3", "port": "1993"}, Security.TLS, 1993),
        ({"socketType": "2"}, Security.STARTTLS, 143),
        ({"socketType": "1"}, Security.STARTTLS, 143),
        ({"socketType": "0"}, Security.STARTTLS, 143),
        ({"socketType": '"x"'}, Security.STARTTLS, 143),
        ({"socketType": "9"}, Security.STARTTLS, 143),
        ({}, Security.STARTTLS, 143),
        ({"isSecure": "true"}, Security.TLS, 993),
        ({"socketType": "0", "hostname": '"127.0.0.1"', "port": "1143"}, Security.NONE, 1143),
    ],
)
def test_protection_and_port_are_kept_or_made_better(facts, security, port):
    assert values(only(preferences(**facts)), "security port") == [security, port]


@pytest.mark.parametrize(("facts", "noted"), [("0", True), ("1", True), ("2", False), ("3", False)])
def test_what_is_made_better_is_said(facts, noted):
    assert bool(only(preferences(socketType=facts)).notes) is noted


@pytest.mark.parametrize(
    ("method", "words"),
    [("3", ""), ("4", ""), ("5", "Kerberos"), ("6", "NTLM"), ("7", "certificate"), ('"x"', "")],
)
def test_a_way_to_sign_in_that_is_not_ours_is_said(method, words):
    note = " ".join(only(preferences(socketType="3", authMethod=method)).notes)
    assert words in note
    assert bool(note) is bool(words)


def test_without_a_name_the_server_it_cannot_be_used():
    text = preferences(hostname=None, name='"Home"')
    found = reading.complaint(SourceProgram.THUNDERBIRD, text)
    assert found == "“Home”: the name of its server is missing."


def test_a_broken_line_costs_itself_alone():
    text = preferences(port="993").replace(
        'user_pref("mail.server.server1.port", 993);', 'user_pref("mail.server.server1.port", 99'
    )
    endless = 'user_pref("mail.server.server1.name", "' + "x" * 10_000 + '");\n'
    assert only(text + 'user_pref("mail.server.server1.name", "open\n' + endless).account.name == "jane"


def test_other_spellings_of_a_line_are_understood():
    text = preferences(name="'it\\'s\\tmine'").replace("user_pref(", "  pref ( ")
    assert only(text).account.name == "it'stmine"


def test_lines_in_comments_do_not_count():
    text = preferences() + '// user_pref("mail.server.server1.hostname", "evil.example");\n'
    assert only(text).account.host == "imap.example.org"


def test_line_breaks_in_values_come_to_nothing():
    assert only(preferences(hostname='"imap\\nexample"')).account.host == ""  # refused when all is settled


def test_a_file_of_years_is_read_in_a_moment():
    """Twenty megabytes of other settings."""
    line = 'user_pref("mail.panacea.views.column.state.of.folder.{}", "' + "x" * 180 + '");\n'
    text = "".join(line.format(each) for each in range(80_000)) + preferences(socketType="3")
    began = time.process_time()
    assert only(text).account.host == "imap.example.org"
    assert time.process_time() - began < 5
