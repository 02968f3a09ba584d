"""Accounts of Mailnag, as its file has them."""

from __future__ import annotations

import pytest

from tests.mail.importers.reading import only, read, values
from tray.mail.importers.candidates import SourceProgram
from tray.mail.model.account import SecretSource, Security

CONFIGURATION = """\
[core]
poll_interval = 10
imap_idle_timeout = 10
mailbox_seen_flags = 1
autostart = 1
enabled_plugins = dbusplugin, soundplugin, libnotifyplugin

[filterplugin]
server = filter.example.org

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
    work, home = read(SourceProgram.MAILNAG, CONFIGURATION).offers
    assert values(work, "name user host security port mailboxes secret") == [
        *("Work", "jane", "imap.example.org", Security.TLS, 993, ("INBOX", "Entwürfe"), SecretSource.KEYRING)
    ]
    assert (work.off, work.notes) == (False, ())
    assert values(home, "security port mailboxes") == [Security.STARTTLS, 143, ("INBOX", "Lists")]
    assert home.off
    assert len(home.notes) == 2


@pytest.mark.parametrize(
    ("folder", "mailboxes"),
    [
        ('["INBOX", 5, null, "Lists"]', ("INBOX", "Lists")),
        ("[broken]", ("INBOX",)),
        ("[Lists, Work", ("[Lists", "Work")),
        ("[" * 9999 + "]", ("INBOX",)),
    ],
)
def test_folders_that_cannot_be_read_are_left_out(folder, mailboxes):
    offer = only(SourceProgram.MAILNAG, f"[account1]\nserver=a\nuser=b\nfolder={folder}\n")
    assert offer.account.mailboxes == mailboxes
