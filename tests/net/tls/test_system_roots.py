"""The authorities of systems whose store OpenSSL does not read."""

from __future__ import annotations

import ssl
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL.SSL import TLS_CLIENT_METHOD, Context
from twisted.internet.ssl import platformTrust

from tray.net.errors import RootsUnusable
from tray.net.tls import system_roots as module
from tray.net.tls.system_roots import system_roots


@pytest.fixture(autouse=True)
def each_time_anew():
    system_roots.cache_clear()
    yield
    system_roots.cache_clear()


@pytest.fixture(scope="module")
def root():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An authority")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(key, hashes.SHA256())


def test_on_linux_openssl_finds_them():
    assert type(system_roots()) is type(platformTrust())


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def trusted(certificate):
    """Whether a context with these roots takes a certificate that they signed."""
    context = Context(TLS_CLIENT_METHOD)
    system_roots()._addCACertsToContext(context)
    from OpenSSL.crypto import X509, X509StoreContext

    X509StoreContext(context.get_cert_store(), X509.from_cryptography(certificate)).verify_certificate()
    return True


def test_on_windows_python_reads_the_store(monkeypatch, root):
    monkeypatch.setattr(sys, "platform", "win32")
    store = [b"no certificate", root.public_bytes(serialization.Encoding.DER)]
    context = SimpleNamespace(get_ca_certs=lambda *, binary_form: store if binary_form else [])
    monkeypatch.setattr(ssl, "create_default_context", lambda: context)
    assert trusted(root)


def test_on_macos_the_systems_own_program_prints_them(monkeypatch, root):
    monkeypatch.setattr(sys, "platform", "darwin")
    calls = []

    def run(command, **_options):
        calls.append(command)
        return SimpleNamespace(stdout=b"keychain: ...\n" + pem(root) + pem(root))

    monkeypatch.setattr(subprocess, "run", run)
    assert trusted(root)
    system_roots()
    assert [command[0] for command in calls] == ["/usr/bin/security"]


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(2, "No such file"),
        subprocess.CalledProcessError(1, "security"),
        subprocess.TimeoutExpired("security", 20),
    ],
)
def test_a_store_that_cannot_be_read_is_an_error_and_trusts_nobody(monkeypatch, error):
    monkeypatch.setattr(sys, "platform", "darwin")

    def run(*_, **__):
        raise error

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(RootsUnusable):
        system_roots()
    monkeypatch.setattr(module, "_of_macos", lambda: ("the store", []))
    with pytest.raises(RootsUnusable, match="no root"):
        system_roots()
