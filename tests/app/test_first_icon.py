"""The icon comes before the program, where a panel is there, and a click calls what comes later."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tray.app import first_icon
from tray.app.first_icon import FirstIcon
from tray.mail.settings.settings import Settings
from tray.ui.commands import TrayCommands


class Icon:
    """Keeps what it was made with."""

    def __init__(self, commands, now, settings):
        self.commands, self.now, self.settings = commands, now, settings
        self.shown = 0

    def show(self):
        self.shown += 1


@pytest.fixture
def panel(monkeypatch):
    """Whether there is a panel."""
    present = SimpleNamespace(there=True)
    monkeypatch.setattr(first_icon, "has_panel", lambda: present.there)
    monkeypatch.setattr("tray.ui.tray.tray_icon.TrayIcon", Icon)
    return present


def test_it_is_shown_at_once_with_the_settings_of_the_start(panel):
    settings = Settings()
    icon = FirstIcon(settings).icon
    assert icon.shown == 1
    assert icon.settings() is settings
    assert icon.now() > 0


def test_without_a_panel_there_is_none(panel):
    panel.there = False
    assert FirstIcon(Settings()).icon is None


def test_an_icon_that_may_have_to_be_hidden_does_not_flash(panel):
    assert FirstIcon(Settings(hide_icon=True)).icon is None


def test_a_click_does_nothing_before_the_program_is_there_and_then_what_it_is_to_do(panel):
    first = FirstIcon(Settings())
    commands = first.icon.commands
    add, check, pause = commands.program.add_account, commands.accounts.check_now, commands.pause.pause
    add()
    check()
    pause(60.0)
    done = []
    part = SimpleNamespace(
        add_account=lambda: done.append("add"),
        check_now=lambda: done.append("check"),
        pause=done.append,
        open_mail=done.append,
    )
    present = Settings(titles=3)
    first.connect(TrayCommands(part, part, part, part), lambda: present)
    add()
    check()
    pause(60.0)
    commands.messages.open_mail("token")
    assert done == ["add", "check", 60.0, "token"]
    assert first.icon.settings() is present
