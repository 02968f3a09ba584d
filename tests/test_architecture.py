"""Compares every import with the table in ARCHITECTURE.md, and with the order of the folders below."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

TRAY = Path(__file__).resolve().parent.parent / "tray"

NOUNS = "tray.imap.types"
"""What a mailbox, a UID or a flag is, anybody may say."""


def _table():
    """The rows of the table in ARCHITECTURE.md: each room with what it may import of ours, and of third parties."""
    page = (TRAY.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = page.partition("| room |")[2].partition("\n\n")[0].splitlines()[2:]
    for row in rows:
        room, _, ours, others = (set(re.findall(r"`(\w+)`", cell)) for cell in row.strip("|").split("|"))
        yield room.pop(), ours, others


MAY_IMPORT = {room: ours for room, ours, _ in _table()}
THIRD_PARTY = {room: others for room, _, others in _table()}

FOLDERS = {
    "imap": {".": {"charsets"}, "charsets": {"."}, "sasl": {"."}},
    "mail": {
        "actions": {"folders", "model"},
        "arrivals": {"model"},
        "importers": {"model", "settings", "setup"},
        "notifications": {"model", "presentation", "reply", "settings"},
        "oauth": {"model", "settings"},
        "policy": {"model", "settings"},
        "presentation": {"model", "settings"},
        "reply": {"model", "presentation", "settings"},
        "presentation/problem_texts": {"model", "presentation/setup", "settings", "setup"},
        "presentation/setup": {"model", "presentation", "setup"},
        "settings": {"model"},
        "setup": {"model", "settings"},
    },
    "net": {
        "imap": {".", "proxy", "tls"},
        "oauth": {".", "proxy", "tls"},
        "proxy": {".", "tls"},
        "imap/mailbox": {".", "imap"},
        "setup": {".", "imap", "imap/mailbox", "proxy", "tls"},
        "smtp": {".", "proxy", "setup", "tls"},
        "tls": {"."},
        "watch": {".", "imap", "imap/mailbox", "watch/connections"},
        "watch/connections": {"."},
    },
    "desktop": {
        "appearance": {"."},
        "dbus": {".", "storage"},
        "notifications": {".", "storage"},
        "opening": {"."},
        "secrets": {".", "storage"},
        "session": {"."},
        "start": {"storage"},
        "system_events": {"."},
    },
    "ui": {
        "account": {"account/pages", "dialogs", "rows", "widgets"},
        "account/pages": {"dialogs", "rows", "widgets"},
        "dialogs": {"widgets"},
        "first_page": {"dialogs", "settings", "widgets"},
        "rows": {"widgets"},
        "rules": {"rows", "widgets"},
        "settings": {"account", "dialogs", "rows", "rules", "settings/pages", "widgets"},
        "settings/pages": {"rows"},
        "tray": {"widgets"},
        "window": {"tray", "widgets", "window/messages"},
        "window/messages": {"widgets"},
    },
    "app": {
        ".": {"accounts", "actions", "credentials", "notifications", "settings"},
        "accounts": {"notifications"},
        "actions": {"accounts"},
        "settings": {"credentials"},
    },
    "cli": {
        "account": {"."},
        "doctor": {".", "doctor/desktop", "doctor/mail", "doctor/program", "doctor/report"},
        "doctor/desktop": {"doctor"},
        "doctor/mail": {"doctor"},
        "doctor/program": {".", "doctor"},
        "doctor/report": {"doctor"},
    },
}
"""What the folders of a room may import of one another; "." are the files that stand directly in the room."""

THE_REACTOR = re.compile(
    r"^\s*(from twisted\.internet import .*\breactor\b|import twisted\.internet\.reactor)", re.MULTILINE
)


def _modules():
    for path in sorted(TRAY.rglob("*.py")):
        relative = path.relative_to(TRAY)
        room = relative.parts[0] if len(relative.parts) > 1 else relative.stem
        if room != "__init__":
            yield room, path


def _path(name):
    return TRAY.parent.joinpath(*name.split("."))


def _is_type_checking(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@cache
def _read(path):
    """The docstring of a file, and each name that it imports, with whether that is for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))

    def visit(node, hidden):
        for child in ast.iter_child_nodes(node):
            if _is_type_checking(child):
                for inner in child.body:
                    yield from visit_import(inner, True)
                continue
            yield from visit_import(child, hidden)
            yield from visit(child, hidden)

    def visit_import(node, hidden):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, hidden
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = node.module == "tray" or _path(whole).with_suffix(".py").exists()
                yield (whole if is_module else node.module), hidden

    return ast.get_docstring(tree) or "", tuple(visit(tree, False))


def _imports(path, *, typing_only=False):
    """Every imported module name; what is imported for types alone only where asked for."""
    return [name for name, hidden in _read(path)[1] if typing_only or not hidden]


def _violations(room, path):
    for name in _imports(path):
        top, _, rest = name.partition(".")
        if top == "tray":
            target = rest.partition(".")[0]
            if name == NOUNS and room not in {"demo", "assets", "i18n"}:
                continue
            if target in MAY_IMPORT and target != room and target not in MAY_IMPORT[room]:
                yield f"{path.relative_to(TRAY)} imports tray.{target}"
        elif top not in sys.stdlib_module_names and top not in THIRD_PARTY[room]:
            yield f"{path.relative_to(TRAY)} imports {top}"
    # Types may be named across a wall, except between the three outer rooms, which are not to know one another.
    outer = {"net", "desktop", "ui"}
    if room in outer:
        for name in _imports(path, typing_only=True):
            parts = name.split(".")
            if (
                parts[0] == "tray"
                and len(parts) > 1
                and parts[1] in (outer - {room}) | {"app", "boot", "cli"}
            ):
                yield f"{path.relative_to(TRAY)} knows tray.{parts[1]}"


