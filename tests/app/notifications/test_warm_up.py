"""The first mail of a run imports nothing once the program has been idle for a while."""

from __future__ import annotations

import subprocess
import sys

import pytest
from twisted.internet.task import Clock

from tray.app.notifications import warm_up
from tray.app.notifications.warm_up import AFTER, BETWEEN, MODULES, WarmUp

A_MAIL = """
import sys
import tray.app.application
from importlib import import_module
from dataclasses import replace
from tests.app.house import House
from tests.fakes.values import account, mail
from tray.app.notifications.warm_up import MODULES
from tray.desktop.notifications.notify_call import Daemon, notify_call
house = House(account("work"))
house.mail_service.start()
house.report(mail(1))
for name in MODULES:
    import_module(name)
import tray.desktop.notifications.avatar as avatar
avatar.image_data = lambda *_: None  # there is no screen to draw on
before = set(sys.modules)
house.gate().expect_mail()
house.report(replace(mail(2), preview="Your code is 123456"))
(toast,) = house.toasts.shown.values()
print(*sorted(name for name in set(sys.modules) - before if name.startswith("tray.")))
"""


@pytest.fixture
def imported(monkeypatch):
    imported = []
    monkeypatch.setattr(warm_up, "import_module", imported.append)
    return imported


def test_one_module_is_imported_after_the_other(imported):
    """So that no turn of the loop is long."""
    clock = Clock()
    WarmUp(clock).start()
    assert imported == []
    clock.advance(AFTER)
    assert imported == [MODULES[0]]
    clock.advance(BETWEEN)
    assert imported == [*MODULES[:2]]
    clock.pump([BETWEEN] * len(MODULES))
    assert imported == [*MODULES]
    assert clock.getDelayedCalls() == []


def test_a_program_that_ends_imports_nothing_more(imported):
    clock = Clock()
    warm = WarmUp(clock)
    warm.start()
    warm.stop()
    clock.advance(AFTER)
    assert imported == []


def test_then_the_first_mail_finds_everything_there():
    done = subprocess.run([sys.executable, "-c", A_MAIL], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
