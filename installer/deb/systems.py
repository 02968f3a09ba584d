"""Clean systems of a Debian release, each for one purpose: what was installed for something else is not in them."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dev import chroot
from dev.talk import Stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Whatever is installed starts no service: the network is this machine's.
_INSTALL = """
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d &&
export DEBIAN_FRONTEND=noninteractive && {update}
apt-get -qq -y -o Dpkg::Use-Pty=0 {options} {words}
"""


class System:
    """A system of its own, in the folder `path`."""

    def __init__(self, path: Path, release: str) -> None:
        """Of the Debian `release` ("12", "13")."""
        self.path = path
        self.release = release

    def run(self, command: str, shared: Mapping[str, Path] | None = None) -> int:
        """Run a shell command as root; its exit code. `shared` as in `chroot.run`."""
        return chroot.run(self.path, command, shared)

    def must(self, command: str, shared: Mapping[str, Path] | None = None) -> None:
        """Run a shell command as root; Stop where it fails."""
        if (code := self.run(command, shared)) != 0:
            raise Stop(
                f"In the bare Debian {self.release} this failed ({code}), and its words are above: {command.strip()}"
            )

    def apt(
        self, words: str, options: str = "", shared: Mapping[str, Path] | None = None, *, update: bool = False
    ) -> None:
        """Run apt-get there without questions, such as "install git"; Stop where it fails."""
        first = "apt-get update -qq &&" if update else ""
        self.must(_INSTALL.format(update=first, options=options, words=words), shared)


@contextlib.contextmanager
def clean(release: str, kept: Path | None) -> Iterator[System]:
    """A bare system for as long as the block lasts.

    `kept` is a folder in which bare systems and downloads stay for the next time; without it they are made anew.
    """
    with contextlib.ExitStack() as stack:
        base = kept
        if base is None:
            base = Path(tempfile.mkdtemp(prefix="mailbell-systems-"))
            stack.callback(shutil.rmtree, base)
        bare = base / chroot.RELEASES[release]
        chroot.make(bare, chroot.RELEASES[release], include="ca-certificates")
        path = Path(tempfile.mkdtemp(prefix=f"in-use-{release}-", dir=base))
        stack.callback(shutil.rmtree, path)
        chroot.must("cp", "--archive", f"{bare}/.", path)
        (path / "etc" / "dpkg" / "dpkg.cfg.d" / "quick").write_text("force-unsafe-io\n")  # thrown away soon
        archives, downloads = path / "var/cache/apt/archives", base / f"apt-{release}"
        downloads.mkdir(exist_ok=True)
        _link(downloads, archives)
        stack.callback(_link, archives, downloads)
        yield System(path, release)


def _link(source: Path, target: Path) -> None:
    """Have in `target`, too, what apt has fetched into `source`: two systems at once cannot use one folder."""
    for package in source.glob("*.deb"):
        with contextlib.suppress(FileExistsError):
            os.link(package, target / package.name)
