"""What the refusals of servers mean for a person: kind, sentence, advice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mail.presentation.problem_texts.whole import whole
from tests.net.accounts import CLEAR, TLS
from tray.imap.errors import CommandRefused, LoginRefused
from tray.imap.types import MailboxName
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.status import Problem, ProblemKind
from tray.mail.presentation.problem_texts.refusals import (
    is_limit_reached,
    is_unexplained,
    over_quota,
    refusal_problem,
)

K = ProblemKind
GMAIL = replace(TLS, host="imap.gmail.com")
TOKEN = replace(GMAIL, login=Login.TOKEN)
COMMAND = replace(TLS, login=Login.TOKEN, secret=SecretSource.COMMAND)
SIGNED_IN = replace(TLS, secret=SecretSource.OAUTH, oauth="google")
ONLINE = replace(TLS, login=Login.TOKEN, secret=SecretSource.ONLINE)
CERTIFICATE = replace(TLS, login=Login.CERTIFICATE)


def problem_of(error, account, mailbox=None) -> Problem:
    return whole(refusal_problem(error, account, mailbox))


@pytest.mark.parametrize(
    ("account", "command", "status", "code", "text", "kind", "words"),
    [
        (TLS, "LOGIN", "NO", "AUTHENTICATIONFAILED", "Authentication failed.", K.REFUSED, "refused the user name"),
        (TLS, "AUTHENTICATE", "NO", "", "failed", K.REFUSED, "refused the user name"),
        (TLS, "AUTHENTICATE", "BAD", "AUTHENTICATIONFAILED", "failed", K.REFUSED, "refused the user name"),
        (TLS, "LOGIN", "NO", "UNAVAILABLE", "Temporary authentication failure.", K.SERVER, "cannot do it now"),
        (TLS, "LOGIN", "BAD", "", "User is authenticated but not connected.", K.SERVER, "cannot do it now"),
        (TLS, "LOGIN", "NO", "", "Server error, try again later", K.SERVER, "cannot do it now"),
        (TLS, "LOGIN", "NO", "UNAVAILABLE", "Maximum number of connections from user+IP exceeded", K.TOO_MANY, "many"),
        (GMAIL, "AUTHENTICATE", "NO", "ALERT", "Too many simultaneous connections. (Failure)", K.TOO_MANY, "too many"),
        (GMAIL, "LOGIN", "NO", "ALERT", "Application-specific password required", K.APP_PASSWORD, "Google"),
        (GMAIL, "LOGIN", "NO", "AUTHENTICATIONFAILED", "Invalid credentials (Failure)", K.APP_PASSWORD, "app password"),
        (TLS, "LOGIN", "NO", "", "Web login required", K.APP_PASSWORD, "mail.example.org refused"),
        (replace(TLS, host="imap.mail.yahoo.com"), "LOGIN", "NO", "", "x", K.APP_PASSWORD, "Yahoo"),
        (replace(TLS, host="imap.mail.me.com."), "LOGIN", "NO", "", "x", K.APP_PASSWORD, "Apple"),
        (replace(TLS, host="imap.gmail.com.evil.example"), "LOGIN", "NO", "", "x", K.REFUSED, "evil.example"),
        (TOKEN, "AUTHENTICATE", "NO", "AUTHENTICATIONFAILED", "x", K.REFUSED, "access token"),
        (replace(TLS, secret=SecretSource.ONLINE), "LOGIN", "NO", "", "x", K.REFUSED, "the desktop has for"),
        (TLS, "LOGIN", "NO", "", "Too many login attempts", K.TOO_OFTEN, "for a while"),
        (TLS, "LOGIN", "NO", "", "Login is too frequent", K.TOO_OFTEN, "for a while"),
        (TLS, "LOGIN", "NO", "THROTTLED", "", K.TOO_OFTEN, "for a while"),
        (TLS, "LOGIN", "NO", "", "Your account is temporarily locked", K.TOO_OFTEN, "for a while"),
        (TLS, "", "BYE", "", "Request is throttled.", K.TOO_OFTEN, "for a while"),
        (TLS, "LOGIN", "NO", "INUSE", "Mailbox in use", K.SERVER, "cannot do it now"),
        (TLS, "LOGIN", "NO", "LIMIT", "Sorry", K.TOO_MANY, "too many connections"),
        (TLS, "LOGIN", "BAD", "", "Too many sessions", K.TOO_MANY, "too many connections"),
        (TLS, "LOGIN", "NO", "UNAVAILABLE", "LOGIN Rate limit hit.", K.TOO_OFTEN, "for a while"),
        (TLS, "AUTHENTICATE", "NO", "LIMIT", "Sorry", K.TOO_MANY, "too many connections"),
        (TLS, "FETCH", "NO", "LIMIT", "Sorry", K.SERVER, "(FETCH)"),
        (TLS, "STARTTLS", "NO", "", "not today", K.UNTRUSTED, "refused to encrypt the connection"),
        (TLS, "STARTTLS", "BAD", "", "what?", K.UNTRUSTED, "refused to encrypt the connection"),
        (TLS, "EXAMINE", "NO", "REFERRAL", "Remote mailbox", K.MAILBOX, "Lists/a is on another server"),
        (TLS, "EXAMINE", "NO", "CONTACTADMIN", "Broken", K.SERVER, "cannot do it now"),
        (TLS, "EXAMINE", "NO", "OVERQUOTA", "Quota exceeded", K.OVER_QUOTA, "is full"),
        (TLS, "STORE", "NO", "OVERQUOTA", "Quota exceeded", K.OVER_QUOTA, "is full"),
        (TLS, "EXAMINE", "NO", "NONEXISTENT", "x", K.MAILBOX, "Lists/a does not exist"),
        (TLS, "EXAMINE", "NO", "", "Mailbox doesn't exist: x", K.MAILBOX, "does not exist"),
        (TLS, "SELECT", "NO", "NOPERM", "Permission denied", K.MAILBOX, "cannot be opened"),
        (TLS, "EXAMINE", "NO", "SERVERBUG", "Internal error", K.SERVER, "cannot do it now"),
        (TLS, "EXAMINE", "BAD", "", "x", K.SERVER, "cannot do it now"),
        (TLS, "IDLE", "BYE", "", "Session expired, please login again", K.SERVER, "ended the connection"),
        (TLS, "", "BYE", "", "too many connections", K.TOO_MANY, "too many"),
        (TLS, "FETCH", "NO", "", "x", K.SERVER, "(FETCH)"),
    ],
)  # fmt: skip
def test_what_a_refusal_means(account, command, status, code, text, kind, words) -> None:
    problem = problem_of(CommandRefused(command, status, code, text), account, MailboxName("Lists/a"))
    assert (problem.kind, problem.server_text) == (kind, text)
    assert words in problem.sentence


@pytest.mark.parametrize(
    ("host", "advice"),
    [
        ("outlook.office365.com", "OAuth2"),
        ("imap.gmx.net", "IMAP is switched on"),
        ("imap.163.com", "switched on"),
    ],
)
def test_providers_with_rules_of_their_own(host: str, advice: str) -> None:
    problem = problem_of(CommandRefused("LOGIN", "NO", "", "x"), replace(TLS, host=host))
    assert advice in problem.advice


def test_a_mailbox_without_a_name_is_just_the_mailbox() -> None:
    assert (
        problem_of(CommandRefused("EXAMINE", "NO", "", "x"), TLS).sentence == "The folder cannot be opened."
    )


BANDWIDTH = "Account exceeded command or bandwidth limits. (Failure)"


@pytest.mark.parametrize("account", [GMAIL, TOKEN, TLS])
@pytest.mark.parametrize(
    ("command", "status", "code", "text"),
    [
        ("LOGIN", "NO", "ALERT", BANDWIDTH),
        ("AUTHENTICATE", "NO", "ALERT", BANDWIDTH),
        ("AUTHENTICATE", "NO", "OVERQUOTA", BANDWIDTH),
        ("FETCH", "NO", "OVERQUOTA", BANDWIDTH),
        ("UID FETCH", "NO", "OVERQUOTA", ""),
        ("UID SEARCH", "NO", "OVERQUOTA", "Quota exceeded"),
        ("EXAMINE", "NO", "OVERQUOTA", BANDWIDTH),
        ("FETCH", "BAD", "", "Request is throttled. Suggested Backoff Time: 1000 milliseconds"),
        ("UID FETCH", "NO", "THROTTLED", ""),
        ("UID FETCH", "NO", "LIMIT", "UID FETCH Rate limit hit."),
        ("LOGIN", "NO", "ALERT", "Lockdown in sector 4"),
        ("NOOP", "NO", "", "Too many commands"),
        ("IDLE", "BYE", "", BANDWIDTH),
        ("", "BYE", "ALERT", BANDWIDTH),
    ],
)
def test_a_limit_of_traffic_passes_by_itself(account, command, status, code, text) -> None:
    """Gmail's code says of it that the mailbox is full, and its log-in is refused as for a wrong password."""
    problem = problem_of(CommandRefused(command, status, code, text), account, MailboxName("Lists/a"))
    assert problem.kind is K.TRAFFIC
    told = f"{problem.sentence} {problem.advice}".lower()
    assert "will try again" in told
    assert not any(word in told for word in ("password", "full", "delete"))


