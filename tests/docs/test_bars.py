"""The examples for bars call commands that there are; the bars themselves were run on the rigs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tray.cli.arguments import parse

_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = re.compile(r'(?:exec = |command=|"exec": "|"on-click[^"]*": "|click-left = )(mailbell[^"\n]*)')


def commands(page):
    return _COMMAND.findall((_ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize("command", [*commands("docs/bars.md"), *commands("README.md")])
def test_an_example_is_a_command_line_that_is_understood(command):
    arguments = parse(shlex.split(command)[1:])
    if "status" in command:
        assert arguments.watch
        assert arguments.format in {"waybar", "polybar", "i3blocks"}


def test_every_bar_has_an_example():
    formats = {part for command in commands("docs/bars.md") for part in command.split()}
    assert {"waybar", "polybar", "i3blocks"} <= formats
