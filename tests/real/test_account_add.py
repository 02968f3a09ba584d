"""``mailbell account add`` by ways that are not everybody's: a proxy with a password, a certificate instead of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.client_certificates import ClientCertificateAuthority
from tests.real.dovecot import Dovecot
from tests.real.dovecot_configuration import client_certificates
from tests.real.proxies import Microsocks, Tinyproxy

ROOT = Path(__file__).resolve().parents[2]


def mailbell(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tray.cli", "--profile", str(folder / "profile"), *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(folder)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def add(folder: Path, server: Dovecot, *more: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    where = ("--host", server.host, "--port", str(server.port_tls), "--ca-file", server.ca_file)
    who = ("--email", "anna@example.org", "--user", server.user)
    return mailbell(folder, "account", "add", *who, *where, *more, typed=typed)


def test_behind_a_proxy_its_password_is_the_second_line(tmp_path: Path, dovecot: Dovecot) -> None:
    """It is kept beside the other, tested with it, and removed with it."""
    how = ("--password-stdin", "--insecure-secret-file")
    dovecot.deliver("Hello")
    with Tinyproxy(dovecot.port_tls, "joe", "hidden") as proxy:
        through = ("--proxy", f"http://joe@127.0.0.1:{proxy.port}")
        done = add(tmp_path, dovecot, *how, *through, typed=f"{dovecot.password}\nwrong\n")
        assert done.returncode == 3, done
        assert "your mail password was not sent" in done.stderr
        done = add(tmp_path, dovecot, *how, *through, typed=f"{dovecot.password}\nhidden\n")
        assert done.returncode == 0, done
        assert done.stdout.count("kept readable") == 1
        assert mailbell(tmp_path, "subjects").stdout == "Hello\n"
        assert mailbell(tmp_path, "account", "folders").returncode == 0
        report = mailbell(tmp_path, "account", "check", "--report").stdout
        assert "is looked up by the proxy" in report
        assert "hidden" not in report
        proxy.kill()
        assert mailbell(tmp_path, "subjects").returncode == 4
    secrets = tmp_path / "profile" / "insecure-secrets.json"
    assert len(json.loads(secrets.read_text())) == 2
    assert "hidden" not in (tmp_path / "profile" / "settings.toml").read_text()
    assert mailbell(tmp_path, "account", "remove", "example.org").returncode == 0
    assert json.loads(secrets.read_text()) == {}


@pytest.mark.parametrize("together", [True, False])
def test_a_certificate_is_all_that_is_asked_for(tmp_path: Path, *, together: bool) -> None:
    """Nobody types a password, and none is kept; through a proxy as well."""
    clients = ClientCertificateAuthority(tmp_path)
    certificate, key = clients.issue(Dovecot.user, together=together)
    shown = ("--client-certificate", certificate, *(("--client-key", key) if key else ()))
    extra = client_certificates(clients.file)
    with Dovecot(mechanisms="plain external", extra=extra) as server, Microsocks() as proxy:
        through = ("--proxy", f"socks5://127.0.0.1:{proxy.port}", "--login", "certificate")
        done = add(tmp_path, server, *shown, *through)
        assert done.returncode == 0, done
        assert "anna is logged in" in done.stdout
        assert mailbell(tmp_path, "subjects").returncode == 0
        assert "method=EXTERNAL" in server.log_text()
    assert not (tmp_path / "profile" / "insecure-secrets.json").exists()


def test_what_cannot_be_is_said_before_anybody_is_asked(tmp_path: Path, dovecot: Dovecot) -> None:
    """Each with what to do, and without a password that was in it."""
    for more, said in (
        (("--proxy", "socks5://joe:hidden@127.0.0.1:1"), "A password does not belong"),
        (("--proxy", "https://127.0.0.1:1"), "Only SOCKS5, HTTP and Tor"),
        (("--login", "certificate"), "Choose the file of the certificate"),
        (("--client-certificate", str(tmp_path / "none.pem")), "There is no file"),
    ):
        done = add(tmp_path, dovecot, *more)
        assert done.returncode == 2, done
        assert said in done.stderr
        assert "hidden" not in done.stderr
    done = mailbell(tmp_path, "account", "add", "--email", "anna@example.org", "--proxy", "tor")
    assert done.returncode == 2
    assert "would go around the proxy" in done.stderr
