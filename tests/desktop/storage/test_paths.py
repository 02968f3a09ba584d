"""Where a profile keeps its files."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from tray.desktop.storage import paths
from tray.desktop.storage.instance_lock import InstanceLock
from tray.desktop.storage.paths import PathsError, for_profile, for_user


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_users_own_profile_follows_the_xdg_folders(private_home):
    own = for_user()
    assert own.settings_file == private_home / "xdg_config_home" / "mailbell" / "settings.toml"
    assert own.secret_file.parent == own.config
    assert own.state_file == private_home / "xdg_state_home" / "mailbell" / "state.sqlite3"
    assert own.log_file.parent == own.state
    assert own.lock == private_home / "xdg_state_home" / "mailbell" / "mailbell.lock"
    assert own.keyring_service == "mailbell"
    assert own.profile is None
    assert {mode(folder) for folder in (own.config, own.state, own.socket.parent)} == {0o700}


def test_everything_of_a_profile_lies_in_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    profile = for_profile("p")
    root = tmp_path / "p"
    assert {profile.config, profile.state, profile.socket.parent, profile.profile} == {root}
    assert mode(root) == 0o700
    assert profile.lock.parent == root


def test_all_sandboxes_of_flatpak_use_one_socket(private_home, tmp_path, monkeypatch):
    """Each command runs in one of its own, which shares with the others a single folder of the session's."""
    monkeypatch.setattr(paths, "_FLATPAK", tmp_path)
    shared = private_home / "xdg_runtime_dir" / "app" / "io.github.mailbell.Mailbell"
    shared.mkdir(parents=True, mode=0o700)
    assert for_user().socket.is_relative_to(shared)


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    tmp_path.chmod(0o755)
    for_profile(tmp_path)
    assert mode(tmp_path) == 0o755


def test_profiles_have_keyring_services_of_their_own(tmp_path):
    one, other = for_profile(tmp_path / "1"), for_profile(tmp_path / "2")
    assert len({one.keyring_service, other.keyring_service, "mailbell"}) == 3
    (tmp_path / "link").symlink_to(tmp_path / "1")
    assert for_profile(tmp_path / "link") == one


def test_a_long_path_has_its_socket_in_the_session_folder(tmp_path, monkeypatch):
    session = tmp_path.parent / "s"
    session.mkdir()
    monkeypatch.setattr(paths, "_SOCKET_PATH_LIMIT", 20)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(session))
    one, other = for_profile(tmp_path / "1"), for_profile(tmp_path / "2")
    assert one.socket.parent == session / "mailbell"
    assert one.socket != other.socket


def test_a_short_path_has_its_socket_in_the_profile(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "_SOCKET_PATH_LIMIT", 1000)
    assert for_profile(tmp_path).socket == tmp_path / "mailbell.sock"


def test_without_a_session_folder_the_socket_is_in_a_private_temporary_one(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "_SOCKET_PATH_LIMIT", 20)
    monkeypatch.setattr(paths.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    folder = for_profile(tmp_path / "p").socket.parent
    assert folder.parent == tmp_path
    assert mode(folder) == 0o700
    folder.chmod(0o755)
    with pytest.raises(PathsError, match="Remove it"):
        for_profile(tmp_path / "p")


def test_without_a_session_folder_the_user_has_all_in_the_state_folder(monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    own = for_user()
    assert own.socket.parent == own.state


@pytest.mark.skipif(sys.platform != "linux", reason="the usual place on Linux")
def test_the_usual_session_folder_is_found_without_its_variable(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    usual = Path(f"/run/user/{os.getuid()}")
    found = paths._session_folder()
    assert found == (usual if usual.is_dir() else None)


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PathsError, match=r"cannot be made.*--profile"):
        for_profile(tmp_path / "file" / "p")


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770])
def test_a_profile_that_others_can_write_to_is_refused(tmp_path, mode):
    folder = tmp_path / "shared"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, -1, 54321)  # a group that is not the user's own
    folder.chmod(mode)
    with pytest.raises(PathsError, match=r"other users can write to .*--profile"):
        for_profile(folder)
    with pytest.raises(PathsError) if mode != 0o1777 else nullcontext():
        for_profile(folder / "p")


@pytest.mark.parametrize("folder", ["config", "state"])
def test_a_folder_of_the_users_own_profile_that_others_can_write_to_is_refused(private_home, folder):
    open_one = private_home / f"xdg_{folder}_home" / "mailbell"
    open_one.mkdir(parents=True)
    open_one.chmod(0o777)
    with pytest.raises(PathsError, match="other users can write"):
        for_user()


@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_a_session_folder_that_is_shared_is_done_without(tmp_path, monkeypatch, mode):
    """In one, others plant links (XDG Base Directory Specification: it must be the user's alone)."""
    shared, precious = tmp_path / "shared", tmp_path / "precious"
    (shared / "mailbell").mkdir(parents=True)
    shared.chmod(mode)
    precious.write_text("mine")
    (shared / "mailbell" / "mailbell.lock").symlink_to(precious)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(shared))
    own = for_user()
    assert own.socket.parent == own.state
    lock = InstanceLock(own.lock)
    assert lock.acquire(own.socket)
    lock.release()
    assert precious.read_text() == "mine"
