#!/usr/bin/env python3
"""Builds the rpm packages and tries them: ``python3 installer/dev.py package rpm``; see installer/README.md.

As root the package is unpacked in a bare Debian 13, on Debian's packages of the libraries that it requires, and its
demo runs there until it has shown a toast. With ``--no-trial`` it is only built and linted.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from dev import building, chroot, packages, venv  # noqa: E402
from dev.talk import Stop, say  # noqa: E402

HERE = Path(__file__).parent
SPEC = HERE / "mailbell.spec"
_LIBRARIES = (
    *(
        "dbus",
        "python3-cryptography",
        "python3-idna",
        "python3-jeepney",
        "python3-keyring",
        "python3-openssl",
    ),
    *("python3-platformdirs", "python3-pyqt5", "python3-pyqt5.qtsvg", "python3-secretstorage"),
    *(
        "python3-service-identity",
        "python3-tomlkit",
        "python3-twisted",
        "python3-yaml",
        "python3-zope.interface",
    ),
)
"""Debian's packages of what the recipe requires; of qt5reactor the rpm has its own."""
_DEMO = """
export LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen
mailbell --version && mailbell status; [ $? = 6 ] || exit 1
mailbell --demo >/tmp/said 2>&1 & program=$!
for second in $(seq 120); do grep -q "^toast: " /tmp/said && break; sleep 1; done
kill $program && wait $program
code=$?; cat /tmp/said; grep -q "^toast: " /tmp/said && exit $code
"""
"""Without a session bus: on one without a notification service toasts wait."""


def main(arguments: list[str] | None = None) -> int:
    """Build them; the paths of the packages are the lines on standard output."""
    parser = building.options("rpm", __doc__, "them")
    parser.add_argument("--no-trial", action="store_true", help="only build and lint")
    building.add_keep(parser)
    options = parser.parse_args(arguments)
    packages.need(["rpm", "rpm2cpio", "rpmlint", "cpio"], "the rpm packages")
    if not options.no_trial:
        chroot.prepare()
    with tempfile.TemporaryDirectory(prefix="mailbell-rpm-") as scratch:
        built = _build(Path(scratch))
        say("Running rpmlint")
        building.must("rpmlint", "--config", HERE / "rpmlint.toml", SPEC, *built)
        (binary,) = (path for path in built if path.name.endswith(".noarch.rpm"))
        if not options.no_trial:
            _try(binary, options.keep or Path(scratch, "system"))
        options.output.mkdir(parents=True, exist_ok=True)
        for path in built:
            print(shutil.copyfile(path, options.output.resolve() / path.name))
    return 0


def _build(folder: Path) -> list[Path]:
    """The packages, binary and source, built below `folder`."""
    sources = folder / "SOURCES"
    python = venv.ensure(ROOT / ".venv")
    say("Building the source archive")
    building.must(python, "-m", "build", "--sdist", "--no-isolation", "--outdir", sources, ROOT)
    reactor = re.search(r"^qt5reactor==.*(?:\n[ \t]+.*)*", venv.RUNTIME_LOCK.read_text(), re.MULTILINE)
    assert reactor is not None
    (folder / "qt5reactor.lock").write_text(reactor[0] + "\n")
    say("Fetching the source of qt5reactor")
    download = (python, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps")
    only_this = ("--no-binary", ":all:", "--require-hashes", "-r", folder / "qt5reactor.lock")
    building.must(*download, *only_this, "--dest", sources)
    say("Running rpmbuild")
    alike = (
        "use_source_date_epoch_as_buildtime 1",
        "clamp_mtime_to_source_date_epoch 1",
        "_buildhost localhost",
    )
    definitions = [f"--define={line}" for line in (f"_topdir {folder}", *alike)]
    # What is needed to build is checked by the recipe's own steps: Debian's rpm knows no packages.
    building.must("rpmbuild", "-ba", "--nodeps", "--quiet", *definitions, SPEC)
    return sorted([*folder.glob("RPMS/*/*.rpm"), *folder.glob("SRPMS/*.rpm")])


def _try(package: Path, system: Path) -> None:
    chroot.make(system, chroot.RELEASES["13"])
    shutil.copyfile(package, system / "root" / package.name)
    install = f"apt-get install -qq --no-install-recommends {' '.join(_LIBRARIES)} rpm2cpio cpio >/dev/null"
    if chroot.run(system, f"apt-get update -qq && DEBIAN_FRONTEND=noninteractive {install}") != 0:
        raise Stop("The libraries could not be installed; why is said above.")
    say("Unpacking the package in Debian 13, and running its demo")
    if chroot.run(system, f"rpm2cpio {package.name} | (cd / && cpio -idu --quiet) && {{ {_DEMO} }}") != 0:
        raise Stop("The package did not do what it should; what, is said above.")


if __name__ == "__main__":
    building.run_main(main)