@pytest.mark.parametrize("account", [GMAIL, TOKEN, TLS])
@pytest.mark.parametrize(
    ("text", "advises"),
    [
        ("Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable. (Failure)", "Switch IMAP on"),
        ("IMAP access is disabled for your domain. Please contact your domain administrator. (Failure)", "Ask the administrator"),
        ("You are yet to enable IMAP for your account. Please contact your administrator", "Ask the administrator"),
        ("IMAP is disabled", "Switch IMAP on"),
        ("IMAP service is not activated for this user", "Switch IMAP on"),
        ("IMAP4 access has been turned off", "Switch IMAP on"),
        ("This account is not allowed to use IMAP", "Switch IMAP on"),
    ],
)  # fmt: skip
def test_imap_that_is_switched_off_is_no_wrong_password(account, text, advises) -> None:
    problem = problem_of(CommandRefused("AUTHENTICATE", "NO", "ALERT", text), account)
    assert problem.kind is K.NOT_ALLOWED
    assert "IMAP is switched off" in problem.sentence
    assert advises in problem.advice
    assert "assword" not in problem.sentence + problem.advice


def test_where_the_password_may_be_as_wrong_both_are_said() -> None:
    """Yandex."""
    error = CommandRefused(
        "LOGIN", "NO", "AUTHENTICATIONFAILED", "LOGIN invalid credentials or IMAP is disabled"
    )
    problem = problem_of(error, TLS)
    assert problem.kind is K.REFUSED
    assert (
        problem.advice == "Check user name and password, and that IMAP is switched on in your account there."
    )


