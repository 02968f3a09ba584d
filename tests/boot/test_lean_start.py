"""What only some people use is not imported for everybody."""

from __future__ import annotations

import os
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
    "tray.net.imap.mailbox.keep_sent",
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

PACKAGES = """
attr attrs constantly cryptography incremental OpenSSL PyQt5 qt5reactor service_identity sip twisted
typing_extensions zope
"""
"""What others have written."""
OF_THE_SYSTEM = """
bcrypt bz2 calendar ctypes glob idna lzma ntpath pickle pty pyasn1 pyasn1_modules shutil sitecustomize six tempfile
textwrap tokenize tty zipfile
"""
"""What other versions of these load in addition, as Debian has them, and what a distribution adds to Python."""
STANDARD = """
abc argparse array ast asyncio atexit base64 binascii bisect builtins codecs collections concurrent
contextlib contextvars copy copyreg dataclasses datetime dis email encodings enum errno fcntl fnmatch
functools gc genericpath gettext grp hashlib heapq hmac html http importlib inspect io ipaddress itertools
json keyword linecache locale logging marshal math opcode operator os pathlib pkgutil platform posix
posixpath pwd queue random re reprlib secrets select selectors signal site socket sqlite3 stat
string struct subprocess sys termios threading time token tomllib traceback types typing unicodedata urllib
uuid warnings weakref zipimport zlib
"""
"""Of the standard library, beside modules whose names begin with an underscore."""
MODULES = 554
"""All of them, with the locked packages; the bare stack of the benchmarks has 417."""
OWN = 195
"""Those of Mailbell among them."""
START = """
import sys
from tray.boot import lean_imports
lean_imports.install()
import tray.cli.arguments, tray.cli.start, tray.boot.run
from tray.boot.screen import start_qt
application = start_qt()
import tray.app.first_icon, tray.ui.tray.tray_icon
from tray.boot import qt_reactor
qt_reactor.install()
import tray.app.application, tray.net.watch.early_start, tray.net.watch.session, twisted.internet.ssl
later = lean_imports._LATER | lean_imports._FUNCTIONS_LATER.keys()
waiting = {name for name in later if "__getattr__" in vars(sys.modules.get(name, sys))}
print(*sys.modules.keys() - waiting)
"""
"""Prints what is executed, not only named."""


def test_the_program_starts_without_what_few_people_use():
    """Each module costs everybody start-up time and memory."""
    code = "import sys, tray.boot.run, tray.app.application; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert [name for name in SPARED if name in loaded.split()] == []


def test_only_these_modules_are_loaded_up_to_the_first_titles():
    """What is new here is needed before the first titles, or it is imported where it is used."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=True, env=environment
    )
    loaded = done.stdout.split()
    roots = {name.partition(".")[0] for name in loaded if not name.startswith("_")}
    more = OF_THE_SYSTEM.split() if sys.prefix == sys.base_prefix else []
    assert roots - {*PACKAGES.split(), *STANDARD.split(), *more} == {"tray"}
    assert not {"http.client", "urllib.request", "asyncio.base_events", "email.message"} & {*loaded}
    assert len(loaded) <= MODULES or more
    assert sum(name.startswith("tray") for name in loaded) <= OWN


def test_the_first_icon_does_not_wait_for_the_network_code():
    code = "import sys, tray.app.first_icon, tray.ui.tray.tray_icon; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert {"twisted", "cryptography", "tray.net"} & {*loaded.split()} == set()


def test_a_token_is_renewed_without_the_server_for_the_browser():
    """That is for the minutes in which somebody signs in."""
    code = "import sys, tray.net.oauth.access_tokens; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "tray.net.oauth.token_endpoint" in loaded.split()
    assert "tray.net.oauth.loopback" not in loaded.split()
