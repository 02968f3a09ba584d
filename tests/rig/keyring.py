"""What happens to a keyring beside us: somebody is there to be asked for its password, or it is unlocked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jeepney import DBusAddress
from jeepney.io.blocking import open_dbus_connection

from tests.rig.bus import call
from tests.rig.desktop import KEYRING_PASSWORD

if TYPE_CHECKING:
    from tests.rig.desktop import VirtualDesktop

PROMPT = "Unlock Login Keyring"
"""Title of the window in which gnome-keyring asks for its password."""

_PROMPTER = """[D-BUS Service]
Name=org.gnome.keyring.SystemPrompter
Exec={program}
"""
_NAME, _PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"


def let_it_ask(desktop: VirtualDesktop) -> None:
    """Have the keyring's prompts appear on the screen; without this, each is dismissed at once."""
    program = next(Path("/usr/libexec").glob("gcr*-prompter"))  # gcr-prompter, gcr4-prompter
    service = desktop.bus.services / "org.gnome.keyring.SystemPrompter.service"
    service.write_text(_PROMPTER.format(program=program), "utf-8")


def unlock(desktop: VirtualDesktop) -> None:
    """Unlock the login keyring behind everybody's back, as a log-in does."""
    connection = open_dbus_connection(desktop.bus.address)
    try:
        service = DBusAddress(_PATH, _NAME, "org.freedesktop.Secret.Service")
        _, session = call(connection, service, "OpenSession", "sv", "plain", ("s", ""))
        secret = (session, b"", KEYRING_PASSWORD, "text/plain")
        inside = DBusAddress(_PATH, _NAME, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface")
        login = f"{_PATH}/collection/login"
        call(connection, inside, "UnlockWithMasterPassword", "o(oayays)", login, secret)
    finally:
        connection.close()
