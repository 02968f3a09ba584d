"""The size of the window lasts from one run to the next, and is nothing to fail about."""

from __future__ import annotations

import logging

import pytest

from tray.desktop.storage.window_size import WindowSizeFile


def test_it_lasts(tmp_path):
    path = tmp_path / "window-size"
    sizes = WindowSizeFile(path)
    assert sizes.last() is None
    sizes.keep(440, 560)
    assert (sizes.last(), WindowSizeFile(path).last()) == ((440, 560), (440, 560))
    path.unlink()
    sizes.keep(440, 560)
    assert not path.exists()  # nothing is written for the same size
    sizes.keep(500, 600)
    assert WindowSizeFile(path).last() == (500, 600)


@pytest.mark.parametrize("text", ["", "440", "440 560 3", "a b", "1 1", "440 99999", "x" * 200])
def test_what_makes_no_sense_is_not_used(tmp_path, text):
    path = tmp_path / "window-size"
    path.write_text(text)
    assert WindowSizeFile(path).last() is None


def test_a_disk_that_takes_nothing_only_loses_the_size(tmp_path, caplog):
    sizes = WindowSizeFile(tmp_path / "missing" / "window-size")
    with caplog.at_level(logging.INFO):
        sizes.keep(440, 560)
    assert sizes.last() == (440, 560)
    assert "The size of the window is not kept" in caplog.text
