"""What went wrong, in words: what holds for every problem, and where the words depend on the account."""

from __future__ import annotations

import inspect
from dataclasses import replace
from itertools import product

import pytest

from tests.mail.make import account
from tray.imap.types import MailboxName
from tray.mail.model.account import Login, SecretSource, Security
from tray.mail.model.certificate import Certificate, CertificateErrorKind
from tray.mail.model.status import ProblemKind, ProxyFault
from tray.mail.presentation.problem_texts import connection, login, proxy, server, tls
from tray.mail.settings.proxy import BadProxy, Proxy, ProxyKind

WORK = account(host="mail.example.org", user="anna", port=993)
TOR = Proxy(ProxyKind.TOR)
HTTP = Proxy(ProxyKind.HTTP, "proxy.example.org", 3128, "joe")
SHOWN = Certificate(
    "mail.example.org", "Server", (), "Root", 0.0, 1.0, "ab" * 32, True, (CertificateErrorKind.EXPIRED,)
)

GIVEN = {
    "account": [WORK],
    "account_name": ["Work"],
    "certificate": [SHOWN],
    "command": ["", "EXAMINE"],
    "detail": ["a word is missing"],
    "error": [BadProxy("Write the port.")],
    "fault": list(ProxyFault),
    "host": ["mail.example.org"],
    "limit": [1, 3],
    "mailbox": [None, MailboxName("Lists")],
    "path": ["/home/anna/key.pem"],
    "port": [None, 993],
    "provider": ["", "Fastmail"],
    "proxy": [TOR, HTTP, replace(HTTP, user="")],
    "server_text": ["", "Try again."],
    "scope": ["", "mail.read"],
    "server": ["", "two.example.org"],
    "text": ["The disk is full."],
    "what_to_do": ["", "Name the file of the key, too."],
    "why": ["it cannot be read"],
}
"""By the name of a parameter, what it may be."""

SHOWN_AS_GIVEN = {
    *("account_name", "command", "detail", "limit", "mailbox", "path", "provider", "scope", "server", "text"),
    *("what_to_do", "why"),
}


def values_of(function, name):
    """None only where it may be None."""
    kind = function.__annotations__[name]
    return [value for value in GIVEN[name] if value is not None or "None" in kind]


PROBLEMS = [
    (function, dict(zip(names, values, strict=True)))
    for module in (connection, login, proxy, server, tls)
    for function in vars(module).values()
    if inspect.isfunction(function) and function.__module__ == module.__name__
    if function.__annotations__["return"] == "Problem" and not function.__name__.startswith("_")
    for names in [list(inspect.signature(function).parameters)]
    for values in product(*(values_of(function, name) for name in names))
]

every = pytest.mark.parametrize(
    ("function", "given"),
    PROBLEMS,
    ids=[f"{function.__name__}-{at}" for at, (function, _) in enumerate(PROBLEMS)],
)


@every
def test_a_problem_is_told_in_whole_sentences(function, given):
    problem = function(**given)
    assert problem.sentence.endswith(".")
    for text in (problem.sentence, problem.advice, problem.brief):
        assert text == "" or text.endswith((".", ")."))
        assert not set(text) & set("{}\n")
        assert "  " not in text
        assert "None" not in text


@every
def test_what_is_known_of_a_problem_is_shown(function, given):
    problem = function(**given)
    text = f"{problem.sentence} {problem.advice}"
    for name in SHOWN_AS_GIVEN & given.keys():
        number_one = name == "limit" and given[name] == 1
        assert number_one or not given[name] or str(given[name]) in text
    if "account" in given:
        assert WORK.host in problem.sentence or WORK.user in problem.sentence
    if "host" in given and "fault" not in given:
        assert given["host"] in problem.sentence
    if "server_text" in given:
        assert problem.server_text == given["server_text"]


def test_one_connection_is_not_told_of_as_several():
    one, three = (
        connection.waits_for_connection("h", limit, MailboxName("Lists")).sentence for limit in (1, 3)
    )
    assert ("one connection " in one, "3 connections " in three) == (True, True)


