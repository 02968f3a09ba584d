"""Problems of connections, proxies and TLS: whole sentences, and where they depend on the account."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from tests.mail.make import account, certificate
from tests.mail.presentation.problem_texts.whole import whole
from tray.imap.types import MailboxName
from tray.mail.model.account import Login
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.status import ProblemKind, ProxyFault
from tray.mail.presentation.problem_texts import connection, proxy, tls
from tray.mail.presentation.setup.certificate_texts import reason
from tray.mail.settings.proxy import BadProxy, Proxy, ProxyKind

WORK = account(host="mail.example.org", user="anna", port=993)
TOR = Proxy(ProxyKind.TOR)
HTTP = Proxy(ProxyKind.HTTP, "proxy.example.org", 3128, "joe")


@pytest.mark.parametrize("fault", get_args(connection.Fault))
def test_each_fault_of_a_connection_is_explained_in_whole_sentences(fault):
    problem = whole(connection.failed(fault, WORK, "a word is missing"))
    assert ("a word is missing" in problem.sentence) is (
        fault in {"malformed", "malformed log-in", "unsendable"}
    )
    assert (WORK.host in problem.sentence) is (
        fault not in {"unsendable", "renumbered", "read-only", "already there"}
    )


@pytest.mark.parametrize(
    ("login", "words", "advice"),
    [
        (Login.CERTIFICATE, "accepts no log-in by certificate (EXTERNAL)", "Log in by password"),
        (Login.PASSWORD, "offers no way to log in", "Check the encryption"),
    ],
)
def test_a_login_that_is_not_offered_is_named(login, words, advice):
    problem = whole(connection.failed("no log-in method", replace(WORK, login=login)))
    assert words in problem.sentence
    assert advice in problem.advice


def test_one_connection_is_not_shown_as_several():
    one, three = (
        whole(connection.waits_for_connection("h", limit, MailboxName("Lists"))).sentence for limit in (1, 3)
    )
    assert ("one connection " in one, "3 connections " in three) == (True, True)
    assert "Lists" in one


def test_of_a_bug_nothing_but_the_type_of_the_error_is_shown():
    problem = whole(connection.internal(ValueError("hunter2")))
    assert "ValueError" in problem.sentence
    assert "hunter2" not in repr(problem)


def test_an_account_that_is_not_watched():
    assert whole(connection.not_watched()).advice


def test_a_text_that_is_no_proxy_is_explained():
    assert whole(proxy.unusable(BadProxy("Write the port."))).advice == "Write the port."
    assert "Work" in whole(proxy.no_password("Work")).sentence


@pytest.mark.parametrize("fault", ProxyFault)
def test_each_fault_of_a_proxy_names_the_proxy(fault):
    problem = whole(proxy.failed(fault, TOR, "mail.example.org", 993, "x"))
    assert "Tor (127.0.0.1:9050)" in problem.sentence
    assert problem.server_text == "x"
    assert " proxy.example.org:3128" in proxy.failed(fault, HTTP, "mail.example.org", 993, "").sentence


@pytest.mark.parametrize(("port", "shown"), [(993, True), (None, False)])
def test_a_port_is_named_where_there_is_one(port, shown):
    sentence = whole(proxy.failed(ProxyFault.FORBIDDEN, HTTP, "mail.example.org", port, "")).sentence
    assert "mail.example.org" in sentence
    assert ("on port 993" in sentence) is shown


def test_whose_password_the_proxy_refused_is_named():
    named, nobody = (
        whole(proxy.failed(ProxyFault.PASSWORD, each, "h", 993, ""))
        for each in (HTTP, replace(HTTP, user=""))
    )
    assert " joe." in named.sentence
    assert "this account" in nobody.sentence
    assert named.kind is nobody.kind is ProblemKind.PROXY_REFUSED


def test_where_tor_does_not_run_its_ports_are_named():
    tor, http = (proxy.failed(ProxyFault.REFUSED, each, "h", 993, "").advice for each in (TOR, HTTP))
    assert ("9150" in tor, "9150" in http) == (True, False)


@pytest.mark.parametrize(
    ("kind", "offered"), [(CertificateErrorKind.SELF_SIGNED, True), (CertificateErrorKind.REVOKED, False)]
)
def test_a_certificate_that_is_not_trusted_is_offered_to_be_pinned_where_it_may_be(kind, offered):
    shown = certificate(kind)
    problem = whole(tls.certificate_refused(shown))
    assert (problem.kind, problem.sentence) == (ProblemKind.UNTRUSTED, reason(shown, kind))
    assert problem.certificate == (shown if offered else None)


@pytest.mark.parametrize(
    ("text", "words", "advice"),
    [
        ("sslv3 alert certificate required", "asks for a client certificate", ""),
        ("alert certificate expired", "it has expired", ""),
        ("alert certificate revoked", "it was revoked", ""),
        ("alert unknown ca", "who issued it", ""),
        ("alert bad certificate", "refused the client certificate.", ""),
        ("alert unsupported certificate", "of a kind", ""),
        ("alert certificate unknown", "refused the client certificate.", ""),
        ("alert access denied", "does not accept this client certificate", ""),
        ("Wrong version number", "does not speak TLS on port 993", "Choose STARTTLS"),
        ("http request", "does not speak TLS", "Choose STARTTLS"),
        ("unsupported protocol", "too old to be safe", "no password was sent"),
        ("odd", "No safe connection", "no password was sent"),
    ],
)
def test_a_failed_handshake_is_explained(text, words, advice):
    for file, about_client in (("", "gave you a certificate"), ("/c.pem", "that it accepts")):
        problem = whole(tls.handshake_failed(text, replace(WORK, client_certificate=file)))
        assert problem.kind is ProblemKind.UNTRUSTED
        assert words in problem.sentence
        assert (advice or about_client) in problem.advice


@pytest.mark.parametrize("fault", get_args(tls.FileFault))
@pytest.mark.parametrize("unusable", [tls.roots_unusable, tls.identity_unusable])
def test_a_file_that_cannot_be_used_is_named_with_the_reason(unusable, fault):
    problem = whole(unusable("/home/anna/key.pem", fault))
    assert "/home/anna/key.pem: it" in problem.sentence
    gone = FileNotFoundError(2, "No such file or directory")
    assert "/home/anna/key.pem: it does not exist." in unusable("/home/anna/key.pem", fault, gone).sentence
    if unusable is tls.identity_unusable:
        advice = {"no key": "Name the file of the key", "encrypted key": "openssl pkey"}
        assert advice.get(fault, "Choose the files") in problem.advice
