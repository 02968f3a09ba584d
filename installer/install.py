#!/usr/bin/env python3
"""Lays Mailbell out for a system whose own packages it runs on: what the recipes in rpm/ and arch/ call.

``python3 installer/install.py --root DIR`` writes below DIR what the package is to hold, for the prefix /usr. The code
is a module "tray", too common a name for the place where every program finds it: it lies in PREFIX/share/mailbell.
"""

from __future__ import annotations

import argparse
import compileall
import os
import py_compile
import shutil
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
# Isolated: neither packages in a home nor PYTHON* variables change what the system installed.
_LAUNCHER = """#!{python} -I
import sys

sys.path.insert(0, "{library}")

from tray.cli import main

sys.exit(main())
"""


def main(arguments: list[str] | None = None) -> int:
    """Write all files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--root", type=Path, default=Path("/"), help="folder that stands for / (default: /)")
    parser.add_argument("--prefix", default="/usr", help="where the files will be (default: /usr)")
    parser.add_argument(
        "--python", default="/usr/bin/python3", help="what runs it (default: /usr/bin/python3)"
    )
    parser.add_argument("--with", dest="modules", type=Path, action="append", default=[], metavar="FOLDER")
    options = parser.parse_args(arguments)
    there = options.root / options.prefix.strip("/")
    library = there / "share" / "mailbell"
    leave_out = shutil.ignore_patterns("*.po", "*.pot", "__pycache__", "_resources", "tests")
    _copy(SOURCE / "tray", library / "tray", leave_out)
    resources = library / "tray" / "_resources"
    _copy(SOURCE / "resources", resources, leave_out)
    for module in options.modules:  # a library that the distribution has no package of
        _copy(module, library / module.name, leave_out)
    _copy(SOURCE / "resources" / "share", there / "share", leave_out)
    for path in sorted(
        (resources / "share").rglob("*")
    ):  # once is enough, but for the man page, which gets compressed
        if path.is_file() and "man" not in path.parts:
            twin = there / path.relative_to(resources)
            path.unlink()
            path.symlink_to(os.path.relpath(twin, path.parent))
    launcher = there / "bin" / "mailbell"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(_LAUNCHER.format(python=options.python, library=f"{options.prefix}/share/mailbell"))
    launcher.chmod(0o755)
    # By hash and unchecked: packages give files any time, and nobody edits them.
    byte_code = py_compile.PycInvalidationMode.UNCHECKED_HASH
    done = compileall.compile_dir(
        library, quiet=1, stripdir=str(options.root), prependdir="/", invalidation_mode=byte_code
    )
    return 0 if done else 1


def _copy(source: Path, target: Path, leave_out: object) -> None:
    shutil.copytree(source, target, ignore=leave_out, dirs_exist_ok=True)  # type: ignore[arg-type]
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


if __name__ == "__main__":
    sys.exit(main())
