"""Starting at log-in."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.rig.processes import wait_until
from tray.desktop.start import autostart
from tray.desktop.start.autostart import (
    AutostartError,
    DesktopStart,
    exec_line,
    running_command,
)
from tray.desktop.storage import paths
from tray.desktop.storage.paths import for_profile, for_user


@pytest.fixture
def script(tmp_path, monkeypatch):
    """The program runs as an installed script."""
    path = tmp_path / "bin" / "mailbell"
    path.parent.mkdir()
    path.touch(0o755)
    monkeypatch.setattr(sys, "argv", [str(path)])
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(__spec__=None))
    return path


def test_switched_on_and_off_and_on(script, private_home):
    start = DesktopStart(for_user())
    assert not start.is_on()
    start.set(True)
    entry = private_home / "xdg_config_home" / "autostart" / "io.github.mailbell.Mailbell.desktop"
    assert f"\nExec={script}\n" in entry.read_text()
    assert start.is_on()
    start.set(False)
    start.set(False)
    assert not entry.exists()
    assert not start.is_on()


def test_a_profile_has_an_entry_of_its_own_with_its_folder(script, tmp_path, private_home):
    profile = for_profile(tmp_path / "my profile")
    DesktopStart(profile).set(True)
    (entry,) = (private_home / "xdg_config_home" / "autostart").iterdir()
    assert f'Exec={script} --profile "{tmp_path}/my profile"\n' in entry.read_text()


def test_without_the_variable_the_usual_folder_is_used(script, private_home, monkeypatch):
    monkeypatch.delenv("XDG_CONFIG_HOME")
    DesktopStart(for_user()).set(True)
    assert (private_home / ".config" / "autostart" / "io.github.mailbell.Mailbell.desktop").exists()


def test_an_appimage_and_a_module_are_started_as_such(script, monkeypatch):
    monkeypatch.setitem(
        sys.modules, "__main__", SimpleNamespace(__spec__=SimpleNamespace(name="tray.cli.__main__"))
    )
    assert running_command() == [sys.executable, "-m", "tray.cli"]
    monkeypatch.setenv("APPIMAGE", "/opt/Mailbell.AppImage")
    monkeypatch.setenv("APPDIR", str(Path(autostart.__file__).parents[3]))
    assert running_command() == ["/opt/Mailbell.AppImage"]


def test_the_bundle_is_started_by_its_own_path(script, monkeypatch):
    """Whatever name it was called by."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/mailbell/mailbell")
    assert running_command() == ["/opt/mailbell/mailbell"]


def test_the_appimage_of_another_program_that_started_us_is_not_ours(script, monkeypatch):
    """Its variables are handed on, as by a terminal or an editor."""
    monkeypatch.setenv("APPIMAGE", "/opt/Editor.AppImage")
    monkeypatch.setenv("APPDIR", "/tmp/.mount_Editor")
    assert running_command() == [str(script)]


@pytest.mark.parametrize("name", ["", "/nonexistent/mailbell"])
def test_an_unknown_command_is_refused(script, monkeypatch, name):
    monkeypatch.setattr(sys, "argv", [name])
    with pytest.raises(AutostartError, match="by hand"):
        DesktopStart(for_user()).set(True)


@pytest.mark.parametrize(
    ("where", "says"),
    [("flatpak", "start-up settings"), ("snap", "start-up settings")],
)
def test_in_a_sandbox_it_is_refused(script, monkeypatch, where, says):
    if where == "snap":
        monkeypatch.setenv("SNAP", str(Path(autostart.__file__).parents[3]))
    else:
        monkeypatch.setattr(paths, "_FLATPAK", script)
    with pytest.raises(AutostartError, match=says):
        DesktopStart(for_user()).set(True)


@pytest.mark.parametrize(("variable", "value"), [("FLATPAK_ID", "x"), ("SNAP", "/snap/code/1"), ("SNAP", "")])
def test_a_variable_that_another_program_left_is_no_box(script, monkeypatch, variable, value):
    """A terminal inside an editor that is a snap, for one."""
    monkeypatch.setenv(variable, value)
    DesktopStart(for_user()).set(True)
    assert DesktopStart(for_user()).is_on()


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("Hidden=true", False),
        ("Hidden=false", True),
        ("X-GNOME-Autostart-enabled=false", False),
        ("OnlyShowIn=KDE;XFCE;", True),
        ("OnlyShowIn=GNOME;", False),
        ("OnlyShowIn=", False),
        ("NotShowIn=XFCE;", False),
        ("NotShowIn=KDE;", True),
        ("TryExec=/nonexistent/mailbell", False),
        ("Type=Link", False),
        ("# Hidden=true", True),
        ("[Desktop Action x]\nHidden=true", True),
        ("Hidden[de]=true", True),
    ],
)
def test_what_others_wrote_into_the_entry_counts(script, private_home, monkeypatch, line, on):
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "X-Own:XFCE")
    own = for_user()
    DesktopStart(own).set(True)
    (entry,) = (private_home / "xdg_config_home" / "autostart").iterdir()
    ours = entry.read_text().replace("X-GNOME-Autostart-enabled=true\n", "").replace("Type=Application\n", "")
    entry.write_text(f"{ours}{line}\n")
    assert DesktopStart(own).is_on() is on


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"\xff\0", b'[Desktop Entry]\nExec="\n', b"x" * 70_000]
)
def test_an_entry_that_starts_nothing_is_off(script, private_home, content):
    own = for_user()
    DesktopStart(own).set(True)
    (entry,) = (private_home / "xdg_config_home" / "autostart").iterdir()
    entry.write_bytes(content)
    assert not DesktopStart(own).is_on()


def test_an_entry_of_a_program_that_is_gone_is_off(script, tmp_path):
    own = for_profile(tmp_path / "pro 100% $file")
    DesktopStart(own).set(True)
    assert DesktopStart(own).is_on()
    script.unlink()
    assert not DesktopStart(own).is_on()


def test_a_program_in_a_folder_of_odd_names_is_found(tmp_path, monkeypatch):
    odd = tmp_path / 'a "b" \\c $d 100%' / "mailbell"
    odd.parent.mkdir()
    odd.touch(0o755)
    monkeypatch.setattr(sys, "argv", [str(odd)])
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(__spec__=None))
    DesktopStart(for_user()).set(True)
    assert DesktopStart(for_user()).is_on()


def test_a_folder_that_cannot_be_written_is_reported_in_words(script, private_home):
    own = for_user()
    (private_home / "xdg_config_home" / "autostart").touch()
    with pytest.raises(AutostartError, match="Make it writable"):
        DesktopStart(own).set(True)
    with pytest.raises(AutostartError, match="Make it writable"):
        DesktopStart(own).set(False)


@pytest.mark.skipif(shutil.which("gio") is None, reason="there is no gio here")
def test_every_word_survives_the_quoting_as_glib_reads_it(tmp_path):
    """GLib parses the entry and starts the program, which notes what it was given."""
    program, noted, entry = tmp_path / "pro gram", tmp_path / "noted", tmp_path / "x.desktop"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >{noted}.part; mv {noted}.part {noted}\n")
    program.chmod(0o755)
    words = ["", "a b", 'q"q', "back\\slash", "end\\", "$HOME", "`id`", "100%", "%u", "it's", "ü", "a=b", "~"]
    command = exec_line([str(program), *words])
    entry.write_text(f"[Desktop Entry]\nType=Application\nName=x\nExec={command}\n")
    subprocess.run(["gio", "launch", entry], check=True, timeout=60)
    wait_until(noted.exists, "the program")
    assert noted.read_text().splitlines() == words
