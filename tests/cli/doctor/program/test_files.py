"""The program's own files: broken, unreadable, of a newer version, open to others; and nothing is made or changed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tray.cli.doctor.finding import Mark
from tray.cli.doctor.program import files
from tray.cli.doctor.program.files import File, Folder, SettingsRead, State
from tray.desktop.storage.paths import planned
from tray.desktop.storage.state_store import StateStore
from tray.desktop.storage.state_tables import SCHEMA_VERSION
from tray.mail.settings.settings import Settings

ACCOUNT = '[[account]]\nname = "Work"\nemail = "me@example.org"\nhost = "imap.example.org"\n'


@pytest.fixture
def paths(tmp_path):
    """A profile in a folder of its own that is there."""
    (tmp_path / "p").mkdir(mode=0o700)
    return planned(tmp_path / "p")


def marks(found):
    return [each.mark for each in found]


def write(path, text, mode=0o600):
    path.write_text(text, "utf-8")
    path.chmod(mode)


def settings(paths):
    return files.settings_findings(files.look_at_file(paths.settings_file), files.read_settings(paths))


@pytest.mark.parametrize(
    ("folder", "expected", "words"),
    [
        (Folder("/x", free=10**9), [Mark.OK], "Settings: /x"),
        (Folder("/x", exists=False), [Mark.OK], "not there yet"),
        (Folder("/x", unsafe="it belongs to another user"), [Mark.PROBLEM], "another user"),
        (Folder("/x", writable=False), [Mark.PROBLEM], "cannot write"),
        (Folder("/x", free=1_999_999), [Mark.OK, Mark.PROBLEM], "1 megabyte left"),
    ],
)
def test_a_folder_must_be_the_users_own_with_room_in_it(folder, expected, words):
    found = files.folder_findings(folder, "Settings")
    assert marks(found) == expected
    assert words in " ".join(each.found for each in found)


def test_a_folder_that_others_can_write_to_is_told(paths):
    paths.config.chmod(0o777)
    assert "other users can write to it" in files.look_at_folder(paths.config).unsafe


def test_settings_that_are_fine_are_counted(paths):
    write(paths.settings_file, ACCOUNT)
    (found,) = settings(paths)
    assert (found.mark, found.found) == (Mark.OK, "The settings can be read: 1 account.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[account]\n", "a mistake in line 1"),
        ("", "is empty"),
        ('[[account]]\nname = "Work"\nport = "x"\n', "cannot be used"),
        ("a = " + "[" * 5000, "settings"),
        ("# " + "x" * 600_000, "too large"),
    ],
)
def test_settings_that_are_broken_are_told_with_what_to_do(paths, text, words):
    write(paths.settings_file, text)
    (found,) = settings(paths)
    assert found.mark is Mark.PROBLEM
    assert words in found.found
    assert "rename that file" in found.advice


def test_an_unknown_setting_is_told_and_nothing_is_logged(paths, caplog):
    write(paths.settings_file, ACCOUNT + 'colr = "red"\n')
    found = settings(paths)
    assert marks(found) == [Mark.OK, Mark.NOTE]
    assert "colr" in found[1].found
    assert caplog.records == []


def test_settings_may_be_a_link(paths, tmp_path):
    write(tmp_path / "elsewhere.toml", ACCOUNT)
    paths.settings_file.symlink_to(tmp_path / "elsewhere.toml")
    found = settings(paths)
    assert marks(found) == [Mark.OK, Mark.OK]
    assert str(tmp_path / "elsewhere.toml") in found[1].found


def test_a_link_to_itself_is_told(paths):
    paths.settings_file.symlink_to(paths.settings_file)
    assert marks(settings(paths)) == [Mark.PROBLEM]


def test_settings_that_others_can_read_are_noted(paths):
    write(paths.settings_file, ACCOUNT, 0o644)
    found = settings(paths)
    assert marks(found) == [Mark.OK, Mark.NOTE]
    assert f"chmod 600 {paths.settings_file}" in found[1].advice


def test_without_settings_and_without_accounts_nothing_is_wrong(paths):
    assert marks(settings(paths)) == [Mark.OK]
    write(paths.settings_file, "language = ''\n")
    assert marks(settings(paths)) == [Mark.OK, Mark.NOTE]


def test_a_file_that_cannot_be_looked_at_is_told():
    file = File("/x", exists=True, error="permission is denied")
    assert marks(files.log_findings(file)) == [Mark.PROBLEM]
    assert marks(files.state_findings(State(file))) == [Mark.PROBLEM]
    assert files.privacy_findings(file) == []
    assert marks(files.settings_findings(file, SettingsRead(Settings()))) == [Mark.OK, Mark.NOTE]


def test_a_state_file_is_whole_and_of_this_version(paths):
    store = StateStore(paths.state_file)
    store.load()
    store.close()
    state = files.look_at_state(paths.state_file, running=False)
    assert (state.version, state.damage) == (SCHEMA_VERSION, "")
    assert marks(files.state_findings(state)) == [Mark.OK]


def test_a_state_file_in_use_is_not_opened(paths):
    """Its newest content is in its write-ahead log, and reading that would write beside it."""
    store = StateStore(paths.state_file)
    store.load()
    state = files.look_at_state(paths.state_file, running=True)
    assert (state.version, state.damage) == (None, "")
    store.close()


def test_a_state_file_of_a_newer_version_is_told(paths):
    with closing(sqlite3.connect(paths.state_file)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    (found,) = files.state_findings(files.look_at_state(paths.state_file, running=False))
    assert found.mark is Mark.PROBLEM
    assert "newer Mailbell" in found.found


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(84) + b"x" * 5000])
def test_a_damaged_state_file_is_told(paths, content):
    paths.state_file.write_bytes(content)
    (found,) = files.state_findings(files.look_at_state(paths.state_file, running=False))
    assert found.mark is Mark.PROBLEM
    assert "keeps a copy" in found.advice


def test_copies_that_were_kept_are_named(paths):
    for name in (
        "state.sqlite3.damaged-20260101-000000",
        "state.sqlite3.damaged-20260101-000000-wal",
        "notes",
    ):
        (paths.state / name).touch()
    (found,) = files.copy_findings(files.kept_copies(paths))
    assert found.mark is Mark.NOTE
    assert found.found.endswith("state.sqlite3.damaged-20260101-000000")


def test_looking_makes_and_changes_nothing(tmp_path):
    """Not even the folder of the profile."""
    paths = planned(tmp_path / "none")
    files.read_settings(paths)
    files.look_at_state(paths.state_file, running=False)
    files.look_at_file(paths.log_file)
    files.look_at_folder(paths.config)
    assert files.kept_copies(paths) == []
    assert list(tmp_path.iterdir()) == []


def test_looking_leaves_no_file_of_the_database_behind(paths):
    store = StateStore(paths.state_file)
    store.load()
    store.close()
    before = {path.name: path.stat().st_mtime_ns for path in paths.state.iterdir()}
    files.look_at_state(paths.state_file, running=False)
    assert {path.name: path.stat().st_mtime_ns for path in paths.state.iterdir()} == before
