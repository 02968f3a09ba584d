"""Only regular files of bounded size are read, and nothing is waited for."""

from __future__ import annotations

import os

import pytest

from tray.files import TooLarge, Unsafe, read_regular_file


def test_a_file_is_read_whole_also_through_a_link(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 11)
    (tmp_path / "link").symlink_to(path)
    for each in (path, str(path), tmp_path / "link"):
        assert read_regular_file(each, 11) == b"x" * 11


def test_more_than_can_be_meant_is_refused_in_words(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 11)
    with pytest.raises(TooLarge, match="it is too large"):
        read_regular_file(path, 10)


def test_a_size_that_is_not_known_before_is_bounded_too():
    """Files below /proc say that they hold nothing."""
    with pytest.raises(TooLarge):
        read_regular_file("/proc/self/environ", 1)


@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "/dev/tty"])
def test_what_is_no_regular_file_is_refused_and_not_waited_for(kind, tmp_path):
    path = kind
    if kind == "pipe":
        path = tmp_path / "pipe"
        os.mkfifo(path)
    with pytest.raises(OSError) as refused:
        read_regular_file(path, 10)
    if kind != "/dev/tty":  # which a process without a terminal cannot open
        assert isinstance(refused.value, Unsafe)
        assert refused.value.strerror == "it is no regular file"


def test_a_folder_a_missing_file_and_links_in_a_circle_are_errors_of_the_system(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    for path, error in ((tmp_path, IsADirectoryError), (tmp_path / "none", FileNotFoundError)):
        with pytest.raises(error):
            read_regular_file(path, 10)
    with pytest.raises(OSError, match="symbolic links"):
        read_regular_file(tmp_path / "a", 10)
