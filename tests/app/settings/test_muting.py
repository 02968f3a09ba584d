"""Muting an account from the menu is a change of the settings like any other."""

from __future__ import annotations

from dataclasses import replace

from tests.fakes.values import account
from tray.app.settings.settings_service import Muting
from tray.mail.model.account import AccountId
from tray.mail.settings.settings import Settings

WORK, HOME = account("work"), account("home")


class Desk:
    """The settings, as far as muting needs them."""

    def __init__(self, refusal=None):
        self.current, self.refusal, self.applied = Settings(accounts=(WORK, HOME)), refusal, 0

    def apply(self, settings, secrets, done):
        assert secrets == {}
        self.applied += 1
        if self.refusal is None:
            self.current = settings
        done(self.refusal)


def test_an_account_is_muted_and_heard_again():
    desk, said = Desk(), []
    muting = Muting(desk, said.append)
    muting.mute(HOME.id, True)
    assert desk.current.accounts == (WORK, replace(HOME, muted=True))
    muting.mute(HOME.id, False)
    assert desk.current.accounts == (WORK, HOME)
    assert said == []


def test_what_is_so_already_or_is_gone_changes_nothing():
    desk = Desk()
    Muting(desk, [].append).mute(HOME.id, False)
    Muting(desk, [].append).mute(AccountId("gone"), True)
    assert desk.applied == 0


def test_what_cannot_be_kept_is_said():
    said = []
    Muting(Desk("The disk is full. Make room."), said.append).mute(WORK.id, True)
    assert said == ["The disk is full. Make room."]
