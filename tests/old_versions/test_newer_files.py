"""Files and entries of a newer version are refused with one sentence and stay as they are."""

from __future__ import annotations

import json

import pytest

from tray.desktop.secrets import file as secret_file
from tray.desktop.storage.files import write_atomically
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.account import AccountId
from tray.mail.model.secret import Secret, SecretUnavailable
from tray.mail.oauth.flows import NewerTokenSet, TokenSet
from tray.mail.settings import versions
from tray.mail.settings.settings import Settings, SettingsError, warnings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.toml"


def titles_in_menu(document):
    """A step as there may be one: a key has another name."""
    if "titles" in document:
        document["titles_in_menu"] = document.pop("titles")


def doubled(document):
    """Another: the same key counts something else."""
    if "titles" in document:
        document["titles"] *= 2


def test_settings_of_a_newer_version_are_left_alone(path):
    path.write_text("version = 2\ntitles = 'as that version likes it'\n")
    before = path.read_bytes()
    for use in (SettingsFile(path).load, lambda: SettingsFile(path).save(Settings(titles=20), Settings())):
        with pytest.raises(SettingsError, match=r"written by a newer Mailbell.*Install that Mailbell again"):
            use()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("version", ["0", "true", "-1", '"2"', "1.0"])
def test_what_is_no_version_is_a_mistake_of_the_file(path, version):
    path.write_text(f"version = {version}\n")
    with pytest.raises(SettingsError, match="Correct it or put it aside"):
        SettingsFile(path).load()


def test_a_new_file_says_its_version_and_a_file_by_hand_needs_none(path):
    SettingsFile(path).save(Settings(titles=20), Settings())
    assert f"version = {versions.present()}\n" in path.read_text()
    path.write_text("titles = 5\n")
    file = SettingsFile(path)
    assert file.load().titles == 5
    file.save(Settings(titles=6))
    assert path.read_text() == "titles = 6\n"
    assert warnings({"version": 1}) == ()


class TestASettingsFileOfAnEarlierVersion:
    BEFORE = "# mine\ntitles = 4  # few\ntoasts = false\n"

    @pytest.fixture
    def file(self, path, monkeypatch):
        monkeypatch.setattr(versions, "STEPS", (doubled,))
        path.write_text(self.BEFORE)
        return SettingsFile(path)

    def test_it_is_read_without_being_written(self, file, path):
        assert file.load().titles == 8
        assert list(path.parent.iterdir()) == [path]
        assert path.read_text() == self.BEFORE

    def test_the_first_change_brings_it_up_and_keeps_a_copy_with_the_comments(self, file, path):
        settings = file.load()
        file.save(Settings(titles=settings.titles, toasts=True))
        assert "# mine\n" in path.read_text()
        assert "titles = 8  # few\n" in path.read_text()
        assert "version = 2\n" in path.read_text()
        assert (path.parent / "settings.toml.v1").read_text() == self.BEFORE
        again = SettingsFile(path)
        assert again.load() == Settings(titles=8)
        again.save(Settings(titles=9))
        assert (path.parent / "settings.toml.v1").read_text() == self.BEFORE

    def test_a_link_is_followed_to_the_file_and_the_copy_stands_beside_the_link(
        self, path, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(versions, "STEPS", (doubled,))
        elsewhere = tmp_path / "dotfiles" / "mail.toml"
        elsewhere.parent.mkdir()
        elsewhere.write_text(self.BEFORE)
        path.symlink_to(elsewhere)
        file = SettingsFile(path)
        file.save(Settings(titles=file.load().titles))
        assert path.is_symlink()
        assert "version = 2" in elsewhere.read_text()
        assert [each.name for each in elsewhere.parent.iterdir()] == ["mail.toml"]
        assert (path.parent / "settings.toml.v1").read_text() == self.BEFORE

    @pytest.mark.parametrize("written", [0, 1])
    def test_a_disk_that_is_full_leaves_the_file_as_it_was(self, file, path, monkeypatch, written):
        """Where there is no space for the copy, and where there is none for the file after it."""
        settings = file.load()
        real = write_atomically
        left = [written]

        def write(target, data, **more):
            if left[0] == 0:
                raise OSError(28, "No space left on device")
            left[0] -= 1
            real(target, data, **more)

        monkeypatch.setattr("tray.desktop.storage.settings_file.write_atomically", write)
        with pytest.raises(SettingsError, match="Free space"):
            file.save(Settings(titles=settings.titles, toasts=True))
        assert path.read_text() == self.BEFORE
        left[0] = 9
        file.save(Settings(titles=settings.titles, toasts=True))
        assert SettingsFile(path).load() == Settings(titles=8)


def test_each_step_is_taken_once_in_order(monkeypatch):
    monkeypatch.setattr(versions, "STEPS", (doubled, titles_in_menu))
    document = {"titles": 3}
    assert versions.bring_up(document) == 1
    assert document == {"titles_in_menu": 6, "version": 3}
    assert versions.bring_up(document) == 3
    assert versions.bring_up(second := {"titles": 3, "version": 2}) == 2
    assert second == {"titles_in_menu": 3, "version": 3}


def test_tokens_of_a_newer_version_are_told_from_damaged_ones():
    newer = Secret(json.dumps({"version": 2, "sealed": "secret-text"}))
    with pytest.raises(NewerTokenSet) as refusal:
        TokenSet.from_secret(newer)
    assert "secret-text" not in str(refusal.value)


def test_a_file_of_passwords_of_a_newer_version_is_not_touched(tmp_path):
    path = tmp_path / "insecure-secrets.json"
    path.write_text(json.dumps({"version": 2, "secrets": {"work": "secret-text"}}))
    path.chmod(0o600)
    before = path.read_bytes()
    work = AccountId("work")
    for use in (
        lambda: secret_file.read(path, work),
        lambda: secret_file.write(path, work, Secret("new")),
        lambda: secret_file.remove(path, work),
    ):
        with pytest.raises(SecretUnavailable, match="newer Mailbell") as refusal:
            use()
        assert "secret-text" not in str(refusal.value)
        assert "Install that Mailbell again" in refusal.value.problem.advice
    assert path.read_bytes() == before


def test_an_account_that_is_called_version_keeps_its_password(tmp_path):
    path = tmp_path / "insecure-secrets.json"
    secret_file.write(path, AccountId("version"), Secret("pw"))
    assert secret_file.read(path, AccountId("version")) == Secret("pw")
