"""Every failure is said in one sentence, with the field that mends it and what else can be done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tray.imap.errors import CommandRefused
from tray.mail.model.account import Account, AccountId, SecretSource, Security
from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.problem_texts.connection import failed
from tray.mail.presentation.problem_texts.first_page import (
    PAUSE,
    Mend,
    Remedy,
    defect,
    failure_of,
    invalid,
    no_address,
    no_client_id,
    no_imap,
    no_names,
    no_server,
    no_settings,
    not_signed_in,
    provider_hint,
    to_confirm,
    twin,
)
from tray.mail.presentation.problem_texts.refusals import refusal_problem
from tray.mail.presentation.problem_texts.tls import handshake_failed
from tray.mail.setup.discovery import Candidate, NoImap, Source
from tray.mail.setup.providers import Provider, SignInMethod

JANE = Account(AccountId("n"), "example.org", "jane@example.org", "imap.example.org", "jane@example.org")
GMAIL = Provider(
    "google",
    "Gmail",
    host="imap.gmail.com",
    webmail="https://mail.google.com/",
    sign_in=SignInMethod.APP_PASSWORD,
    password_url="https://myaccount.google.com/apppasswords",
    oauth="google",
)
CERTIFICATE = Certificate(
    host="imap.example.org",
    subject="x",
    names=(),
    issuer="x",
    not_before=0.0,
    not_after=1.0,
    sha256="ab" * 32,
    self_signed=True,
    errors=(CertificateErrorKind.SELF_SIGNED,),
    pinned="",
)


def refused(text, code=""):
    """What the server's refusal of the log-in becomes."""
    return refusal_problem(CommandRefused("LOGIN", "NO", code, text), JANE, None)


def of(problem, account=JANE, provider=None, *, online=True, user_shown=False):
    return failure_of(problem, account, provider, online=online, user_shown=user_shown)


NOT_CONNECTED = failed("not connected", JANE)
TABLE = {
    "no answer": (of(NOT_CONNECTED), Mend.SERVER, "imap.example.org does not answer.", Remedy.MORE_SETTINGS),
    "no such name": (
        of(failed("name not found", JANE)),
        Mend.SERVER,
        "imap.example.org does not answer.",
        Remedy.MORE_SETTINGS,
    ),
    "no network": (
        of(NOT_CONNECTED, online=False),
        Mend.WAIT,
        "No network. Mailbell goes on by itself as soon as there is one.",
        Remedy.NONE,
    ),
    "password": (
        of(refused("Authentication failed.")),
        Mend.PASSWORD,
        "imap.example.org does not accept this password for jane@example.org.",
        Remedy.USER_NAME,
    ),
    "password, user typed": (
        of(refused("Authentication failed."), user_shown=True),
        Mend.PASSWORD,
        "imap.example.org does not accept this password for jane@example.org.",
        Remedy.NONE,
    ),
    "expired": (
        of(refused("Password expired", "EXPIRED")),
        Mend.PASSWORD,
        "The password of jane@example.org at imap.example.org has expired.",
        Remedy.USER_NAME,
    ),
    "app password": (
        of(refused("Application-specific password required"), provider=GMAIL),
        Mend.PASSWORD,
        "Gmail wants an app password here, not the one of your account.",
        Remedy.PAGE,
    ),
    "app password somewhere": (
        of(refused("Application-specific password required")),
        Mend.PASSWORD,
        "imap.example.org wants an app password here, not the one of your account.",
        Remedy.NONE,
    ),
    "IMAP is off": (
        of(refused("IMAP is disabled for this account"), provider=GMAIL),
        Mend.ADDRESS,
        "IMAP is switched off in this account.",
        Remedy.PAGE,
    ),
    "IMAP is off somewhere": (
        of(refused("IMAP is disabled for this account")),
        Mend.ADDRESS,
        "IMAP is switched off in this account.",
        Remedy.NONE,
    ),
    "certificate": (
        of(Problem(ProblemKind.UNTRUSTED, "…", certificate=CERTIFICATE)),
        Mend.CERTIFICATE,
        "imap.example.org could not prove who it is.",
        Remedy.CERTIFICATE,
    ),
    "no STARTTLS": (
        of(
            failed("no STARTTLS", replace(JANE, security=Security.STARTTLS, port=143)),
            replace(JANE, port=143),
        ),
        Mend.SERVER,
        "imap.example.org offers no encryption. Mailbell does not send passwords without it.",
        Remedy.NONE,
    ),
    "no TLS": (
        of(handshake_failed("wrong version number", JANE)),
        Mend.SERVER,
        "imap.example.org offers no encryption. Mailbell does not send passwords without it.",
        Remedy.NONE,
    ),
    "too many log-ins": (
        of(Problem(ProblemKind.TOO_OFTEN, "…")),
        Mend.WAIT,
        "The server has enough of log-ins for now.",
        Remedy.TRY_NOW,
    ),
    "the desktop's account": (
        of(
            Problem(ProblemKind.NO_SECRET, "Sign in there.", "Open it."),
            replace(JANE, secret=SecretSource.ONLINE),
        ),
        Mend.ADDRESS,
        "Sign in there.",
        Remedy.NONE,
    ),
    "anything else": (
        of(Problem(ProblemKind.PROTOCOL, "It sent nonsense.", "Check it.")),
        Mend.ADDRESS,
        "It sent nonsense.",
        Remedy.MORE_SETTINGS,
    ),
    "no address": (
        no_address(),
        Mend.ADDRESS,
        "This is not a whole address: something like you@example.org.",
        Remedy.NONE,
    ),
    "no server": (
        no_server("example.org", asked_database=False),
        Mend.SERVER,
        "No mail server was found for example.org.",
        Remedy.ASK_DATABASE,
    ),
    "no server in the database": (
        no_server("example.org", asked_database=True),
        Mend.SERVER,
        "No mail server was found for example.org.",
        Remedy.NONE,
    ),
    "no names": (
        no_names(online=True),
        Mend.SERVER,
        "Names of servers cannot be looked up now (DNS), so none was found.",
        Remedy.NONE,
    ),
    "no network to look up names": (
        no_names(online=False),
        Mend.WAIT,
        "No network. Mailbell goes on by itself as soon as there is one.",
        Remedy.NONE,
    ),
    "no IMAP": (
        no_imap(NoImap(Provider("tuta", "Tuta", notes=("Its mail is encrypted.",)))),
        Mend.ADDRESS,
        "Tuta offers no IMAP, so Mailbell cannot watch it.",
        Remedy.NONE,
    ),
    "no client id": (
        no_client_id("Microsoft"),
        Mend.BUTTON,
        "To sign in with Microsoft, Mailbell needs a client id. It is made once.",
        Remedy.MORE_SETTINGS,
    ),
    "client id refused": (
        not_signed_in(Problem(ProblemKind.REFUSED, "No.", server_text="invalid_client"), "Microsoft"),
        Mend.BUTTON,
        "Microsoft does not accept the client id that Mailbell has.",
        Remedy.MORE_SETTINGS,
    ),
    "sign-in refused": (
        not_signed_in(Problem(ProblemKind.REFUSED, "You said no.", server_text="access_denied"), "Microsoft"),
        Mend.BUTTON,
        "You said no.",
        Remedy.NONE,
    ),
    "full disk": (no_settings("The disk is full."), Mend.BUTTON, "The disk is full.", Remedy.NONE),
    "twin": (twin("It is there."), Mend.ADDRESS, "It is there.", Remedy.MORE_SETTINGS),
    "bad host": (
        invalid({"user": "No user.", "host": "No host."}),
        Mend.SERVER,
        "No host.",
        Remedy.NONE,
    ),
    "bad user": (invalid({"user": "No user."}), Mend.ADDRESS, "No user.", Remedy.MORE_SETTINGS),
    "defect": (
        defect(),
        Mend.BUTTON,
        "Something inside Mailbell went wrong. Try again; the log says more.",
        Remedy.NONE,
    ),
}


