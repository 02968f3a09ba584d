"""Geary, in the background as at log-in; its password is in a keyring of the desktop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.others.keyring import store
from benchmarks.others.trust import trusting
from benchmarks.programs import Program

if TYPE_CHECKING:
    from benchmarks.programs import Environment
    from benchmarks.testbed import Server, Testbed

_ACCOUNT = """\
[Metadata]
version=1
status=enabled

[Account]
ordinal=1
label=bench
prefetch_days=14
save_drafts=false
save_sent=false
use_signature=false
service_provider=other
sender_mailboxes=Anna Example <anna@example.org>;

[Incoming]
login={user}
remember_password=true
host=localhost
port={port}
transport_security=transport
credentials=custom

[Outgoing]
login=
remember_password=true
host=localhost
port=25
transport_security=none
credentials=none
"""


def _command(testbed: Testbed, server: Server, environ: Environment) -> list[str]:
    user = server.dovecot.user
    account = Path(environ["XDG_CONFIG_HOME"]) / "geary" / "account_01"
    account.mkdir(parents=True, exist_ok=True)
    (account / "geary.ini").write_text(_ACCOUNT.format(user=user, port=server.port))
    store(
        testbed.desktop,
        "org.gnome.Geary",
        {"proto": "IMAP", "host": "localhost", "login": user},
        server.dovecot.password,
    )
    settings = Path(environ["XDG_CONFIG_HOME"]) / "glib-2.0" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "keyfile").write_text("[org/gnome/Geary]\nrun-in-background=true\n")
    environ |= {"GSETTINGS_BACKEND": "keyfile", "GIO_USE_NETWORK_MONITOR": "base"}
    del environ["PYTHONPATH"], environ["PYTHONPYCACHEPREFIX"]
    return trusting(server, "geary", "--gapplication-service")


PROGRAM = Program("Geary", _command, app="Geary")
