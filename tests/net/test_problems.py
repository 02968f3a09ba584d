"""Which problem each exception is."""

from __future__ import annotations

import pytest
from OpenSSL.SSL import Error as TlsError
from twisted.internet import error as failures
from twisted.internet.defer import CancelledError

from tests.mail.presentation.problem_texts.whole import whole
from tests.net.accounts import TLS
from tray.imap.errors import CommandRefused, LocalProtocolError, RemoteProtocolError, SaslError
from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.secret import SecretUnavailable
from tray.mail.model.status import Problem, ProblemKind
from tray.net import errors
from tray.net.problems import problem_of

K = ProblemKind


def refused(*kinds: CertificateErrorKind) -> errors.CertificateRefused:
    names = ("a.example", "b.example")
    return errors.CertificateRefused(
        Certificate("mail.example.org", "Server", names, "Root", 0, 1, "ab" * 32, False, kinds, "cd" * 32, 99)
    )


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (failures.DNSLookupError(), K.NAME_NOT_FOUND, "mail.example.org was not found"),
        (failures.UnknownHostError(), K.NAME_NOT_FOUND, "was not found"),
        (failures.ConnectionRefusedError(), K.UNREACHABLE, "refused the connection on port 993"),
        (failures.TimeoutError(), K.UNREACHABLE, "did not answer on port 993"),
        (failures.TCPTimedOutError(), K.UNREACHABLE, "did not answer"),
        (failures.NoRouteError(), K.UNREACHABLE, "no route to"),
        (failures.ConnectError(), K.UNREACHABLE, "no route to"),
        (failures.ConnectionLost(), K.UNREACHABLE, "was lost"),
        (failures.ConnectionDone(), K.UNREACHABLE, "was lost"),
        (OSError(), K.UNREACHABLE, "was lost"),
        (CancelledError(), K.UNREACHABLE, "was lost"),
        (errors.Stopped(), K.UNREACHABLE, "was lost"),
        (errors.DeadlineExceeded("DONE", 20), K.UNREACHABLE, "stopped answering"),
        (refused(CertificateErrorKind.EXPIRED), K.UNTRUSTED, "has expired (Server)"),
        (refused(CertificateErrorKind.NOT_YET_VALID), K.UNTRUSTED, "is not valid yet"),
        (
            refused(CertificateErrorKind.SELF_SIGNED, CertificateErrorKind.EXPIRED),
            K.UNTRUSTED,
            "is self-signed (Root)",
        ),
        (refused(CertificateErrorKind.UNKNOWN_ISSUER), K.UNTRUSTED, "an unknown authority (Root)"),
        (refused(CertificateErrorKind.ISSUER_EXPIRED), K.UNTRUSTED, "authority that has expired (Root)"),
        (refused(CertificateErrorKind.REVOKED), K.UNTRUSTED, "was revoked"),
        (refused(CertificateErrorKind.WEAK), K.UNTRUSTED, "too weak"),
        (refused(CertificateErrorKind.OTHER), K.UNTRUSTED, "reason 99"),
        (refused(CertificateErrorKind.WRONG_HOST), K.UNTRUSTED, "it is for a.example, b.example"),
        (refused(CertificateErrorKind.CHANGED), K.UNTRUSTED, "it has changed"),
        (errors.CertificateUnverified("h"), K.UNTRUSTED, "showed no certificate"),
        (
            errors.RootsUnusable("/x.pem", "unreadable", FileNotFoundError(2, "No such file or directory")),
            K.UNTRUSTED,
            "/x.pem: it does not exist",
        ),
        (errors.IdentityUnusable("/x.pem", "no key"), K.UNTRUSTED, "/x.pem: it holds no private key"),
        (errors.StartTlsMissing(), K.UNTRUSTED, "does not offer encryption (STARTTLS)"),
        (errors.PreAuthenticated(), K.UNTRUSTED, "before the connection is encrypted"),
        (errors.CleartextRefused(), K.UNTRUSTED, "could read the password"),
        (TlsError([("SSL routines", "", "wrong version number")]), K.UNTRUSTED, "does not speak TLS"),
        (CommandRefused("FETCH", "NO", "", "x"), K.SERVER, "(FETCH)"),
        (RemoteProtocolError("a line of more than 5 bytes"), K.PROTOCOL, "a line of more than 5 bytes"),
        (SaslError("odd"), K.PROTOCOL, "rules of logging in"),
        (LocalProtocolError("a NUL cannot be sent"), K.REFUSED, "cannot be sent"),
        (errors.NoLoginMethod(), K.SERVER, "no way to log in"),
        (errors.MailboxChanged(), K.MAILBOX, "renumbered"),
        (errors.MailboxReadOnly(), K.MAILBOX, "does not allow changes"),
        (errors.HandlerFailed(), K.INTERNAL, "HandlerFailed"),
        (KeyError("secret"), K.INTERNAL, "KeyError"),
    ],
)
def test_each_failure_has_its_words(error: Exception, kind: ProblemKind, words: str) -> None:
    problem = whole(problem_of(error, TLS))
    assert problem.kind is kind
    assert words in problem.sentence
    assert "secret" not in problem.sentence


@pytest.mark.parametrize("wrap", [SecretUnavailable, errors.ActionFailed])
def test_a_problem_that_is_known_is_passed_on(wrap: type) -> None:
    problem = Problem(K.NO_SECRET, "None.")
    assert problem_of(wrap(problem), TLS) is problem


@pytest.mark.parametrize("kind", list(CertificateErrorKind))
def test_a_certificate_can_be_shown_where_a_word_of_the_user_could_help(kind: CertificateErrorKind) -> None:
    """Nobody is asked to trust a key that others may have as well."""
    problem = problem_of(refused(kind), TLS)
    assert (problem.certificate is None) == (
        kind in {CertificateErrorKind.WEAK, CertificateErrorKind.REVOKED}
    )
    assert "no password was sent" in problem.advice


def test_a_changed_certificate_is_explained_with_both_fingerprints() -> None:
    problem = problem_of(refused(CertificateErrorKind.CHANGED), TLS)
    assert "It was CD:CD:CD:CD CD" in problem.advice
    assert "now it is AB:AB:AB:AB AB" in problem.advice
    assert "renewed" in problem.advice
    assert "intercepts" in problem.advice
