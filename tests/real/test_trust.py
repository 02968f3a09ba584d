"""No byte of a password leaves before the server is trusted: real sockets, and a server that writes everything down."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.dovecot import Certificate
from tests.real.recording import RecordingServer

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"


def add(server: RecordingServer, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """`mailbell account add`, whose test logs in where it trusts the server."""
    return mailbell(
        folder,
        *("account", "add", "--email", "anna@example.org", "--host", "localhost", "--port", str(server.port)),
        *("--password-stdin", "--insecure-secret-file", *more),
    )


def mailbell(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tray.cli", "--profile", str(folder / "profile"), *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(folder)},
        input=PASSWORD + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def fingerprint(folder: Path) -> str:
    from hashlib import sha256

    return sha256(ssl.PEM_cert_to_DER_cert((folder / "server.pem").read_text())).hexdigest()


@pytest.mark.parametrize("starttls", [False, True])
@pytest.mark.parametrize("kind", [Certificate.SELF_SIGNED, Certificate.WRONG_HOST])
def test_an_untrusted_server_gets_no_byte_and_its_fingerprint_is_shown(
    tmp_path: Path, kind: Certificate, *, starttls: bool
) -> None:
    """Then the very same command with that fingerprint logs in."""
    how = ("--security", "starttls") if starttls else ()
    with RecordingServer(tmp_path, kind, starttls=starttls) as server:
        if kind is Certificate.WRONG_HOST:
            how = (*how, "--ca-file", str(tmp_path / "ca.pem"))
        done = add(server, tmp_path, *how)
        assert done.returncode == 5, done
        assert server.private == b""
        assert [line.split()[1:] for line in server.clear.splitlines()] == [[b"STARTTLS"]] * starttls
        assert f"--pin {fingerprint(tmp_path)}" in done.stderr
        colons = fingerprint(tmp_path)[:8].upper()
        assert f"SHA-256: {colons[:2]}:{colons[2:4]}:{colons[4:6]}:{colons[6:]}" in done.stdout
        done = add(server, tmp_path, *how, "--pin", fingerprint(tmp_path).upper())
        assert done.returncode == 3, done  # whom it trusts, it asks: this server refuses every password
        assert b"AUTHENTICATE PLAIN" in server.private


@pytest.mark.parametrize("starttls", [False, True])
def test_another_certificate_on_a_pinned_account_is_refused_and_explained(
    tmp_path: Path, *, starttls: bool
) -> None:
    """Somebody in between, or a renewal: no byte leaves before the user has said so."""
    with RecordingServer(tmp_path, Certificate.GOOD, starttls=starttls) as server:
        old = fingerprint(tmp_path)
        how = ("--security", "starttls") if starttls else ()
        ca = ("--ca-file", str(tmp_path / "ca.pem"))
        assert add(server, tmp_path, *how, *ca, "--pin", old, "--no-check").returncode == 0
        server.show(Certificate.GOOD)  # with an authority that the account would trust without the pin
        done = mailbell(tmp_path, "account", "check")
        assert done.returncode == 5
        assert server.private == b""
        assert "it has changed" in done.stdout
        for each in (old, fingerprint(tmp_path)):
            assert ":".join((each[:2], each[2:4], each[4:6], each[6:8])).upper() in done.stderr
        assert f"--pin {fingerprint(tmp_path)}" in done.stderr
        assert mailbell(tmp_path, "account", "check", "--pin", fingerprint(tmp_path)).returncode == 3
        assert b"AUTHENTICATE PLAIN" in server.private
        assert old in next(tmp_path.rglob("settings.toml")).read_text()  # kept until a test goes well


def test_old_tls_is_refused_even_with_the_pinned_certificate(tmp_path: Path) -> None:
    with RecordingServer(tmp_path, Certificate.SELF_SIGNED, newest=ssl.TLSVersion.TLSv1_1) as server:
        done = add(server, tmp_path, "--pin", fingerprint(tmp_path))
        assert done.returncode == 5
        assert "too old" in done.stderr
        assert server.private == b""
        assert server.connections == 1
