"""One program per profile."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.rig.open_files import open_files
from tests.rig.processes import wait_until
from tray.desktop.storage import instance_lock
from tray.desktop.storage.instance_lock import Holder, InstanceLock, read_holder

SOCKET = Path("/run/user/1000/mailbell/mailbell.sock")
HOST = os.uname().nodename
HERE = Holder(1, HOST, "/s", ":0", "wayland-0", "2", "2")


@pytest.fixture
def taken():
    """Locks that are let go of with the test."""
    locks = []

    def taken(path, elsewhere=None):
        locks.append(InstanceLock(path, elsewhere))
        return locks[-1].acquire(SOCKET)

    yield taken
    for lock in locks:
        lock.release()


def no_locks(monkeypatch, *names, error=errno.ENOLCK):
    """The files of these names lie on a disk without locks."""
    real = instance_lock._lock

    def lock(descriptor):
        if Path(f"/proc/self/fd/{descriptor}").readlink().name in names:
            raise OSError(error, os.strerror(error))
        return real(descriptor)

    monkeypatch.setattr(instance_lock, "_lock", lock)


def test_the_second_one_is_refused_until_the_first_lets_go(tmp_path):
    first, second = InstanceLock(tmp_path / "lock"), InstanceLock(tmp_path / "lock")
    assert first.acquire(SOCKET)
    assert first.acquire(SOCKET)
    assert not second.acquire(Path("/other"))
    assert read_holder(tmp_path / "lock").socket == str(SOCKET)
    first.release()
    first.release()
    assert second.acquire(SOCKET)
    second.release()


def test_a_lock_that_is_a_link_cuts_nothing_off(tmp_path, taken):
    """Somebody may have planted it."""
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "lock").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="it is a link"):
        taken(tmp_path / "lock")
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.parametrize("left", ["4194999\n", '{"pid": 1, "host": "old", "socket": "/s"}', "", "\0\xff"])
def test_a_lock_file_left_by_a_dead_program_is_no_lock(tmp_path, taken, left):
    """Even where its number is that of another process by now."""
    (tmp_path / "lock").write_text(left)
    assert taken(tmp_path / "lock")
    assert read_holder(tmp_path / "lock").pid == os.getpid()


def test_whoever_was_killed_holds_nothing(tmp_path, taken):
    import subprocess

    code = (
        "import sys, time, pathlib; from tray.desktop.storage.instance_lock import InstanceLock\n"
        "lock = InstanceLock(pathlib.Path(sys.argv[1])); lock.acquire(pathlib.Path('/s'))\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], stdin=subprocess.PIPE
    ) as other:
        wait_until(lambda: read_holder(tmp_path / "lock"), "the other program")
        assert not taken(tmp_path / "lock")
        assert read_holder(tmp_path / "lock").pid == other.pid
        other.kill()
    assert taken(tmp_path / "lock")


def test_the_holder_writes_down_where_it_is_and_nothing_else(tmp_path, taken, monkeypatch):
    for name, value in (
        ("DISPLAY", ":1"),
        ("WAYLAND_DISPLAY", "wayland-1"),
        ("XDG_SESSION_ID", "4"),
        ("XDG_VTNR", "3"),
    ):
        monkeypatch.setenv(name, value)
    assert taken(tmp_path / "lock")
    assert json.loads((tmp_path / "lock").read_text()) == {
        "pid": os.getpid(),
        "host": HOST,
        "socket": str(SOCKET),
        "display": ":1",
        "wayland": "wayland-1",
        "session": "4",
        "terminal": "3",
    }
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_on_a_disk_without_locks_one_of_this_computer_decides(tmp_path, taken, monkeypatch, error):
    """A home on a network share, for one; where the holder is, stands beside the state all the same."""
    no_locks(monkeypatch, "lock", error=error)
    assert taken(tmp_path / "lock", lambda: tmp_path / "local")
    assert not taken(tmp_path / "lock", lambda: tmp_path / "local")
    assert read_holder(tmp_path / "lock").pid == os.getpid()
    before = open_files(tmp_path)
    assert not taken(tmp_path / "lock", lambda: tmp_path / "local")
    assert open_files(tmp_path) == before


def test_on_a_disk_that_is_read_only_one_of_this_computer_decides(tmp_path, taken, monkeypatch):
    """Nothing of the state can be spoiled there, and mail is still told of."""
    real = instance_lock._open

    def open_(path):
        if path.name == "lock":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path)

    monkeypatch.setattr(instance_lock, "_open", open_)
    assert taken(tmp_path / "lock", lambda: tmp_path / "local")
    assert not taken(tmp_path / "lock", lambda: tmp_path / "local")
    with pytest.raises(OSError, match="Read-only"):
        taken(tmp_path / "lock")


def test_where_there_are_no_locks_at_all_it_is_an_error(tmp_path, taken, monkeypatch):
    no_locks(monkeypatch, "lock", "local")
    with pytest.raises(OSError, match="locks"):
        taken(tmp_path / "lock", lambda: tmp_path / "local")
    with pytest.raises(OSError, match="locks"):
        taken(tmp_path / "lock")
    assert open_files(tmp_path) == []


def test_a_full_disk_takes_the_lock_though_nothing_can_be_written(tmp_path, taken, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(instance_lock.os, "write", full)
    assert taken(tmp_path / "lock")
    assert not taken(tmp_path / "lock")
    assert read_holder(tmp_path / "lock") is None


@pytest.mark.parametrize(
    "written",
    [
        "12\n",
        "[" * 3000,
        "{}",
        '{"pid": 1}',
        '{"pid": "1", "host": "h", "socket": "/s"}',
        '{"pid": true, "host": "h", "socket": "/s"}',
        '{"pid": 1, "host": "h", "socket": 2}',
        '{"pid": 1, "host": "h", "socket": "/s", "more": "x"}',
        '{"pid": 1, "host": "h\\u001b[31m", "socket": "/s"}',
    ],
)
def test_of_nonsense_in_the_file_nothing_is_believed(tmp_path, written):
    (tmp_path / "lock").write_text(written)
    assert read_holder(tmp_path / "lock") is None


def test_what_is_no_plain_file_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "there").write_text('{"pid": 1, "host": "h", "socket": "/s"}')
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert read_holder(tmp_path / "there") is not None
    for name in ("pipe", "link", "missing", "."):
        assert read_holder(tmp_path / name) is None


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Holder(2, HOST, "/t", ":0"), True),
        (Holder(2, HOST, "/t", "", "wayland-0"), True),
        (Holder(2, HOST, "/t", ":1", "wayland-1", "2"), False),
        (Holder(2, HOST, "/t"), False),
        (Holder(2, "elsewhere", "/t", ":0", "wayland-0"), False),
    ],
)
def test_who_shares_a_screen(other, shared):
    assert HERE.shares_a_screen_with(other) is other.shares_a_screen_with(HERE) is shared


def test_without_any_screen_there_is_one_place():
    assert Holder(1, HOST, "/s").shares_a_screen_with(Holder(2, HOST, "/s"))


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        (HERE, "on screen wayland-0, in session 2, tty2"),
        (Holder(1, HOST, "/s", ":1"), "on screen :1"),
        (Holder(1, "desk", "/s", ":1"), "on the computer desk, on screen :1"),
        (Holder(77, HOST, "/s"), "process 77"),
    ],
)
def test_a_place_in_words(holder, words):
    assert holder.where() == words


def test_on_windows_a_byte_behind_the_text_is_locked_so_that_others_can_read_it(tmp_path, monkeypatch):
    locked, places = set(), []

    def locking(descriptor, mode, count):
        places.append((os.lseek(descriptor, 0, os.SEEK_CUR), mode, count))
        if os.fstat(descriptor).st_ino in locked:
            raise PermissionError(errno.EACCES, "Permission denied")
        locked.add(os.fstat(descriptor).st_ino)

    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=locking))
    monkeypatch.setattr(sys, "platform", "win32")
    first, second = InstanceLock(tmp_path / "lock"), InstanceLock(tmp_path / "lock")
    assert first.acquire(SOCKET)
    assert not second.acquire(SOCKET)
    assert set(places) == {(2**30, 2, 1)}
    assert read_holder(tmp_path / "lock").socket == str(SOCKET)
    assert (tmp_path / "lock").stat().st_size < 4096
    first.release()
