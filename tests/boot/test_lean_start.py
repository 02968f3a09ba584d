"""What only some people use is not imported for everybody."""

from __future__ import annotations

import subprocess
import sys

SPARED = (
    "tray.app.demonstration",
    "tray.app.online_wait",
    "tray.app.take_over",
    "tray.desktop.colour_scheme",
    "tray.desktop.online_accounts",
    "tray.desktop.online_watch",
    "tray.desktop.sounds",
    "tray.mail.diagnosis",
    "tray.mail.folders",
    "tray.mail.oauth2",
    "tray.mail.oauth_settings",
    "tray.mail.proxy",
    "tray.mail.quiet_hours",
    "tray.mail.takeover",
    "tray.net.identity",
    "tray.net.tokens",
    "tray.net.tunnel",
    "tray.ui.dark",
    "tray.ui.settings_dialog",
    "jeepney",
    "keyring",
    "tomlkit",
)


def test_the_program_starts_without_what_few_people_use():
    """Each module costs everybody start-up time and memory."""
    code = "import sys, tray.boot.run, tray.app.application; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert [name for name in SPARED if name in loaded.split()] == []
