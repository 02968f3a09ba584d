"""Peers on the bus that say what nobody should: nothing of it is believed, raises, or ends the program."""

from __future__ import annotations

import pytest
from PyQt5.QtDBus import QDBusConnection

from tests.rig.fake_service import NONSENSE, FakeService
from tray.desktop.bus import Bus
from tray.desktop.integration.power_events import PowerEvents, PowerListener
from tray.desktop.integration.tray_host import TrayHost
from tray.desktop.notifications.dbus import DBusBackend
from tray.desktop.secrets.availability import KeyringWatch
from tray.mail.model.toast import Action, Show, Toast, ToastKey

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
        for each in ("ActionInvoked", "NotificationClosed", "ActivationToken")
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
def liar(private_bus):
    with FakeService(private_bus.address, (NOTIFICATIONS, SECRETS, WATCHER, LOGIND, NETWORK)) as liar:
        yield liar


@pytest.fixture
def listeners(bus, private_bus, liar):
    """All that listens, on a bus full of lies; how often what was told."""
    told = []

    def tell(what):
        return lambda *_: told.append(what)

    toasts = DBusBackend(tell("action"), tell("closed"), bus)
    keyring = KeyringWatch(tell("gone"), tell("came"), tell("changed"), bus)
    host = TrayHost(bus)
    host.wait(tell("ready"), 3_600_000, tell("appeared"), xembed_will_do=False)
    system = Bus(QDBusConnection.SystemBus, private_bus.address)
    wake = PowerEvents(
        PowerListener(*map(tell, ("sleep", "resumed", "network", "clock", "unlocked"))), system, bus
    )
    wake.start()
    yield toasts, host, wake, told
    wake.stop()
    host.stop()
    keyring.deleteLater()


def toast():
    return Toast(ToastKey("k"), "Summary", "Body", (), actions=((Action.OPEN, "Open"),))


def test_signals_of_the_wrong_types_are_not_believed(listeners, bus, liar, until):
    """None is taken for another; one of the right types still is."""
    toasts, _, _, told = listeners
    liar.reply = ("u", (1,))
    handed = []
    toasts.show(Show(toast()), lambda: handed.append(1))
    until(lambda: handed and not bus._calls)
    told.clear()
    for signature, body in NONSENSE:
        for signal in SIGNALS:
            liar.tell(*signal, signature, body)
    liar.tell(PATHS[NETWORK], NETWORK, "StateChanged", "u", (70,))
    liar.tell(PATHS[NETWORK], NETWORK, "StateChanged", "u", (20,))
    until(lambda: told.count("network") == 2)
    # "(i)s" and the like: told of nothing; "b" is a sleep, "uu" a closing, and any change of a collection is one.
    # "clock" is no signal: a virtual machine's clock is set by its host at any moment.
    assert {*told} - {"clock"} == {"changed", "closed", "network", "sleep"}
    assert (told.count("closed"), told.count("sleep"), told.count("network")) == (1, 1, 2)


@pytest.mark.expects_log("refused a toast")
def test_answers_of_the_wrong_types_are_not_believed(listeners, bus, liar, until):
    """A toast that got such an answer counts as refused, and the next one is shown."""
    toasts, host, wake, told = listeners
    handed = []
    for signature, body in NONSENSE:
        handed.clear()
        liar.reply = signature, body
        toasts._capabilities = None
        toasts.show(Show(toast()), lambda: handed.append(1))
        wake._greet()
        if (signature, body) != ("b", (True,)):
            host._ask()
        until(lambda: handed and not bus._calls and not wake._system._calls)
    assert "ready" not in told
    assert wake._inhibitor is None
    liar.reply = "u", (5,)
    handed.clear()
    toasts.show(Show(toast()), lambda: handed.append(1))
    until(lambda: handed)
    assert list(toasts._on_screen._shown) == [5]


def test_whoever_closes_all_toasts_again_and_again_does_no_harm(listeners, bus, liar, until):
    """Nor does one that answers buttons that nobody pressed, of toasts that nobody showed."""
    toasts, _, _, told = listeners
    liar.reply = "u", (1,)
    handed = []
    toasts.show(Show(toast()), lambda: handed.append(1))
    until(lambda: handed)
    for number in range(2000):
        liar.tell(PATHS[NOTIFICATIONS], NOTIFICATIONS, "NotificationClosed", "uu", (number % 7, 1))
        liar.tell(PATHS[NOTIFICATIONS], NOTIFICATIONS, "ActivationToken", "us", (number, "t" * 100))
        liar.tell(PATHS[NOTIFICATIONS], NOTIFICATIONS, "ActionInvoked", "us", (number % 7, "default"))
    liar.tell(PATHS[SECRETS], "org.freedesktop.Secret.Service", "CollectionChanged", "", ())
    until(lambda: "changed" in told)
    assert told.count("action") == told.count("closed") == 1
    assert len(toasts._on_screen._tokens) <= 1
