"""Windows and macOS, as far as they can be imitated: see `tests.boot.other_system`."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import threading

import pytest

from tests.boot.other_system import ABSENT_MODULES, TRAY

SYSTEMS = tuple(ABSENT_MODULES)


def run(system, *arguments):
    command = [sys.executable, "-m", "tests.boot.other_system", system, *arguments]
    return subprocess.run(command, capture_output=True, check=False, text=True, encoding="utf-8", timeout=120)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_demo_starts_shows_toasts_and_obeys_the_command_line(system, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.boot.other_system", system, "--demo"],
        env={**os.environ, "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    watchdog = threading.Timer(120, program.kill)
    watchdog.start()
    said = []
    try:
        for line in program.stdout:
            said.append(line)
            if line.startswith("toast: "):
                break
        else:
            pytest.fail("".join(said))
        (profile,) = temporary.glob("mailbell-demo-*")
        is_port = (profile / "mailbell.sock").is_file()
        assert is_port is (system == "win32")
        here = f"--profile {profile}"
        commands = run(system, *f"status --json {here} + {here} + quit {here}".split())
        assert commands.returncode == 0, commands.stdout + commands.stderr
        status, again = commands.stdout.rsplit("}", 1)
        assert json.loads(status + "}")["accounts"][0]["name"] == "Demo"
        assert "running already" in again
        said += program.stdout
        assert program.wait(60) == 0
        assert "Traceback" not in "".join(said)
    finally:
        watchdog.cancel()
        program.kill()
        program.wait()
        program.stdout.close()


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_module_can_be_imported(system):
    modules = sorted(
        ".".join(file.relative_to(TRAY.parent).with_suffix("").parts)
        for file in TRAY.rglob("*.py")
        if file.stem not in {"__init__", "__main__"}
    )
    code = (
        "import sys, importlib; from tests.boot.other_system import become; become(sys.argv[1])\n"
        "for name in sys.argv[2:]: importlib.import_module(name)"
    )
    command = [sys.executable, "-c", code, system, *modules]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


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
