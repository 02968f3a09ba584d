"""The source package: what git knows as the program, and ``installer/deb/debian`` as ``debian`` in its top folder."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import tarfile
from datetime import datetime
from pathlib import Path

from dev import venv
from dev.talk import Stop

DEBIAN = Path(__file__).with_name("debian")
_OURS = "installer/deb/debian/"  # not in the .orig.tar, which stays the same when only the packaging changes


def version() -> tuple[str, str, datetime]:
    """What debian/changelog says of its newest entry: the program's version, the package's, and the time of it."""
    text = (DEBIAN / "changelog").read_text(encoding="utf-8")
    first = re.match(r"mailbell \(((.+)-[^-]+)\) ", text)
    signed = re.search(r"^ -- .+>  (.+)$", text, re.MULTILINE)
    if first is None or signed is None:
        raise Stop(f"{DEBIAN / 'changelog'} does not begin with an entry such as “mailbell (1.2.3-1) …”.")
    return first[2], first[1], datetime.strptime(signed[1], "%a, %d %b %Y %H:%M:%S %z")


def lay_out(folder: Path) -> Path:
    """Write ``mailbell_VERSION.orig.tar.gz`` into `folder`, and the unpacked tree beside it; the tree's path.

    The same files give the same bytes, whoever writes them and whenever.
    """
    program, _, when = version()
    tree = folder / f"mailbell-{program}"
    for name in _files():
        target = tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(venv.ROOT / name, target)
        target.chmod(0o755 if (venv.ROOT / name).stat().st_mode & 0o100 else 0o644)

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = int(when.timestamp())
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with (
        (folder / f"mailbell_{program}.orig.tar.gz").open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=int(when.timestamp())) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        archive.add(tree, tree.name, filter=plain)  # in the order of the names
    ours = shutil.copytree(DEBIAN, tree / "debian")
    for path in (ours, *ours.rglob("*")):
        # dpkg-source keeps a time that is earlier than that of the changelog, as that of a checkout may be.
        os.utime(path, (when.timestamp(), when.timestamp()))
    return tree


def _files() -> list[str]:
    listed = subprocess.run(
        ["git", "-C", venv.ROOT, "ls-files", "-z", "--cached"], check=False, capture_output=True, text=True
    )
    if listed.returncode != 0:
        raise Stop(f"A package is made of the files that git knows, and git said: {listed.stderr.strip()}")
    names = [name for name in listed.stdout.split("\0") if name and (venv.ROOT / name).is_file()]
    return sorted(name for name in names if not name.startswith((".ci/", _OURS)))
