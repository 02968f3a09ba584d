"""What can be typed, and what is said of what cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tray.cli import main
from tray.cli.arguments import build, parse
from tray.cli.exit_codes import failed
from tray.mail.model.status import Problem, ProblemKind


@pytest.mark.parametrize(
    "argv",
    [
        ["--profile", "/p", "subjects"],
        ["subjects", "--profile", "/p"],
        ["account", "--profile", "/p", "list"],
        ["account", "list", "--profile", "/p"],
    ],
)
def test_the_profile_may_stand_anywhere(argv):
    """Nobody remembers which side of the command an option belongs to."""
    assert parse(argv).profile == Path("/p")


def test_the_help_ends_with_the_command_for_whoever_is_in_trouble():
    assert "mailbell doctor" in build().format_help().split("\n\n")[-1]


def test_without_arguments_the_notifier_starts_on_the_own_profile():
    """The common case needs no word."""
    arguments = parse([])
    assert (arguments.profile, arguments.demo, arguments.command, arguments.log_level) == (
        None,
        False,
        None,
        "warning",
    )


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["nonsense"], "nonsense"),
        (["subjects", "-n", "0"], "1 to 1000"),
        (["subjects", "-n", "x"], "1 to 1000"),
        (["pause", "-5"], "--help"),
        (["pause", "x"], "number of minutes"),
        (["pause", "nan"], "number of minutes"),
        (["account"], "WHAT"),
        (["account", "add"], "--email"),
        (["account", "add", "--email", "a@b", "--port", "99999"], "65535"),
        (["account", "add", "--email", "a@b", "--password-stdin", "--password-command", "x"], "not allowed"),
        (["account", "add", "--email", "a@b", "--pin", "ab:cd"], "64 hexadecimal digits"),
        (["account", "check", "--pin", ""], "64 hexadecimal digits"),
        (["account", "watch", "Work"], "FOLDER"),
        (["account", "unwatch"], "NAME"),
        (["--demo", "status"], "--demo"),
        (["--demo", "--profile", "/p"], "--demo"),
        (["--log-level", "loud"], "loud"),
    ],
)
def test_a_wrong_word_is_answered_in_one_sentence(argv, says, capsys):
    """With what to do, and exit code 2."""
    with pytest.raises(SystemExit) as left:
        parse(argv)
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ProblemKind.REFUSED, 3),
        (ProblemKind.APP_PASSWORD, 3),
        (ProblemKind.NAME_NOT_FOUND, 4),
        (ProblemKind.UNREACHABLE, 4),
        (ProblemKind.UNTRUSTED, 5),
        (ProblemKind.MAILBOX, 1),
        (ProblemKind.NO_SECRET, 1),
    ],
)
def test_each_trouble_has_its_exit_code(kind, code):
    """Scripts rely on it."""
    failure = failed(Problem(kind, "It failed.", "Do this."))
    assert (failure.code, str(failure)) == (code, "It failed. Do this.")


@pytest.mark.parametrize("command", [["status"], ["check"], ["pause"], ["resume"], ["quit"]])
def test_without_a_running_instance_the_exit_code_is_6(command, tmp_path, capsys):
    """And one sentence says how to start one."""
    assert main(["--profile", str(tmp_path), *command]) == 6
    assert "not running" in capsys.readouterr().err


def test_a_profile_that_cannot_be_made_is_said(tmp_path, capsys):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    assert main(["--profile", str(tmp_path / "file"), "status"]) == 1
    said = capsys.readouterr().err
    assert "mailbell: " in said
    assert "Traceback" not in said
