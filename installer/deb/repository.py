"""A signed apt repository, by reprepro; see installer/README.md."""

from __future__ import annotations

import argparse
import itertools
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from dev import packages, venv
from dev.talk import Stop, say

from deb import source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OWNER = "Mailbell packages <mailbell@mailbell.invalid>"
_SUITE = "stable"
# reprepro lists a package for all architectures under each that is named here.
_DISTRIBUTIONS = """Origin: Mailbell
Label: Mailbell
Suite: {suite}
Codename: {suite}
Architectures: amd64 arm64 armhf i386 riscv64 source
Components: main
Description: Mailbell for Debian and Ubuntu
SignWith: {key}
"""
_SOURCES = """Types: deb
URIs: {url}
Suites: {suite}
Components: main
Signed-By:
{key}
"""


def main(arguments: Sequence[str]) -> int:
    """Make or extend a repository; its exit code."""
    parser = argparse.ArgumentParser(prog="dev.py repository", description=__doc__)
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="the repository, to be copied to a web server as it is"
    )
    parser.add_argument(
        "packages", type=Path, nargs="*", metavar="DEB", help="what goes in (default: what dist/ holds)"
    )
    parser.add_argument(
        "--gnupg",
        type=Path,
        required=True,
        metavar="HOME",
        help="GNUPGHOME with the secret key; keep it safe",
    )
    parser.add_argument("--key", help="which key of it signs (default: its only one, made if there is none)")
    parser.add_argument("--url", help="where it will be found (default: file:DIR)")
    options = parser.parse_intermixed_args(arguments)
    chosen = options.packages
    if not chosen:
        _, version, _ = source.version()
        chosen = [venv.ROOT / "dist" / f"mailbell_{version}_all.deb"]
    file = make(options.folder, chosen, options.gnupg, key=options.key, url=options.url)
    say(f"Whoever has a copy of {file} in /etc/apt/sources.list.d can apt-get update and install mailbell.")
    return 0


def make(
    folder: Path, chosen: Sequence[Path], gnupg: Path, *, key: str | None = None, url: str | None = None
) -> Path:
    """Put the packages `chosen` into the signed repository `folder`, which is made if there is none.

    The source of a package goes in where its ``.dsc`` lies beside it. Returns the file for apt's sources, which
    contains the public key. Raises Stop where a package is missing or a program fails.
    """
    for path in chosen:
        if not path.is_file():
            raise Stop(f"There is no {path}: make it by python3 installer/dev.py package deb.")
    packages.need(["reprepro", "gnupg"], "the repository")
    gnupg.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = venv.environment() | {"GNUPGHOME": str(gnupg.resolve())}
    try:
        key = key or _key(environment)
        configuration = folder / "conf" / "distributions"
        configuration.parent.mkdir(parents=True, exist_ok=True)
        configuration.write_text(_DISTRIBUTIONS.format(suite=_SUITE, key=key), encoding="utf-8")
        for path in chosen:
            say(f"Adding {path.name}")
            _do(environment, "reprepro", "--basedir", folder, "includedeb", _SUITE, path)
            for dsc in path.parent.glob(f"{path.name.removesuffix('_all.deb')}.dsc"):
                _do(
                    environment,
                    "reprepro",
                    "--basedir",
                    folder,
                    "--section",
                    "mail",
                    "includedsc",
                    _SUITE,
                    dsc,
                )
        public = _do(environment, "gpg", "--armor", "--export", key)
    finally:
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=False, env=environment)
    # In a field of several lines an empty one is written as a dot.
    block = "".join(f" {line or '.'}\n" for line in public.strip().splitlines()).rstrip("\n")
    file = folder / "mailbell.sources"
    address = url or folder.resolve().as_uri()
    file.write_text(_SOURCES.format(url=address, suite=_SUITE, key=block), encoding="utf-8")
    return file


def _key(environment: Mapping[str, str]) -> str:
    """The fingerprint of the only secret key, which is made where there is none."""
    found = _fingerprints(environment)
    if not found:
        say("Making a key that signs the repository; who has it can give packages to everybody who trusts it")
        _do(
            environment,
            *(
                "gpg",
                "--batch",
                "--passphrase",
                "",
                "--quick-generate-key",
                _OWNER,
                "ed25519",
                "sign",
                "never",
            ),
        )
        found = _fingerprints(environment)
    if len(found) != 1:
        raise Stop(f"There are several keys; say which one signs by --key: {', '.join(found)}")
    return found[0]


def _fingerprints(environment: Mapping[str, str]) -> list[str]:
    lines = _do(environment, "gpg", "--batch", "--with-colons", "--list-secret-keys").splitlines()
    return [
        line.split(":")[9]
        for before, line in itertools.pairwise(lines)
        if before.startswith("sec:") and line.startswith("fpr:")
    ]


def _do(environment: Mapping[str, str], *command: str | Path) -> str:
    done = subprocess.run(
        command, check=False, env=environment, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise Stop(f"{Path(command[0]).name} failed; its words are above.")
    return done.stdout
