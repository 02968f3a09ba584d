"""Accounts of mbsync, as its file has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.mail.importers.mbsync import parse
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


def only(text):
    reading = parse(text, "~/.mbsyncrc", "/home/jane", "/home/jane")
    assert reading.complaints == ()
    (offer,) = reading.offers
    return offer


def section(*lines):
    return only("\n".join(["IMAPAccount work", "Host imap.example.org", "User jane", *lines]))


def test_accounts_and_stores_with_a_server_are_found():
    work, gmail, inline = parse(CONFIGURATION, "~/.mbsyncrc", "/home/jane", "/home/jane").offers
    assert (work.account.name, work.account.host, work.account.user) == ("work", "imap.example.org", "jane")
    assert (work.account.port, work.account.security) == (993, Security.TLS)
    assert work.account.secret is SecretSource.COMMAND
    assert work.account.password_command == 'gpg --quiet --for-your-eyes-only -d ~/.mail/"work".gpg'
    assert (work.account.ca_file, work.notes) == ("", ())
    assert gmail.account.login is Login.TOKEN
    assert gmail.account.password_command == "oama access jane.doe@gmail.com"
    assert (inline.account.user, inline.account.port) == ("jane doe", 1143)
    assert inline.account.security is Security.STARTTLS
    assert inline.account.secret is SecretSource.KEYRING
    assert inline.account.ca_file == "/home/jane/certs/net.pem"
    assert "net.pem" in " ".join(inline.notes)


def test_a_password_is_not_read():
    assert "very secret" not in repr(parse(CONFIGURATION, "p", "/home/jane", "/home/jane"))


@pytest.mark.parametrize(
    ("lines", "security", "port"),
    [
        ((), Security.STARTTLS, 143),
        (("TLSType IMAPS",), Security.TLS, 993),
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
    account = section(*lines).account
    assert (account.security, account.port) == (security, port)
    assert account.host in {"imap.example.org", "localhost"}


def test_a_tunnel_cannot_be_taken_over():
    reading = parse("IMAPAccount work\nTunnel \"ssh host 'imapd'\"\n", "~/.mbsyncrc", "/h", "/h")
    assert reading.offers == ()
    assert "tunnel" in reading.complaints[0]


def test_a_user_name_from_a_command_is_not_run_for():
    reading = parse("IMAPAccount work\nHost a\nUserCmd whoami\n", "~/.mbsyncrc", "/h", "/h")
    assert "command" in reading.complaints[0]
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
    account = section(*lines).account
    assert (account.secret, account.login) == (secret, login)


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
    (offer,) = parse(text, "p", "/home/jane", "/home/jane/.config").offers
    assert (offer.account.client_certificate, offer.account.client_key) == (file, file)


def test_a_section_ends_at_an_empty_line_or_at_the_next_one():
    offer = only("IMAPAccount a\nHost a.example\nUser j\n\nHost b.example\nChannel x\nHost c.example\n")
    assert offer.account.host == "a.example"


@pytest.mark.parametrize("line", ['PassCmd "open', "PassCmd a\\", "IMAPAccount", "Nonsense", "   # note"])
def test_a_broken_line_costs_itself_alone(line):
    assert section(line, "TLSType IMAPS").account.port == (143 if line == "IMAPAccount" else 993)


def test_files_are_bounded():
    text = "IMAPAccount a\nHost a.example\nUser j\n" * 1000
    assert len(parse(text, "p", "/h", "/h").offers) == 200


_WORDS = st.sampled_from(
    ["IMAPAccount", "Host", "User", "PassCmd", "TLSType", '"', "\\", "#", "~", "AuthMechs", "\n", "\n\n", " "]
)


@given(st.lists(st.one_of(_WORDS, st.text(max_size=5))))
def test_nothing_makes_it_raise(parts):
    parse(" ".join(parts), "p", "/h", "/h")


@pytest.mark.parametrize("hidden", ["\x9b", "\u202e", "\u2069", "\u200b", "\u00a0"])
def test_a_command_that_hides_something_is_refused_with_a_sentence(hidden):
    text = f'IMAPAccount work\nHost imap.example.org\nUser jane\nPassCmd "pass{hidden} mail"\n'
    reading = parse(text, "~/.mbsyncrc", "/home/jane", "/home/jane")
    assert reading.offers == ()
    assert f"U+{ord(hidden):04X}" in reading.complaints[0]
