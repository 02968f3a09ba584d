"""A newcomer's machine: bare Debian releases, made by debootstrap, in which both commands of the README are run."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dev import packages, venv
from dev.talk import Stop, say

RELEASES = {"12": "bookworm", "13": "trixie"}
COMMANDS = {"demo": "python3 installer/dev.py demo", "test": "python3 installer/dev.py test"}

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
shift
exec "$@"
"""


def main(arguments: list[str]) -> int:
    """Make each release, clone into it, run the commands: 0 if all of them ended with 0."""
    parser = argparse.ArgumentParser(prog="dev.py fresh", description=__doc__)
    parser.add_argument("--release", choices=RELEASES, action="append", help="Debian 12, 13 (default: both)")
    parser.add_argument("--only", choices=COMMANDS, action="append", help="which command (default: both)")
    parser.add_argument(
        "--again", action="store_true", help="run each command twice: the second time it is quick"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="leave the systems in DIR and use them again"
    )
    options = parser.parse_args(arguments)
    if os.geteuid() != 0:
        raise Stop("Making a system needs root: run it by sudo.")
    packages.need(["debootstrap", "debian-archive-keyring"], "a bare Debian")
    results: dict[str, str] = {}
    folder = options.keep or Path(tempfile.mkdtemp(prefix="mailbell-fresh-"))
    try:
        for release in options.release or RELEASES:
            system = folder / RELEASES[release]
            _make(system, RELEASES[release])
            for name in options.only or COMMANDS:
                for turn in ("", " again") if options.again else ("",):
                    results[f"Debian {release}, {name}{turn}"] = _run(system, COMMANDS[name])
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    for what, result in results.items():
        say(f"{what}: {result}")
    return int(any("failed" in result for result in results.values()))


def _make(system: Path, release: str) -> None:
    """A system with what minbase has, Python 3, git, and a clone of what is committed here."""
    if not (system / "etc" / "hosts").exists():
        shutil.rmtree(system, ignore_errors=True)
        system.mkdir(parents=True, mode=0o755)
        say(f"Making a bare Debian ({release})")
        _must("debootstrap", "--variant=minbase", "--include=python3,git", release, system)
        (system / "etc" / "hosts").write_text(_HOSTS)
    shutil.copyfile("/etc/resolv.conf", system / "etc" / "resolv.conf")
    shutil.rmtree(system / "root" / "mailbell", ignore_errors=True)
    _must("git", "clone", "--quiet", "--no-hardlinks", venv.ROOT, system / "root" / "mailbell")


def _run(system: Path, command: str) -> str:
    """Run `command` in the clone, with the environment of a newcomer; how it ended."""
    reach = {name: os.environ[name] for name in _REACH if name in os.environ}
    for name in _CERTIFICATES:
        source = Path(os.environ.get(name, ""))
        if source.is_file():
            (system / "etc" / "ssl").mkdir(exist_ok=True)
            shutil.copyfile(source, system / "etc" / "ssl" / f"{name.lower()}.pem")
            reach[name] = f"/etc/ssl/{name.lower()}.pem"
    fresh = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb"} | reach
    say(f"Running in {system.name}: {command}")
    started = time.monotonic()
    done = subprocess.run(
        [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
            *("sh", "-c", _IN_A_NAMESPACE, "in-a-namespace", system),
            *(
                "chroot",
                system,
                "sh",
                "-c",
                f"mount -t proc proc /proc && cd /root/mailbell && exec {command}",
            ),
        ],
        check=False,
        env=fresh,
        stdin=subprocess.DEVNULL,
    )
    seconds = time.monotonic() - started
    return f"{'done' if done.returncode == 0 else f'failed ({done.returncode})'} in {seconds:.0f} s"


def _must(*command: str | Path) -> None:
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode != 0:
        raise Stop(f"{command[0]} failed; its words are above.")
