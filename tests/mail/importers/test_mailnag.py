"""Accounts of Mailnag, as its file has them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tray.mail.importers.mailnag import parse
from tray.mail.model.account import SecretSource, Security

CONFIGURATION = """\
[core]
poll_interval = 10
imap_idle_timeout = 10
mailbox_seen_flags = 1
autostart = 1
enabled_plugins = dbusplugin, soundplugin, libnotifyplugin

[account1]
enabled = 1
type = imap
name = Work
user = jane
password =
server = imap.example.org
port = 993
ssl = 1
imap = 1
idle = 1
folder = ["INBOX", "Entwürfe", 5]

[account2]
enabled = 0
name = Home
user = jane@example.net
password = very secret
server = mail.example.net
port =
ssl = 0
imap = 1
idle = 0
folder = INBOX, Lists

[account3]
enabled = 1
type = pop3
server = pop.example.org

[account4]
imap = 0
server = pop.example.org

[account5]
type = maildir
path = /home/jane/Mail
"""


def test_accounts_of_imap_are_read():
    work, home = parse(CONFIGURATION, "~/.config/mailnag/mailnag.cfg").offers
    assert (work.account.name, work.account.user, work.account.host) == ("Work", "jane", "imap.example.org")
    assert (work.account.security, work.account.port) == (Security.TLS, 993)
    assert work.account.mailboxes == ("INBOX", "Entwürfe")
    assert work.account.secret is SecretSource.KEYRING
    assert (work.off, work.notes) == (False, ())
    assert (home.account.security, home.account.port) == (Security.STARTTLS, 143)
    assert home.account.mailboxes == ("INBOX", "Lists")
    assert home.off
    assert len(home.notes) == 2


def test_a_password_is_not_read():
    assert "very secret" not in repr(parse(CONFIGURATION, "p"))


def test_what_is_no_name_in_a_list_of_folders_is_passed_over():
    (offer,) = parse('[account1]\nserver=a\nuser=b\nfolder=["INBOX", 5, null, "Lists"]\n', "p").offers
    assert offer.account.mailboxes == ("INBOX", "Lists")


def test_folders_that_cannot_be_read_are_the_inbox():
    (offer,) = parse("[account1]\nserver=a\nuser=b\nfolder=[broken]\n", "p").offers
    assert offer.account.mailboxes == ("INBOX",)


@given(st.text(), st.text())
def test_nothing_makes_it_raise(text, folder):
    parse(f"[account1]\nserver=a\nfolder=[{folder}]\n" + text, "p")
