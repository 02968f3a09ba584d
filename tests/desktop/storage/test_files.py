"""Opening only what nobody else has prepared; writing a file whole or not at all."""

from __future__ import annotations

import os
import socket
import stat

import pytest

from tray.desktop.storage.files import (
    backup_name,
    check_folder,
    open_own,
    own_folder,
    read_own,
    write_atomically,
)
from tray.files import TooLarge, Unsafe

OTHER = 54321


@pytest.fixture
def give_away(monkeypatch):
    """Make a file another user's: really, where that is allowed, or else by changing who we are."""

    def give(path):
        if os.geteuid() == 0:
            os.chown(path, OTHER, OTHER, follow_symlinks=False)
        else:
            monkeypatch.setattr(os, "geteuid", lambda: OTHER)

    return give


def test_the_file_is_replaced_and_private(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_symbolic_link_is_replaced_itself(tmp_path):
    """Whoever has made it does not say what is overwritten."""
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / "link").symlink_to(precious)
    write_atomically(tmp_path / "link", b"new")
    assert precious.read_text() == "mine"
    assert not (tmp_path / "link").is_symlink()


def test_a_symbolic_link_of_the_users_own_stays_one_where_it_may(tmp_path):
    target = tmp_path / "elsewhere" / "file"
    target.parent.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomically(link, b"new", linked=True)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_failure_leaves_nothing_behind(tmp_path):
    path = tmp_path / "folder"
    (path / "in the way").mkdir(parents=True)
    with pytest.raises(OSError):
        write_atomically(path, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_copy_never_takes_a_name_that_is_in_use(tmp_path):
    path = tmp_path / "file"
    first = backup_name(path, "broken", "now")
    first.touch()
    second = backup_name(path, "broken", "now")
    assert (first.name, second.name) == ("file.broken-now", "file.broken-now-1")


KINDS = ["link", "dangling", "pipe", "folder", "socket", "/dev/zero", "/dev/tty"]


def make(kind, folder, monkeypatch):
    path = folder / "file"
    if kind == "link":
        (folder / "precious").write_text("mine")
        path.symlink_to(folder / "precious")
    elif kind == "dangling":
        path.symlink_to(folder / "missing")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        monkeypatch.chdir(folder)  # a socket's path must be short
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("file")
    else:
        return kind
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "flags", [os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_RDWR | os.O_CREAT, os.O_WRONLY | os.O_APPEND]
)
def test_what_is_no_plain_file_is_never_opened(kind, flags, tmp_path, monkeypatch):
    """Nor is a pipe waited for, and nothing is made where a link leads."""
    path = make(kind, tmp_path, monkeypatch)
    with pytest.raises(OSError) as refused:
        os.close(open_own(path, flags))
    if kind in {"link", "dangling"}:
        assert isinstance(refused.value, Unsafe)
        assert refused.value.strerror == "it is a link"
        assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY, os.O_RDWR])
def test_a_file_of_another_user_is_not_ours(tmp_path, give_away, flags):
    path = tmp_path / "file"
    path.write_text("theirs")
    give_away(path)
    with pytest.raises(Unsafe, match="belongs to another user"):
        open_own(path, flags)


@pytest.mark.parametrize("mode", [0o666, 0o622, 0o602])
def test_what_others_may_have_written_is_not_read(tmp_path, mode):
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    with pytest.raises(Unsafe, match="other users can write to it"):
        read_own(path, 10)
    os.close(open_own(path, os.O_WRONLY))  # but it may be written, and is private from then on
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_own(path, 10) == b""


def test_a_group_of_the_users_own_is_no_other_user(tmp_path, monkeypatch):
    """Many systems give each user one, and a umask of 002."""
    import grp
    import pwd

    path = tmp_path / "file"
    path.touch()
    if os.geteuid() == 0:
        os.chown(path, -1, OTHER)
    path.chmod(0o660)
    members = []
    group = path.stat().st_gid
    monkeypatch.setattr(pwd, "getpwuid", lambda _: pwd.struct_passwd(("jane", "", 1, group, "", "", "")))
    monkeypatch.setattr(grp, "getgrgid", lambda gid: grp.struct_group(("jane", "", gid, members)))
    assert read_own(path, 10) == b""
    members.append("joe")
    with pytest.raises(Unsafe):
        read_own(path, 10)


def test_more_than_can_be_meant_is_not_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 11)
    assert read_own(path, 11) == b"x" * 11
    with pytest.raises(TooLarge):
        read_own(path, 10)


def test_a_folder_is_made_for_its_owner_only(tmp_path):
    own_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o702])
def test_a_folder_that_others_can_write_to_is_not_used(tmp_path, mode):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(Unsafe, match="other users can write to"):
        check_folder(folder)


def test_nor_one_that_others_could_put_another_in_place_of(tmp_path):
    parent = tmp_path / "open"
    (parent / "own").mkdir(parents=True, mode=0o700)
    parent.chmod(0o777)
    with pytest.raises(Unsafe, match=f"other users can write to {parent}"):
        check_folder(parent / "own")
    parent.chmod(0o1777)  # as /tmp has it: only the owner of a thing may replace it
    check_folder(parent / "own")


def test_nor_one_of_another_user(tmp_path, give_away):
    (tmp_path / "theirs" / "own").mkdir(parents=True)
    give_away(tmp_path / "theirs")
    for folder in (tmp_path / "theirs", tmp_path / "theirs" / "own"):
        with pytest.raises(Unsafe, match="belongs to another user"):
            check_folder(folder)


def test_a_link_of_the_users_own_may_lead_to_a_folder(tmp_path):
    (tmp_path / "dotfiles" / "own").mkdir(parents=True)
    (tmp_path / "config").symlink_to("dotfiles/../dotfiles")
    check_folder(tmp_path / "config" / "own")
    (tmp_path / "config" / "own").chmod(0o777)
    with pytest.raises(Unsafe):
        check_folder(tmp_path / "config" / "own")


def test_a_link_of_another_user_leads_nowhere(tmp_path, give_away):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (tmp_path / "own").mkdir()
    (shared / "mailbell").symlink_to(tmp_path / "own")
    give_away(shared / "mailbell")
    with pytest.raises(Unsafe, match="another user"):
        check_folder(shared / "mailbell")


def test_links_in_a_circle_lead_nowhere(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="lead nowhere"):
        check_folder(tmp_path / "a")
