"""The first mail of a run finds everything prepared once the program has been idle for a moment."""

from __future__ import annotations

import subprocess
import sys

import pytest
from twisted.internet.task import Clock

from tray.app.notifications import warm_up
from tray.app.notifications.warm_up import AFTER, BETWEEN, MODULES, WarmUp

A_MAIL = """
import os
import sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PyQt5.QtGui import QGuiApplication
application = QGuiApplication([])
import re
import tray.app.application
from dataclasses import replace
from twisted.internet.task import Clock
from tests.app.house import House
from tests.fakes.values import account, mail
from tray.app.notifications.warm_up import AFTER, BETWEEN, MODULES, WarmUp
from tray.desktop.notifications.notify_call import Daemon, notify_call
house = House(account("work"))
house.mail_service.start()
house.report(mail(1))
clock = Clock()
WarmUp(clock, house.gate().expect_mail).start()
clock.pump([AFTER, *[BETWEEN] * (len(MODULES) + 9)])
before = set(sys.modules)
compiled = []
compile_ = re._compiler.compile if hasattr(re, "_compiler") else re.sre_compile.compile
def noted(pattern, flags):
    compiled.append(pattern)
    return compile_(pattern, flags)
(re._compiler if hasattr(re, "_compiler") else re.sre_compile).compile = noted
house.gate().expect_mail()
house.report(replace(mail(2, "Invoice 123456"), preview="It is 42 pages long"))
(toast,) = house.toasts.shown.values()
notify_call(toast, 0, Daemon(frozenset({"body-markup"})))
print(*sorted(set(sys.modules) - before), *compiled)
"""


@pytest.fixture
def steps(monkeypatch):
    steps = []
    monkeypatch.setattr(warm_up, "import_module", steps.append)
    monkeypatch.setattr(warm_up, "look_for_a_code", lambda: steps.append("code"))
    monkeypatch.setattr(warm_up, "make_a_toast", lambda: steps.append("toast"))
    return steps


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def warm(clock, steps):
    return WarmUp(clock, lambda: steps.append("desktop"))


def test_one_step_is_taken_after_the_other(clock, warm, steps):
    """So that no turn of the loop is long."""
    warm.start()
    assert steps == []
    clock.advance(AFTER)
    assert steps == [MODULES[0]]
    clock.advance(BETWEEN)
    assert steps == [*MODULES[:2]]
    clock.pump([BETWEEN] * (len(MODULES) + 9))
    assert steps == [*MODULES, "code", "toast", "desktop", "desktop"]
    assert clock.getDelayedCalls() == []


def test_it_is_done_once_however_often_an_account_begins_to_be_watched(clock, warm, steps):
    for _ in range(3):
        warm.start()
        clock.pump([AFTER, *[BETWEEN] * (len(MODULES) + 9)])
    assert steps.count(MODULES[0]) == 1
    assert clock.getDelayedCalls() == []


@pytest.mark.parametrize("begun", [True, False])
def test_a_program_that_ends_prepares_nothing_more(clock, warm, steps, begun):
    if begun:
        warm.start()
    warm.stop()
    warm.start()
    clock.advance(AFTER)
    assert steps == []


def test_then_the_first_mail_imports_nothing_and_compiles_no_pattern():
    done = subprocess.run([sys.executable, "-c", A_MAIL], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
