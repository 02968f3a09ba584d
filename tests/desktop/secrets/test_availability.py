"""The Secret Service comes, changes and goes."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Q_CLASSINFO, QObject, pyqtSignal
from PyQt5.QtDBus import QDBusConnection, QDBusObjectPath

from tray.desktop.secrets.availability import KeyringWatch

SERVICE = "org.freedesktop.secrets"


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


def test_it_tells_of_coming_changing_and_going(bus, service, until):
    """Each once."""
    told = []
    watch = KeyringWatch(*(lambda what=what: told.append(what) for what in ("gone", "came", "changed")), bus)
    service.come()
    until(lambda: told == ["came"])
    service.CollectionChanged.emit(QDBusObjectPath("/org/freedesktop/secrets/collection/login"))
    until(lambda: told == ["came", "changed"])
    service.go()
    until(lambda: told == ["came", "changed", "gone"])
    watch.deleteLater()


def test_without_a_bus_there_is_nothing_to_tell(no_bus):
    """And no error."""
    KeyringWatch(pytest.fail, pytest.fail, pytest.fail, no_bus).deleteLater()


@pytest.mark.expects_log("The test bus has ended")
def test_with_its_bus_the_keyring_goes(bus, private_bus, until):
    """Whoever waits for it waits in vain."""
    told = []
    watch = KeyringWatch(*(lambda what=what: told.append(what) for what in ("gone", "came", "changed")), bus)
    private_bus.kill()
    until(lambda: told == ["gone"])
    watch.deleteLater()
