"""Every function that gives a sentence gives it in the user's language."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from importlib import import_module
from typing import get_args

import pytest

from tests.translation.language import untranslated
from tests.ui.certificates import certificate
from tray.imap.errors import CommandRefused, LoginRefused
from tray.imap.events import ResponseCode, StatusResponse
from tray.imap.types import MailboxName
from tray.mail.model.account import Account, AccountId, SecretSource, Security
from tray.mail.model.certificate import CertificateErrorKind
from tray.mail.model.status import ProxyFault
from tray.mail.oauth.flows import MalformedOAuthAnswer, OAuthError
from tray.mail.presentation import problem_texts
from tray.mail.presentation.problem_texts import connection, tls
from tray.mail.presentation.setup import certificate_texts
from tray.mail.settings.proxy import BadProxy, parse
from tray.mail.setup.discovery import Candidate, NoImap, Source, State
from tray.mail.setup.providers import Provider, SignInMethod


def _certificate(kind, host="h.t", subject="S1", **values):
    return dataclasses.replace(certificate(kind), host=host, subject=subject, issuer="I1", **values)


ACCOUNT = Account(AccountId("a"), "X1", "x@y", "h.t", "u", port=1)
PROVIDER = Provider("b", "P1", host="h.t", password_url="h.t", notes=())
ARGUMENTS = {
    "account": [
        ACCOUNT,
        dataclasses.replace(
            ACCOUNT, secret=SecretSource.OAUTH, security=Security.NONE, client_certificate="/1"
        ),
        dataclasses.replace(ACCOUNT, secret=SecretSource.ONLINE),
    ],
    "account_name": ["X1"],
    "addresses": [["1", "2"], ["1"]],
    "candidate": [
        Candidate("h.t", 1, Security.TLS, "u", Source.SERVICES, PROVIDER),
    ],
    "certificate": [
        *(_certificate(kind, names=("h.t", "1.1.1.1")) for kind in CertificateErrorKind),
        _certificate(CertificateErrorKind.WRONG_HOST, host="h.t", names=("h.t",)),
        _certificate(CertificateErrorKind.WRONG_HOST, host="::1", names=("::1",)),
        _certificate(CertificateErrorKind.WRONG_HOST, names=(), subject="h.t"),
        _certificate(CertificateErrorKind.WRONG_HOST, names=(), not_after=0),
    ],
    "command": ["", "C1"],
    "counts": [[(MailboxName("X1"), 1), (MailboxName("X1"), 2)]],
    "detail": ["D1"],
    "device": [True, False],
    "domain": ["h.t"],
    "kind": list(CertificateErrorKind),
    "encrypted": [True],
    "error": [KeyError()],
    "event": [StatusResponse("NO", ResponseCode(code), "1") for code in ("ALERT", "OVERQUOTA")],
    "fault": list(ProxyFault),
    "found": [
        Candidate("h.t", 1, Security.TLS, "u", Source.SERVICES, None, "https://h.t/"),
        *(
            Candidate("h.t", 1, Security.TLS, "u", Source.SHIPPED, dataclasses.replace(PROVIDER, sign_in=way))
            for way in SignInMethod
        ),
        NoImap(PROVIDER),
    ],
    "host": ["h.t"],
    "issuer": ["I1"],
    "limit": [1, 2],
    "mailbox": [MailboxName("X1"), None],
    "path": ["/1"],
    "cause": [None],
    "port": [1],
    "provider": ["P1", ""],
    "proxy": [parse("tor"), parse("http://h:1"), parse("socks5://u@h:1")],
    "redirect": ["h.t"],
    "server_text": [""],
    "sentence": [""],
    "server": ["h.t", ""],
    "source": list(Source),
    "spell_out": [True, False],
    "state": list(State),
    "text": [""],
    "untrusted": [True, False],
    "user": ["u"],
    "version": ["V1"],
}
"""What each parameter of that name may be; none of them is a word."""
REFUSALS = [
    *(
        LoginRefused("AUTHENTICATE", "NO", code, "", failure)
        for code, failure in (
            *(
                (code, "")
                for code in ("EXPIRED", "PRIVACYREQUIRED", "NOPERM", "CONTACTADMIN", "REFERRAL", "")
            ),
            *(("", failure) for failure in ("invalid-proof", "unknown-user", "invalid-username-encoding")),
            *(("", "no-resources"), ("", '{"status": "401"}'), ("", '{"status": "403"}')),
        )
    ),
    *(
        CommandRefused("LOGIN", "NO", "", text)
        for text in ("imap disabled", "imap disabled domain", "account locked", "app password", "throttl")
    ),
    *(CommandRefused(command, "NO", "", "") for command in ("STARTTLS", "EXAMINE", "C1")),
    CommandRefused("", "BYE", "", ""),
]
OTHERS = {
    ("sign_in_texts", "error", "refused"): [
        OAuthError(code, "")
        for code in (
            *("consent_required", "redirect_uri", "invalid_grant", "access_denied", "expired_token"),
            *("invalid_client", "invalid_scope", "server_error", ""),
        )
    ],
    ("sign_in_texts", "error", "malformed_answer"): [MalformedOAuthAnswer("")],
    ("proxy", "error", "unusable"): [BadProxy("")],
    ("connection", "fault", "failed"): get_args(connection.Fault),
    ("sending", "stage", "refused"): ["greeting", "log-in", "log-in", "sender", "recipient", "mail", "mail"],
    ("sending", "code", "refused"): [421, 535, 535, 553, 550, 552, 554],
    ("sending", "enhanced", "refused"): ["", "5.7.139", "5.7.8", "", "", "", ""],
    ("sending", "text", "refused"): [""],
    ("sending", "sender", "refused"): ["S1"],
    ("sending", "recipient", "refused"): ["R1"],
    ("tls", "fault", "roots_unusable"): get_args(tls.FileFault),
    ("tls", "fault", "identity_unusable"): get_args(tls.FileFault),
    ("tls", "text", "handshake_failed"): ["alert unknown ca", "http request", "version too low", ""],
    ("refusals", "error", "refusal_problem"): REFUSALS,
    ("login", "error", "login_problem"): REFUSALS,
    ("login", "error", "by_code"): REFUSALS,
    ("login", "error", "by_text"): REFUSALS,
    ("sign_in_texts", "account", "no_sign_in"): ["X1"],
    ("sign_in_texts", "account", "newer_sign_in"): ["X1"],
    ("actions", "error", "refused_action"): [
        CommandRefused("MOVE", "NO", code, text)
        for code in ("OVERQUOTA", "NOPERM", "TRYCREATE", "LIMIT", "INUSE", "NONEXISTENT", "SERVERBUG", "")
        for text in ("", "1")
    ],
    ("actions", "error", "refused_search"): [
        CommandRefused("SEARCH", "NO", code, "") for code in ("BADCHARSET", "")
    ],
    ("actions", "text", "refused_search"): ["1", "\u0661"],
    ("connection", "mailbox", "waits_for_connection"): [MailboxName("X1")],
    ("check_texts", "proxy", "connected"): ["h:1", ""],
    ("check_texts", "proxy", "looked_up_by_proxy"): ["h:1"],
}
EXEMPT = (
    r"\b[0-9A-F]{2}(?:[: ][0-9A-F]{2})+\b",
    r"\bKeyError\b",
    r"\bh\.t\b",
    r"\bTor\b",
    r"\bSOCKS5\b",
    r"\bHTTP\b",
    r"\bSTARTTLS\b",
    r"\bTLS\b",
)
"""Fingerprints, and names: of a kind of error, of a host, of Tor, and of protocols."""
MODULES = [
    *(
        import_module(f"{problem_texts.__name__}.{module.name}")
        for module in pkgutil.iter_modules(problem_texts.__path__)
        if module.name != "first_page"  # read in the windows of the gallery
    ),
    certificate_texts,
    *(
        import_module(f"tray.mail.presentation.{name}")
        for name in ("setup.check_texts", "setup.discovery_texts", "setup.sign_in_texts")
    ),
]
NOT_SENTENCES = {"proxy_name", "server_text"}


def functions():
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or function.__annotations__["return"] == "bool":
                continue
            if name[0] != "_" and name not in NOT_SENTENCES:
                yield pytest.param(function, id=f"{module.__name__.rpartition('.')[2]}.{name}")


def every_call(function):
    """The results of the function, each parameter given all its values in turn."""
    module = function.__module__.rpartition(".")[2]
    given = {
        name: OTHERS.get((module, name, function.__name__)) or ARGUMENTS[name]
        for name in inspect.signature(function).parameters
    }
    for at in range(max((len(values) for values in given.values()), default=1)):
        for turn in range(2):
            yield function(
                **{
                    name: values[(at + turn * (len(values) > 2)) % len(values)]
                    for name, values in given.items()
                }
            )


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from texts(each)
    elif dataclasses.is_dataclass(value):
        yield from texts((value.sentence, value.advice, value.brief))


@pytest.mark.parametrize("function", list(functions()))
def test_the_sentence_is_translated(function):
    found = [text for result in every_call(function) for text in texts(result)]
    assert any("⟦" in text for text in found)
    assert [text for text in found if untranslated(text, *EXEMPT)] == []
