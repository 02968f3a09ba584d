"""Mailnag, one notification for each mail; its password is in a keyring of the desktop."""

from __future__ import annotations

import configparser
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.others.keyring import store
from benchmarks.programs import Program

if TYPE_CHECKING:
    from benchmarks.programs import Environment
    from benchmarks.testbed import Server, Testbed

_SCHEMA = "com.github.pulb.mailnag"


def _command(testbed: Testbed, server: Server, environ: Environment) -> list[str]:
    user, host = server.dovecot.user, "localhost"
    identity = hashlib.md5(f"{user}{host}True".encode(), usedforsecurity=False).hexdigest()
    store(testbed.desktop, _SCHEMA, {"id": identity}, server.dovecot.password)
    settings = configparser.RawConfigParser()
    settings["core"] = {"connectivity_test": "networkmonitor", "enabled_plugins": "libnotifyplugin"}
    settings["libnotifyplugin"] = {"notification_mode": "2", "max_visible_mails": "10"}
    settings["account1"] = {
        "enabled": "1",
        "type": "imap",
        "name": "bench",
        "user": user,
        "server": host,
        "port": str(server.port),
        "ssl": "1",
        "idle": "1",
        "folder": "[]",
    }
    folder = Path(environ["XDG_CONFIG_HOME"]) / "mailnag"
    folder.mkdir(exist_ok=True)
    with (folder / "mailnag.cfg").open("w") as file:
        settings.write(file)
    environ["GIO_USE_NETWORK_MONITOR"] = "base"  # else it waits for a way to the internet
    del environ["PYTHONPATH"], environ["PYTHONPYCACHEPREFIX"]
    return ["mailnag"]


PROGRAM = Program("Mailnag", _command, app="Mailnag")
