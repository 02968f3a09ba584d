"""Thunderbird in a profile of its own, whose password and trusted root are written by its own library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.programs import Program

if TYPE_CHECKING:
    from benchmarks.programs import Environment
    from benchmarks.testbed import Server, Testbed

_LIBRARY = Path("/usr/lib/thunderbird")
_SECRETS = Path(__file__).with_name("nss.py")


def _command(testbed: Testbed, server: Server, environ: Environment) -> list[str]:
    profile = testbed.desktop.folder / f"thunderbird-{server.port}"
    if not profile.exists():
        profile.mkdir()
        _keep_secrets(profile, server)
        lines = [
            f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in _preferences(server)
        ]
        (profile / "user.js").write_text("".join(lines))
    del environ["PYTHONPATH"], environ["PYTHONPYCACHEPREFIX"]
    return ["thunderbird", "--no-remote", "--profile", str(profile)]


def _preferences(server: Server) -> list[tuple[str, object]]:
    account, identity, imap = "mail.account.account1", "mail.identity.id1", "mail.server.server1"
    return [
        ("mail.accountmanager.accounts", "account1"),
        ("mail.accountmanager.defaultaccount", "account1"),
        (f"{account}.server", "server1"),
        (f"{account}.identities", "id1"),
        (f"{identity}.useremail", "anna@example.org"),
        (f"{identity}.fullName", "Anna Example"),
        (f"{identity}.valid", True),
        (f"{imap}.type", "imap"),
        (f"{imap}.hostname", "localhost"),
        (f"{imap}.port", server.port),
        (f"{imap}.name", "bench"),
        (f"{imap}.userName", server.dovecot.user),
        (f"{imap}.socketType", 3),
        (f"{imap}.authMethod", 3),
        (f"{imap}.login_at_startup", True),
        (f"{imap}.check_new_mail", True),
        ("mail.biff.show_alert", True),
        ("mail.biff.use_system_alert", True),
        ("mail.biff.play_sound", False),
        ("mail.shell.checkDefaultClient", False),
        ("mail.rights.version", 1),
        ("mail.provider.suppress_dialog_on_startup", True),
        ("mailnews.start_page.enabled", False),
        ("datareporting.policy.dataSubmissionEnabled", False),
        ("toolkit.telemetry.reportingpolicy.firstRun", False),
    ]


def _keep_secrets(profile: Path, server: Server) -> None:
    texts = [server.dovecot.user, server.dovecot.password]
    done = subprocess.run(
        [sys.executable, str(_SECRETS), str(_LIBRARY), str(profile), str(server.ca_file)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
        env={"LD_LIBRARY_PATH": str(_LIBRARY)},  # what it loads is beside it
    )
    if done.returncode != 0:
        raise RuntimeError(f"no profile for Thunderbird: {done.stderr}")
    user, password = json.loads(done.stdout)
    login = {
        "id": 1,
        "hostname": "imap://localhost",
        "httpRealm": "imap://localhost",
        "formSubmitURL": None,
        "usernameField": "",
        "passwordField": "",
        "encryptedUsername": user,
        "encryptedPassword": password,
        "guid": "{00000000-0000-4000-8000-000000000001}",
        "encType": 1,
    }
    (profile / "logins.json").write_text(json.dumps({"nextId": 2, "logins": [login], "version": 3}))


PROGRAM = Program("Thunderbird", _command, app="Thunderbird")
