"""One program per profile."""

from __future__ import annotations

import os

import pytest

from tray.desktop.single_instance import InstanceLock


def test_the_second_one_is_refused_until_the_first_lets_go(tmp_path):
    first, second = InstanceLock(tmp_path / "lock"), InstanceLock(tmp_path / "lock")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_a_lock_file_left_by_a_dead_program_is_no_lock(tmp_path):
    (tmp_path / "lock").write_text("4194999\n")
    lock = InstanceLock(tmp_path / "lock")
    assert lock.acquire()
    assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_lock_that_is_a_link_cuts_nothing_off(tmp_path):
    """Somebody may have planted it."""
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "lock").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="it is a link"):
        InstanceLock(tmp_path / "lock").acquire()
    assert (tmp_path / "precious").read_text() == "mine"
