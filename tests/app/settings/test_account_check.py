"""The test of an account that the dialog runs, and its report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.net.accounts import CLEAR, PASSWORD
from tests.net.wire import Reactor
from tray.app.settings.dialog_services import AccountTests
from tray.mail.model.secret import RenewableSecret, Secret
from tray.mail.model.status import CheckStep


class Keeper:
    """A secret store that has the password of every account."""

    async def login_secret(self, _account, typed=None):
        return typed or Secret(PASSWORD)

    async def read_draft(self, _account):
        raise AssertionError("there is no proxy")


@pytest.fixture
def check():
    return AccountTests(Reactor(), Keeper())


@pytest.mark.parametrize("typed", [None, Secret(PASSWORD)])
def test_the_report_does_not_repeat_what_was_logged_in_with(check, typed):
    """Whether it was typed or kept; a server may say anything."""
    steps, ended = [], []
    check.check(CLEAR, typed, steps.append, ended.append)
    wire = check._reactor.accept()
    wire.s(f"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello {PASSWORD}")
    tag = wire.sent()[0].split()[0]
    wire.s(f"{tag} NO [AUTHENTICATIONFAILED] no")
    assert ended == [False]
    assert steps[-1].step is CheckStep.LOGIN
    told = check.report(replace(CLEAR, email="jane@example.org"), steps, {"Qt": "5.15"})
    assert PASSWORD not in told
    assert "    greeting: (left out" in told
    assert "Qt: 5.15\n" in told
    assert "Twisted: " in told


def test_a_test_that_was_cancelled_says_nothing_more(check):
    ended = []
    cancel = check.check(CLEAR, None, lambda _: None, ended.append)
    cancel()
    assert ended == []


def test_the_report_does_not_repeat_a_token_that_was_renewed_on_the_way(check):
    """The first one had ended; the server, who should not, says the second in its refusal."""

    class Renewer:
        async def login_secret(self, _account, _typed=None):
            async def another():
                return RenewableSecret("second-token", another)

            return RenewableSecret("first-token", another)

    check._secret_store = Renewer()
    steps, ended = [], []
    check.check(CLEAR, None, steps.append, ended.append)
    wire = check._reactor.accept()
    wire.s("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello second-token")
    while not ended:
        tag = wire.sent()[-1].split()[0]
        wire.s(f"{tag} NO [AUTHENTICATIONFAILED] ended")
    told = check.report(CLEAR, steps, {})
    assert "first-token" not in told
    assert "second-token" not in told
    assert "    greeting: (left out" in told
