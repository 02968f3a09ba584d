"""What the Debian package holds besides the Python code: launcher, menu entry, icons, papers."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
from email.parser import Parser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Isolated: neither the user's packages nor PYTHON* variables can change what the system installed. The place is taken
# from the launcher's own, so that the package also runs from a folder that it was unpacked into.
_LAUNCHER = """#!/usr/bin/python3 -I
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), "lib", "mailbell"))

from tray.cli import main

sys.exit(main())
"""


def prune(library: Path) -> None:
    """Leave out what no user runs: tests of the bundled packages, and scripts bound to the building interpreter."""
    shutil.rmtree(library / "bin", ignore_errors=True)
    for folder in [
        path for path in library.rglob("test*") if path.name in {"test", "tests"} and path.is_dir()
    ]:
        shutil.rmtree(folder, ignore_errors=True)  # one may lie inside another


def lay_out(stage: Path, library: Path, root: Path, version: str) -> None:
    """Write everything below ``usr/`` but the library, which is there already."""
    share = stage / "usr" / "share"
    _write(stage / "usr" / "bin" / "mailbell", _LAUNCHER)
    shutil.copytree(root / "resources" / "share", share)
    papers = share / "doc" / "mailbell"
    _write(papers / "copyright", _copyright(library))
    changes = root / "CHANGELOG.md"
    news = changes.read_bytes() if changes.exists() else f"mailbell {version}\n".encode()
    (papers / "changelog.gz").write_bytes(gzip.compress(news, mtime=0))


def checksums(stage: Path) -> str:
    """The md5sums file, by which dpkg --verify finds damaged files."""
    lines = [
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(stage)}\n"
        for path in sorted((stage / "usr").rglob("*"))
        if path.is_file()
    ]
    return "".join(lines)


def set_modes(stage: Path) -> None:
    """Modes that do not depend on who builds."""
    for path in (stage, *stage.rglob("*")):
        executable = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if executable else 0o644)


def _copyright(library: Path) -> str:
    """Machine-readable copyright (DEP 5) with a paragraph for each bundled package."""
    text = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: Mailbell\n\n"
        "Files: *\nCopyright: Mailbell contributors\nLicense: GPL-3+\n"
        " On Debian systems the text is in /usr/share/common-licenses/GPL-3.\n"
    )
    for folder in sorted(library.glob("*.dist-info")):
        facts = Parser().parsestr((folder / "METADATA").read_text(encoding="utf-8"))
        name = str(facts["Name"])
        if name.lower() != "mailbell":
            authors = re.sub(
                r"\s+", " ", str(facts["Author"] or facts["Author-email"] or f"the {name} authors")
            )
            text += (
                f"\nFiles: usr/lib/mailbell (the package {name} {facts['Version']})\n"
                f"Copyright: {authors}\nLicense: see usr/lib/mailbell/{folder.name}\n"
            )
    return text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
