"""Windows and macOS, as far as they can be imitated: see `tests.boot.other_system`."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from tests.boot.other_system import ABSENT_MODULES, TRAY

SYSTEMS = tuple(ABSENT_MODULES)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_demo_shows_toasts_and_obeys_the_command_line_and_every_module_can_be_imported(system, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with (tmp_path / "errors").open("w+", encoding="utf-8") as errors:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.boot.other_system", system],
            env={**os.environ, "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        watchdog = threading.Timer(120, os.killpg, (program.pid, signal.SIGKILL))
        watchdog.start()
        try:
            said = list(until_a_toast(program.stdout))
            profiles = list(temporary.glob("mailbell-demo-*"))
            is_port = [(profile / "mailbell.sock").is_file() for profile in profiles]
            commands = ("status --json", "", "quit")
            lines = [f"{each} --profile {profile}\n" for profile in profiles for each in commands]
            rest, _ = program.communicate("".join(lines))
        finally:
            watchdog.cancel()
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        errors.seek(0)
        printed = errors.read()
    assert (program.returncode, len(profiles)) == (0, 1), "".join([*said, rest, printed])
    assert "Traceback" not in rest + printed
    assert is_port == [system == "win32"]
    begin, end = printed.index("{"), printed.rindex("}") + 1
    assert json.loads(printed[begin:end])["accounts"][0]["name"] == "Demo"
    assert "running already" in printed[end:]


def until_a_toast(lines):
    """What the demo says, up to its first toast."""
    for line in lines:
        yield line
        if line.startswith("toast: "):
            return


def imported_at_once(tree):
    """The modules that are imported as soon as the module is, not only in a function."""
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def test_no_module_needs_what_only_other_systems_have_as_soon_as_it_is_imported():
    posix_only = {"curses", "fcntl", "grp", "jeepney", "nis", "posix", "pty", "pwd", "readline", "resource"}
    posix_only |= {"secretstorage", "spwd", "syslog", "termios", "tty"}
    named = re.compile(
        rf"\b(import|from) ({'|'.join(posix_only)})\b"
    )  # to parse all files would take a second
    texts = {str(file): file.read_text(encoding="utf-8") for file in TRAY.rglob("*.py")}
    suspected = {file: text for file, text in texts.items() if named.search(text)}
    assert suspected
    found = {
        file: names
        for file, text in suspected.items()
        if (names := posix_only & set(imported_at_once(ast.parse(text))))
    }
    assert found == {}
    assert set(imported_at_once(ast.parse("try:\n    import fcntl\nexcept ImportError:\n    pass"))) == {
        "fcntl"
    }
