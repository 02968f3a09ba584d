"""Commands for new mail: real programs, a few at once, none of which stays as a zombie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tray.desktop.opening import mail_commands
from tray.desktop.opening.mail_commands import AT_ONCE, WAITING_LIMIT, MailCommands

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def failures() -> list[str]:
    return []


@pytest.fixture
def commands(qapp, failures) -> Iterator[MailCommands]:
    made = MailCommands(failures.append)
    yield made
    made.stop()


def test_a_command_finds_the_message_in_its_environment_and_no_shell_reads_it(commands, until, tmp_path):
    subject = "$(touch /tmp/x) `id`; \"quoted\" 'ünd'"
    target = tmp_path / "found"
    script = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(os.environ['MAILBELL_SUBJECT'])"
    commands.run(["python3", "-c", script, f"{target}"], {"MAILBELL_SUBJECT": subject})
    until(lambda: target.exists() and target.read_text() == subject)


def test_a_few_run_at_once_and_the_others_wait_for_them(commands, until, tmp_path):
    gate = tmp_path / "gate"
    script = f"echo x >> {tmp_path}/begun; while [ ! -e {gate} ]; do sleep 0.02; done"
    for _ in range(AT_ONCE + 2):
        commands.run(["sh", "-c", script], {})
    begun = tmp_path / "begun"
    until(lambda: begun.exists() and len(begun.read_text()) == 2 * AT_ONCE)
    pids = [process.processId() for process in commands._running]
    gate.touch()
    until(lambda: not commands._running)
    assert len(begun.read_text()) == 2 * (AT_ONCE + 2)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_program_that_is_not_there_is_named_and_the_next_one_runs(commands, failures, until, tmp_path):
    commands.run(["no-such-program-here"], {})
    commands.run(["touch", str(tmp_path / "done")], {})
    until(lambda: failures and (tmp_path / "done").exists())
    assert failures == [
        "The program no-such-program-here could not be started. Correct the command in the settings."
    ]


def test_a_command_that_does_not_end_is_ended(commands, until, monkeypatch):
    monkeypatch.setattr(mail_commands, "TIME_LIMIT", 50)
    commands.run(["sleep", "1000"], {})
    until(lambda: not commands._running)


@pytest.mark.expects_log("wait; one is dropped")
def test_a_flood_of_commands_is_bounded_and_ends_with_the_program(commands):
    for _ in range(AT_ONCE + WAITING_LIMIT + 1):
        commands.run(["sleep", "1000"], {})
    pids = [process.processId() for process in commands._running]
    commands.stop()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