@pytest.mark.parametrize(("failure", "mend", "sentence", "remedy"), TABLE.values(), ids=TABLE)
def test_a_failure_says_where_it_is_mended(failure, mend, sentence, remedy):
    assert (failure.mend, failure.sentence, failure.remedy) == (mend, sentence, remedy)
    assert bool(failure.link) is (remedy is not Remedy.NONE)
    assert bool(failure.url) is (remedy is Remedy.PAGE)
    assert (failure.certificate is not None) is (remedy is Remedy.CERTIFICATE)


def test_what_passes_by_itself_says_when():
    assert of(NOT_CONNECTED, online=False).offline
    assert of(Problem(ProblemKind.TOO_MANY, "…")).pause == PAUSE


def test_a_server_in_another_domain_is_filled_in_to_be_confirmed():
    found = Candidate("imap.big.com", 993, Security.TLS, "jane", Source.SERVICES, to_confirm=True)
    failure = to_confirm(found, "example.org")
    assert (failure.mend, failure.server) == (Mend.SERVER, "imap.big.com")
    assert "imap.big.com is not in example.org" in failure.sentence


def candidate(sign_in, **more):
    provider = replace(GMAIL, sign_in=sign_in, **more)
    return Candidate("imap.gmail.com", 993, Security.TLS, "jane", Source.SHIPPED, provider)


@pytest.mark.parametrize(
    ("found", "name", "label", "link", "sign_in"),
    [
        (None, "", "&Password", "", ""),
        (candidate(SignInMethod.PASSWORD), "Gmail", "&Password", "", ""),
        (candidate(SignInMethod.APP_PASSWORD), "Gmail", "App &password", "Ma&ke an app password…", ""),
        (candidate(SignInMethod.APP_PASSWORD, password_url=""), "Gmail", "App &password", "", ""),
        (candidate(SignInMethod.APP_PASSWORD_WITH_2FA), "Gmail", "&Password", "Ma&ke an app password…", ""),
        (candidate(SignInMethod.APP_PASSWORD_WITH_2FA, password_url=""), "Gmail", "&Password", "", ""),
        (candidate(SignInMethod.OWN_PASSWORD), "Gmail", "&Password", "Ma&ke this password…", ""),
        (candidate(SignInMethod.OWN_PASSWORD, password_url=""), "Gmail", "&Password", "", ""),
        (candidate(SignInMethod.OAUTH), "Gmail", "&Password", "", "google"),
        (NoImap(Provider("tuta", "Tuta")), "", "&Password", "", ""),
    ],
)
def test_what_is_said_of_a_provider(found, name, label, link, sign_in):
    hint = provider_hint(found)
    assert (hint.name, hint.label, hint.link, hint.sign_in) == (name, label, link, sign_in)


def test_only_passwords_of_sixteen_letters_are_called_so():
    assert provider_hint(candidate(SignInMethod.APP_PASSWORD)).placeholder == "16 letters"
    assert provider_hint(candidate(SignInMethod.APP_PASSWORD, id="fastmail")).placeholder == ""


def test_what_else_to_know_is_one_sentence():
    notes = ("IMAP must be switched on.", "And more.")
    assert provider_hint(candidate(SignInMethod.PASSWORD, notes=notes)).remark == "IMAP must be switched on."
    assert "cannot watch" in provider_hint(NoImap(Provider("tuta", "Tuta"))).remark
