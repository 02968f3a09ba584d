"""A certificate of ours: what is wrong with its files, who sees it, and what servers say against it."""

from __future__ import annotations

import os
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from twisted.protocols import tls

from tests.net.accounts import SECRET, TLS
from tests.net.loopback import certificates, run, serving
from tests.real.client_certificates import ClientCertificateAuthority
from tray.mail.model.account import Account, Login, Security
from tray.mail.model.status import ProblemKind
from tray.mail.settings.checks import account_errors
from tray.net.errors import IdentityUnusable, Stopped
from tray.net.imap.factory import connect
from tray.net.imap.login import authenticate, await_greeting
from tray.net.problems import problem_of
from tray.net.tls.verification import tls_creator

if TYPE_CHECKING:
    import socket
    from pathlib import Path

OURS = replace(TLS, host="localhost")


@pytest.fixture
def authority(tmp_path: Path) -> ClientCertificateAuthority:
    return ClientCertificateAuthority(tmp_path)


def showing(files: tuple[str, str], account: Account = OURS) -> Account:
    return replace(account, client_certificate=files[0], client_key=files[1])


def unusable(account: Account) -> IdentityUnusable:
    with pytest.raises(IdentityUnusable) as error:
        tls_creator(account)
    return error.value


def test_what_is_wrong_with_the_files_is_said(authority: ClientCertificateAuthority, tmp_path: Path) -> None:
    """With the file's name; before anybody is connected to."""
    certificate, key = authority.issue("anna")
    other_certificate, other_key = authority.issue("anna")
    junk = tmp_path / "junk.pem"
    junk.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    missing = str(tmp_path / "missing.pem")
    for files, path, why in (
        ((certificate, other_key), other_key, "belongs to another certificate"),
        ((other_certificate, key), key, "belongs to another certificate"),
        ((certificate, ""), certificate, "no private key"),
        ((certificate, certificate), certificate, "no private key"),
        ((key, key), key, "no certificate"),
        ((str(junk), key), str(junk), "no certificate"),
        ((certificate, str(junk)), str(junk), "no private key"),
        ((missing, key), missing, "it does not exist"),
        ((certificate, missing), missing, "it does not exist"),
        ((str(tmp_path), key), str(tmp_path), "it is a folder"),
        ((certificate, "/dev/zero"), "/dev/zero", "no regular file"),
    ):
        problem = problem_of(unusable(showing(files)), OURS)
        assert problem.kind is ProblemKind.UNTRUSTED
        assert path in problem.sentence
        assert why in problem.sentence
        assert problem.advice


def test_an_encrypted_key_asks_nobody_on_the_terminal(authority: ClientCertificateAuthority) -> None:
    """It is said how to decrypt it."""
    error = unusable(showing(authority.issue("anna", passphrase=b"sesame")))
    assert error.fault == "encrypted key"
    assert "openssl pkey" in problem_of(error, OURS).advice


def test_files_that_change_are_read_again_and_no_account_shows_another_ones(
    authority: ClientCertificateAuthority,
) -> None:
    """What was read is kept by all that it depends on."""
    one, two = authority.issue("anna"), authority.issue("bob", together=True)
    plain, first, second = tls_creator(OURS), tls_creator(showing(one)), tls_creator(showing(two))
    assert len({plain, first, second}) == 3
    assert tls_creator(showing(one)) is first
    assert tls_creator(replace(showing(one), host="localhost.")) is first
    assert tls_creator(replace(showing(one), host="imap.example.org")) is not first
    assert tls_creator(replace(showing(one), pinned="0" * 64)) is not first
    os.utime(one[1], ns=(1, 1))
    assert tls_creator(showing(one)) is not first


class Asking:
    """A server that wants certificates of one authority."""

    def __init__(self, folder: Path, authority: ClientCertificateAuthority, version: ssl.TLSVersion) -> None:
        self.folder = folder
        self.seen: list[str] = []
        self.said = b""
        self.context = certificates(folder, "localhost")
        self.context.minimum_version = self.context.maximum_version = version
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.context.load_verify_locations(authority.file)

    def handle(self, wire: socket.socket) -> None:
        assert isinstance(wire, ssl.SSLSocket)
        subject: Any = (wire.getpeercert() or {})["subject"]
        self.seen.append(subject[0][0][1])
        wire.sendall(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=EXTERNAL] hello\r\n")
        self.said = wire.recv(1000)
        tag = self.said.split()[0]
        wire.sendall(b"* CAPABILITY IMAP4rev1 IDLE\r\n%b OK in\r\n" % tag)
        wire.recv(1000)

    def meet(self, account: Account) -> None:
        """Log in there; raises what comes of it."""

        async def main(reactor: Any) -> None:
            # startTLS takes the global reactor for the timer by which it joins small writes.
            patch.setattr(tls, "_get_default_clock", lambda: reactor, raising=False)
            there = replace(account, port=port, ca_file=str(self.folder / "ca.pem"))
            protocol = await connect(reactor, there)
            try:
                await await_greeting(protocol, there)
                await authenticate(protocol, there, SECRET)
            finally:
                protocol.abort(Stopped())

        with pytest.MonkeyPatch.context() as patch, serving(self.handle, self.context) as port:
            run(main)


BOTH = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])


@BOTH
def test_external_says_whose_mail_is_wanted_and_sends_no_secret(
    tmp_path: Path, authority: ClientCertificateAuthority, version: ssl.TLSVersion
) -> None:
    server = Asking(tmp_path, authority, version)
    server.meet(replace(showing(authority.issue("anna")), login=Login.CERTIFICATE))
    assert server.seen == ["anna"]
    assert server.said.split()[1:] == [b"AUTHENTICATE", b"EXTERNAL", b"YW5uYQ=="]


@BOTH
@pytest.mark.parametrize(
    ("which", "said"),
    [
        ("expired", "it has expired"),
        ("strange", "client certificate"),
        ("none", ""),
    ],
)
def test_what_a_server_has_against_it_is_said(
    tmp_path: Path, authority: ClientCertificateAuthority, version: ssl.TLSVersion, which: str, said: str
) -> None:
    """The handshake of TLS 1.3 is over for us when the server looks at it: the alert comes behind."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    account = {
        "expired": showing(authority.issue("anna", expired=True)),
        "strange": showing(ClientCertificateAuthority(elsewhere, "strangers").issue("anna")),
        "none": OURS,
    }[which]
    server = Asking(tmp_path, authority, version)
    with pytest.raises(Exception, match="alert") as error:
        server.meet(account)
    problem = problem_of(error.value, account)
    assert problem.kind is ProblemKind.UNTRUSTED
    assert said in problem.sentence
    if which == "none" and version is ssl.TLSVersion.TLSv1_3:
        assert problem.sentence == "localhost asks for a client certificate."
        assert "choose its file" in problem.advice
    assert not server.said


def test_log_in_by_certificate_wants_one() -> None:
    """And encryption; a key alone is of no use."""
    alone = replace(TLS, login=Login.CERTIFICATE)
    assert "client_certificate" in account_errors(alone, ())
    assert account_errors(replace(alone, client_certificate="me.pem"), ()) == {}
    assert "client_certificate" in account_errors(
        replace(alone, client_certificate="me.pem", host="localhost", security=Security.NONE), ()
    )
    assert "client_key" in account_errors(replace(TLS, client_key="me.key"), ())
