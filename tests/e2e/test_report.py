"""The report of a test, against a real Dovecot."""

from __future__ import annotations

import pytest


@pytest.fixture
def added(program, dovecot):
    """An account that works."""
    program.add_account(dovecot)
    return program


def test_a_report_shows_all_steps_and_names_nobody(added, dovecot):
    """It is the whole output, so that it can be sent as it is."""
    done = added.run("account", "check", "--report")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Mailbell: report of an account's test"
    assert "  address: a…@example.org" in lines
    assert "  user name: a…" in lines
    assert "  own authority: yes" in lines
    assert any(line.startswith("    TLS: TLSv1.") for line in lines)
    assert any(line.startswith("    capabilities after: ") and " IDLE " in line for line in lines)
    assert "  login: worked: a… is logged in." in lines
    for secret in (dovecot.password, "anna", dovecot.ca_file):
        assert secret not in done.stdout


def test_a_report_of_a_refusal_says_what_the_server_said(added, dovecot):
    """And ends as the command without it does."""
    (file,) = added.profile.rglob("insecure-secrets.json")
    file.write_text(file.read_text("utf-8").replace("w", "x"), "utf-8")
    done = added.run("account", "check", "Work", "--report")
    assert done.returncode == 3
    assert "  login: FAILED: " in done.stdout
    assert "    the server said: " in done.stdout
    assert "    capabilities before: " in done.stdout
    assert "  not tried: mailbox, idle" in done.stdout
    assert "anna" not in done.stdout


def test_a_test_without_a_report_says_what_the_server_said_too(added):
    """With the step that failed, and what to do."""
    (file,) = added.profile.rglob("insecure-secrets.json")
    file.write_text(file.read_text("utf-8").replace("w", "x"), "utf-8")
    done = added.run("account", "check")
    assert done.returncode == 3
    assert "      The server said: " in done.stdout
    assert "Check user name and password" in done.stderr
