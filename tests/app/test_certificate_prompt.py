"""A certificate is shown when it is asked for, and pinned when it is trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.values import account
from tests.ui.certificates import SHOWN, certificate, waiting
from tray.app.prompts import CertificatePrompt
from tray.mail.model.status import Connecting, Watching
from tray.mail.settings.settings import Settings

WORK, HOME = account("work", host="mail.example.org."), account("home")


class PromptFixture:
    """Mailroom, settings and faces, as far as pinning needs them."""

    def __init__(self):
        self.account = WORK
        self.current = Settings(accounts=(HOME, WORK))
        self.questions, self.complaints, self.refusal = [], [], None
        self.certificate_prompt = CertificatePrompt(self, self, self, self.complaints.append)
        self.becomes(waiting())

    def becomes(self, status):
        self.status = status
        self.certificate_prompt.status_changed(self)

    def watch(self, account_id):
        return self if account_id == WORK.id else None

    def show_certificate(self, account, shown, answer):
        self.questions.append((account, shown, answer))

    def apply(self, settings, secrets, done):
        assert secrets == {}
        if self.refusal is None:
            self.current = settings
        done(self.refusal)

    def ask(self):
        self.certificate_prompt.show(WORK.id)
        return self.questions[-1][2]


@pytest.fixture
def office():
    return PromptFixture()


def test_what_was_shown_is_what_is_pinned(office):
    """Whatever the server shows meanwhile."""
    answer = office.ask()
    assert office.questions[0][:2] == (WORK, certificate())
    office.becomes(Watching(0.0, 0.0))
    answer(True)
    assert office.current == Settings(accounts=(HOME, replace(WORK, pinned=SHOWN)))
    assert office.complaints == []


def test_a_no_changes_nothing(office):
    office.ask()(False)
    assert office.current == Settings(accounts=(HOME, WORK))


def test_without_a_certificate_nothing_is_shown(office):
    """It was trusted, or the account removed, since the menu was drawn."""
    office.becomes(Watching(0.0, 0.0))
    office.certificate_prompt.show(WORK.id)
    office.certificate_prompt.show(HOME.id)
    assert office.questions == []


@pytest.mark.parametrize("accounts", [(HOME,), (HOME, replace(WORK, host="mail.example.com"))])
def test_an_account_that_was_changed_meanwhile_is_left_alone(office, accounts):
    """The certificate is another server's."""
    answer = office.ask()
    office.current = Settings(accounts=accounts)
    answer(True)
    assert office.current.accounts == accounts
    assert "changed meanwhile" in office.complaints[0]


def test_what_cannot_be_saved_is_said(office):
    office.refusal = "The disk is full."
    office.ask()(True)
    assert office.complaints == ["The disk is full."]


def test_a_click_just_while_the_server_is_tried_again_is_not_lost(office):
    """The menu that was clicked still had the line."""
    office.becomes(Connecting(0.0))
    office.ask()(True)
    assert office.current.accounts[1].pinned == SHOWN
