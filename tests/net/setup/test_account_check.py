"""Testing an account, and reading subjects once."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from OpenSSL.crypto import X509
from twisted.internet import error as failures
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionLost

from tests.net.accounts import CLEAR, PASSWORD, SECRET, STARTTLS, TLS
from tests.net.wire import Reactor, Wire, result, row
from tray.imap.types import INBOX, MailboxName
from tray.mail.model.status import CheckResult, CheckStep, ProblemKind
from tray.net.errors import CleartextRefused
from tray.net.imap.mailbox.subjects import newest_subjects
from tray.net.setup import account_check
from tray.net.setup.account_check import AccountCheck

if TYPE_CHECKING:
    from tray.mail.model.account import Account


class Checking:
    """A check under way."""

    def __init__(self, account: Account, addresses: list[str] | None = None) -> None:
        self.reactor = Reactor()
        if addresses:
            self.reactor.names[account.host] = addresses
        self.steps: list[CheckResult] = []
        check = AccountCheck(self.reactor, account, lambda _: succeed(SECRET), self.steps.append).run()
        self.done = result(Deferred.fromCoroutine(check))

    @property
    def told(self) -> list[tuple[CheckStep, bool, bool]]:
        return [(step.step, step.problem is None, step.warning) for step in self.steps]

    def enter(self, capabilities: str = "IMAP4rev1 IDLE") -> Wire:
        wire = self.reactor.accept()
        wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
        tag = wire.sent()[0].split()[0]
        return wire.s(f"{tag} OK [CAPABILITY {capabilities}] in")


def reply(said: str) -> tuple[str, ...]:
    return ("* 1 EXISTS", "OK") if said == 'EXAMINE "INBOX"' else ("* 3 EXISTS", "OK")


def test_every_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    checking = Checking(replace(CLEAR, mailboxes=(INBOX, MailboxName("Lists"))))
    assert checking.enter().serve(reply)[-1] == "LOGOUT"
    assert checking.done == [True]
    assert checking.told == [
        (CheckStep.NAME, True, False),
        (CheckStep.CONNECT, True, False),
        (CheckStep.ENCRYPT, True, True),
        (CheckStep.LOGIN, True, False),
        (CheckStep.MAILBOX, True, False),
        (CheckStep.IDLE, True, False),
    ]
    assert "INBOX holds 1 message. Lists holds 3 messages." in [step.sentence for step in checking.steps]
    assert PASSWORD not in str(checking.steps)
    checking.reactor.advance(0)
    assert not checking.reactor.getDelayedCalls()


def test_a_server_without_idle_is_worth_a_word() -> None:
    checking = Checking(CLEAR)
    checking.enter("IMAP4rev1").serve(reply)
    assert checking.done == [True]
    assert checking.told[-1] == (CheckStep.IDLE, True, True)


@pytest.mark.parametrize("answer", ["$i OK", "$i NO no"])
def test_a_server_that_only_claims_to_have_idle(answer: str) -> None:
    checking = Checking(CLEAR)
    wire = checking.enter()
    wire.c('$e EXAMINE "INBOX"').s("$e OK").c("$i IDLE").s(answer)
    assert (checking.done == [False]) is ("NO" in answer)


def test_a_connection_lost_behind_idle_harms_nothing() -> None:
    checking = Checking(CLEAR)
    wire = checking.enter()
    wire.c('$e EXAMINE "INBOX"').s("$e OK").c("$i IDLE").s("+").close(ConnectionLost())
    assert checking.done == [True]


def test_an_address_needs_no_look_up() -> None:
    checking = Checking(replace(CLEAR, host="127.0.0.1"))
    assert "nothing to look up" in checking.steps[0].sentence


def test_an_address_that_comes_twice_is_told_once() -> None:
    checking = Checking(TLS, ["192.0.2.1", "192.0.2.1"])
    assert checking.steps[0].sentence == "mail.example.org was found: 192.0.2.1."
    assert "192.0.2.1 and 1 more" in Checking(TLS).steps[0].sentence


def test_a_check_ends_with_the_step_that_fails() -> None:
    for account, kind in (
        (replace(TLS, host="nowhere.example"), ProblemKind.NAME_NOT_FOUND),
        (replace(CLEAR, host="mail.example.org"), ProblemKind.UNTRUSTED),
    ):
        checking = Checking(account)
        assert (checking.done, checking.told) == ([False], [(CheckStep.NAME, False, False)])
        problem = checking.steps[-1].problem
        assert problem is not None
        assert problem.kind is kind
    checking = Checking(CLEAR)
    checking.reactor.refuse(failures.ConnectionRefusedError())
    checking.reactor.advance(1)
    assert checking.told == [(CheckStep.NAME, True, False), (CheckStep.CONNECT, False, False)]
    checking = Checking(STARTTLS)
    checking.reactor.accept().s("* OK [CAPABILITY IMAP4rev1] hi")
    assert (checking.done, checking.told[-1]) == ([False], (CheckStep.ENCRYPT, False, False))
    checking = Checking(replace(CLEAR, mailboxes=(MailboxName("Gone"),)))
    checking.enter().c('$e EXAMINE "Gone"').s("$e NO [NONEXISTENT] no")
    assert "Gone does not exist" in checking.steps[-1].sentence


def shown(common_name: str) -> X509:
    """A certificate of that issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    return X509.from_cryptography(builder.sign(key, hashes.SHA256()))


