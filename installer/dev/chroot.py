"""Bare Debian releases, made by debootstrap, in which commands are run as on a machine of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dev import packages, venv
from dev.talk import Stop, say

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def must(*command: str | Path) -> None:
    """Run a command of this machine; Stop when it fails."""
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
        raise Stop(f"{command[0]} failed; its words are above.")
