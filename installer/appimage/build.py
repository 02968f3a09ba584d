#!/usr/bin/env python3
"""Makes an AppImage of the bundle: ``python3 installer/dev.py package appimage``; see installer/README.md.

The bundle must be there (``package bundle``). An AppImage is a file system in a file behind a small program that mounts
it; that program, the runtime, comes from nobody's registry: give its file, of the project AppImage/type2-runtime, by
``--runtime``. Without it the folder and the file system are made and tried, and no AppImage.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from bundle import build as bundle  # noqa: E402
from bundle import trial  # noqa: E402
from dev import building, chroot, packages  # noqa: E402
from dev.talk import Stop, say  # noqa: E402

_ID = "io.github.mailbell.Mailbell"


def main(arguments: list[str] | None = None) -> int:
    """Make it; its path is the one line on standard output, where there is a runtime."""
    parser = building.options("appimage", __doc__)
    parser.add_argument("--runtime", type=Path, metavar="FILE", help="the runtime of AppImages")
    parser.add_argument("--untried", action="store_true", help="do not try what was made (that needs root)")
    building.add_keep(parser)
    options = parser.parse_args(arguments)
    archive = options.output / f"{bundle.archive_name()}.tar.xz"
    if not archive.exists():
        raise Stop(f"There is no {archive}. Make it first: python3 installer/dev.py package bundle")
    if options.runtime is not None and not options.runtime.is_file():
        raise Stop(f"There is no runtime {options.runtime}.")
    packages.need(["squashfs-tools"], "an AppImage")
    folder = options.keep or Path(tempfile.mkdtemp(prefix="mailbell-appimage-"))
    try:
        tree = folder.resolve() / "Mailbell.AppDir"
        lay_out(bundle.unpack(archive, folder / "unpacked"), tree)
        _validate(tree)
        image = options.output / f"{bundle.archive_name()}.squashfs"
        _squash(tree, image)
        made = _join(options.runtime, image) if options.runtime else None
        if not options.untried:
            chroot.prepare()
            trial.run(tree / "AppRun", folder.resolve() / "bare")
            if made:
                _try(made, folder.resolve())
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    if made:
        print(made)
    else:
        say("No AppImage was made: that needs --runtime.")
    return 0


def lay_out(program: Path, tree: Path) -> None:
    """Make the AppDir `tree` of the bundle in `program`, which is moved there (AppImage specification, "AppDir")."""
    shutil.rmtree(tree, ignore_errors=True)
    library = tree / "usr" / "lib" / "mailbell"
    library.parent.mkdir(parents=True)
    program.rename(library)
    share = tree / "usr" / "share"
    shutil.copytree(ROOT / "resources" / "share", share)
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / "mailbell").symlink_to("../lib/mailbell/mailbell")
    (tree / "AppRun").symlink_to("usr/lib/mailbell/mailbell")
    (tree / f"{_ID}.desktop").symlink_to(f"usr/share/applications/{_ID}.desktop")
    (tree / f"{_ID}.png").symlink_to(f"usr/share/icons/hicolor/256x256/apps/{_ID}.png")
    (tree / ".DirIcon").symlink_to(f"{_ID}.png")


def _validate(tree: Path) -> None:
    """Whether the desktop file, the icon and the metainfo are where those that read AppImages look."""
    for path in tree.rglob("*"):
        if path.is_symlink() and not path.exists():
            raise Stop(f"{path.relative_to(tree)} leads nowhere.")
    tool = shutil.which("appstreamcli")
    if (
        tool
        and subprocess.run(
            [tool, "validate-tree", "--no-net", tree], stdout=sys.stderr, check=False
        ).returncode
    ):
        raise Stop("appstreamcli is not content with the AppDir; its words are above.")


def _squash(tree: Path, image: Path) -> None:
    say("Packing")
    image.unlink(missing_ok=True)
    quietly = ("-quiet", "-no-progress", "-root-owned", "-noappend", "-comp", "zstd")
    building.must("mksquashfs", tree, image, *quietly)
    say(f"{image.name}: {image.stat().st_size / 1e6:.1f} MB")


def _join(runtime: Path, image: Path) -> Path:
    """The AppImage: the runtime, and behind it the file system (AppImage specification, "Type 2")."""
    made = image.with_suffix(".AppImage")
    made.write_bytes(runtime.read_bytes() + image.read_bytes())
    made.chmod(0o755)
    image.unlink()
    return made


def _try(made: Path, folder: Path) -> None:
    """As on a system without FUSE: it unpacks itself."""
    alone = folder / "alone"
    shutil.rmtree(alone, ignore_errors=True)
    alone.mkdir()
    shutil.copy(made, alone / "mailbell")
    system = folder / "bare"
    shutil.copytree(alone, system / "opt" / "alone", dirs_exist_ok=True)
    if trial.inside(system, "/opt/alone/mailbell --appimage-extract-and-run --version") != 0:
        raise Stop("The AppImage does not run in a system without Python.")


if __name__ == "__main__":
    building.run_main(main)
