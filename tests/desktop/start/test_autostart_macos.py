"""Starting at log-in of macOS: the file that launchd reads."""

from __future__ import annotations

import plistlib
import sys

import pytest

from tray.desktop.start.autostart import AutostartError, start_at_login
from tray.desktop.start.autostart_macos import MacStart
from tray.desktop.storage.paths import for_profile, for_user


@pytest.fixture
def program(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    program = tmp_path / "Mailbell.app" / "Contents" / "MacOS" / "Mailbell"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def test_it_is_the_choice_on_macos(monkeypatch):
    paths = for_user()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert isinstance(start_at_login(paths), MacStart)


def test_switched_on_and_off_and_on(program, private_home):
    start = MacStart(for_user())
    file = private_home / "Library" / "LaunchAgents" / "io.github.mailbell.Mailbell.plist"
    assert not start.is_on()
    start.set(True)
    agent = plistlib.loads(file.read_bytes())
    assert agent["Label"] == file.stem
    assert agent["ProgramArguments"] == [str(program)]
    assert agent["RunAtLoad"] is True
    assert start.is_on()
    start.set(False)
    start.set(False)
    assert not file.exists()
    assert not start.is_on()


def test_a_profile_has_a_file_of_its_own_with_its_folder(program, tmp_path, private_home):
    MacStart(for_profile(tmp_path / "my profile")).set(True)
    (file,) = (private_home / "Library" / "LaunchAgents").iterdir()
    agent = plistlib.loads(file.read_bytes())
    assert agent["Label"] == file.stem != "io.github.mailbell.Mailbell"
    assert agent["ProgramArguments"] == [str(program), "--profile", str(tmp_path / "my profile")]


@pytest.mark.parametrize(
    "agent",
    [
        b"nonsense",
        plistlib.dumps([]),
        plistlib.dumps({}),
        plistlib.dumps({"ProgramArguments": [], "RunAtLoad": True}),
        plistlib.dumps({"ProgramArguments": ["/nonexistent/mailbell"], "RunAtLoad": True}),
        plistlib.dumps({"ProgramArguments": ["/bin/sh"], "RunAtLoad": False}),
        plistlib.dumps({"ProgramArguments": ["/bin/sh"], "RunAtLoad": True, "Disabled": True}),
    ],
)
def test_a_file_that_starts_nothing_is_off(agent, private_home):
    folder = private_home / "Library" / "LaunchAgents"
    folder.mkdir(parents=True)
    (folder / "io.github.mailbell.Mailbell.plist").write_bytes(agent)
    assert not MacStart(for_user()).is_on()


def test_a_folder_that_cannot_be_made_is_a_sentence(program, private_home):
    (private_home / "Library").write_text("in the way")
    with pytest.raises(AutostartError, match=r"LaunchAgents.*Make it writable"):
        MacStart(for_user()).set(True)
