"""Peers on the bus that send nonsense: nothing of it is believed, raises, or ends the program."""

from __future__ import annotations

from functools import partial

import pytest

from tests.desktop.conftest import join
from tests.desktop.listeners import PowerClient, TrayClient
from tests.desktop.notifications.client import Client, NoFallback
from tests.rig.fake_service import NONSENSE, FakeService
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.secrets.availability import watch_keyring
from tray.desktop.session.tray_host import TrayHost
from tray.desktop.system_events.power_events import PowerEvents

NOTIFICATIONS = "org.freedesktop.Notifications"
SECRETS = "org.freedesktop.secrets"
WATCHER = "org.kde.StatusNotifierWatcher"
LOGIND = "org.freedesktop.login1"
NETWORK = "org.freedesktop.NetworkManager"
SAVER = "org.freedesktop.ScreenSaver"
PROPERTIES = "org.freedesktop.DBus.Properties"
PATHS = {name: "/" + name.replace(".", "/") for name in (NOTIFICATIONS, SECRETS, LOGIND, NETWORK)}

SIGNALS = (
    *(
        (PATHS[NOTIFICATIONS], NOTIFICATIONS, each)
        for each in ("ActionInvoked", "NotificationClosed", "NotificationReplied", "ActivationToken")
    ),
    (PATHS[SECRETS], "org.freedesktop.Secret.Service", "CollectionChanged"),
    ("/StatusNotifierWatcher", WATCHER, "StatusNotifierHostRegistered"),
    (PATHS[LOGIND], LOGIND + ".Manager", "PrepareForSleep"),
    ("/", PROPERTIES, "PropertiesChanged"),
    ("/no/such/thing", PROPERTIES, "PropertiesChanged"),
    ("/no/such/thing", LOGIND + ".Session", "Unlock"),
    (PATHS[NETWORK], NETWORK, "StateChanged"),
    (PATHS[NETWORK], PROPERTIES, "PropertiesChanged"),
    ("/x", SAVER, "ActiveChanged"),
)
"""Everything that is listened to."""


@pytest.fixture
def hostile(private_bus):
    with FakeService(private_bus.address, NOTIFICATIONS, SECRETS, WATCHER, LOGIND, NETWORK) as service:
        yield service


@pytest.fixture
def listeners(bus, private_bus, hostile):
    """All that listens, on a bus full of nonsense; whom it has called."""
    user, tray, power, keyring_calls = Client(), TrayClient(), PowerClient(), []
    user.toasts = DBusBackend(user, bus, NoFallback())
    watch_keyring(bus, *(partial(keyring_calls.append, name) for name in ("appeared", "vanished", "changed")))
    host = TrayHost(bus)
    host.wait(tray, 3_600_000)
    events = PowerEvents(power, join(private_bus.address), bus)
    events.start()
    yield user, tray, power, keyring_calls, host, events
    events.stop()
    host.stop()


def test_signals_of_the_wrong_types_are_not_believed(listeners, bus, hostile, until):
    user, tray, power, keyring_calls, *_ = listeners
    hostile.reply = ("u", (1,))
    user.show()
    until(lambda: user.handed and not bus._calls)
    keyring_calls.clear()
    for signature, body in NONSENSE:
        for signal in SIGNALS:
            hostile.signal(*signal, signature, *body)
    hostile.signal(PATHS[NETWORK], NETWORK, "StateChanged", "u", 70)
    hostile.signal(PATHS[NETWORK], NETWORK, "StateChanged", "u", 20)
    until(lambda: power.calls[-2:] == ["up", "down"] and user.closed)  # of two connections to the bus
    # "b" is a sleep, "uu" a closing, and any change of a collection is one.
    assert power.calls == ["sleep", "up", "down"]
    assert (user.actions, user.closed) == ([], ["k"])
    assert set(keyring_calls) == {"changed"}
    assert tray.calls == []


@pytest.mark.expects_log("refused a toast")
def test_answers_of_the_wrong_types_are_not_believed(listeners, bus, hostile, until):
    """A toast that got such an answer counts as refused, and the next one is shown."""
    user, tray, _, _, host, events = listeners
    for signature, body in NONSENSE:
        user.handed.clear()
        hostile.reply = signature, body
        user.toasts._capabilities = None
        user.show()
        events._ask_logind()
        events._ask_network()
        if (signature, body) != ("b", (True,)):
            host._ask()
        until(lambda: user.handed and not bus._calls and not events._system._calls)
    assert tray.calls == []
    assert events._inhibitor is None
    hostile.reply = "u", (5,)
    user.handed.clear()
    user.show()
    until(lambda: user.handed)
    assert list(user.toasts._on_screen._shown) == [5]


def test_signals_about_toasts_that_were_never_shown_do_no_harm(listeners, bus, hostile, until):
    """Nor does one that closes all of them again and again, or answers buttons that were not pressed."""
    user, _, _, keyring_calls, *_ = listeners
    hostile.reply = "u", (1,)
    user.show()
    until(lambda: user.handed)
    path, name = PATHS[NOTIFICATIONS], NOTIFICATIONS
    for number in range(2000):
        hostile.signal(path, name, "NotificationClosed", "uu", number % 7, 1)
        hostile.signal(path, name, "ActivationToken", "us", number, "t" * 100)
        hostile.signal(path, name, "ActionInvoked", "us", number % 7, "default")
        hostile.signal(path, name, "NotificationReplied", "us", number % 7, "Yes")
    hostile.signal(PATHS[SECRETS], "org.freedesktop.Secret.Service", "CollectionChanged")
    until(lambda: "changed" in keyring_calls)
    assert (len(user.actions), len(user.closed)) == (1, 1)
    assert user.replies == []  # it takes none
    assert len(user.toasts._on_screen._tokens) <= 1
