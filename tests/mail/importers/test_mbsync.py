"""Accounts of mbsync, as its file has them."""

from __future__ import annotations

from functools import partial

import pytest

from tests.mail.importers import reading
from tests.mail.importers.reading import complaint, values
from tray.mail.importers.candidates import SourceProgram
from tray.mail.model.account import Login, SecretSource, Security

CONFIGURATION = """\
# A configuration as people have them.
SyncState *

IMAPAccount work
# the office
Host imap.example.org
User jane
PassCmd "+gpg --quiet --for-your-eyes-only -d ~/.mail/\\"work\\".gpg"
TLSType IMAPS
CertificateFile /etc/ssl/certs/ca-certificates.crt

IMAPStore work-remote
Account work

MaildirStore work-local
Path ~/Mail/work/
Inbox ~/Mail/work/Inbox

Channel work
Far :work-remote:
Near :work-local:
Patterns *

IMAPAccount gmail
Host imap.gmail.com
User jane.doe@gmail.com
PassCmd "oama access jane.doe@gmail.com"
AuthMechs XOAUTH2
SSLType IMAPS

IMAPStore inline
Host mail.example.net
Port 1143
User "jane doe"
Pass "very secret"   # never read
SSLType STARTTLS
CertificateFile ~/certs/net.pem
"""


read = partial(reading.read, SourceProgram.MBSYNC)
only = partial(reading.only, SourceProgram.MBSYNC)


def section(*lines):
    return only("\n".join(["IMAPAccount work", "Host imap.example.org", "User jane", *lines]))


def test_accounts_and_stores_with_a_server_are_found():
    work, gmail, inline = read(CONFIGURATION).offers
    assert values(work, "name host user port security secret ca_file") == [
        *("work", "imap.example.org", "jane", 993, Security.TLS, SecretSource.COMMAND, "")
    ]
    assert work.account.password_command == 'gpg --quiet --for-your-eyes-only -d ~/.mail/"work".gpg'
    assert work.notes == ()
    assert values(gmail, "login password_command") == [Login.TOKEN, "oama access jane.doe@gmail.com"]
    assert values(inline, "user port security secret ca_file") == [
        *("jane doe", 1143, Security.STARTTLS, SecretSource.KEYRING, "/home/jane/certs/net.pem")
    ]
    assert "net.pem" in " ".join(inline.notes)


@pytest.mark.parametrize(
    ("lines", "security", "port"),
    [
        ((), Security.STARTTLS, 143),
        (("TLSType IMAPS",), Security.TLS, 993),
        (("\t TLSType \t IMAPS # by STARTTLS",), Security.TLS, 993),
        (("tlstype imaps", "Port 994"), Security.TLS, 994),
        (("SSLType None",), Security.STARTTLS, 143),
        (("SSLType nonsense",), Security.STARTTLS, 143),
        (("UseIMAPS yes",), Security.TLS, 993),
        (("Host imaps:imap.example.org",), Security.TLS, 993),
        (("Host imap:imap.example.org",), Security.STARTTLS, 143),
        (("Host localhost", "SSLType None"), Security.NONE, 143),
    ],
)
def test_protection_and_port_are_kept_or_made_better(lines, security, port):
    offer = section(*lines)
    assert values(offer, "security port") == [security, port]
    assert offer.account.host in {"imap.example.org", "localhost"}


def test_what_would_have_to_be_run_is_reported():
    assert "tunnel" in complaint(SourceProgram.MBSYNC, "IMAPAccount work\nTunnel \"ssh host 'imapd'\"\n")
    assert "command" in complaint(SourceProgram.MBSYNC, "IMAPAccount work\nHost a\nUserCmd whoami\n")
    assert section("UserCmd whoami").account.user == "jane"


@pytest.mark.parametrize(
    ("lines", "secret", "login"),
    [
        (("AuthMechs OAUTHBEARER XOAUTH2",), SecretSource.OAUTH, Login.PASSWORD),
        (("AuthMech XOAUTH2", "PassCmd tok"), SecretSource.COMMAND, Login.TOKEN),
        (("AuthMechs XOAUTH2 PLAIN", "PassCmd tok"), SecretSource.COMMAND, Login.PASSWORD),
        (("AuthMechs *", "PassCmd tok"), SecretSource.COMMAND, Login.PASSWORD),
        (("AuthMechs EXTERNAL", "ClientCertificate /c.pem"), SecretSource.KEYRING, Login.CERTIFICATE),
        (("AuthMechs EXTERNAL",), SecretSource.KEYRING, Login.PASSWORD),
    ],
)
def test_how_it_signs_in_is_kept(lines, secret, login):
    assert values(section(*lines), "secret login") == [secret, login]


def test_tickets_are_said_to_be_missing_here():
    assert "Kerberos" in " ".join(section("AuthMechs GSSAPI").notes)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/a/b.pem", "/a/b.pem"),
        ("~/b.pem", "/home/jane/b.pem"),
        ("~", "/home/jane"),
        ("b.pem", "/home/jane/.config/b.pem"),
        ("~joe/b.pem", ""),
    ],
)
def test_paths_are_those_of_mbsync(path, file):
    text = f"IMAPAccount w\nHost a.example\nUser j\nClientCertificate {path}\nClientKey {path}\n"
    assert values(only(text), "client_certificate client_key") == [file, file]


@pytest.mark.parametrize(("encryption", "file"), [("IMAPS", "/own.pem"), ("None", "")])
def test_own_roots_of_this_machine_are_kept_where_it_encrypts(encryption, file):
    lines = ("Host localhost", f"TLSType {encryption}", "CertificateFile /own.pem")
    assert section(*lines).account.ca_file == file


def test_a_section_ends_at_an_empty_line_or_at_the_next_one():
    offer = only("IMAPAccount a\nHost a.example\nUser j\n\nHost b.example\nChannel x\nHost c.example\n")
    assert offer.account.host == "a.example"


@pytest.mark.parametrize("line", ['PassCmd "open', "PassCmd a\\", "IMAPAccount", "Nonsense", "   # note"])
def test_a_broken_line_costs_itself_alone(line):
    account = section(line, "TLSType IMAPS").account
    assert (account.port, account.password_command) == (143 if line == "IMAPAccount" else 993, "")


def test_files_are_bounded():
    text = "IMAPAccount a\nHost a.example\nUser j\n" * 1000
    assert len(read(text).offers) == 200
