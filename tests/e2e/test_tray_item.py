"""The item in the tray as panels see it: its title, its click, and the token that Plasma gives with it."""

from __future__ import annotations

import sys

from jeepney import DBusAddress
from jeepney.io.blocking import open_dbus_connection

from tests.rig.bus import call
from tests.rig.processes import wait_until

_ITEM = "org.kde.StatusNotifierItem"
_OPENER = """#!{python}
import os, pathlib
seen = [os.environ.get(name, "") for name in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")]
pathlib.Path({told!r}).write_text(" ".join(seen))
"""


def test_the_item_has_a_title_and_what_a_click_opens_gets_its_token(program, dovecot, recorder, tmp_path):
    dovecot.deliver("Lunch?")
    program.add_account(dovecot)
    told, opener = tmp_path / "told", tmp_path / "opener"
    opener.write_text(_OPENER.format(python=sys.executable, told=str(told)))
    opener.chmod(0o755)
    assert program.run("account", "set", "Work", f"open_command={opener}").returncode == 0
    settings = program.profile / "settings.toml"
    settings.write_text('left_click = "mail"\n' + settings.read_text())
    program.start_watching()
    tray = recorder.tray("mailbell")
    item = tray.wait()
    wait_until(lambda: tray.props()["ToolTip"][2] != "", "the tooltip")
    shown = tray.props()
    assert (shown["Title"], shown["Id"], shown["ItemIsMenu"]) == ("Mailbell", "mailbell", False)
    assert shown["IconPixmap"][:2] == ["16x16", "22x22"]
    connection = open_dbus_connection(recorder.bus.address)
    try:
        address = DBusAddress(item.path, item.name, _ITEM)
        call(connection, address, "ProvideXdgActivationToken", "s", "token-of-the-click")
        tray.activate()
        wait_until(told.exists, "the opener")
        wait_until(lambda: told.read_text() == "token-of-the-click token-of-the-click", "the token")
        told.unlink()
        call(connection, address, "ProvideXdgActivationToken", "s", "of-the-menu")
        tray.click("Open mail")
        wait_until(lambda: told.exists() and told.read_text() == "of-the-menu of-the-menu", "the token")
    finally:
        connection.close()