def test_of_a_fault_of_ours_nothing_but_its_kind_is_shown():
    problem = connection.internal(ValueError("hunter2"))
    assert "ValueError" in problem.sentence
    assert "hunter2" not in repr(problem)


def test_a_proxy_that_is_none_is_explained_by_its_fault():
    assert proxy.unusable(BadProxy("Write the port.")).advice == "Write the port."


@pytest.mark.parametrize("fault", ProxyFault)
def test_each_fault_of_a_proxy_names_the_proxy(fault):
    assert "Tor (127.0.0.1:9050)" in proxy.failed(fault, TOR, "mail.example.org", 993, "").sentence
    assert " proxy.example.org:3128" in proxy.failed(fault, HTTP, "mail.example.org", 993, "").sentence


@pytest.mark.parametrize(("port", "shown"), [(993, True), (None, False)])
def test_a_port_is_named_where_there_is_one(port, shown):
    sentence = proxy.failed(ProxyFault.FORBIDDEN, HTTP, "mail.example.org", port, "").sentence
    assert "mail.example.org" in sentence
    assert ("on port 993" in sentence) is shown


def test_whose_password_the_proxy_refused_is_named():
    named, nobody = (
        proxy.failed(ProxyFault.PASSWORD, each, "h", 993, "") for each in (HTTP, replace(HTTP, user=""))
    )
    assert " joe." in named.sentence
    assert "this account" in nobody.sentence
    assert named.kind is nobody.kind is ProblemKind.PROXY_REFUSED


def test_where_tor_does_not_run_its_ports_are_named():
    tor, http = (proxy.failed(ProxyFault.REFUSED, each, "h", 993, "").advice for each in (TOR, HTTP))
    assert ("9150" in tor, "9150" in http) == (True, False)


@pytest.mark.parametrize("problem", [login.token_refused, login.token_ended, login.sign_in_expired])
@pytest.mark.parametrize(
    ("secret", "advice"),
    [
        (SecretSource.OAUTH, "Sign in again."),
        (SecretSource.ONLINE, "online accounts"),
        (SecretSource.COMMAND, "the command that prints the token"),
    ],
)
def test_another_token_comes_from_where_the_first_one_came_from(problem, secret, advice):
    assert advice in problem(replace(WORK, login=Login.TOKEN, secret=secret), "").advice


@pytest.mark.parametrize("scope", ["", "mail.read"])
@pytest.mark.parametrize("secret", [SecretSource.OAUTH, SecretSource.COMMAND])
def test_a_token_that_is_not_enough_is_signed_in_for_again_where_that_can_be_done_here(secret, scope):
    advice = login.token_not_enough(replace(WORK, secret=secret), scope, "").advice
    assert ("Sign in again" in advice) is (secret is SecretSource.OAUTH)
    assert ("(mail.read)" in advice) is bool(scope)


@pytest.mark.parametrize(
    ("security", "advice"), [(Security.NONE, "STARTTLS"), (Security.STARTTLS, "port 993")]
)
def test_a_server_that_wants_encryption_gets_better_than_there_is(security, advice):
    assert advice in login.encryption_wanted(replace(WORK, security=security), "").advice


@pytest.mark.parametrize(("file", "advice"), [("", "gave you a certificate"), ("/c.pem", "that it accepts")])
def test_a_client_certificate_is_chosen_or_exchanged(file, advice):
    problem = tls.certificate_bad(replace(WORK, client_certificate=file))
    assert advice in problem.advice


@pytest.mark.parametrize(
    ("error", "can_be_trusted"),
    [(CertificateErrorKind.SELF_SIGNED, True), (CertificateErrorKind.REVOKED, False)],
)
def test_a_certificate_is_offered_where_it_can_be_trusted_all_the_same(error, can_be_trusted):
    shown = replace(SHOWN, errors=(error,))
    assert tls.certificate_refused(shown).certificate is (shown if can_be_trusted else None)