def test_tls_is_described() -> None:
    """What OpenSSL tells is shown by a real server in tests/real; here, that a known connection logs in no more."""
    checking = Checking(TLS)
    wire = checking.reactor.accept()

    class Handle:
        def get_peer_certificate(self) -> X509:
            return shown("Root\x1b")

        def get_protocol_version_name(self) -> str:
            return "TLSv1.3"

        def get_cipher_name(self) -> str:
            return "TLS_AES_256_GCM_SHA384"

    wire.transport.getHandle = Handle
    wire.protocol.handshakeCompleted()
    wire.s("* PREAUTH [CAPABILITY IMAP4rev1] hi").serve(reply)
    assert checking.done == [True]
    assert (
        checking.steps[2].sentence == "Encrypted with TLS 1.3; the server's certificate was issued by Root ."
    )
    assert "no log-in was needed" in checking.steps[3].sentence
    learnt = dict(checking.steps[2].facts)
    assert learnt["greeting"] == "PREAUTH hi"
    assert learnt["capabilities so far"] == "IMAP4REV1"
    assert learnt["TLS"] == "TLSv1.3, TLS_AES_256_GCM_SHA384"
    assert learnt["Issued by"].startswith("Root")


def test_what_helps_with_a_refusal_is_kept_for_the_report() -> None:
    """The greeting, and what the server offered."""
    checking = Checking(CLEAR)
    wire = checking.reactor.accept()
    wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
    tag = wire.sent()[0].split()[0]
    wire.s(f"{tag} NO [AUTHENTICATIONFAILED] no")
    assert (checking.done, checking.told[-1]) == ([False], (CheckStep.LOGIN, False, False))
    assert wire.transport.aborted
    facts = {step.step: step.facts for step in checking.steps}
    offered = "AUTH=PLAIN IMAP4REV1 SASL-IR"
    assert facts[CheckStep.ENCRYPT] == (("greeting", "OK hi"), ("capabilities so far", offered))
    assert facts[CheckStep.LOGIN] == (("capabilities before", offered),)
    assert PASSWORD not in str(facts)


def test_the_newest_subjects_are_ordered_by_date() -> None:
    """A bridge numbers the mails of its first import as it meets them."""
    reactor = Reactor()
    done = result(Deferred.fromCoroutine(newest_subjects(reactor, CLEAR, INBOX, SECRET, 2)))
    wire = reactor.accept().s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi")
    wire.s(f"{wire.sent()[0].split()[0]} OK [CAPABILITY IMAP4rev1] in")
    older = row(9, 2, "Old").replace("17-Jul-2026", "16-Jul-2026")
    served = wire.serve(
        lambda said: (row(8, 1, "New"), older, "OK") if said.startswith("FETCH 8:9") else ("* 9 EXISTS", "OK")
    )
    assert [message.envelope.subject for message in done[0]] == ["New", "Old"]
    assert served[-1] == "LOGOUT"
    assert not any("SEARCH" in said or "STATUS" in said for said in served)


def test_subjects_of_a_server_that_knows_us() -> None:
    reactor = Reactor()
    done = result(Deferred.fromCoroutine(newest_subjects(reactor, TLS, INBOX, SECRET, 2)))
    wire = reactor.accept()
    wire.protocol.handshakeCompleted()
    wire.s("* PREAUTH [CAPABILITY IMAP4rev1] hi").serve(lambda _: ("OK",))
    assert done == [()]


def test_subjects_fail_with_what_went_wrong() -> None:
    account = replace(CLEAR, host="mail.example.org")
    done = result(Deferred.fromCoroutine(newest_subjects(Reactor(), account, INBOX, SECRET, 2)))
    assert [type(outcome) for outcome in done] == [CleartextRefused]


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ([(socket.AF_INET, "127.0.0.1")], True),
        ([(socket.AF_INET, "no address"), (socket.AF_INET, "127.0.0.1")], True),
        ([(socket.AF_INET, "no address")], False),
    ],
)
def test_there_is_a_network_where_there_is_a_route(monkeypatch, addresses, expected):
    monkeypatch.setattr(account_check, "_ELSEWHERE", addresses)
    assert account_check.has_network() is expected
