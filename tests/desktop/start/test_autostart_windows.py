"""Starting at log-in of Windows, with a registry in memory."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.desktop.registry import Registry
from tray.desktop.start.autostart import AutostartError, running_command, start_at_login
from tray.desktop.start.autostart_windows import WindowsStart
from tray.desktop.storage.paths import for_profile, for_user

RUN = "HKCU", r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = "HKCU", r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


@pytest.fixture
def registry(monkeypatch, tmp_path):
    registry = Registry()
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program = tmp_path / "Program Files" / "mailbell.exe"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    return registry


def test_it_is_the_choice_on_windows(monkeypatch):
    paths = for_user()
    monkeypatch.setattr(sys, "platform", "win32")
    assert isinstance(start_at_login(paths), WindowsStart)


def test_switched_on_and_off_and_on(registry):
    start = WindowsStart(for_user())
    assert not start.is_on()
    start.set(True)
    assert registry.keys[RUN] == {"Mailbell": f'"{sys.executable}"'}
    assert start.is_on()
    start.set(False)
    start.set(False)
    assert registry.keys[RUN] == {}
    assert not start.is_on()


def test_a_profile_has_a_value_of_its_own_with_its_folder(registry, tmp_path):
    own, other = WindowsStart(for_profile(tmp_path / "my profile")), WindowsStart(for_user())
    own.set(True)
    ((name, command),) = registry.keys[RUN].items()
    assert name.startswith("Mailbell ")
    assert command == subprocess.list2cmdline([sys.executable, "--profile", str(tmp_path / "my profile")])
    assert own.is_on()
    assert not other.is_on()


@pytest.mark.parametrize(
    ("value", "on"), [(bytes([2] + [0] * 11), True), (bytes([3] + [0] * 11), False), (b"", True)]
)
def test_what_the_task_manager_has_switched_off_is_off_until_it_is_switched_on_again(registry, value, on):
    start = WindowsStart(for_user())
    start.set(True)
    registry.keys[APPROVED] = {"Mailbell": value}
    assert start.is_on() is on
    start.set(True)
    assert start.is_on()


@pytest.mark.parametrize("value", ["", r"C:\gone\mailbell.exe", b"bytes", 7])
def test_a_program_that_is_not_there_is_not_started(registry, value):
    registry.keys[RUN] = {"Mailbell": value}
    assert not WindowsStart(for_user()).is_on()


def test_a_registry_that_cannot_be_written_is_a_sentence(registry):
    registry.refuses = PermissionError(13, "Permission denied")
    with pytest.raises(
        AutostartError, match=r"registry: permission is denied\. Change it in the Task Manager"
    ):
        WindowsStart(for_user()).set(True)


def test_without_a_console_window_where_python_can(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(__spec__=SimpleNamespace(name="tray.cli")))
    assert running_command() == [str(tmp_path / "python.exe"), "-m", "tray.cli"]
    (tmp_path / "pythonw.exe").touch()
    assert running_command() == [str(tmp_path / "pythonw.exe"), "-m", "tray.cli"]
