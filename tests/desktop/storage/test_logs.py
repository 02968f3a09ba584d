"""The log file."""

from __future__ import annotations

import logging
import stat
import sys

import pytest

from tray.desktop.storage import logs


@pytest.fixture(autouse=True)
def _clean():
    level = logging.getLogger().level
    yield
    logs.tear_down()
    logging.getLogger().setLevel(level)


def test_records_go_to_stderr_and_to_a_private_file(tmp_path, capsys):
    logs.set_up("INFO", tmp_path / "log")
    logging.getLogger("tray.x").info("a word \udcff")
    logging.getLogger("tray.x").debug("too much")
    text = (tmp_path / "log").read_text()
    assert text.endswith("INFO tray.x: a word \\udcff\n")
    assert "a word" in capsys.readouterr().err
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


def test_a_file_that_was_open_to_others_is_closed_to_them(tmp_path):
    (tmp_path / "log").touch(0o644)
    logs.set_up("INFO", tmp_path / "log")
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


def test_the_file_never_grows_large(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "_SIZE_LIMIT", 1000)
    monkeypatch.setattr(sys, "stderr", None)
    logs.set_up("INFO", tmp_path / "log")
    for _ in range(100):
        logging.getLogger("tray.x").info("x" * 100)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["log", "log.1", "log.2", "log.3"]
    assert all(path.stat().st_size <= 1000 for path in tmp_path.iterdir())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.iterdir())


def test_a_second_setup_replaces_the_first(tmp_path, capsys):
    logs.set_up("INFO", None)
    logs.set_up("INFO", None)
    logging.getLogger("tray.x").info("once")
    assert capsys.readouterr().err.count("once") == 1


@pytest.mark.expects_log("cannot be written")
def test_a_file_that_cannot_be_written_is_done_without(tmp_path, capsys):
    logs.set_up("INFO", tmp_path / "no" / "log")
    assert "cannot be written: No such file" in capsys.readouterr().err
