"""A certificate is shown when it is asked for, and pinned when it is trusted."""

from __future__ import annotations

import pytest

from tests.fakes.values import account
from tests.ui.certificates import certificate, waiting
from tray.app.prompts import CertificatePrompt
from tray.mail.model.status import Connecting, Watching

WORK, HOME = account("work", host="mail.example.org."), account("home")


class PromptFixture:
    """Mail service, settings and windows, as far as the prompt needs them."""

    def __init__(self):
        self.account = WORK
        self.questions, self.pinned = [], []
        self.certificate_prompt = CertificatePrompt(self, self)
        self.becomes(waiting())

    def becomes(self, status):
        self.status = status
        self.certificate_prompt.status_changed(self)

    def show_certificate(self, account, shown, answer):
        self.questions.append((account, shown, answer))

    def pin(self, account_id, shown):
        self.pinned.append((account_id, shown))

    def ask(self):
        self.certificate_prompt.ask(self)
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
    assert office.pinned == [(WORK.id, certificate())]


def test_a_no_changes_nothing(office):
    office.ask()(False)
    assert office.pinned == []


def test_without_a_certificate_nothing_is_shown(office):
    """It was trusted, or the account removed, since the menu was drawn."""
    office.becomes(Watching(0.0, 0.0))
    office.certificate_prompt.ask(office)
    assert office.questions == []


def test_a_click_just_while_the_server_is_tried_again_is_not_lost(office):
    """The menu that was clicked still had the line."""
    office.becomes(Connecting(0.0))
    office.ask()(True)
    assert office.pinned == [(WORK.id, certificate())]
