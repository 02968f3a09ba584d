"""What a command without a window logs in with, where a password command of another account hangs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.fakes.values import account
from tray.desktop.storage.paths import for_profile
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.account import SecretSource, Security
from tray.mail.settings.settings import Settings

NOWHERE = {"host": "127.0.0.1", "port": 1, "security": Security.TLS}


def command(name, text):
    return account(name, secret=SecretSource.COMMAND, password_command=text, **NOWHERE)


PROGRAM = """
import json, sys
from pathlib import Path
from tray.cli import reactor as headless
from tray.cli.credentials import ProfileCredentials
from tray.desktop.storage.paths import for_profile
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.secret import SecretUnavailable

paths = for_profile(Path(sys.argv[1]))
settings = SettingsFile(paths.settings_file).load()

async def main(reactor):
    credentials, names = ProfileCredentials(reactor, paths, settings), []
    async def use(account):
        try:
            names.append([account.id, (await credentials.secret(account)).reveal()])
        except SecretUnavailable as unavailable:
            names.append([account.id, unavailable.problem.sentence])
        print(json.dumps(names[-1]), flush=True)
    await credentials.in_turn(settings.accounts, use)

headless.run(main)
"""


@pytest.fixture
def running(tmp_path):
    """A function that runs a program on a profile with these accounts, and gives what it prints, line by line."""
    begun = []

    def run(*accounts):
        paths = for_profile(tmp_path / "p")
        SettingsFile(paths.settings_file).save(Settings(accounts=accounts))
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "p")], stdout=subprocess.PIPE
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        process.kill()
        process.communicate()


def test_a_command_that_hangs_holds_up_no_other_account(running, tmp_path):
    """Those that have their secrets come first; it itself is answered when it ends."""
    gate = tmp_path / "gate"
    process = running(
        command("hangs", f"until [ -e {gate} ]; do sleep 0.01; done; echo late"),
        command("fails", "exit 3"),
        command("good", "echo right"),
        account("asks", secret=SecretSource.ASK, **NOWHERE),
    )
    first = [json.loads(process.stdout.readline()) for _ in range(3)]
    assert first[0] == ["asks", "There is no password for Asks yet."]
    assert sorted(first[1:]) == [
        ["fails", "The password command failed with status 3."],
        ["good", "right"],
    ]
    gate.touch()
    assert json.loads(process.stdout.readline()) == ["hangs", "late"]
    assert process.wait(60) == 0


def test_one_account_waits_for_its_command(running):
    process = running(command("good", "echo right"))
    assert json.loads(process.stdout.readline()) == ["good", "right"]
    assert process.wait(60) == 0
