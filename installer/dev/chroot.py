"""Bare Debian releases, made by debootstrap, in which commands are run as on a machine of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dev import building, packages, venv
from dev.talk import Stop, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

RELEASES = {"12": "bookworm", "13": "trixie"}

_HOSTS = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
"""An installed Debian has this file, debootstrap makes none: without it nothing knows the name localhost."""

_REACH = ("http_proxy", "https_proxy", "no_proxy", "PIP_INDEX_URL", "PIP_PROXY")
_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE")
"""How this machine reaches its registries; all else of its environment stays outside."""

_IN_A_NAMESPACE = """
set -e
mount --make-rprivate /
for name in proc sys dev dev/pts dev/shm; do
    [ ! -d /$name ] || { mkdir -p "$1/$name"; mount --bind /$name "$1/$name"; }
done
mount -t tmpfs tmpfs "$1/dev/shm"
system=$1
shift
while [ "$1" != -- ]; do
    mkdir -p "$system$2"
    mount --bind "$1" "$system$2"
    shift 2
done
shift
exec "$@"
"""


def prepare() -> None:
    """Stop unless systems can be made here."""
    if os.geteuid() != 0:
        raise Stop("Making a system needs root: run it by sudo.")
    packages.need(["debootstrap", "debian-archive-keyring"], "a bare Debian")


def make(system: Path, release: str, include: str = "python3") -> None:
    """Make a Debian `release` ("bookworm") in the folder `system`, with the packages `include` besides the least.

    One that is there already is used again.
    """
    if not (system / "etc" / "hosts").exists():
        shutil.rmtree(system, ignore_errors=True)
        system.mkdir(parents=True, mode=0o755)
        say(f"Making a bare Debian ({release})")
        must("debootstrap", "--variant=minbase", f"--include={include}", release, system)
        (system / "etc" / "hosts").write_text(_HOSTS)
    shutil.copyfile("/etc/resolv.conf", system / "etc" / "resolv.conf")


def clone(system: Path) -> None:
    """Put a clone of what is committed here into `system`, as mailbell in its root's home; it needs git there."""
    shutil.rmtree(system / "root" / "mailbell", ignore_errors=True)
    must("git", "clone", "--quiet", "--no-hardlinks", venv.ROOT, system / "root" / "mailbell")


def run(system: Path, command: str, shared: Mapping[str, Path] | None = None) -> int:
    """Run a shell `command` in `system`, with the environment of a newcomer; its exit code.

    It has mounts and process ids of its own: what it leaves running ends with it. `shared` are folders of this machine
    by the path that they have in there meanwhile.
    """
    reach = {name: os.environ[name] for name in _REACH if name in os.environ}
    for name in _CERTIFICATES:
        source = Path(os.environ.get(name, ""))
        if source.is_file():
            (system / "etc" / "ssl").mkdir(exist_ok=True)
            shutil.copyfile(source, system / "etc" / "ssl" / f"{name.lower()}.pem")
            reach[name] = f"/etc/ssl/{name.lower()}.pem"
    fresh = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb"} | reach
    inside = f"mount -t proc proc /proc && cd /root && {command}"
    done = subprocess.run(
        [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
            *("sh", "-c", _IN_A_NAMESPACE, "in-a-namespace", system),
            *(word for inner, outer in (shared or {}).items() for word in (outer, inner)),
            "--",
            *("chroot", system, "sh", "-c", inside),
        ],
        check=False,
        env=fresh,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode


def timed(system: Path, command: str) -> str:
    """Run a shell `command` in the clone in `system`; how it ended, and how long that took."""
    say(f"Running in {system.name}: {command}")
    started = time.monotonic()
    code = run(system, f"cd mailbell && exec {command}")
    return f"{f'failed ({code})' if code else 'done'} in {time.monotonic() - started:.0f} s"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that `in_each` reads: ``--release`` and ``--keep``."""
    parser.add_argument("--release", choices=RELEASES, action="append", help="Debian 12, 13 (default: both)")
    building.add_keep(parser)


def in_each(options: argparse.Namespace, include: str, work: Callable[[Path, str], Mapping[str, str]]) -> int:
    """Make each Debian that `options` ask for, with a clone, and call `work` with its folder and its number ("13").

    `include` as in `make`. `work` returns what it has run, and how each ended, as `timed` says it. All that is printed
    at the end; 1 if something failed, else 0.
    """
    prepare()
    results: dict[str, str] = {}
    folder = options.keep or Path(tempfile.mkdtemp(prefix="mailbell-systems-"))
    try:
        for release in options.release or RELEASES:
            system = folder / RELEASES[release]
            make(system, RELEASES[release], include)
            clone(system)
            for what, how in work(system, release).items():
                results[f"Debian {release}, {what}"] = how
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    for what, how in results.items():
        say(f"{what}: {how}")
    return int(any("failed" in how for how in results.values()))


def must(*command: str | Path) -> None:
    """Run a command of this machine; Stop when it fails."""
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
        raise Stop(f"{command[0]} failed; its words are above.")
