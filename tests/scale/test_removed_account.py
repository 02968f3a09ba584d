"""What the whole program keeps of an account that was removed: nothing."""

from __future__ import annotations

import pytest

from tests.rig.desktop import VirtualDesktop
from tests.rig.processes import wait_until
from tests.scale.server import ManyUsersDovecot
from tests.scale.soak import SoakProgram
from tray.desktop.storage.paths import for_profile
from tray.desktop.storage.settings_file import SettingsFile

pytestmark = pytest.mark.alone


def test_nothing_is_kept_of_an_account_that_was_removed(tmp_path):
    """After mail, toasts, another connection and windows that showed it."""
    with ManyUsersDovecot(1) as server, VirtualDesktop(notifier="record") as desktop:
        program = SoakProgram(tmp_path, desktop.env)
        program.add_account(server)
        program.start_watching()
        try:
            (server.user,) = server.users
            program.add_account(server, "Gone")
            wait_until(
                lambda: [each["state"] for each in program.status()] == ["watching"] * 2, "both accounts"
            )
            server.burst(server.user, 3)
            wait_until(lambda: [each["unseen"] for each in program.status()] == [0, 3], "its mail")
            program.order("reconnect 1")
            program.order("windows 1")
            settings = SettingsFile(for_profile(program.profile).settings_file)
            (gone,) = [each.id for each in settings.load().accounts if each.name == "Gone"]
            names = server.user, gone
            assert all(program.order(f"holders {name}") > 0 for name in names)
            assert program.run("account", "remove", "Gone").returncode == 0
            wait_until(lambda: len(program.status()) == 1, "its removal")
            wait_until(lambda: not any(program.order(f"holders {name}") for name in names), "its end", 10)
        finally:
            program.stop()
            print(program.log_text())
