"""What a mechanism tells of a refusal, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.net.accounts import TLS
from tray.imap.errors import LoginRefused
from tray.mail.model.account import Login, SecretSource
from tray.mail.model.status import ProblemKind
from tray.net.problems.classify import problem_of

COMMAND = replace(TLS, login=Login.TOKEN, secret=SecretSource.COMMAND)
SIGNED_IN = replace(TLS, secret=SecretSource.OAUTH, oauth="google")
ONLINE = replace(TLS, login=Login.TOKEN, secret=SecretSource.ONLINE)


def refused(failure, text="[AUTHENTICATIONFAILED] No."):
    return LoginRefused("AUTHENTICATE", "NO", "AUTHENTICATIONFAILED", text, failure)


@pytest.mark.parametrize(
    ("account", "failure", "says", "advises"),
    [
        (SIGNED_IN, '{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}', "expired", "Sign in again"),
        (SIGNED_IN, '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}', "expired", "Sign in again"),
        (SIGNED_IN, '{"status":"invalid_token","scope":"mail"}', "expired", "Sign in again"),
        (SIGNED_IN, '{"status":"403","scope":"mail"}', "does not let", "(mail)"),
        (SIGNED_IN, '{"status":"insufficient_scope","scope":["x"]}', "does not let", "IMAP is switched on"),
        (COMMAND, '{"status":403}', "does not let", "right to read mail"),
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
