"""Taking over accounts on the command line: commands are shown and agreed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes.values import account
from tray.cli import main
from tray.cli.account import import_accounts
from tray.cli.exit_codes import DONE, OTHER, USAGE
from tray.desktop.storage.paths import for_profile
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.importers.candidates import ForeignAccount, ImportResult, SourceProgram
from tray.mail.model.account import SecretSource

COMMAND = "pass show 'mail/work' | head -n 1"
PLAIN = ForeignAccount(account("home"), SourceProgram.THUNDERBIRD, "~/prefs.js")
WORK = ForeignAccount(
    replace(account("work"), secret=SecretSource.COMMAND, password_command=COMMAND),
    SourceProgram.MBSYNC,
    "~/.mbsyncrc",
)


@pytest.fixture
def take(monkeypatch, tmp_path, capsys):
    """Run the command with what was found, and an answer typed (None: there is no terminal)."""
    monkeypatch.setattr(import_accounts, "importable_accounts", lambda *_: ImportResult((PLAIN, WORK)))
    monkeypatch.setattr(import_accounts, "notify_running_instance", lambda _: None)

    def take(*words, typed=None):
        def answer(prompt):
            print(prompt)
            if typed == "end":
                raise EOFError
            return typed

        monkeypatch.setattr("sys.stdin", Terminal(there=typed is not None))
        monkeypatch.setattr("builtins.input", answer)
        code = main(["--profile", str(tmp_path / "p"), "account", "import", *words])
        names = [
            each.name for each in SettingsFile(for_profile(tmp_path / "p").settings_file).load().accounts
        ]
        return code, names, capsys.readouterr()

    return take


class Terminal:
    def __init__(self, *, there):
        self._there = there

    def isatty(self):
        return self._there


@pytest.mark.parametrize("typed", ["y", "YES"])
def test_a_command_is_shown_in_full_and_agreed_to(take, typed):
    code, names, printed = take("--all", typed=typed)
    assert (code, names) == (DONE, ["Home", "Work"])
    assert printed.out.index(COMMAND) < printed.out.index("Run them? [y/N]")


@pytest.mark.parametrize("typed", ["", "n", "what?", "end"])
def test_what_is_not_agreed_to_is_not_taken_over(take, typed):
    code, names, printed = take("--all", typed=typed)
    assert (code, names) == (OTHER, [])
    assert "Nothing was imported." in printed.err


def test_a_script_agrees_by_an_option(take):
    code, names, printed = take("work")
    assert (code, names) == (USAGE, [])
    assert COMMAND in printed.out
    assert "Add --yes" in printed.err
    code, names, printed = take("work", "--yes")
    assert (code, names) == (DONE, ["Work"])
    assert COMMAND in printed.out


def test_without_a_command_nothing_is_asked(take):
    assert take("home")[:2] == (DONE, ["Home"])


def test_the_list_shows_commands_too(take):
    assert f"Command: {COMMAND}" in take("--list")[2].out
