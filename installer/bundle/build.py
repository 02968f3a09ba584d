#!/usr/bin/env python3
"""Builds the bundle and tries it: ``python3 installer/dev.py package bundle [--here]``; see installer/README.md.

As root it is built in a bare Debian 12, and run in another one that has no Python. With ``--here`` it is built on this
system, for systems that are not older, and not tried.
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import building, chroot, packages, venv  # noqa: E402
from dev.talk import Stop, say  # noqa: E402

from bundle import trial  # noqa: E402

SPEC = Path(__file__).with_name("mailbell.spec")
SYSTEM = "bookworm"
_TOOLS = "python3,python3-venv,libpython3.11,binutils,git,ca-certificates"
"""PyInstaller needs Python as a library, and objdump."""
_GLIBC = re.compile(r"GLIBC_(\d+)\.(\d+)")


def main(arguments: list[str] | None = None) -> int:
    """Build it; the path of the archive is the one line on standard output."""
    parser = building.options("bundle", __doc__)
    parser.add_argument("--here", action="store_true", help="build on this system, and do not try it")
    building.add_keep(parser)
    options = parser.parse_args(arguments)
    output = options.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    if options.here:
        print(build_here(output))
        return 0
    chroot.prepare()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="mailbell-bundle-"))
    try:
        archive = _build_in_debian(folder.resolve() / "builder", output)
        trial.run(unpack(archive, folder.resolve() / "unpacked") / "mailbell", folder.resolve() / "bare")
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    print(archive)
    return 0


def archive_name() -> str:
    """What the archive and the folder in it are called."""
    return f"mailbell-{_version()}-linux-{platform.machine()}"


def unpack(archive: Path, folder: Path) -> Path:
    """The bundle in `archive`, unpacked in `folder`, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    return folder / archive_name()


def build_here(output: Path) -> Path:
    """Build on this system with its Python; the archive."""
    packages.need([*packages.OFFSCREEN, *packages.SCREEN, "binutils"], "the bundle")
    python = venv.release()
    with tempfile.TemporaryDirectory(prefix="mailbell-bundle-") as scratch:
        say("Running PyInstaller")
        command = [python, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", scratch]
        building.must(
            *command, "--workpath", Path(scratch, "work"), SPEC, folder=ROOT, more={"PYTHONHASHSEED": "1"}
        )
        bundle = Path(scratch, "mailbell")
        shutil.copyfile(ROOT / "LICENSE", bundle / "LICENSE")
        archive = output / f"{archive_name()}.tar.xz"
        _pack(bundle, archive)
        say(
            f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB, {_size(bundle) / 1e6:.0f} MB unpacked; it needs "
            f"glibc {oldest_glibc(bundle)} or newer"
        )
    return archive


def oldest_glibc(bundle: Path) -> str:
    """The oldest version of the C library that has all that the bundle's programs and libraries ask for."""
    versions = {(0, 0)}
    for path in bundle.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.open("rb").read(4) == b"\x7fELF":
            asked = subprocess.run(["objdump", "-T", path], check=True, capture_output=True, text=True).stdout
            versions |= {(int(major), int(minor)) for major, minor in _GLIBC.findall(asked)}
    return "{}.{}".format(*max(versions))


def _build_in_debian(system: Path, output: Path) -> Path:
    chroot.make(system, SYSTEM, _TOOLS)
    checkout = system / "root" / "mailbell"
    kept = checkout / ".venv-release"  # the next time it need not be made again
    if kept.exists():
        kept.rename(system / "root" / "kept")
    shutil.rmtree(checkout, ignore_errors=True)
    chroot.must("git", "clone", "--quiet", "--no-hardlinks", ROOT, checkout)
    if (system / "root" / "kept").exists():
        (system / "root" / "kept").rename(kept)
    say("Building in Debian 12")
    if chroot.run(system, "cd mailbell && python3 installer/dev.py package bundle --here") != 0:
        raise Stop("The bundle could not be built in Debian 12; why is said above.")
    name = f"{archive_name()}.tar.xz"
    return Path(shutil.copyfile(checkout / "dist" / name, output / name))


def _pack(bundle: Path, archive: Path) -> None:
    """The same bundle gives the same archive, whoever packs it and when."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = building.epoch()
        entry.mode = 0o755 if entry.mode & 0o100 or entry.isdir() else 0o644
        return entry

    say("Packing")
    with tarfile.open(archive, "w:xz", preset=6) as tar:
        for path in sorted(bundle.rglob("*")):
            tar.add(path, Path(archive_name(), path.relative_to(bundle)), recursive=False, filter=plain)


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


def _version() -> str:
    found = re.search(r'^__version__ = "(.+)"$', (ROOT / "tray" / "__init__.py").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


if __name__ == "__main__":
    building.run_main(main)
