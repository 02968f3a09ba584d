"""Files of ours in whose place somebody has put a link, a pipe or a device: nothing is followed, waited for or lost."""

from __future__ import annotations

import logging
import os
from contextlib import closing, suppress

import pytest

from tests.fakes.values import account
from tray.desktop.secrets import file as secret_file
from tray.desktop.start import autostart
from tray.desktop.storage import logs
from tray.desktop.storage.paths import for_user
from tray.desktop.storage.state_store import StateError, StateStore
from tray.mail.model.account import AccountId
from tray.mail.model.secret import Secret, SecretUnavailable

ADA = AccountId("ada")


def use_state(path):
    with closing(StateStore(path)) as store:
        store.load()
        with suppress(StateError):
            store.forget(ADA)


def use_secrets(path):
    for use in (secret_file.read, lambda path, ada: secret_file.write(path, ada, Secret("s"))):
        with suppress(SecretUnavailable):
            use(path, account("ada").id)


def use_log(path):
    try:
        logs.set_up("INFO", path)
        logging.getLogger("tray.x").info("a line")
    finally:
        logs.tear_down()
        logging.getLogger().setLevel("WARNING")


FILES = [use_state, use_secrets, use_log]


@pytest.mark.expects_log("cannot")
@pytest.mark.parametrize("use", FILES)
def test_a_link_that_was_planted_destroys_nothing(use, tmp_path):
    precious = tmp_path / "elsewhere" / "precious"
    precious.parent.mkdir()
    precious.write_text("mine")
    precious.chmod(0o640)
    path = tmp_path / "own"
    path.symlink_to(precious)
    use(path)
    assert precious.read_text() == "mine"
    assert precious.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in precious.parent.iterdir()] == ["precious"]


@pytest.mark.expects_log("cannot")
@pytest.mark.parametrize("use", FILES)
@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "/dev/full", "missing", "folder"])
def test_what_is_no_file_is_not_waited_for(use, kind, tmp_path):
    path = tmp_path / "own"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(kind if kind.startswith("/") else tmp_path / kind)
    use(path)
    assert not (tmp_path / "missing").exists()


@pytest.mark.expects_log("cannot")
def test_state_in_a_link_is_a_sentence(tmp_path):
    (tmp_path / "own").symlink_to(tmp_path / "missing")
    with closing(StateStore(tmp_path / "own")) as store:
        store.load()
        assert "it is a link" in store.notice


@pytest.mark.parametrize("content", ["[" * 200_000, "x" * 2_000_000])
def test_a_file_of_passwords_that_is_nested_or_huge_is_a_sentence(tmp_path, content):
    path = tmp_path / "secrets.json"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(SecretUnavailable) as refused:
        secret_file.read(path, ADA)
    assert "is damaged" in refused.value.problem.sentence


def test_the_start_at_log_in_is_written_over_a_link_not_through_it(private_home, monkeypatch):
    monkeypatch.setattr(autostart, "running_command", lambda: ["mailbell"])
    precious = private_home / "precious"
    precious.write_text("mine")
    paths = for_user()
    autostart.DesktopStart(paths).set(True)
    (file,) = (private_home / "xdg_config_home" / "autostart").iterdir()
    file.unlink()
    file.symlink_to(precious)
    autostart.DesktopStart(paths).set(True)
    assert precious.read_text() == "mine"
    assert "Exec=" in file.read_text()
