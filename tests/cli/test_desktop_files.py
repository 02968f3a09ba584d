"""Menu entry, icons, man page and completions for a program that no package of the system brought."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tray.assets import resource
from tray.cli import main
from tray.cli.exit_codes import DONE, OTHER, USAGE
from tray.desktop.start import desktop_files
from tray.desktop.storage.paths import APP_ID

ENTRY = f"applications/{APP_ID}.desktop"
INSTALL, REMOVE = "install-desktop-files", "remove-desktop-files"


@pytest.fixture
def share(private_home):
    return private_home / "xdg_data_home"


@pytest.fixture
def script(tmp_path, monkeypatch):
    """The program runs as an installed script."""
    path = tmp_path / "my bin" / "mailbell"
    path.parent.mkdir()
    path.touch(0o755)
    monkeypatch.setattr(sys, "argv", [str(path)])
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(__spec__=None))
    monkeypatch.setenv("SHELL", "/bin/bash")
    return path


@pytest.fixture
def run(script, capsys):
    def run(*words):
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_what_was_installed_is_removed_and_nothing_else(run, share):
    (share / "applications").mkdir()
    (share / "applications" / "other.desktop").write_text("of another program")
    code, out, err = run(INSTALL)
    assert (code, err) == (DONE, "")
    assert str(share) in out
    shipped = {name for name in files(resource("share")) if not name.startswith("metainfo/")}
    assert set(files(share)) == shipped | {"applications/other.desktop", "mailbell/desktop-files.json"}
    code, out, _ = run(REMOVE)
    assert code == DONE
    assert f"{len(shipped)} files were removed" in out
    assert [path.relative_to(share).as_posix() for path in sorted(share.rglob("*"))] == [
        "applications",
        "applications/other.desktop",
    ]


def test_the_menu_entry_starts_the_program_by_its_path_and_vanishes_with_it(run, share, script):
    run(INSTALL)
    lines = (share / ENTRY).read_text().splitlines()
    assert lines.count(f'Exec="{script}"') == 1
    assert lines.count(f"TryExec={script}") == 1
    assert len([line for line in lines if line.startswith("Exec=")]) == 1
    tool = shutil.which("desktop-file-validate")
    if tool is not None:
        done = subprocess.run([tool, share / ENTRY], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")


def test_a_second_time_changes_nothing(run, share):
    run(INSTALL)
    before = {path: path.stat().st_mtime_ns for path in share.rglob("*") if path.name.startswith(APP_ID)}
    code, out, err = run(INSTALL)
    assert (code, err) == (DONE, "")
    assert "there already" in out
    assert before == {path: path.stat().st_mtime_ns for path in before}
    run(REMOVE)
    code, out, err = run(REMOVE)
    assert (code, err) == (DONE, "")
    assert "nothing to remove" in out


def test_files_of_another_version_are_replaced_and_those_it_no_longer_has_removed(run, share, monkeypatch):
    old = {ENTRY: b"[Desktop Entry]\nName=Old\n", "man/man1/mailbell.1": b"old", "zsh/gone": b"gone"}
    with monkeypatch.context() as patch:
        patch.setattr(desktop_files, "_shipped", old.items)
        run(INSTALL)
    assert (share / "zsh/gone").read_text() == "gone"
    code, _, err = run(INSTALL)
    assert (code, err) == (DONE, "")
    assert (share / "man/man1/mailbell.1").read_bytes() == resource("share/man/man1/mailbell.1").read_bytes()
    assert not (share / "zsh/gone").exists()


def test_a_file_of_somebody_else_is_left_as_it_is_and_named(run, share):
    foreign = share / "man" / "man1" / "mailbell.1"
    foreign.parent.mkdir(parents=True)
    foreign.symlink_to("/nonexistent")
    code, _, err = run(INSTALL)
    assert code == OTHER
    assert err.splitlines()[1:] == [f"  {foreign}"]
    assert (share / ENTRY).exists()
    assert run(REMOVE)[0] == DONE
    assert str(foreign.readlink()) == "/nonexistent"


def test_an_entry_that_the_user_changed_is_neither_overwritten_nor_removed(run, share):
    run(INSTALL)
    changed = (share / ENTRY).read_text() + "X-Mine=true\n"
    (share / ENTRY).write_text(changed)
    for command in (INSTALL, INSTALL, REMOVE):
        code, _, err = run(command)
        assert (code, err.splitlines()[1:]) == (
            (OTHER, [f"  {share / ENTRY}"]) if command == INSTALL else (DONE, [])
        )
    assert (share / ENTRY).read_text() == changed


def test_an_entry_that_was_changed_since_is_named_when_the_rest_is_removed(run, share):
    run(INSTALL)
    (share / ENTRY).write_text("mine")
    code, out, err = run(REMOVE)
    assert code == OTHER
    assert "files were removed" in out
    assert err.splitlines()[1:] == [f"  {share / ENTRY}"]
    assert list(files(share)) == [ENTRY]


@pytest.mark.parametrize("text", ["", "[]", '{"files": 1}', '{"files": {}}', "[" * 100_000])
def test_a_damaged_list_is_made_anew(run, share, text):
    run(INSTALL)
    record = share / "mailbell" / "desktop-files.json"
    record.write_text(text)
    assert run(INSTALL)[0] == DONE
    assert ENTRY in json.loads(record.read_text())["files"]
    assert run(REMOVE)[0] == DONE
    assert files(share) == {}


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(run, share):
    (share / "applications").write_text("no folder")
    code, _, err = run(INSTALL)
    assert code == OTHER
    assert err.startswith(f"mailbell: The files in {share} cannot be changed: ")
    assert err.count("\n") == 1


def test_a_program_from_a_package_needs_them_not(run, share, tmp_path, monkeypatch):
    prefix = tmp_path / "usr"
    entry = prefix / "share" / ENTRY
    entry.parent.mkdir(parents=True)
    entry.touch()
    monkeypatch.setattr(desktop_files, "_THIS_FILE", prefix / "lib" / "tray" / "desktop_files.py")
    monkeypatch.setenv("XDG_DATA_DIRS", f"relative:{prefix}/share")
    code, out, _ = run(INSTALL)
    assert (code, str(entry) in out) == (DONE, True)
    assert files(share) == {}


def test_whoever_uses_zsh_is_told_where_it_has_to_look(run, share, monkeypatch):
    assert "fpath" not in run(INSTALL)[1]
    run(REMOVE)
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert run(INSTALL)[1].splitlines()[-1] == f"fpath=({share}/zsh/site-functions $fpath)"


@pytest.mark.parametrize("command", [INSTALL, REMOVE])
def test_a_profile_is_refused(run, tmp_path, command):
    code, out, err = run("--profile", str(tmp_path), command)
    assert (code, out) == (USAGE, "")
    assert "without --profile" in err


def test_a_command_that_cannot_be_named_is_asked_for(run, monkeypatch):
    monkeypatch.setattr(sys, "argv", [""])
    code, _, err = run(INSTALL)
    assert code == OTHER
    assert "by its path" in err


def test_neither_qt_nor_twisted_is_loaded(share):
    code = (
        "import sys; from tray.cli import main; sys.argv = [sys.executable]; main(['install-desktop-files']);"
        " print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (share / ENTRY).exists()
    assert not {"PyQt5", "twisted", "keyring"} & set(done.stdout.split())
