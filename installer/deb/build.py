#!/usr/bin/env python3
"""Builds the Debian package in a clean Debian, and checks it with lintian; see installer/README.md."""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "installer") not in sys.path:
    sys.path.insert(0, str(ROOT / "installer"))

from dev import building, chroot  # noqa: E402
from dev.talk import Stop, say  # noqa: E402

from deb import previous, source, systems, trial  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

NEWEST = "13"
"""The Debian in which it is built; the package is the same for the older ones."""

# Its exit code also counts what it masks itself, so its words decide; what is overridden it does not print.
_LINTIAN = """cd {tree} && runuser -u builder -- sh -c '
lintian --pedantic --display-info --display-experimental --tag-display-limit 0 --fail-on none \\
    --suppress-tags {unsaid} ../mailbell_*.changes >../lintian.log 2>&1
code=$?; cat ../lintian.log; [ $code = 0 ] && ! grep -q "^[EWIPX]:" ../lintian.log'
"""
_FIRST_ONLY = "initial-upload-closes-no-bugs"
"""Said of the first version alone: an override of it would be said to be unused in all others."""
_BUILD = (
    "runuser -u builder -- sh -c "
    "'umask 022; cd {tree} && {how} dpkg-buildpackage --unsigned-source --unsigned-changes'"
)
_KEPT = {".deb", ".dsc", ".gz", ".xz"}
_OTHERWISE = "env TZ=Pacific/Auckland LC_ALL=C.UTF-8 HOME=/nowhere faketime -f +400d"


def main(arguments: Sequence[str] | None = None) -> int:
    """Build it, and try it out where that is asked for; its exit code."""
    parser = building.options("deb", __doc__)
    parser.add_argument(
        "--release",
        choices=chroot.RELEASES,
        default=NEWEST,
        help=f"the Debian to build in (default: {NEWEST}); the package is the same for all",
    )
    parser.add_argument(
        "--twice",
        action="store_true",
        help="build it again elsewhere, on another day: the bytes are the same",
    )
    parser.add_argument(
        "--try", action="store_true", dest="trial", help="install it on each clean Debian, and receive mail"
    )
    parser.add_argument(
        "--before",
        type=Path,
        metavar="DEB",
        action="append",
        help="with --try: also upgrade from this package",
    )
    parser.add_argument(
        "--upgrade",
        action="store_true",
        help="with --try: also upgrade from the release before this one, which is built from its tag",
    )
    building.add_keep(parser)
    options = parser.parse_args(arguments)
    built = build(options.output, options.release, options.keep, twice=options.twice)
    if options.trial:
        with tempfile.TemporaryDirectory(prefix="mailbell-before-") as scratch:
            last = previous.build(Path(scratch), options.keep) if options.upgrade else None
            trial.run(built, [*(options.before or []), *([last] if last else [])], options.keep)
    print(built)
    return 0


def build(output: Path, release: str = NEWEST, kept: Path | None = None, *, twice: bool = False) -> Path:
    """Build source and package into `output`; the path of the package.

    `kept` as in `systems.clean`. Raises Stop where a build fails, lintian finds something, or, with `twice`, a second
    build gives other bytes.
    """
    chroot.prepare()
    output.mkdir(parents=True, exist_ok=True)
    with (
        systems.clean(release, kept) as system,
        tempfile.TemporaryDirectory(prefix="mailbell-deb-") as scratch,
    ):
        Path(scratch).chmod(0o755)
        first = Path(scratch, "build")
        tree = source.lay_out(first)
        if twice:
            source.lay_out(Path(scratch, "elsewhere", "and", "again"))
        shared = {"/scratch": Path(scratch)}
        say(f"Gathering what the package is built with on Debian {release}")
        system.apt("install lintian faketime adduser", "--no-install-recommends", update=True)
        system.must("useradd --create-home builder && chown -R builder /scratch", shared)
        inside = f"/scratch/build/{tree.name}"
        system.apt(f"build-dep {inside}", "--no-install-recommends", shared)
        say("Building the package")
        system.must(_BUILD.format(tree=inside, how=""), shared)
        say("Reading it with lintian")
        # The lintian of an older release cannot know the version of policy.
        unsaid = _FIRST_ONLY if release == NEWEST else f"{_FIRST_ONLY},newer-standards-version"
        system.must(_LINTIAN.format(tree=inside, unsaid=unsaid), shared)
        if twice:
            say("Building it again, elsewhere and on another day")
            again = f"/scratch/elsewhere/and/again/{tree.name}"
            system.must(_BUILD.format(tree=again, how=_OTHERWISE), shared)
            _compare(first, Path(scratch, "elsewhere", "and", "again"))
        results = [path for path in first.iterdir() if path.suffix in _KEPT]
        for path in results:
            shutil.copyfile(path, output / path.name)
    (package,) = (output / path.name for path in results if path.suffix == ".deb")
    return package


def _compare(first: Path, second: Path) -> None:
    for path in sorted(first.iterdir()):
        if path.suffix in _KEPT:
            hashes = [
                hashlib.sha256((folder / path.name).read_bytes()).hexdigest() for folder in (first, second)
            ]
            if len(set(hashes)) != 1:
                raise Stop(f"Two builds of the same source differ: {path.name}")
            say(f"Twice the same: {hashes[0]}  {path.name}")


if __name__ == "__main__":
    building.run_main(main)
