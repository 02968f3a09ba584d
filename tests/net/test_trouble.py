"""What each failure means for a person: kind, sentence, advice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from OpenSSL.SSL import Error as TlsError
from twisted.internet import error as failures
from twisted.internet.defer import CancelledError

from tests.net.accounts import TLS
from tray.imap.errors import CommandRefused, LocalProtocolError, RemoteProtocolError, SaslError
from tray.imap.types import MailboxName
from tray.mail.account import Login
from tray.mail.secret import SecretUnavailable
from tray.mail.status import Trouble, TroubleKind
from tray.net import errors
from tray.net.trouble import trouble_of

K = TroubleKind
GMAIL = replace(TLS, host="imap.gmail.com")
TOKEN = replace(GMAIL, login=Login.TOKEN)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (failures.DNSLookupError(), K.NAME_NOT_FOUND, "mail.example.org was not found"),
        (failures.UnknownHostError(), K.NAME_NOT_FOUND, "was not found"),
        (failures.ConnectionRefusedError(), K.UNREACHABLE, "refused the connection on port 993"),
        (failures.TimeoutError(), K.UNREACHABLE, "did not answer on port 993"),
        (failures.TCPTimedOutError(), K.UNREACHABLE, "did not answer"),
        (failures.NoRouteError(), K.UNREACHABLE, "no way through the network"),
        (failures.ConnectError(), K.UNREACHABLE, "no way through the network"),
        (failures.ConnectionLost(), K.UNREACHABLE, "was lost"),
        (failures.ConnectionDone(), K.UNREACHABLE, "was lost"),
        (OSError(), K.UNREACHABLE, "was lost"),
        (CancelledError(), K.UNREACHABLE, "was lost"),
        (errors.Stopped(), K.UNREACHABLE, "was lost"),
        (errors.DeadlineExceeded("DONE", 20), K.UNREACHABLE, "stopped answering"),
        (errors.CertificateRefused(10, "Server", "Root"), K.UNTRUSTED, "has expired (Server)"),
        (errors.CertificateRefused(9, "Server", "Root"), K.UNTRUSTED, "is not valid yet"),
        (errors.CertificateRefused(18, "Server", "Server"), K.UNTRUSTED, "certified by itself only (Server)"),
        (errors.CertificateRefused(19, "Server", "Root"), K.UNTRUSTED, "certified by itself only (Root)"),
        (errors.CertificateRefused(20, "Server", "Root"), K.UNTRUSTED, "authority that is not known (Root)"),
        (errors.CertificateRefused(23, "Server", "Root"), K.UNTRUSTED, "was revoked"),
        (errors.CertificateRefused(66, "Server", "Root"), K.UNTRUSTED, "too weak"),
        (errors.CertificateRefused(99, "Server", "Root"), K.UNTRUSTED, "reason 99"),
        (errors.HostMismatch("h", ("a.example", "b.example")), K.UNTRUSTED, "it is for a.example, b.example"),
        (errors.HostMismatch("h", ()), K.UNTRUSTED, "no host at all"),
        (errors.RootsUnusable("/x.pem", "No such file"), K.UNTRUSTED, "/x.pem: No such file"),
        (errors.StartTlsMissing(), K.UNTRUSTED, "does not offer encryption (STARTTLS)"),
        (errors.PreAuthenticated(), K.UNTRUSTED, "before the connection is encrypted"),
        (errors.CleartextRefused(), K.UNTRUSTED, "could read the password"),
        (
            TlsError([("SSL routines", "", "wrong version number")]),
            K.UNTRUSTED,
            "does not speak TLS on port 993",
        ),
        (TlsError([("SSL routines", "", "unsupported protocol")]), K.UNTRUSTED, "too old to be safe"),
        (TlsError([("SSL routines", "", "odd")]), K.UNTRUSTED, "No safe connection"),
        (RemoteProtocolError("a line of more than 5 bytes"), K.PROTOCOL, "a line of more than 5 bytes"),
        (SaslError("odd"), K.PROTOCOL, "rules of logging in"),
        (LocalProtocolError("a NUL cannot be sent"), K.REFUSED, "cannot be sent"),
        (errors.NoLoginMethod(), K.SERVER, "no way to log in"),
        (errors.MailboxChanged(), K.MAILBOX, "renumbered"),
        (errors.MailboxReadOnly(), K.MAILBOX, "lets nobody change"),
        (errors.HandlerFailed(), K.INTERNAL, "HandlerFailed"),
        (KeyError("secret"), K.INTERNAL, "KeyError"),
    ],
)
def test_each_failure_has_its_words(error: Exception, kind: TroubleKind, words: str) -> None:
    trouble = trouble_of(error, TLS)
    assert trouble.kind is kind
    assert words in trouble.sentence
    assert trouble.sentence.endswith(".")
    assert trouble.advice == "" or trouble.advice.endswith(".")
    assert "secret" not in trouble.sentence


@pytest.mark.parametrize("wrap", [SecretUnavailable, errors.ActionFailed])
def test_a_trouble_that_is_known_is_passed_on(wrap: type) -> None:
    trouble = Trouble(K.NO_SECRET, "None.")
    assert trouble_of(wrap(trouble), TLS) is trouble


@pytest.mark.parametrize(
    ("account", "command", "status", "code", "text", "kind", "words"),
    [
        (
            TLS,
            "LOGIN",
            "NO",
            "AUTHENTICATIONFAILED",
            "Authentication failed.",
            K.REFUSED,
            "refused the user name",
        ),
        (TLS, "AUTHENTICATE", "NO", "", "failed", K.REFUSED, "refused the user name"),
        (TLS, "AUTHENTICATE", "BAD", "AUTHENTICATIONFAILED", "failed", K.REFUSED, "refused the user name"),
        (
            TLS,
            "LOGIN",
            "NO",
            "UNAVAILABLE",
            "Temporary authentication failure.",
            K.SERVER,
            "cannot do it now",
        ),
        (TLS, "LOGIN", "BAD", "", "User is authenticated but not connected.", K.SERVER, "cannot do it now"),
        (TLS, "LOGIN", "NO", "", "Server error, try again later", K.SERVER, "cannot do it now"),
        (
            TLS,
            "LOGIN",
            "NO",
            "UNAVAILABLE",
            "Maximum number of connections from user+IP exceeded",
            K.TOO_MANY,
            "many",
        ),
        (
            GMAIL,
            "AUTHENTICATE",
            "NO",
            "ALERT",
            "Too many simultaneous connections. (Failure)",
            K.TOO_MANY,
            "too many",
        ),
        (GMAIL, "LOGIN", "NO", "ALERT", "Application-specific password required", K.APP_PASSWORD, "Google"),
        (
            GMAIL,
            "LOGIN",
            "NO",
            "AUTHENTICATIONFAILED",
            "Invalid credentials (Failure)",
            K.APP_PASSWORD,
            "app password",
        ),
        (TLS, "LOGIN", "NO", "", "Web login required", K.APP_PASSWORD, "mail.example.org refused"),
        (replace(TLS, host="imap.mail.yahoo.com"), "LOGIN", "NO", "", "x", K.APP_PASSWORD, "Yahoo"),
        (replace(TLS, host="imap.mail.me.com."), "LOGIN", "NO", "", "x", K.APP_PASSWORD, "Apple"),
        (replace(TLS, host="imap.gmail.com.evil.example"), "LOGIN", "NO", "", "x", K.REFUSED, "evil.example"),
        (TOKEN, "AUTHENTICATE", "NO", "AUTHENTICATIONFAILED", "x", K.REFUSED, "access token"),
        (TLS, "EXAMINE", "NO", "NONEXISTENT", "x", K.MAILBOX, "Lists/a does not exist"),
        (TLS, "EXAMINE", "NO", "", "Mailbox doesn't exist: x", K.MAILBOX, "does not exist"),
        (TLS, "SELECT", "NO", "NOPERM", "Permission denied", K.MAILBOX, "cannot be opened"),
        (TLS, "EXAMINE", "NO", "SERVERBUG", "Internal error", K.SERVER, "cannot do it now"),
        (TLS, "EXAMINE", "BAD", "", "x", K.SERVER, "cannot do it now"),
        (TLS, "IDLE", "BYE", "", "Session expired, please login again", K.SERVER, "ended the connection"),
        (TLS, "", "BYE", "", "too many connections", K.TOO_MANY, "too many"),
        (TLS, "FETCH", "NO", "", "x", K.SERVER, "(FETCH)"),
    ],
)
def test_what_a_refusal_means(account, command, status, code, text, kind, words) -> None:
    trouble = trouble_of(CommandRefused(command, status, code, text), account, MailboxName("Lists/a"))
    assert (trouble.kind, trouble.server_text) == (kind, text)
    assert words in trouble.sentence


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        ("outlook.office365.com", "OAuth2"),
        ("imap.gmx.net", "IMAP is switched on"),
        ("imap.163.com", "switched on"),
    ],
)
def test_providers_with_rules_of_their_own(host: str, advice: str) -> None:
    trouble = trouble_of(CommandRefused("LOGIN", "NO", "", "x"), replace(TLS, host=host))
    assert advice in trouble.advice


def test_a_mailbox_without_a_name_is_just_the_mailbox() -> None:
    assert (
        trouble_of(CommandRefused("EXAMINE", "NO", "", "x"), TLS).sentence == "The mailbox cannot be opened."
    )
