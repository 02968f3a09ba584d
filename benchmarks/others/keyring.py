"""The keyring of the measured desktop, for programs that keep their passwords nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jeepney import DBusAddress
from jeepney.io.blocking import open_dbus_connection

from tests.rig.bus import call

if TYPE_CHECKING:
    from tests.rig.desktop import VirtualDesktop

_NAME, _PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"


def store(desktop: VirtualDesktop, schema: str, attributes: dict[str, str], password: str) -> None:
    """Keep `password` in the login keyring, which is started when it is first needed."""
    if "keyring" not in desktop.pids():
        desktop.start_keyring()
    connection = open_dbus_connection(desktop.bus.address)
    try:
        service = DBusAddress(_PATH, _NAME, "org.freedesktop.Secret.Service")
        _, session = call(connection, service, "OpenSession", "sv", "plain", ("s", ""))
        collection = DBusAddress(f"{_PATH}/collection/login", _NAME, "org.freedesktop.Secret.Collection")
        item = "org.freedesktop.Secret.Item"
        properties = {
            f"{item}.Label": ("s", schema),
            f"{item}.Attributes": ("a{ss}", {"xdg:schema": schema, **attributes}),
        }
        secret = (session, b"", password.encode(), "text/plain")
        call(connection, collection, "CreateItem", "a{sv}(oayays)b", properties, secret, True)
    finally:
        connection.close()
