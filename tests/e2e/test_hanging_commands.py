"""The whole program with password commands that hang, and accounts beside them that do not."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path

from tests.rig.processes import wait_until
from tray.desktop.storage.settings_file import SettingsFile
from tray.mail.model.account import AccountId


def of_this_session(program, word):
    """Command lines of the processes that `program` started with its HOME and that hold `word`."""
    home = f"HOME={program.env['HOME']}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            mine = home in (process / "environ").read_bytes().split(b"\0")
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if mine and word in line and int(process.name) != os.getpid():
            found.append(line)
    return found


def test_accounts_come_up_beside_commands_that_hang_and_none_of_those_is_left_behind(
    program, recorder, dovecot
):
    """A command, a file and three that hang; the settings name the hanging ones first."""
    dovecot.deliver("Hello")
    program.add_account(dovecot, "File")
    program._add(dovecot, "Good", "--password-command", f"printf %s {shlex.quote(dovecot.password)}")
    file = SettingsFile(program.profile / "settings.toml")
    settings = file.load()
    hanging = tuple(
        replace(
            settings.accounts[1],
            id=AccountId(f"h{number}"),
            name=f"Hangs {number}",
            password_command="sleep 4711",
        )
        for number in range(3)
    )
    file.save(replace(settings, accounts=(*hanging, *settings.accounts)))
    program.start()
    wait_until(
        lambda: (
            sorted(each["name"] for each in program.status() if each["state"] == "watching")
            == ["File", "Good"]
        ),
        "the good accounts",
        30,
    )
    states = {each["name"]: each["state"] for each in program.status()}
    assert [states[f"Hangs {number}"] for number in range(3)] == ["connecting"] * 3
    assert len(of_this_session(program, b"sleep\x004711")) == 3
    program.stop()
    assert of_this_session(program, b"4711") == []
