"""This room on a whole desktop: the real panel, the real notification daemon, the real keyring."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.conftest import join
from tests.desktop.listeners import TrayClient
from tests.desktop.notifications.client import Client, NoFallback
from tests.rig import keyring
from tests.rig.desktop import VirtualDesktop
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.session.tray_host import TrayHost
from tray.desktop.session.x11 import has_xembed_tray
from tray.mail.model.toast import Show, Toast, ToastAction, ToastKey

pytestmark = pytest.mark.usefixtures("needs_desktop")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def on_bus(qapp):
    """Connects this process to a desktop's bus."""
    buses = []

    def connect(desktop):
        buses.append(join(desktop.bus.address))
        return buses[-1]

    yield connect
    for each in buses:
        each.close()


def test_xfce_shows_replaces_and_closes_a_toast(on_bus, until):
    with VirtualDesktop(panel=False, notifier="xfce") as desktop:
        client, handed = Client(), []
        toasts = DBusBackend(client, on_bus(desktop), NoFallback())
        key = ToastKey("k")
        actions = ((ToastAction.OPEN, "Open"),)
        for body in ("one & <b>", "two"):
            toasts.show(Show(Toast(key, "Ada", body, (), actions=actions)), lambda: handed.append(1))
            until(lambda: handed)
            handed.clear()
        first, second = desktop.notifications.wait(
            lambda events: sum(e["event"] == "notify" for e in events) == 2
        )[1:]
        assert first["body"] == "one &amp; &lt;b&gt;"
        assert first["actions"] == ["default", "Open"]
        assert second["replaces"] == first["id"] == second["id"]
        toasts.withdraw(key)
        desktop.notifications.wait(lambda events: any(e["event"] == "closed" for e in events))
        assert client.closed == []


def test_the_real_panel_is_waited_for(on_bus, until):
    with VirtualDesktop(panel=False, notifier="none") as desktop:
        client = TrayClient()
        host = TrayHost(on_bus(desktop))
        host.wait(client, 60_000)
        desktop.start_panel()
        until(lambda: client.calls)
        assert client.calls == ["tray"]


def test_an_old_tray_is_seen_by_its_selection(monkeypatch, until):
    with VirtualDesktop(panel=False, notifier="none") as desktop:
        monkeypatch.setenv("DISPLAY", desktop.env["DISPLAY"])
        assert not has_xembed_tray()
        desktop.start_panel()  # xfce's hosts both kinds
        until(has_xembed_tray)


KEYRING = """
from tray.desktop.secrets.sources import SecretSources
from tray.mail.model.account import Account, AccountId
from tray.mail.model.secret import Secret, SecretUnavailable

secrets = SecretSources("mailbell:rig", None)
ada = Account(id=AccountId("ada"), name="Ada", email="", host="h", user="u")

def look():
    try:
        print("found" if secrets.read(ada) == Secret("hush") else "other", flush=True)
    except SecretUnavailable as problem:
        print(problem.problem.sentence, flush=True)

look()
input()
look()
secrets.write(ada, Secret("old"))
secrets.write(ada, Secret("hush"))
look()
secrets.remove(ada)
secrets.remove(ada)
look()
"""


def test_a_real_keyring_is_found_also_when_it_comes_late():
    with (
        VirtualDesktop(panel=False, notifier="none") as desktop,
        subprocess.Popen(
            [sys.executable, "-c", KEYRING],
            env=desktop.env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as child,
    ):
        first = child.stdout.readline()
        desktop.start_keyring()
        rest, _ = child.communicate("\n", timeout=60)
    assert first == "There is no keyring to keep passwords in.\n"
    empty = "There is no password for Ada yet."
    assert rest.splitlines() == [empty, "found", empty]


def run(desktop, script):
    """What a program prints, in lines."""
    argv = [sys.executable, "-W", "ignore", "-c", script]
    done = subprocess.run(
        argv, check=True, env=desktop.env, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=30
    )
    return done.stdout.splitlines()


def test_a_locked_keyring_is_reported_as_locked():
    with VirtualDesktop(panel=False, notifier="none", keyring="locked") as desktop:
        said = run(desktop, KEYRING.partition("input()")[0])
    assert said == ["The keyring is locked."]


READING = """
from tray.desktop.secrets import keyring as secret_keyring
from tray.mail.model.account import AccountId

print(secret_keyring.read("mailbell-rig", AccountId("ada")), secret_keyring.is_open())
secret_keyring.remove("mailbell-rig", AccountId("ada"))
print("forgotten")
"""


def test_where_there_is_no_keyring_yet_reading_asks_for_none_to_be_made():
    """A prompt would stay on the screen, and the program wait behind it."""
    with VirtualDesktop(panel=False, notifier="none") as desktop:
        keyring.let_it_ask(desktop)
        desktop.start_keyring(empty=True)
        first, last = run(desktop, READING)
        assert not desktop.bus.owned("org.gnome.keyring.SystemPrompter")
    assert first.startswith("None")
    assert last == "forgotten"


LEAVING = """
import sys
from PyQt5.QtCore import QCoreApplication
from tray.desktop.bus import session_bus
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.notifications.backend import TrayIconBackend
from tray.mail.model.toast import Show, Toast, ToastKey

app = QCoreApplication(sys.argv)
toasts = DBusBackend(None, session_bus(), TrayIconBackend(print, None))
toasts.show(Show(Toast(ToastKey("k"), "Ada", "Body", ())), app.quit)
app.exec_()
toasts.close()
"""


def test_the_last_toasts_are_closed_even_when_the_program_ends_right_after():
    with VirtualDesktop(panel=False, notifier="record") as desktop:
        run(desktop, LEAVING)
        desktop.notifications.wait(lambda events: any(e["event"] == "close" for e in events))
