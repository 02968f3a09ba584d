"""What the tests of this room share: an application, a way to spin its loop, and a private bus with a recorder."""

from __future__ import annotations

import itertools
import shutil
import time
from typing import TYPE_CHECKING

import pytest
from PyQt5.QtCore import QEvent, QEventLoop
from PyQt5.QtDBus import QDBusConnection
from PyQt5.QtWidgets import QApplication

from tests.rig.bus import PrivateBus, short_folder
from tests.rig.desktop import missing_programs
from tests.rig.notifications import Notifications
from tray.desktop.bus import Bus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The one application of the test process."""
    return QApplication.instance() or QApplication(["tests"])


@pytest.fixture
def until(qapp: QApplication) -> Callable[..., None]:
    """Spin the event loop until a condition holds; fails after a deadline."""

    def spin(condition: Callable[[], object], seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the condition never held"
            qapp.processEvents(QEventLoop.AllEvents, 20)
            qapp.sendPostedEvents(None, QEvent.DeferredDelete)  # as the program's own loop does

    return spin


@pytest.fixture
def private_bus() -> Iterator[PrivateBus]:
    """A session bus of this test's own."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("there is no dbus-daemon here")
    folder = short_folder()
    with PrivateBus(folder) as bus:
        yield bus
    shutil.rmtree(folder)


def join(address: str) -> Bus:
    """A connection to the bus at that address, which the caller closes."""
    return Bus(QDBusConnection.connectToBus(address, f"test-{next(_numbers)}"), "test")


@pytest.fixture
def bus(qapp: QApplication, private_bus: PrivateBus) -> Iterator[Bus]:
    """Our connection to that bus."""
    bus = join(private_bus.address)
    assert bus.connected
    yield bus
    bus.close()


@pytest.fixture
def no_bus(qapp: QApplication) -> Iterator[Bus]:
    """A bus that is not there."""
    bus = join("unix:path=/nonexistent/bus")
    assert not bus.connected
    yield bus
    bus.close()


@pytest.fixture
def recorder(private_bus: PrivateBus, tmp_path) -> Iterator[Notifications]:
    """A recording notification daemon on that bus."""
    with Notifications(private_bus.address, tmp_path) as notifications:
        yield notifications


@pytest.fixture
def needs_desktop() -> None:
    """Skips where the virtual desktop cannot be had."""
    lacking = missing_programs()
    if lacking:
        pytest.skip("the virtual desktop needs " + ", ".join(lacking))
