"""Whoever knows Twisted's IMAP4Client knows MailProtocol: Twisted's tests of it hold, but for the few named here."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from twisted import version

from tests.net.imap.twisted_suite import CASES, EXCLUDED


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """By test: empty, or what went wrong."""
    command = [sys.executable, "-m", "tests.net.imap.twisted_suite"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_tests_of_twisteds_client_hold(outcomes: dict[str, str], case: str) -> None:
    ran = {name: outcome for name, outcome in outcomes.items() if name.startswith(f"{case}.")}
    assert ran
    failed = {name: why for name, why in ran.items() if why and not why.startswith("skipped: ")}
    assert {name: why for name, why in failed.items() if name not in EXCLUDED} == {}


@pytest.mark.parametrize("name", EXCLUDED)
def test_what_is_excluded_exists_and_does_not_hold(outcomes: dict[str, str], name: str) -> None:
    if name not in outcomes and version.major < 24:
        pytest.skip(f"Twisted {version.public()} does not have it yet")
    assert outcomes[name]
    assert not outcomes[name].startswith("skipped: ")
