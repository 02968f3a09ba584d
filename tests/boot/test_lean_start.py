"""What only some people use is not imported for everybody."""

from __future__ import annotations

import subprocess
import sys

SPARED = (
    "tray.app.actions.action_queue",
    "tray.app.actions.message_actions",
    "tray.app.actions.message_search",
    "tray.app.actions.rule_actions",
    "tray.app.demo",
    "tray.app.settings.dialog_services",
    "tray.app.settings.dialog_sign_in",
    "tray.desktop.start.autostart",
    "tray.desktop.opening.opener",
    "tray.desktop.session.x11",
    "tray.desktop.appearance.colour_scheme",
    "tray.desktop.secrets.online_accounts",
    "tray.desktop.opening.clipboard",
    "tray.desktop.notifications.avatar",
    "tray.desktop.notifications.sounds",
    "tray.imap.sasl.scram",
    "tray.mail.notifications.notifier",
    "tray.mail.notifications.one_time_code",
    "tray.mail.notifications.toast_content",
    "tray.mail.presentation.problem_texts.connection",
    "tray.mail.presentation.problem_texts.refusals",
    "tray.mail.presentation.problem_texts.tls",
    "tray.mail.presentation.setup.diagnosis",
    "tray.mail.folders.folders",
    "tray.mail.oauth.flows",
    "tray.mail.settings.oauth_clients",
    "tray.mail.settings.proxy",
    "tray.mail.settings.quiet_hours",
    "tray.mail.settings.rules",
    "tray.mail.policy.decision",
    "tray.mail.reply.compose",
    "tray.mail.reply.recipient",
    "tray.mail.settings.outgoing",
    "tray.net.imap.keep_sent",
    "tray.net.smtp",
    "tray.mail.importers",
    "tray.net.oauth.access_tokens",
    "tray.net.oauth.authorize",
    "tray.net.oauth.loopback",
    "twisted.web",
    "tray.net.proxy.tunnel",
    "tray.ui.ports",
    "tray.ui.widgets.style",
    "tray.ui.window.mail_window",
    "PyQt5.QtSvg",
    "tray.ui.settings.settings_window",
    "jeepney",
    "keyring",
    "tomlkit",
    "configparser",
    "yaml",
)


def test_the_program_starts_without_what_few_people_use():
    """Each module costs everybody start-up time and memory."""
    code = "import sys, tray.boot.run, tray.app.application; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert [name for name in SPARED if name in loaded.split()] == []


def test_a_token_is_renewed_without_the_server_for_the_browser():
    """That is for the minutes in which somebody signs in."""
    code = "import sys, tray.net.oauth.access_tokens; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "tray.net.oauth.token_endpoint" in loaded.split()
    assert "tray.net.oauth.loopback" not in loaded.split()
