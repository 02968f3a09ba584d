"""Muting an account from the menu, and trusting a certificate, are changes of the settings like any other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twisted.internet.task import Clock

from tests.fakes.ports import AtOnce, FakeSecrets
from tests.fakes.values import account
from tests.ui.certificates import SHOWN, certificate
from tray.app.credentials.secret_store import SecretStore
from tray.app.settings.settings_service import SettingsService
from tray.mail.model.account import AccountId
from tray.mail.settings.settings import Settings, SettingsError

WORK, HOME = account("work", host="mail.example.org."), account("home")


class SettingsFixture:
    """Settings whose file may be on a full disk."""

    def __init__(self):
        self.saved, self.error, self.complaints = 0, None, []
        secret_store = SecretStore(FakeSecrets(), AtOnce(), AtOnce())
        before = Settings(accounts=(WORK, HOME))
        self.service = SettingsService(Clock(), self, before, secret_store, None, self.complaints.append)
        self.service.connect(self)

    def save(self, settings, _base):
        if self.error is not None:
            raise self.error
        self.saved += 1
        return settings

    def apply_settings(self, settings):
        """What the mail service is given."""

    @property
    def accounts(self):
        return self.service.current.accounts


@pytest.fixture
def settings():
    return SettingsFixture()


def test_an_account_is_muted_and_announces_again(settings):
    settings.service.mute(HOME.id, True)
    assert settings.accounts == (WORK, replace(HOME, muted=True))
    settings.service.mute(HOME.id, False)
    assert settings.accounts == (WORK, HOME)
    assert settings.complaints == []


def test_what_is_so_already_or_is_gone_changes_nothing(settings):
    settings.service.mute(HOME.id, False)
    settings.service.mute(AccountId("gone"), True)
    assert settings.saved == 0


def test_a_certificate_is_pinned(settings):
    settings.service.pin(WORK.id, certificate())
    assert settings.accounts == (replace(WORK, pinned=SHOWN), HOME)
    assert settings.complaints == []


@pytest.mark.parametrize("account_id", [HOME.id, AccountId("gone")])
def test_the_certificate_of_another_server_is_not_pinned(settings, account_id):
    """The account was changed while the question stood."""
    settings.service.pin(account_id, certificate())
    assert settings.saved == 0
    assert "changed meanwhile" in settings.complaints[0]


def test_what_cannot_be_kept_is_said(settings):
    settings.error = SettingsError("The disk is full. Make room.")
    settings.service.mute(WORK.id, True)
    settings.service.pin(WORK.id, certificate())
    assert settings.complaints == ["The disk is full. Make room."] * 2
    assert settings.accounts == (WORK, HOME)
