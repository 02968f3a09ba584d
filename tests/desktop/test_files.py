"""Writing a file whole or not at all."""

from __future__ import annotations

import stat

import pytest

from tray.desktop.files import beside, write_atomically


def test_the_file_is_replaced_and_private(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o644)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_symbolic_link_stays_one(tmp_path):
    target = tmp_path / "elsewhere" / "file"
    target.parent.mkdir()
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomically(link, b"new")
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
    first = beside(path, "broken", "now")
    first.touch()
    second = beside(path, "broken", "now")
    assert (first.name, second.name) == ("file.broken-now", "file.broken-now-1")