def test_every_room_imports_only_what_the_table_allows():
    """The direction of imports is what keeps the inner rooms pure."""
    found = [violation for room, path in _modules() for violation in _violations(room, path)]
    assert found == []


def test_the_table_of_rooms_allows_nothing_that_is_not_used():
    """Else the page would describe another program."""
    used = set()
    for room, path in _modules():
        for name in _imports(path, typing_only=True):
            top, _, rest = name.partition(".")
            used.add((room, rest.partition(".")[0] if top == "tray" else top))
    allowed = {(room, name) for table in (MAY_IMPORT, THIRD_PARTY) for room in table for name in table[room]}
    assert allowed - used == set()


def _folder(name):
    """The folder of a module in its room, or of a package: "imap" for tray.net.imap.protocol."""
    parts = name.split(".")[1:]
    folder = parts[1:] if (_path(name) / "__init__.py").exists() else parts[1:-1]
    return "/".join(folder) or "."


def _crossings():
    """What is imported across the folders of a room: room, importing file, its folder, imported module, its folder."""
    for room, path in _modules():
        own = "/".join(path.relative_to(TRAY).parts[1:-1]) or "."
        for name in _imports(path):
            if name.startswith(f"tray.{room}.") and _folder(name) != own:
                yield room, path.stem, own, name, _folder(name)


def test_every_folder_imports_only_what_the_table_allows():
    """Types may be named across these walls, as across those between rooms."""
    wrong = [
        f"{room}/{own}/{stem} imports {name}"
        for room, stem, own, name, other in _crossings()
        if other not in FOLDERS.get(room, {}).get(own, ())
    ]
    assert wrong == []


def test_the_table_of_folders_allows_nothing_that_is_not_used():
    """Else it would say less than it could."""
    used = {(room, own, other) for room, _, own, _, other in _crossings()}
    allowed = {(room, own, each) for room, table in FOLDERS.items() for own in table for each in table[own]}
    assert allowed - used == set()


def _node(name):
    """The folder of a module right below its room, or the module where it stands directly in the room."""
    return ".".join(name.split(".")[1:3])


def test_folders_and_files_that_stand_directly_in_a_room_do_not_import_each_other_in_a_circle():
    """Each room can be read from the inside out."""
    graph: dict[str, set[str]] = {}
    for room, path in _modules():
        own = _node(".".join(("tray", *path.relative_to(TRAY).with_suffix("").parts)))
        for name in _imports(path):
            if name.startswith(f"tray.{room}.") and _node(name) != own:
                graph.setdefault(own, set()).add(_node(name))
    graphlib.TopologicalSorter(graph).prepare()


def test_every_room_stands_in_the_table():
    """A new room must be thought about."""
    assert {room for room, _ in _modules()} == set(MAY_IMPORT)


def test_the_global_reactor_is_imported_in_two_files():
    """Everybody else receives a reactor or a clock."""
    importers = [
        str(path.relative_to(TRAY))
        for _, path in _modules()
        if THE_REACTOR.search(path.read_text(encoding="utf-8"))
    ]
    # net/clock.py has it for those who use MailProtocol alone, and make one without a clock.
    assert importers == ["cli/reactor.py", "net/clock.py"]


def test_only_a_protocol_without_a_clock_asks_for_the_global_reactor():
    """And the program gives each of its protocols one."""
    texts = {str(path.relative_to(TRAY)): path.read_text(encoding="utf-8") for _, path in _modules()}
    assert [name for name, text in texts.items() if "global_reactor" in text] == [
        "net/clock.py",
        "net/imap/connection.py",
    ]
    assert [
        name for name, text in texts.items() if re.search(r"(?<!class )MailProtocol\((?!\s*clock=)", text)
    ] == []


def test_no_module_has_grown_into_a_drawer():
    """One idea a file; nothing near 400 lines."""
    long = [
        str(path.relative_to(TRAY)) for _, path in _modules() if path.read_text("utf-8").count("\n") > 400
    ]
    assert long == []


def test_every_module_says_in_its_first_line_what_it_is_for():
    """A module opens with a sentence."""
    silent = []
    for path in TRAY.rglob("*.py"):
        doc, _ = _read(path)
        if not doc.partition("\n")[0].strip().endswith((".", ":", ";")) and path.name != "__main__.py":
            silent.append(str(path.relative_to(TRAY)))
    assert silent == []


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], ("PyQt5", "twisted", "keyring", "tomlkit")),
        (["--version"], ("PyQt5", "twisted", "keyring", "tomlkit")),
        (["status"], ("PyQt5", "twisted", "keyring", "tomlkit")),
        (["account", "list"], ("PyQt5", "twisted", "keyring", "tomlkit")),
        (["subjects"], ("PyQt5",)),
    ],
)
def test_headless_commands_load_no_more_than_they_need(arguments, absent, tmp_path):
    """A status line in a shell prompt must not load a GUI toolkit."""
    script = (
        "import sys\n"
        "from tray.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print('LOADED', [name for name in {absent!r} if name in sys.modules])\n"
    )
    command = [sys.executable, "-c", script]
    if arguments[0].startswith("--"):
        command += arguments
    else:
        command += ["--profile", str(tmp_path / "profile"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"
