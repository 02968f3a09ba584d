"""What the commands print, and their help, is in the user's language."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.translation.language import NAME, untranslated
from tray.cli import main
from tray.cli.arguments import build
from tray.desktop.storage.shipped_tables import shipped_oauth_providers
from tray.mail.importers.candidates import SourceProgram
from tray.mail.settings.fields import ACCOUNT
from tray.mail.settings.oauth_clients import OAUTH

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = """
[[account]]
name = "X1"
email = "x@127.0.0.1"
host = "127.0.0.1"
port = 9
security = "none"
secret = "command"
password_command = "echo 1"

[[account]]
name = "X2"
email = "y@127.0.0.1"
host = "127.0.0.1"
port = 9
security = "none"
secret = "command"
password_command = "echo 2"
"""
EXEMPT = (
    r"^mailbell:",
    r"/\S*",  # paths
    r"\S+@\S+",
    r"--?[a-z][a-z-]*",  # options
    r"'[^']*'",  # what was typed
    r"\b[A-Z][A-Z0-9]*\b(?:=[A-Z]+)?(?: \.\.\.)?",  # placeholders such as NAME and KEY=VALUE
    r"\bmailbell(?: [a-z-]+)*",  # commands as they are typed
    r"\{[^}]*\}|\([a-z-]+(?:, [a-z-]+)*\)",  # choices, as they are typed
)
"""What is the same in every language."""
NAMES = (
    *(rf"\b{setting.key}\b" for setting in (*ACCOUNT, *OAUTH)),
    *(rf"\b{provider.id}  |{provider.name}|https:\S*" for provider in shipped_oauth_providers().values()),
    *(rf"\b{program.value}\b|{program.title}" for program in SourceProgram),
    r'"[^"]*"',  # values of settings, as they are typed
    r"\bX\d\b|\bh\.t\b|\bIMAP\b|\.yandex\.com",
)
"""Names of settings, of providers, of programs, and those of the test."""


def parsers(parser, path=()):
    yield pytest.param(path, id=" ".join(("mailbell", *path)))
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield from parsers(child, (*path, name))


def choices(parser):
    """Lists of choices, which argparse writes without quotation marks since Python 3.12.8."""
    for action in parser._actions:
        if action.choices:
            yield re.escape(", ".join(action.choices))
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from choices(child)


@pytest.mark.parametrize("command", list(parsers(build())))
def test_the_help_of_every_command(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    said = re.sub(r"(?m)^ +[a-z-]+( |$)", " ", said)  # names of commands and arguments
    assert "⟦" in said
    assert untranslated(said, *EXEMPT) == ""


@pytest.mark.parametrize(
    "argv",
    [
        ["1"],
        ["subjects", "-n", "0"],
        ["pause", "1e9"],
        ["account"],
        ["account", "add"],
        ["account", "add", "--email"],
        ["account", "add", "--email", "a@b", "--online-account", "1"],
        ["account", "add", "--email", "a@b", "--security", "1"],
        ["account", "check", "--pin", "1"],
        ["account", "watch", "1"],
        ["account", "list", "1"],
        ["--log", "1", "--demo=1"],
        ["--demo", "status"],
        ["--demo", "--profile", "/1"],
        ["account", "set", "--pro=1"],
    ],
)
def test_a_wrong_command_line(argv, capsys):
    with pytest.raises(SystemExit) as left:
        main(argv)
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert "⟦" in said
    assert (
        untranslated(
            said,
            *choices(build()),
            *EXEMPT,
            r"\b(?:add|list|sign|in|import|set|remove|folders|watch|unwatch|check)\b",
        )
        == ""
    )


@pytest.fixture
def profile(tmp_path):
    folder = tmp_path / "p"
    folder.mkdir(mode=0o700)
    (folder / "settings.toml").write_text(SETTINGS)
    return folder


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["account", "set", "X1", "muted=yes"], 0),
        (["account", "set", "X1", "port=9"], 0),
        (["account", "set", "X1", "port=x"], 2),
        (["account", "set", "X1", "port"], 2),
        (["account", "set", "X1", "port=0"], 2),
        (["account", "set", "X1", "colour=x"], 2),
        (["account", "set", "X1", "quiet_hours=x"], 2),
        (["account", "set", "X1", "proxy=x"], 2),
        (["account", "set", "X1", "security=x"], 2),
        (["account", "set", "X1", "host="], 2),
        (["account", "set", "X1", "x=1"], 2),
        (["account", "set", "X1", "password=1"], 2),
        (["account", "set", "X1", "name=X2"], 2),
        (["account", "set", "X1", "secret=insecure-file"], 0),
        (["account", "set", "X1", "--proxy-password-stdin", "muted=no"], 2),
        (["account", "set", "X3", "muted=yes"], 2),
        (["account", "remove", "X1"], 0),
        (["account", "unwatch", "X1", "INBOX"], 2),
        (["account", "unwatch", "X1", "Y1"], 2),
        (["account", "import"], 0),
        (["account", "import", "--all"], 0),
        (["account", "import", "Y1"], 2),
        (["account", "sign-in", "X1"], 2),
        (["account", "add", "--online-account", "1"], 2),
        (["account", "add", "--email", "x@h.t", "--proxy", "tor"], 2),
        (["account", "add", "--email", "x@h.t", "--host", "h.t", "--ca-file", "/1"], 2),
        (["account", "add", "--email", "x@h.t", "--host", "h.t", "--security", "none"], 2),
        (["account", "add", "--email", "x@h.t", "--host", "h.t", "--password-stdin"], 2),
        (["account", "add", "--email", "x", "--password-command", "1"], 2),
        (["oauth", "list"], 0),
        (["oauth", "set", "google", "--client-id", "1"], 0),
        (["oauth", "set", "1"], 2),
        (["oauth", "set", "x", "--client-id", "1", "--token", "x"], 2),
        (["oauth", "remove", "1"], 2),
        (["subjects"], 2),
        (["subjects", "--account", "X1"], 4),
        (["account", "check"], 4),
        (["account", "check", "X1"], 4),
        (["account", "folders", "X1"], 4),
        (["status"], 6),
        (["check"], 6),
        ([], 1),
    ],
)
def test_what_a_command_prints(profile, argv, code, capsys, monkeypatch):
    if argv[:2] in NETWORKED or argv[:1] == ["subjects"]:
        done = run(profile, *argv)
        said, left = done.stdout + done.stderr, done.returncode
    else:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.setenv(name, "")
        left = main(["--profile", str(profile), *argv])
        said = "".join(capsys.readouterr())
    assert left == code, said
    assert "⟦" in said
    assert untranslated(said, *NAMES, *EXEMPT) == ""


NETWORKED = [["account", word] for word in ("add", "check", "folders", "sign-in")]
"""Commands that start a reactor, which a process can do once."""


def run(profile, *argv):
    """The command in the language of the tests."""
    folder = _folder()
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tray import i18n\n"
        f"i18n.resource = lambda name: Path({str(folder)!r}) / name\n"
        "from tray.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script, "--profile", str(profile), *argv],
        cwd=ROOT,
        env={**os.environ, "LANGUAGE": NAME, "DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _folder():
    from tray import i18n

    return i18n.resource("")
