"""The Secret Service and the desktop's online accounts come, change and go."""

from __future__ import annotations

from functools import partial

import pytest
from PyQt5.QtCore import Q_CLASSINFO, QObject, pyqtSignal
from PyQt5.QtDBus import QDBusConnection, QDBusObjectPath

from tests.rig.online_accounts import OnlineAccounts
from tray.desktop.secrets.availability import watch_keyring, watch_online_accounts

SERVICE = "org.freedesktop.secrets"


@pytest.fixture
def calls():
    return []


@pytest.fixture
def watch(calls):
    """Notes what is called."""
    names = ("appeared", "vanished", "changed")
    return lambda bus: watch_keyring(bus, *(partial(calls.append, name) for name in names))


class SecretService(QObject):
    """As much of the Secret Service as tells of changes."""

    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Secret.Service")

    CollectionChanged = pyqtSignal(QDBusObjectPath)


@pytest.fixture
def service(qapp, private_bus):
    """Somebody else on the bus."""
    name = private_bus.address + "#keyring"
    bus = QDBusConnection.connectToBus(private_bus.address, name)
    made = SecretService()
    assert bus.registerObject("/org/freedesktop/secrets", made, QDBusConnection.ExportAllSignals)
    made.come = lambda: bus.registerService(SERVICE)
    made.go = lambda: bus.unregisterService(SERVICE)
    yield made
    QDBusConnection.disconnectFromBus(name)


def test_a_keyring_that_comes_changes_and_goes_is_announced(bus, service, watch, calls, until):
    watch(bus)
    service.come()
    until(lambda: calls == ["appeared"])
    service.CollectionChanged.emit(QDBusObjectPath("/org/freedesktop/secrets/collection/login"))
    until(lambda: calls == ["appeared", "changed"])
    service.go()
    until(lambda: calls == ["appeared", "changed", "vanished"])


def test_without_a_bus_there_is_nothing_to_tell(no_bus, watch):
    watch(no_bus)
    watch_online_accounts(no_bus, pytest.fail)


@pytest.mark.expects_log("The test bus has ended")
def test_with_its_bus_the_keyring_goes(bus, private_bus, watch, calls, until):
    watch(bus)
    private_bus.kill()
    until(lambda: calls == ["vanished"])


def test_online_accounts_that_come_sign_in_or_are_new_are_a_change(bus, private_bus, until):
    """And not of an account that begins to want attention: our own asking makes it so."""
    told = []
    watch_online_accounts(bus, lambda: told.append("changed"))
    with OnlineAccounts(private_bus.address) as service:
        until(lambda: len(told) == 1)
        service.add("account_1", email="jane@example.org", secret="x")
        service.signed_in("account_1", wants_attention=True)
        service.signed_in("account_1")
        until(lambda: len(told) == 2)
        service.announce("account_1")
        until(lambda: len(told) == 3)
    until(lambda: not private_bus.owned("org.gnome.OnlineAccounts"))
    assert len(told) == 3
