"""Evolution with its data server and the notifications of its plug-in; its password is in a keyring of the desktop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.others.keyring import store
from benchmarks.others.trust import trusting
from benchmarks.programs import Program

if TYPE_CHECKING:
    from benchmarks.programs import Environment
    from benchmarks.testbed import Server, Testbed

_SERVICES = Path("/usr/share/dbus-1/services")
_ACCOUNT = """\
[Data Source]
DisplayName=bench
Enabled=true
Parent=

[Mail Account]
BackendName=imapx
IdentityUid=bench-identity
NeedsInitialSetup=false

[Authentication]
Host=localhost
Method=PLAIN
Port={port}
ProxyUid=system-proxy
RememberPassword=true
User={user}
IsExternal=false

[Security]
Method=ssl-on-alternate-port

[Imapx Backend]
UseIdle=true

[Refresh]
Enabled=true
IntervalMinutes=60
"""
_IDENTITY = """\
[Data Source]
DisplayName=bench
Enabled=true
Parent=bench

[Mail Identity]
Address=anna@example.org
Name=Anna Example

[Mail Submission]
TransportUid=
"""
_SETTINGS = """\
[org/gnome/evolution/plugin/mail-notification]
notify-sound-enabled=false
[org/gnome/evolution/shell]
start-offline=false
"""


def _command(testbed: Testbed, server: Server, environ: Environment) -> list[str]:
    config = Path(environ["XDG_CONFIG_HOME"])
    for service in _SERVICES.glob("org.gnome.evolution.*.service"):
        link = testbed.desktop.bus.services / service.name
        if not link.exists():
            link.symlink_to(service)
    sources, settings = config / "evolution" / "sources", config / "glib-2.0" / "settings"
    for folder in (sources, settings):
        folder.mkdir(parents=True, exist_ok=True)
    account = sources / "bench.source"
    if not account.exists():
        account.write_text(_ACCOUNT.format(port=server.port, user=server.dovecot.user))
        (sources / "bench-identity.source").write_text(_IDENTITY)
    store(
        testbed.desktop,
        "org.gnome.Evolution.Data.Source",
        {"e-source-uid": "bench", "eds-origin": "evolution-data-server"},
        server.dovecot.password,
    )
    (settings / "keyfile").write_text(_SETTINGS)
    environ |= {"GSETTINGS_BACKEND": "keyfile", "GIO_USE_NETWORK_MONITOR": "base"}
    del environ["PYTHONPATH"], environ["PYTHONPYCACHEPREFIX"]
    return trusting(server, "evolution", "--component=mail")


PROGRAM = Program("Evolution", _command, app="evolution-mail-notification")