@pytest.mark.parametrize(
    "text", ["IMAP server is not available", "The IMAP server is busy", "No such IMAP user"]
)
def test_other_words_about_imap_do_not_say_that_it_is_switched_off(text) -> None:
    assert problem_of(CommandRefused("LOGIN", "NO", "", text), TLS).kind is not K.NOT_ALLOWED


@pytest.mark.parametrize(
    ("account", "code", "text", "kind", "says", "advises"),
    [
        (TLS, "EXPIRED", "x", K.REFUSED, "password of anna at mail.example.org has expired", "Choose a new one"),
        (TOKEN, "EXPIRED", "x", K.REFUSED, "sign-in of anna at imap.gmail.com has expired", "token"),
        (CLEAR, "PRIVACYREQUIRED", "x", K.UNTRUSTED, "over an encrypted connection only", "TLS or STARTTLS"),
        (TLS, "PRIVACYREQUIRED", "x", K.UNTRUSTED, "its encryption is too weak", "ask the server's administrator"),
        (CLEAR, "", "Plaintext authentication disallowed on non-secure (SSL/TLS) connections.", K.UNTRUSTED, "over an encrypted connection only", "TLS or STARTTLS"),
        (TLS, "AUTHORIZATIONFAILED", "x", K.NOT_ALLOWED, "does not let anna read this mail", "Check the user name"),
        (TLS, "NOPERM", "x", K.NOT_ALLOWED, "does not let anna read this mail", "ask the server's administrator"),
        (TLS, "CONTACTADMIN", "x", K.NOT_ALLOWED, "its administrator knows", "Ask the server's administrator"),
        (TLS, "REFERRAL", "Try SERVER2", K.NOT_ALLOWED, "is on another server now.", "Ask your provider"),
        (TLS, "", "This account has been suspended", K.NOT_ALLOWED, "locked or closed", "provider's website"),
        (GMAIL, "ALERT", "Account is disabled. (Failure)", K.NOT_ALLOWED, "locked or closed", "website"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("command", "status"), [("AUTHENTICATE", "NO"), ("LOGIN", "NO"), ("greeting", "BYE"), ("", "BYE")]
)
def test_a_code_that_gives_another_reason_than_the_password(
    account, command, status, code, text, kind, says, advises
) -> None:
    """RFC 5530, 3; RFC 2221. Also where the server says it in its greeting, or at the end."""
    problem = problem_of(CommandRefused(command, status, code, text), account)
    assert (problem.kind, problem.server_text) == (kind, text)
    assert says in problem.sentence
    assert advises in problem.advice


@pytest.mark.parametrize(
    ("argument", "where"),
    [
        ("IMAP://MATTHEW;AUTH=*@SERVER2/", "server2"),
        ("imap://imap.example.net:1143/INBOX", "imap.example.net:1143"),
        ("imap://anna@imap.example.net", "imap.example.net"),
        ("http://evil.example/", ""),
        ("imap://evil.example and some more/", ""),
        ("imap://", ""),
        ("", ""),
    ],
)
def test_a_referral_names_the_other_server_and_sends_nobody_there(argument, where) -> None:
    error = CommandRefused("LOGIN", "NO", "REFERRAL", "x", argument=argument)
    problem = problem_of(error, TLS)
    assert problem.sentence.endswith(
        f"is on another server now: {where}." if where else "is on another server now."
    )
    assert "nothing was sent" in problem.advice


def refused(failure, text="[AUTHENTICATIONFAILED] No."):
    return LoginRefused("AUTHENTICATE", "NO", "AUTHENTICATIONFAILED", text, failure)


@pytest.mark.parametrize(
    ("account", "failure", "says", "advises"),
    [
        (SIGNED_IN, '{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}', "expired", "Sign in again"),
        (SIGNED_IN, '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}', "expired", "Sign in again"),
        (SIGNED_IN, '{"status":"invalid_token","scope":"mail"}', "expired", "Sign in again"),
        (SIGNED_IN, '{"status":"403","scope":"mail"}', "does not let", "Sign in again and allow it to read mail (mail)"),
        (SIGNED_IN, '{"status":"insufficient_scope","scope":["x"]}', "does not let", "Sign in again and allow it to read mail; "),
        (COMMAND, '{"status":403}', "does not let", "Make sure that the token has the right to read mail, "),
        (COMMAND, '{"status":403,"scope":"mail"}', "does not let", "has the right to read mail (mail), "),
        (COMMAND, '{"status":"401"}', "expired", "Check the command"),
        (ONLINE, '{"status":"401"}', "expired", "online accounts"),
        (SIGNED_IN, "refused without a reason", "refused the access token", "Sign in again"),
        (SIGNED_IN, "[]", "refused the access token", "Sign in again"),
        (SIGNED_IN, '{"status":"418"}', "refused the access token", "Sign in again"),
    ],
)  # fmt: skip
def test_a_refused_token_is_told_with_what_to_do(account, failure, says, advises):
    problem = problem_of(refused(failure), account)
    assert problem.kind is ProblemKind.REFUSED
    assert says in problem.sentence
    assert advises in problem.advice
    assert failure in problem.server_text


@pytest.mark.parametrize(
    ("failure", "kind", "says"),
    [
        ("invalid-proof", ProblemKind.REFUSED, "password of anna is wrong"),
        ("unknown-user", ProblemKind.REFUSED, "does not know the user anna"),
        ("invalid-username-encoding", ProblemKind.REFUSED, "cannot read the user name"),
        ("other-error", ProblemKind.REFUSED, "refused the user name or password"),
        ("no-resources", ProblemKind.SERVER, "cannot do it now"),
    ],
)
def test_a_scram_error_is_a_refusal_in_words(failure, kind, says):
    """RFC 5802, 7; not a server that breaks the rules."""
    problem = problem_of(refused(failure), TLS)
    assert problem.kind is kind
    assert says in problem.sentence


def test_a_refused_log_in_reads_as_any_refusal():
    assert str(refused("x")) == "AUTHENTICATE refused: NO [AUTHENTICATIONFAILED] [AUTHENTICATIONFAILED] No."


@pytest.mark.parametrize(
    ("account", "text", "words", "advice"),
    [
        (CERTIFICATE, "x", "asks for a client certificate", "gave you a certificate"),
        (TLS, "A client certificate is required", "asks for a client certificate", "gave you a certificate"),
        (replace(TLS, client_certificate="/c"), "Certificate?", "with the client certificate", "has not expired"),
    ],
)  # fmt: skip
def test_a_login_by_certificate_that_is_refused(account, text, words, advice):
    problem = problem_of(CommandRefused("AUTHENTICATE", "NO", "", text), account)
    assert (words in problem.sentence, advice in problem.advice) == (True, True)


def test_a_full_mailbox_names_user_and_host():
    assert "anna on mail.example.org" in whole(over_quota(TLS, "x")).sentence


@pytest.mark.parametrize(
    ("code", "text", "unexplained"),
    [
        ("AUTHENTICATIONFAILED", "Invalid credentials", True),
        ("", "Application-specific password required", False),
        ("", "Certificate needed", False),
        ("EXPIRED", "", False),
        ("", "Too many login attempts", False),
    ],
)
def test_whether_the_password_is_the_only_possible_reason(code, text, unexplained):
    assert is_unexplained(CommandRefused("LOGIN", "NO", code, text), TLS) is unexplained


@pytest.mark.parametrize(
    ("code", "text", "reached"),
    [
        ("OVERQUOTA", "", True),
        ("THROTTLED", "", True),
        ("", "Rate limit hit", True),
        ("NOPERM", "No.", False),
    ],
)
def test_a_limit_is_known_by_code_or_text(code, text, reached):
    assert is_limit_reached(CommandRefused("UID FETCH", "NO", code, text)) is reached
